//! The connection to the push service, against a service that misbehaves.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod breaking;
mod pushing;
mod support;
mod trusting;
