//! What an administrator saw when they previewed a change (C6).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Moves with everything that administrators decide about who gets what: items, distributions, groups. It leaves out what
/// moves by itself, such as who holds which device: in a busy ward nobody could ever save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyRevision {
    /// Counts changes of items and distributions.
    pub catalogue: i64,
    /// Counts changes of who is in which group.
    pub memberships: i64,
}

/// A text that is no revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotARevision;

impl fmt::Display for NotARevision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a revision is two numbers parted by a dot, such as `12.3`")
    }
}

impl std::error::Error for NotARevision {}

impl fmt::Display for PolicyRevision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.catalogue, self.memberships)
    }
}

impl FromStr for PolicyRevision {
    type Err = NotARevision;

    /// Reads what [`Display`](fmt::Display) writes, and nothing else.
    fn from_str(text: &str) -> Result<Self, NotARevision> {
        let (catalogue, memberships) = text.split_once('.').ok_or(NotARevision)?;
        let number = |text: &str| text.parse().map_err(|_| NotARevision);
        let revision = Self { catalogue: number(catalogue)?, memberships: number(memberships)? };
        if revision.to_string() == text { Ok(revision) } else { Err(NotARevision) }
    }
}

impl Serialize for PolicyRevision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PolicyRevision {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_survives_its_text() {
        let revision = PolicyRevision { catalogue: 12, memberships: 3 };
        assert_eq!(revision.to_string().parse(), Ok(revision));
    }

    #[test]
    fn what_nobody_wrote_is_no_revision() {
        for text in [
            "",
            "12",
            "12.",
            ".3",
            "12.3.4",
            "+12.3",
            "012.3",
            " 12.3",
            "12.3\n",
            "9223372036854775808.1",
            "zwölf.drei",
        ] {
            assert_eq!(text.parse::<PolicyRevision>(), Err(NotARevision), "{text}");
        }
    }
}
