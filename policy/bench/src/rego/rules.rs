//! Groups and items as Rego rules. Rego evaluates a rule once for each query, so groups are rules.

use std::fmt::Write;

use baton_policy::Rule;
use baton_policy::rule::{Condition, GroupRef, Side, Test};
use baton_policy::snapshot::Snapshot;

use crate::Groups;
use crate::plain::{Plain, PlainItem, name, plain, rule_of};

/// All rules.
#[must_use]
pub fn text(snapshot: &Snapshot, items: &[PlainItem], groups: Groups) -> String {
    let mut writer = Writer { text: String::new(), groups, helpers: 0 };
    writer
        .line("package baton\nimport rego.v1\ndevice := data.devices[input.device]\nuser := data.users[device.holder]");
    if groups == Groups::AsConditions {
        let users = snapshot.user_groups.iter().map(|group| GroupRef::User(group.id.clone()));
        let devices = snapshot.device_groups.iter().map(|group| GroupRef::Device(group.id.clone()));
        for group in users.chain(devices) {
            match rule_of(snapshot, &group) {
                Some(rule) => {
                    let statement = writer.statement(&rule);
                    writer.line(&format!("g_{} if {{ {statement} }}", group.as_str()));
                }
                None => writer.line(&format!("g_{} if {}", group.as_str(), by_hand(&group))),
            }
        }
    }
    for (number, item) in items.iter().enumerate() {
        writer.item(number, item);
    }
    writer.text
}

fn by_hand(group: &GroupRef) -> String {
    let subject = if group.side() == Side::User { "user" } else { "device" };
    format!("{subject}.groups.{}", group.as_str())
}

struct Writer {
    text: String,
    groups: Groups,
    helpers: usize,
}

impl Writer {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
    }

    fn item(&mut self, number: usize, item: &PlainItem) {
        for (index, part) in item.parts.iter().enumerate() {
            let mut all: Vec<String> = part.filters.iter().map(|filter| self.statement(filter)).collect();
            if let Some((users, groups)) = &part.groups {
                let included = format!("included_{number}_{index}");
                for user in users {
                    self.line(&format!("{included} if device.holder == {:?}", user.as_str()));
                }
                for group in groups {
                    let asked = self.in_group(group);
                    self.line(&format!("{included} if {asked}"));
                }
                all.push(included);
            }
            let all = if all.is_empty() { "true".to_owned() } else { all.join("; ") };
            self.line(&format!("permitted_{number} if {{ {all} }}"));
        }
        let mut against: Vec<String> = item.excluded.iter().map(|group| self.in_group(group)).collect();
        if let Some(refused) = &item.refused {
            against.push(self.statement(refused));
        }
        for statement in &against {
            self.line(&format!("forbidden_{number} if {{ {statement} }}"));
        }
        let unless = if against.is_empty() { String::new() } else { format!("; not forbidden_{number}") };
        if item.parts.is_empty() {
            self.line(&format!("gets_{number} if false"));
        } else {
            self.line(&format!("gets_{number} if {{ permitted_{number}{unless} }}"));
        }
        self.line(&format!("gets contains {:?} if gets_{number}", item.id));
    }

    fn in_group(&self, group: &GroupRef) -> String {
        match self.groups {
            Groups::AsConditions => format!("g_{}", group.as_str()),
            Groups::AsParents => by_hand(group),
        }
    }

    /// The rule as one statement; alternatives become rules of their own.
    fn statement(&mut self, rule: &Rule) -> String {
        match rule {
            Rule::All(parts) if parts.is_empty() => "true".to_owned(),
            Rule::All(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self.statement(part)).collect();
                parts.join("; ")
            }
            Rule::Any(parts) => self.any(parts),
            Rule::None(parts) => format!("not {}", self.any(parts)),
            Rule::InGroup(group) => self.in_group(group),
            Rule::NotInGroup(group) => format!("not {}", self.in_group(group)),
            Rule::Condition(condition) => conditional(condition),
        }
    }

    fn any(&mut self, parts: &[Rule]) -> String {
        self.helpers += 1;
        let helper = format!("any_{}", self.helpers);
        if parts.is_empty() {
            self.line(&format!("{helper} if false"));
        }
        for part in parts {
            let statement = self.statement(part);
            self.line(&format!("{helper} if {{ {statement} }}"));
        }
        helper
    }
}

fn conditional(Condition { fact, test }: &Condition) -> String {
    let (name, _) = name(fact);
    let field = format!("{}.{name}", if fact.side() == Side::User { "user" } else { "device" });
    let value = |value: &_| literal(&plain(value));
    match test {
        Test::Is(wanted) => format!("{field} == {}", value(wanted)),
        Test::IsNot(unwanted) => format!("not {field} == {}", value(unwanted)),
        Test::OneOf(wanted) => {
            let wanted: Vec<String> = wanted.iter().map(value).collect();
            format!("{field} in {{{}}}", wanted.join(", "))
        }
        Test::StartsWith(text) => format!("startswith({field}, {:?})", text.to_lowercase()),
        Test::Contains(text) => format!("contains({field}, {:?})", text.to_lowercase()),
        Test::Below(limit) => format!("{field} < {}", value(limit)),
        Test::AtMost(limit) => format!("{field} <= {}", value(limit)),
        Test::AtLeast(limit) => format!("{field} >= {}", value(limit)),
        Test::Above(limit) => format!("{field} > {}", value(limit)),
        Test::HasValue => format!("is_string({field})"),
        Test::HasNoValue => format!("not is_string({field})"),
        Test::Matches(pattern) => unreachable!("the generator makes no patterns such as {pattern:?}"),
    }
}

fn literal(value: &Plain) -> String {
    match value {
        Plain::Flag(flag) => flag.to_string(),
        Plain::Number(number) => number.to_string(),
        Plain::Text(text) => format!("{text:?}"),
    }
}
