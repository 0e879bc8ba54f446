//! How a preview looks: the sum, a bar, and the devices with what changes and why, dangers first.

use baton_model::{Preview, PreviewedChange, PreviewedTest, TestOutcome, TestsKnown};
use baton_policy::what_if::{ChangeKind, Totals};
use leptos::prelude::*;

use super::{State, Words};
use crate::fill::{count, fill};
use crate::icons::{Icon, icon};

/// The sum in a line; read aloud when it changes.
#[must_use]
pub fn sum(words: &Words, state: &State) -> AnyView {
    let sentence = match state {
        State::Untouched => &words.untouched,
        State::Unclear => &words.unclear,
        State::Moved => &words.moved,
        State::Failed => &words.failed,
        State::Shown(preview) => return totals(words, preview),
    };
    view! { <p class="fine">{sentence.clone()}</p> }.into_any()
}

fn totals(words: &Words, preview: &Preview) -> AnyView {
    let Preview { totals, tests, .. } = preview;
    let stay = if words.one_item { totals.keep } else { totals.unchanged };
    let changes = totals.gain + totals.lose + totals.undecided;
    let parts = [
        ("gain", Icon::Plus, totals.gain, &words.gain),
        ("lose", Icon::Minus, totals.lose, &words.lose),
        ("undecided", Icon::Info, totals.undecided, &words.undecided),
        ("stay", Icon::Check, stay, &words.stay),
    ];
    let parts = parts
        .into_iter()
        .filter(|(_, _, number, _)| *number > 0)
        .map(|(class, mark, number, [one, many])| {
            let sentence = count(number as usize, one, many);
            view! { <span class=format!("sum {class}")>{icon(mark)}<span>{sentence}</span></span> }
        })
        .collect_view();
    let none = (changes == 0).then(|| view! { <span class="sum">{words.none.clone()}</span> });
    let danger = (totals.danger > 0).then(|| {
        let [one, many] = &words.danger;
        let sentence = count(totals.danger as usize, one, many);
        view! { <p class="sum danger">{icon(Icon::Warning)}<span>{sentence}</span></p> }
    });
    let failing = tests.iter().filter(|test| test.becomes == TestOutcome::Fails).count();
    let failing = (failing > 0).then(|| {
        let [one, many] = &words.tests_fail;
        view! { <p class="sum danger">{icon(Icon::Cross)}<span>{count(failing, one, many)}</span></p> }
    });
    let [pending, not_all] = &words.tests_known;
    let known = match preview.tests_known {
        TestsKnown::All => None,
        TestsKnown::Pending => Some(view! { <p class="fine">{pending.clone()}</p> }.into_any()),
        TestsKnown::NotAll => {
            Some(view! { <p class="sum undecided">{icon(Icon::Info)}<span>{not_all.clone()}</span></p> }.into_any())
        }
    };
    view! { <p class="sums">{none}{parts}</p>{danger}{failing}{known} }.into_any()
}

/// The policy tests, the bar and the devices; nothing where nothing changes.
#[must_use]
pub fn details(words: &Words, state: &State) -> Option<AnyView> {
    let State::Shown(preview) = state else { return None };
    let tests = (!preview.tests.is_empty()).then(|| {
        let rows = preview.tests.iter().map(|test| tested(words, test)).collect_view();
        view! { <ul class="what-if-list">{rows}</ul> }
    });
    let devices = (!preview.changes.is_empty()).then(|| {
        let rows = preview.changes.iter().map(|change| row(words, change)).collect_view();
        view! { {bar(&preview.totals)}<ul class="what-if-list">{rows}</ul>{more(words, preview)} }
    });
    Some(view! { {tests}{devices} }.into_any())
}

/// A policy test that would stand differently (C8).
fn tested(words: &Words, test: &PreviewedTest) -> AnyView {
    let [fails, idle, holds] = &words.tests;
    let (class, mark, word) = match test.becomes {
        TestOutcome::Fails => ("danger", Icon::Cross, fails),
        TestOutcome::Idle => ("undecided", Icon::Info, idle),
        TestOutcome::Holds => ("gain", Icon::Check, holds),
    };
    view! {
        <li class=class>
            {icon(mark)}
            <div>
                <a href=format!("/admin/policy-tests/{}", test.file)>{test.name.clone()}</a>
                <span class="what">{word.clone()}</span>
            </div>
        </li>
    }
    .into_any()
}

/// How much of the fleet changes. Drawn, not styled: the page's policy allows no inline styles.
fn bar(totals: &Totals) -> AnyView {
    let changed = totals.gain + totals.lose + totals.undecided;
    // A device that gains and loses counts in both.
    let whole = totals.devices.max(changed).max(1);
    let mut left = 0;
    let parts = [("gain", totals.gain), ("lose", totals.lose), ("undecided", totals.undecided)]
        .map(|(class, number)| {
            let start = left;
            left += number;
            view! { <rect class=class x=start.to_string() y="0" width=number.to_string() height="1" /> }
        })
        .collect_view();
    view! {
        <svg class="what-if-bar" viewBox=format!("0 0 {whole} 1") preserveAspectRatio="none" aria-hidden="true">
            <rect class="ground" x="0" y="0" width=whole.to_string() height="1" />
            {parts}
        </svg>
    }
    .into_any()
}

fn row(words: &Words, change: &PreviewedChange) -> AnyView {
    let [gains, loses, undecided] = &words.kinds;
    let (class, mark, word) = match (change.kind, change.at_sign_out) {
        (ChangeKind::Gain, _) => ("gain", Icon::Plus, gains),
        (ChangeKind::Lose, false) => ("lose", Icon::Minus, loses),
        (ChangeKind::Lose, true) => ("lose", Icon::Minus, &words.loses_at_sign_out),
        (ChangeKind::Undecided, _) => ("undecided", Icon::Info, undecided),
    };
    let (class, mark) = if change.danger.is_some() { ("danger", Icon::Warning) } else { (class, mark) };
    let danger = change.danger.map(|danger| {
        view! { <span class="why">{sentence(&words.dangers, danger.as_str())}</span> }
    });
    let item = (!words.one_item).then(|| {
        let list = if change.is_app { "/admin/apps" } else { "/admin/configurations" };
        view! { <a class="which" href=format!("{list}/{}", change.item)>{change.item_name.clone()}</a> }
    });
    view! {
        <li class=class>
            {icon(mark)}
            <div>
                <a href=format!("/admin/devices/{}", change.device)>{change.device_name.clone()}</a>
                <span class="what">{word.clone()}</span>
                {item}
                {danger}
                <span class="why">{sentence(&words.reasons, change.after.reason.as_str())}</span>
            </div>
        </li>
    }
    .into_any()
}

fn more(words: &Words, preview: &Preview) -> Option<AnyView> {
    if preview.more == 0 {
        return None;
    }
    let sentence = fill(&words.more, &[("n", &preview.more)]);
    let all = (!words.all_path.is_empty()).then(|| {
        view! {
            <button
                class="button small"
                type="submit"
                name="action"
                value="preview"
                formaction=words.all_path.clone()
            >
                {words.all.clone()}
            </button>
        }
    });
    Some(view! { <p class="what-if-more"><span>{sentence}</span>{all}</p> }.into_any())
}

/// The sentence for a code; the code itself where there is none.
fn sentence(sentences: &[(String, String)], code: &str) -> String {
    let found = sentences.iter().find(|(known, _)| known == code);
    found.map_or(code, |(_, sentence)| sentence).to_owned()
}
