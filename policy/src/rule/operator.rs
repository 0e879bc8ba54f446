//! Operators, the types they are for, and their words in the text form.

use crate::name::named;
use crate::value::ValueType;

named! {
    /// How a condition compares (spec C3).
    pub enum Operator {
        /// It is this value.
        Is = "is",
        /// It is empty or another value.
        IsNot = "isNot",
        /// It is one of these values.
        OneOf = "oneOf",
        /// The text starts so.
        StartsWith = "startsWith",
        /// The text contains this.
        Contains = "contains",
        /// The text matches a pattern.
        Matches = "matches",
        /// Less, older, earlier.
        Below = "below",
        /// The same or less.
        AtMost = "atMost",
        /// The same or more.
        AtLeast = "atLeast",
        /// More, newer, later.
        Above = "above",
        /// There is a value.
        HasValue = "hasValue",
        /// There is none.
        HasNoValue = "hasNoValue",
    }
}

/// Every spelling with its operator; of spellings that begin alike the longest comes first.
pub(super) const SPELLINGS: &[(&str, Operator)] = &[
    ("is one of", Operator::OneOf),
    ("is not", Operator::IsNot),
    ("is", Operator::Is),
    ("starts with", Operator::StartsWith),
    ("contains", Operator::Contains),
    ("matches", Operator::Matches),
    ("before", Operator::Below),
    ("on or before", Operator::AtMost),
    ("on or after", Operator::AtLeast),
    ("after", Operator::Above),
    ("below", Operator::Below),
    ("at most", Operator::AtMost),
    ("at least", Operator::AtLeast),
    ("above", Operator::Above),
    ("has a value", Operator::HasValue),
    ("has no value", Operator::HasNoValue),
];

impl Operator {
    /// Whether it compares values of this type.
    #[must_use]
    pub const fn is_for(self, value_type: ValueType<'_>) -> bool {
        match self {
            Self::Is | Self::IsNot | Self::OneOf | Self::HasValue | Self::HasNoValue => true,
            Self::StartsWith | Self::Contains | Self::Matches => matches!(value_type, ValueType::Text),
            Self::Below | Self::AtMost | Self::AtLeast | Self::Above => {
                matches!(value_type, ValueType::Number | ValueType::Date | ValueType::Version)
            }
        }
    }

    /// Whether it asks for an order.
    #[must_use]
    pub const fn is_comparison(self) -> bool {
        matches!(self, Self::Below | Self::AtMost | Self::AtLeast | Self::Above)
    }

    /// Its words in the text form; days have words of their own.
    #[must_use]
    pub const fn words(self, value_type: ValueType<'_>) -> &'static str {
        let of_days = matches!(value_type, ValueType::Date);
        match self {
            Self::Is => "is",
            Self::IsNot => "is not",
            Self::OneOf => "is one of",
            Self::StartsWith => "starts with",
            Self::Contains => "contains",
            Self::Matches => "matches",
            Self::Below if of_days => "before",
            Self::AtMost if of_days => "on or before",
            Self::AtLeast if of_days => "on or after",
            Self::Above if of_days => "after",
            Self::Below => "below",
            Self::AtMost => "at most",
            Self::AtLeast => "at least",
            Self::Above => "above",
            Self::HasValue => "has a value",
            Self::HasNoValue => "has no value",
        }
    }

    /// The words of every operator for this type.
    pub fn words_for(value_type: ValueType<'_>) -> Vec<&'static str> {
        Self::ALL.iter().filter(|operator| operator.is_for(value_type)).map(|each| each.words(value_type)).collect()
    }
}
