//! All phones together.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use reqwest::redirect::Policy;
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio::task::JoinSet;

use crate::app_store::AppStore;
use crate::device::handle::DeviceHandle;
use crate::device::spec::DeviceSpec;
use crate::device::state::DeviceState;
use crate::device::{Context, Device};
use crate::error::SimulatorError;
use crate::event::{Event, EventKind};
use crate::pace::Pace;
use crate::{lock, push, storage};

/// How many events a slow listener may be behind before it misses some.
const EVENTS_KEPT: usize = 4_096;

/// How a fleet is set up. The default listens on a free port, keeps nothing and wastes no time.
#[derive(Debug, Clone)]
pub struct FleetConfig {
    /// Where pushes arrive; port 0 takes a free one.
    pub push_listen: SocketAddr,
    /// Where phones are saved after each change; `None` = nowhere.
    pub state_dir: Option<PathBuf>,
    /// From which tokens and hardware addresses follow.
    pub seed: u64,
    /// How fast phones and people are.
    pub pace: Pace,
    /// What can be installed.
    pub apps: AppStore,
    /// Whether phones begin under manual control.
    pub manual: bool,
}

impl Default for FleetConfig {
    fn default() -> Self {
        Self {
            push_listen: (Ipv4Addr::LOCALHOST, 0).into(),
            state_dir: None,
            seed: 1,
            pace: Pace::default(),
            apps: AppStore::default(),
            manual: false,
        }
    }
}

/// The phones of a fleet, shared with the push listener.
#[derive(Debug, Clone, Default)]
pub(crate) struct Devices(Arc<Mutex<Vec<Arc<Device>>>>);

impl Devices {
    pub(crate) fn snapshot(&self) -> Vec<Arc<Device>> {
        lock(&self.0).clone()
    }
}

/// Phones and the push service they listen to. Dropping it switches everything off.
#[derive(Debug)]
pub struct Fleet {
    context: Arc<Context>,
    devices: Devices,
    push_address: SocketAddr,
    manual: bool,
}

impl Fleet {
    /// Opens the push listener. There are no phones yet: see [`Fleet::enrol`] and [`Fleet::resume`].
    ///
    /// The HTTP client needs a TLS provider even for plain `http:`; where the process has none, ring's is installed.
    ///
    /// # Errors
    ///
    /// When the address is taken, the state folder cannot be made, or the HTTP client cannot be set up.
    pub async fn start(config: FleetConfig) -> Result<Self, SimulatorError> {
        // An error means that the process has a provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        if let Some(folder) = &config.state_dir {
            storage::prepare(folder)?;
        }
        let refused = |source| SimulatorError::Listen { address: config.push_listen, source };
        let listener = TcpListener::bind(config.push_listen).await.map_err(refused)?;
        let push_address = listener.local_addr().map_err(refused)?;
        let context = Arc::new(Context {
            client: client(&config.pace, Policy::none)?,
            browser: client(&config.pace, || Policy::limited(5))?,
            pace: config.pace,
            seed: config.seed,
            apps: config.apps,
            state_dir: config.state_dir,
            events: broadcast::Sender::new(EVENTS_KEPT),
            tasks: Mutex::new(JoinSet::new()),
        });
        let devices = Devices::default();
        let router = push::router(devices.clone());
        context.spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::warn!(%error, "the simulated push service has stopped");
            }
        });
        Ok(Self { context, devices, push_address, manual: config.manual })
    }

    /// Where the server must send pushes instead of to Apple, without a slash at the end.
    pub fn push_url(&self) -> String {
        format!("http://{}", self.push_address)
    }

    /// What can be installed; apps may be added at any time.
    pub fn apps(&self) -> &AppStore {
        &self.context.apps
    }

    /// What happens from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.context.events.subscribe()
    }

    /// All phones, in the order in which they came.
    pub fn devices(&self) -> Vec<DeviceHandle> {
        let devices = self.devices.snapshot();
        devices.into_iter().map(DeviceHandle::new).collect()
    }

    /// The phone with this name, serial number or UDID.
    pub fn device(&self, wanted: &str) -> Option<DeviceHandle> {
        self.devices.snapshot().into_iter().find_map(|device| {
            let found = device.read(|state| {
                let spec = &state.spec;
                [&spec.name, &spec.serial, &spec.udid].into_iter().any(|known| known == wanted)
            });
            found.then(|| DeviceHandle::new(device))
        })
    }

    /// Adds a phone that no server manages. One with the same UDID is given back instead, as it is.
    pub fn add(&self, spec: DeviceSpec) -> DeviceHandle {
        if let Some(known) = self.device(&spec.udid) {
            return known;
        }
        let device = self.admit(DeviceState::new(spec));
        device.change(|_| ());
        DeviceHandle::new(device)
    }

    /// Adds a phone and enrols it: fetches the enrollment profile, sends Authenticate and TokenUpdate, and lets the
    /// phone act by itself unless the fleet is under manual control.
    ///
    /// # Errors
    ///
    /// When the profile cannot be fetched or installed, or the server refuses a message. The phone stays in the fleet
    /// and can try again with [`DeviceHandle::enrol`].
    pub async fn enrol(&self, spec: DeviceSpec, enrollment_profile_url: &str) -> Result<DeviceHandle, SimulatorError> {
        let device = self.add(spec);
        device.enrol(enrollment_profile_url).await?;
        Ok(device)
    }

    /// Switches the saved phones on again; they go on where they were. Phones that are in the fleet already are left
    /// alone. Gives the phones switched on.
    ///
    /// # Errors
    ///
    /// When the state folder cannot be read or a file in it is damaged.
    pub async fn resume(&self) -> Result<Vec<DeviceHandle>, SimulatorError> {
        let Some(folder) = self.context.state_dir.clone() else {
            return Ok(Vec::new());
        };
        let states = storage::load(&folder)?;
        let mut resumed = Vec::new();
        for state in states {
            if self.device(&state.spec.udid).is_none() {
                let device = self.admit(state);
                device.emit(EventKind::Resumed);
                device.schedule_apps();
                device.wake();
                resumed.push(DeviceHandle::new(device));
            }
        }
        Ok(resumed)
    }

    /// Switches everything off and waits until it is.
    pub async fn shutdown(self) {
        let mut tasks = std::mem::take(&mut *lock(&self.context.tasks));
        tasks.shutdown().await;
    }

    fn admit(&self, state: DeviceState) -> Arc<Device> {
        let device = Arc::new(Device::new(state, self.manual, Arc::clone(&self.context)));
        lock(&self.devices.0).push(Arc::clone(&device));
        self.context.spawn(Arc::clone(&device).run());
        device
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        lock(&self.context.tasks).abort_all();
    }
}

/// A phone heeds no proxy settings of the machine it is simulated on.
///
/// On a machine without any certificate authorities plain `http:` still works; `https:` then trusts nobody.
fn client(pace: &Pace, redirects: fn() -> Policy) -> Result<reqwest::Client, SimulatorError> {
    let builder =
        || reqwest::Client::builder().no_proxy().redirect(redirects()).timeout(pace.answer).user_agent("MDM-iOS/1.0");
    builder()
        .build()
        .or_else(|_| builder().tls_certs_only([]).build())
        .map_err(|error| SimulatorError::HttpClient { reason: error.to_string() })
}
