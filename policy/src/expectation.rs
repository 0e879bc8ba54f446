//! Policy tests: what administrators expect of their policy, and whether it holds (spec C8).
//!
//! A file is a list of expectations. Each names an item, devices, who holds them, and what should become of the item
//! there; `docs/policy.md` shows the format. Everything but the files' syntax is decided here.
//!
//! ```
//! use baton_policy::expectation::{Expectation, check};
//! use baton_policy::snapshot::Snapshot;
//! use baton_policy::Engine;
//!
//! let snapshot = Snapshot::from_json(r#"{
//!     "version": 1,
//!     "users": [{ "id": "nobody", "nobody": true }],
//!     "devices": [{
//!         "id": "phone", "holder": "nobody",
//!         "facts": { "platform": { "value": "ios" }, "enrollment": "device", "ownership": "company" }
//!     }],
//!     "items": [{ "id": "wifi", "kind": "wifi", "distribution": "allDevices" }]
//! }"#)?;
//! let expectation: Expectation = serde_json::from_str(
//!     r#"{ "name": "Nobody keeps the Wi-Fi", "item": "wifi", "holder": "nobody", "gets": true }"#,
//! )?;
//! let checked = check(&Engine::new(&snapshot)?, &expectation)?;
//! assert!(checked.holds() && checked.cases == 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod error;

use serde::{Deserialize, Serialize};

pub use check::{Checked, check, check_within};
pub use error::{ExpectationError, ExpectationProblem};

use crate::decision::{Decision, Outcome, ReasonCode};
use crate::ids::ItemId;

/// What a file of expectations holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpectationFile {
    /// The expectations, in their order.
    #[serde(default)]
    pub expect: Vec<Expectation>,
}

/// What should become of an item on some devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Expectation {
    /// What is expected, as a sentence for people.
    pub name: String,
    /// The item's id or name.
    pub item: String,
    /// The id or name of the only device it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// A rule for devices: it is about those for which the rule surely holds as things are. Without `device` and
    /// `devices` it is about all devices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub devices: Option<String>,
    /// Who holds them: an id, name or user name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// A rule for users: whoever of them holds each of the devices. Without `holder` and `holders` everybody keeps what
    /// they have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holders: Option<String>,
    /// Yes: the devices get the item, wholly or in part. No: it is denied, and not merely undecided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gets: Option<bool>,
    /// The exact outcome, in place of `gets`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The reason that the decision must have, besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReasonCode>,
}

impl Expectation {
    /// Whether a decision is as expected.
    #[must_use]
    pub fn is_met_by(&self, decision: Decision) -> bool {
        let outcome = match (self.gets, self.outcome) {
            (_, Some(outcome)) => decision.outcome == outcome,
            (Some(true), None) => decision.permits(),
            (Some(false), None) => decision.outcome == Outcome::Deny,
            (None, None) => true,
        };
        outcome && self.reason.is_none_or(|reason| decision.reason == reason)
    }

    /// Whether it names the item with this id and name.
    #[must_use]
    pub fn is_about(&self, id: &ItemId, name: &str) -> bool {
        self.item == id.as_str() || self.item.to_lowercase() == name.to_lowercase()
    }
}
