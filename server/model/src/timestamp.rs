//! Points in time as the database keeps them.

use serde::{Deserialize, Serialize};

/// A point in time: microseconds since 1970-01-01T00:00:00 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The microseconds of one second.
    pub const SECOND: i64 = 1_000_000;

    /// This time moved by `seconds`, which may be negative; saturates at the ends of the range.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(Self::SECOND)))
    }

    /// Whole seconds since 1970, rounded down.
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(Self::SECOND)
    }

    /// Whether this is less than so many seconds before `now`. A time to come is not: clocks are set back at times.
    #[must_use]
    pub fn is_within(self, seconds: i64, now: Self) -> bool {
        (0..seconds).contains(&now.seconds_since(self))
    }

    /// Seconds from `earlier` to this time, rounded down; negative when `earlier` is later.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(Self::SECOND)
    }
}
