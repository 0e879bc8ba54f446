//! What is wrong with the configuration, in words that help to mend it.

use std::path::PathBuf;

use figment::error::{Actual, Kind};
use thiserror::Error;

/// Why the server does not start with this configuration.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The named file does not exist.
    #[error("the configuration file `{}` does not exist; name another with --config, or leave the flag out", .0.display())]
    NoFile(PathBuf),
    /// A setting that does not exist.
    #[error("`{name}` in {place} is not a setting{hint}; `baton serve --help` lists them all")]
    UnknownSetting {
        /// What was written.
        name: String,
        /// Where.
        place: String,
        /// What may have been meant.
        hint: String,
    },
    /// A setting with a value that does not fit.
    #[error("`{name}` is {found}, but should be {expected}")]
    WrongValue {
        /// The setting.
        name: String,
        /// What was written.
        found: String,
        /// What would be right.
        expected: String,
    },
    /// The file or a value cannot be read at all.
    #[error("{place} cannot be read: {reason}")]
    Unreadable {
        /// Where.
        place: String,
        /// Why.
        reason: String,
    },
}

impl ConfigError {
    /// A value that does not fit.
    pub fn wrong(name: &str, found: &str, expected: &str) -> Self {
        Self::WrongValue { name: name.to_owned(), found: format!("`{found}`"), expected: expected.to_owned() }
    }

    pub(super) fn from_figment(error: &figment::Error) -> Self {
        let place = error.metadata.as_ref().map_or_else(
            || "the configuration".to_owned(),
            |metadata| match &metadata.source {
                Some(figment::Source::File(file)) => format!("`{}`", file.display()),
                _ => metadata.name.to_string(),
            },
        );
        match &error.kind {
            Kind::UnknownField(name, known) => {
                Self::UnknownSetting { hint: hint(name, known), name: name.clone(), place }
            }
            Kind::InvalidType(found, expected) | Kind::InvalidValue(found, expected) => {
                let name = error.path.last().cloned().unwrap_or_default();
                Self::WrongValue { name, found: written(found), expected: expected.clone() }
            }
            Kind::UnknownVariant(found, known) => {
                let name = error.path.last().cloned().unwrap_or_default();
                let known: Vec<String> = known.iter().map(|known| format!("`{known}`")).collect();
                Self::WrongValue { name, found: format!("`{found}`"), expected: known.join(" or ") }
            }
            other => Self::Unreadable { place, reason: one_line(&other.to_string()) },
        }
    }
}

/// A parser's words without its picture of the place, whose line and column it names as well.
fn one_line(reason: &str) -> String {
    let words = reason.lines().map(str::trim).filter(|line| !line.is_empty() && !line.contains('|'));
    words.collect::<Vec<_>>().join(": ")
}

fn written(actual: &Actual) -> String {
    match actual {
        Actual::Str(text) => format!("`{text}`"),
        Actual::Bool(value) => format!("`{value}`"),
        Actual::Unsigned(number) => format!("`{number}`"),
        Actual::Signed(number) => format!("`{number}`"),
        other => other.to_string(),
    }
}

/// The setting that was probably meant.
fn hint(name: &str, known: &[&str]) -> String {
    match baton_policy::nearest(name, known.iter().copied()).first() {
        Some(candidate) => format!("; did you mean `{candidate}`?"),
        None => String::new(),
    }
}
