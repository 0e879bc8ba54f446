//! One phone.

pub(crate) mod enrolling;
pub mod exchange;
pub mod handle;
pub(crate) mod installing;
pub(crate) mod runner;
pub mod snapshot;
pub mod spec;
pub mod state;
pub(crate) mod steps;
pub(crate) mod transport;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{Notify, broadcast, watch};
use tokio::task::JoinSet;

use crate::app_store::AppStore;
use crate::event::{Event, EventKind};
use crate::pace::Pace;
use crate::script::Script;
use crate::{clock, lock, storage};
use exchange::Held;
use state::DeviceState;

/// What all phones of a fleet share.
#[derive(Debug)]
pub(crate) struct Context {
    /// For the protocol: follows no redirects.
    pub(crate) client: reqwest::Client,
    /// For profiles and manifests, which are fetched as a browser would.
    pub(crate) browser: reqwest::Client,
    pub(crate) pace: Pace,
    pub(crate) seed: u64,
    pub(crate) apps: AppStore,
    pub(crate) state_dir: Option<PathBuf>,
    pub(crate) events: broadcast::Sender<Event>,
    pub(crate) tasks: Mutex<JoinSet<()>>,
}

impl Context {
    /// Runs something in the background until the fleet ends.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = lock(&self.tasks);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }
}

/// What a phone forgets when it is switched off.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) online: bool,
    pub(crate) locked: bool,
    pub(crate) manual: bool,
    pub(crate) script: Script,
    pub(crate) push_pending: bool,
    pub(crate) connections: u64,
}

/// A phone: its memory, its momentary condition, and at most one connection at a time.
#[derive(Debug)]
pub(crate) struct Device {
    state: Mutex<DeviceState>,
    live: Mutex<Live>,
    /// Held for the length of a connection.
    pub(crate) session: tokio::sync::Mutex<Held>,
    wake: Notify,
    changes: watch::Sender<u64>,
    pub(crate) context: Arc<Context>,
}

impl Device {
    pub(crate) fn new(state: DeviceState, manual: bool, context: Arc<Context>) -> Self {
        Self {
            state: Mutex::new(state),
            live: Mutex::new(Live {
                online: true,
                locked: false,
                manual,
                script: Script::new(),
                push_pending: false,
                connections: 0,
            }),
            session: tokio::sync::Mutex::new(Held::Nothing),
            wake: Notify::new(),
            changes: watch::Sender::new(0),
            context,
        }
    }

    /// Looks at the memory.
    pub(crate) fn read<R>(&self, look: impl FnOnce(&DeviceState) -> R) -> R {
        look(&lock(&self.state))
    }

    /// Changes the memory and saves it.
    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut DeviceState) -> R) -> R {
        let mut state = lock(&self.state);
        let result = change(&mut state);
        let saved = match &self.context.state_dir {
            Some(folder) => storage::save(folder, &state),
            None => Ok(()),
        };
        drop(state);
        self.announce_change();
        if let Err(error) = saved {
            tracing::warn!(%error, "a simulated device cannot save its state");
            self.emit(EventKind::Trouble { reason: error.to_string() });
        }
        result
    }

    /// Looks at the momentary condition.
    pub(crate) fn live<R>(&self, look: impl FnOnce(&Live) -> R) -> R {
        look(&lock(&self.live))
    }

    /// Changes the momentary condition.
    pub(crate) fn change_live<R>(&self, change: impl FnOnce(&mut Live) -> R) -> R {
        let result = change(&mut lock(&self.live));
        self.announce_change();
        result
    }

    fn announce_change(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub(crate) fn emit(&self, kind: EventKind) {
        let (device, serial) = self.read(|state| (state.spec.name.clone(), state.spec.serial.clone()));
        // Nobody listening is fine.
        let _ = self.context.events.send(Event { at: clock::now(), device, serial, kind });
    }

    pub(crate) fn name(&self) -> String {
        self.read(|state| state.spec.name.clone())
    }

    pub(crate) fn is_manual(&self) -> bool {
        self.live(|live| live.manual)
    }

    /// Lets a phone that acts by itself connect.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// The same after a while; nothing under manual control.
    pub(crate) fn wake_after(self: &Arc<Self>, delay: Duration) {
        if !self.is_manual() {
            let device = Arc::clone(self);
            self.context.spawn(async move {
                tokio::time::sleep(delay).await;
                device.wake();
            });
        }
    }

    /// A push arrived, or was waiting while the phone was out of reach.
    pub(crate) fn pushed(&self) {
        self.emit(EventKind::Pushed);
        let online = self.change_live(|live| {
            live.push_pending = true;
            live.online
        });
        if online {
            self.wake();
        }
    }

    /// Out of reach, or back.
    pub(crate) fn set_online(&self, online: bool) {
        let before = self.change_live(|live| std::mem::replace(&mut live.online, online));
        if before != online {
            self.emit(if online { EventKind::Online } else { EventKind::Offline });
        }
        if online {
            self.wake();
        }
    }

    /// Out of reach for a while; under manual control until told otherwise.
    pub(crate) fn go_offline_for(self: &Arc<Self>, time: Duration) {
        self.set_online(false);
        if !self.is_manual() {
            let device = Arc::clone(self);
            self.context.spawn(async move {
                tokio::time::sleep(time).await;
                device.set_online(true);
            });
        }
    }

    /// Locks or unlocks the screen. A locked phone answers NotNow to what changes it, and comes back when unlocked.
    pub(crate) fn set_locked(self: &Arc<Self>, locked: bool) {
        let before = self.change_live(|live| std::mem::replace(&mut live.locked, locked));
        if before == locked {
            return;
        }
        if locked {
            self.emit(EventKind::ScreenLocked);
            if let (false, Some(delay)) = (self.is_manual(), self.context.pace.tap) {
                let device = Arc::clone(self);
                self.context.spawn(async move {
                    tokio::time::sleep(delay).await;
                    device.set_locked(false);
                });
            }
        } else {
            self.emit(EventKind::ScreenUnlocked);
            self.wake();
        }
    }
}
