//! Ending the provider's session (OpenID Connect RP-Initiated Logout 1.0).

use url::Url;

use super::{metadata::ProviderMetadata, secret::Secret, settings::ProviderSettings};

/// The longest ID token that fits into an address, in bytes. Servers take addresses of eight thousand, some less.
const LONGEST_HINT: usize = 6000;

/// Where to send the browser so that the provider ends its session and sends it on to `post_logout_redirect_uri`, which
/// must be registered there (A6). Nothing where the provider does not offer that; its session goes on then.
///
/// With the ID token of the login the provider need not ask the person. A very long one is left out; it would get lost.
#[must_use]
pub fn logout_url(
    metadata: &ProviderMetadata,
    settings: &ProviderSettings,
    id_token_hint: Option<&Secret>,
    post_logout_redirect_uri: &str,
    state: Option<&str>,
) -> Option<Url> {
    let mut url = metadata.end_session_endpoint.clone()?;
    let mut query = url.query_pairs_mut();
    query
        .append_pair("client_id", &settings.client_id)
        .append_pair("post_logout_redirect_uri", post_logout_redirect_uri);
    if let Some(hint) = id_token_hint.map(Secret::expose).filter(|hint| hint.len() <= LONGEST_HINT) {
        query.append_pair("id_token_hint", hint);
    }
    if let Some(state) = state {
        query.append_pair("state", state);
    }
    drop(query);
    Some(url)
}
