//! Every code has a sentence in every language, and no sentence is left over.

use std::collections::{BTreeMap, BTreeSet};

use baton_policy::enrollment::{EnrollmentRule, Requirement};
use baton_policy::{Alternative, Capability, FindingCode, PlanReason, ReasonCode, locales};
use baton_policy::{explain::Rule, what_if::Danger};

#[test]
fn every_code_has_a_sentence_in_every_language() {
    for (language, text) in [("en", locales::EN), ("de", locales::DE)] {
        let sentences: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(text).unwrap();
        let codes = |codes: Vec<&str>| -> BTreeSet<String> { codes.into_iter().map(str::to_owned).collect() };
        for (part, expected) in [
            ("reason", codes(ReasonCode::ALL.iter().map(|code| code.as_str()).collect())),
            ("plan", codes(PlanReason::ALL.iter().map(|code| code.as_str()).collect())),
            ("alternative", codes(Alternative::ALL.iter().map(|code| code.as_str()).collect())),
            ("finding", codes(FindingCode::ALL.iter().map(|code| code.as_str()).collect())),
            ("capability", codes(Capability::ALL.iter().map(|code| code.as_str()).collect())),
            ("requirement", codes(Requirement::ALL.iter().map(|code| code.as_str()).collect())),
            ("enrollmentRule", codes(EnrollmentRule::ALL.iter().map(|code| code.as_str()).collect())),
            ("danger", codes(Danger::ALL.iter().map(|code| code.as_str()).collect())),
            ("trace", steps()),
        ] {
            let present: BTreeSet<String> = sentences[part].keys().cloned().collect();
            assert_eq!(present, expected, "{part} in {language}");
            assert!(
                sentences[part].values().all(|sentence| sentence.ends_with(['.', '}'])),
                "{part} in {language} has a sentence without an end"
            );
        }
    }
}

/// Every way in which every rule can come out.
fn steps() -> BTreeSet<String> {
    let all = Rule::SENTENCES.iter().flat_map(|(rule, ends)| ends.iter().map(move |end| format!("{rule}-{end}")));
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
