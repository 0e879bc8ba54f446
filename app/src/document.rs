//! From a view to a whole HTML document: the two shells, and the frame every page is rendered in.

use std::sync::Arc;

use hydration_context::SsrSharedContext;
use leptos::prelude::*;
use time::{OffsetDateTime, UtcOffset};

use crate::locale::{Locale, Texts};
use crate::markup::{IntoMarkup, Markup};
use crate::ui::live::Live;

/// What a page needs to know about the request it answers.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Language of the page, from `Accept-Language` ([`Locale::negotiate`]).
    pub locale: Locale,
    /// The nonce in this response's `Content-Security-Policy`, for the loader of islands and the script of pages that
    /// follow what they show.
    pub nonce: String,
    /// The moment of rendering, for "5 minutes ago".
    pub now: OffsetDateTime,
    /// The zone in which points in time are shown.
    pub zone: UtcOffset,
}

impl Frame {
    /// The sentences of the page's language.
    #[must_use]
    pub fn texts(&self) -> &'static Texts {
        self.locale.texts()
    }
}

/// Which head a document gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// Web clip, sign-in and set-up: one small style sheet, and no script but that of a page that follows what it shows,
    /// and that of passkeys on the portal's sign-in page.
    Light,
    /// The portal: the whole style sheet, no script but that of passkeys.
    Portal,
    /// A page of the portal with islands.
    PortalWithIslands,
    /// The console: the whole style sheet, and the islands.
    Console,
}

/// The head of a document.
#[derive(Clone, Debug)]
pub struct Head<'a> {
    /// Which shell.
    pub shell: Shell,
    /// The page's own title; the product's name is added.
    pub title: &'a str,
    /// How the page follows what it shows, if it does.
    pub live: Option<&'a Live>,
    /// Where the browser goes on to at once.
    pub onward: Option<&'a str>,
}

/// Renders a whole document. The content runs inside a reactive owner of its own, so that islands can be in it.
pub fn render<V: IntoView>(frame: &Frame, head: &Head<'_>, body: impl FnOnce() -> V) -> String {
    fragment(|| document(frame, head, body().into_markup()))
}

/// Renders a part of a document.
pub fn fragment<V: IntoView>(content: impl FnOnce() -> V) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| content().into_view().to_html());
    owner.unset_with_forced_cleanup();
    html
}

/// The title of a document.
#[must_use]
pub fn full_title(title: &str) -> String {
    format!("{title} · Baton")
}

fn document(frame: &Frame, head: &Head<'_>, body: Markup) -> impl IntoView + use<> {
    let title = full_title(head.title);
    let (style, class) = match head.shell {
        Shell::Light => ("/pkg/clip.css", "light-shell"),
        Shell::Portal | Shell::PortalWithIslands => ("/pkg/main.css", "portal-shell"),
        Shell::Console => ("/pkg/main.css", "console-shell"),
    };
    let has_islands = matches!(head.shell, Shell::Console | Shell::PortalWithIslands);
    let islands = has_islands.then(|| island_loader(frame));
    let live = head.live.map(|live| live_head(frame, live));
    let onward = head.onward.map(|to| view! { <meta http-equiv="refresh" content=format!("0; url={to}") /> });
    view! {
        <!DOCTYPE html>
        <html lang=frame.locale.tag()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <meta name="format-detection" content="telephone=no" />
                <title>{title}</title>
                <link rel="stylesheet" href=style />
                <link rel="icon" href="/pkg/icon.svg" type="image/svg+xml" />
                <link rel="apple-touch-icon" href="/pkg/icon-180.png" />
                {islands}
                {live}
                {onward}
            </head>
            <body class=class>{body}</body>
        </html>
    }
}

/// Loads the WebAssembly module and starts each island of the page. Our own loader and not `HydrationScripts`,
/// because the file names are fixed and no configuration is needed to find them.
fn island_loader(frame: &Frame) -> impl IntoView + use<> {
    view! {
        <link rel="modulepreload" href="/pkg/baton.js" />
        <script type="module" nonce=frame.nonce.clone() inner_html=include_str!("document/island_loader.js")></script>
    }
}

/// The script that follows what the page shows; where scripts do not run, the page loads again by itself. The script is
/// in the page, so that both are always of the same version, also while instances are replaced one after the other.
fn live_head(frame: &Frame, live: &Live) -> impl IntoView + use<> {
    let again = live.seconds.map(|seconds| {
        let content = format!("{seconds}; url={}", live.home);
        view! { <noscript><meta http-equiv="refresh" content=content /></noscript> }
    });
    view! {
        {again}
        <script type="module" nonce=frame.nonce.clone() inner_html=include_str!("document/follow.js")></script>
    }
}
