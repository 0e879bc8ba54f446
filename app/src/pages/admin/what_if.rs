//! The panel beside Save: what saving changes (spec C6).

use baton_model::Preview;
use leptos::prelude::*;

use crate::document::Frame;
use crate::islands::{Subject, WhatIf};
use crate::markup::{IntoMarkup, Markup};
use crate::ui::Tone;
use crate::ui::form::hidden;
use crate::ui::notice::notice;
use crate::what_if::Words;

/// What the panel shows.
#[derive(Clone, Debug)]
pub struct WhatIfView {
    /// What the form edits.
    pub subject: Subject,
    /// The revision that the page was made from; goes with the form as `previewed`.
    pub revision: String,
    /// What saving would change, when it was asked for.
    pub preview: Option<Preview>,
    /// It was not saved, because something moved since it was previewed.
    pub stale: bool,
}

impl WhatIfView {
    /// A page that shows what is stored.
    #[must_use]
    pub fn new(subject: Subject, revision: String) -> Self {
        Self { subject, revision, preview: None, stale: false }
    }

    fn source(&self) -> String {
        match &self.subject {
            Subject::Item(id) => format!("/api/v1/items/{id}/what-if"),
            Subject::UserGroup(id) => format!("/api/v1/user-groups/{id}/what-if"),
            Subject::DeviceGroup(id) => format!("/api/v1/device-groups/{id}/what-if"),
        }
    }
}

/// Why it was not saved.
pub(super) fn stale(frame: &Frame, view: &WhatIfView) -> Option<Markup> {
    let t = frame.texts();
    view.stale.then(|| notice(Tone::Warn, t.what_if_stale_title, view! { <p>{t.what_if_stale_text}</p> }))
}

/// The panel with the buttons of its form, which is sent to `path`: *Save*, and *Preview* for browsers in which nothing
/// is computed.
pub(super) fn beside_save(frame: &Frame, view: &WhatIfView, path: &str, cancel: String) -> Markup {
    let t = frame.texts();
    let one_item = matches!(view.subject, Subject::Item(_));
    // Where all is shown, or as much as one page can, there is no more to ask for.
    let is_whole = view.preview.as_ref().is_some_and(|preview| preview.changes.len() > crate::what_if::SHOWN);
    let all = if is_whole { String::new() } else { format!("{path}?show=all#what-if") };
    let live = WhatIf {
        subject: view.subject.clone(),
        source: view.source(),
        revision: view.revision.clone(),
        words: Words::of(frame.locale, one_item, all),
        shown: view.preview.clone(),
    };
    view! {
        <aside class="aside">
            {hidden("previewed", &view.revision)}
            <section class="panel what-if" id="what-if" aria-labelledby="what-if-title">
                <header class="panel-head"><h2 id="what-if-title">{t.what_if_title}</h2></header>
                {live.island()}
            </section>
            <div class="form-actions">
                <button class="button primary" type="submit">{t.save}</button>
                <button
                    class="button"
                    type="submit"
                    name="action"
                    value="preview"
                    formaction=format!("{path}#what-if")
                    data-preview=""
                >
                    {t.what_if_button}
                </button>
                <a class="button quiet" href=cancel>{t.cancel}</a>
            </div>
        </aside>
    }
    .into_markup()
}
