//! Live pages: who looks at which device, and when to look again (A12).
//!
//! An open page holds a [`Watch`]. It is woken when the store tells of a change of its device or its person, and by a
//! look at all watched devices and sessions every two seconds, which finds what was not heard. A watch shows nothing by
//! itself: whoever is woken asks the same services as for the whole page, which decide anew what may be seen.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use baton_model::{DeviceId, PageRevision, Timestamp, UserId};
use baton_store::Change;
use thiserror::Error;
use tokio::sync::Notify;

use crate::{
    Actor, Core, CoreError,
    accounts::SignedIn,
    clip::{self, ClipError, Visit},
};

/// How many pages may be open at once, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveConfig {
    /// Pages of all devices together.
    pub in_all: usize,
    /// Pages of one device.
    pub per_device: usize,
    /// Pages of one session.
    pub per_session: usize,
    /// After so long without news a page is told that it is still followed. Who takes longer than that to take what is
    /// sent is let go.
    pub beat: Duration,
    /// After so long a page has to ask again.
    pub longest: Duration,
}

impl Default for LiveConfig {
    fn default() -> Self {
        Self {
            in_all: 500,
            per_device: 8,
            per_session: 6,
            beat: Duration::from_secs(15),
            longest: Duration::from_secs(600),
        }
    }
}

/// Why a page is not followed.
#[derive(Debug, Error)]
pub enum WatchError {
    /// The device or the session has as many pages open as it may.
    #[error("too many pages of this device or session are open")]
    TooManyOfOne,
    /// As many pages are open here as may be.
    #[error("too many pages are open")]
    TooMany,
    /// This server is stopping.
    #[error("the server is stopping")]
    Stopping,
    /// The page does not stand for a device any more.
    #[error(transparent)]
    Clip(#[from] ClipError),
    /// Baton failed.
    #[error(transparent)]
    Core(#[from] CoreError),
}

/// Why a watch was woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// There may be something new to see.
    Look,
    /// The server stops: the page has to ask another.
    Stopping,
}

/// A page that is open. Dropping it makes room for another.
pub struct Watch {
    hub: Arc<Hub>,
    number: u64,
    wake: Arc<Notify>,
}

impl Watch {
    /// Waits until it is time to look again. A wake while nobody waited counts, once.
    pub async fn woken(&self) -> Woken {
        if self.hub.state().stopping {
            return Woken::Stopping;
        }
        self.wake.notified().await;
        if self.hub.state().stopping { Woken::Stopping } else { Woken::Look }
    }

