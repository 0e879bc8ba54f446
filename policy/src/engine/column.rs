//! One fact or attribute of all subjects, each value stored once.

use std::collections::HashMap;

use crate::fact::Fact;
use crate::value::Value;

/// The number of a value in its column.
pub(super) type ValueNumber = u32;

/// The value cannot be told.
pub(super) const UNKNOWN: ValueNumber = 0;
/// There is no value.
pub(super) const EMPTY: ValueNumber = 1;
/// The number of the first value.
const FIRST: ValueNumber = 2;

/// One fact or attribute: each subject's value, as a number of the values there are.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    /// By subject.
    pub numbers: Vec<ValueNumber>,
    /// The values, from number `FIRST` on.
    values: Vec<Value>,
    number_of: HashMap<Value, ValueNumber>,
    /// What a subject without a value of its own has.
    default: Option<Value>,
    /// The conditions that read it.
    pub readers: Vec<usize>,
}

impl Column {
    pub fn new(default: Option<Value>) -> Self {
        Self { default, ..Self::default() }
    }

    /// The fact that a number stands for.
    pub fn fact(&self, number: ValueNumber) -> Fact<&Value> {
        match number {
            UNKNOWN => Fact::Unknown,
            EMPTY => Fact::Empty,
            number => self.values.get((number - FIRST) as usize).map_or(Fact::Empty, Fact::Value),
        }
    }

    /// What a subject without a value of its own has.
    pub fn emptied(&self) -> Fact<&Value> {
        self.default.as_ref().map_or(Fact::Empty, Fact::Value)
    }

    /// Every number there is, in order.
    pub fn all(&self) -> impl Iterator<Item = Fact<&Value>> {
        [Fact::Unknown, Fact::Empty].into_iter().chain(self.values.iter().map(Fact::Value))
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.values.len() + FIRST as usize
    }

    /// The number of a fact, a new one if it is new; and of an empty one, the default's.
    pub fn number(&mut self, fact: Fact<Value>) -> ValueNumber {
        let value = match (fact, &self.default) {
            (Fact::Unknown, _) => return UNKNOWN,
            (Fact::Empty, None) => return EMPTY,
            (Fact::Empty, Some(default)) => default.clone(),
            (Fact::Value(value), _) => value,
        };
        if let Some(number) = self.number_of.get(&value) {
            return *number;
        }
        // INVARIANT: a column has no more values than subjects had facts, and those are counted in 32 bits.
        let number = FIRST.saturating_add(u32::try_from(self.values.len()).unwrap_or(u32::MAX));
        self.values.push(value.clone());
        self.number_of.insert(value, number);
        number
    }

    pub fn set(&mut self, subject: usize, number: ValueNumber) {
        if self.numbers.len() <= subject {
            self.numbers.resize(subject + 1, EMPTY);
        }
        self.numbers[subject] = number;
    }

    /// The number of the subject's value.
    pub fn of(&self, subject: usize) -> ValueNumber {
        self.numbers.get(subject).copied().unwrap_or(EMPTY)
    }
}
