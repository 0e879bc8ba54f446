//! What a provider says about itself (OpenID Connect Discovery 1.0).

use serde::Deserialize;
use thiserror::Error;
use url::Url;

use super::{
    address::check_endpoint,
    callback::clip,
    settings::{Problem, ProviderSettings},
};

/// The longest metadata, in bytes; providers need a few thousand.
pub const MAX_METADATA_BYTES: usize = 256 * 1024;

/// Where a provider's endpoints are and what it can do.
#[derive(Clone, Debug)]
pub struct ProviderMetadata {
    /// The issuer, exactly as configured; with `{tenantid}` where it stands for several tenants.
    pub issuer: String,
    /// Where the browser goes to sign in.
    pub authorization_endpoint: Url,
    /// Where codes become tokens.
    pub token_endpoint: Url,
    /// Where the keys are.
    pub jwks_uri: Url,
    /// Where there is more about the person.
    pub userinfo_endpoint: Option<Url>,
    /// Where the browser goes to end the provider's session, if that is offered (A6).
    pub end_session_endpoint: Option<Url>,
    /// How Baton may prove who it is; absent means `client_secret_basic`.
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Whether the way back names the issuer (RFC 9207).
    pub authorization_response_iss_parameter_supported: bool,
    /// The ways of PKCE that the provider speaks of; many speak of none and do it all the same.
    pub code_challenge_methods_supported: Vec<String>,
}

/// Why metadata cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MetadataError {
    /// It is another provider's.
    #[error("the metadata is that of the issuer `{found}`, not of `{expected}`")]
    Issuer {
        /// As configured.
        expected: String,
        /// As found.
        found: String,
    },
    /// Something that every provider has is not there.
    #[error("the provider's metadata has no `{0}`")]
    Missing(&'static str),
    /// An address is none that Baton goes to.
    #[error("the provider's `{name}` cannot be used: {problem}")]
    Endpoint {
        /// Its name in the metadata.
        name: &'static str,
        /// Why.
        problem: Problem,
    },
    /// Among the keys there is none that Baton could check a signature with.
    #[error("the provider has no key for signatures that could be checked")]
    NoKeys,
}

impl MetadataError {
    /// A stable word for audit, tests and locale files.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Issuer { .. } => "metadata-issuer",
            Self::Missing(_) => "metadata-missing",
            Self::Endpoint { .. } => "metadata-endpoint",
            Self::NoKeys => "keys-none",
        }
    }
}

/// The metadata as it comes.
#[derive(Deserialize)]
pub(super) struct Document {
    issuer: Option<String>,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    jwks_uri: Option<String>,
    userinfo_endpoint: Option<String>,
    end_session_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    authorization_response_iss_parameter_supported: Option<bool>,
    code_challenge_methods_supported: Option<Vec<String>>,
}

impl Document {
    /// The metadata, if it is that of the configured provider.
    pub(super) fn check(self, settings: &ProviderSettings) -> Result<ProviderMetadata, MetadataError> {
        let issuer = self.issuer.ok_or(MetadataError::Missing("issuer"))?;
        if issuer != settings.issuer {
            let found = clip(&issuer, 256);
            return Err(MetadataError::Issuer { expected: settings.issuer.clone(), found });
        }
        let provider = settings
            .discovery_url()
            .map_err(|error| MetadataError::Endpoint { name: "issuer", problem: error.problem })?;
        let endpoint = |name, text: Option<String>| {
            let check = |text: String| {
                check_endpoint(&text, &provider).map_err(|problem| MetadataError::Endpoint { name, problem })
            };
            text.map(check).transpose()
        };
        let needed = |name, text| endpoint(name, text)?.ok_or(MetadataError::Missing(name));
        Ok(ProviderMetadata {
            authorization_endpoint: needed("authorization_endpoint", self.authorization_endpoint)?,
            token_endpoint: needed("token_endpoint", self.token_endpoint)?,
            jwks_uri: needed("jwks_uri", self.jwks_uri)?,
            userinfo_endpoint: endpoint("userinfo_endpoint", self.userinfo_endpoint)?,
            end_session_endpoint: endpoint("end_session_endpoint", self.end_session_endpoint)?,
            token_endpoint_auth_methods_supported: self.token_endpoint_auth_methods_supported,
            authorization_response_iss_parameter_supported: self
                .authorization_response_iss_parameter_supported
                .unwrap_or(false),
            code_challenge_methods_supported: self.code_challenge_methods_supported.unwrap_or_default(),
            issuer,
        })
    }
}
