//! What every handler of the console needs: its answers, its errors as pages, and permission before work.

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::Response,
};
use baton_core::{Core, CoreError, FieldError, Permission};
use baton_model::Timestamp;
use baton_store::StoreError;

use crate::{
    document::Frame,
    locale::Texts,
    pages::admin::problem::{ConsoleProblem, console_problem},
    shell::console::{Flash, Section},
    web::{
        Console, Fields, Web,
        answer::{self, PageError, see_other, with_cookie, with_flash},
        cookies::Cookie,
    },
};

/// What a handler of the console answers.
pub type Answer = Result<Response, PageError>;

impl Console {
    pub(super) fn core(&self) -> &Core {
        &self.request.web.core
    }

    pub(super) fn frame(&self) -> &Frame {
        &self.request.frame
    }

    pub(super) fn t(&self) -> &'static Texts {
        self.request.frame.texts()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.request.now
    }

    pub(super) fn may(&self, permission: Permission) -> bool {
        self.actor.may(permission)
    }

    /// A page of the console. What the last form did is said once: the cookie that tells it ends here.
    pub(super) fn page(&self, status: StatusCode, html: String) -> Response {
        let forgotten = self.request.cookie(Cookie::Flash).map(|_| Cookie::Flash.forget(&self.request.web));
        with_cookie(answer::page(status, html), forgotten)
    }

    /// On to the next page, which says what was done.
    pub(super) fn done(&self, path: &str, flash: Flash) -> Response {
        with_flash(&self.request.web, see_other(path), flash)
    }

    /// A page that says why the console cannot do it.
    pub(super) fn problem(&self, section: Section, status: StatusCode, problem: &ConsoleProblem) -> Response {
        self.page(status, console_problem(self.frame(), &self.chrome, section, problem))
    }

    /// The page for an error of a service.
    pub(super) fn fail(&self, section: Section, error: &CoreError) -> PageError {
        let (status, problem) = match error {
            // A cursor that nobody handed out is an address of no page.
            CoreError::NotFound(_) | CoreError::Store(StoreError::Cursor) => {
                (StatusCode::NOT_FOUND, ConsoleProblem::NotFound)
            }
            // Handlers of what needs a proof ask for it in their form.
            CoreError::Denied(_) | CoreError::Unconfirmed => (StatusCode::FORBIDDEN, ConsoleProblem::Forbidden),
            CoreError::Stale => (StatusCode::CONFLICT, ConsoleProblem::Stale),
            CoreError::BuiltIn => (StatusCode::CONFLICT, ConsoleProblem::BuiltIn),
            CoreError::KeptBySource => (StatusCode::CONFLICT, ConsoleProblem::KeptBySource),
            CoreError::OwnDevice => (StatusCode::CONFLICT, ConsoleProblem::OwnDevice),
            CoreError::Busy => (StatusCode::SERVICE_UNAVAILABLE, ConsoleProblem::Busy),
            // Handlers show wrong fields in their form; what reaches this is a choice that is gone meanwhile.
            CoreError::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, ConsoleProblem::Stale),
            CoreError::Store(_)
            | CoreError::Vault(_)
            | CoreError::Authority(_)
            | CoreError::CertificateRequest(_)
            | CoreError::Corrupt(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, ConsoleProblem::Failure { reference: answer::logged(error) })
            }
        };
        self.problem(section, status, &problem).into()
    }

    /// What a service gave, or the page for its error.
    pub(super) fn ask<T>(&self, section: Section, result: Result<T, CoreError>) -> Result<T, PageError> {
        result.map_err(|error| self.fail(section, &error))
    }

    /// Whether a form was accepted: `Err` holds the fields that are wrong.
    pub(super) fn accepted<T>(
        &self,
        section: Section,
        result: Result<T, CoreError>,
    ) -> Result<Result<T, Vec<FieldError>>, PageError> {
        match result {
            Ok(value) => Ok(Ok(value)),
            Err(CoreError::Invalid(errors)) => Ok(Err(errors)),
            Err(error) => Err(self.fail(section, &error)),
        }
    }

    /// Refuses, with an audit row, whoever lacks the permission for what a page or form is about to do.
    pub(super) async fn demand(
        &self,
        section: Section,
        permission: Permission,
        action: &'static str,
        target: (&'static str, &str),
    ) -> Result<(), PageError> {
        let demanded = self.core().demand(&self.actor, permission, action, target, self.now()).await;
        self.ask(section, demanded)
    }
}

/// What the address asks for: the fields after the question mark.
#[derive(Default)]
pub struct Asked(Fields);

impl Asked {
    /// The field; empty when there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).trim()
    }

    /// Whether the field is there, with or without a value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.is_ticked(name)
    }

    /// Its fields.
    pub(super) fn fields(&self) -> &Fields {
        &self.0
    }
}

impl FromRequestParts<Web> for Asked {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Self::Rejection> {
        Ok(Self(Fields::parse(parts.uri.query().unwrap_or_default().as_bytes())))
    }
}
