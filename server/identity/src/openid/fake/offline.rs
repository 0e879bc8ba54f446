//! A login in which the provider's answers are there already, whatever is in them: every check that [`finish`] makes, in its
//! order, and no network. For fuzz targets.
//!
//! [`finish`]: super::super::finish()

use baton_model::Timestamp;
use serde::de::DeserializeOwned;

use super::keys::SigningKey;
use crate::openid::{
    CallbackQuery, LoginTransaction, OpenIdError, OpenIdIdentity, Place, ProviderSettings,
    claims::lacks_some,
    exchange::tokens,
    finish::{described, who},
    http::Answer,
    id_token::{Claims, signed_claims, text},
    jwks, metadata,
    user_info::about,
};

/// What a provider answered, byte for byte, each with the status 200.
#[derive(Clone, Copy, Debug)]
pub struct Answers<'a> {
    /// Its metadata.
    pub metadata: &'a [u8],
    /// Its keys.
    pub keys: &'a [u8],
    /// Its tokens for the code.
    pub tokens: &'a [u8],
    /// Its claims about whoever is meant, if it is asked.
    pub user_info: &'a [u8],
}

impl Answers<'_> {
    /// Who signed in, when these are the answers.
    ///
    /// # Errors
    /// As of [`finish`](super::super::finish()), without those of the network.
    pub fn finish(
        &self,
        settings: &ProviderSettings,
        transaction: &LoginTransaction,
        callback: &CallbackQuery,
        now: Timestamp,
    ) -> Result<OpenIdIdentity, OpenIdError> {
        settings.validate()?;
        transaction.check(settings, now)?;
        let metadata = json::<metadata::Document>(self.metadata, Place::Metadata)?.check(settings)?;
        let keys = json::<jwks::Document>(self.keys, Place::Keys)?.check()?;
        callback.check(transaction, &metadata, settings)?;
        let tokens = tokens(&answer(self.tokens))?;
        let (claims, access_token) = signed_claims(tokens.id_token.expose(), &keys)?;
        let key = who(settings, transaction, callback, &tokens, (&claims, &access_token), now)?;
        let asks = settings.user_info && lacks_some(&claims, &settings.claims) && tokens.access_token.is_some();
        let more = match text(&claims, "sub") {
            Ok(subject) if asks && metadata.userinfo_endpoint.is_some() => about(&answer(self.user_info), subject)?,
            _ => Claims::new(),
        };
        let (identity, freshness) = described(settings, transaction, key, (&claims, &more), tokens, now)?;
        freshness?;
        Ok(identity)
    }
}

fn answer(body: &[u8]) -> Answer {
    Answer { status: 200, retry_after: None, body: body.to_vec() }
}

fn json<T: DeserializeOwned>(body: &[u8], place: Place) -> Result<T, OpenIdError> {
    answer(body).json().ok_or(OpenIdError::NotJson(place))
}

/// Signs what a provider would never say.
pub struct Signer(SigningKey);

impl Signer {
    /// Another key each time. It is one for ES256, the quickest.
    #[must_use]
    pub fn new() -> Self {
        Self(SigningKey::new("ES256", 0))
    }

    /// The list of keys with this one in it.
    #[must_use]
    pub fn keys(&self) -> String {
        serde_json::json!({ "keys": [self.0.jwk()] }).to_string()
    }

    /// A token of this header and these claims, whatever these bytes are. The signature is right whatever the header says
    /// of it.
    #[must_use]
    pub fn token(&self, header: &[u8], claims: &[u8]) -> String {
        self.0.token_of(header, claims)
    }
}

impl Default for Signer {
    fn default() -> Self {
        Self::new()
    }
}
