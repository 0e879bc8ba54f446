//! What decided about an item of a [`Catalogue`], rule by rule (spec C5). On demand only.
//!
//! An [`Explanation`](crate::Explanation) says more: which conditions of groups failed, and what would flip the decision.
//! It needs an [`Engine`](crate::Engine).

use serde::{Deserialize, Serialize};

use crate::catalogue::Catalogue;
use crate::decision::{Decision, Outcome, ReasonCode, Source};
use crate::distribution::{CustomDistribution, Distribution, Filter};
use crate::fact::{Fact, Truth};
use crate::facts::{Device, EnrollmentType, Holder};
use crate::ids::{DeviceGroupId, ItemId, UserGroupId, UserId};

/// A decision with everything that was asked on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TracedDecision {
    /// The same decision that [`Catalogue::decide`] gives.
    pub decision: Decision,
    /// Every rule that was asked, in the order of asking.
    pub trace: Vec<TraceStep>,
}

/// One rule, and how it came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TraceStep {
    /// The rule.
    pub rule: TraceRule,
    /// Whether it holds for the device and its holder.
    pub holds: Truth,
    /// What the device or its holder has, where that says more than `holds`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
}

/// A rule that can be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum TraceRule {
    /// The catalogue has the item.
    ItemExists(ItemId),
    /// The distribution is All Devices.
    AllDevices,
    /// The distribution is No Devices.
    NoDevices,
    /// This group excludes the holder.
    ExcludesUserGroup(UserGroupId),
    /// This group excludes the device.
    ExcludesDeviceGroup(DeviceGroupId),
    /// This user is included.
    IncludesUser(UserId),
    /// This group includes the holder.
    IncludesUserGroup(UserGroupId),
    /// This group includes the device.
    IncludesDeviceGroup(DeviceGroupId),
    /// This filter must pass.
    Filter(Filter),
    /// The device must be able to take the item.
    Capability(Decision),
}

impl TraceRule {
    /// Every rule with the ways it can come out, in the order of asking: the names of the sentences in
    /// `policy/locales`.
    pub const SENTENCES: &'static [(&'static str, &'static [Truth])] = &[
        ("item-exists", &[Truth::False]),
        ("all-devices", &[Truth::True]),
        ("no-devices", &[Truth::True]),
        ("excludes-user-group", Truth::ALL),
        ("excludes-device-group", Truth::ALL),
        ("includes-user", &[Truth::True, Truth::False]),
        ("includes-user-group", Truth::ALL),
        ("includes-device-group", Truth::ALL),
        ("filter", Truth::ALL),
        ("capability", Truth::ALL),
    ];

    /// The rule's stable name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ItemExists(_) => "item-exists",
            Self::AllDevices => "all-devices",
            Self::NoDevices => "no-devices",
            Self::ExcludesUserGroup(_) => "excludes-user-group",
            Self::ExcludesDeviceGroup(_) => "excludes-device-group",
            Self::IncludesUser(_) => "includes-user",
            Self::IncludesUserGroup(_) => "includes-user-group",
            Self::IncludesDeviceGroup(_) => "includes-device-group",
            Self::Filter(_) => "filter",
            Self::Capability(_) => "capability",
        }
    }
}

impl TraceStep {
    /// The name of the step's sentence in `policy/locales`.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!("{}-{}", self.rule.name(), self.holds)
    }
}

/// Decides as [`Catalogue::decide`] does, and says how.
#[must_use]
pub fn trace(catalogue: &Catalogue, item: &ItemId, device: &Device, holder: &Holder) -> TracedDecision {
    let trace = steps(catalogue, item, device, holder);
    TracedDecision { decision: conclude(&trace), trace }
}

fn steps(catalogue: &Catalogue, item: &ItemId, device: &Device, holder: &Holder) -> Vec<TraceStep> {
    let Some(found) = catalogue.item(item) else {
        return vec![step(TraceRule::ItemExists(item.clone()), Truth::False)];
    };
    let mut trace = Vec::new();
    match &found.distribution {
        Distribution::AllDevices => trace.push(step(TraceRule::AllDevices, Truth::True)),
        Distribution::NoDevices => trace.push(step(TraceRule::NoDevices, Truth::True)),
        Distribution::Custom(custom) => trace_custom(custom, device, holder, &mut trace),
    }
    let capability = found.can_take(&device.facts);
    let holds = match capability.outcome {
        Outcome::Allow | Outcome::Partial => Truth::True,
        Outcome::Deny => Truth::False,
        Outcome::Unknown => Truth::Unknown,
    };
    trace.push(step(TraceRule::Capability(capability), holds));
    trace
}

