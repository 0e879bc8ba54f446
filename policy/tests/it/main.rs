//! The rules against checked-in tables, against naive oracles, and against golden vectors.

mod distributions;
mod facts;
mod lints;
mod locales;
mod plans;
mod tables;
mod vectors;
mod worlds;
