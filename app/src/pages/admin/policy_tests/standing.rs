//! How expectations stand: each with why it is not met, and where.

use leptos::prelude::*;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::{count, fill};
use crate::markup::{IntoMarkup, Markup};
use crate::pages::admin::list::Link;
use crate::ui::{Tone, badge};

/// An expectation, and how it stands.
#[derive(Clone, Debug)]
pub struct TestRow {
    /// What is expected, as a sentence for people.
    pub name: String,
    /// The item that it is about; `None` where there is none or the page is the item's own.
    pub item: Option<Link>,
    /// The file that it stands in; `None` on the file's own page.
    pub file: Option<Link>,
    /// How it stands.
    pub standing: Standing,
}

/// How an expectation stands.
#[derive(Clone, Debug)]
pub enum Standing {
    /// Met everywhere.
    Holds {
        /// How many pairs of device and holder were asked about.
        cases: usize,
    },
    /// Not met somewhere.
    Fails {
        /// How many pairs of device and holder were asked about.
        cases: usize,
        /// In how many it is not met.
        failed: usize,
        /// The first of those.
        examples: Vec<FailureLine>,
    },
    /// There is nothing that it is about; why, in the page's language.
    Idle(String),
    /// It cannot be checked; why, in the page's language.
    Wrong(String),
}

/// A device and its holder where an expectation is not met.
#[derive(Clone, Debug)]
pub struct FailureLine {
    /// The device.
    pub device: Link,
    /// Who has it, or would: such as "held by Anna Berg:".
    pub holder: String,
    /// What becomes of the item there and why, in the page's language.
    pub sentence: String,
}

/// How many expectations stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Met everywhere.
    pub hold: usize,
    /// Not met somewhere.
    pub fail: usize,
    /// About nothing.
    pub idle: usize,
    /// Cannot be checked.
    pub wrong: usize,
}

impl Counts {
    /// Counts the rows.
    #[must_use]
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a TestRow>) -> Self {
        let mut counts = Self::default();
        for row in rows {
            match row.standing {
                Standing::Holds { .. } => counts.hold += 1,
                Standing::Fails { .. } => counts.fail += 1,
                Standing::Idle(_) => counts.idle += 1,
                Standing::Wrong(_) => counts.wrong += 1,
            }
        }
        counts
    }

    const fn total(self) -> usize {
        self.hold + self.fail + self.idle + self.wrong
    }
}

/// The counts in a line.
pub(in crate::pages::admin) fn sums(frame: &Frame, counts: Counts) -> Markup {
    let t = frame.texts();
    let hold = fill(t.tests_hold, &[("hold", &counts.hold), ("total", &counts.total())]);
    let class = if counts.hold == counts.total() { "sum gain" } else { "sum" };
    let others = [
        ("sum lose", Icon::Cross, counts.fail, t.tests_fail_one, t.tests_fail_many),
        ("sum undecided", Icon::Warning, counts.wrong, t.tests_wrong_one, t.tests_wrong_many),
        ("sum stay", Icon::Info, counts.idle, t.tests_idle_one, t.tests_idle_many),
    ]
    .into_iter()
    .filter(|(_, _, number, _, _)| *number > 0)
    .map(|(class, mark, number, one, many)| {
        view! { <span class=class>{icon(mark)}<span>{count(number, one, many)}</span></span> }
    })
    .collect_view();
    view! { <p class="sums"><span class=class>{icon(Icon::Check)}<span>{hold}</span></span>{others}</p> }.into_markup()
}

/// The expectations, in their order.
pub(in crate::pages::admin) fn tests(frame: &Frame, rows: &[TestRow]) -> Markup {
    let rows = rows.iter().map(|row| test(frame, row)).collect_view();
    view! { <ul class="tests">{rows}</ul> }.into_markup()
}

fn test(frame: &Frame, row: &TestRow) -> Markup {
    let t = frame.texts();
    let (mark, body) = match &row.standing {
        Standing::Holds { cases } => {
            let cases = count(*cases, t.test_cases_one, t.test_cases_many);
            (badge(Tone::Good, Icon::Check, t.test_holds), view! { <p class="fine">{cases}</p> }.into_markup())
        }
        Standing::Fails { cases, failed, examples } => {
            (badge(Tone::Bad, Icon::Cross, t.test_fails), failures(frame, *cases, *failed, examples))
        }
        Standing::Idle(why) => {
            (badge(Tone::Plain, Icon::Info, t.test_idle), view! { <p class="fine">{why.clone()}</p> }.into_markup())
        }
        Standing::Wrong(why) => {
            (badge(Tone::Warn, Icon::Warning, t.test_wrong), view! { <p>{why.clone()}</p> }.into_markup())
        }
    };
    let links = [&row.item, &row.file].into_iter().flatten().map(|link| view! { <li>{link.render()}</li> });
    let links: Vec<_> = links.collect();
    let links = (!links.is_empty()).then(|| view! { <ul class="inline-list">{links}</ul> });
    view! {
        <li>
            <p class="test-name"><strong>{row.name.clone()}</strong>{mark}</p>
            {links}
            {body}
        </li>
    }
    .into_markup()
}

fn failures(frame: &Frame, cases: usize, failed: usize, examples: &[FailureLine]) -> Markup {
    let t = frame.texts();
    let rest = failed.saturating_sub(examples.len());
    let more = (rest > 0).then(|| view! { <li>{fill(t.and_more, &[("n", &rest)])}</li> });
    let lines = examples
        .iter()
        .map(|line| {
            view! {
                <li>
                    <p>{line.device.render()}<span class="who">{line.holder.clone()}</span></p>
                    <p>{line.sentence.clone()}</p>
                </li>
            }
        })
        .collect_view();
    view! {
        <p>{fill(t.test_failed, &[("failed", &failed), ("cases", &cases)])}</p>
        <ul class="failures">{lines}{more}</ul>
    }
    .into_markup()
}
