//! Who are you, asked of directories and providers: fakes that misbehave, and real ones.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod graph;
mod ldap;
mod openid;
mod passkeys;
