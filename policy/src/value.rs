//! The values that facts and attributes have, and their types (spec C1, C3).

mod date;
mod number;
mod scalar;

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

pub use date::{Date, DateError};
pub use number::{Number, NumberError};
pub use scalar::Scalar;

use crate::facts::{OsVersion, OsVersionError};

/// A value of a fact or an attribute.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Value {
    /// Free text. Conditions compare it without regard to case.
    Text(String),
    /// Yes or no; `Yes` and `True` are the same (spec C1).
    YesNo(bool),
    /// A decimal number.
    Number(Number),
    /// A day.
    Date(Date),
    /// A version, such as that of an operating system.
    Version(OsVersion),
    /// One of the options of its type, spelled as the type spells it.
    Choice(String),
}

impl Value {
    /// How it compares with another value of the same type, where the type has an order: numbers,
    /// days and versions.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => Some(one.cmp(other)),
            (Self::Date(one), Self::Date(other)) => Some(one.cmp(other)),
            (Self::Version(one), Self::Version(other)) => Some(one.cmp(other)),
            _ => None,
        }
    }

    /// Whether conditions take the two for the same. Text and choices ignore case.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) | (Self::Choice(one), Self::Choice(other)) => {
                folded(one).eq(folded(other))
            }
            _ => self == other,
        }
    }
}

impl std::fmt::Display for Value {
    /// The bare value: `yes`, `12.5`, `2026-05-01`, `17.4`, text without quotes.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) | Self::Choice(text) => formatter.write_str(text),
            Self::YesNo(yes) => formatter.write_str(if *yes { "yes" } else { "no" }),
            Self::Number(number) => number.fmt(formatter),
            Self::Date(date) => date.fmt(formatter),
            Self::Version(version) => version.fmt(formatter),
        }
    }
}

/// The characters of a text as conditions compare them: in lower case.
pub(crate) fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

/// What values a fact or an attribute can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType<'a> {
    /// Any text.
    Text,
    /// Yes or no.
    YesNo,
    /// A decimal number.
    Number,
    /// A day.
    Date,
    /// A version.
    Version,
    /// One of these options.
    Choice(Options<'a>),
}

/// The options of a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Options<'a> {
    /// Those of a fact that Baton knows.
    BuiltIn(&'static [&'static str]),
    /// Those of an attribute.
    Defined(&'a [String]),
}

impl<'a> Options<'a> {
    /// Every option, in the order of its definition.
    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        let (built_in, defined): (&[&'static str], &[String]) = match self {
            Self::BuiltIn(names) => (names, &[]),
            Self::Defined(names) => (&[], names),
        };
        built_in.iter().copied().chain(defined.iter().map(String::as_str))
    }

    /// The option that the text names, in whatever case.
    fn find(self, text: &str) -> Option<&'a str> {
        self.iter().find(|option| folded(option).eq(folded(text)))
    }
}

/// A text that is no value of the type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Neither yes nor no.
    #[error("`{0}` is neither yes nor no")]
    YesNo(String),
    /// Not a number.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// Not a day.
    #[error(transparent)]
    Date(#[from] DateError),
    /// Not a version.
    #[error(transparent)]
    Version(#[from] OsVersionError),
    /// None of the options.
    #[error("`{given}` is not an option, expected one of {options}")]
    Choice {
        /// What was given.
        given: String,
        /// What there is, parted by commas.
        options: String,
    },
    /// A value of another type.
    #[error("`{given}` is not a {expected}")]
    Type {
        /// What was given.
        given: String,
        /// The type that is meant.
        expected: &'static str,
    },
}

impl ValueType<'_> {
    /// The type in words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::YesNo => "yes/no value",
            Self::Number => "number",
            Self::Date => "date",
            Self::Version => "version",
            Self::Choice(_) => "choice",
        }
    }

    /// Reads a text as a value of this type. Yes and True, and options, in any case (spec C1).
    ///
    /// # Errors
    ///
    /// [`ValueError`], with the text in it.
    pub fn read(self, text: &str) -> Result<Value, ValueError> {
        Ok(match self {
            Self::Text => Value::Text(text.to_owned()),
            Self::YesNo => Value::YesNo(read_yes_no(text).ok_or_else(|| ValueError::YesNo(text.to_owned()))?),
            Self::Number => Value::Number(text.parse()?),
            Self::Date => Value::Date(text.parse()?),
            Self::Version => Value::Version(text.parse()?),
            Self::Choice(options) => Value::Choice(match options.find(text) {
                Some(option) => option.to_owned(),
                None => {
                    let options = options.iter().collect::<Vec<_>>().join(", ");
                    return Err(ValueError::Choice { given: text.to_owned(), options });
                }
            }),
        })
    }

    /// Takes a value that was stored for this type.
    ///
    /// # Errors
    ///
    /// [`ValueError`]: another type, or none of the options.
    pub fn accept(self, value: &Value) -> Result<(), ValueError> {
        match (self, value) {
            (Self::Text, Value::Text(_))
            | (Self::YesNo, Value::YesNo(_))
            | (Self::Number, Value::Number(_))
            | (Self::Date, Value::Date(_))
            | (Self::Version, Value::Version(_)) => Ok(()),
            (Self::Choice(options), Value::Choice(text)) if options.iter().any(|option| option == text) => Ok(()),
            (Self::Choice(_), Value::Choice(text)) => self.read(text).map(drop),
            (_, other) => Err(ValueError::Type { given: other.to_string(), expected: self.name() }),
        }
    }
}

fn read_yes_no(text: &str) -> Option<bool> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("yes") || is("true") {
        Some(true)
    } else if is("no") || is("false") {
        Some(false)
    } else {
        None
    }
}
