//! Explanations say what decided, and what would decide otherwise (spec C5, E10).

use baton_policy::engine::{Asked, Change, Explanation, FlipChange};
use baton_policy::locales::Language;
use baton_policy::rule::{DeviceFact, FactRef, GroupRef};
use baton_policy::snapshot::Snapshot;
use baton_policy::{DeviceFacts, Engine, EnrollmentType, Fact, Outcome, Scalar, Supervision, Truth, Value};
use proptest::prelude::*;

use super::worlds;

/// The flip as a change of the organisation.
fn change_of(snapshot: &Snapshot, explanation: &Explanation, change: &FlipChange) -> Change {
    let (user, device) = (explanation.holder.clone(), explanation.device.clone());
    let member = |group: &GroupRef, member| match group {
        GroupRef::User(group) => Change::UserInGroup { user: user.clone(), group: group.clone(), member },
        GroupRef::Device(group) => Change::DeviceInGroup { device: device.clone(), group: group.clone(), member },
    };
    let scalar = |value: &Fact<Value>| match value {
        Fact::Value(value) => Fact::Value(Scalar::from(value)),
        Fact::Empty => Fact::Empty,
        Fact::Unknown => Fact::Unknown,
    };
    let known = snapshot.devices.iter().find(|known| known.id == device).unwrap();
    match change {
        FlipChange::Join(group) => member(group, Truth::True),
        FlipChange::Leave(group) => member(group, Truth::False),
        FlipChange::Fact { fact: FactRef::UserAttribute(attribute), value } => {
            Change::UserAttribute { user, attribute: attribute.clone(), value: scalar(value) }
        }
        FlipChange::Fact { fact: FactRef::DeviceAttribute(attribute), value } => {
            Change::DeviceAttribute { device, attribute: attribute.clone(), value: scalar(value) }
        }
        FlipChange::Fact { fact: FactRef::User(_), value } => {
            let mut known = snapshot.users.iter().find(|known| known.id == user).unwrap().clone();
            known.email = value.value().map(ToString::to_string);
            Change::PutUser(known)
        }
        FlipChange::Fact { fact: FactRef::Device(DeviceFact::Name), value } => {
            let mut known = known.clone();
            known.name = value.value().map(ToString::to_string);
            Change::PutDevice(Box::new(known))
        }
        FlipChange::Fact { fact: FactRef::Device(fact), value } => {
            Change::DeviceFacts { device, facts: with(known.facts.clone(), *fact, value.value().unwrap()) }
        }
    }
}

fn with(mut facts: DeviceFacts, fact: DeviceFact, value: &Value) -> DeviceFacts {
    match (fact, value) {
        (DeviceFact::Platform, Value::Choice(name)) => facts.platform = Fact::Value(name.parse().unwrap()),
        (DeviceFact::OsVersion, Value::Version(version)) => facts.os_version = Fact::Value(*version),
        (DeviceFact::Enrollment, Value::Choice(name)) => facts.enrollment = name.parse().unwrap(),
        (DeviceFact::Supervised, Value::YesNo(true)) => facts.supervision = Supervision::Supervised.into(),
        (DeviceFact::Supervised, Value::YesNo(false)) => facts.supervision = Supervision::Unsupervised.into(),
        (DeviceFact::UserEnrollmentEnrolled, Value::YesNo(true)) => facts.enrollment = EnrollmentType::User,
        (DeviceFact::AutomatedDeviceEnrollmentEnrolled, Value::YesNo(true)) => {
            facts.enrollment = EnrollmentType::AutomatedDevice;
        }
        (_, Value::YesNo(false)) => facts.enrollment = EnrollmentType::Device,
        other => panic!("{other:?} is no flip"),
    }
    facts
}

