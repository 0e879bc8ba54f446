//! The console over a real database: who may open and do what, every form once wrong and once right.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail as tests do")]

mod accounts;
mod actions;
pub mod addresses;
mod api;
mod builtin;
mod forms;
mod hostile;
mod imports;
mod lists;
mod own_devices;
mod passkeys;
mod passwords;
mod policy_tests;
mod push;
mod role_table;
mod roles;
mod routes;
mod sessions;
pub mod site;
mod sources;
mod uploads;
mod what_if;
