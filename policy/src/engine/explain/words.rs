//! Explanations in plain sentences (spec C5, E10).

use super::{Asked, Because, Explanation, Flip, FlipChange, Step};
use crate::engine::Engine;
use crate::engine::items::filter_condition;
use crate::fact::{Fact, Truth};
use crate::ids::UserId;
use crate::locales::{Language, fill};
use crate::rule::{Condition, FactRef, GroupRef, Side, Test};
use crate::trace::TraceRule;
use crate::value::Value;

/// The part of the language files that these sentences are in.
const EXPLAIN: &str = "explain";

impl Explanation {
    /// The decision, its reason, and what made it so, in a few plain sentences.
    #[must_use]
    pub fn sentence(&self, engine: &Engine, language: Language) -> String {
        let words = Words { engine, language, holder: &self.holder };
        let item = engine.item(&self.item).and_then(|item| engine.item_at(item));
        let item = item.map_or(self.item.as_str(), |item| item.label());
        let device = engine.device_label(&self.device);
        let verdict = format!("verdict-{}", self.decision.outcome);
        let verdict = fill(language.sentence(EXPLAIN, &verdict), &[("item", item), ("device", &device)]);
        let reason = language.sentence("reason", self.decision.reason.as_str());
        let details = self.steps.iter().filter(|step| step.decides).filter_map(|step| words.step(step));
        let sentences: Vec<String> = [verdict, reason.to_owned()].into_iter().chain(details).collect();
        sentences.join(" ")
    }

    /// Every rule that was asked, a sentence each, in the order of [`Explanation::steps`].
    #[must_use]
    pub fn step_sentences(&self, engine: &Engine, language: Language) -> Vec<String> {
        let words = Words { engine, language, holder: &self.holder };
        self.steps.iter().map(|step| words.trace(step)).collect()
    }

    /// What would flip the decision, a sentence each, in the order of [`Explanation::flips`].
    #[must_use]
    pub fn flip_sentences(&self, engine: &Engine, language: Language) -> Vec<String> {
        let words = Words { engine, language, holder: &self.holder };
        self.flips.iter().map(|flip| words.flip(flip)).collect()
    }

    /// What else would help, a sentence each, in the order of [`Explanation::alternatives`].
    #[must_use]
    pub fn alternative_sentences(&self, language: Language) -> Vec<String> {
        self.alternatives.iter().map(|one| language.sentence("remedy", one.as_str()).to_owned()).collect()
    }
}

struct Words<'a> {
    engine: &'a Engine,
    language: Language,
    holder: &'a UserId,
}

