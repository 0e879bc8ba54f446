//! A code becomes tokens.

use serde::Deserialize;
use thiserror::Error;
use url::form_urlencoded::{Serializer, byte_serialize};

use super::{
    callback::clip,
    error::{OpenIdError, Place},
    http::{Answer, Http, send},
    metadata::ProviderMetadata,
    secret::Secret,
    settings::{ClientAuthentication, ProviderSettings},
    transaction::LoginTransaction,
};

/// The longest answer of a token endpoint, in bytes.
pub const MAX_TOKEN_ANSWER_BYTES: usize = 256 * 1024;

/// Why there are no tokens.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TokenError {
    /// The code is used up, expired, or another's: `invalid_grant`.
    #[error("the provider does not accept the code")]
    CodeRefused,
    /// The client id or secret is wrong or has expired: `invalid_client`, `unauthorized_client`.
    #[error("the provider does not accept the client secret: {0}")]
    ClientRefused(String),
    /// Any other refusal.
    #[error("the provider gives no tokens: `{0}`")]
    Refused(String),
    /// There are tokens, but no ID token among them.
    #[error("the provider gave no ID token")]
    IdTokenMissing,
    /// The provider wants a proof that Baton cannot give, such as a certificate.
    #[error("the provider accepts no client secret")]
    ClientAuthentication,
}

impl TokenError {
    /// A stable word for audit, tests and locale files.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::CodeRefused => "token-code-refused",
            Self::ClientRefused(_) => "token-client-refused",
            Self::Refused(_) => "token-refused",
            Self::IdTokenMissing => "id-token-missing",
            Self::ClientAuthentication => "token-client-authentication",
        }
    }
}

/// What the code was worth.
pub(super) struct Tokens {
    pub id_token: Secret,
    pub access_token: Option<Secret>,
}

#[derive(Deserialize)]
struct Success {
    id_token: Option<String>,
    access_token: Option<String>,
}

/// A refusal as of RFC 6749, 5.2.
#[derive(Deserialize)]
pub(crate) struct Refusal {
    pub error: String,
    #[serde(default)]
    pub error_description: String,
}

/// Asks for the tokens of this code.
pub(super) async fn exchange(
    http: &Http,
    metadata: &ProviderMetadata,
    settings: &ProviderSettings,
    transaction: &LoginTransaction,
    code: &Secret,
) -> Result<Tokens, OpenIdError> {
    let way = client_authentication(metadata, settings)?;
    let form = code_form(settings, transaction, code, way);
    let mut request = http.post(&metadata.token_endpoint, form);
    if way == ClientAuthentication::Basic {
        // Both are form-encoded before they are put together (RFC 6749, 2.3.1).
        let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let secret = Secret::new(encode(settings.client_secret.expose()));
        request = request.basic_auth(encode(&settings.client_id), Some(secret.expose()));
    }
    let answer = send(request, MAX_TOKEN_ANSWER_BYTES)
        .await
        .map_err(|error| OpenIdError::Http { place: Place::Token, error })?;
    tokens(&answer)
}

/// The request for the tokens of this code, as a form.
fn code_form(
    settings: &ProviderSettings,
    transaction: &LoginTransaction,
    code: &Secret,
    way: ClientAuthentication,
) -> String {
    let mut form = Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code.expose())
        .append_pair("redirect_uri", &transaction.redirect_uri)
        .append_pair("code_verifier", transaction.verifier.expose());
    if way == ClientAuthentication::Post {
        form.append_pair("client_id", &settings.client_id)
            .append_pair("client_secret", settings.client_secret.expose());
    }
    form.finish()
}

/// What a token endpoint answered.
pub(super) fn tokens(answer: &Answer) -> Result<Tokens, OpenIdError> {
    if answer.status != 200 {
        return Err(match answer.json::<Refusal>() {
            Some(refusal) => refused(&refusal).into(),
            None => OpenIdError::Status { place: Place::Token, status: answer.status },
        });
    }
    let success: Success = answer.json().ok_or(OpenIdError::NotJson(Place::Token))?;
    Ok(Tokens {
        id_token: success.id_token.map(Secret::new).ok_or(TokenError::IdTokenMissing)?,
        access_token: success.access_token.map(Secret::new),
    })
}

fn refused(refusal: &Refusal) -> TokenError {
    let words = || format!("{} {}", clip(&refusal.error, 64), clip(&refusal.error_description, 300));
    match &*refusal.error {
        "invalid_grant" => TokenError::CodeRefused,
        "invalid_client" | "unauthorized_client" => TokenError::ClientRefused(words()),
        _ => TokenError::Refused(words()),
    }
}

/// How to prove who Baton is: as configured, else the first way of the standard that the provider knows.
fn client_authentication(
    metadata: &ProviderMetadata,
    settings: &ProviderSettings,
) -> Result<ClientAuthentication, TokenError> {
    if let Some(way) = settings.client_authentication {
        return Ok(way);
    }
    let Some(known) = &metadata.token_endpoint_auth_methods_supported else {
        return Ok(ClientAuthentication::Basic);
    };
    let knows = |name: &str| known.iter().any(|known| known == name);
    if knows("client_secret_basic") {
        Ok(ClientAuthentication::Basic)
    } else if knows("client_secret_post") {
        Ok(ClientAuthentication::Post)
    } else {
        Err(TokenError::ClientAuthentication)
    }
}
