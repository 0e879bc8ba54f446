//! The program as people, phones and operators meet it: a server process of its own, browsers, simulated iPhones, the
//! wire between them, and what can go wrong with each.
//!
//! The PostgreSQL half needs a server in `BATON_TEST_POSTGRES_URL`, whose user may create databases;
//! `tools/with-postgres.sh` starts one. Without it that half says that it was skipped, or fails where `CI=true` or
//! `BATON_REQUIRE_POSTGRES=1`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail as tests do")]
#![expect(clippy::print_stdout, reason = "the number of disturbed steps is a result that people ask for")]

#[macro_use]
mod site;
mod browser;
mod events;
mod html;
mod journey;
mod office;
mod raw_phone;
mod server;
mod ward;
mod wire;

mod admin;
mod apple;
mod bad_input;
mod configuration;
mod handover;
mod live;
mod policy;
mod race;
mod set_up;
mod two_servers;
