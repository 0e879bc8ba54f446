//! Items as Cedar policies: one `permit` for each distribution, one `forbid` for what is excluded or refused.

use std::fmt::Write;

use baton_policy::Rule;
use baton_policy::rule::{Condition, GroupRef, Side, Test};
use baton_policy::snapshot::Snapshot;

use crate::Groups;
use crate::plain::{Part, Plain, PlainItem, name, plain, rule_of};

/// All policies.
#[must_use]
pub fn text(snapshot: &Snapshot, items: &[PlainItem], groups: Groups) -> String {
    items.iter().map(|item| of_item(snapshot, item, groups)).collect()
}

/// The policies about one item.
#[must_use]
pub fn of_item(snapshot: &Snapshot, item: &PlainItem, groups: Groups) -> String {
    let writer = Writer { snapshot, groups };
    let mut text = String::new();
    let mut policy = |effect: &str, when: &str| {
        let scope = format!("principal, action == Action::\"get\", resource == Item::{:?}", item.id);
        let _ = writeln!(text, "{effect}({scope}) when {{ {when} }};");
    };
    for part in &item.parts {
        policy("permit", &writer.part(part));
    }
    let mut against: Vec<String> = item.excluded.iter().map(|group| writer.in_group(group)).collect();
    against.extend(item.refused.iter().map(|rule| writer.rule(rule)));
    if !against.is_empty() {
        policy("forbid", &against.join(" || "));
    }
    text
}

struct Writer<'a> {
    snapshot: &'a Snapshot,
    groups: Groups,
}

impl Writer<'_> {
    fn part(&self, part: &Part) -> String {
        let mut all: Vec<String> = part.filters.iter().map(|filter| self.rule(filter)).collect();
        if let Some((users, groups)) = &part.groups {
            let users = users.iter().map(|user| format!("principal.holder == User::{:?}", user.as_str()));
            let any: Vec<String> = users.chain(groups.iter().map(|group| self.in_group(group))).collect();
            all.push(format!("({})", any.join(" || ")));
        }
        if all.is_empty() { "true".to_owned() } else { all.join(" && ") }
    }

    fn in_group(&self, group: &GroupRef) -> String {
        if self.groups == Groups::AsConditions
            && let Some(rule) = rule_of(self.snapshot, group)
        {
            return self.rule(&rule);
        }
        match group {
            GroupRef::User(id) => format!("principal.holder in UserGroup::{:?}", id.as_str()),
            GroupRef::Device(id) => format!("principal in DeviceGroup::{:?}", id.as_str()),
        }
    }

    fn rule(&self, rule: &Rule) -> String {
        let joined = |parts: &[Rule], sign: &str, nothing: &str| {
            let parts: Vec<String> = parts.iter().map(|part| self.rule(part)).collect();
            if parts.is_empty() { nothing.to_owned() } else { format!("({})", parts.join(sign)) }
        };
        match rule {
            Rule::All(parts) => joined(parts, " && ", "true"),
            Rule::Any(parts) => joined(parts, " || ", "false"),
            Rule::None(parts) => format!("!{}", joined(parts, " || ", "false")),
            Rule::InGroup(group) => format!("({})", self.in_group(group)),
            Rule::NotInGroup(group) => format!("!({})", self.in_group(group)),
            Rule::Condition(condition) => conditional(condition),
        }
    }
}

fn conditional(Condition { fact, test }: &Condition) -> String {
    let (name, always) = name(fact);
    let subject = if fact.side() == Side::User { "principal.holder" } else { "principal" };
    let has = format!("{subject} has {name}");
    let guarded = |check: String| if always { format!("({check})") } else { format!("({has} && {check})") };
    let value = |value: &_| literal(&plain(value));
    let field = format!("{subject}.{name}");
    match test {
        Test::Is(wanted) => guarded(format!("{field} == {}", value(wanted))),
        Test::IsNot(unwanted) => format!("!{}", guarded(format!("{field} == {}", value(unwanted)))),
        Test::OneOf(wanted) => {
            let wanted: Vec<String> = wanted.iter().map(value).collect();
            guarded(format!("[{}].contains({field})", wanted.join(", ")))
        }
        Test::StartsWith(text) => guarded(format!("{field} like \"{}*\"", text.to_lowercase())),
        Test::Contains(text) => guarded(format!("{field} like \"*{}*\"", text.to_lowercase())),
        Test::Below(limit) => guarded(format!("{field} < {}", value(limit))),
        Test::AtMost(limit) => guarded(format!("{field} <= {}", value(limit))),
        Test::AtLeast(limit) => guarded(format!("{field} >= {}", value(limit))),
        Test::Above(limit) => guarded(format!("{field} > {}", value(limit))),
        Test::HasValue => format!("({has})"),
        Test::HasNoValue => format!("!({has})"),
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
