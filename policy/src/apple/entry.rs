//! What Apple's table says about one thing on one system.

use super::rights::Right;
use crate::facts::{OsVersion, Platform};

/// What holds on one system (apple/README.md explains the words).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// In the system since this version.
    pub introduced: OsVersion,
    /// Deprecated since.
    pub deprecated: Option<OsVersion>,
    /// Gone since.
    pub removed: Option<OsVersion>,
    /// The access right it needs.
    pub right: Right,
    /// On supervised devices only.
    pub needs_supervision: bool,
    /// On devices from Automated Device Enrollment only (Apple's `requiresdep`).
    pub needs_automated_enrollment: bool,
    /// On Macs whose management the user approved; Baton enrols in no other way.
    pub needs_user_approval: bool,
    /// It cannot be installed by hand.
    pub mdm_only: bool,
    /// More than one payload of the type can be installed.
    pub multiple: bool,
    /// Where it is accepted; neither means that Apple does not say, and the device's is meant.
    pub channels: Channels,
    /// Declarations: under which enrollments; none means no stated limit.
    pub enrollments: Option<Enrollments>,
    /// Under User Enrollment.
    pub user_enrollment: UserEnrollment,
    /// On Shared iPad.
    pub shared_ipad: SharedIpad,
}

/// Apple's channels: the device's, and that of the user who is logged in to a Mac or Shared iPad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Channels {
    /// The device's.
    pub device: bool,
    /// The user's.
    pub user: bool,
}

/// Apple's `allowed-enrollments` of a declaration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Enrollments {
    /// Device Enrollment and Automated Device Enrollment of a supervised device.
    pub supervised: bool,
    /// The same of a device that is not supervised.
    pub device: bool,
    /// User Enrollment.
    pub user: bool,
    /// Without management, by a profile that a person installs.
    pub local: bool,
}

/// What Apple says about User Enrollment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserEnrollment {
    /// As elsewhere.
    #[default]
    Allowed,
    /// Not under User Enrollment.
    Forbidden,
    /// Not under User Enrollment before this version.
    ForbiddenBefore(OsVersion),
    /// Accepted without effect.
    Ignored,
    /// Under User Enrollment only.
    Required,
}

/// What Apple says about Shared iPad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SharedIpad {
    /// Nothing.
    #[default]
    Unstated,
    /// In these channels.
    Allowed(Channels),
    /// Not on Shared iPad.
    Forbidden,
    /// On Shared iPad only, in these channels.
    Required(Channels),
    /// Accepted in these channels without effect.
    Ignored(Channels),
}

impl Entry {
    /// What holds where a line says nothing else.
    pub(super) const BLANK: Self = Self {
        introduced: OsVersion::new(0, 0, 0),
        deprecated: None,
        removed: None,
        right: Right::Unstated,
        needs_supervision: false,
        needs_automated_enrollment: false,
        needs_user_approval: false,
        mdm_only: false,
        multiple: false,
        channels: Channels { device: false, user: false },
        enrollments: None,
        user_enrollment: UserEnrollment::Allowed,
        shared_ipad: SharedIpad::Unstated,
    };
}

/// The systems of Apple's table, in the order of [`PerSystem`]; iPadOS is listed under iOS.
pub(super) const SYSTEMS: [Platform; 5] =
    [Platform::Ios, Platform::Macos, Platform::Tvos, Platform::Visionos, Platform::Watchos];

/// An entry for each of Apple's systems; none: not on this system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerSystem(pub(super) [Option<Entry>; SYSTEMS.len()]);

impl PerSystem {
    /// On no system.
    pub(super) const NOWHERE: Self = Self([None; SYSTEMS.len()]);

    /// The entry for a platform.
    #[must_use]
    pub const fn on(&self, platform: Platform) -> Option<&Entry> {
        let index = match platform {
            Platform::Ios | Platform::Ipados => 0,
            Platform::Macos => 1,
            Platform::Tvos => 2,
            Platform::Visionos => 3,
            Platform::Watchos => 4,
        };
        self.0[index].as_ref()
    }

    /// Whether no system has it.
    #[must_use]
    pub const fn is_nowhere(&self) -> bool {
        let mut index = 0;
        while index < self.0.len() {
            if self.0[index].is_some() {
                return false;
            }
            index += 1;
        }
        true
    }
}