fn trace_custom(custom: &CustomDistribution, device: &Device, holder: &Holder, trace: &mut Vec<TraceStep>) {
    for group in &custom.exclude_user_groups {
        trace.push(step(TraceRule::ExcludesUserGroup(group.clone()), holder.is_in(group)));
    }
    for group in &custom.exclude_device_groups {
        trace.push(step(TraceRule::ExcludesDeviceGroup(group.clone()), device.is_in(group)));
    }
    for user in &custom.include_users {
        trace.push(TraceStep {
            actual: Some(holder.id.to_string()),
            ..step(TraceRule::IncludesUser(user.clone()), (*user == holder.id).into())
        });
    }
    for group in &custom.include_user_groups {
        trace.push(step(TraceRule::IncludesUserGroup(group.clone()), holder.is_in(group)));
    }
    for group in &custom.include_device_groups {
        trace.push(step(TraceRule::IncludesDeviceGroup(group.clone()), device.is_in(group)));
    }
    for filter in &custom.filters {
        trace.push(TraceStep {
            actual: Some(actual(filter, device)),
            ..step(TraceRule::Filter(filter.clone()), filter.test(device))
        });
    }
}

fn step(rule: TraceRule, holds: Truth) -> TraceStep {
    TraceStep { rule, holds, actual: None }
}

/// What the device has for the fact that the filter reads.
fn actual(filter: &Filter, device: &Device) -> String {
    let facts = &device.facts;
    match filter {
        Filter::UserEnrollmentEnrolled(_) | Filter::AutomatedDeviceEnrollmentEnrolled(_) => {
            facts.enrollment.to_string()
        }
        Filter::Supervised(_) if facts.enrollment == EnrollmentType::User => facts.enrollment.to_string(),
        Filter::Supervised(_) => text(&facts.supervision),
        Filter::Platform(_) => text(&facts.platform),
        Filter::MinOsVersion(_) | Filter::MaxOsVersion(_) => text(&facts.os_version),
    }
}

fn text(fact: &Fact<impl ToString>) -> String {
    match fact {
        Fact::Value(value) => value.to_string(),
        Fact::Empty => "empty".to_owned(),
        Fact::Unknown => "unknown".to_owned(),
    }
}

/// Draws the decision from the trace alone, so that a trace that leaves something out shows.
fn conclude(trace: &[TraceStep]) -> Decision {
    let from_distribution = |outcome: fn(ReasonCode, Source) -> Decision, reason| outcome(reason, Source::Distribution);
    let mut excluded = None;
    let mut included = from_distribution(Decision::deny, ReasonCode::NotIncluded);
    let mut narrowing = Vec::new();
    for TraceStep { rule, holds, .. } in trace {
        match rule {
            TraceRule::ItemExists(_) => {
                return Decision::deny(ReasonCode::NoSuchItem, Source::Product);
            }
            TraceRule::AllDevices => {
                included = from_distribution(Decision::allow, ReasonCode::AllDevices);
            }
            TraceRule::NoDevices => {
                included = from_distribution(Decision::deny, ReasonCode::NoDevices);
            }
            TraceRule::ExcludesUserGroup(_) => {
                excluded = exclude(excluded, *holds, ReasonCode::ExcludedUserGroup);
            }
            TraceRule::ExcludesDeviceGroup(_) => {
                excluded = exclude(excluded, *holds, ReasonCode::ExcludedDeviceGroup);
            }
            TraceRule::IncludesUser(_) => {
                included = include(included, *holds, ReasonCode::IncludedUser);
            }
            TraceRule::IncludesUserGroup(_) => {
                included = include(included, *holds, ReasonCode::IncludedUserGroup);
            }
            TraceRule::IncludesDeviceGroup(_) => {
                included = include(included, *holds, ReasonCode::IncludedDeviceGroup);
            }
            TraceRule::Filter(filter) => match holds {
                Truth::True => {}
                Truth::False => {
                    narrowing.push(from_distribution(Decision::deny, filter.not_passed()));
                }
                Truth::Unknown => {
                    narrowing.push(from_distribution(Decision::unknown, filter.not_known()));
                }
            },
            TraceRule::Capability(decision) => narrowing.push(*decision),
        }
    }
    let start = match excluded {
        Some(excluded) => excluded.narrowed_by(included),
        None => included,
    };
    narrowing.into_iter().fold(start, Decision::narrowed_by)
}

/// The surest exclusion so far.
fn exclude(so_far: Option<Decision>, holds: Truth, reason: ReasonCode) -> Option<Decision> {
    let now = match holds {
        Truth::True => Decision::deny(reason, Source::Distribution),
        Truth::Unknown => Decision::unknown(ReasonCode::GroupUnknown, Source::Distribution),
        Truth::False => return so_far,
    };
    Some(so_far.map_or(now, |so_far| so_far.narrowed_by(now)))
}

/// The surest inclusion so far; the first of equals is named.
fn include(so_far: Decision, holds: Truth, reason: ReasonCode) -> Decision {
    match (so_far.outcome, holds) {
        (Outcome::Allow, _) | (_, Truth::False) => so_far,
        (_, Truth::True) => Decision::allow(reason, Source::Distribution),
        (_, Truth::Unknown) => Decision::unknown(ReasonCode::GroupUnknown, Source::Distribution),
    }
}
