//! What handlers know about a request: its language, its time, and who makes it.

use std::net::IpAddr;

use axum::{
    extract::{FromRequestParts, OriginalUri},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::Response,
};
use baton_core::{
    Actor, CoreError, Permission,
    accounts::{SignedIn, Visitor},
};
use baton_model::Timestamp;
use time::OffsetDateTime;

use super::{
    Web,
    answer::{self, PageError},
    browser,
    cookies::Cookie,
    safety::Nonce,
};
use crate::{
    document::Frame,
    pages::clip::message::Message,
    shell::{
        console::{Chrome, Flash},
        portal::Person,
    },
};

/// A request: services, time, language, cookies.
#[derive(Clone)]
pub struct Request {
    /// What all handlers share.
    pub web: Web,
    /// The language and the nonce of the page.
    pub frame: Frame,
    /// When the request came.
    pub now: Timestamp,
    /// Its headers.
    pub headers: HeaderMap,
    /// A page made it by itself: it does not keep a session alive.
    pub unattended: bool,
    /// The address that it comes from, if it tells one client from another.
    pub address: Option<IpAddr>,
}

/// Where a request comes from, as whoever serves it knows. Goes with the request as an extension.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub IpAddr);

impl Request {
    /// The same request, as if it came now: for pages that follow what they show.
    #[must_use]
    pub fn again(&self) -> Self {
        let now = (self.web.now)();
        let frame = Frame { now: moment(now).unwrap_or(self.frame.now), ..self.frame.clone() };
        Self { now, frame, unattended: true, ..self.clone() }
    }

    /// The page for an error of a service.
    pub fn fail(&self, error: &CoreError) -> PageError {
        PageError::new(&self.frame, error)
    }

    /// The cookie that the browser sent.
    pub fn cookie(&self, cookie: Cookie) -> Option<String> {
        cookie.read(&self.web, &self.headers)
    }

    /// The page that says that something is not for this person.
    pub fn forbidden(&self) -> PageError {
        self.message(StatusCode::FORBIDDEN, Message::Forbidden).into()
    }

    /// A page of one message.
    pub fn message(&self, status: StatusCode, what: Message) -> Response {
        answer::message_page(&self.frame, status, what)
    }

    /// What is known of whoever signs in.
    pub fn visitor(&self) -> Visitor {
        let agent = self.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        Visitor { browser: agent.and_then(browser::name), address: self.address, known: self.cookie(Cookie::Known) }
    }

    /// The portal session, if there is one.
    pub async fn person(&self) -> Result<Option<SignedIn>, PageError> {
        let Some(secret) = self.cookie(Cookie::Portal) else { return Ok(None) };
        let core = &self.web.core;
        let found = if self.unattended {
            core.unattended_portal_session(&secret, self.now).await
        } else {
            core.portal_session(&secret, self.now).await
        };
        found.map_err(|error| self.fail(&error))
    }
}

impl FromRequestParts<Web> for Request {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Self::Rejection> {
        let nonce = parts.extensions.get::<Nonce>().map(|nonce| nonce.0.clone()).unwrap_or_default();
        Ok(Self {
            frame: answer::frame(web, parts.headers.get(header::ACCEPT_LANGUAGE), nonce),
            now: (web.now)(),
            address: parts.extensions.get::<ClientAddress>().map(|address| address.0),
            unattended: parts.headers.contains_key("x-unattended"),
            headers: parts.headers.clone(),
            web: web.clone(),
        })
    }
}

/// A request of somebody who is signed in to the portal. Others are led to the sign-in page.
pub struct SignedInPerson {
    /// The request.
    pub request: Request,
    /// Who.
    pub person: SignedIn,
}

impl SignedInPerson {
    /// The person as pages show them.
    #[must_use]
    pub fn view(&self) -> Person {
        Person { name: self.person.user.display_name.clone(), console: self.person.sees_console() }
    }

    /// What the last form did, to be said once.
    #[must_use]
    pub fn flash(&self) -> Option<Flash> {
        self.request.cookie(Cookie::Flash).and_then(|code| Flash::from_code(&code))
    }
}

impl FromRequestParts<Web> for SignedInPerson {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Self::Rejection> {
        let Ok(request) = Request::from_request_parts(parts, web).await;
        let Some(person) = request.person().await? else {
            return Err(sign_in_first(parts, web).await.into());
        };
        Ok(Self { request, person })
    }
}

async fn sign_in_first(parts: &mut Parts, web: &Web) -> Response {
    let Ok(OriginalUri(uri)) = OriginalUri::from_request_parts(parts, web).await;
    let wanted = uri.path_and_query().map_or("/", |path| path.as_str());
    let query: String = url::form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
    answer::see_other(&format!("/sign-in?next={query}"))
}

/// A request of somebody who may see the console.
pub struct Console {
    /// The request.
    pub request: Request,
    /// Who.
    pub person: SignedIn,
    /// What every page of the console shows.
    pub chrome: Chrome,
    /// Who asks the services.
    pub actor: Actor,
}

impl FromRequestParts<Web> for Console {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Self::Rejection> {
        Self::of(SignedInPerson::from_request_parts(parts, web).await?).await
    }
}

impl Console {
    /// The console for this person, if they may see it.
    pub async fn of(signed_in: SignedInPerson) -> Result<Self, PageError> {
        let actor = signed_in.person.actor();
        let (request, whole) = (&signed_in.request, ("console", ""));
        let core = &request.web.core;
        let may = core.demand(&actor, Permission::ReadConsole, "console.read", whole, request.now).await;
        may.map_err(|error| request.fail(&error))?;
        let flash = signed_in.flash();
        Ok(Self {
            chrome: Chrome { person: signed_in.view(), manages: actor.may(Permission::ManageCatalogue), flash },
            actor,
            request: signed_in.request,
            person: signed_in.person,
        })
    }
}

/// A stored time as pages take it; `None` beyond the calendar.
#[must_use]
pub fn moment(time: Timestamp) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(time.0) * 1000).ok()
}
