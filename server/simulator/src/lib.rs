//! Simulated iPhones that enrol with an MDM server, are pushed, fetch commands, carry them out and answer.
//!
//! The simulator shares nothing with the server but Apple's protocol, so that a mistake in the server's reading of the
//! protocol is not mirrored here. It stands in for three parties: the phones ([`Fleet`], [`DeviceHandle`]), Apple's
//! push service ([`Fleet::push_url`]) and the App Store ([`AppStore`]).
//!
//! Phones act by themselves unless they are under manual control ([`DeviceHandle::set_manual`]); then nothing happens
//! that was not asked for, which is how tests reach every point between two messages. [`Script`] makes them misbehave.
//!
//! Unlike a real phone, these accept `http:` addresses.

mod app;
mod app_store;
mod base64_bytes;
pub mod cli;
mod clock;
mod derive;
mod device;
mod error;
mod event;
mod execute;
mod fleet;
mod pace;
mod protocol;
mod push;
mod script;
mod storage;

pub use app::{App, AppStatus};
pub use app_store::{AppStore, StoreApp};
pub use device::exchange::{CommandInfo, Exchange};
pub use device::handle::DeviceHandle;
pub use device::snapshot::DeviceSnapshot;
pub use device::spec::DeviceSpec;
pub use device::state::{EnrollmentIdentity, InstalledProfile, Payload, WebClip};
pub use error::SimulatorError;
pub use event::{Event, EventKind};
pub use fleet::{Fleet, FleetConfig};
pub use pace::Pace;
pub use protocol::answer::{DeviceError, Status};
pub use protocol::command::CommandError;
pub use protocol::enrollment_profile::EnrollmentProfileError;
pub use protocol::identity::IdentityError;
pub use protocol::signature::SignatureError;
pub use script::{Fault, Rule, Script};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks a mutex whose content stays usable even if a holder panicked.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
