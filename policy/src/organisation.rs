//! Questions about an organisation as data, and their answers: what JavaScript and the golden vectors ask.
//!
//! Questions about a single device or enrollment, without an organisation, are in [`request`](crate::request).

use serde::{Deserialize, Serialize};

use crate::decision::Decision;
use crate::engine::{Change, DeviceIndex, Engine, Explanation, ItemIndex, Lint, UserIndex};
use crate::handover::Plan;
use crate::ids::{DeviceId, ItemId, UserId};
use crate::locales::Language;
use crate::rule::{Rule, Side, check, parse, print};
use crate::snapshot::{Snapshot, SnapshotError, Thing};
use crate::what_if::Difference;

/// A snapshot and its engine, which stay in step.
#[derive(Clone, Debug)]
pub struct Organisation {
    snapshot: Snapshot,
    engine: Engine,
}

/// A question: an object whose only field names it and holds what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Question {
    /// Whether a device gets an item.
    Decide {
        /// The item.
        item: ItemId,
        /// The device.
        device: DeviceId,
        /// As if this user held it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holder: Option<UserId>,
    },
    /// Every item with its decision, in the catalogue's order.
    Decisions {
        /// The device.
        device: DeviceId,
        /// As if this user held it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holder: Option<UserId>,
    },
    /// Why a device gets an item or not, and what would change that (spec C5, E10).
    Explain {
        /// The item.
        item: ItemId,
        /// The device.
        device: DeviceId,
        /// As if this user held it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holder: Option<UserId>,
        /// With sentences in this language.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<Language>,
    },
    /// What must change on a device for a user to hold it: the dry run of signing in or out (spec A10).
    Plan {
        /// The device.
        device: DeviceId,
        /// The next holder; without one, the present one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holder: Option<UserId>,
    },
    /// What changes would do, made one after the other (spec C6). Nothing is changed.
    WhatIf {
        /// The changes.
        changes: Vec<Change>,
    },
    /// What is wrong with the policy as a whole (spec A9).
    Lint {},
    /// The tree of a rule's text.
    ParseRule {
        /// Whether it is about users or devices.
        side: Side,
        /// The text.
        text: String,
    },
    /// The text of a rule's tree.
    PrintRule {
        /// Whether it is about users or devices.
        side: Side,
        /// The tree.
        rule: Rule,
    },
}

/// The answer to a [`Question`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Reply {
    /// To `decide`.
    Decision(Decision),
    /// To `decisions`.
    Decisions(Vec<ItemDecision>),
    /// To `explain`.
    Explained(Box<Explained>),
    /// To `plan`.
    Planned(Planned),
    /// To `whatIf`.
    Difference(Difference),
    /// To `lint`.
    Lints(Vec<Lint>),
    /// To `parseRule`.
    Rule(Rule),
    /// To `printRule`.
    Text(String),
}

/// An item with its decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ItemDecision {
    /// The item.
    pub item: ItemId,
    /// Whether the device gets it.
    pub decision: Decision,
}

/// An explanation, for programs and for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Explained {
    /// For programs.
    pub explanation: Explanation,
    /// For people, where a language was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
}

/// An explanation in plain sentences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Words {
    /// The decision, its reason, and what made it so.
    pub summary: String,
    /// What would flip it, in the order of [`Explanation::flips`].
    pub flips: Vec<String>,
    /// What else would help, in the order of [`Explanation::alternatives`].
    pub alternatives: Vec<String>,
}

/// A plan, and whether the device is clean as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Planned {
    /// The steps.
    pub plan: Plan,
    /// Whether nothing is or might be on the device but what the holder gets (spec A12).
    pub clean: bool,
}

impl Organisation {
    /// Compiles a snapshot.
    ///
    /// # Errors
    ///
    /// As [`Engine::new`].
    pub fn new(snapshot: Snapshot) -> Result<Self, SnapshotError> {
        let engine = Engine::new(&snapshot)?;
        Ok(Self { snapshot, engine })
    }

    /// Reads and compiles a snapshot.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::from_json`] and [`Engine::new`].
    pub fn from_json(text: &str) -> Result<Self, SnapshotError> {
        Self::new(Snapshot::from_json(text)?)
    }

    /// The snapshot as it is now.
    #[must_use]
    pub const fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Its engine.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Makes a change, and says which devices may get something else now (spec C9).
    ///
    /// # Errors
    ///
    /// What does not fit; then nothing has changed.
    pub fn apply(&mut self, change: &Change) -> Result<Vec<DeviceId>, SnapshotError> {
        let effect = self.engine.apply(change)?;
        self.snapshot.apply(change)?;
        Ok(effect.devices().filter_map(|device| self.engine.device_id(device).cloned()).collect())
    }

