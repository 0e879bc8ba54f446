//! The dry run before signing out: the checklist, then what goes, what stays and why, and what cannot be removed
//! (spec A10, A11).

use leptos::prelude::*;

use crate::document::Frame;
use crate::icons::Icon;
use crate::locale::{Texts, count};
use crate::markup::{IntoMarkup, Markup};
use crate::shell::light::{LightPage, light};
use crate::ui::Tone;
use crate::ui::form::{checkbox, hidden};
use crate::ui::item::{ItemName, plan_list};
use crate::ui::notice::notice;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct SignOutView {
    /// The device this page stands for; comes back with the form.
    pub device: String,
    /// Name of the device.
    pub device_name: String,
    /// What to do before handing the phone on.
    pub checklist: Checklist,
    /// What will be removed.
    pub removes: Vec<ItemName>,
    /// What is exchanged for the version that a signed-out phone gets.
    pub replaces: Vec<ItemName>,
    /// What arrives because only a signed-out phone has it.
    pub adds: Vec<ItemName>,
    /// What stays, and why.
    pub stays: Vec<(ItemName, StayReason)>,
    /// What cannot be removed, with a sentence in the page's language.
    pub stuck: Vec<(ItemName, String)>,
    /// Identifies the previewed plan; comes back with the form so that a changed plan is shown again.
    pub plan: String,
    /// Why the last attempt did not go through.
    pub problem: Option<SignOutProblem>,
}

/// The handover checklist (A11). The line about Microsoft apps is always the first and needs no configuration.
#[derive(Clone, Debug, Default)]
pub struct Checklist {
    /// The Microsoft line must be ticked before signing out.
    pub microsoft_blocks: bool,
    /// The Microsoft line is ticked; its id in the form is `microsoft`.
    pub microsoft_done: bool,
    /// The administrator's own lines.
    pub lines: Vec<ChecklistLine>,
}

/// A line of the checklist.
#[derive(Clone, Debug)]
pub struct ChecklistLine {
    /// Sent in `done` when ticked.
    pub id: String,
    /// What to do.
    pub text: String,
    /// Must be ticked before signing out; otherwise it only reminds.
    pub blocks: bool,
    /// Is ticked.
    pub done: bool,
}

/// Why an item stays at sign-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StayReason {
    /// A signed-out phone gets the same thing.
    SignedOutToo,
    /// A signed-out phone gets the app too, and it keeps its data.
    AppKeepsData,
}

impl StayReason {
    fn sentence(self, t: &Texts) -> &'static str {
        match self {
            Self::SignedOutToo => t.stays_signed_out_too,
            Self::AppKeepsData => t.stays_app_keeps_data,
        }
    }
}

/// Why signing out did not go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOutProblem {
    /// A line that must be ticked is not.
    ChecklistOpen,
    /// The plan is no longer the one that was shown.
    PlanChanged,
}

/// The page.
#[must_use]
pub fn sign_out(frame: &Frame, view: &SignOutView) -> String {
    let t = frame.texts();
    let page = LightPage { title: t.sign_out_title, place: &view.device_name };
    let stays =
        view.stays.iter().map(|(item, reason)| (item.clone(), Some(reason.sentence(t).to_owned()))).collect::<Vec<_>>();
    let removes = view.removes.iter().map(|item| (item.clone(), None)).collect::<Vec<_>>();
    let replaces =
        view.replaces.iter().map(|item| (item.clone(), Some(t.replaces_reason.to_owned()))).collect::<Vec<_>>();
    let adds = view.adds.iter().map(|item| (item.clone(), Some(t.adds_reason.to_owned()))).collect::<Vec<_>>();
    let stuck = view.stuck.iter().map(|(item, why)| (item.clone(), Some(why.clone()))).collect::<Vec<_>>();
    let main = view! {
        <h1>{t.sign_out_heading}</h1>
        {problem_box(t, view.problem)}
        <form id="sign-out" class="stack" method="post" action="/clip/sign-out">
            {hidden("device", &view.device)}
            {hidden("plan", &view.plan)}
            {checklist(t, &view.checklist)}
        </form>
        {section(t.sign_out_removes, t.sign_out_removes_nothing, &removes, Icon::Minus, t)}
        {(!replaces.is_empty()).then(|| section(t.sign_out_replaces, "", &replaces, Icon::Arrow, t))}
        {(!adds.is_empty()).then(|| section(t.sign_out_adds, "", &adds, Icon::Plus, t))}
        {(!stays.is_empty()).then(|| section(t.sign_out_stays, "", &stays, Icon::Check, t))}
        {(!stuck.is_empty()).then(|| section(t.sign_out_stuck, "", &stuck, Icon::Warning, t))}
    };
    let actions = view! {
        <button class="button primary wide" type="submit" form="sign-out">
            {confirm_label(t, removes.len())}
        </button>
        <a class="button quiet wide" href="/clip">{t.back}</a>
    };
    light(frame, &page, main.into_markup(), Some(actions.into_markup()))
}

fn confirm_label(t: &Texts, removes: usize) -> String {
    if removes == 0 {
        return t.sign_out_button.to_owned();
    }
    count(removes, t.sign_out_confirm_one, t.sign_out_confirm_many)
}

pub(crate) fn problem_box(t: &Texts, problem: Option<SignOutProblem>) -> Option<Markup> {
    problem.map(|problem| match problem {
        SignOutProblem::ChecklistOpen => {
            notice(Tone::Bad, t.sign_out_checklist_open, view! { <p>{t.sign_out_checklist_open_help}</p> })
        }
        SignOutProblem::PlanChanged => {
            notice(Tone::Warn, t.sign_out_plan_changed, view! { <p>{t.sign_out_plan_changed_help}</p> })
        }
    })
}

pub(crate) fn checklist(t: &Texts, checklist: &Checklist) -> Markup {
    let own = checklist
        .lines
        .iter()
        .map(|line| checkbox("done", &line.id, &line.text, None, line.done, line.blocks))
        .collect_view();
    let microsoft = checkbox(
        "done",
        "microsoft",
        t.checklist_microsoft,
        Some(t.checklist_microsoft_help),
        checklist.microsoft_done,
        checklist.microsoft_blocks,
    );
    view! {
        <fieldset class="checks card">
            <legend>{t.checklist_heading}</legend>
            {microsoft}
            {own}
        </fieldset>
    }
    .into_markup()
}

fn section(
    title: &'static str,
    empty: &'static str,
    lines: &[(ItemName, Option<String>)],
    mark: Icon,
    t: &Texts,
) -> Markup {
    let list =
        if lines.is_empty() { view! { <p class="fine">{empty}</p> }.into_markup() } else { plan_list(t, mark, lines) };
    let number = (!lines.is_empty()).then(|| format!(" ({})", lines.len()));
    view! { <section aria-label=title><h2>{title}{number}</h2>{list}</section> }.into_markup()
}
