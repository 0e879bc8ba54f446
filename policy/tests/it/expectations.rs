//! What administrators expect of their policy (spec C8).

use baton_policy::expectation::{Expectation, ExpectationFile, ExpectationProblem, check, check_within};
use baton_policy::snapshot::Snapshot;
use baton_policy::{Engine, nearest};

/// A ward: Ann holds a shared phone, Ben has a phone of his own, a tablet is signed out.
const WARD: &str = r#"{
    "version": 1,
    "userGroups": [{ "id": "u1", "name": "Staff" }],
    "deviceGroups": [{ "id": "d1", "name": "Tablets", "rule": "device.platform is ipados" }],
    "users": [
        { "id": "nobody", "nobody": true },
        { "id": "u-ann", "displayName": "Ann Lee", "userName": "ann", "groups": ["u1"] },
        { "id": "u-ben", "displayName": "Ben Roy", "userName": "ben" }
    ],
    "devices": [
        { "id": "p1", "holder": "u-ann", "name": "Ward phone", "facts": {
            "platform": { "value": "ios" }, "osVersion": { "value": "18.3" },
            "enrollment": "device", "ownership": "company" } },
        { "id": "p2", "holder": "u-ben", "name": "Ben's phone", "facts": {
            "platform": { "value": "ios" }, "enrollment": "user", "ownership": "user" } },
        { "id": "t1", "holder": "nobody", "name": "Ward tablet", "facts": {
            "platform": { "value": "ipados" }, "enrollment": "device", "ownership": "company" } }
    ],
    "items": [
        { "id": "i1", "name": "Ward Wi-Fi", "kind": "wifi", "distribution": "allDevices" },
        { "id": "i2", "name": "Mail", "kind": "storeApp",
          "distribution": { "custom": { "includeUserGroups": ["u1"], "filters": [{ "minOsVersion": "18.0" }] } } }
    ]
}"#;

fn ward() -> Engine {
    Engine::new(&Snapshot::from_json(WARD).unwrap()).unwrap()
}

fn expectation(json: serde_json::Value) -> Expectation {
    let mut json = json;
    let fields = json.as_object_mut().unwrap();
    fields.entry("name").or_insert("what is expected".into());
    serde_json::from_value(json).unwrap()
}

/// How many cases were asked about, and how many failed.
fn counts(json: serde_json::Value) -> (usize, usize) {
    let checked = check(&ward(), &expectation(json)).unwrap();
    (checked.cases, checked.failed)
}

fn refusal(json: serde_json::Value) -> String {
    check(&ward(), &expectation(json)).unwrap_err().to_string()
}

#[test]
fn without_devices_it_is_about_all_of_them() {
    assert_eq!(counts(serde_json::json!({ "item": "i1", "gets": true })), (3, 0));
    assert_eq!(counts(serde_json::json!({ "item": "i1", "holder": "nobody", "gets": true })), (3, 0));
    assert_eq!(counts(serde_json::json!({ "item": "Mail", "gets": false })), (3, 1), "Ann gets it");
}

#[test]
fn a_rule_picks_devices_as_things_are_and_holders_take_turns_with_them() {
    let at_staff = |gets| {
        serde_json::json!({ "item": "mail", "devices": "device.enrollment is device",
            "holders": "user in group \"Staff\"", "gets": gets })
    };
    assert_eq!(counts(at_staff(true)), (2, 1), "the tablet has not told its version");
    assert_eq!(counts(at_staff(false)), (2, 2), "and undecided is not denied");
    let held = serde_json::json!({ "item": "i1", "devices": "user in group \"Staff\"", "holder": "ben", "gets": true });
    assert_eq!(counts(held), (1, 0), "the device that Ann has now, as if Ben had it");
}

#[test]
fn an_outcome_and_a_reason_are_meant_exactly() {
    let about = |outcome: &str, reason: &str| {
        serde_json::json!({ "item": "Mail", "device": "Ward tablet", "holder": "Ann Lee",
            "outcome": outcome, "reason": reason })
    };
    assert_eq!(counts(about("unknown", "os-version-unknown")), (1, 0));
    assert_eq!(counts(about("unknown", "group-unknown")), (1, 1));
    assert_eq!(counts(about("allow", "os-version-unknown")), (1, 1));
}

#[test]
fn a_failure_explains_itself() {
    let expected = expectation(serde_json::json!({ "item": "Mail", "device": "p2", "gets": true }));
    let engine = ward();
    let checked = check(&engine, &expected).unwrap();
    let sentence = checked.failures[0].sentence(&engine, baton_policy::locales::Language::En);
    assert!(sentence.contains("“Mail” does not go to “Ben's phone”"), "{sentence}");
    assert!(sentence.contains("Ben Roy is not in “Staff”"), "{sentence}");
}

