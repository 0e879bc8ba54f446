//! Who are you, asked of providers and directories that misbehave.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod graph;
mod openid;
