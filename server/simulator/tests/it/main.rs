//! The simulator against a small MDM server that shares no code with it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails; the exemption for tests does not reach their helpers"
)]

mod apps;
mod commands;
mod enrolling;
mod fake_server;
mod faults;
mod keeping;
mod manual;
mod person;
mod push;
mod running;
mod signature;
mod user_enrollment;
