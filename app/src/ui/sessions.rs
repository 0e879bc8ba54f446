//! The sessions that somebody has open (spec B7).

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::fill;
use crate::markup::{IntoMarkup, Markup};
use crate::ui::form::hidden;
use crate::ui::moment::ago;
use crate::ui::{Tone, badge};

/// An open session.
#[derive(Clone, Debug)]
pub struct OpenSession {
    /// What names it in forms; opens nothing.
    pub id: String,
    /// The kind of browser, such as "Safari · iPhone".
    pub browser: Option<String>,
    /// The shared device on whose own page it was opened.
    pub device: Option<String>,
    /// Since when.
    pub opened: OffsetDateTime,
    /// When it was last used.
    pub last_used: OffsetDateTime,
    /// The session in which the page is looked at.
    pub current: bool,
}

/// The list. *End* goes to `POST` `path` with the field `session`; without a path nothing can be ended.
#[must_use]
pub fn sessions(frame: &Frame, sessions: &[OpenSession], path: Option<&str>) -> Markup {
    let t = frame.texts();
    if sessions.is_empty() {
        return view! { <p class="fine">{t.sessions_none}</p> }.into_markup();
    }
    let rows = sessions.iter().map(|session| row(frame, session, path)).collect_view();
    view! { <ul class="alerts quiet sessions">{rows}</ul> }.into_markup()
}

fn row(frame: &Frame, session: &OpenSession, path: Option<&str>) -> Markup {
    let t = frame.texts();
    let browser = session.browser.clone().unwrap_or_else(|| t.sessions_other_browser.to_owned());
    let title = match &session.device {
        Some(device) => fill(t.sessions_on_device, &[("device", device)]),
        None => browser,
    };
    let mark = if session.device.is_some() { Icon::Phone } else { Icon::Person };
    let current = session.current.then(|| badge(Tone::Good, Icon::Check, t.sessions_current));
    let end = path.filter(|_| !session.current).map(|path| {
        view! {
            <form method="post" action=path.to_owned()>
                {hidden("session", &session.id)}
                <button class="button small" type="submit">
                    {t.sessions_end}<span class="visually-hidden">" "{title.clone()}</span>
                </button>
            </form>
        }
    });
    view! {
        <li>
            {icon(mark)}
            <div>
                <p class="session-title">{title.clone()}" "{current}</p>
                <p class="fine">
                    {t.sessions_used}" "{ago(frame, session.last_used)}" · "{t.sessions_opened}" "{ago(frame, session.opened)}
                </p>
                {end}
            </div>
        </li>
    }
    .into_markup()
}
