//! The compiled engine against a naive oracle, and against itself made anew.

mod changes;
mod decisions;
mod errors;
mod explanations;
mod fleet;
mod handovers;
mod lints;
pub mod oracle;
mod recipe;
mod what_ifs;
pub mod worlds;
