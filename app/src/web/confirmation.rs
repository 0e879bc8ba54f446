//! Taking a proof of who somebody is out of the form of what needs it (B8).
//!
//! A handler proves first and then calls its service with the person as they are then. The service decides; where it says
//! [`baton_core::CoreError::Unconfirmed`], the form comes back with what is asked for.

use axum::{
    Router,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use baton_core::{
    CoreError,
    accounts::{ConfirmError, NewSession, PasskeyAnswer, PasskeyRefusal, Proof, SignedIn},
    sources::LoginPurpose,
};

use super::{
    Console, Fields, Request, SignedInPerson, Web,
    answer::{PageError, page, see_other, with_cookie, with_retry_after},
    cookies::Cookie,
    passkeys::challenge_answer,
    portal::next_path,
    provider,
};
use crate::{
    pages::portal::passkeys::{ConfirmPersonView, confirm_person},
    ui::{
        confirmation::{CHALLENGE, ConfirmationProblem, ConfirmationView, WITH_PROVIDER},
        passkeys::PasskeyProblem,
    },
};

const PATH: &str = "/account/confirm";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(PATH, get(show).post(take))
        .route(CHALLENGE, get(challenge))
        .route(WITH_PROVIDER, post(take_provider))
}

/// A person who proved who they are, or did not.
pub(super) struct Proved {
    /// The person, with the session as it is now.
    pub person: SignedIn,
    renewed: Option<NewSession>,
    problem: Option<ConfirmationProblem>,
}

/// What the form proves. Whoever proved it lately need not again.
pub(super) async fn prove(request: &Request, person: &SignedIn, fields: &Fields) -> Result<Proved, PageError> {
    let unchanged = |problem| Proved { person: person.clone(), renewed: None, problem };
    let (password, answer) = (fields.get("password"), passkey_answer(fields));
    let proof = if !answer.response.is_empty() {
        Proof::Passkey(&answer)
    } else if !password.is_empty() {
        Proof::Password(password)
    } else {
        return Ok(unchanged(None));
    };
    if person.actor().is_confirmed(request.now) {
        return Ok(unchanged(None));
    }
    let problem = match request.web.core.confirm(person, proof, &request.visitor(), request.now).await {
        Ok(confirmed) => {
            return Ok(Proved { person: confirmed.signed_in, renewed: Some(confirmed.session), problem: None });
        }
        Err(ConfirmError::Wrong) => ConfirmationProblem::WrongPassword,
        Err(ConfirmError::Passkey(refusal)) => ConfirmationProblem::Passkey(passkey_problem(refusal)),
        Err(ConfirmError::Throttled { seconds }) => ConfirmationProblem::Throttled { seconds },
        Err(ConfirmError::Core(CoreError::Busy)) => ConfirmationProblem::Busy,
        // The session ended meanwhile.
        Err(ConfirmError::Core(CoreError::Stale)) => return Err(see_other("/sign-in").into()),
        Err(ConfirmError::Core(error)) => return Err(request.fail(&error)),
    };
    Ok(unchanged(Some(problem)))
}

impl Proved {
    /// What the form asks for once more; a missing proof is a problem by now.
    pub(super) async fn again(&self, request: &Request) -> Result<(StatusCode, ConfirmationView), PageError> {
        let problem = self.problem.clone().unwrap_or(ConfirmationProblem::Missing);
        let status = match problem {
            ConfirmationProblem::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
            ConfirmationProblem::Busy => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Ok((status, asked(request, &self.person, Some(problem)).await?))
    }

    /// The answer, with the session's new id.
    pub(super) fn finish(&self, request: &Request, answer: Result<Response, PageError>) -> Result<Response, PageError> {
        let cookie = self.renewed.as_ref();
        let cookie = cookie.and_then(|session| Cookie::Portal.set(&request.web, &session.secret, session.expires_at));
        let seconds = match self.problem {
            Some(ConfirmationProblem::Throttled { seconds }) => Some(seconds),
            _ => None,
        };
        let finish = |response: Response| {
            let response = with_cookie(response, cookie);
            match seconds {
                Some(seconds) => with_retry_after(response, seconds),
                None => response,
            }
        };
        match answer {
            Ok(response) => Ok(finish(response)),
            Err(error) => Err(finish(error.into_response()).into()),
        }
    }
}

impl Console {
    /// The console for the person who proved who they are.
    pub(super) fn proved(self, proved: &Proved) -> Self {
        Self { actor: proved.person.actor(), person: proved.person.clone(), ..self }
    }

