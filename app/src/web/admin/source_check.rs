//! What a test login with a provider found (B3).

use axum::{http::StatusCode, response::Response};
use baton_core::sources::ProviderCheck;
use baton_model::{SourceId, UserId};

use crate::{
    pages::clip::message::Message,
    web::{Request, answer::PageError},
};

/// The page, for the administrator who began the check and for nobody else.
pub(in crate::web) async fn show(
    request: Request,
    _source: &SourceId,
    administrator: &UserId,
    _check: &ProviderCheck,
) -> Result<Response, PageError> {
    let person = request.person().await?.filter(|person| person.user.id == *administrator);
    let _person = person.ok_or_else(|| request.forbidden())?;
    Ok(request.message(StatusCode::OK, Message::Expired))
}
