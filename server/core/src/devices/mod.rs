//! Devices as the console sees them, and the facts they report.

mod console;
pub(crate) mod facts;

pub use console::{AssignedItem, DeviceDetail};
