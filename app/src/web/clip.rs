//! The web clip's pages (spec A).

mod live;

use axum::{
    Router,
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use baton_core::{
    accounts::SignedIn,
    clip::{ClipError, Visit},
    handover::{ClipPage, ClipSignIn, ClipSignInError, DryRun, SignOutError, SignedOut, Stage},
    sources::EndedSession,
};
use baton_model::{Device, UserId};

use super::{
    Fields, Request, Web,
    answer::{PageError, page, see_other, with_cookie, with_retry_after},
    context::moment,
    cookies::Cookie,
    provider,
    safety::is_foreign,
    words,
};
use crate::pages::clip::{
    cleaning::{CleaningView, cleaning},
    end_session::{EndSessionView, end_session},
    holder::{HolderView, holder},
    in_use::{InUseView, in_use},
    message::Message,
    sign_in::{SignInError, SignInView, sign_in},
    sign_out::{SignOutProblem, SignOutView, sign_out},
};
use crate::ui::live::Live;

/// Cleaning that takes longer than so many seconds deserves a word about what helps.
const SLOW_SECONDS: i64 = 60;

/// Where scripts do not run: seconds until a page that shows progress loads again, while something happens and when
/// nothing does.
const SOON: u16 = 3;
const LATER: u16 = 30;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/clip", get(show))
        .route("/clip/{secret}", get(open))
        .route("/clip/events", get(live::follow))
        .route("/clip/sign-in", get(to_clip).post(take_sign_in))
        .route("/clip/sign-in/with", axum::routing::post(take_provider))
        .route("/clip/sign-out", get(show_sign_out).post(take_sign_out))
        .route("/clip/end-session", get(show_end_session).post(take_end_session))
}

/// The icon's address: it becomes a cookie and leaves the address bar.
async fn open(request: Request, Path(secret): Path<String>) -> Result<Response, PageError> {
    // Another site's link must not swap the phone under somebody's page.
    if is_foreign(&request.headers) {
        return Ok(request.message(StatusCode::FORBIDDEN, Message::NoClip));
    }
    let opened = request.web.core.open_clip(&secret, request.now).await;
    let cookie = opened.map_err(|error| refusal(&request, &error, true))?;
    Ok(with_cookie(see_other("/clip"), Cookie::Visit.set(&request.web, &cookie.value, cookie.expires_at)))
}

/// A form's address opened by hand.
async fn to_clip() -> Response {
    see_other("/clip")
}

async fn show(request: Request, query: RawQuery) -> Result<Response, PageError> {
    let mut here = Here::at(&request).await?;
    here.steady = query.0.as_deref() == Some("steady");
    here.show(&request, StatusCode::OK, "", None).await
}

async fn take_sign_in(State(web): State<Web>, request: Request, fields: Fields) -> Result<Response, PageError> {
    let here = Here::at(&request).await?;
    if !here.is_of(&fields) {
        return here.show(&request, StatusCode::CONFLICT, "", Some(SignInError::Expired)).await;
    }
    let (user_name, password) = (fields.get("username"), fields.get("password"));
    if user_name.trim().is_empty() || password.is_empty() {
        let error = Some(SignInError::Incomplete);
        return here.show(&request, StatusCode::UNPROCESSABLE_ENTITY, user_name, error).await;
    }
    match web.core.sign_in_on_clip(&here.visit, user_name, password, &request.visitor(), request.now).await {
        Ok(taken) => signed_in(&request, &taken).await,
        Err(error) => here.refuse(&request, user_name, error).await,
    }
}

async fn take_provider(request: Request, fields: Fields) -> Result<Response, PageError> {
    let here = Here::at(&request).await?;
    if !here.is_of(&fields) {
        return here.show(&request, StatusCode::CONFLICT, "", Some(SignInError::Expired)).await;
    }
    match provider::begin_on_clip(&request, fields.get("source"), here.visit.clone()).await? {
        Ok(answer) => Ok(answer),
        Err(error) => here.show(&request, StatusCode::SERVICE_UNAVAILABLE, "", Some(error)).await,
    }
}

