//! Apple's error codes as plain reasons.

use crate::message::ErrorChainItem;

/// Why a command failed, where the error chain says something this server understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Failure {
    /// Nothing known; show the device's own words.
    Other,
}

/// The most telling reason in an error chain.
#[must_use]
pub fn explain(_chain: &[ErrorChainItem]) -> Failure {
    Failure::Other
}