proptest! {
    #![proptest_config(crate::cases(96))]

    #[test]
    fn an_explanation_decides_as_the_decision_does_and_names_what_decided(snapshot in worlds::snapshot()) {
        let engine = Engine::new(&snapshot).unwrap();
        for (item, _) in engine.items() {
            for (device, _) in engine.devices() {
                for (user, _) in engine.users() {
                    let explanation = engine.explain(item, device, Some(user)).unwrap();
                    prop_assert_eq!(explanation.decision, engine.decide_for(item, device, user));
                    let nothing_to_include = explanation.decision.reason == baton_policy::ReasonCode::NotIncluded;
                    let decided = explanation.steps.iter().any(|step| step.decides);
                    prop_assert!(decided || nothing_to_include, "{:?}", explanation);
                    for language in Language::ALL {
                        let sentence = explanation.sentence(&engine, *language);
                        prop_assert!(sentence.ends_with('.') && !sentence.contains(['{', '}']), "{}", sentence);
                    }
                }
            }
        }
    }

    #[test]
    fn a_flip_that_is_carried_out_flips(snapshot in worlds::snapshot()) {
        let engine = Engine::new(&snapshot).unwrap();
        for (item, _) in engine.items() {
            for (device, _) in engine.devices() {
                let explanation = engine.explain(item, device, None).unwrap();
                for flip in &explanation.flips {
                    let mut changed = snapshot.clone();
                    changed.apply(&change_of(&snapshot, &explanation, &flip.change)).unwrap();
                    let anew = Engine::new(&changed).unwrap();
                    let index = anew.device(&explanation.device).unwrap();
                    prop_assert_eq!(anew.decide(item, index), flip.decision, "{:?}", flip);
                    match explanation.decision.outcome {
                        Outcome::Deny => prop_assert!(flip.decision.permits()),
                        Outcome::Allow | Outcome::Partial => prop_assert!(!flip.decision.permits()),
                        Outcome::Unknown => prop_assert_ne!(flip.decision.outcome, Outcome::Unknown),
                    }
                }
            }
        }
    }

    #[test]
    fn a_membership_that_would_flip_is_found(snapshot in worlds::snapshot()) {
        let engine = Engine::new(&snapshot).unwrap();
        for (item, _) in engine.items() {
            for (device, id) in engine.devices() {
                let explanation = engine.explain(item, device, None).unwrap();
                for group in ["d0", "d1"] {
                    for member in [Truth::True, Truth::False] {
                        let mut changed = snapshot.clone();
                        let change = Change::DeviceInGroup { device: id.clone(), group: group.into(), member };
                        changed.apply(&change).unwrap();
                        let anew = Engine::new(&changed).unwrap();
                        let flips = anew.decide(item, anew.device(id).unwrap()).permits() != explanation.decision.permits();
                        let found = explanation.flips.iter().any(|flip| {
                            matches!(&flip.change, FlipChange::Join(GroupRef::Device(id)) | FlipChange::Leave(GroupRef::Device(id)) if id.as_str() == group)
                        });
                        prop_assert!(!flips || found, "{} {:?} {:?}", group, member, explanation);
                    }
                }
            }
        }
    }
}

fn example() -> Engine {
    let snapshot = r#"{
        "version": 1,
        "attributes": { "user": [
            { "id": "a1", "name": "Department", "type": "text" }, { "id": "a2", "name": "Joined", "type": "date" }
        ] },
        "userGroups": [
            { "id": "g1", "name": "Staff", "rule": "all of (user.\"Joined\" before 2026-01-01, user in group \"Sales\")" },
            { "id": "g2", "name": "Sales", "rule": "user.\"Department\" is one of (\"Sales\", \"Lab\")" },
            { "id": "g3", "name": "Leavers" }
        ],
        "users": [
            { "id": "u0", "nobody": true },
            { "id": "u1", "displayName": "Ann", "attributes": { "a1": "Care", "a2": "2020-05-01" } }
        ],
        "devices": [{
            "id": "d1", "name": "Phone 1", "holder": "u1",
            "facts": { "platform": { "value": "ios" }, "osVersion": { "value": "18.3" }, "enrollment": "device", "ownership": "company" }
        }],
        "items": [
            { "id": "mail", "name": "Mail", "kind": "storeApp", "distribution": { "custom": {
                "includeUserGroups": ["g1"], "excludeUserGroups": ["g3"]
            } } },
            { "id": "wifi", "name": "Ward Wi-Fi", "kind": "wifi", "distribution": { "custom": {
                "includeUsers": ["u1"], "filters": [{ "minOsVersion": "18.4" }]
            } } },
            { "id": "clip", "name": "Sign-in", "kind": "secureSignIn", "distribution": "allDevices" }
        ]
    }"#;
    Engine::new(&Snapshot::from_json(snapshot).unwrap()).unwrap()
}

fn explained(engine: &Engine, item: &str) -> Explanation {
    engine.explain(engine.item(&item.into()).unwrap(), engine.device(&"d1".into()).unwrap(), None).unwrap()
}

#[test]
fn the_first_failing_condition_is_named_through_all_groups_with_actual_and_expected_value() {
    let engine = example();
    let explanation = explained(&engine, "mail");
    let step = explanation.steps.iter().find(|step| step.decides).unwrap();
    let groups: Vec<&str> = step.because[0].groups.iter().map(GroupRef::as_str).collect();
    assert_eq!(groups, ["g1", "g2"]);
    let Asked::Condition { actual, .. } = &step.because[0].asked else { panic!("{step:?}") };
    assert_eq!(actual, &Fact::Value(Value::Text("Care".to_owned())));
}

