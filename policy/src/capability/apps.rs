//! How apps behave on a device: licences, catalogue, and what can be told about them (spec E6, G1).

use serde::{Deserialize, Serialize};

use crate::fact::Fact;
use crate::facts::{DeviceFacts, EnrollmentType, Platform};
use crate::name::named;

named! {
    /// Whose licence of Apps and Books an app uses.
    pub enum Licence {
        /// The Managed Apple Account's.
        User = "user",
        /// The device's.
        Device = "device",
    }
}

named! {
    /// Which apps the catalogue offers.
    pub enum AppOffer {
        /// Those of Apps and Books alone.
        AppsAndBooks = "appsAndBooks",
        /// In-house apps too.
        All = "all",
    }
}

named! {
    /// What the button beside an app says.
    pub enum AppButton {
        /// Always *Install*, never *Installed*.
        AlwaysInstall = "alwaysInstall",
        /// What the device's list of managed apps says.
        ByState = "byState",
    }
}

named! {
    /// What the inventory says about an app.
    pub enum AppInventory {
        /// *Requested*: the device does not tell whether it is there.
        Requested = "requested",
        /// What the device's list of managed apps says.
        ByState = "byState",
    }
}

named! {
    /// How an app waits for another one that it needs.
    pub enum AppDependency {
        /// It cannot be told whether the other one is there; both are sent in order.
        BestEffort = "bestEffort",
        /// It is sent once the other one is there.
        Confirmed = "confirmed",
    }
}

/// How apps behave on a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AppRules {
    /// Whose licence is used; there is no other.
    pub licence: Licence,
    /// What is offered.
    pub offer: AppOffer,
    /// What the button says.
    pub button: AppButton,
    /// What the inventory says.
    pub inventory: AppInventory,
    /// How dependencies are kept.
    pub dependency: AppDependency,
    /// Whether the organisation's agent apps are sent.
    pub agent_apps: bool,
}

impl AppRules {
    /// A Mac under User Enrollment (spec E6): this wins over what Apple's managed-app list would allow.
    pub const USER_ENROLLED_MAC: Self = Self {
        licence: Licence::User,
        offer: AppOffer::AppsAndBooks,
        button: AppButton::AlwaysInstall,
        inventory: AppInventory::Requested,
        dependency: AppDependency::BestEffort,
        agent_apps: false,
    };

    /// Any other device under User Enrollment.
    pub const USER_ENROLLED: Self = Self { licence: Licence::User, ..Self::MANAGED };

    /// Devices under Device Enrollment.
    pub const MANAGED: Self = Self {
        licence: Licence::Device,
        offer: AppOffer::All,
        button: AppButton::ByState,
        inventory: AppInventory::ByState,
        dependency: AppDependency::Confirmed,
        agent_apps: true,
    };
}

/// How apps behave on this device: nothing where none is delivered (spec D7), unknown under User Enrollment before the
/// device has told whether it is a Mac.
#[must_use]
pub fn app_rules(facts: &DeviceFacts) -> Fact<AppRules> {
    match (facts.enrollment, facts.platform) {
        (EnrollmentType::AppOnly | EnrollmentType::AuthOnly, _) => Fact::Empty,
        (EnrollmentType::Device | EnrollmentType::AutomatedDevice, _) => Fact::Value(AppRules::MANAGED),
        (EnrollmentType::User, Fact::Value(Platform::Macos)) => Fact::Value(AppRules::USER_ENROLLED_MAC),
        (EnrollmentType::User, Fact::Value(_)) => Fact::Value(AppRules::USER_ENROLLED),
        (EnrollmentType::User, Fact::Empty | Fact::Unknown) => Fact::Unknown,
    }
}
