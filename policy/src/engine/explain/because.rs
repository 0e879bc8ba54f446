//! Why somebody is in a group or not: the conditions that made it so.

use serde::{Deserialize, Serialize};

use crate::engine::hypothesis::Hypothesis;
use crate::engine::{DeviceIndex, Engine};
use crate::fact::{Fact, Truth};
use crate::rule::{Condition, GroupRef, Rule};
use crate::value::Value;

/// A condition or a membership that made a group hold or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Because {
    /// The groups whose rules led to it, the outermost first.
    pub groups: Vec<GroupRef>,
    /// What was asked.
    pub asked: Asked,
    /// How it came out.
    pub holds: Truth,
}

/// What stands at the end of a rule's branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Asked {
    /// A condition.
    Condition {
        /// What was expected.
        condition: Condition,
        /// What the user or device has.
        actual: Fact<Value>,
    },
    /// Whether the user or device was put into the group by hand.
    Member(GroupRef),
}

/// More than so many reasons explain nothing.
const MOST: usize = 16;

impl Engine {
    /// What made the device, or its holder, be in the group or not. The first that failed, or could
    /// not be told, comes first; where all parts of a rule matter, all are named.
    pub(super) fn because(
        &self,
        group: &GroupRef,
        holds: Truth,
        device: DeviceIndex,
        case: &Hypothesis,
    ) -> Vec<Because> {
        let mut found = Vec::new();
        self.because_group(group, holds, device, case, &mut vec![group.clone()], &mut found);
        found
    }

    fn because_group(
        &self,
        group: &GroupRef,
        holds: Truth,
        device: DeviceIndex,
        case: &Hypothesis,
        way: &mut Vec<GroupRef>,
        found: &mut Vec<Because>,
    ) {
        match self.rule_of(group) {
            Some(rule) => self.because_rule(rule, holds, device, case, way, found),
            None if found.len() < MOST => {
                found.push(Because { groups: way.clone(), asked: Asked::Member(group.clone()), holds });
            }
            None => {}
        }
    }

    /// Of a rule that came out like this: the parts that made it so.
    fn because_rule(
        &self,
        rule: &Rule,
        holds: Truth,
        device: DeviceIndex,
        case: &Hypothesis,
        way: &mut Vec<GroupRef>,
        found: &mut Vec<Because>,
    ) {
        match rule {
            Rule::All(parts) | Rule::Any(parts) | Rule::None(parts) => {
                // What settles *all* is a part that fails, what settles *any* and *none* one that holds.
                let settling = match (rule, holds) {
                    (_, Truth::Unknown) => Some(Truth::Unknown),
                    (Rule::All(_), Truth::False) => Some(Truth::False),
                    (Rule::Any(_), Truth::True) | (Rule::None(_), Truth::False) => Some(Truth::True),
                    _ => None,
                };
                for part in parts {
                    let part_holds = self.test_rule(part, device, case);
                    if settling.is_none_or(|settling| settling == part_holds) {
                        self.because_rule(part, part_holds, device, case, way, found);
                        if settling.is_some() {
                            return;
                        }
                    }
                }
            }
            Rule::InGroup(group) | Rule::NotInGroup(group) => {
                let member = self.is_in_if(device, group, case);
                way.push(group.clone());
                self.because_group(group, member, device, case, way, found);
                way.pop();
            }
            Rule::Condition(condition) if found.len() < MOST => {
                let actual = self.fact_of(&condition.fact, device, case.holder);
                let asked = Asked::Condition { condition: condition.clone(), actual };
                found.push(Because { groups: way.clone(), asked, holds });
            }
            Rule::Condition(_) => {}
        }
    }

    /// How a part of a rule comes out.
    pub(in crate::engine) fn test_rule(&self, rule: &Rule, device: DeviceIndex, case: &Hypothesis) -> Truth {
        match rule {
            Rule::All(parts) => {
                parts.iter().fold(Truth::True, |so_far, part| so_far.and(self.test_rule(part, device, case)))
            }
            Rule::Any(parts) => {
                parts.iter().fold(Truth::False, |so_far, part| so_far.or(self.test_rule(part, device, case)))
            }
            Rule::None(parts) => {
                !parts.iter().fold(Truth::False, |so_far, part| so_far.or(self.test_rule(part, device, case)))
            }
            Rule::InGroup(group) => self.is_in_if(device, group, case),
            Rule::NotInGroup(group) => !self.is_in_if(device, group, case),
            Rule::Condition(condition) => condition.test.on(&self.fact_of(&condition.fact, device, case.holder)),
        }
    }
}
