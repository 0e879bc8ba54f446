//! Between two people: the page that shows removals being acknowledged, and holds the next sign-in back until
//! nothing of the last person is on the phone or might be (spec A12, A21). Shows no name.

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::document::Frame;
use crate::locale::{Texts, count, fill};
use crate::markup::{IntoMarkup, Markup};
use crate::shell::light::{LightPage, MAIN, light, light_following};
use crate::ui::Tone;
use crate::ui::item::{ItemLine, progress_list};
use crate::ui::live::{Live, News};
use crate::ui::moment::ago;
use crate::ui::notice::notice;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct CleaningView {
    /// Name of the device.
    pub device_name: String,
    /// How many items must go, in all.
    pub total: usize,
    /// How many the device has confirmed as gone.
    pub done: usize,
    /// The items by name; leave it empty where only counts may be shown.
    pub items: Vec<ItemLine>,
    /// When the device last answered, if it ever did.
    pub last_contact: Option<OffsetDateTime>,
    /// It takes longer than it should: say what helps.
    pub slow: bool,
    /// Who may help.
    pub helpers: Option<String>,
    /// How the page goes on by itself; `None` where the person asked it not to.
    pub live: Option<Live>,
}

/// The page.
#[must_use]
pub fn cleaning(frame: &Frame, view: &CleaningView) -> String {
    let page = LightPage { title: frame.texts().cleaning_title, place: &view.device_name };
    let main = main(frame, view);
    match &view.live {
        Some(live) => light_following(frame, &page, (live, &sentence(frame, view)), main, None),
        None => light(frame, &page, main, None),
    }
}

/// What the open page is sent.
#[must_use]
pub fn cleaning_news(frame: &Frame, view: &CleaningView) -> News {
    News::new(frame.texts().cleaning_title, sentence(frame, view)).part(MAIN, || main(frame, view))
}

fn sentence(frame: &Frame, view: &CleaningView) -> String {
    let t = frame.texts();
    if view.total == 0 {
        return t.cleaning_checking.to_owned();
    }
    fill(t.cleaning_progress, &[("done", &view.done), ("total", &view.total)])
}

fn main(frame: &Frame, view: &CleaningView) -> Markup {
    let t = frame.texts();
    let contact = view.last_contact.map(|at| {
        view! { <p class="fine">{t.cleaning_last_contact}" "{ago(frame, at)}</p> }
    });
    let slow = view.slow.then(|| {
        let helpers = view.helpers.as_ref().map(|helpers| fill(t.in_use_helpers, &[("helpers", helpers)]));
        notice(
            Tone::Warn,
            t.cleaning_slow,
            view! { <p>{t.cleaning_slow_help}</p>{helpers.map(|text| view! { <p>{text}</p> })} },
        )
    });
    let then = match view.total.saturating_sub(view.done) {
        0 => t.cleaning_then_answer.to_owned(),
        left => count(left, t.cleaning_then_one, t.cleaning_then_many),
    };
    view! {
        <h1>{t.cleaning_heading}</h1>
        <p class="lead">{sentence(frame, view)}</p>
        {progress_bar(t.cleaning_title, view.done, view.total)}
        {slow}
        {progress_list(frame, &view.items)}
        <p class="fine">{then}</p>
        {contact}
        {steady_link(t, view.live.is_none())}
    }
    .into_markup()
}

/// The way to a page that holds still, and back: whoever reads slowly decides the pace (WCAG 2.2.2).
pub(crate) fn steady_link(t: &'static Texts, steady: bool) -> Markup {
    let (to, words) = if steady { ("/clip", t.update_again) } else { ("/clip?steady", t.update_stop) };
    view! { <p class="fine"><a class="tap" href=to>{words}</a></p> }.into_markup()
}

/// A bar for "n of m". Without a total it only says that something is under way.
pub(crate) fn progress_bar(label: &'static str, done: usize, total: usize) -> Markup {
    if total == 0 {
        return view! { <progress aria-label=label></progress> }.into_markup();
    }
    view! { <progress aria-label=label max=total.to_string() value=done.to_string()></progress> }.into_markup()
}
