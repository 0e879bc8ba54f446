//! Pages that follow what they show, as server-sent events (A12): a snapshot with its revision, then changes.
//!
//! | event | says |
//! |---|---|
//! | `page` | what the page shows now; its id is the revision |
//! | `beat` | nothing new, but still here |
//! | `over` | what the page shows is over: load it again |
//!
//! Nothing is kept for a reader that is slow: it gets what is true when it is ready, and is let go after one beat.

use std::{convert::Infallible, time::Duration};

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use baton_core::live::{LiveConfig, Watch, WatchError, Woken};
use baton_model::PageRevision;
use futures::stream;
use tokio::{
    sync::mpsc,
    time::{sleep, timeout},
};

use super::{Fields, Request, Web, answer::PageError};
use crate::ui::live::News;

/// Between two looks at the same page passes at least this: what changes together is shown together.
const PAUSE: Duration = Duration::from_millis(50);
/// Who is refused may ask again after so many seconds.
const ASK_AGAIN: &str = "30";

/// What there is to see.
pub enum Look {
    /// What the page shows now, and what it was rendered from.
    Page {
        /// What it was rendered from.
        revision: PageRevision,
        /// What it shows.
        news: News,
    },
    /// What the page shows is over, or the reader may not see it any more.
    Over,
    /// Baton failed; the reader may ask again.
    Failed,
}

/// A page that is followed.
pub trait LivePage: Send + 'static {
    /// Looks, with the reader's rights at this moment.
    fn look(&mut self) -> impl Future<Output = Look> + Send;
}

/// The revision that the reader has: from a browser that reconnects by itself, or from the page's script.
pub fn known(headers: &HeaderMap, asked: &Fields) -> Option<PageRevision> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    last.unwrap_or_else(|| asked.get("known")).parse().ok()
}

/// The answer to a reader who cannot follow.
pub fn refusal(request: &Request, error: &WatchError) -> PageError {
    let (status, text) = match error {
        WatchError::TooManyOfOne => (StatusCode::TOO_MANY_REQUESTS, request.frame.texts().live_too_many),
        WatchError::TooMany | WatchError::Stopping => {
            (StatusCode::SERVICE_UNAVAILABLE, request.frame.texts().live_full)
        }
        WatchError::Clip(baton_core::clip::ClipError::Core(error)) | WatchError::Core(error) => {
            return request.fail(error);
        }
        WatchError::Clip(_) => (StatusCode::GONE, request.frame.texts().retired_text),
    };
    tracing::info!(reason = %error, "a page is not followed");
    (status, [(header::RETRY_AFTER, ASK_AGAIN)], format!("{text}\n")).into_response().into()
}

/// The events of a page. `known` is the revision that the reader has already.
pub fn follow(web: &Web, watch: Watch, mut page: impl LivePage, known: Option<PageRevision>) -> Response {
    let config = web.core.config().live;
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        let writer = Writer { sender, config };
        // The end says itself: the reader sees it, and asks again where there is more to see.
        drop(timeout(config.longest, writer.write(&watch, &mut page, known)).await);
    });
    let events = stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|event| (Ok::<Event, Infallible>(event), receiver))
    });
    let mut answer = Sse::new(events).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Otherwise nginx would keep events back until it has many.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    answer
}

struct Writer {
    sender: mpsc::Sender<Event>,
    config: LiveConfig,
}

impl Writer {
    /// Writes until the reader is gone or too slow, or what it may see is over.
    async fn write(&self, watch: &Watch, page: &mut impl LivePage, known: Option<PageRevision>) {
        let mut shown: Option<String> = None;
        let mut is_due = true;
        loop {
            let event = match page.look().await {
                Look::Over => {
                    self.send(Event::default().event("over").data("over")).await;
                    return;
                }
                Look::Failed => return,
                Look::Page { revision, news } => {
                    watch.shows(revision);
                    let news = news.to_json();
                    let is_new = shown.as_ref().map_or(known != Some(revision), |shown| *shown != news);
                    let event = is_new.then(|| Event::default().id(revision.to_string()).event("page").data(&news));
                    shown = Some(news);
                    event.or_else(|| is_due.then(|| Event::default().event("beat").data("beat")))
                }
            };
            if let Some(event) = event
                && !self.send(event).await
            {
                return;
            }
            is_due = tokio::select! {
                woken = watch.woken() => {
                    if woken == Woken::Stopping {
                        return;
                    }
                    sleep(PAUSE).await;
                    false
                }
                () = sleep(self.config.beat) => true,
                () = self.sender.closed() => return,
            };
        }
    }

    /// Whether the reader took it in time.
    async fn send(&self, event: Event) -> bool {
        matches!(timeout(self.config.beat, self.sender.send(event)).await, Ok(Ok(())))
    }
}
