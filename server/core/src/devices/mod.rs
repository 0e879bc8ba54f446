//! Devices as the console sees them, and the facts they report.

mod console;
pub(crate) mod facts;
mod mine;

pub use console::{AssignedItem, DeviceDetail};
pub use mine::MyDevice;
