//! Questions and answers as data: the JavaScript interface and the golden vectors use them.

use serde::{Deserialize, Serialize};

use crate::capability::{Action, Actor, decide_action};
use crate::catalogue::Catalogue;
use crate::decision::Decision;
use crate::explain::{Explanation, explain};
use crate::facts::{Device, DeviceFacts, Holder};
use crate::handover::{HolderChange, ItemState, Plan, Target, is_clean, plan};
use crate::ids::ItemId;
use crate::lint::{Finding, LintInput, nobody_lints};

/// A question: an object whose only field names it and holds what it is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Request {
    /// Whether an actor may do something to a device.
    DecideAction {
        /// What is to be done.
        action: Action,
        /// To which device.
        facts: DeviceFacts,
        /// By whom.
        actor: Actor,
    },
    /// Whether a device gets an item.
    DecideItem {
        /// Every item.
        catalogue: Catalogue,
        /// The item in question.
        item: ItemId,
        /// The device.
        device: Device,
        /// Who holds it.
        holder: Holder,
    },
    /// The same with the way to the decision.
    ExplainItem {
        /// Every item.
        catalogue: Catalogue,
        /// The item in question.
        item: ItemId,
        /// The device.
        device: Device,
        /// Who holds it.
        holder: Holder,
    },
    /// Everything that is not denied.
    Desired {
        /// Every item.
        catalogue: Catalogue,
        /// The device.
        device: Device,
        /// Who holds it.
        holder: Holder,
    },
    /// What must change on a device, and whether it is clean as it is.
    Plan {
        /// What is or might be there.
        states: Vec<ItemState>,
        /// What should be there.
        targets: Vec<Target>,
        /// Whether the device changes hands.
        change: HolderChange,
    },
    /// What Nobody's rules warn of.
    Lint(LintInput),
}

/// The answer to a [`Request`], in the same order of kinds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// To `decideAction` and `decideItem`.
    Decision(Decision),
    /// To `explainItem`.
    Explanation(Explanation),
    /// To `desired`.
    Desired(Vec<(ItemId, Decision)>),
    /// To `plan`.
    Plan {
        /// The steps.
        plan: Plan,
        /// Whether nothing that must go is on the device or might be.
        clean: bool,
    },
    /// To `lint`.
    Findings(Vec<Finding>),
}

impl Request {
    /// Answers the question.
    #[must_use]
    pub fn answer(&self) -> Answer {
        match self {
            Self::DecideAction { action, facts, actor } => Answer::Decision(decide_action(*action, facts, actor)),
            Self::DecideItem { catalogue, item, device, holder } => {
                Answer::Decision(catalogue.decide(item, device, holder))
            }
            Self::ExplainItem { catalogue, item, device, holder } => {
                Answer::Explanation(explain(catalogue, item, device, holder))
            }
            Self::Desired { catalogue, device, holder } => Answer::Desired(catalogue.desired(device, holder)),
            Self::Plan { states, targets, change } => {
                Answer::Plan { plan: plan(states, targets, *change), clean: is_clean(states, targets) }
            }
            Self::Lint(input) => Answer::Findings(nobody_lints(input)),
        }
    }
}
