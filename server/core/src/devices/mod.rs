//! Devices as the console sees them, and the facts they report.

mod console;
pub(crate) mod facts;
mod mine;

pub use console::{AssignedItem, CommandDetail, DeviceDetail};
pub use mine::{MyDevice, MyDeviceDetail};
