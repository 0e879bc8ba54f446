//! Reading rows. What cannot be read is an error that names table and column, never a panic, and never shows the value.

use std::str::FromStr;

use baton_model::Timestamp;
use sqlx::{Any, Decode, Row as _, Type, any::AnyRow};

use crate::error::StoreError;

/// A type that a row can be read as.
pub(crate) trait Record: Sized {
    /// The table, for messages.
    const TABLE: &'static str;
    /// Reads the row.
    fn read(row: &Row<'_>) -> Result<Self, StoreError>;
}

/// A row of a result.
pub(crate) struct Row<'r> {
    row: &'r AnyRow,
    table: &'static str,
}

impl<'r> Row<'r> {
    /// Reads `row` as a record.
    pub(crate) fn record<T: Record>(row: &'r AnyRow) -> Result<T, StoreError> {
        T::read(&Self { row, table: T::TABLE })
    }

    /// This row, read as another record that shares it.
    pub(crate) fn part<T: Record>(&self) -> Result<T, StoreError> {
        Self::record(self.row)
    }

    pub(crate) fn text(&self, column: &str) -> Result<String, StoreError> {
        self.get(column)
    }

    pub(crate) fn maybe_text(&self, column: &str) -> Result<Option<String>, StoreError> {
        self.get(column)
    }

    pub(crate) fn number(&self, column: &str) -> Result<i64, StoreError> {
        self.get(column)
    }

    pub(crate) fn maybe_number(&self, column: &str) -> Result<Option<i64>, StoreError> {
        self.get(column)
    }

    pub(crate) fn bytes(&self, column: &str) -> Result<Vec<u8>, StoreError> {
        self.get(column)
    }

    pub(crate) fn maybe_bytes(&self, column: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.get(column)
    }

    pub(crate) fn time(&self, column: &str) -> Result<Timestamp, StoreError> {
        self.number(column).map(Timestamp)
    }

    pub(crate) fn maybe_time(&self, column: &str) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.get::<Option<i64>>(column)?.map(Timestamp))
    }

    pub(crate) fn flag(&self, column: &str) -> Result<bool, StoreError> {
        match self.number(column)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.unreadable(column)),
        }
    }

    pub(crate) fn maybe_flag(&self, column: &str) -> Result<Option<bool>, StoreError> {
        match self.get::<Option<i64>>(column)? {
            None => Ok(None),
            Some(_) => self.flag(column).map(Some),
        }
    }

    pub(crate) fn id<T: From<String>>(&self, column: &str) -> Result<T, StoreError> {
        self.text(column).map(T::from)
    }

    pub(crate) fn maybe_id<T: From<String>>(&self, column: &str) -> Result<Option<T>, StoreError> {
        Ok(self.maybe_text(column)?.map(T::from))
    }

    /// Reads a text with `parse`, such as an enum's `from_text`.
    pub(crate) fn word<T>(&self, column: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
        parse(&self.text(column)?).ok_or_else(|| self.unreadable(column))
    }

    /// Reads a text with the type's own parser.
    pub(crate) fn parsed<T: FromStr>(&self, column: &str) -> Result<T, StoreError> {
        self.word(column, |text| text.parse().ok())
    }

    pub(crate) fn unreadable(&self, column: &str) -> StoreError {
        StoreError::corrupt(format!("{}.{column}", self.table))
    }

    fn get<T: Decode<'r, Any> + Type<Any>>(&self, column: &str) -> Result<T, StoreError> {
        // Unchecked, because the check compares the declared type, and SQLite gives none for expressions. Decoding
        // fails by itself on a value of another type.
        self.row.try_get_unchecked(column).map_err(|_| self.unreadable(column))
    }
}

macro_rules! record_of_one_id {
    ($($type:ty),+ $(,)?) => {
        $(impl Record for $type {
            const TABLE: &'static str = "result";

            fn read(row: &Row<'_>) -> Result<Self, StoreError> {
                row.id("id")
            }
        })+
    };
}

record_of_one_id!(
    baton_model::DeviceId,
    baton_model::ItemId,
    baton_model::UserGroupId,
    baton_model::DeviceGroupId,
    baton_model::UserId,
);

/// A row with one number, called `number`.
pub(crate) struct Number(pub(crate) i64);

impl Record for Number {
    const TABLE: &'static str = "result";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        row.number("number").map(Self)
    }
}

/// A row with one text, which may be absent, called `text`.
pub(crate) struct Text(pub(crate) Option<String>);

impl Record for Text {
    const TABLE: &'static str = "result";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        row.maybe_text("text").map(Self)
    }
}