    /// Reads a change from JSON and makes it.
    ///
    /// # Errors
    ///
    /// As [`Organisation::apply`], or the way to what is wrong in the text.
    pub fn apply_json(&mut self, change: &str) -> Result<Vec<DeviceId>, SnapshotError> {
        self.apply(&SnapshotError::read(change)?)
    }

    /// Reads a question from JSON and answers it.
    ///
    /// # Errors
    ///
    /// As [`Organisation::ask`], or the way to what is wrong in the text.
    pub fn ask_json(&self, question: &str) -> Result<Reply, SnapshotError> {
        self.ask(&SnapshotError::read(question)?)
    }

    /// Answers a question.
    ///
    /// # Errors
    ///
    /// What is named and is not there, a rule that is wrong, or a change that does not fit.
    pub fn ask(&self, question: &Question) -> Result<Reply, SnapshotError> {
        Ok(match question {
            Question::Decide { item, device, holder } => {
                let (item, (device, holder)) = (self.item(item)?, self.seat(device, holder.as_ref())?);
                Reply::Decision(self.decide(item, device, holder))
            }
            Question::Decisions { device, holder } => {
                let (device, holder) = self.seat(device, holder.as_ref())?;
                let decisions = self.engine.items().map(|(index, item)| ItemDecision {
                    item: item.id.clone(),
                    decision: self.decide(index, device, holder),
                });
                Reply::Decisions(decisions.collect())
            }
            Question::Explain { item: id, device: device_id, holder, language } => {
                let (item, (device, holder)) = (self.item(id)?, self.seat(device_id, holder.as_ref())?);
                let explanation = self.engine.explain(item, device, holder);
                let explanation =
                    explanation.ok_or_else(|| SnapshotError::missing("device", Thing::Device, device_id))?;
                let words = language.map(|language| Words::of(&explanation, &self.engine, language));
                Reply::Explained(Box::new(Explained { explanation, words }))
            }
            Question::Plan { device: id, holder } => {
                let (device, holder) = self.seat(id, holder.as_ref())?;
                let missing = || SnapshotError::missing("device", Thing::Device, id);
                let holder = holder.or_else(|| self.engine.holder(device)).ok_or_else(missing)?;
                let plan = self.engine.plan(device, holder).ok_or_else(missing)?;
                Reply::Planned(Planned { plan, clean: self.engine.is_clean(device, holder) })
            }
            Question::WhatIf { changes } => Reply::Difference(self.engine.what_if(changes)?),
            Question::Lint {} => Reply::Lints(self.engine.lint()),
            Question::ParseRule { side, text } => {
                let rule = parse(text, *side, &self.snapshot.vocabulary());
                Reply::Rule(rule.map_err(|error| SnapshotError::rule("text", error))?)
            }
            Question::PrintRule { side, rule } => {
                let vocabulary = self.snapshot.vocabulary();
                check(rule, *side, &vocabulary).map_err(|error| SnapshotError::rule("rule", error))?;
                Reply::Text(print(rule, &vocabulary))
            }
        })
    }

    fn item(&self, id: &ItemId) -> Result<ItemIndex, SnapshotError> {
        self.engine.item(id).ok_or_else(|| SnapshotError::missing("item", Thing::Item, id))
    }

    fn seat(
        &self,
        device: &DeviceId,
        holder: Option<&UserId>,
    ) -> Result<(DeviceIndex, Option<UserIndex>), SnapshotError> {
        let index =
            self.engine.device(device).ok_or_else(|| SnapshotError::missing("device", Thing::Device, device))?;
        let holder =
            holder.map(|id| self.engine.user(id).ok_or_else(|| SnapshotError::missing("holder", Thing::User, id)));
        Ok((index, holder.transpose()?))
    }

    fn decide(&self, item: ItemIndex, device: DeviceIndex, holder: Option<UserIndex>) -> Decision {
        match holder {
            Some(holder) => self.engine.decide_for(item, device, holder),
            None => self.engine.decide(item, device),
        }
    }
}

impl Words {
    /// The explanation in a language.
    #[must_use]
    pub fn of(explanation: &Explanation, engine: &Engine, language: Language) -> Self {
        Self {
            summary: explanation.sentence(engine, language),
            flips: explanation.flip_sentences(engine, language),
            alternatives: explanation.alternative_sentences(language),
        }
    }
}
