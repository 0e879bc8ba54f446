//! After any change the engine is what a new one would be (design "Policy crate").

use baton_policy::engine::Change;
use baton_policy::rule::GroupRef;
use baton_policy::snapshot::Snapshot;
use baton_policy::{DeviceId, Engine, Truth};
use proptest::prelude::*;

use super::worlds;

/// Everything that can be asked, under ids: numbers may differ.
fn answers(engine: &Engine, snapshot: &Snapshot) -> Vec<String> {
    let mut answers = Vec::new();
    for device in &snapshot.devices {
        let at = engine.device(&device.id).unwrap();
        answers.push(format!("{} is held by {:?}", device.id, engine.holder(at).and_then(|user| engine.user_id(user))));
        for item in &snapshot.items {
            let index = engine.item(&item.id).unwrap();
            answers.push(format!("{} on {}: {:?}", item.id, device.id, engine.decide(index, at)));
            for user in &snapshot.users {
                let user = engine.user(&user.id).unwrap();
                answers.push(format!("{:?}", engine.decide_for(index, at, user)));
            }
        }
        let groups = snapshot.user_groups.iter().map(|group| GroupRef::User(group.id.clone()));
        for group in groups.chain(snapshot.device_groups.iter().map(|group| GroupRef::Device(group.id.clone()))) {
            answers.push(format!("{} in {group:?}: {}", device.id, engine.is_in(at, &group)));
        }
    }
    for item in &snapshot.items {
        let outcomes = engine.outcomes(engine.item(&item.id).unwrap());
        answers.push(format!("{}: {} and {}", item.id, outcomes.count(), outcomes.count_unknown()));
    }
    for user in &snapshot.users {
        let index = engine.user(&user.id).unwrap();
        for group in &snapshot.user_groups {
            answers.push(format!("{:?}", engine.user_is_in(index, &GroupRef::User(group.id.clone()))));
        }
    }
    answers.push(format!("{:?}", engine.nobody().and_then(|nobody| engine.user_id(nobody))));
    answers
}

/// Which of the devices get which items.
fn gets(engine: &Engine, device: &DeviceId) -> Option<Vec<Truth>> {
    let at = engine.device(device)?;
    Some(engine.items().map(|(item, _)| engine.outcomes(item).of(at)).collect())
}

proptest! {
    #![proptest_config(crate::cases(128))]

    #[test]
    fn a_changed_engine_is_a_new_one(
        mut snapshot in worlds::snapshot(),
        changes in prop::collection::vec(worlds::change(), 1..16),
    ) {
        let mut engine = Engine::new(&snapshot).unwrap();
        for change in &changes {
            let mut changed = snapshot.clone();
            let fits = changed.apply(change).and_then(|()| Engine::new(&changed));
            match (engine.apply(change), fits) {
                (Ok(effect), Ok(anew)) => {
                    prop_assert_eq!(answers(&engine, &changed), answers(&anew, &changed), "after {:?}", change);
                    for device in &changed.devices {
                        let at = engine.device(&device.id).unwrap();
                        let is_told = effect.devices().any(|concerned| concerned == at);
                        let before = gets(&Engine::new(&snapshot).unwrap(), &device.id);
                        let items = |snapshot: &Snapshot| snapshot.items.iter().map(|item| item.id.clone()).collect::<Vec<_>>();
                        if items(&snapshot) == items(&changed) {
                            prop_assert!(is_told || before == gets(&engine, &device.id), "{} after {:?}", device.id, change);
                        }
                    }
                    snapshot = changed;
                }
                (Err(_), Err(_)) => prop_assert_eq!(answers(&engine, &snapshot), answers(&Engine::new(&snapshot).unwrap(), &snapshot)),
                (applied, fits) => prop_assert!(false, "{:?}: {:?} but {:?}", change, applied, fits.map(|_| ())),
            }
        }
    }

    #[test]
    fn changes_survive_json(change in worlds::change()) {
        let json = serde_json::to_string(&change).unwrap();
        prop_assert_eq!(serde_json::from_str::<Change>(&json).unwrap(), change);
    }

    #[test]
    fn snapshots_survive_json(snapshot in worlds::snapshot()) {
        prop_assert_eq!(Snapshot::from_json(&snapshot.to_json().unwrap()), Ok(snapshot));
    }
}
