//! The answer to every question: what, why, and who says so (spec E10).

use serde::{Deserialize, Serialize};

use crate::fact::Truth;
use crate::name::named;

named! {
    /// The answer itself (spec E10).
    pub enum Outcome {
        /// Yes.
        Allow = "allow",
        /// No.
        Deny = "deny",
        /// Yes, with a stated limit.
        Partial = "partial",
        /// It cannot be told yet. Never treat it as No.
        Unknown = "unknown",
    }
}

impl Outcome {
    /// Whether it may be done, wholly or in part.
    #[must_use]
    pub const fn permits(self) -> bool {
        matches!(self, Self::Allow | Self::Partial)
    }
}

named! {
    /// Whose rule decided.
    pub enum Source {
        /// Apple's protocol.
        Apple = "apple",
        /// Baton's own rule.
        Product = "product",
        /// A setting or role of the organisation.
        Organisation = "organisation",
        /// The distribution of the item.
        Distribution = "distribution",
    }
}

named! {
    /// Why. The texts are part of the API and never change their meaning; sentences for people
    /// are in `policy/locales`.
    pub enum ReasonCode {
        /// Nothing stands against it.
        Allowed = "allowed",

        /// The distribution is All Devices.
        AllDevices = "all-devices",
        /// The distribution is No Devices.
        NoDevices = "no-devices",
        /// The holder is included by name.
        IncludedUser = "included-user",
        /// A group of the holder is included.
        IncludedUserGroup = "included-user-group",
        /// A group of the device is included.
        IncludedDeviceGroup = "included-device-group",
        /// Nothing that is included matches.
        NotIncluded = "not-included",
        /// A group of the holder is excluded.
        ExcludedUserGroup = "excluded-user-group",
        /// A group of the device is excluded.
        ExcludedDeviceGroup = "excluded-device-group",
        /// The filter *User Enrollment Enrolled* does not match.
        FilterUserEnrollment = "filter-user-enrollment",
        /// The filter *Automated Device Enrollment Enrolled* does not match.
        FilterAutomatedDeviceEnrollment = "filter-automated-device-enrollment",
        /// The filter on supervision does not match.
        FilterSupervised = "filter-supervised",
        /// The filter on the platform does not match.
        FilterPlatform = "filter-platform",
        /// The system is older than the filter allows.
        FilterMinOsVersion = "filter-min-os-version",
        /// The system is newer than the filter allows.
        FilterMaxOsVersion = "filter-max-os-version",
        /// The catalogue has no such item.
        NoSuchItem = "no-such-item",
        /// There is no such device.
        NoSuchDevice = "no-such-device",

        /// Its content cannot be made for this holder and device: a personal text is empty or too long, or a key is lost.
        CannotBeRendered = "cannot-be-rendered",

        /// It cannot be told whether the device or its holder is in a group that matters.
        GroupUnknown = "group-unknown",
        /// The device has not told its platform.
        PlatformUnknown = "platform-unknown",
        /// The device has not told the version of its system.
        OsVersionUnknown = "os-version-unknown",
        /// The device has not told whether it is supervised.
        SupervisionUnknown = "supervision-unknown",
        /// The device has not told whether it is in lost mode.
        LostModeUnknown = "lost-mode-unknown",

        /// Apple does not offer it on this platform.
        NotOnPlatform = "not-on-platform",
        /// Apple offers no User Enrollment on this platform.
        NoUserEnrollmentOnPlatform = "no-user-enrollment-on-platform",
        /// Apple forbids it under User Enrollment.
        ForbiddenUnderUserEnrollment = "forbidden-under-user-enrollment",
        /// Apple asks for supervision.
        NeedsSupervision = "needs-supervision",
        /// Apple asks for a newer system.
        NeedsNewerOs = "needs-newer-os",
        /// The enrollment profile does not grant the access right.
        NeedsAccessRight = "needs-access-right",
        /// Apple asks for lost mode.
        NeedsLostMode = "needs-lost-mode",
        /// Apple offers it on devices from Automated Device Enrollment only.
        NeedsAutomatedDeviceEnrollment = "needs-automated-device-enrollment",
        /// Apple offers it under User Enrollment only.
        OnlyUnderUserEnrollment = "only-under-user-enrollment",
        /// Apple offers it on Shared iPad only.
        OnlyOnSharedIpad = "only-on-shared-ipad",
        /// The device accepts it and ignores it under User Enrollment.
        IgnoredUnderUserEnrollment = "ignored-under-user-enrollment",
        /// Apple took it out of this version of the system.
        RemovedByApple = "removed-by-apple",
        /// Apple's table lists no such key.
        NoSuchKey = "no-such-key",
        /// Some of its parts are not for this platform and are left out.
        PartsNotOnPlatform = "parts-not-on-platform",
        /// Some of its parts are forbidden under User Enrollment and are left out.
        PartsForbiddenUnderUserEnrollment = "parts-forbidden-under-user-enrollment",
        /// Some of its parts ask for supervision and are left out.
        PartsNeedSupervision = "parts-need-supervision",
        /// Some of its parts ask for a newer system and are left out.
        PartsNeedNewerOs = "parts-need-newer-os",
        /// It refers to a part that is left out.
        NeedsPartLeftOut = "needs-part-left-out",
        /// Apple's table does not know it; the device decides.
        NotInAppleTable = "not-in-apple-table",
        /// Accepted, its values ignored: the device asks for six digits or more (spec E4).
        PasscodeFixedUnderUserEnrollment = "passcode-fixed-under-user-enrollment",

        /// The label in Baton changes, the name on the device does not.
        LabelOnly = "label-only",
        /// App-only management has no channel to the device (spec D7).
        AppOnlyEnrollment = "app-only-enrollment",
        /// Registered without management (spec D7).
        AuthOnlyEnrollment = "auth-only-enrollment",
        /// Secure sign-in is for iPhone and iPad (spec A1).
        SignInClipOnlyOnIos = "sign-in-clip-only-on-ios",
        /// Secure sign-in is not for User Enrollment (spec A1).
        SignInClipNotUnderUserEnrollment = "sign-in-clip-not-under-user-enrollment",
        /// A Mac under User Enrollment gets only apps from Apps and Books (spec E6).
        StoreAppsOnlyOnUserEnrolledMac = "store-apps-only-on-user-enrolled-mac",
        /// App-only management could take it; Baton delivers nothing there (spec D7).
        AppOnlyNotDelivered = "app-only-not-delivered",
        /// Under User Enrollment a device lists managed apps only (spec E1).
        PersonalAppsHidden = "personal-apps-hidden",
        /// Apple leaves a few restrictions on a Mac under User Enrollment (spec E5).
        RestrictionsPartlyAvailable = "restrictions-partly-available",
        /// Not for a Mac under User Enrollment (spec E5).
        WithheldOnUserEnrolledMac = "withheld-on-user-enrolled-mac",
        /// Only another vendor's client understands it (spec E5).
        VendorClientOnly = "vendor-client-only",

        /// Only the device can tell (spec D4).
        CheckedOnDevice = "checked-on-device",
        /// User Enrollment is for devices that are not supervised (spec D2).
        DeviceIsSupervised = "device-is-supervised",
        /// The device is in Apple's device enrollment (spec D2).
        DeviceInDeviceEnrollment = "device-in-device-enrollment",
        /// Apple Configurator prepared the device (spec D3).
        DeviceFromConfigurator = "device-from-configurator",
        /// Profile-driven User Enrollment is switched off (spec D5).
        ProfileDrivenUserEnrollmentOff = "profile-driven-user-enrollment-off",
        /// Apple took profile-driven User Enrollment out (spec D5).
        ProfileDrivenUserEnrollmentGone = "profile-driven-user-enrollment-gone",
        /// The registration setting asks for Device Enrollment (spec D1).
        SettingSaysDeviceEnrollment = "setting-says-device-enrollment",
        /// No Apple Business or School Manager is connected (spec D2).
        OrganisationNotConnected = "organisation-not-connected",
        /// There is no token of Apps and Books (spec D2).
        AppsAndBooksMissing = "apps-and-books-missing",
        /// The token of Apps and Books is another organisation's (spec D2, G2).
        AppsAndBooksOfOtherOrganisation = "apps-and-books-of-other-organisation",
        /// The token of Apps and Books is another location's (spec D2).
        AppsAndBooksOfOtherLocation = "apps-and-books-of-other-location",
        /// The person has no Managed Apple Account (spec D2).
        ManagedAppleAccountMissing = "managed-apple-account-missing",
        /// The Managed Apple Account is another organisation's (spec D2, G2).
        ManagedAppleAccountOfOtherOrganisation = "managed-apple-account-of-other-organisation",
        /// The domain of the Managed Apple Account is not validated (spec D2).
        ManagedAppleAccountDomainNotValidated = "managed-apple-account-domain-not-validated",
        /// The permission to enrol is missing (spec B5).
        MayNotEnrol = "may-not-enrol",
        /// By account, Device Enrollment needs a newer system than this (spec D5).
        AccountDrivenDeviceEnrollmentNeedsNewerOs = "account-driven-device-enrollment-needs-newer-os",
        /// Company-owned, personally-enabled is not available for Apple devices (spec D6).
        PersonallyEnabledNotOnApple = "personally-enabled-not-on-apple",

        /// The role does not include this action (spec B5).
        RoleMayNot = "role-may-not",
        /// Only the holder of the device may do this.
        NotTheHolder = "not-the-holder",
        /// On a shared device its holder may only lock it and report it lost (spec E9).
        SharedDevice = "shared-device",
    }
}

