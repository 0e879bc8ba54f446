//! Server-sent events as a browser reads them.

use std::time::Duration;

use baton_model::PageRevision;
use reqwest::{Response, header::HeaderMap};

/// Longer than any event takes: the server says at least every 15 seconds that it is there.
const PATIENCE: Duration = Duration::from_secs(60);

/// The events of an open page.
pub struct Events {
    pub status: u16,
    pub headers: HeaderMap,
    response: Response,
    text: String,
}

/// One of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    pub name: String,
    pub id: Option<PageRevision>,
    pub data: String,
}

impl Events {
    pub fn of(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, response, text: String::new() }
    }

    /// The next event; `None` once the server has ended them, or the connection broke.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (parse(event), rest.to_owned());
                self.text = rest;
                return Some(event);
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("there is no event");
            self.text.push_str(std::str::from_utf8(&chunk.ok().flatten()?).unwrap());
        }
    }

    /// The next event that is more than a sign of life.
    pub async fn news(&mut self) -> Option<Event> {
        loop {
            let event = self.next().await?;
            if event.name != "beat" {
                return Some(event);
            }
        }
    }

    /// Every event up to the first page that contains these words.
    pub async fn until(&mut self, words: &str) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            let event = self.news().await;
            let event = event.unwrap_or_else(|| panic!("they ended before `{words}`: {events:#?}"));
            let is_last = event.data.contains(words);
            events.push(event);
            if is_last {
                return events;
            }
        }
    }

    /// Every event up to their end.
    pub async fn rest(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(event) = self.news().await {
            events.push(event);
        }
        events
    }

    /// The text of an answer that is no events.
    pub async fn refusal(self) -> String {
        self.response.text().await.unwrap()
    }
}

fn parse(text: &str) -> Event {
    let mut event = Event::default();
    for line in text.lines() {
        match line.split_once(": ").unwrap_or((line, "")) {
            ("event", name) => name.clone_into(&mut event.name),
            ("id", id) => event.id = Some(id.parse().unwrap()),
            ("data", data) => data.clone_into(&mut event.data),
            (field, value) => panic!("an event has no `{field}`: {value}"),
        }
    }
    event
}
