//! The services against their specification, on both engines, with phones that obey, fail, and go silent.
//!
//! The PostgreSQL half needs a server in `BATON_TEST_POSTGRES_URL`, whose user may create databases;
//! `tools/with-postgres.sh` starts one. Without it that half says that it was skipped, or fails where `CI=true` or
//! `BATON_REQUIRE_POSTGRES=1`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail as tests do")]

#[macro_use]
mod database;
mod furniture;
mod office;
mod phone;

mod actions;
mod apns;
mod brake;
mod chance;
mod configurations;
mod confirmation;
mod console;
mod custody;
mod enrollment;
mod faults;
mod fleet;
mod gates;
mod import;
mod live;
mod managed_accounts;
mod nobody;
mod orders;
mod organisation;
mod outcome;
mod own_device;
mod passkeys;
mod passwords;
mod people;
mod policy_tests;
mod push_certificate;
mod pushes;
mod race;
mod reconcile;
mod secrets;
mod sessions;
mod sign_in;
mod sign_out;
mod sources;
mod throttle;
mod what_if;
