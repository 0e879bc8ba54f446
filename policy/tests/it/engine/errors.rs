//! A snapshot that is wrong is refused with the way to what is wrong.

use baton_policy::Engine;
use baton_policy::snapshot::Snapshot;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::worlds;

fn refused(snapshot: &Value) -> String {
    match Snapshot::from_json(&snapshot.to_string()).and_then(|snapshot| Engine::new(&snapshot)) {
        Ok(_) => panic!("{snapshot} was taken"),
        Err(error) => error.to_string(),
    }
}

/// A snapshot with something added to it.
fn with(path: &str, value: Value) -> Value {
    let mut snapshot = json!({
        "version": 1,
        "attributes": { "user": [{ "id": "Level", "type": "number" }], "device": [] },
        "userGroups": [{ "id": "staff" }, { "id": "all", "rule": "all of ()" }],
        "deviceGroups": [{ "id": "pool" }],
        "users": [{ "id": "nobody", "nobody": true }, { "id": "ann", "attributes": {}, "groups": [] }],
        "devices": [{ "id": "phone", "holder": "ann", "facts": { "enrollment": "device", "ownership": "company" } }],
        "items": [{ "id": "mail", "kind": "storeApp", "distribution": { "custom": {} } }],
        "appGroups": []
    });
    match snapshot.pointer_mut(path) {
        Some(Value::Array(list)) => list.push(value),
        Some(place) => *place = value,
        None => {
            let (parent, field) = path.rsplit_once('/').unwrap();
            snapshot.pointer_mut(parent).unwrap()[field] = value;
        }
    }
    snapshot
}

#[test]
fn an_error_names_the_way_to_what_is_wrong() {
    let facts = json!({ "enrollment": "device", "ownership": "company" });
    for (path, value, expected) in [
        ("/version", json!(2), "`version`: version `2` is not supported, expected 1"),
        ("/users", json!({ "id": "ann" }), "`users[2].id`: there are two users `ann`"),
        ("/users/1/holds", json!([]), "`users[1].holds`: unknown field `holds`, expected one of id, nobody, "),
        (
            "/users/1/attributes",
            json!({ "Level": "high" }),
            "`users[1].attributes.Level`: `high` is not a number such as",
        ),
        (
            "/users/1/attributes",
            json!({ "Salary": 3 }),
            "`users[1].attributes.Salary`: there is no user attribute `Salary`",
        ),
        ("/users/1/attributes", json!({ "Level": [] }), "`users[1].attributes.Level`: expected a text, a number"),
        ("/users/1/groups", json!("stuff"), "`users[1].groups[0]`: there is no user group `stuff`"),
        (
            "/users/1/groups",
            json!("all"),
            "`users[1].groups[0]`: the user group `all` has a rule, so nobody can be put into",
        ),
        ("/users", json!({ "id": "nil", "nobody": true }), "`users[2].nobody`: `nobody` and `nil` are both Nobody"),
        ("/devices/0/holder", json!("eve"), "`devices[0].holder`: there is no user `eve`"),
        (
            "/devices/0/facts/platform",
            json!({ "value": "android" }),
            "`devices[0].facts.platform.value`: unknown name `android`",
        ),
        (
            "/devices/0/facts/osVersion",
            json!({ "value": "17.x" }),
            "`devices[0].facts.osVersion.value`: `17.x` is not a version",
        ),
        ("/devices", json!({ "id": "p", "facts": facts }), "`devices[1]`: missing field `holder`"),
        (
            "/attributes/user",
            json!({ "id": "Level", "type": "text" }),
            "`attributes.user[1].id`: there are two user attributes",
        ),
        (
            "/attributes/user",
            json!({ "id": "W", "type": { "choice": ["a", "A"] } }),
            "`attributes.user[1].type`: a choice needs",
        ),
        (
            "/attributes/user",
            json!({ "id": "W", "type": "date", "default": "now" }),
            "`attributes.user[1].default`: `now` is not a",
        ),
        (
            "/userGroups",
            json!({ "id": "x", "rule": "all of (\n user.\"Level\" is \"high\")" }),
            "`userGroups[2].rule`: line 2, column 18: `high` is not a number",
        ),
        (
            "/deviceGroups",
            json!({ "id": "x", "rule": { "all": [{ "inGroup": { "user": "none" } }] } }),
            "`deviceGroups[1].rule`: `all[0].inGroup`: there is no user group `none`",
        ),
        (
            "/userGroups",
            json!({ "id": "x", "rule": 3 }),
            "`userGroups[2].rule`: expected a rule, as text or as a tree at line 1 column ",
        ),
        (
            "/userGroups",
            json!({ "id": "x", "rule": { "some": [] } }),
            "`userGroups[2].rule.some`: unknown variant `some`",
        ),
        (
            "/items/0/distribution/custom/excludeDeviceGroups",
            json!(["pool", "pond"]),
            "`items[0].distribution.custom.excludeDeviceGroups[0]`: there is no device group `pond`",
        ),
        (
            "/items/0/distribution/custom/includeUsers",
            json!(["ann", "eve"]),
            "`items[0].distribution.custom.includeUsers[1]`: there is no user `eve`",
        ),
        (
            "/appGroups",
            json!({ "id": "office", "tags": ["x"], "distribution": { "custom": { "includeUserGroups": ["none"] } } }),
            "`appGroups[0].distribution.custom.includeUserGroups[0]`: there is no user group `none`",
        ),
        (
            "/users/1",
            json!({ "id": "ann", "groups": ["staff"], "unknownGroups": ["staff"] }),
            "`users[1].unknownGroups`: `staff` is both known and unknown",
        ),
    ] {
        let error = refused(&with(path, value));
        assert!(error.starts_with(expected), "{error}\nshould start with\n{expected}");
    }
}

