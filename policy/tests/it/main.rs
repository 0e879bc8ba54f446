//! The rules against checked-in tables, against naive oracles, and against golden vectors.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a helper of a test fails as a test does")]

mod alternatives;
mod apple;
mod capabilities;
mod distributions;
mod engine;
mod enrollments;
mod facts;
mod json;
mod lints;
mod locales;
mod payloads;
mod plans;
mod rules;
mod schema;
mod tables;
mod vectors;
mod what_if;
mod worlds;
