//! Apple's push service (APNs): one HTTP/2 connection, opened with the organisation's push certificate, over which many
//! pushes travel at once.
//!
//! What a push looks like and what an answer means is the protocol crate's business ([`baton_mdm::push`]); this crate
//! carries the one there and brings the other back. The feature `fake` adds a push service that misbehaves on demand.

mod client;
#[cfg(feature = "fake")]
pub mod fake;

pub use client::{Apns, ApnsError, PATIENCE, Settings};
