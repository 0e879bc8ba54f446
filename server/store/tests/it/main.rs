//! The conformance suite: every verb, on both engines, each test with a database of its own.
//!
//! The PostgreSQL half needs a server in `BATON_TEST_POSTGRES_URL`, whose user may create databases;
//! `tools/with-postgres.sh` starts one. Without it that half says that it was skipped, or fails where `CI=true` or
//! `BATON_REQUIRE_POSTGRES=1`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail as tests do")]

#[macro_use]
mod database;
mod samples;

mod audit;
mod changes;
mod clips;
mod commands;
mod corrupt;
mod custody;
mod device_items;
mod devices;
mod distributions;
mod enrollments;
mod faults;
mod files;
mod fleet;
mod groups;
mod handovers;
mod items;
mod killed;
mod managed_accounts;
mod migrations;
mod own_device_permissions;
mod paging;
mod passkeys;
mod policy_revision;
mod policy_tests;
mod push_certificate;
mod pushes;
mod races;
mod reconcile;
mod scale;
mod sessions;
mod settings;
mod sources;
mod transactions;
mod users;
