//! Languages. Every sentence a person reads is a field of [`Texts`]; a language is one file that fills them all,
//! so a sentence missing from a language does not compile.

/// Defines [`Texts`] and its English edition in one go: the English text is also the documentation of its field.
macro_rules! texts {
    ($($key:ident: $english:literal,)*) => {
        /// All sentences of one language. `{name}` marks a place that [`fill`](crate::locale::fill) fills.
        #[derive(Debug)]
        pub struct Texts {
            $(#[doc = $english] pub $key: &'static str,)*
        }

        pub(super) const EN: Texts = Texts { $($key: $english,)* };

        impl Texts {
            /// Every key with its sentence, for checks over a whole language.
            #[must_use]
            pub fn entries(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($key), self.$key),)*]
            }
        }
    };
}

/// Defines [`RestrictionWords`] and their English edition: a label and a sentence for each of Apple's keys.
macro_rules! restriction_words {
    ($($key:ident: $label:literal, $text:literal;)*) => {
        use crate::locale::Words;

        /// The words for every restriction that Baton offers, by Apple's key.
        #[expect(non_snake_case, reason = "the fields are Apple's keys")]
        #[derive(Debug)]
        pub struct RestrictionWords {
            $(#[doc = $label] pub $key: Words,)*
        }

        pub(in crate::locale) const EN: RestrictionWords =
            RestrictionWords { $($key: Words { label: $label, text: $text },)* };

        impl RestrictionWords {
            /// The words for this key.
            #[must_use]
            pub fn of(&self, key: &str) -> Option<&Words> {
                match key {
                    $(stringify!($key) => Some(&self.$key),)*
                    _ => None,
                }
            }
        }
    };
}

/// Defines [`PayloadNames`] and their English edition: a name for each of Apple's types.
macro_rules! payload_names {
    ($($field:ident: $type:literal = $name:literal,)*) => {
        /// The names of payloads.
        #[derive(Debug)]
        pub struct PayloadNames {
            $(#[doc = $name] pub $field: &'static str,)*
        }

        pub(in crate::locale) const EN: PayloadNames = PayloadNames { $($field: $name,)* };

        impl PayloadNames {
            /// The name of this type of payload.
            #[must_use]
            pub fn of(&self, payload_type: &str) -> Option<&'static str> {
                match payload_type {
                    $($type => Some(self.$field),)*
                    _ => None,
                }
            }
        }
    };
}

/// What a restriction is called, and what it does.
#[derive(Debug)]
pub struct Words {
    /// What it is called.
    pub label: &'static str,
    /// What it does, in a sentence.
    pub text: &'static str,
}

#[path = "locales/de.rs"]
mod de;
#[path = "locales/de/payloads.rs"]
mod de_payloads;
#[path = "locales/de/restrictions.rs"]
mod de_restrictions;
#[path = "locales/en.rs"]
mod en;
#[path = "locales/en/payloads.rs"]
mod en_payloads;
#[path = "locales/en/restrictions.rs"]
mod en_restrictions;
pub mod rules;

pub use crate::fill::{count, fill};
pub use en::Texts;
pub use en_payloads::PayloadNames;
pub use en_restrictions::RestrictionWords;

/// A language the pages can speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl Locale {
    /// All languages, the default first.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// The language tag for `<html lang>` (RFC 5646).
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// The language of the policy's own sentences.
    #[must_use]
    pub fn language(self) -> baton_policy::locales::Language {
        match self {
            Self::En => baton_policy::locales::Language::En,
            Self::De => baton_policy::locales::Language::De,
        }
    }

    /// The sentences of this language.
    #[must_use]
    pub fn texts(self) -> &'static Texts {
        match self {
            Self::En => &en::EN,
            Self::De => &de::DE,
        }
    }

    /// The words for a restriction, by Apple's key.
    #[must_use]
    pub fn restriction(self, key: &str) -> Option<&'static Words> {
        match self {
            Self::En => en_restrictions::EN.of(key),
            Self::De => de_restrictions::DE.of(key),
        }
    }

    /// The name of a type of payload.
    #[must_use]
    pub fn payload(self, payload_type: &str) -> Option<&'static str> {
        match self {
            Self::En => en_payloads::EN.of(payload_type),
            Self::De => de_payloads::DE.of(payload_type),
        }
    }

    /// The best language for an `Accept-Language` header (RFC 9110, 12.5.4); English when none fits.
    #[must_use]
    pub fn negotiate(accept_language: &str) -> Self {
        let mut best = (0.0_f32, Self::default());
        for range in accept_language.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default().to_ascii_lowercase();
            let weight =
                parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.parse::<f32>().unwrap_or(0.0));
            let primary = tag.split('-').next().unwrap_or_default();
            let spoken = Self::ALL.into_iter().find(|locale| locale.tag() == primary);
            if let Some(locale) = spoken
                && weight > best.0
            {
                best = (weight, locale);
            }
        }
        best.1
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn places(sentence: &str) -> BTreeSet<&str> {
        sentence.split('{').skip(1).filter_map(|part| part.split('}').next()).collect()
    }

    #[test]
    fn every_language_has_the_places_of_the_english_sentence() {
        for locale in Locale::ALL {
            let entries = locale.texts().entries();
            for ((key, english), (_, text)) in en::EN.entries().into_iter().zip(entries) {
                assert_eq!(places(english), places(text), "{key} in {}", locale.tag());
            }
        }
    }

    #[test]
    fn no_language_leaves_a_sentence_empty() {
        for locale in Locale::ALL {
            for (key, text) in locale.texts().entries() {
                assert!(!text.trim().is_empty(), "{key} in {}", locale.tag());
            }
        }
    }

    #[test]
    fn negotiation_takes_the_heaviest_language_we_speak() {
        assert_eq!(Locale::negotiate("fr, de-AT;q=0.8, en;q=0.5"), Locale::De);
        assert_eq!(Locale::negotiate("en-GB,en;q=0.9,de;q=0.8"), Locale::En);
        assert_eq!(Locale::negotiate("de;q=nonsense"), Locale::En);
        assert_eq!(Locale::negotiate(""), Locale::En);
    }
}
