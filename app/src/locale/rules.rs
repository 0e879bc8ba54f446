//! The policy's sentences: they live with the rules, one file per language, and are the same for pages and the API.

use std::sync::LazyLock;

use baton_policy::what_if::Danger;
use baton_policy::{Alternative, FindingCode, ReasonCode, TraceStep, locales};
use serde_json::Value;

use super::Locale;

static ENGLISH: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(locales::EN).unwrap_or_default());
static GERMAN: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(locales::DE).unwrap_or_default());

/// The sentence for a code; the code itself where a language lacks it.
fn sentence(locale: Locale, kind: &str, code: &str) -> String {
    let sentences = match locale {
        Locale::En => &*ENGLISH,
        Locale::De => &*GERMAN,
    };
    sentences[kind][code].as_str().unwrap_or(code).to_owned()
}

/// Why an item is wanted or not.
#[must_use]
pub fn reason(locale: Locale, code: ReasonCode) -> String {
    sentence(locale, "reason", code.as_str())
}

/// What helps instead of a denied action.
#[must_use]
pub fn alternative(locale: Locale, code: Alternative) -> String {
    sentence(locale, "alternative", code.as_str())
}

/// What is wrong with a distribution.
#[must_use]
pub fn finding(locale: Locale, code: FindingCode) -> String {
    sentence(locale, "finding", code.as_str())
}

/// What to think about twice.
#[must_use]
pub fn danger(locale: Locale, code: Danger) -> String {
    sentence(locale, "danger", code.as_str())
}

/// How a rule came out, with places for names and facts.
#[must_use]
pub fn trace(locale: Locale, step: &TraceStep) -> String {
    sentence(locale, "trace", &step.sentence())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_sentence_in_every_language() {
        for locale in Locale::ALL {
            for code in ReasonCode::ALL {
                assert_ne!(reason(locale, *code), code.as_str());
            }
            for code in Alternative::ALL {
                assert_ne!(alternative(locale, *code), code.as_str());
            }
            for code in FindingCode::ALL {
                assert_ne!(finding(locale, *code), code.as_str());
            }
            for code in Danger::ALL {
                assert_ne!(danger(locale, *code), code.as_str());
            }
        }
    }
}
