//! The application's own token (client credentials).

use baton_model::Timestamp;
use serde::Deserialize;
use tokio::sync::Mutex;
use url::form_urlencoded::Serializer;

use super::{
    clock::Clock,
    error::GraphError,
    patience::Patience,
    settings::{Addresses, GraphSettings},
};
use crate::openid::{Http, MAX_TOKEN_ANSWER_BYTES, Refusal, Secret, clip, send};

/// How long before its end a token is not used any more, in seconds.
const MARGIN_SECONDS: i64 = 60;
/// The longest that a token is believed to hold, in seconds; Entra's hold about an hour.
const LONGEST_SECONDS: i64 = 24 * 3600;

/// The token, kept until it ends.
#[derive(Default)]
pub(super) struct Token(Mutex<Option<Held>>);

#[derive(Clone)]
struct Held {
    token: Secret,
    until: Timestamp,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: i64,
}

impl Token {
    /// A token that holds now. `refused` is one that Graph did not accept.
    pub(super) async fn get(
        &self,
        http: &Http,
        settings: &GraphSettings,
        addresses: &Addresses,
        clock: &dyn Clock,
        refused: Option<&Secret>,
    ) -> Result<Secret, GraphError> {
        let mut held = self.0.lock().await;
        if let Some(held) = &*held
            && held.until > clock.now()
            && refused.is_none_or(|refused| !refused.is(held.token.expose()))
        {
            return Ok(held.token.clone());
        }
        let asked = clock.now();
        let granted = ask(http, settings, addresses, clock).await?;
        let seconds = granted.expires_in.clamp(0, LONGEST_SECONDS) - MARGIN_SECONDS;
        let token = Secret::new(granted.access_token);
        *held = Some(Held { token: token.clone(), until: asked.plus_seconds(seconds) });
        Ok(token)
    }
}

async fn ask(
    http: &Http,
    settings: &GraphSettings,
    addresses: &Addresses,
    clock: &dyn Clock,
) -> Result<Granted, GraphError> {
    let mut patience = Patience::default();
    loop {
        let form = credentials_form(settings, addresses);
        let answer = send(http.post(&addresses.token, form), MAX_TOKEN_ANSWER_BYTES).await?;
        if answer.status == 200 {
            return answer.json().ok_or(GraphError::Malformed);
        }
        if patience.is_asked_for(&answer) {
            patience.wait(&answer, clock).await?;
            continue;
        }
        let Some(refusal) = answer.json::<Refusal>() else {
            return Err(GraphError::Refused { status: answer.status, code: String::new() });
        };
        let words = format!("{} {}", clip(&refusal.error, 64), clip(&refusal.error_description, 300));
        return Err(match &*refusal.error {
            "invalid_client" | "unauthorized_client" => GraphError::ClientRefused(words),
            _ => GraphError::Refused { status: answer.status, code: words },
        });
    }
}

/// The request for a token, as a form.
fn credentials_form(settings: &GraphSettings, addresses: &Addresses) -> String {
    Serializer::new(String::new())
        .append_pair("grant_type", "client_credentials")
        .append_pair("client_id", &settings.client_id)
        .append_pair("client_secret", settings.client_secret.expose())
        .append_pair("scope", &addresses.scope)
        .finish()
}
