//! Pages that follow what they show (spec A12): what such a page carries, and what it is sent when there is news.
//!
//! The server renders both from the same view, so every sentence has one source. The script of such a page
//! (`document/follow.js`) only puts what changed into place.

use leptos::prelude::*;

use super::Tone;
use super::notice::short_notice;
use crate::document::{Frame, fragment, full_title};
use crate::markup::{IntoMarkup, Markup};

/// How a page follows what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// Where news comes from, with a query that says what the page shows: it stops being true when that is over.
    pub events: String,
    /// The page itself, to be loaded again when what it shows is over.
    pub home: String,
    /// What it was rendered from.
    pub revision: String,
    /// Where scripts do not run, it loads again after so many seconds; not where somebody may be filling in a form.
    pub seconds: Option<u16>,
}

/// What a page that follows is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    title: String,
    say: String,
    parts: Vec<(&'static str, String)>,
}

impl News {
    /// News under the page's title. `say` is what a screen reader hears, once it differs from what it heard before.
    #[must_use]
    pub fn new(title: &str, say: impl Into<String>) -> Self {
        Self { title: full_title(title), say: say.into(), parts: Vec::new() }
    }

    /// With what is now in the part of this `id`, which the page marked with `data-live`.
    #[must_use]
    pub fn part<V: IntoView>(mut self, id: &'static str, content: impl FnOnce() -> V) -> Self {
        self.parts.push((id, fragment(content)));
        self
    }

    /// As the script reads it; one line.
    #[must_use]
    pub fn to_json(&self) -> String {
        let parts: serde_json::Map<_, _> =
            self.parts.iter().map(|(id, html)| ((*id).to_owned(), html.as_str().into())).collect();
        serde_json::json!({ "title": self.title, "say": self.say, "parts": parts }).to_string()
    }
}

/// What the script works with: where news comes from, the place where a screen reader hears it, and what to show while
/// there is no connection. Must not be in a part that changes.
#[must_use]
pub fn follower(frame: &Frame, live: &Live, say: &str) -> Markup {
    view! {
        <p
            id="live"
            class="visually-hidden"
            role="status"
            data-events=live.events.clone()
            data-home=live.home.clone()
            data-revision=live.revision.clone()
            data-say=say.to_owned()
        ></p>
        <div id="live-lost" class="live-lost" hidden>{short_notice(Tone::Warn, frame.texts().live_lost)}</div>
    }
    .into_markup()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_is_one_line_whatever_it_says() {
        let news = News::new("A\nB", "\"C\"\r\nD").part("main", || "<script>\n".to_owned());
        assert_eq!(
            news.to_json(),
            r#"{"parts":{"main":"&lt;script&gt;\n"},"say":"\"C\"\r\nD","title":"A\nB · Baton"}"#
        );
    }
}
