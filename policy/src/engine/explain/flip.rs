//! Which change of one fact would flip a decision (spec E10).

use serde::{Deserialize, Serialize};

use super::super::items::filter_condition;
use crate::decision::{Decision, Outcome};
use crate::distribution::Distribution;
use crate::engine::candidates::candidates;
use crate::engine::hypothesis::Hypothesis;
use crate::engine::{DeviceIndex, Engine, ItemIndex};
use crate::fact::{Fact, Truth};
use crate::facts::{DeviceFacts, EnrollmentType, OsVersion, Supervision};
use crate::rule::{DeviceFact, FactRef, GroupRef, Leaf, UserFact};
use crate::value::Value;

/// A change of one fact, and the decision it would bring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Flip {
    /// What would have to change.
    pub change: FlipChange,
    /// What would be decided then.
    pub decision: Decision,
}

/// What would have to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FlipChange {
    /// The user or the device is put into a manual group.
    Join(GroupRef),
    /// The user or the device is taken out of a manual group.
    Leave(GroupRef),
    /// A fact or attribute has another value.
    Fact {
        /// Which.
        fact: FactRef,
        /// The nearest value that flips the decision.
        value: Fact<Value>,
    },
}

impl FlipChange {
    /// Whether an administrator can bring it about in the product: memberships and attributes. What else would take an
    /// item away from a device, such as another enrollment, is no news to people.
    #[must_use]
    pub const fn is_up_to_people(&self) -> bool {
        matches!(
            self,
            Self::Join(_)
                | Self::Leave(_)
                | Self::Fact { fact: FactRef::UserAttribute(_) | FactRef::DeviceAttribute(_), .. }
        )
    }

    /// How hard it is to bring about; the easiest comes first.
    fn cost(&self) -> u8 {
        match self {
            Self::Join(_) | Self::Leave(_) => 0,
            Self::Fact { fact: FactRef::UserAttribute(_) | FactRef::DeviceAttribute(_), .. } => 1,
            Self::Fact { fact: FactRef::User(_) | FactRef::Device(DeviceFact::Name), .. } => 2,
            Self::Fact { fact: FactRef::Device(DeviceFact::OsVersion | DeviceFact::LostMode), .. } => 3,
            Self::Fact { fact: FactRef::Device(DeviceFact::Supervised), .. } => 4,
            Self::Fact { .. } => 5,
        }
    }
}

impl Engine {
    /// Changes of one fact that would turn a yes into something else, or anything else into a yes;
    /// of each fact the nearest value only, the easiest fact first.
    pub(super) fn flips(
        &self,
        item: ItemIndex,
        device: DeviceIndex,
        case: &Hypothesis,
        decision: Decision,
    ) -> Vec<Flip> {
        let mut flips: Vec<Flip> = Vec::new();
        let mut consider = |change: FlipChange, hypothesis: &Hypothesis| {
            let known = flips.iter().any(|flip| is_same_fact(&flip.change, &change));
            let then = self.decide_if(item, device, hypothesis);
            if !known && is_flip(decision, then) {
                flips.push(Flip { change, decision: then });
            }
        };
        let asked = self.asked(item);
        for group in &asked.groups {
            if self.rule_of(group).is_some() {
                continue;
            }
            let member = self.is_in_if(device, group, case);
            for (other, change) in
                [(Truth::True, FlipChange::Join(group.clone())), (Truth::False, FlipChange::Leave(group.clone()))]
            {
                if member != other {
                    consider(change, &Hypothesis { group: Some((group.clone(), other)), ..case.clone() });
                }
            }
        }
        for condition in &asked.conditions {
            if condition.fact == FactRef::User(UserFact::Nobody) {
                continue;
            }
            let actual = self.fact_of(&condition.fact, device, case.holder);
            let (emptied, value_type) = (self.emptied(&condition.fact), self.value_type_of(&condition.fact));
            for value in candidates(&condition.test, &actual, emptied, value_type) {
                let change = FlipChange::Fact { fact: condition.fact.clone(), value: value.clone() };
                if let Some(hypothesis) = self.with_fact(case, device, &condition.fact, value) {
                    consider(change, &hypothesis);
                }
            }
        }
        for (fact, value, facts) in self.device_candidates(device) {
            let hypothesis = Hypothesis { facts: Some(facts), ..case.clone() };
            consider(FlipChange::Fact { fact: FactRef::Device(fact), value: Fact::Value(value) }, &hypothesis);
        }
        flips.sort_by_key(|flip| flip.change.cost());
        flips
    }

