//! Sentences for people, one file per language: `{"reason": {code: sentence}, "plan": …,
//! "alternative": …, "finding": …}`. A test finds missing ones.

/// English.
pub const EN: &str = include_str!("../locales/en.json");

/// German.
pub const DE: &str = include_str!("../locales/de.json");
