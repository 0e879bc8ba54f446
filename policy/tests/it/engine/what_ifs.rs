//! What a change would do to an organisation (spec C6).

use std::collections::BTreeSet;

use baton_policy::engine::Change;
use baton_policy::snapshot::{Snapshot, User};
use baton_policy::what_if::{ChangeKind, Danger, Difference};
use baton_policy::{CustomDistribution, DeviceId, Distribution, Engine, Fact, ItemId, Outcome, Truth};
use proptest::prelude::*;

use super::worlds;

const WARD: &str = r#"{
    "version": 1,
    "attributes": { "user": [{ "id": "Ward", "type": "number" }] },
    "userGroups": [{ "id": "ward-3", "rule": "user.\"Ward\" is 3" }, { "id": "staff" }],
    "users": [{ "id": "nobody", "nobody": true }, { "id": "ann", "attributes": { "Ward": 3 } }, { "id": "ben" }],
    "devices": [
        { "id": "held", "holder": "ann",
          "facts": { "platform": { "value": "ios" }, "enrollment": "device", "ownership": "company" } },
        { "id": "free", "holder": "nobody",
          "facts": { "platform": { "value": "ios" }, "enrollment": "device", "ownership": "company" } }
    ],
    "items": [
        { "id": "clip", "kind": "secureSignIn", "role": "signInClip", "distribution": "allDevices" },
        { "id": "chart", "kind": "storeApp", "distribution": { "custom": { "includeUserGroups": ["ward-3"] } } }
    ]
}"#;

fn ward() -> Engine {
    Engine::new(&Snapshot::from_json(WARD).unwrap()).unwrap()
}

/// Each change in a few words.
fn told(difference: &Difference) -> Vec<String> {
    let told = difference.changes.iter().map(|change| {
        let when = if change.at_sign_out { " at sign-out" } else { "" };
        format!("{} {} {}{when}", change.device, change.kind, change.item)
    });
    told.collect()
}

#[test]
fn an_attribute_takes_away_what_its_group_gave() {
    let change = Change::UserAttribute { user: "ann".into(), attribute: "Ward".into(), value: Fact::Empty };
    let difference = ward().what_if(&[change]).unwrap();
    assert_eq!(told(&difference), ["held lose chart"]);
    assert_eq!((difference.totals.devices, difference.totals.lose, difference.totals.unchanged), (2, 1, 1));
}

#[test]
fn changes_are_made_one_after_the_other() {
    let ward_of_ben = Change::UserAttribute {
        user: "ben".into(),
        attribute: "Ward".into(),
        value: Fact::Value(baton_policy::Scalar::Text("3".to_owned())),
    };
    let to_ben = Change::Holder { device: "free".into(), user: "ben".into() };
    assert_eq!(told(&ward().what_if(std::slice::from_ref(&to_ben)).unwrap()), [""; 0]);
    assert_eq!(told(&ward().what_if(&[ward_of_ben, to_ben]).unwrap()), ["free gain chart"]);
}

#[test]
fn losing_the_sign_in_page_is_a_danger_now_and_at_sign_out() {
    let engine = ward();
    let mut clip = engine.item_at(engine.item(&"clip".into()).unwrap()).unwrap().clone();
    let groups = BTreeSet::from(["ward-3".into()]);
    clip.distribution = Distribution::Custom(CustomDistribution { include_user_groups: groups, ..Default::default() });
    let difference = engine.what_if(&[Change::PutItem(Box::new(clip))]).unwrap();
    assert_eq!(told(&difference), ["held lose clip at sign-out", "free lose clip"]);
    let dangers: Vec<_> = difference.changes.iter().map(|change| change.danger).collect();
    assert_eq!(dangers, [Some(Danger::SignInLostAtSignOut), Some(Danger::SignInLost)]);
    assert_eq!((difference.totals.danger, difference.totals.keep), (2, 1));
}

