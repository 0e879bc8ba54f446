//! Who owns a device by default, and what can be chosen (spec D6).

use super::decide::EnrollmentRule;
use crate::decision::{Decision, ReasonCode, Source};
use crate::facts::{EnrollmentType, Ownership};
use crate::name::named;

named! {
    /// A model of ownership that somebody may ask for.
    pub enum OwnershipModel {
        /// *Company Owned*.
        Company = "company",
        /// *User Owned*.
        User = "user",
        /// Company-owned, personally-enabled: a work profile on a company's device.
        CompanyPersonallyEnabled = "companyPersonallyEnabled",
    }
}

/// The owner as long as nobody says otherwise. Device Enrollment that stands in for User Enrollment is of a person's own
/// device.
#[must_use]
pub const fn default_ownership(enrollment: EnrollmentType, rule: EnrollmentRule) -> Ownership {
    match (enrollment, rule) {
        (EnrollmentType::User | EnrollmentType::AppOnly | EnrollmentType::AuthOnly, _)
        | (EnrollmentType::Device, EnrollmentRule::Fallback) => Ownership::User,
        (EnrollmentType::Device | EnrollmentType::AutomatedDevice, _) => Ownership::Company,
    }
}

/// Whether a device can be owned in this way. Apple has no work profile on a company's device; User Enrollment and
/// supervision are what comes next to it.
#[must_use]
pub const fn decide_ownership(model: OwnershipModel) -> Decision {
    match model {
        OwnershipModel::Company | OwnershipModel::User => Decision::allow(ReasonCode::Allowed, Source::Product),
        OwnershipModel::CompanyPersonallyEnabled => {
            Decision::deny(ReasonCode::PersonallyEnabledNotOnApple, Source::Apple)
        }
    }
}