    /// Notes what the page shows now, so that it is woken once there is more.
    pub fn shows(&self, revision: PageRevision) {
        if let Some(watcher) = self.hub.state().open.get_mut(&self.number) {
            watcher.shown = Some(revision);
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.hub.state().open.remove(&self.number);
    }
}

/// The open pages of this process.
pub(crate) struct Hub {
    config: LiveConfig,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    stopping: bool,
    last: u64,
    open: HashMap<u64, Watcher>,
}

struct Watcher {
    device: DeviceId,
    session: Option<SessionKey>,
    shown: Option<PageRevision>,
    wake: Arc<Notify>,
}

#[derive(Clone, PartialEq, Eq)]
struct SessionKey {
    hash: String,
    user: UserId,
}

impl Hub {
    pub(crate) fn new(config: LiveConfig) -> Self {
        Self { config, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here is left half done by a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(self: &Arc<Self>, device: &DeviceId, session: Option<&SignedIn>) -> Result<Watch, WatchError> {
        let session = session
            .map(|SignedIn { user, session }| SessionKey { hash: session.id_hash.clone(), user: user.id.clone() });
        let mut state = self.state();
        if state.stopping {
            return Err(WatchError::Stopping);
        }
        let of_device = state.open.values().filter(|watcher| watcher.device == *device).count();
        let of_session = state.open.values().filter(|watcher| session.is_some() && watcher.session == session).count();
        if of_device >= self.config.per_device || of_session >= self.config.per_session {
            return Err(WatchError::TooManyOfOne);
        }
        if state.open.len() >= self.config.in_all {
            return Err(WatchError::TooMany);
        }
        state.last += 1;
        let (number, wake) = (state.last, Arc::new(Notify::new()));
        let watcher = Watcher { device: device.clone(), session, shown: None, wake: Arc::clone(&wake) };
        state.open.insert(number, watcher);
        Ok(Watch { hub: Arc::clone(self), number, wake })
    }

    fn wake(&self, is_concerned: impl Fn(&Watcher) -> bool) {
        for watcher in self.state().open.values().filter(|watcher| is_concerned(watcher)) {
            watcher.wake.notify_one();
        }
    }

    fn stop(&self) {
        self.state().stopping = true;
        self.wake(|_| true);
    }

    /// The devices and sessions of all open pages.
    fn watched(&self) -> (Vec<DeviceId>, Vec<String>) {
        let state = self.state();
        let devices: BTreeSet<DeviceId> = state.open.values().map(|watcher| watcher.device.clone()).collect();
        let sessions = state.open.values().filter_map(|watcher| watcher.session.as_ref());
        let sessions: BTreeSet<String> = sessions.map(|session| session.hash.clone()).collect();
        (devices.into_iter().collect(), sessions.into_iter().collect())
    }

    /// Wakes those who show something older, and those whose session is over.
    fn wake_outdated(&self, revisions: &BTreeMap<DeviceId, PageRevision>, holding: &BTreeSet<String>) {
        self.wake(|watcher| {
            let is_over = watcher.session.as_ref().is_some_and(|session| !holding.contains(&session.hash));
            is_over || (watcher.shown.is_some() && watcher.shown != revisions.get(&watcher.device).copied())
        });
    }
}

impl Core {
    /// Follows the device of a clip's page, for the session that the page has, if any.
    ///
    /// # Errors
    /// [`WatchError`].
    pub async fn watch_clip(
        &self,
        visit: &Visit,
        session: Option<&SignedIn>,
        now: Timestamp,
    ) -> Result<Watch, WatchError> {
        clip::visited(&mut self.store().read().await.map_err(CoreError::from)?, visit).await?;
        self.watch(&visit.device_id, session, now).await
    }

    /// Follows a device for somebody in the console.
    ///
    /// # Errors
    /// [`WatchError`]; [`CoreError::Denied`] without [`Permission::ReadConsole`](crate::Permission::ReadConsole).
    pub async fn watch_device(
        &self,
        actor: &Actor,
        session: &SignedIn,
        device: &DeviceId,
        now: Timestamp,
    ) -> Result<Watch, WatchError> {
        self.require_reader(actor, "devices", now).await?;
        self.watch(device, Some(session), now).await
    }

    async fn watch(&self, device: &DeviceId, session: Option<&SignedIn>, now: Timestamp) -> Result<Watch, WatchError> {
        let watch = self.hub().open(device, session)?;
        self.store().watch_devices(std::slice::from_ref(device), now).await.map_err(CoreError::from)?;
        Ok(watch)
    }

    /// Wakes pages, and hints at work, as changes are told; as long as there is a store. What is told from this call on
    /// counts, not only from the first poll.
    pub fn follow_changes(&self) -> impl Future<Output = ()> + Send + 'static {
        let (core, mut changes) = (self.clone(), self.store().changes());
        async move {
            while let Some(change) = changes.next().await {
                core.take_change(&change);
            }
        }
    }

    fn take_change(&self, change: &Change) {
        match change {
            Change::Device(device) => self.hub().wake(|watcher| watcher.device == *device),
            Change::User(user) => {
                self.hub().wake(|watcher| watcher.session.as_ref().is_some_and(|session| session.user == *user));
            }
            Change::Decisions => self.hint_work(),
            Change::Anything => {
                self.hint_work();
                self.hub().wake(|_| true);
            }
        }
    }

    /// Hears what other instances tell, until the connection for it breaks.
    ///
    /// # Errors
    /// [`CoreError`] when it breaks or cannot be made.
    pub async fn hear_other_instances(&self) -> Result<(), CoreError> {
        Ok(self.store().hear().await?)
    }

    /// Looks after all open pages: wakes those that show something older than what is true, or whose session is over.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn look_after_pages(&self, now: Timestamp) -> Result<(), CoreError> {
        let (devices, sessions) = self.hub().watched();
        if devices.is_empty() {
            return Ok(());
        }
        self.store().watch_devices(&devices, now).await?;
        let mut tx = self.store().read().await?;
        let revisions = tx.page_revisions(&devices).await?;
        let holding = tx.sessions_that_hold(&sessions, now).await?;
        self.hub().wake_outdated(&revisions, &holding);
        Ok(())
    }

    /// Lets go of all open pages, and takes no more: the server stops.
    pub fn end_live_pages(&self) {
        self.hub().stop();
    }
}
