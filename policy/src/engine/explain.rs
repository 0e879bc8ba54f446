//! Why a device gets an item or not, and what would change that (spec C5, E10). On demand only.

mod because;
mod flip;
mod remedy;
mod words;

use serde::{Deserialize, Serialize};

pub use because::{Asked, Because};
pub use flip::{Flip, FlipChange};
pub use remedy::Remedy;

use super::hypothesis::Hypothesis;
use super::items::filter_condition;
use super::{DeviceIndex, Engine, ItemIndex, UserIndex};
use crate::decision::{Decision, Outcome, ReasonCode, Source};
use crate::distribution::{CustomDistribution, Distribution, Filter};
use crate::fact::{Fact, Truth};
use crate::ids::{AppGroupId, DeviceId, ItemId, UserId};
use crate::rule::GroupRef;
use crate::trace::TraceRule;
use crate::value::Value;

/// A decision with everything that was asked on the way, and what would flip it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The same decision that [`Engine::decide_for`] gives.
    pub decision: Decision,
    /// Which item.
    pub item: ItemId,
    /// On which device.
    pub device: DeviceId,
    /// For whom.
    pub holder: UserId,
    /// Every rule that was asked, in the order of asking.
    pub steps: Vec<Step>,
    /// Changes of one fact that would flip the decision, the smallest first.
    pub flips: Vec<Flip>,
    /// What else would help.
    pub alternatives: Vec<Remedy>,
}

/// One rule, and how it came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", schemars(rename = "ExplanationStep"))]
pub struct Step {
    /// The rule.
    pub rule: TraceRule,
    /// The app group whose distribution asks, if it is not the item's own (spec C7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_group: Option<AppGroupId>,
    /// Whether it holds for the device and its holder.
    pub holds: Truth,
    /// Whether it is why the decision is as it is.
    pub decides: bool,
    /// What the device has, for filters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<Fact<Value>>,
    /// For groups: the conditions and memberships that made it so, the first failing one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<Because>,
}

impl Engine {
    /// Explains what [`Engine::decide_for`] decides; without a holder, for the present one.
    /// Nothing for an item or device that is not there.
    #[must_use]
    pub fn explain(&self, item: ItemIndex, device: DeviceIndex, holder: Option<UserIndex>) -> Option<Explanation> {
        let holder = holder.or_else(|| self.holder(device))?;
        let case = Hypothesis { holder: Some(holder), ..Hypothesis::default() };
        let decision = self.decide_if(item, device, &case);
        let steps = self.steps(item, device, &case, decision)?;
        Some(Explanation {
            decision,
            item: self.item_at(item)?.id.clone(),
            device: self.device_id(device)?.clone(),
            holder: self.user_id(holder)?.clone(),
            flips: self.flips(item, device, &case, decision),
            alternatives: remedy::remedies(decision),
            steps,
        })
    }

    fn steps(&self, item: ItemIndex, device: DeviceIndex, case: &Hypothesis, decision: Decision) -> Option<Vec<Step>> {
        let found = self.item_at(item)?;
        let facts = self.facts_of(device)?;
        let of_groups = self.app_groups.iter().filter(|group| group.has(found));
        let of_groups = of_groups.map(|group| (Some(&group.id), &group.distribution));
        let mut steps = Vec::new();
        for (app_group, distribution) in std::iter::once((None, &found.distribution)).chain(of_groups) {
            let start = steps.len();
            match distribution {
                Distribution::AllDevices => steps.push(plain(TraceRule::AllDevices, Truth::True)),
                Distribution::NoDevices => steps.push(plain(TraceRule::NoDevices, Truth::True)),
                Distribution::Custom(custom) => self.custom_steps(custom, device, case, &mut steps),
            }
            for step in &mut steps[start..] {
                step.app_group = app_group.cloned();
            }
        }
        let takes = self.takes(item, facts)?;
        let holds = match takes.outcome {
            Outcome::Allow | Outcome::Partial => Truth::True,
            Outcome::Deny => Truth::False,
            Outcome::Unknown => Truth::Unknown,
        };
        steps.push(plain(TraceRule::Capability(takes), holds));
        for step in &mut steps {
            step.decides = decides(step, decision);
        }
        Some(steps)
    }