/// Somebody has the device now.
pub(super) async fn signed_in(request: &Request, taken: &ClipSignIn) -> Result<Response, PageError> {
    let (web, session) = (&request.web, &taken.session);
    let answer = without_others(request, &taken.user_id, see_other("/clip")).await?;
    let answer = with_cookie(answer, Cookie::Holder.set(web, &session.secret, session.expires_at));
    let visit = &taken.visit;
    Ok(with_cookie(answer, Cookie::Visit.set(web, &visit.value, visit.expires_at)))
}

/// The device's page with what went wrong at a provider.
pub(super) async fn show_error(
    request: &Request,
    status: StatusCode,
    error: SignInError,
) -> Result<Response, PageError> {
    Here::at(request).await?.show(request, status, "", Some(error)).await
}

/// The device's page when it does not take somebody whom a provider vouches for.
pub(super) async fn refused(request: &Request, user_name: &str, error: ClipSignInError) -> Result<Response, PageError> {
    Here::at(request).await?.refuse(request, user_name, error).await
}

async fn show_sign_out(request: Request) -> Result<Response, PageError> {
    let here = Here::at(&request).await?;
    if here.holder().is_none() {
        return Ok(see_other("/clip"));
    }
    let run = here.preview(&request).await?;
    Ok(here.sign_out_page(&request, StatusCode::OK, &run, &[], None))
}

async fn take_sign_out(request: Request, fields: Fields) -> Result<Response, PageError> {
    let here = Here::at(&request).await?;
    let Some(holder) = here.holder().filter(|_| here.is_of(&fields)) else { return Ok(see_other("/clip")) };
    let done: Vec<&str> = fields.all("done").collect();
    let ticked: Vec<usize> = done.iter().filter_map(|id| id.parse().ok()).collect();
    let core = &request.web.core;
    // Asked before: the session that knows the provider ends with the sign-out.
    let ended = provider_session(&request).await?;
    match core.sign_out_of_clip(&here.visit, holder, fields.get("plan"), &ticked, request.now).await {
        Ok(signed_out) => after_sign_out(&request, &signed_out, ended).await,
        Err(SignOutError::Stale(run)) => {
            let problem = Some(SignOutProblem::PlanChanged);
            Ok(here.sign_out_page(&request, StatusCode::CONFLICT, &run, &done, problem))
        }
        Err(SignOutError::ChecklistOpen(run)) => {
            let problem = Some(SignOutProblem::ChecklistOpen);
            Ok(here.sign_out_page(&request, StatusCode::UNPROCESSABLE_ENTITY, &run, &done, problem))
        }
        Err(SignOutError::NotHolder | SignOutError::NobodySignedIn | SignOutError::NotInHand) => Ok(see_other("/clip")),
        Err(SignOutError::Clip(error)) => Err(refusal(&request, &error, false)),
        Err(SignOutError::Core(error)) => Err(request.fail(&error)),
    }
}

async fn show_end_session(request: Request) -> Result<Response, PageError> {
    let here = Here::at(&request).await?;
    if here.device.holder_id.as_str() == baton_model::id::NOBODY {
        return Ok(see_other("/clip"));
    }
    let run = here.preview(&request).await?;
    Ok(here.end_session_page(&request, StatusCode::OK, &run, &[], None))
}

async fn take_end_session(request: Request, fields: Fields) -> Result<Response, PageError> {
    let here = Here::at(&request).await?;
    if !here.is_of(&fields) {
        return Ok(see_other("/clip"));
    }
    let run = here.preview(&request).await?;
    let done: Vec<&str> = fields.all("done").collect();
    let is_open = |(index, line): (usize, &baton_model::item::ChecklistLine)| {
        line.blocks && !done.contains(&index.to_string().as_str())
    };
    if run.checklist.iter().enumerate().any(is_open) {
        let problem = Some(SignOutProblem::ChecklistOpen);
        return Ok(here.end_session_page(&request, StatusCode::UNPROCESSABLE_ENTITY, &run, &done, problem));
    }
    let ended = provider_session(&request).await?;
    match request.web.core.sign_out_by_possession(&here.visit, request.now).await {
        Ok(signed_out) => after_sign_out(&request, &signed_out, ended).await,
        Err(SignOutError::NotInHand) => Ok(request.message(StatusCode::FORBIDDEN, Message::RetiredLink)),
        Err(SignOutError::Clip(error)) => Err(refusal(&request, &error, false)),
        Err(SignOutError::Core(error)) => Err(request.fail(&error)),
        Err(_) => Ok(see_other("/clip")),
    }
}