#[test]
fn groups_that_ask_for_each_other_are_named_in_their_order() {
    let mut snapshot = with("/userGroups", json!({ "id": "a", "rule": "user in group \"b\"" }));
    let groups = snapshot["userGroups"].as_array_mut().unwrap();
    groups.push(json!({ "id": "b", "rule": "any of (user in group \"staff\", user not in group \"c\")" }));
    groups.push(json!({ "id": "c", "rule": "user in group \"a\"" }));
    groups.push(json!({ "id": "d", "rule": "user in group \"c\"" }));
    assert_eq!(
        refused(&snapshot),
        "`userGroups[2].rule`: the user groups `a` → `b` → `c` → `a` ask for each other, so nobody can tell who is in them"
    );
    let own = with("/deviceGroups", json!({ "id": "x", "rule": "device not in group \"x\"" }));
    assert_eq!(
        refused(&own),
        "`deviceGroups[1].rule`: the device groups `x` → `x` ask for each other, so nobody can tell who is in them"
    );
}

#[test]
fn what_is_not_json_is_refused_with_its_place() {
    for (text, expected) in [
        ("", "the text ends too early, expected struct Snapshot at line 1 column 1"),
        ("{\"version\": 1} x", "expected the end of the text at line 1 column 16"),
        ("[]", "expected struct Snapshot at line 1 column 1"),
        ("{\"version\": 1, \"users\": [{]}", "`users[0]`: expected `\"` at line 1 column 27"),
    ] {
        let error = Snapshot::from_json(text).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

proptest! {
    #![proptest_config(crate::cases(128))]

    #[test]
    fn damage_is_refused_or_harmless_and_never_a_panic(snapshot in worlds::snapshot(), at in any::<prop::sample::Index>(), with in any::<u8>()) {
        let mut bytes = snapshot.to_json().unwrap().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = with;
        if let Ok(text) = String::from_utf8(bytes)
            && let Ok(snapshot) = Snapshot::from_json(&text)
        {
            drop(Engine::new(&snapshot));
        }
    }
}
