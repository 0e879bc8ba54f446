//! How far the pages of a device have got.

use std::{fmt, str::FromStr};

/// The revisions that a page of a device read: of what the device shows, of the catalogue, of the holder. They ascend in
/// this order: what the device shows changes with its holder, whose own revision may then be lower.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageRevision {
    /// Counts the committed changes of what pages show of the device.
    pub device: i64,
    /// The catalogue's.
    pub catalogue: i64,
    /// The holder's.
    pub holder: i64,
}

impl fmt::Display for PageRevision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}-{}", self.device, self.catalogue, self.holder)
    }
}

/// The text is not a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotARevision;

impl FromStr for PageRevision {
    type Err = NotARevision;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut numbers = text.split('-').map(|number| number.parse::<u32>().map(i64::from).map_err(|_| NotARevision));
        let mut next = || numbers.next().unwrap_or(Err(NotARevision));
        let revision = Self { device: next()?, catalogue: next()?, holder: next()? };
        if numbers.next().is_none() { Ok(revision) } else { Err(NotARevision) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_survives_its_text() {
        let revision = PageRevision { device: 12, catalogue: 4, holder: 7 };
        assert_eq!(revision.to_string().parse(), Ok(revision));
    }

    #[test]
    fn anything_else_is_no_revision() {
        for text in ["", "1", "1-2", "1-2-3-4", "1--2", "-1-2-3", "1-2-x", "1-2-99999999999999999999"] {
            assert_eq!(text.parse::<PageRevision>(), Err(NotARevision), "{text}");
        }
    }
}
