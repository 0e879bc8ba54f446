//! Requests to Microsoft Graph.

use std::sync::Arc;

use serde::{Deserialize, de::DeserializeOwned};
use url::Url;

use super::{
    clock::Clock,
    error::GraphError,
    patience::Patience,
    settings::{Addresses, GraphSettings, with_path},
    token::Token,
};
use crate::openid::{Http, clip, http::Answer, is_guid, send};

/// The longest page, in bytes. A thousand users have some four hundred thousand.
pub const MAX_PAGE_BYTES: usize = 16 * 1024 * 1024;

/// One tenant's directory.
pub struct Graph {
    http: Http,
    settings: GraphSettings,
    pub(super) addresses: Addresses,
    clock: Arc<dyn Clock>,
    token: Token,
}

/// How Graph may find what is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Index {
    /// In the directory itself.
    Current,
    /// In an index that may lag behind. Searches need it.
    Eventual,
}

#[derive(Deserialize)]
struct Failure {
    error: Reason,
}

#[derive(Deserialize)]
struct Reason {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

impl Graph {
    /// A directory that nobody has read yet.
    ///
    /// # Errors
    /// [`GraphError::Settings`].
    pub fn new(http: Http, settings: GraphSettings, clock: Arc<dyn Clock>) -> Result<Self, GraphError> {
        let addresses = settings.addresses()?;
        Ok(Self { http, settings, addresses, clock, token: Token::default() })
    }

    /// One answer. Waits where Graph asks for that, and gets a new token when the old one is not accepted.
    pub(super) async fn get<T: DeserializeOwned>(&self, url: &Url, index: Index) -> Result<T, GraphError> {
        let mut patience = Patience::default();
        let mut refused = None;
        loop {
            let token =
                self.token.get(&self.http, &self.settings, &self.addresses, &*self.clock, refused.as_ref()).await?;
            let mut request = self.http.get(url).bearer_auth(token.expose());
            if index == Index::Eventual {
                request = request.header("ConsistencyLevel", "eventual");
            }
            let answer = send(request, MAX_PAGE_BYTES).await?;
            if answer.status == 200 {
                return answer.json().ok_or(GraphError::Malformed);
            } else if answer.status == 401 && refused.is_none() {
                refused = Some(token);
            } else if patience.is_asked_for(&answer) {
                patience.wait(&answer, &*self.clock).await?;
            } else {
                return Err(refusal(&answer));
            }
        }
    }

    /// The address of something in the directory.
    pub(super) fn address(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = with_path(&self.addresses.base, path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// An address that Graph gave for going on, if it is Graph's own.
    pub(super) fn own_link(&self, link: &str) -> Result<Url, GraphError> {
        let url = Url::parse(link).map_err(|_| GraphError::ForeignLink)?;
        let base = &self.addresses.base;
        let below = url.path().strip_prefix(base.path()).is_some_and(|rest| rest.starts_with('/'));
        let same = url.origin() == base.origin() && url.username().is_empty() && url.password().is_none();
        if same && below { Ok(url) } else { Err(GraphError::ForeignLink) }
    }
}

/// An id that may become part of an address.
pub(super) fn checked_id(id: &str) -> Result<&str, GraphError> {
    if is_guid(id) { Ok(id) } else { Err(GraphError::NotAnId(clip(id, 64))) }
}

/// Why Graph refuses.
fn refusal(answer: &Answer) -> GraphError {
    let reason = answer.json::<Failure>().map(|failure| failure.error);
    let code = reason.as_ref().map(|reason| clip(&reason.code, 64)).unwrap_or_default();
    let lost = ["resyncrequired", "syncstatenotfound", "syncstateinvalid"];
    match answer.status {
        401 => GraphError::Unauthorized,
        403 => {
            let message = reason.map(|reason| clip(&reason.message, 300)).unwrap_or_default();
            GraphError::Forbidden(format!("{code} {message}"))
        }
        404 => GraphError::NotFound,
        410 => GraphError::ResyncNeeded,
        400 if lost.contains(&&*code.to_ascii_lowercase()) => GraphError::ResyncNeeded,
        status => GraphError::Refused { status, code },
    }
}