#[test]
fn sentences_are_plain_in_both_languages() {
    let engine = example();
    for (item, english, german) in [
        (
            "mail",
            "“Mail” does not go to “Phone 1”. It goes neither to the user nor to a group of the user or the device. \
             Ann is not in “Staff” – Department: Care (expected: one of Sales, Lab).",
            "„Mail“ geht nicht an „Phone 1“. Weder die Person noch eine Gruppe der Person oder des Geräts erhält es. \
             Ann ist nicht in „Staff“ – Department: Care (erwartet: eines von Sales, Lab).",
        ),
        (
            "wifi",
            "“Ward Wi-Fi” does not go to “Phone 1”. The device’s system is older than the filter asks for. \
             System version: 18.3 (expected: at least 18.4).",
            "„Ward Wi-Fi“ geht nicht an „Phone 1“. Das System des Geräts ist älter, als der Filter verlangt. \
             Systemversion: 18.3 (erwartet: mindestens 18.4).",
        ),
        (
            "clip",
            "“Sign-in” goes to “Phone 1”. It goes to all devices.",
            "„Sign-in“ geht an „Phone 1“. Alle Geräte erhalten es.",
        ),
    ] {
        let explanation = explained(&engine, item);
        assert_eq!(explanation.sentence(&engine, Language::En), english);
        assert_eq!(explanation.sentence(&engine, Language::De), german);
    }
}

#[test]
fn the_smallest_change_that_flips_comes_first() {
    let engine = example();
    for (item, language, expected) in [
        ("mail", Language::En, "This would change with “Department: Sales”."),
        ("wifi", Language::En, "This would change with “system version: 18.4”."),
        ("wifi", Language::De, "Das wäre anders mit „Systemversion: 18.4“."),
        ("clip", Language::En, "This would change with “enrollment: User Enrollment”."),
    ] {
        let sentences = explained(&engine, item).flip_sentences(&engine, language);
        assert_eq!(sentences.first().map(String::as_str), Some(expected), "{sentences:?}");
    }
}

#[test]
fn what_has_a_default_is_never_empty() {
    let flips_of_attributes = |rule: &str| -> Vec<Fact<Value>> {
        let snapshot = format!(
            r#"{{
                "version": 1,
                "attributes": {{ "user": [
                    {{ "id": "level", "type": "number", "default": "3" }}, {{ "id": "role", "type": "text", "default": "Staff" }}
                ] }},
                "userGroups": [{{ "id": "g1", "rule": {rule:?} }}],
                "users": [{{ "id": "u1", "attributes": {{ "role": "Guest" }} }}],
                "devices": [{{
                    "id": "d1", "holder": "u1",
                    "facts": {{ "platform": {{ "value": "ios" }}, "enrollment": "device", "ownership": "company" }}
                }}],
                "items": [{{ "id": "wifi", "kind": "wifi", "distribution": {{ "custom": {{ "includeUserGroups": ["g1"] }} }} }}]
            }}"#
        );
        let engine = Engine::new(&Snapshot::from_json(&snapshot).unwrap()).unwrap();
        let flips = explained(&engine, "wifi").flips.into_iter().map(|flip| flip.change);
        let values = flips.filter_map(|change| match change {
            FlipChange::Fact { fact: FactRef::UserAttribute(_), value } => Some(value),
            _ => None,
        });
        values.collect()
    };

    let either = r#"any of (user."level" below 3, user."level" at least 3)"#;
    assert!(flips_of_attributes(either).is_empty());
    assert!(flips_of_attributes(r#"user."role" has a value"#).is_empty());
    let text = |text: &str| Fact::Value(Value::Text(text.to_owned()));
    assert_eq!(flips_of_attributes(r#"user."role" is "Guest""#), [text("Staff")]);
    assert_eq!(flips_of_attributes(r#"user."role" is one of ("Guest", "Staff")"#), [text("…")]);
}

#[test]
fn what_would_help_is_named() {
    let engine = example();
    let remedies =
        |item| explained(&engine, item).alternatives.iter().map(|remedy| remedy.as_str()).collect::<Vec<_>>();
    assert_eq!(remedies("mail"), ["include-them"]);
    assert_eq!(remedies("wifi"), ["update-the-system", "change-the-filter"]);
    assert!(remedies("clip").is_empty());
}