/// What was decided, why, and by whose rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Decision {
    /// The answer.
    pub outcome: Outcome,
    /// Why.
    pub reason: ReasonCode,
    /// Whose rule it is.
    pub source: Source,
}

impl Decision {
    /// Yes.
    #[must_use]
    pub const fn allow(reason: ReasonCode, source: Source) -> Self {
        Self::new(Outcome::Allow, reason, source)
    }

    /// No.
    #[must_use]
    pub const fn deny(reason: ReasonCode, source: Source) -> Self {
        Self::new(Outcome::Deny, reason, source)
    }

    /// Yes, with a limit.
    #[must_use]
    pub const fn partial(reason: ReasonCode, source: Source) -> Self {
        Self::new(Outcome::Partial, reason, source)
    }

    /// It cannot be told yet.
    #[must_use]
    pub const fn unknown(reason: ReasonCode, source: Source) -> Self {
        Self::new(Outcome::Unknown, reason, source)
    }

    const fn new(outcome: Outcome, reason: ReasonCode, source: Source) -> Self {
        Self { outcome, reason, source }
    }

    /// Whether it may be done, wholly or in part.
    #[must_use]
    pub const fn permits(&self) -> bool {
        self.outcome.permits()
    }

    /// Both rules must agree: a No beats an Unknown, an Unknown beats a limit, a limit beats a
    /// Yes; of two equals the first is named.
    #[must_use]
    pub const fn narrowed_by(self, other: Self) -> Self {
        if strictness(other.outcome) > strictness(self.outcome) { other } else { self }
    }

    /// The answer to a requirement: no decision when it holds.
    pub(crate) const fn require(
        truth: Truth,
        missing: ReasonCode,
        unknown: ReasonCode,
        source: Source,
    ) -> Option<Self> {
        match truth {
            Truth::True => None,
            Truth::False => Some(Self::deny(missing, source)),
            Truth::Unknown => Some(Self::unknown(unknown, source)),
        }
    }
}

const fn strictness(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Allow => 0,
        Outcome::Partial => 1,
        Outcome::Unknown => 2,
        Outcome::Deny => 3,
    }
}
