//! The rules against checked-in tables, against naive oracles, and against golden vectors.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a helper of a test fails as a test does")]

mod alternatives;
mod apple;
mod capabilities;
mod distributions;
mod engine;
mod enrollments;
mod expectations;
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

/// So many cases of a property, or as many as `PROPTEST_CASES` asks for.
fn cases(usual: u32) -> proptest::test_runner::Config {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|number| number.parse().ok());
    proptest::test_runner::Config::with_cases(asked.unwrap_or(usual))
}
