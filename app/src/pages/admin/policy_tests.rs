//! Policy tests (spec C8): what is expected of the policy, and whether it holds.

pub mod editor;
pub mod file;
pub mod list;
mod standing;
pub mod upload;

pub use standing::{Counts, FailureLine, Standing, TestRow};
pub(super) use standing::{sums, tests};
