//! Patterns of the operator *matches*.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::value::folded;

/// A pattern for a whole text, in whatever case: `*` stands for any run of characters, `?` for one
/// character, and a backslash makes the next character stand for itself. Nothing else is special.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Pattern(pub String);

impl Pattern {
    /// A text that matches.
    #[must_use]
    pub fn example(&self) -> String {
        let parts = parts(self.as_str());
        let chars = parts.iter().filter_map(|part| match part {
            Part::AnyRun => None,
            Part::AnyOne => Some('x'),
            Part::Char(wanted) => Some(*wanted),
        });
        chars.collect()
    }

    /// The pattern as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<&str> for Pattern {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    AnyRun,
    AnyOne,
    Char(char),
}

/// Whether the text matches the pattern. It costs at most the product of their lengths.
#[must_use]
pub fn matches(pattern: &Pattern, text: &str) -> bool {
    let parts = parts(pattern.as_str());
    let text: Vec<char> = folded(text).collect();
    let (mut part, mut place) = (0, 0);
    // Where to go on when the last run took too few characters: one more of them.
    let mut retry = None;
    while place < text.len() {
        match parts.get(part) {
            Some(Part::AnyRun) => {
                retry = Some((part, place));
                part += 1;
            }
            Some(Part::AnyOne) => (part, place) = (part + 1, place + 1),
            Some(Part::Char(wanted)) if *wanted == text[place] => (part, place) = (part + 1, place + 1),
            Some(Part::Char(_)) | None => {
                let Some((run, from)) = retry else { return false };
                retry = Some((run, from + 1));
                (part, place) = (run + 1, from + 1);
            }
        }
    }
    parts[part..].iter().all(|part| *part == Part::AnyRun)
}

fn parts(pattern: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut chars = pattern.chars();
    while let Some(next) = chars.next() {
        match next {
            '*' => parts.push(Part::AnyRun),
            '?' => parts.push(Part::AnyOne),
            // A backslash at the end stands for itself.
            '\\' => parts.extend(chars.next().unwrap_or('\\').to_lowercase().map(Part::Char)),
            other => parts.extend(other.to_lowercase().map(Part::Char)),
        }
    }
    parts
}