/// No name, no session, no page of the former user (A6): a portal session in the same browser ends too.
async fn after_sign_out(
    request: &Request,
    signed_out: &SignedOut,
    ended: Option<EndedSession>,
) -> Result<Response, PageError> {
    let visit = &signed_out.visit;
    let mut answer = provider::after_sign_out(request, ended, "/clip");
    for cookie in [Cookie::Holder, Cookie::Portal] {
        answer = without_session(request, cookie, answer).await?;
    }
    for cookie in [Cookie::Flash, Cookie::Known, Cookie::Login] {
        answer = with_cookie(answer, Some(cookie.forget(&request.web)));
    }
    Ok(with_cookie(answer, Cookie::Visit.set(&request.web, &visit.value, visit.expires_at)))
}

/// Where the provider's session of whoever signed in in this browser is ended.
async fn provider_session(request: &Request) -> Result<Option<EndedSession>, PageError> {
    for cookie in [Cookie::Holder, Cookie::Portal] {
        let Some(secret) = request.cookie(cookie) else { continue };
        let ended = request.web.core.provider_logout(&secret, "/clip", request.now).await;
        if let Some(ended) = ended.map_err(|error| request.fail(&error))? {
            return Ok(Some(ended));
        }
    }
    Ok(None)
}

/// Ends what other people left in this browser.
async fn without_others(request: &Request, user: &UserId, answer: Response) -> Result<Response, PageError> {
    let answer = without_session(request, Cookie::Holder, answer).await?;
    // Who signed in here before is nobody's business on a phone that changes hands.
    let answer = with_cookie(answer, Some(Cookie::Known.forget(&request.web)));
    match request.person().await? {
        Some(person) if person.user.id != *user => without_session(request, Cookie::Portal, answer).await,
        _ => Ok(answer),
    }
}

async fn without_session(request: &Request, cookie: Cookie, answer: Response) -> Result<Response, PageError> {
    let Some(secret) = request.cookie(cookie) else { return Ok(answer) };
    request.web.core.end_session(&secret).await.map_err(|error| request.fail(&error))?;
    Ok(with_cookie(answer, Some(cookie.forget(&request.web))))
}

/// A request at a device's page.
struct Here {
    visit: Visit,
    device: Device,
    session: Option<SignedIn>,
    /// The person asked the page not to load again by itself.
    steady: bool,
}

impl Here {
    /// The page that says why nobody was signed in.
    async fn refuse(&self, request: &Request, user_name: &str, error: ClipSignInError) -> Result<Response, PageError> {
        let (status, shown) = match error {
            ClipSignInError::Wrong { looks_like_pin: true } => {
                (StatusCode::UNPROCESSABLE_ENTITY, Some(SignInError::PinRefused))
            }
            ClipSignInError::Wrong { .. } => (StatusCode::UNPROCESSABLE_ENTITY, Some(SignInError::WrongCredentials)),
            ClipSignInError::WrongOrUnreachable { directories } => {
                (StatusCode::UNPROCESSABLE_ENTITY, Some(provider::directories_down(&directories)))
            }
            ClipSignInError::InUse | ClipSignInError::LostRace => {
                let helpers = self.helpers(request).await?;
                (StatusCode::CONFLICT, Some(SignInError::AlreadyTaken { helpers }))
            }
            ClipSignInError::NotClean => (StatusCode::CONFLICT, None),
            ClipSignInError::LimitReached => (StatusCode::CONFLICT, Some(SignInError::LimitReached { device: None })),
            ClipSignInError::Throttled { seconds } => {
                let error = Some(SignInError::Throttled { seconds });
                let answer = self.show(request, StatusCode::TOO_MANY_REQUESTS, user_name, error).await?;
                return Ok(with_retry_after(answer, seconds));
            }
            ClipSignInError::Busy => (StatusCode::SERVICE_UNAVAILABLE, Some(SignInError::Busy)),
            ClipSignInError::Clip(error) => return Err(refusal(request, &error, false)),
            ClipSignInError::Core(error) => return Err(request.fail(&error)),
        };
        self.show(request, status, user_name, shown).await
    }