    fn custom_steps(&self, custom: &CustomDistribution, device: DeviceIndex, case: &Hypothesis, steps: &mut Vec<Step>) {
        let mut group = |rule, group: GroupRef| {
            let holds = self.is_in_if(device, &group, case);
            steps.push(Step { because: self.because(&group, holds, device, case), ..plain(rule, holds) });
        };
        for id in &custom.exclude_user_groups {
            group(TraceRule::ExcludesUserGroup(id.clone()), GroupRef::User(id.clone()));
        }
        for id in &custom.exclude_device_groups {
            group(TraceRule::ExcludesDeviceGroup(id.clone()), GroupRef::Device(id.clone()));
        }
        for id in &custom.include_users {
            let is_holder = case.holder.and_then(|holder| self.user_id(holder)) == Some(id);
            steps.push(plain(TraceRule::IncludesUser(id.clone()), is_holder.into()));
        }
        let mut group = |rule, group: GroupRef| {
            let holds = self.is_in_if(device, &group, case);
            steps.push(Step { because: self.because(&group, holds, device, case), ..plain(rule, holds) });
        };
        for id in &custom.include_user_groups {
            group(TraceRule::IncludesUserGroup(id.clone()), GroupRef::User(id.clone()));
        }
        for id in &custom.include_device_groups {
            group(TraceRule::IncludesDeviceGroup(id.clone()), GroupRef::Device(id.clone()));
        }
        for filter in &custom.filters {
            steps.push(self.filter_step(filter, device));
        }
    }

    fn filter_step(&self, filter: &Filter, device: DeviceIndex) -> Step {
        let condition = filter_condition(filter);
        let actual = self.fact_of(&condition.fact, device, None);
        let holds = condition.test.on(&actual);
        Step { actual: Some(actual), ..plain(TraceRule::Filter(filter.clone()), holds) }
    }
}

const fn plain(rule: TraceRule, holds: Truth) -> Step {
    Step { rule, app_group: None, holds, decides: false, actual: None, because: Vec::new() }
}

/// Whether the step is what the decision's reason speaks of.
fn decides(step: &Step, decision: Decision) -> bool {
    if let TraceRule::Capability(takes) = &step.rule {
        return *takes == decision && decision.source != Source::Distribution;
    }
    if decision.source != Source::Distribution {
        return false;
    }
    let holds = step.holds;
    match (&step.rule, decision.reason) {
        (TraceRule::AllDevices, ReasonCode::AllDevices) | (TraceRule::NoDevices, ReasonCode::NoDevices) => true,
        (TraceRule::ExcludesUserGroup(_), ReasonCode::ExcludedUserGroup)
        | (TraceRule::ExcludesDeviceGroup(_), ReasonCode::ExcludedDeviceGroup)
        | (TraceRule::IncludesUser(_), ReasonCode::IncludedUser)
        | (TraceRule::IncludesUserGroup(_), ReasonCode::IncludedUserGroup)
        | (TraceRule::IncludesDeviceGroup(_), ReasonCode::IncludedDeviceGroup) => holds == Truth::True,
        (
            TraceRule::IncludesUser(_) | TraceRule::IncludesUserGroup(_) | TraceRule::IncludesDeviceGroup(_),
            ReasonCode::NotIncluded,
        ) => holds == Truth::False,
        (
            TraceRule::ExcludesUserGroup(_)
            | TraceRule::ExcludesDeviceGroup(_)
            | TraceRule::IncludesUserGroup(_)
            | TraceRule::IncludesDeviceGroup(_),
            ReasonCode::GroupUnknown,
        ) => holds == Truth::Unknown,
        (TraceRule::Filter(filter), reason) => match holds {
            Truth::True => false,
            Truth::False => decision.outcome == Outcome::Deny && filter.not_passed() == reason,
            Truth::Unknown => decision.outcome == Outcome::Unknown && filter.not_known() == reason,
        },
        _ => false,
    }
}
