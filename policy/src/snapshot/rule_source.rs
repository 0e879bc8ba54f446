//! Rules in a snapshot: as text or as a tree.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::rule::{Rule, RuleTextError, RuleTreeError, Side, Vocabulary, check, parse};

/// A rule in one of its two forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleSource {
    /// Its text.
    Text(String),
    /// Its tree.
    Tree(Rule),
}

/// What is wrong with a rule of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleSourceError {
    /// In its text.
    #[error(transparent)]
    Text(#[from] RuleTextError),
    /// In its tree.
    #[error(transparent)]
    Tree(#[from] RuleTreeError),
}

impl RuleSource {
    /// The checked tree.
    ///
    /// # Errors
    ///
    /// What [`parse`] or [`check`] finds.
    pub fn read(&self, side: Side, vocabulary: &Vocabulary<'_>) -> Result<Rule, RuleSourceError> {
        match self {
            Self::Text(text) => Ok(parse(text, side, vocabulary)?),
            Self::Tree(rule) => {
                check(rule, side, vocabulary)?;
                Ok(rule.clone())
            }
        }
    }
}

impl From<&str> for RuleSource {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Rule> for RuleSource {
    fn from(rule: Rule) -> Self {
        Self::Tree(rule)
    }
}

impl Serialize for RuleSource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Tree(rule) => rule.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for RuleSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RuleVisitor)
    }
}

struct RuleVisitor;

impl<'de> Visitor<'de> for RuleVisitor {
    type Value = RuleSource;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a rule, as text or as a tree")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<RuleSource, E> {
        Ok(RuleSource::Text(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RuleSource, A::Error> {
        Rule::deserialize(MapAccessDeserializer::new(map)).map(RuleSource::Tree)
    }
}