    async fn at(request: &Request) -> Result<Self, PageError> {
        let cookie = request.cookie(Cookie::Visit).ok_or_else(|| refusal(request, &ClipError::Unknown, false))?;
        let visited = request.web.core.clip_visit(&cookie, request.now).await;
        let (visit, device) = visited.map_err(|error| refusal(request, &error, false))?;
        let session = match request.cookie(Cookie::Holder) {
            Some(secret) => {
                let found = request.web.core.clip_session(&secret, &device.id, request.now).await;
                found.map_err(|error| request.fail(&error))?
            }
            None => None,
        };
        Ok(Self { visit, device, session, steady: false })
    }

    /// Whether the form was on this device's page. Another icon may have been opened in this browser since.
    fn is_of(&self, fields: &Fields) -> bool {
        fields.get("device") == self.device.id.as_str()
    }

    /// The session of the one who holds the device.
    fn holder(&self) -> Option<&SignedIn> {
        self.session.as_ref().filter(|session| session.user.id == self.device.holder_id)
    }

    async fn core_page(&self, request: &Request) -> Result<ClipPage, PageError> {
        let page = request.web.core.clip_page(&self.visit, self.session.as_ref()).await;
        page.map_err(|error| refusal(request, &error, false))
    }

    async fn helpers(&self, request: &Request) -> Result<Option<String>, PageError> {
        Ok(helpers(&self.core_page(request).await?))
    }

    async fn preview(&self, request: &Request) -> Result<DryRun, PageError> {
        match request.web.core.preview_sign_out(&self.visit).await {
            Ok(run) => Ok(run),
            Err(SignOutError::Clip(error)) => Err(refusal(request, &error, false)),
            Err(SignOutError::Core(error)) => Err(request.fail(&error)),
            Err(_) => Err(see_other("/clip").into()),
        }
    }

    /// The page of the stage that the device is at now.
    async fn show(
        &self,
        request: &Request,
        status: StatusCode,
        user_name: &str,
        error: Option<SignInError>,
    ) -> Result<Response, PageError> {
        let now = self.core_page(request).await?;
        let frame = &request.frame;
        let html = match now.stage {
            Stage::Free => sign_in(
                frame,
                &SignInView {
                    device: now.device.id.to_string(),
                    device_name: now.device.name.clone(),
                    name_tag: Some(now.device.name_tag.clone()).filter(|tag| !tag.is_empty()),
                    clean: now.was_signed_out,
                    user_name: user_name.to_owned(),
                    error,
                    providers: provider::choices(request).await?,
                },
            ),
            Stage::Cleaning => {
                let view = cleaning_view(request, &now);
                cleaning(frame, &CleaningView { live: self.live(&now, SOON), ..view })
            }
            Stage::Held => {
                let view = holder_view(request, &now, self.session.as_ref());
                let live = self.live(&now, if view.settled() { LATER } else { SOON });
                holder(frame, &HolderView { live, ..view })
            }
            Stage::InUse => in_use(
                frame,
                &InUseView {
                    device: now.device.id.to_string(),
                    device_name: now.device.name.clone(),
                    helpers: helpers(&now),
                    user_name: user_name.to_owned(),
                    error,
                    providers: provider::choices(request).await?,
                },
            ),
        };
        Ok(page(status, html))
    }

