//! Questions that need no organisation, and their answers, as data: what JavaScript and the golden vectors ask. Questions
//! about an organisation are in [`organisation`](crate::organisation).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::apple::{self, Command};
use crate::capability::{
    Action, Actor, AppRules, ByEnrollment, Capability, MacConfiguration, PasscodeReport, PasscodeValue, PayloadReport,
    app_rules, decide_action, decide_capability, decide_mac_configuration, report_by_enrollment, report_passcode,
    report_payload,
};
use crate::catalogue::Catalogue;
use crate::decision::Decision;
use crate::enrollment::{EnrollmentOutcome, EnrollmentRequest, OwnershipModel, decide_enrollment, decide_ownership};
use crate::fact::Fact;
use crate::facts::{Device, DeviceFacts, Holder, OsVersion, Platform};
use crate::handover::{HolderChange, ItemState, Plan, Target, is_clean, plan};
use crate::ids::ItemId;
use crate::lint::{Finding, LintInput, nobody_lints};
use crate::snapshot::SnapshotError;
use crate::trace::{TracedDecision, trace};
use crate::what_if::{Columns, PlaceDifference, what_if};

/// A question: an object whose only field names it and holds what it is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
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
    /// Whether Apple lets a command be sent.
    DecideCommand {
        /// The command.
        command: Command,
        /// To which device.
        facts: DeviceFacts,
    },
    /// Whether the organisation can do something on a device.
    DecideCapability {
        /// What.
        capability: Capability,
        /// On which device.
        facts: DeviceFacts,
    },
    /// The same for everything in the matrix.
    Capabilities {
        /// On which device.
        facts: DeviceFacts,
    },
    /// What becomes of a payload and its keys on a device.
    ReportPayload {
        /// Its `PayloadType`, or its file in Apple's schema where several share one.
        payload: String,
        /// The keys that are set.
        #[serde(default)]
        keys: Vec<String>,
        /// On which device.
        facts: DeviceFacts,
    },
    /// What becomes of a payload and its keys under each enrollment.
    ReportPayloadByEnrollment {
        /// Its `PayloadType`, or its file in Apple's schema where several share one.
        payload: String,
        /// The keys that are set.
        #[serde(default)]
        keys: Vec<String>,
        /// On which system.
        platform: Platform,
        /// In which version.
        #[serde(default)]
        os_version: Fact<OsVersion>,
    },
    /// What rules for the passcode come to on a device.
    ReportPasscode {
        /// The keys that are set, with their values.
        wanted: BTreeMap<String, PasscodeValue>,
        /// On which device.
        facts: DeviceFacts,
    },
    /// Whether a device gets a type of configuration of the seeds' list for Macs.
    DecideMacConfiguration {
        /// The type.
        configuration: MacConfiguration,
        /// On which device.
        facts: DeviceFacts,
    },
    /// How apps behave on a device.
    AppRules {
        /// On which device.
        facts: DeviceFacts,
    },
    /// Which kind of enrollment a request comes to.
    DecideEnrollment(Box<EnrollmentRequest>),
    /// Whether a device can be owned in this way.
    DecideOwnership(OwnershipModel),
    /// What a change would do.
    WhatIf {
        /// As things are.
        before: Box<Columns>,
        /// As they would be.
        after: Box<Columns>,
    },
}

/// The answer to a [`Request`], in the same order of kinds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Answer {
    /// To every question that begins with `decide`, but for `decideEnrollment`.
    Decision(Decision),
    /// To `explainItem`.
    Traced(TracedDecision),
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
    /// To `capabilities`.
    Capabilities(Vec<(Capability, Decision)>),
    /// To `reportPayload`.
    Payload(PayloadReport),
    /// To `reportPayloadByEnrollment`.
    PayloadByEnrollment(Vec<ByEnrollment>),
    /// To `reportPasscode`.
    Passcode(PasscodeReport),
    /// To `appRules`.
    AppRules(Fact<AppRules>),
    /// To `decideEnrollment`.
    Enrollment(Box<EnrollmentOutcome>),
    /// To `whatIf`.
    Difference(PlaceDifference),
}

impl Request {
    /// Reads a question from JSON.
    ///
    /// # Errors
    ///
    /// The way to what is wrong in the text.
    pub fn from_json(text: &str) -> Result<Self, SnapshotError> {
        SnapshotError::read(text)
    }

    /// Answers the question.
    #[must_use]
    pub fn answer(&self) -> Answer {
        match self {
            Self::DecideAction { action, facts, actor } => Answer::Decision(decide_action(*action, facts, actor)),
            Self::DecideItem { catalogue, item, device, holder } => {
                Answer::Decision(catalogue.decide(item, device, holder))
            }
            Self::ExplainItem { catalogue, item, device, holder } => {
                Answer::Traced(trace(catalogue, item, device, holder))
            }
            Self::Desired { catalogue, device, holder } => Answer::Desired(catalogue.desired(device, holder)),
            Self::Plan { states, targets, change } => {
                Answer::Plan { plan: plan(states, targets, *change), clean: is_clean(states, targets) }
            }
            Self::Lint(input) => Answer::Findings(nobody_lints(input)),
            Self::DecideCommand { command, facts } => Answer::Decision(apple::decide_command(*command, facts)),
            Self::DecideCapability { capability, facts } => Answer::Decision(decide_capability(*capability, facts)),
            Self::Capabilities { facts } => Answer::Capabilities(
                Capability::ALL.iter().map(|&capability| (capability, decide_capability(capability, facts))).collect(),
            ),
            Self::ReportPayload { payload, keys, facts } => {
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                Answer::Payload(report_payload(payload, &keys, facts))
            }
            Self::ReportPayloadByEnrollment { payload, keys, platform, os_version } => {
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                Answer::PayloadByEnrollment(report_by_enrollment(payload, &keys, *platform, *os_version))
            }
            Self::ReportPasscode { wanted, facts } => Answer::Passcode(report_passcode(wanted, facts)),
            Self::DecideMacConfiguration { configuration, facts } => {
                Answer::Decision(decide_mac_configuration(*configuration, facts))
            }
            Self::AppRules { facts } => Answer::AppRules(app_rules(facts)),
            Self::DecideEnrollment(request) => Answer::Enrollment(Box::new(decide_enrollment(request))),
            Self::DecideOwnership(model) => Answer::Decision(decide_ownership(*model)),
            Self::WhatIf { before, after } => Answer::Difference(what_if(before, after)),
        }
    }
}
