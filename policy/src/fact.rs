//! What is known about something, and the three-valued logic over it (spec C3).

use serde::{Deserialize, Serialize};

/// A fact about a device or a user (spec C3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", schemars(inline))]
pub enum Fact<T> {
    /// It is this.
    Value(T),
    /// Nothing is set and there is no default: "is X" is false, "is not X" is true.
    Empty,
    /// Not yet reported, not queryable, or its source is down: any condition on it is unknown.
    #[default]
    Unknown,
}

impl<T> Fact<T> {
    /// The value, if there is one.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Empty | Self::Unknown => None,
        }
    }

    /// Tests the value; an empty fact fails every test, an unknown one leaves it open.
    pub fn test(&self, condition: impl FnOnce(&T) -> bool) -> Truth {
        match self {
            Self::Value(value) => condition(value).into(),
            Self::Empty => Truth::False,
            Self::Unknown => Truth::Unknown,
        }
    }
}

impl<T> From<T> for Fact<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

crate::name::named! {
    /// A truth value of Kleene's strong three-valued logic (spec C3).
    pub enum Truth {
        /// It holds.
        True = "true",
        /// It does not hold.
        False = "false",
        /// It cannot be told.
        Unknown = "unknown",
    }
}

impl Truth {
    /// False as soon as one side is false, else unknown as soon as one side is unknown.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    /// True as soon as one side is true, else unknown as soon as one side is unknown.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::True, _) | (_, Self::True) => Self::True,
            (Self::False, Self::False) => Self::False,
            _ => Self::Unknown,
        }
    }

    /// The opposite; the opposite of unknown is unknown.
    #[must_use]
    pub const fn negate(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        self.negate()
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}
