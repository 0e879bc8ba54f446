//! Apple's MDM protocol as pure functions: no network, no database, no clock.
//!
//! - [`message`] reads what devices send, under limits.
//! - [`command`] writes what they are told.
//! - [`profile`], [`payload`] and [`enrollment`] write configuration profiles. The same input gives the
//!   same bytes, so that a command delivered twice is the same command.
//! - [`mobileconfig`] reads profiles that people upload, and [`pkcs12`] identities, under limits.
//! - [`ca`] issues device identities and recognises them; [`signature`] verifies `Mdm-Signature`.
//! - [`push`] is a request to Apple's push service as data; [`push_certificate`] is what allows it.
//! - [`failure`] turns Apple's error codes into plain reasons.
//!
//! Sources: Apple's `device-management` schema and developer documentation; the names in the
//! documentation of each item are Apple's.

pub mod ca;
pub mod command;
mod dict;
pub mod enrollment;
pub mod failure;
#[cfg(feature = "fake")]
pub mod fake;
pub mod fingerprint;
pub mod message;
pub mod mobileconfig;
pub mod payload;
mod pem;
pub mod pkcs12;
pub mod profile;
pub mod push;
pub mod push_certificate;
pub mod signature;
mod wire;
