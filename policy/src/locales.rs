//! Sentences for people, one file per language: `{"reason": {code: sentence}, "plan": …,
//! "finding": …}`. A test finds missing ones.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::name::named;

/// English.
pub const EN: &str = include_str!("../locales/en.json");

/// German.
pub const DE: &str = include_str!("../locales/de.json");

/// Sentences by part and code.
type Sentences = BTreeMap<String, BTreeMap<String, String>>;

static ENGLISH: LazyLock<Sentences> = LazyLock::new(|| crate::json::from_str(EN).unwrap_or_default());
static GERMAN: LazyLock<Sentences> = LazyLock::new(|| crate::json::from_str(DE).unwrap_or_default());

named! {
    /// A language that sentences are written in.
    pub enum Language {
        /// English.
        En = "en",
        /// German.
        De = "de",
    }
}

impl Language {
    /// The sentence for a code in one part of the language's file; the code itself where it is
    /// missing.
    #[must_use]
    pub fn sentence<'a>(self, part: &str, code: &'a str) -> &'a str {
        let sentences: &'static Sentences = match self {
            Self::En => &ENGLISH,
            Self::De => &GERMAN,
        };
        sentences.get(part).and_then(|part| part.get(code)).map_or(code, String::as_str)
    }
}

/// Puts values into the places of a sentence, which are written `{name}`.
#[must_use]
pub fn fill(sentence: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let place = after.split_once('}').and_then(|(name, after)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((value, after))
        });
        match place {
            Some((value, after)) => {
                filled.push_str(value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}
