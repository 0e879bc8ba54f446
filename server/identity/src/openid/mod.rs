//! Signing in with an OpenID Connect provider: Entra ID, and any other that keeps to the standard (B3).
//!
//! A login is two steps with a browser's journey between them. [`begin`] says where to send the browser and what to
//! remember; [`finish()`] takes what the browser brings back and says who it is, or why nobody is. All that a provider or a
//! browser says is unproven until a signature, a state or a nonce proves it; time is an argument.
//!
//! Signatures are checked by ring, which TLS brings along anyway: the rules of a login (which issuer, which tenant, how
//! fresh, how large, in whose words it fails) are Baton's own, and what a library would add is a second set of
//! cryptography. What the fake provider cannot prove, the tests prove with a real one.

mod address;
mod begin;
mod cache;
mod callback;
mod claims;
mod discovery;
mod error;
mod exchange;
#[cfg(feature = "fake")]
pub mod fake;
mod finish;
pub(crate) mod http;
mod id_token;
mod identity;
mod jwks;
mod jws;
mod logout;
mod metadata;
mod report;
pub(crate) use crate::secret;
mod settings;
mod tenant;
mod transaction;
mod user_info;

pub use crate::Secret;
pub use begin::begin;
pub use cache::ProviderCache;
pub use callback::{CallbackError, CallbackQuery, MAX_CALLBACK_BYTES};
pub use discovery::{Provider, discover};
pub use error::{FreshnessError, OpenIdError, Place};
pub use exchange::{MAX_TOKEN_ANSWER_BYTES, TokenError};
pub use finish::finish;
pub use http::{Http, HttpError, HttpSettings, PATIENCE};
pub use id_token::{IdTokenError, MAX_ID_TOKEN_BYTES};
pub use identity::{Groups, OpenIdIdentity, Profile, StableKey};
pub use jwks::MAX_KEYS_BYTES;
pub use logout::logout_url;
pub use metadata::{MAX_METADATA_BYTES, MetadataError, ProviderMetadata};
pub use report::{ClaimPurpose, ClaimReport, ConnectionReport, check_provider};
pub use settings::{
    ClaimNames, ClientAuthentication, ENTRA, Field, KeyRule, Problem, ProviderSettings, SKEW_SECONDS, SettingsError,
    TENANT_PLACEHOLDER,
};
pub use transaction::{Freshness, LOGIN_SECONDS, LoginTransaction, TransactionError};
pub use user_info::{MAX_USER_INFO_BYTES, UserInfoError};
pub(crate) use {address::check_address, callback::clip, exchange::Refusal, http::send, tenant::is_guid};
