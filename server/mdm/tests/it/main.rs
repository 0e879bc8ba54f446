//! Tests of the protocol as a device or an operator would see it.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a helper of a test fails as a test does")]

mod answers;
mod ca;
mod check_in;
mod commands;
mod enrollment;
mod failures;
mod fake_device;
mod identities;
mod limits;
mod never_panics;
mod profiles;
mod push;
mod push_certificates;
mod signatures;
mod support;
mod uploads;
