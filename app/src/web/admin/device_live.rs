//! A device's page, followed (A12): where people wait for what they asked of it. Each look is a request like that for the
//! whole page, with the same cookies, checked anew.

use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use baton_core::devices::DeviceDetail;
use url::form_urlencoded::Serializer;

use super::{custody, desk::Asked, device};
use crate::{
    pages::{
        admin::device::{custody::CustodyView, device_news},
        clip::message::Message,
    },
    ui::live::Live,
    web::{
        Console, Request, SignedInPerson, Web,
        answer::PageError,
        live::{self, LivePage, Look},
        safety::is_foreign,
    },
};

/// What the page was asked for.
const ASKED: [&str; 5] = ["action", "status", "start", "end", "after"];

pub fn routes() -> Router<Web> {
    Router::new().route("/admin/devices/{id}/events", get(follow))
}

/// How the page goes on by itself. What it shows is over when somebody else signs in.
pub(super) fn of(console: &Console, detail: &DeviceDetail, asked: &Asked) -> Option<Live> {
    if asked.has("steady") {
        return None;
    }
    let path = format!("/admin/devices/{}", detail.device.id);
    let query = |first: &[(&str, &str)]| {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(first);
        for name in ASKED.into_iter().filter(|name| !asked.get(name).is_empty()) {
            query.append_pair(name, asked.get(name));
        }
        query.finish()
    };
    let (viewer, same) = (console.person.user.id.as_str(), query(&[]));
    Some(Live {
        events: format!("{path}/events?{}", query(&[("of", viewer)])),
        home: if same.is_empty() { path } else { format!("{path}?{same}") },
        revision: detail.revision.to_string(),
        seconds: None,
    })
}

async fn follow(request: Request, Path(id): Path<String>, asked: Asked) -> Result<Response, PageError> {
    if is_foreign(&request.headers) {
        return Ok(request.message(StatusCode::FORBIDDEN, Message::Forbidden));
    }
    let console = console_of(&request.again()).await?;
    let core = &console.request.web.core;
    let watch = core.watch_device(&console.actor, &console.person, &id.as_str().into(), console.request.now).await;
    let watch = watch.map_err(|error| live::refusal(&request, &error))?;
    let known = live::known(&request.headers, asked.fields());
    let web = request.web.clone();
    Ok(live::follow(&web, watch, Followed { request, id, asked, custody: None }, known))
}

/// The console for whoever is signed in now.
async fn console_of(request: &Request) -> Result<Console, PageError> {
    let Some(person) = request.person().await? else {
        return Err(request.message(StatusCode::UNAUTHORIZED, Message::Expired).into());
    };
    Console::of(SignedInPerson { request: request.clone(), person }).await
}

struct Followed {
    request: Request,
    id: String,
    asked: Asked,
    /// The timeline up to this custody number, so that the chain is not verified at each look.
    custody: Option<(i64, CustodyView)>,
}

impl Followed {
    async fn page(&mut self) -> Result<Look, PageError> {
        let console = console_of(&self.request.again()).await?;
        if console.person.user.id.as_str() != self.asked.get("of") {
            return Ok(Look::Over);
        }
        let detail = device::detail(&console, &self.id).await?;
        let custody = match self.custody.take() {
            Some(known) if known.0 == detail.device.custody_seq => known,
            _ => (detail.device.custody_seq, custody::view(&console, &detail.device).await?),
        };
        let timeline = self.custody.insert(custody).1.clone();
        let view = device::view(&console, &detail, timeline, &self.asked, device::form_of(&detail)).await?;
        Ok(Look::Page { revision: detail.revision, news: device_news(console.frame(), &view) })
    }
}

impl LivePage for Followed {
    async fn look(&mut self) -> Look {
        self.page().await.unwrap_or_else(|error| if error.is_failure() { Look::Failed } else { Look::Over })
    }
}
