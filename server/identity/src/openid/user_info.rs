//! Claims that the provider keeps out of its ID tokens (OpenID Connect Core 5.3).

use serde_json::Value;
use thiserror::Error;

use super::{
    error::{OpenIdError, Place},
    http::{Answer, Http, send},
    id_token::Claims,
    metadata::ProviderMetadata,
    secret::Secret,
};

/// The longest answer of a UserInfo endpoint, in bytes.
pub const MAX_USER_INFO_BYTES: usize = 256 * 1024;

/// Why a UserInfo answer cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum UserInfoError {
    /// It is about somebody else, or does not say about whom.
    #[error("the UserInfo answer is about somebody else")]
    Subject,
}

impl UserInfoError {
    /// A stable word for audit, tests and locale files.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Subject => "user-info-subject",
        }
    }
}

/// What the endpoint says about the person that the ID token names; nothing where there is no endpoint.
///
/// That it cannot be read is an error: without it, somebody could lose the roles that come with a group.
pub(super) async fn user_info(
    http: &Http,
    metadata: &ProviderMetadata,
    access_token: Option<&Secret>,
    subject: &str,
) -> Result<Claims, OpenIdError> {
    let (Some(endpoint), Some(token)) = (&metadata.userinfo_endpoint, access_token) else { return Ok(Claims::new()) };
    let place = Place::UserInfo;
    let answer = send(http.get(endpoint).bearer_auth(token.expose()), MAX_USER_INFO_BYTES)
        .await
        .map_err(|error| OpenIdError::Http { place, error })?;
    about(&answer, subject)
}

/// What a UserInfo endpoint answered, if that is about this person.
pub(super) fn about(answer: &Answer, subject: &str) -> Result<Claims, OpenIdError> {
    let place = Place::UserInfo;
    if answer.status != 200 {
        return Err(OpenIdError::Status { place, status: answer.status });
    }
    let claims: Claims = answer.json().ok_or(OpenIdError::NotJson(place))?;
    if claims.get("sub").and_then(Value::as_str) != Some(subject) {
        return Err(UserInfoError::Subject.into());
    }
    Ok(claims)
}
