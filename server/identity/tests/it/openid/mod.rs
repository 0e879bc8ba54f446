//! OpenID Connect: a table of faults, the rules one by one, and journeys with a real provider.

mod begin;
mod cache;
mod faults;
mod identity;
mod journeys;
mod logout;
mod offline;
mod properties;
mod real;
mod report;
pub mod scenario;
mod settings;
mod tenants;