#[test]
fn what_is_undecided_for_the_next_holder_is_lost_and_for_the_same_one_undecided() {
    let unknown =
        |user: &str| Change::UserAttribute { user: user.into(), attribute: "Ward".into(), value: Fact::Unknown };
    let to_ben = Change::Holder { device: "held".into(), user: "ben".into() };
    assert_eq!(told(&ward().what_if(&[unknown("ann")]).unwrap()), ["held undecided chart"]);
    assert_eq!(told(&ward().what_if(&[unknown("ben"), to_ben]).unwrap()), ["held lose chart"]);
}

#[test]
fn what_comes_gains_and_what_goes_loses() {
    let engine = ward();
    let new = Change::RemoveDevice("free".into());
    assert_eq!(
        told(&engine.what_if(&[new, Change::RemoveItem("chart".into())]).unwrap()),
        ["held lose chart", "free lose clip"]
    );
}

#[test]
fn a_change_that_does_not_fit_is_named_and_nothing_is_told() {
    let member = Change::UserInGroup { user: "ann".into(), group: "ward-3".into(), member: Truth::True };
    let error = ward().what_if(&[Change::PutUser(User::new("cat")), member]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`changes[1].group`: the user group `ward-3` has a rule, so nobody can be put into it by hand"
    );
}

/// What becomes of an item, decision by decision.
fn by_hand(old: &Engine, new: &Engine, device: &DeviceId, item: &ItemId) -> Option<ChangeKind> {
    let outcome = |engine: &Engine| match (engine.item(item), engine.device(device)) {
        (Some(item), Some(device)) => engine.decide(item, device).outcome,
        _ => Outcome::Deny,
    };
    let holder = |engine: &Engine| {
        engine.device(device).and_then(|device| engine.user_id(engine.holder(device).unwrap()).cloned())
    };
    let (was, mut will) = (outcome(old), outcome(new));
    if holder(old) != holder(new) && will == Outcome::Unknown {
        will = Outcome::Deny;
    }
    let gets = |outcome| matches!(outcome, Outcome::Allow | Outcome::Partial);
    match (was, will) {
        _ if gets(was) && gets(will) || was == will => None,
        _ if gets(will) => Some(ChangeKind::Gain),
        (_, Outcome::Deny) => Some(ChangeKind::Lose),
        _ => Some(ChangeKind::Undecided),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_what_if_says_what_decisions_say(
        snapshot in worlds::snapshot(),
        changes in prop::collection::vec(worlds::change(), 1..6),
    ) {
        let old = Engine::new(&snapshot).unwrap();
        let mut new = old.clone();
        let changes: Vec<Change> = changes.into_iter().filter(|change| new.apply(change).is_ok()).collect();
        let difference = old.what_if(&changes).unwrap();
        let mut expected = Vec::new();
        let devices: BTreeSet<DeviceId> = old.devices().chain(new.devices()).map(|(_, id)| id.clone()).collect();
        let items: BTreeSet<ItemId> = old.items().chain(new.items()).map(|(_, item)| item.id.clone()).collect();
        for device in &devices {
            for item in &items {
                expected.extend(by_hand(&old, &new, device, item).map(|kind| format!("{device} {kind} {item}")));
            }
        }
        let mut now = told(&difference);
        now.retain(|change| !change.ends_with("at sign-out"));
        now.sort();
        expected.sort();
        prop_assert_eq!(now, expected);
        prop_assert_eq!(difference.totals.devices as usize, devices.len());
        for change in difference.changes.iter().filter(|change| change.at_sign_out) {
            let (item, device) = (new.item(&change.item), new.device(&change.device).unwrap());
            let nobody = new.nobody();
            let keeps = item.zip(nobody).is_some_and(|(item, nobody)| new.decide_for(item, device, nobody).permits());
            prop_assert!(!keeps && change.before.permits() && change.danger.is_some());
        }
    }
}
