//! Every code has a sentence in every language, and no sentence is left over.

use std::collections::{BTreeMap, BTreeSet};

use baton_policy::engine::Remedy;
use baton_policy::enrollment::{EnrollmentRule, Requirement};
use baton_policy::rule::{DeviceFact, Operator, UserFact};
use baton_policy::value::ValueType;
use baton_policy::{Alternative, Capability, FindingCode, Outcome, PlanReason, ReasonCode, Truth, locales};
use baton_policy::{trace::TraceRule, what_if::Danger};

#[test]
fn every_code_has_a_sentence_in_every_language() {
    for (language, text) in [("en", locales::EN), ("de", locales::DE)] {
        let sentences: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(text).unwrap();
        let codes = |codes: Vec<&str>| -> BTreeSet<String> { codes.into_iter().map(str::to_owned).collect() };
        for (part, expected) in [
            ("reason", codes(ReasonCode::ALL.iter().map(|code| code.as_str()).collect())),
            ("plan", codes(PlanReason::ALL.iter().map(|code| code.as_str()).collect())),
            ("alternative", codes(Alternative::ALL.iter().map(|code| code.as_str()).collect())),
            ("explain", explain_codes()),
            ("remedy", codes(Remedy::ALL.iter().map(|code| code.as_str()).collect())),
            ("finding", codes(FindingCode::ALL.iter().map(|code| code.as_str()).collect())),
            ("capability", codes(Capability::ALL.iter().map(|code| code.as_str()).collect())),
            ("requirement", codes(Requirement::ALL.iter().map(|code| code.as_str()).collect())),
            ("enrollmentRule", codes(EnrollmentRule::ALL.iter().map(|code| code.as_str()).collect())),
            ("danger", codes(Danger::ALL.iter().map(|code| code.as_str()).collect())),
            ("trace", steps()),
        ] {
            let present: BTreeSet<String> = sentences[part].keys().cloned().collect();
            assert_eq!(present, expected, "{part} in {language}");
            // Explanations are put together from parts of sentences.
            if part == "explain" {
                continue;
            }
            assert!(
                sentences[part].values().all(|sentence| sentence.ends_with(['.', '}'])),
                "{part} in {language} has a sentence without an end"
            );
        }
    }
}

/// Every way in which every rule can come out.
fn steps() -> BTreeSet<String> {
    let all = TraceRule::SENTENCES.iter().flat_map(|(rule, ends)| ends.iter().map(move |end| format!("{rule}-{end}")));
    all.collect()
}

#[test]
fn every_language_has_the_places_of_the_english_sentence() {
    let places = |sentence: &str| -> BTreeSet<String> {
        sentence.split('{').skip(1).filter_map(|part| part.split('}').next()).map(str::to_owned).collect()
    };
    let read = |text| -> BTreeMap<String, BTreeMap<String, String>> { serde_json::from_str(text).unwrap() };
    let (english, german) = (read(locales::EN), read(locales::DE));
    for (code, sentence) in &english["trace"] {
        assert_eq!(places(sentence), places(&german["trace"][code]), "{code}");
    }
}

fn explain_codes() -> BTreeSet<String> {
    let mut codes: BTreeSet<String> = ["the-device", "with-reasons", "condition", "yes", "no", "empty", "unknown"]
        .into_iter()
        .chain(["flip-join", "flip-leave", "flip-fact", "flip-empty"])
        .map(str::to_owned)
        .collect();
    codes.extend(Outcome::ALL.iter().map(|outcome| format!("verdict-{outcome}")));
    codes.extend(Truth::ALL.iter().map(|truth| format!("member-{truth}")));
    codes.extend(Operator::ALL.iter().map(|operator| format!("expected-{operator}")));
    let comparisons = Operator::ALL.iter().filter(|operator| operator.is_comparison());
    codes.extend(comparisons.map(|operator| format!("expected-{operator}-date")));
    codes.extend(UserFact::ALL.iter().map(|fact| format!("user-{fact}")));
    codes.extend(DeviceFact::ALL.iter().map(|fact| format!("device-{fact}")));
    let choices = UserFact::ALL.iter().map(|fact| (fact.as_str(), fact.value_type()));
    for (fact, value_type) in choices.chain(DeviceFact::ALL.iter().map(|fact| (fact.as_str(), fact.value_type()))) {
        if let ValueType::Choice(options) = value_type {
            codes.extend(options.iter().map(|option| format!("{fact}-{option}")));
        }
    }
    codes
}
