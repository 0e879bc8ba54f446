//! What may be done to a device: what is allowed as links, what is denied visible, disabled, with why, who says so, and
//! what helps instead (spec E7).

use baton_policy::{Actor, DeviceFacts};
use leptos::prelude::*;

use super::action::{self, Action};
use super::{Tone, badge};
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::islands::ActionTwin;
use crate::markup::{IntoMarkup, Markup};

/// What a page shows of a device's actions.
#[derive(Clone, Debug)]
pub struct ActionsView {
    /// The path under which each action has its page.
    pub base: String,
    /// What is allowed.
    pub allowed: Vec<Allowed>,
    /// What is not, by reason.
    pub denied: Vec<Denied>,
    /// What the decisions were made from, so that the browser decides once more by the same rules.
    pub facts: DeviceFacts,
    /// The viewer, as the rules see them.
    pub viewer: Actor,
}

/// An action that is allowed.
#[derive(Clone, Debug)]
pub struct Allowed {
    /// Which.
    pub action: Action,
    /// Its limit, as a sentence, where it is allowed in part only.
    pub limit: Option<String>,
}

/// Actions that are denied for one reason.
#[derive(Clone, Debug)]
pub struct Denied {
    /// Why, as a sentence.
    pub reason: String,
    /// Who says so.
    pub source: Source,
    /// It is not known yet, rather than denied.
    pub is_open: bool,
    /// Which, each with what helps instead.
    pub actions: Vec<(Action, Option<Instead>)>,
}

/// Who says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Apple's protocol.
    Apple,
    /// The organisation: a role or a setting.
    Organisation,
    /// Baton's own rule.
    Product,
}

/// What helps instead of a denied action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instead {
    /// A sentence.
    pub text: String,
    /// The action that it speaks of, where that is one of ours.
    pub action: Option<Action>,
}

impl ActionsView {
    /// Whether there is nothing to show: the device is not managed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.allowed.is_empty() && self.denied.is_empty()
    }
}

/// Who says so, as a badge.
pub(crate) fn source(frame: &Frame, source: Source) -> Markup {
    let t = frame.texts();
    let (mark, word) = match source {
        Source::Apple => (Icon::Globe, t.source_apple),
        Source::Organisation => (Icon::People, t.source_organisation),
        Source::Product => (Icon::Sliders, t.source_product),
    };
    badge(Tone::Plain, mark, word)
}

/// The allowed ones, each a link to its page.
#[must_use]
pub fn allowed(frame: &Frame, view: &ActionsView) -> Markup {
    let t = frame.texts();
    let rows = view
        .allowed
        .iter()
        .map(|allowed| {
            let action = allowed.action;
            let path = format!("{}/{}", view.base, action::slug(action));
            let class = if action::is_destructive(action) { "action destructive" } else { "action" };
            // What the device sets as a limit says more than what the action is in general.
            let help = allowed.limit.clone().unwrap_or_else(|| action::help(t, action).to_owned());
            view! {
                <li data-action=action.as_str() data-may="yes">
                    <a class=class href=path>
                        {icon(action::mark(action))}
                        <span>
                            <strong>{action::name(t, action)}</strong>
                            <small>{help}</small>
                        </span>
                        {icon(Icon::Arrow)}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="actions">{rows}</ul> }.into_markup()
}

/// The denied ones by reason. Nothing where all are allowed.
#[must_use]
pub fn denied(frame: &Frame, view: &ActionsView) -> Markup {
    let groups =
        view.denied.iter().enumerate().map(|(number, group)| denied_group(frame, view, number, group)).collect_view();
    view! { <div class="denied">{groups}</div> }.into_markup()
}

fn denied_group(frame: &Frame, view: &ActionsView, number: usize, group: &Denied) -> Markup {
    let t = frame.texts();
    let why = format!("why-{number}");
    let rows = group
        .actions
        .iter()
        .map(|(action, instead)| {
            let id = format!("instead-{}", action::slug(*action));
            let described = match instead {
                Some(_) => format!("{why} {id}"),
                None => why.clone(),
            };
            let instead = instead.as_ref().map(|instead| {
                let link = instead.action.map(|other| {
                    let path = format!("{}/{}", view.base, action::slug(other));
                    view! { <a href=path>{action::name(t, other)}</a> }
                });
                view! { <p class="instead" id=id>{instead.text.clone()}" "{link}</p> }
            });
            view! {
                <li data-action=action.as_str() data-may="no">
                    <button class="button" type="button" disabled aria-describedby=described>
                        {icon(action::mark(*action))}
                        <span>{action::name(t, *action)}</span>
                    </button>
                    {instead}
                </li>
            }
        })
        .collect_view();
    let mark = if group.is_open { Icon::Clock } else { Icon::Lock };
    view! {
        <section>
            <p class="why" id=why>{icon(mark)}<span>{group.reason.clone()}</span>" "{source(frame, group.source)}</p>
            <ul>{rows}</ul>
        </section>
    }
    .into_markup()
}

/// The twin of these decisions: the browser decides again by the same rules, where it can.
#[must_use]
pub fn twin(frame: &Frame, view: &ActionsView) -> Markup {
    let t = frame.texts();
    let twin = ActionTwin {
        facts: view.facts.clone(),
        viewer: view.viewer,
        agrees: t.twin_agrees.to_owned(),
        differs: t.twin_differs.to_owned(),
    };
    twin.island().into_markup()
}
