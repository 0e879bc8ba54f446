//! The rules of Baton: who gets what, what may be done to a device, and what changes hands.
//!
//! No I/O, no clock, no randomness. The same code runs in the server and, through
//! `baton-policy-wasm`, in the browser. `docs/policy.md` shows how a decision is made.
//!
//! ```
//! use baton_policy::{
//!     Catalogue, Device, DeviceFacts, Distribution, EnrollmentType, Holder, Item, ItemKind,
//!     ItemRole, Outcome, Ownership, Platform, ReasonCode,
//! };
//!
//! let clip = Item {
//!     id: "sign-in".into(),
//!     kind: ItemKind::SecureSignIn,
//!     role: ItemRole::SignInClip,
//!     distribution: Distribution::AllDevices,
//!     reset_between_people: false,
//!     payloads: Vec::new(),
//! };
//! let catalogue = Catalogue { items: vec![clip] };
//! let mut facts = DeviceFacts::new(EnrollmentType::User, Ownership::User);
//! facts.platform = Platform::Ios.into();
//! let phone = Device::new("phone", facts, []);
//! let ann = Holder::person("ann", ["everyone".into()]);
//!
//! let decision = catalogue.decide(&"sign-in".into(), &phone, &ann);
//! assert_eq!(decision.outcome, Outcome::Deny);
//! assert_eq!(decision.reason, ReasonCode::SignInClipNotUnderUserEnrollment);
//! ```

pub mod alternative;
pub mod apple;
pub mod applicability;
pub mod attribute;
pub mod capability;
pub mod catalogue;
pub mod decision;
pub mod distribution;
pub mod engine;
pub mod enrollment;
pub mod expectation;
pub mod fact;
pub mod facts;
pub mod handover;
pub mod ids;
pub mod item;
pub mod json;
pub mod lint;
pub mod locales;
mod name;
mod nearest;
pub mod organisation;
pub mod payload;
pub mod request;
pub mod restriction;
pub mod rule;
#[cfg(feature = "schema")]
pub mod schema;
pub mod snapshot;
pub mod trace;
pub mod value;
pub mod what_if;

pub use alternative::{Alternative, alternative};
pub use apple::{AccessRights, Command, decide_command};
pub use applicability::{Applicability, DeviceClass, LeftOut, where_it_works};
pub use attribute::{AttributeDefinition, AttributeType};
pub use capability::{Action, Actor, Capability, Role, decide_action, decide_capability};
pub use catalogue::{Catalogue, Item};
pub use decision::{Decision, Outcome, ReasonCode, Source};
pub use distribution::{CustomDistribution, Distribution, Filter};
pub use engine::{Change, DeviceIndex, Effect, Engine, Explanation, ItemIndex, UserIndex};
pub use enrollment::{EnrollmentOutcome, EnrollmentRequest, decide_enrollment};
pub use fact::{Fact, Truth};
pub use facts::{Device, DeviceFacts, EnrollmentType, Holder, OsVersion, Ownership, Platform, Supervision};
pub use handover::{
    HolderChange, ItemState, Plan, PlanReason, Presence, Rendering, Step, Target, Wait, is_clean, plan,
};
pub use ids::{AppGroupId, AttributeId, DeviceGroupId, DeviceId, ItemId, Tag, UserGroupId, UserId};
pub use item::{ItemKind, ItemRole};
pub use lint::{Finding, FindingCode, Fix, LintDevice, LintInput, Severity, nobody_lints};
pub use name::UnknownName;
pub use nearest::nearest;
pub use organisation::{Organisation, Question, Reply};
pub use payload::{Payload, Setting};
pub use rule::Rule;
pub use snapshot::{Snapshot, SnapshotError};
pub use trace::{TraceStep, TracedDecision};
pub use value::{Date, Number, Scalar, Value};
pub use what_if::{Columns, Difference, what_if};
