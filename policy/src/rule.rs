//! Rules: which users or devices belong to a dynamic group (spec C2, C3).
//!
//! A rule is a tree of conditions under *all*, *any* and *none*. It has a text form; the two
//! round-trip: what [`print`] writes, [`parse`] reads back as the same tree, and what `parse` reads,
//! `print` writes in one canonical way.
//!
//! ```text
//! all of (
//!   user."Multiuser owner" is not yes,
//!   any of (device.platform is one of (ios, ipados), device in group "Ward 3"),
//!   device.osVersion at least 17.4
//! )
//! ```

mod check;
mod error;
mod eval;
mod operator;
mod parse;
mod pattern;
mod print;
mod reference;
mod tree;
mod vocabulary;

pub use check::check;
pub use error::{Position, RuleProblem, RuleTextError, RuleTreeError};
pub use eval::Facts;
pub use operator::Operator;
pub use parse::parse;
pub use pattern::{Pattern, matches};
pub use print::print;
pub use reference::{DeviceFact, FactRef, GroupRef, Side, UserFact};
pub use tree::{Condition, Leaf, Rule, Test};
pub use vocabulary::Vocabulary;

/// How deep a rule may nest; a text or tree that goes deeper is refused.
pub const MAX_DEPTH: usize = 32;
/// How long the text of a rule may be, in bytes.
pub const MAX_TEXT: usize = 64 * 1024;