#[test]
fn what_is_not_there_is_an_error_with_what_was_meant() {
    assert_eq!(
        refusal(serde_json::json!({ "item": "Ward Wifi", "gets": true })),
        "`item`: there is no item `Ward Wifi`; did you mean `i1` (Ward Wi-Fi)?"
    );
    assert_eq!(
        refusal(serde_json::json!({ "item": "i1", "device": "p9", "gets": true })),
        "`device`: there is no device `p9`; did you mean `p1` (Ward phone), `p2` (Ben's phone) or `t1` (Ward tablet)?"
    );
    assert_eq!(
        refusal(serde_json::json!({ "item": "i1", "holder": "anne", "gets": true })),
        "`holder`: there is no user `anne`; did you mean `u-ann` (Ann Lee)?"
    );
    let group = refusal(serde_json::json!({ "item": "i1", "devices": "device in group \"Wards\"", "gets": true }));
    assert!(group.starts_with("`devices`: line 1, column 17: ") && group.contains("Wards"), "{group}");
}

#[test]
fn what_would_check_nothing_is_an_error() {
    let none = refusal(serde_json::json!({ "item": "i1", "devices": "device.platform is macos", "gets": true }));
    assert_eq!(none, "`devices`: no device matches this rule, so nothing would be checked");
    let nobody = refusal(serde_json::json!({ "item": "i1", "holders": "user.email has a value", "gets": true }));
    assert_eq!(nobody, "`holders`: no user matches this rule, so nothing would be checked");
    assert!(refusal(serde_json::json!({ "item": "i1" })).starts_with("`gets`: nothing is expected"));
    let empty = Engine::new(
        &Snapshot::from_json(
            r#"{ "version": 1,
        "items": [{ "id": "i1", "kind": "wifi", "distribution": "allDevices" }] }"#,
        )
        .unwrap(),
    )
    .unwrap();
    let about_all = expectation(serde_json::json!({ "item": "i1", "gets": true }));
    assert!(check(&empty, &about_all).unwrap_err().to_string().contains("there is no device yet"));
}

#[test]
fn what_contradicts_itself_is_an_error() {
    let both = refusal(serde_json::json!({ "item": "i1", "device": "p1", "devices": "all of ()", "gets": true }));
    assert_eq!(both, "`device`: either this or `devices`, not both");
    let both = refusal(serde_json::json!({ "item": "i1", "gets": true, "outcome": "deny" }));
    assert_eq!(both, "`gets`: either this or `outcome`, not both");
}

#[test]
fn a_misspelt_key_is_an_error() {
    let text = r#"{ "expect": [{ "name": "x", "item": "i1", "devcie": "p1", "gets": true }] }"#;
    let error = serde_json::from_str::<ExpectationFile>(text).unwrap_err().to_string();
    assert!(error.contains("devcie") && error.contains("device"), "{error}");
}

#[test]
fn two_of_a_name_are_told_apart_by_their_ids() {
    let twice = WARD.replace("Ward tablet", "Ward phone");
    let engine = Engine::new(&Snapshot::from_json(&twice).unwrap()).unwrap();
    assert_eq!(
        engine.find_device("ward phone").unwrap_err().to_string(),
        "`ward phone` is the name of more than one device; give the id: `p1` (Ward phone), `t1` (Ward phone)"
    );
    assert_eq!(engine.find_device("t1").unwrap(), engine.device(&"t1".into()).unwrap());
}

#[test]
fn the_nearest_names_come_first() {
    assert_eq!(nearest("stafff", ["Staff", "Stuff", "Doctors"]), ["Staff", "Stuff"]);
    assert_eq!(nearest("wi-fi", ["Ward Wi-Fi", "Mail"]), ["Ward Wi-Fi"], "a part of a name is near");
    assert!(nearest("x", ["Ward Wi-Fi"]).is_empty());
}

#[test]
fn whoever_cannot_wait_for_everything_asks_for_no_more_than_that() {
    let by_all = expectation(serde_json::json!({ "item": "i1", "holders": "all of ()", "gets": true }));
    assert_eq!(check_within(&ward(), &by_all, 9).unwrap().cases, 9, "three devices, three users");
    let refused = check_within(&ward(), &by_all, 8).unwrap_err();
    assert_eq!(refused.problem, ExpectationProblem::TooMany { cases: 9, most: 8 });
    assert!(!refused.problem.is_idle());
}

#[test]
fn a_rule_that_picks_nothing_is_told_from_a_mistake() {
    let problem = |json| check(&ward(), &expectation(json)).unwrap_err().problem;
    let macs = serde_json::json!({ "item": "i1", "devices": "device.platform is macos", "gets": true });
    assert!(problem(macs).is_idle());
    assert!(!problem(serde_json::json!({ "item": "i9", "gets": true })).is_idle());
}

#[test]
fn an_expectation_names_its_item_by_id_or_by_name() {
    let about = |given: &str| {
        let named = expectation(serde_json::json!({ "item": given, "gets": true }));
        named.is_about(&"i1".into(), "Ward Wi-Fi")
    };
    assert!(about("i1") && about("ward wi-fi"));
    assert!(!about("I1") && !about("Ward"));
}