    /// The hypothesis with one more difference. What the device itself tells goes into its facts,
    /// because what it can take depends on them too.
    fn with_fact(
        &self,
        case: &Hypothesis,
        device: DeviceIndex,
        fact: &FactRef,
        value: Fact<Value>,
    ) -> Option<Hypothesis> {
        let FactRef::Device(told) = fact else {
            return Some(Hypothesis { fact: Some((fact.clone(), value)), ..case.clone() });
        };
        let mut facts = self.facts_of(device)?.clone();
        match (told, &value) {
            (DeviceFact::Name | DeviceFact::Model | DeviceFact::Product | DeviceFact::SerialNumber, _) => {
                return Some(Hypothesis { fact: Some((fact.clone(), value)), ..case.clone() });
            }
            (DeviceFact::Platform, Fact::Value(Value::Choice(name))) => {
                facts.platform = Fact::Value(name.parse().ok()?);
            }
            (DeviceFact::OsVersion, Fact::Value(Value::Version(version))) => facts.os_version = Fact::Value(*version),
            (DeviceFact::Enrollment, Fact::Value(Value::Choice(name))) => facts.enrollment = name.parse().ok()?,
            (DeviceFact::Ownership, Fact::Value(Value::Choice(name))) => facts.ownership = name.parse().ok()?,
            (DeviceFact::LostMode, Fact::Value(Value::YesNo(on))) => facts.lost_mode = Fact::Value(*on),
            (DeviceFact::Supervised, Fact::Value(Value::YesNo(yes))) => {
                facts.supervision = Fact::Value(if *yes { Supervision::Supervised } else { Supervision::Unsupervised });
            }
            (DeviceFact::UserEnrollmentEnrolled, Fact::Value(Value::YesNo(yes))) => {
                facts.enrollment = if *yes { EnrollmentType::User } else { EnrollmentType::Device };
            }
            (DeviceFact::AutomatedDeviceEnrollmentEnrolled, Fact::Value(Value::YesNo(yes))) => {
                facts.enrollment = if *yes { EnrollmentType::AutomatedDevice } else { EnrollmentType::Device };
            }
            _ => return None,
        }
        Some(Hypothesis { facts: Some(facts), ..case.clone() })
    }

    /// Other things that the device could be, the nearest first: what it can take depends on them.
    fn device_candidates(&self, device: DeviceIndex) -> Vec<(DeviceFact, Value, DeviceFacts)> {
        let Some(facts) = self.facts_of(device) else { return Vec::new() };
        let mut found = Vec::new();
        let newest = facts.os_version.value().copied();
        for major in 4..=40 {
            for minor in 0..10 {
                let version = OsVersion::new(major, minor, 0);
                if newest.is_none_or(|newest| version > newest) {
                    let other = DeviceFacts { os_version: Fact::Value(version), ..facts.clone() };
                    found.push((DeviceFact::OsVersion, Value::Version(version), other));
                }
            }
        }
        for supervision in Supervision::ALL {
            if facts.supervision != Fact::Value(*supervision) {
                let other = DeviceFacts { supervision: Fact::Value(*supervision), ..facts.clone() };
                found.push((DeviceFact::Supervised, Value::YesNo(*supervision == Supervision::Supervised), other));
            }
        }
        for enrollment in EnrollmentType::ALL {
            if facts.enrollment != *enrollment {
                let other = DeviceFacts { enrollment: *enrollment, ..facts.clone() };
                found.push((DeviceFact::Enrollment, Value::Choice(enrollment.to_string()), other));
            }
        }
        found
    }

    /// Every group and every condition that a decision about the item can depend on.
    fn asked(&self, item: ItemIndex) -> AskedFor {
        let mut asked = AskedFor::default();
        let Some(found) = self.item_at(item) else { return asked };
        let of_groups = self.app_groups.iter().filter(|group| group.has(found)).map(|group| &group.distribution);
        for distribution in std::iter::once(&found.distribution).chain(of_groups) {
            let Distribution::Custom(custom) = distribution else { continue };
            let users = custom.include_user_groups.iter().chain(&custom.exclude_user_groups);
            let devices = custom.include_device_groups.iter().chain(&custom.exclude_device_groups);
            let groups = users.cloned().map(GroupRef::User).chain(devices.cloned().map(GroupRef::Device));
            groups.for_each(|group| asked.add_group(group));
            custom.filters.iter().for_each(|filter| asked.conditions.push(filter_condition(filter)));
        }
        let mut next = 0;
        while let Some(group) = asked.groups.get(next).cloned() {
            if let Some(rule) = self.rule_of(&group) {
                rule.visit(&mut |leaf| match leaf {
                    Leaf::Group(group) => asked.add_group(group.clone()),
                    Leaf::Condition(condition) => asked.conditions.push(condition.clone()),
                });
            }
            next += 1;
        }
        asked
    }
}

#[derive(Default)]
struct AskedFor {
    groups: Vec<GroupRef>,
    conditions: Vec<crate::rule::Condition>,
}

impl AskedFor {
    fn add_group(&mut self, group: GroupRef) {
        if !self.groups.contains(&group) {
            self.groups.push(group);
        }
    }
}

/// A yes becomes a no or an unknown, or the other way round; an unknown also becomes a no.
fn is_flip(now: Decision, then: Decision) -> bool {
    match now.outcome {
        Outcome::Allow | Outcome::Partial => !then.permits(),
        Outcome::Deny => then.permits(),
        Outcome::Unknown => then.outcome != Outcome::Unknown,
    }
}

fn is_same_fact(one: &FlipChange, other: &FlipChange) -> bool {
    match (one, other) {
        (FlipChange::Fact { fact: one, .. }, FlipChange::Fact { fact: other, .. }) => one == other,
        _ => one == other,
    }
}
