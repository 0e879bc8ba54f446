//! Which kind of enrollment a device gets, and why (spec D2–D7).

mod completion;
mod decide;
mod ownership;
mod request;
mod requirement;

pub use decide::{EnrollmentOutcome, EnrollmentResult, EnrollmentRule, decide_enrollment};
pub use ownership::{OwnershipModel, decide_ownership, default_ownership};
pub use request::{
    AppsAndBooks, EnrollingDevice, EnrollingPerson, EnrollmentMethod, EnrollmentRequest, EnrollmentSetting, Fallback,
    Floors, ManagedAppleAccount, Organisation, Provenance, WantedEnrollment,
};
pub use requirement::{Requirement, RequirementCheck, RequirementVerdict, check_requirements};
