//! The clip's pages that show progress, followed (A12). Each look is a request like that for the whole page: the same
//! cookies, checked anew. The address of the events says what the open page shows: which device, in whose hands, at which
//! stage. Once that is over the page is told so, and nothing else, because its next content may be another person's.

use axum::{extract::RawQuery, http::StatusCode, response::Response};
use baton_core::{
    handover::{ClipPage, Stage},
    live::WatchError,
};

use super::{Here, cleaning_view, holder_view, refusal};
use crate::{
    pages::clip::{cleaning::cleaning_news, holder::holder_news, message::Message},
    ui::live::Live,
    web::{
        Fields, Request,
        answer::PageError,
        live::{self, LivePage, Look},
        safety::is_foreign,
    },
};

/// How a page of this stage goes on by itself.
pub(super) fn of(page: &ClipPage, seconds: u16) -> Live {
    Live {
        events: format!("/clip/events?of={}", what(page)),
        home: "/clip".to_owned(),
        revision: page.revision.to_string(),
        seconds: Some(seconds),
    }
}

/// What the page shows. Custody counts up with every change of holder.
fn what(page: &ClipPage) -> String {
    let stage = match page.stage {
        Stage::Free => "free",
        Stage::Cleaning => "cleaning",
        Stage::Held => "held",
        Stage::InUse => "in-use",
    };
    format!("{stage}.{}.{}", page.device.custody_seq, page.device.id)
}

pub(super) async fn follow(request: Request, query: RawQuery) -> Result<Response, PageError> {
    if is_foreign(&request.headers) {
        return Ok(request.message(StatusCode::FORBIDDEN, Message::NoClip));
    }
    let here = Here::at(&request).await?;
    let watch = request.web.core.watch_clip(&here.visit, here.session.as_ref(), request.now).await;
    let watch = watch.map_err(|error| match error {
        WatchError::Clip(error) => refusal(&request, &error, false),
        other => live::refusal(&request, &other),
    })?;
    let asked = Fields::parse(query.0.unwrap_or_default().as_bytes());
    let known = live::known(&request.headers, &asked);
    let web = request.web.clone();
    Ok(live::follow(&web, watch, Followed { request, what: asked.get("of").to_owned() }, known))
}

struct Followed {
    request: Request,
    what: String,
}

impl Followed {
    async fn page(&self) -> Result<Look, PageError> {
        let request = self.request.again();
        let here = Here::at(&request).await?;
        let page = here.core_page(&request).await?;
        if what(&page) != self.what {
            return Ok(Look::Over);
        }
        let news = match page.stage {
            Stage::Cleaning => cleaning_news(&request.frame, &cleaning_view(&request, &page)),
            Stage::Held => holder_news(&request.frame, &holder_view(&request, &page, here.session.as_ref())),
            Stage::Free | Stage::InUse => return Ok(Look::Over),
        };
        Ok(Look::Page { revision: page.revision, news })
    }
}

impl LivePage for Followed {
    async fn look(&mut self) -> Look {
        self.page().await.unwrap_or_else(|error| if error.is_failure() { Look::Failed } else { Look::Over })
    }
}