impl Words<'_> {
    fn text<'a>(&self, code: &'a str) -> &'a str {
        self.language.sentence(EXPLAIN, code)
    }

    fn who(&self, side: Side) -> String {
        match side {
            Side::User => self.user(self.holder),
            Side::Device => self.text("the-device").to_owned(),
        }
    }

    fn user(&self, id: &UserId) -> String {
        self.engine.user_label(id)
    }

    /// What a step says beyond the reason; nothing where the reason says it all.
    fn step(&self, step: &Step) -> Option<String> {
        let group = match &step.rule {
            TraceRule::ExcludesUserGroup(id) | TraceRule::IncludesUserGroup(id) => GroupRef::User(id.clone()),
            TraceRule::ExcludesDeviceGroup(id) | TraceRule::IncludesDeviceGroup(id) => GroupRef::Device(id.clone()),
            TraceRule::Filter(filter) => {
                let Condition { fact, test } = filter_condition(filter);
                let actual = step.actual.as_ref().unwrap_or(&Fact::Unknown);
                return Some(self.sentence_of(self.condition(&fact, &test, actual)));
            }
            TraceRule::ItemExists(_)
            | TraceRule::AllDevices
            | TraceRule::NoDevices
            | TraceRule::IncludesUser(_)
            | TraceRule::Capability(_) => {
                return None;
            }
        };
        let because: Vec<String> = step.because.iter().filter_map(|because| self.because(because)).collect();
        let member = self.member(&group, step.holds);
        Some(self.sentence_of(if because.is_empty() {
            member
        } else {
            fill(self.text("with-reasons"), &[("what", &member), ("reasons", &because.join("; "))])
        }))
    }

    /// The step as a sentence of its own, and for groups what made it so.
    fn trace(&self, step: &Step) -> String {
        let code = format!("{}-{}", step.rule.name(), step.holds);
        let sentence = self.language.sentence("trace", &code);
        let holder = self.user(self.holder);
        let of_group = |group: GroupRef| {
            let sentence = fill(sentence, &[("holder", &holder), ("group", &self.group(&group))]);
            let because: Vec<String> = step.because.iter().filter_map(|because| self.because(because)).collect();
            if because.is_empty() { sentence } else { format!("{sentence} ({})", because.join("; ")) }
        };
        match &step.rule {
            TraceRule::ExcludesUserGroup(id) | TraceRule::IncludesUserGroup(id) => of_group(GroupRef::User(id.clone())),
            TraceRule::ExcludesDeviceGroup(id) | TraceRule::IncludesDeviceGroup(id) => {
                of_group(GroupRef::Device(id.clone()))
            }
            TraceRule::IncludesUser(id) => fill(sentence, &[("user", &self.user(id))]),
            TraceRule::Filter(filter) => {
                let Condition { fact, test } = filter_condition(filter);
                let actual = self.actual(&fact, step.actual.as_ref().unwrap_or(&Fact::Unknown));
                let filter = format!("{}: {}", self.fact(&fact), self.expected(&fact, &test));
                fill(sentence, &[("filter", &filter), ("actual", &actual)])
            }
            TraceRule::Capability(decision) => {
                fill(sentence, &[("reason", self.language.sentence("reason", decision.reason.as_str()))])
            }
            TraceRule::ItemExists(_) | TraceRule::AllDevices | TraceRule::NoDevices => sentence.to_owned(),
        }
    }

    fn member(&self, group: &GroupRef, holds: Truth) -> String {
        let code = format!("member-{holds}");
        fill(self.text(&code), &[("who", &self.who(group.side())), ("group", &self.group(group))])
    }

    fn group(&self, group: &GroupRef) -> String {
        self.engine.group_name(group).to_owned()
    }

    fn because(&self, because: &Because) -> Option<String> {
        match &because.asked {
            Asked::Condition { condition, actual } => Some(self.condition(&condition.fact, &condition.test, actual)),
            // That somebody is not in a manual group needs no reason of its own.
            Asked::Member(group) if because.groups.len() > 1 => Some(self.member(group, because.holds)),
            Asked::Member(_) => None,
        }
    }

    fn condition(&self, fact: &FactRef, test: &Test, actual: &Fact<Value>) -> String {
        let (name, actual, expected) = (self.fact(fact), self.actual(fact, actual), self.expected(fact, test));
        fill(self.text("condition"), &[("fact", &name), ("actual", &actual), ("expected", &expected)])
    }

    fn fact(&self, fact: &FactRef) -> String {
        match fact {
            FactRef::User(fact) => self.text(&format!("user-{fact}")).to_owned(),
            FactRef::Device(fact) => self.text(&format!("device-{fact}")).to_owned(),
            FactRef::UserAttribute(id) | FactRef::DeviceAttribute(id) => {
                self.engine.attribute_label(fact.side(), id).unwrap_or_else(|| id.as_str()).to_owned()
            }
        }
    }

    fn actual(&self, of: &FactRef, fact: &Fact<Value>) -> String {
        match fact {
            Fact::Value(value) => self.value(of, value),
            Fact::Empty => self.text("empty").to_owned(),
            Fact::Unknown => self.text("unknown").to_owned(),
        }
    }

    fn value(&self, of: &FactRef, value: &Value) -> String {
        let text = value.to_string();
        match (value, self.language) {
            (Value::YesNo(_), _) => self.text(&text).to_owned(),
            (Value::Choice(_), _) => match of {
                FactRef::User(fact) => self.text(&format!("{fact}-{text}")).to_owned(),
                FactRef::Device(fact) => self.text(&format!("{fact}-{text}")).to_owned(),
                FactRef::UserAttribute(_) | FactRef::DeviceAttribute(_) => text,
            },
            (Value::Number(_), Language::De) => text.replace('.', ","),
            (Value::Date(_), Language::De) => {
                let parts: Vec<&str> = text.split('-').rev().collect();
                parts.join(".")
            }
            _ => text,
        }
    }

    fn expected(&self, of: &FactRef, test: &Test) -> String {
        let of_days = matches!(test.values().first(), Some(Value::Date(_)));
        let code =
            format!("{}{}", test.operator(), if of_days && test.operator().is_comparison() { "-date" } else { "" });
        let value = match test {
            Test::StartsWith(text) | Test::Contains(text) => text.clone(),
            Test::Matches(pattern) => pattern.to_string(),
            other => other.values().iter().map(|value| self.value(of, value)).collect::<Vec<_>>().join(", "),
        };
        fill(self.text(&format!("expected-{code}")), &[("value", &value)])
    }

    fn flip(&self, flip: &Flip) -> String {
        match &flip.change {
            FlipChange::Join(group) => {
                fill(self.text("flip-join"), &[("who", &self.who(group.side())), ("group", &self.group(group))])
            }
            FlipChange::Leave(group) => {
                fill(self.text("flip-leave"), &[("who", &self.who(group.side())), ("group", &self.group(group))])
            }
            FlipChange::Fact { fact, value: Fact::Value(value) } => {
                fill(self.text("flip-fact"), &[("fact", &self.fact(fact)), ("value", &self.value(fact, value))])
            }
            FlipChange::Fact { fact, .. } => fill(self.text("flip-empty"), &[("fact", &self.fact(fact))]),
        }
    }

    /// With a capital at the start and a full stop at the end.
    fn sentence_of(&self, text: String) -> String {
        let mut chars = text.chars();
        match chars.next() {
            Some(first) => first.to_uppercase().chain(chars).chain(['.']).collect(),
            None => text,
        }
    }
}
