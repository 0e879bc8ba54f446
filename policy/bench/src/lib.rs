//! Baton's policy engine beside `cedar-policy` and `regorus`, on the same decisions.
//!
//! One seeded generator writes an organisation, three translators say it in three ways, and a naive oracle says what is
//! right; nothing is timed before all of them agree. A domain evaluator is compared with general languages: they can
//! say much that Baton cannot.

#[cfg(feature = "others")]
pub mod cedar;
pub mod check;
pub mod measure;
#[path = "../../tests/it/engine/oracle.rs"]
mod oracle;
pub mod plain;
mod random;
#[cfg(feature = "others")]
pub mod rego;
pub mod world;

/// How the other engines know who is in a dynamic group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Groups {
    /// The group's rule is evaluated with every decision, as Baton's means it.
    AsConditions,
    /// Each subject lists all its groups; who computed them, and when, is not measured.
    AsParents,
}