    /// What the form of something that needs a proof asks for; `None` when it was given lately.
    pub(super) async fn confirmation(&self) -> Result<Option<ConfirmationView>, PageError> {
        confirmation(&self.request, &self.person).await
    }
}

/// What the form of something that needs a proof asks for; `None` when it was given lately.
pub(super) async fn confirmation(request: &Request, person: &SignedIn) -> Result<Option<ConfirmationView>, PageError> {
    if person.actor().is_confirmed(request.now) {
        return Ok(None);
    }
    asked(request, person, None).await.map(Some)
}

async fn asked(
    request: &Request,
    person: &SignedIn,
    problem: Option<ConfirmationProblem>,
) -> Result<ConfirmationView, PageError> {
    let ways = request.web.core.ways_to_confirm(person).await.map_err(|error| request.fail(&error))?;
    Ok(ConfirmationView {
        user_name: person.user.user_name.clone(),
        password: ways.password,
        passkey: ways.passkey,
        provider: ways.provider.map(|provider| provider.name),
        problem,
    })
}

/// What the browser answered to a challenge.
pub(super) fn passkey_answer(fields: &Fields) -> PasskeyAnswer {
    PasskeyAnswer { token: fields.get("passkeyToken").to_owned(), response: fields.get("passkeyResponse").to_owned() }
}

/// What whoever holds the passkey is told. That its owner is disabled is not for them to know.
pub(super) const fn passkey_problem(refusal: PasskeyRefusal) -> PasskeyProblem {
    match refusal {
        PasskeyRefusal::Expired | PasskeyRefusal::Replayed => PasskeyProblem::Late,
        PasskeyRefusal::Unknown => PasskeyProblem::Unknown,
        PasskeyRefusal::OtherPerson => PasskeyProblem::OtherPerson,
        PasskeyRefusal::Taken => PasskeyProblem::Taken,
        PasskeyRefusal::Unavailable | PasskeyRefusal::Forged | PasskeyRefusal::Disabled | PasskeyRefusal::Answer(_) => {
            PasskeyProblem::NotAccepted
        }
    }
}

async fn show(signed_in: SignedInPerson, query: axum::extract::RawQuery) -> Result<Response, PageError> {
    let query = Fields::parse(query.0.unwrap_or_default().as_bytes());
    let confirmation = asked(&signed_in.request, &signed_in.person, None).await?;
    Ok(confirm_page(&signed_in, StatusCode::OK, confirmation, query.get("next")))
}

async fn take(signed_in: SignedInPerson, fields: Fields) -> Result<Response, PageError> {
    let request = &signed_in.request;
    let proved = prove(request, &signed_in.person, &fields).await?;
    let next = fields.get("next");
    let answer = if proved.person.actor().is_confirmed(request.now) {
        see_other(next_path(next).unwrap_or("/account"))
    } else {
        let (status, confirmation) = proved.again(request).await?;
        confirm_page(&signed_in, status, confirmation, next)
    };
    proved.finish(request, Ok(answer))
}

/// Leaves for the provider; the browser comes back to the page that the form was on.
async fn take_provider(signed_in: SignedInPerson) -> Result<Response, PageError> {
    let (request, person) = (&signed_in.request, &signed_in.person);
    let ways = request.web.core.ways_to_confirm(person).await.map_err(|error| request.fail(&error))?;
    let Some(choice) = ways.provider else { return Ok(see_other(PATH)) };
    let from = request.headers.get(header::REFERER).and_then(|from| from.to_str().ok());
    let next = from.and_then(|from| from.strip_prefix(request.web.origin.as_str())).and_then(next_path);
    let purpose = LoginPurpose::Confirmation {
        session: person.session.id_hash.clone(),
        user: person.user.id.clone(),
        next: next.unwrap_or("/account").to_owned(),
    };
    match request.web.core.begin_login(&choice.id, purpose, &request.visitor(), request.now).await {
        Ok(begun) => Ok(provider::leave(request, &begun)),
        Err(error) => {
            let error = provider::not_begun(request, error)?;
            let (_, sentence) = error.sentences(request.frame.texts());
            let problem = Some(ConfirmationProblem::Provider(sentence));
            let confirmation = asked(request, person, problem).await?;
            Ok(confirm_page(&signed_in, StatusCode::SERVICE_UNAVAILABLE, confirmation, next.unwrap_or("/account")))
        }
    }
}

fn confirm_page(
    signed_in: &SignedInPerson,
    status: StatusCode,
    confirmation: ConfirmationView,
    next: &str,
) -> Response {
    let next = next_path(next).unwrap_or("/account").to_owned();
    let view = ConfirmPersonView { person: signed_in.view(), confirmation, next };
    page(status, confirm_person(&signed_in.request.frame, &view))
}

async fn challenge(signed_in: SignedInPerson) -> Response {
    let request = &signed_in.request;
    challenge_answer(request.web.core.begin_confirmation(&signed_in.person, request.now))
}
