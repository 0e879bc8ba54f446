//! The holder's own page: what is arriving, whether the phone is ready, and the way out (spec A2, A12).

use leptos::prelude::*;

use super::cleaning::{progress_bar, steady_link};
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::fill;
use crate::markup::{IntoMarkup, Markup};
use crate::shell::light::{LightPage, MAIN, light, light_following};
use crate::ui::Tone;
use crate::ui::item::{ItemLine, ItemState, progress_list};
use crate::ui::live::{Live, News};
use crate::ui::notice::notice;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct HolderView {
    /// Name of the device.
    pub device_name: String,
    /// The holder's name, as people call them.
    pub person_name: String,
    /// What the holder gets, with the state of each item.
    pub items: Vec<ItemLine>,
    /// While the last person's items are still going: how many are gone, and of how many (A21).
    pub cleaning: Option<(usize, usize)>,
    /// The page came back to a phone the person already held, with a new session (A7).
    pub resumed: bool,
    /// How the page goes on by itself; `None` where the person asked it not to.
    pub live: Option<Live>,
}

impl HolderView {
    /// Everything arrived, and nothing of the last person is left.
    #[must_use]
    pub fn ready(&self) -> bool {
        self.cleaning.is_none() && self.items.iter().all(|line| line.state == ItemState::Installed)
    }

    /// Nothing more will happen by itself.
    #[must_use]
    pub fn settled(&self) -> bool {
        self.ready() || self.failed()
    }

    fn installed(&self) -> usize {
        self.items.iter().filter(|line| line.state == ItemState::Installed).count()
    }

    /// Everything came to an end, but not everything worked.
    fn failed(&self) -> bool {
        let ended = |line: &ItemLine| matches!(line.state, ItemState::Installed | ItemState::Failed(_));
        self.cleaning.is_none() && !self.ready() && self.items.iter().all(ended)
    }
}

/// The page.
#[must_use]
pub fn holder(frame: &Frame, view: &HolderView) -> String {
    let t = frame.texts();
    let page = LightPage { title: title(frame, view), place: &view.device_name };
    let signed_in = fill(t.holder_signed_in_as, &[("name", &view.person_name)]);
    let actions = view! {
        <p class="fine">{signed_in}</p>
        <a class="button wide" href="/clip/sign-out">{t.sign_out_button}</a>
    };
    let (main, actions) = (main(frame, view), Some(actions.into_markup()));
    match &view.live {
        Some(live) => light_following(frame, &page, (live, &say(frame, view)), main, actions),
        None => light(frame, &page, main, actions),
    }
}

/// What the open page is sent.
#[must_use]
pub fn holder_news(frame: &Frame, view: &HolderView) -> News {
    News::new(title(frame, view), say(frame, view)).part(MAIN, || main(frame, view))
}

fn title(frame: &Frame, view: &HolderView) -> &'static str {
    let t = frame.texts();
    if view.ready() { t.holder_ready_title } else { t.holder_busy_title }
}

fn main(frame: &Frame, view: &HolderView) -> Markup {
    let t = frame.texts();
    let resumed = view.resumed.then(|| notice(Tone::Plain, t.holder_resumed, ()));
    view! {
        {resumed}
        {headline(frame, view)}
        {progress_list(frame, &view.items)}
        {(!view.settled()).then(|| steady_link(t, view.live.is_none()))}
    }
    .into_markup()
}

/// How far it has got, and each item that waits for the person or did not work.
fn say(frame: &Frame, view: &HolderView) -> String {
    let t = frame.texts();
    let headline = if view.ready() {
        format!("{}. {}", t.holder_ready_heading, t.holder_ready_text)
    } else if view.failed() {
        format!("{}. {}", t.holder_failed_heading, t.holder_failed_text)
    } else if let Some((done, all)) = view.cleaning {
        fill(t.holder_wait_text, &[("done", &done), ("total", &all)])
    } else {
        fill(t.holder_busy_said, &[("done", &view.installed()), ("total", &view.items.len())])
    };
    let calls = view.items.iter().filter(|line| line.state.calls_for_somebody());
    let calls = calls.map(|line| format!(" {}: {}.", line.item.name, line.state.word(t)));
    std::iter::once(headline).chain(calls).collect()
}

fn headline(frame: &Frame, view: &HolderView) -> Markup {
    let t = frame.texts();
    let (installed, total) = (view.installed(), view.items.len());
    if view.ready() {
        return view! {
            <div class="hero good">
                {icon(Icon::Check)}
                <h1>{t.holder_ready_heading}</h1>
                <p class="lead">{t.holder_ready_text}</p>
            </div>
        }
        .into_markup();
    }
    if view.failed() {
        return view! {
            <h1>{t.holder_failed_heading}</h1>
            <p class="lead">{t.holder_failed_text}</p>
        }
        .into_markup();
    }
    if let Some((done, all)) = view.cleaning {
        return view! {
            <h1>{t.holder_wait_heading}</h1>
            <p class="lead">{fill(t.holder_wait_text, &[("done", &done), ("total", &all)])}</p>
            {progress_bar(t.cleaning_title, done, all)}
        }
        .into_markup();
    }
    view! {
        <h1>{t.holder_busy_heading}</h1>
        <p class="lead">{fill(t.holder_busy_text, &[("done", &installed), ("total", &total)])}</p>
        {progress_bar(t.holder_busy_title, installed, total)}
    }
    .into_markup()
}
