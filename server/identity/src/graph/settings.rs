//! Where a directory is, and as whom it is read.

use url::Url;

use super::error::GraphError;
use crate::openid::{ENTRA, Problem, Secret, check_address, is_guid};

/// Where Microsoft Graph is.
pub const GRAPH: &str = "https://graph.microsoft.com/v1.0";

/// A tenant's directory and an application that may read it.
#[derive(Clone, Debug)]
pub struct GraphSettings {
    /// Who issues tokens: [`ENTRA`], a national cloud, or a test's fake.
    pub authority: String,
    /// Where Graph is: [`GRAPH`], that of a national cloud, or a test's fake.
    pub base: String,
    /// The tenant's id.
    pub tenant: String,
    /// The application's (client) id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
}

/// The same, checked.
pub(super) struct Addresses {
    pub base: Url,
    pub token: Url,
    /// All that the application was permitted.
    pub scope: String,
}

impl GraphSettings {
    /// The directory of this tenant in Entra's world-wide cloud.
    #[must_use]
    pub fn new(tenant: &str, client_id: &str, client_secret: Secret) -> Self {
        Self {
            authority: ENTRA.to_owned(),
            base: GRAPH.to_owned(),
            tenant: tenant.to_owned(),
            client_id: client_id.to_owned(),
            client_secret,
        }
    }

    pub(super) fn addresses(&self) -> Result<Addresses, GraphError> {
        let wrong = |field| move |problem| GraphError::Settings { field, problem };
        if !is_guid(&self.tenant) {
            return Err(wrong("tenant")(Problem::NotATenant(self.tenant.chars().take(64).collect())));
        }
        if self.client_id.is_empty() {
            return Err(wrong("client_id")(Problem::Empty));
        }
        if self.client_secret.expose().is_empty() {
            return Err(wrong("client_secret")(Problem::Empty));
        }
        let authority = check_address(self.authority.trim_end_matches('/')).map_err(wrong("authority"))?;
        let base = check_address(self.base.trim_end_matches('/')).map_err(wrong("base"))?;
        let token = with_path(&authority, &[&self.tenant, "oauth2", "v2.0", "token"]);
        Ok(Addresses { token, scope: format!("{}/.default", base.origin().ascii_serialization()), base })
    }
}

/// An address below another.
pub(super) fn with_path(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    // Addresses that cannot have a path were refused with the settings.
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}
