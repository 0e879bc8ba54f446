//! A statement with its arguments, and how the domain's values become arguments.

use baton_model::{
    AccountProblem, CommandId, CommandKind, CommandStatus, CustodyCause, DeviceGroupId, DeviceId, DeviceState,
    EnrollmentId, EnrollmentLinkId, EnrollmentState, HandoverId, HandoverKind, HandoverState, ItemId, ItemProgress,
    PasskeyId, PolicyTestFileId, PushFailure, PushProblem, Role, SelectionKind, SessionKind, SourceId, SourceKind,
    Timestamp, UserGroupId, UserId,
};
use baton_policy::{EnrollmentType, ItemKind, Ownership, Presence};
use sqlx::{Any, AssertSqlSafe, any::AnyArguments, query::Query};

/// A value as both engines store it.
pub(crate) enum Value {
    /// Text. It never holds NUL, which PostgreSQL cannot store.
    Text(Option<String>),
    /// Numbers, times, and yes or no.
    Number(Option<i64>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
}

/// What can be an argument.
pub(crate) trait Argument {
    /// Its stored form.
    fn value(self) -> Value;
    /// The stored form of its absence.
    fn absent() -> Value;
}

impl<T: Argument> Argument for Option<T> {
    fn value(self) -> Value {
        self.map_or_else(T::absent, T::value)
    }

    fn absent() -> Value {
        T::absent()
    }
}

impl Argument for &str {
    fn value(self) -> Value {
        // The replacement happens on both engines, so that what is stored and what is looked up stay alike.
        Value::Text(Some(self.replace('\0', "\u{fffd}")))
    }

    fn absent() -> Value {
        Value::Text(None)
    }
}

impl Argument for &String {
    fn value(self) -> Value {
        self.as_str().value()
    }

    fn absent() -> Value {
        Value::Text(None)
    }
}

impl Argument for i64 {
    fn value(self) -> Value {
        Value::Number(Some(self))
    }

    fn absent() -> Value {
        Value::Number(None)
    }
}

impl Argument for bool {
    fn value(self) -> Value {
        i64::from(self).value()
    }

    fn absent() -> Value {
        Value::Number(None)
    }
}

impl Argument for Timestamp {
    fn value(self) -> Value {
        self.0.value()
    }

    fn absent() -> Value {
        Value::Number(None)
    }
}

impl Argument for &[u8] {
    fn value(self) -> Value {
        Value::Bytes(Some(self.to_vec()))
    }

    fn absent() -> Value {
        Value::Bytes(None)
    }
}

macro_rules! text_argument {
    ($($type:ty),+ $(,)?) => {
        $(impl Argument for $type {
            fn value(self) -> Value {
                self.as_str().value()
            }

            fn absent() -> Value {
                Value::Text(None)
            }
        })+
    };
}

text_argument!(
    &CommandId,
    &DeviceGroupId,
    &DeviceId,
    &EnrollmentId,
    &EnrollmentLinkId,
    &HandoverId,
    &ItemId,
    &PasskeyId,
    &PolicyTestFileId,
    &SourceId,
    &UserGroupId,
    &UserId,
    AccountProblem,
    CommandKind,
    CommandStatus,
    CustodyCause,
    DeviceState,
    EnrollmentState,
    EnrollmentType,
    HandoverKind,
    HandoverState,
    ItemKind,
    ItemProgress,
    Ownership,
    Presence,
    PushFailure,
    PushProblem,
    Role,
    SelectionKind,
    SessionKind,
    SourceKind,
);

/// A statement in the making. Texts come from this crate only; every value is an argument.
pub(crate) struct Statement {
    text: String,
    values: Vec<Value>,
    once: bool,
}

/// Starts a statement with text that may hold `$1`, `$2`, … for the arguments bound next.
pub(crate) fn sql(text: &str) -> Statement {
    Statement { text: text.to_owned(), values: Vec::new(), once: false }
}

impl Statement {
    /// Adds the next argument, whose `$n` the text already holds.
    pub(crate) fn bind(mut self, argument: impl Argument) -> Self {
        self.values.push(argument.value());
        self
    }

    /// Adds text to the end.
    pub(crate) fn with(mut self, text: &str) -> Self {
        self.push(text);
        self
    }

    /// Adds text.
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds the next argument together with its `$n`.
    pub(crate) fn argument(&mut self, argument: impl Argument) -> &mut Self {
        self.values.push(argument.value());
        self.text.push_str(&format!("${}", self.values.len()));
        self
    }

    /// Adds `$n, $n, …` for all of them. There must be at least one.
    pub(crate) fn arguments<A: Argument>(&mut self, arguments: impl IntoIterator<Item = A>) -> &mut Self {
        for (index, argument) in arguments.into_iter().enumerate() {
            if index > 0 {
                self.text.push_str(", ");
            }
            self.argument(argument);
        }
        self.once = true;
        self
    }

    /// The same text will hardly come again, so no connection should keep it prepared.
    pub(crate) const fn once(mut self) -> Self {
        self.once = true;
        self
    }

    /// Asks SQLite how it would run this instead.
    #[cfg(test)]
    pub(crate) fn explained(mut self) -> Self {
        self.text.insert_str(0, "EXPLAIN QUERY PLAN ");
        self
    }

    /// The finished query.
    pub(crate) fn query(self) -> Query<'static, Any, AnyArguments> {
        let query = sqlx::query(AssertSqlSafe(self.text)).persistent(!self.once);
        self.values.into_iter().fold(query, |query, value| match value {
            Value::Text(text) => query.bind(text),
            Value::Number(number) => query.bind(number),
            Value::Bytes(bytes) => query.bind(bytes),
        })
    }
}

/// An INSERT or UPDATE that names each column beside its value, so that none can slip by one place.
pub(crate) struct Columns {
    names: Vec<&'static str>,
    values: Vec<Value>,
}

impl Columns {
    pub(crate) const fn new() -> Self {
        Self { names: Vec::new(), values: Vec::new() }
    }

    /// Sets `column` to `value`.
    pub(crate) fn set(mut self, column: &'static str, value: impl Argument) -> Self {
        self.names.push(column);
        self.values.push(value.value());
        self
    }

    /// The columns with their values, in the order in which they were set.
    pub(crate) fn into_pairs(self) -> impl Iterator<Item = (&'static str, Value)> {
        self.names.into_iter().zip(self.values)
    }

    /// `INSERT INTO table (…) VALUES (…)`, to which more text can be added.
    pub(crate) fn insert_into(self, table: &str) -> Statement {
        let mut statement = sql("INSERT INTO ");
        statement.push(table).push(" (").push(&self.names.join(", ")).push(") VALUES (");
        for (index, value) in self.values.into_iter().enumerate() {
            if index > 0 {
                statement.push(", ");
            }
            statement.argument(value);
        }
        statement.push(")");
        statement
    }

    /// `UPDATE table SET …`, to which further assignments and the WHERE must be added.
    pub(crate) fn update(self, table: &str) -> Statement {
        let mut statement = sql("UPDATE ");
        statement.push(table).push(" SET ");
        for (index, (name, value)) in self.into_pairs().enumerate() {
            if index > 0 {
                statement.push(", ");
            }
            statement.push(name).push(" = ").argument(value);
        }
        statement
    }
}

impl Argument for Value {
    fn value(self) -> Value {
        self
    }

    fn absent() -> Value {
        Value::Text(None)
    }
}
