//! Microsoft Graph: reading a directory whole, or not at all.

mod delta;
mod directory;
mod faults;
mod support;
