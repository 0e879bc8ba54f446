//! Why a device gets an item or not: every rule that was asked, in order (spec C5).

use leptos::prelude::*;

use super::list::Link;
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::Texts;
use crate::markup::{IntoMarkup, Markup};
use crate::ui::form::{Input, Kind, TextField};
use crate::ui::{Tone, badge};

/// How a rule weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// It speaks for the item.
    For,
    /// It speaks against it.
    Against,
    /// It says nothing.
    Nothing,
    /// It cannot be told yet.
    Open,
}

impl Weight {
    const fn look(self) -> (&'static str, Icon) {
        match self {
            Self::For => ("for", Icon::Check),
            Self::Against => ("against", Icon::Cross),
            Self::Nothing => ("nothing", Icon::Minus),
            Self::Open => ("open", Icon::Info),
        }
    }
}

/// One rule, and how it came out.
#[derive(Clone, Debug)]
pub struct Step {
    /// How it weighs.
    pub weight: Weight,
    /// The rule with its outcome, in the page's language.
    pub sentence: String,
}

/// A decision with everything that was asked on the way.
#[derive(Clone, Debug)]
pub struct Explained {
    /// Whether the device should have the item; `None` when that cannot be told.
    pub wanted: Option<bool>,
    /// Why, in one sentence.
    pub reason: String,
    /// Whose rule decided.
    pub source: &'static str,
    /// Every rule.
    pub steps: Vec<Step>,
    /// What would change it, and what else helps: sentences in the page's language.
    pub flips: Vec<String>,
}

/// The rules in the order in which they were asked.
pub(super) fn chain(frame: &Frame, explained: &Explained) -> Markup {
    let steps = explained
        .steps
        .iter()
        .map(|step| {
            let (class, mark) = step.weight.look();
            view! { <li class=class>{icon(mark)}<span>{step.sentence.clone()}</span></li> }
        })
        .collect_view();
    view! {
        <ol class="chain">{steps}</ol>
        <p class="fine">{explained.source}</p>
        {flips(frame.texts(), &explained.flips)}
    }
    .into_markup()
}

/// What would change the decision (spec E10).
fn flips(t: &'static Texts, sentences: &[String]) -> Option<Markup> {
    if sentences.is_empty() {
        return None;
    }
    let sentences = sentences.iter().map(|sentence| view! { <li>{sentence.clone()}</li> }).collect_view();
    let list = view! {
        <p class="flips-title">{t.explain_flips}</p>
        <ul class="flips">{sentences}</ul>
    };
    Some(list.into_markup())
}

/// The chain, folded in.
pub(super) fn folded(frame: &Frame, explained: &Explained) -> Markup {
    let t = frame.texts();
    view! {
        <details class="explanation">
            <summary>{t.explain_summary}</summary>
            {chain(frame, explained)}
        </details>
    }
    .into_markup()
}

/// On an item's page: a device is chosen, and its decision explained. The field `device` is sent by `GET`.
#[derive(Clone, Debug, Default)]
pub struct ExplainView {
    /// The name typed.
    pub device: Input,
    /// Names offered while typing.
    pub suggestions: Vec<String>,
    /// The devices of this name, each with its explanation.
    pub found: Vec<ExplainedDevice>,
}

/// A device whose decision is explained.
#[derive(Clone, Debug)]
pub struct ExplainedDevice {
    /// The device.
    pub device: Link,
    /// Who has it; `None` when it is signed out.
    pub holder: Option<Link>,
    /// The decision.
    pub explained: Explained,
}

/// The panel on the page at `path`.
pub(super) fn explain(frame: &Frame, view: &ExplainView, path: &str) -> Markup {
    let t = frame.texts();
    let field = TextField {
        list: Some("device-list"),
        ..TextField::new("device", t.explain_device, Kind::Code).hint(t.explain_text)
    };
    let suggestions = view.suggestions.iter().map(|name| view! { <option value=name.clone()></option> }).collect_view();
    let found = view.found.iter().map(|found| explained_device(frame, found)).collect_view();
    view! {
        <section class="panel" id="explain">
            <header class="panel-head"><h2>{t.explain_title}</h2></header>
            <form class="picker-add" method="get" action=format!("{path}#explain")>
                {field.render(frame, &view.device)}
                <button class="button" type="submit">{t.explain_show}</button>
                <datalist id="device-list">{suggestions}</datalist>
            </form>
            {found}
        </section>
    }
    .into_markup()
}

fn explained_device(frame: &Frame, found: &ExplainedDevice) -> Markup {
    let t = frame.texts();
    let verdict = match found.explained.wanted {
        Some(true) => badge(Tone::Good, Icon::Check, t.explain_gets),
        Some(false) => badge(Tone::Plain, Icon::Minus, t.explain_not),
        None => badge(Tone::Warn, Icon::Info, t.explain_undecided),
    };
    let holder = match &found.holder {
        Some(holder) => view! { <span>{t.device_with}" "{holder.render()}</span> }.into_markup(),
        None => view! { <span>{t.device_signed_out}</span> }.into_markup(),
    };
    view! {
        <article class="explained">
            <p class="status-line">{verdict}{found.device.render()}{holder}</p>
            <p>{found.explained.reason.clone()}</p>
            {chain(frame, &found.explained)}
        </article>
    }
    .into_markup()
}