    /// How the page goes on by itself.
    fn live(&self, page: &ClipPage, seconds: u16) -> Option<Live> {
        (!self.steady).then(|| live::of(page, seconds))
    }

    fn sign_out_page(
        &self,
        request: &Request,
        status: StatusCode,
        run: &DryRun,
        done: &[&str],
        problem: Option<SignOutProblem>,
    ) -> Response {
        let t = request.frame.texts();
        let view = SignOutView {
            device: self.device.id.to_string(),
            device_name: self.device.name.clone(),
            checklist: words::checklist(run, done),
            removes: run.removed.iter().map(words::name).collect(),
            replaces: run.replaced.iter().map(words::name).collect(),
            adds: run.added.iter().map(words::name).collect(),
            stays: words::stays(run),
            stuck: run.cannot_remove.iter().map(|line| (words::name(line), t.failure_removal.to_owned())).collect(),
            plan: run.revision.clone(),
            problem,
        };
        page(status, sign_out(&request.frame, &view))
    }

    fn end_session_page(
        &self,
        request: &Request,
        status: StatusCode,
        run: &DryRun,
        done: &[&str],
        problem: Option<SignOutProblem>,
    ) -> Response {
        let view = EndSessionView {
            device: self.device.id.to_string(),
            device_name: self.device.name.clone(),
            checklist: words::checklist(run, done),
            removes: run.removed.len(),
            stays: run.kept.len() + run.replaced.len(),
            stuck: run.cannot_remove.len(),
            plan: run.revision.clone(),
            problem,
        };
        page(status, end_session(&request.frame, &view))
    }
}

fn helpers(page: &ClipPage) -> Option<String> {
    Some(page.help_contact.clone()).filter(|contact| !contact.is_empty())
}

/// Between two people: by count only, because whoever looks is not the one whose items they are.
fn cleaning_view(request: &Request, page: &ClipPage) -> CleaningView {
    let leaving: Vec<_> = page.items.iter().filter(|line| line.leaves).collect();
    CleaningView {
        device_name: page.device.name.clone(),
        total: leaving.len(),
        done: leaving.iter().filter(|line| line.is_done()).count(),
        items: Vec::new(),
        last_contact: page.device.last_seen_at.and_then(moment),
        slow: request.now.seconds_since(page.held_since) > SLOW_SECONDS,
        helpers: helpers(page),
        live: Some(live::of(page, SOON)),
    }
}

fn holder_view(request: &Request, page: &ClipPage, session: Option<&SignedIn>) -> HolderView {
    let t = request.frame.texts();
    let leaving = page.items.iter().filter(|line| line.leaves);
    let (total, gone) = (leaving.clone().count(), leaving.filter(|line| line.is_done()).count());
    HolderView {
        device_name: page.device.name.clone(),
        person_name: session.map(|session| session.user.display_name.clone()).unwrap_or_default(),
        items: page.items.iter().filter(|line| !line.leaves).map(|line| words::line(t, line)).collect(),
        cleaning: (gone < total).then_some((gone, total)),
        resumed: session.is_some_and(|session| session.session.created_at > page.held_since),
        live: Some(live::of(page, SOON)),
    }
}

/// The page for a browser that does not stand at a device. `by_address`: it came with a clip's address, not a cookie.
fn refusal(request: &Request, error: &ClipError, by_address: bool) -> PageError {
    let (status, message) = match error {
        ClipError::Unknown if by_address => (StatusCode::NOT_FOUND, Message::UnknownLink),
        ClipError::Unknown => (StatusCode::UNAUTHORIZED, Message::NoClip),
        ClipError::Expired => (StatusCode::UNAUTHORIZED, Message::NoClip),
        ClipError::Retired => (StatusCode::GONE, Message::RetiredLink),
        ClipError::NotManaged => (StatusCode::GONE, Message::NotManaged),
        ClipError::Core(error) => return request.fail(error),
    };
    tracing::info!(reason = %error, "a clip page was refused");
    request.message(status, message).into()
}
