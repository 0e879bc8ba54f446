//! Microsoft Graph in place of the real one, for tests: a directory in memory, and answers that go wrong as told.
//!
//! It also issues the tokens that it wants to see, and keeps the time: waiting on [`FakeClock`] takes no time at all.

mod clock;
mod fault;
mod routes;

use std::{
    collections::{BTreeMap, VecDeque},
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde_json::{Value, json};
use tokio::{net::TcpListener, task::AbortHandle};

use super::GraphSettings;
use crate::openid::Secret;

pub use clock::FakeClock;
pub use fault::Fault;

/// The fake's tenant.
pub const TENANT: &str = "11111111-2222-3333-4444-555555555555";
/// The application that may read it.
pub const CLIENT: &str = "22222222-3333-4444-5555-666666666666";
/// Its secret.
pub const CLIENT_SECRET: &str = "s3cr&t+ü:%";

/// The directory. Dropping it ends it.
pub struct FakeGraph {
    shared: Arc<Shared>,
    listening: AbortHandle,
}

struct Shared {
    address: SocketAddr,
    state: Mutex<State>,
}

/// A request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Path and query.
    pub address: String,
    /// The token.
    pub token: String,
    /// Whether an index that lags behind was permitted.
    pub eventual: bool,
}

#[derive(Default)]
struct State {
    users: BTreeMap<String, Value>,
    groups: BTreeMap<String, Value>,
    /// Direct members, users and groups, by group.
    members: BTreeMap<String, Vec<String>>,
    /// What changed: whether it is about users, and the entry.
    log: Vec<(bool, Value)>,
    page: usize,
    faults: VecDeque<Fault>,
    token_faults: VecDeque<Fault>,
    secret_expired: bool,
    tokens: usize,
    received: Vec<Received>,
}

impl FakeGraph {
    /// An empty directory on a free port of this machine, with two entries on a page.
    ///
    /// # Errors
    /// When the machine has no port left.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let state = State { page: 2, ..State::default() };
        let shared = Arc::new(Shared { address: listener.local_addr()?, state: Mutex::new(state) });
        let serving = routes::router(Arc::clone(&shared));
        let task = tokio::spawn(async move { drop(axum::serve(listener, serving).await) });
        Ok(Self { shared, listening: task.abort_handle() })
    }

    /// How to read it.
    #[must_use]
    pub fn settings(&self) -> GraphSettings {
        GraphSettings {
            authority: self.shared.origin(),
            base: format!("{}/v1.0", self.shared.origin()),
            ..GraphSettings::new(TENANT, CLIENT, Secret::new(CLIENT_SECRET))
        }
    }

    /// The object id of the user or group of this number.
    #[must_use]
    pub fn id(number: usize) -> String {
        format!("aaaaaaaa-0000-0000-0000-{number:012}")
    }

    /// Adds or changes a user of this name.
    pub fn user(&self, number: usize, name: &str) {
        let principal = format!("{}@example.test", name.to_lowercase());
        let user = json!({
            "id": Self::id(number),
            "userPrincipalName": principal,
            "displayName": name,
            "mail": null,
            "accountEnabled": true,
            "userType": "Member",
        });
        let mut state = self.shared.state();
        state.log.push((true, user.clone()));
        state.users.insert(Self::id(number), user);
    }

    /// Removes a user; it may be restored or not.
    pub fn remove_user(&self, number: usize, restorable: bool) {
        let mut state = self.shared.state();
        state.users.remove(&Self::id(number));
        let reason = if restorable { "changed" } else { "deleted" };
        state.log.push((true, json!({ "id": Self::id(number), "@removed": { "reason": reason } })));
    }

    /// Disables a user.
    pub fn disable_user(&self, number: usize) {
        let mut state = self.shared.state();
        if let Some(user) = state.users.get_mut(&Self::id(number)) {
            user["accountEnabled"] = json!(false);
        }
        state.log.push((true, json!({ "id": Self::id(number), "accountEnabled": false })));
    }

    /// Reports a change of a user in these words.
    pub fn user_changed(&self, change: Value) {
        self.shared.state().log.push((true, change));
    }

    /// Adds a group of this name with these direct members.
    pub fn group(&self, number: usize, name: &str, members: &[usize]) {
        let group = json!({ "id": Self::id(number), "displayName": name, "securityEnabled": true });
        let members: Vec<String> = members.iter().map(|&member| Self::id(member)).collect();
        let mut state = self.shared.state();
        let mut change = json!({ "id": Self::id(number), "displayName": name });
        change["members@delta"] =
            members.iter().map(|member| json!({ "@odata.type": "#microsoft.graph.user", "id": member })).collect();
        state.log.push((false, change));
        state.groups.insert(Self::id(number), group);
        state.members.insert(Self::id(number), members);
    }

    /// Takes a user out of a group.
    pub fn leave(&self, group: usize, user: usize) {
        let mut state = self.shared.state();
        let gone = Self::id(user);
        state.members.entry(Self::id(group)).or_default().retain(|member| *member != gone);
        let member = json!({ "@odata.type": "#microsoft.graph.user", "id": gone, "@removed": { "reason": "deleted" } });
        state.log.push((false, json!({ "id": Self::id(group), "members@delta": [member] })));
    }

    /// So many entries are on a page.
    pub fn page(&self, entries: usize) {
        self.shared.state().page = entries;
    }

    /// What happens to the next requests; after these they are answered well.
    pub fn misbehave(&self, faults: impl IntoIterator<Item = Fault>) {
        self.shared.state().faults.extend(faults);
    }

    /// What happens to the next requests for tokens.
    pub fn misbehave_with_tokens(&self, faults: impl IntoIterator<Item = Fault>) {
        self.shared.state().token_faults.extend(faults);
    }

    /// The application's secret is not accepted any more.
    pub fn expire_secret(&self) {
        self.shared.state().secret_expired = true;
    }

    /// The requests so far, without those for tokens.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.shared.state().received.clone()
    }

    /// How many tokens were issued.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.shared.state().tokens
    }
}

impl Drop for FakeGraph {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}
