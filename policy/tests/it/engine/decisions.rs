//! What the engine decides is what the oracle and the plain distributions decide.

use baton_policy::rule::GroupRef;
use baton_policy::snapshot::{Device, Snapshot, User};
use baton_policy::{self as policy, Decision, Engine, Holder, Outcome, Truth};
use proptest::prelude::*;

use super::{oracle, worlds};

fn holder_of<'a>(snapshot: &'a Snapshot, device: &Device) -> &'a User {
    snapshot.users.iter().find(|user| user.id == device.holder).unwrap()
}

/// The device and the user as the plain distributions know them, with the groups that the oracle sees.
fn plainly(snapshot: &Snapshot, device: &Device, user: &User) -> (policy::Device, Holder) {
    let mut plain = policy::Device::new(device.id.clone(), device.facts.clone(), []);
    for group in &snapshot.device_groups {
        match oracle::is_in(snapshot, &GroupRef::Device(group.id.clone()), device, user) {
            2 => drop(plain.groups.insert(group.id.clone())),
            1 => drop(plain.unknown_groups.insert(group.id.clone())),
            _ => {}
        }
    }
    let mut holder = Holder { is_nobody: user.nobody, ..Holder::person(user.id.clone(), []) };
    for group in &snapshot.user_groups {
        match oracle::is_in(snapshot, &GroupRef::User(group.id.clone()), device, user) {
            2 => drop(holder.groups.insert(group.id.clone())),
            1 => drop(holder.unknown_groups.insert(group.id.clone())),
            _ => {}
        }
    }
    (plain, holder)
}

fn plain_decision(snapshot: &Snapshot, item: usize, device: &Device, user: &User) -> Decision {
    let item = &snapshot.items[item];
    let item = policy::Item {
        id: item.id.clone(),
        kind: item.kind,
        role: item.role,
        distribution: item.distribution.clone(),
        reset_between_people: item.reset_between_people,
        payloads: item.payloads.clone(),
    };
    let (device, holder) = plainly(snapshot, device, user);
    item.decide(&device, &holder)
}

proptest! {
    #![proptest_config(crate::cases(192))]

    #[test]
    fn the_engine_decides_as_the_oracle(snapshot in worlds::snapshot()) {
        let engine = Engine::new(&snapshot).unwrap();
        for item in &snapshot.items {
            let index = engine.item(&item.id).unwrap();
            for device in &snapshot.devices {
                let at = engine.device(&device.id).unwrap();
                let holder = holder_of(&snapshot, device);
                let expected = oracle::outcome(&snapshot, item, device, holder);
                prop_assert_eq!(engine.decide(index, at).outcome, expected, "{} on {}", item.id, device.id);
                for user in &snapshot.users {
                    let expected = oracle::outcome(&snapshot, item, device, user);
                    let user_index = engine.user(&user.id).unwrap();
                    let decided = engine.decide_for(index, at, user_index).outcome;
                    prop_assert_eq!(decided, expected, "{} on {} for {}", item.id, device.id, user.id);
                }
            }
        }
    }

    #[test]
    fn the_engine_gives_the_reason_that_the_plain_distribution_gives(mut snapshot in worlds::snapshot()) {
        snapshot.app_groups.clear();
        let engine = Engine::new(&snapshot).unwrap();
        for (number, item) in snapshot.items.iter().enumerate() {
            let index = engine.item(&item.id).unwrap();
            for device in &snapshot.devices {
                let at = engine.device(&device.id).unwrap();
                for user in &snapshot.users {
                    prop_assert_eq!(
                        engine.decide_for(index, at, engine.user(&user.id).unwrap()),
                        plain_decision(&snapshot, number, device, user)
                    );
                }
            }
        }
    }

    #[test]
    fn rows_and_outcomes_say_what_single_decisions_say(snapshot in worlds::snapshot()) {
        let engine = Engine::new(&snapshot).unwrap();
        for (item, _) in engine.items() {
            let (row, outcomes) = (engine.row(item), engine.outcomes(item));
            for (device, _) in engine.devices() {
                let decision = engine.decide(item, device);
                prop_assert_eq!(row.decision(&engine, item, device), decision);
                let expected = match decision.outcome {
                    Outcome::Allow | Outcome::Partial => Truth::True,
                    Outcome::Unknown => Truth::Unknown,
                    Outcome::Deny => Truth::False,
                };
                prop_assert_eq!(outcomes.of(device), expected);
            }
        }
    }

    #[test]
    fn members_of_groups_are_those_the_oracle_sees(snapshot in worlds::snapshot()) {
        let engine = Engine::new(&snapshot).unwrap();
        let groups = snapshot.user_groups.iter().map(|group| GroupRef::User(group.id.clone()));
        for group in groups.chain(snapshot.device_groups.iter().map(|group| GroupRef::Device(group.id.clone()))) {
            for device in &snapshot.devices {
                let expected = match oracle::is_in(&snapshot, &group, device, holder_of(&snapshot, device)) {
                    2 => Truth::True,
                    1 => Truth::Unknown,
                    _ => Truth::False,
                };
                prop_assert_eq!(engine.is_in(engine.device(&device.id).unwrap(), &group), expected);
            }
        }
    }

    #[test]
    fn exclude_wins(mut snapshot in worlds::snapshot(), by_app_group in any::<bool>()) {
        // Everyone is excluded, whatever includes them.
        snapshot.user_groups[3].rule = Some("all of ()".into());
        let excluding = policy::Distribution::Custom(policy::CustomDistribution {
            exclude_user_groups: ["u3".into()].into(),
            ..policy::CustomDistribution::default()
        });
        let app = by_app_group && snapshot.items[0].kind.is_app() && !snapshot.items[0].tags.is_empty();
        if app {
            let tags = snapshot.items[0].tags.clone();
            let group = policy::snapshot::AppGroup { id: "g9".into(), name: None, tags, distribution: excluding };
            snapshot.app_groups.push(group);
        } else if let policy::Distribution::Custom(custom) = &mut snapshot.items[0].distribution {
            custom.exclude_user_groups.insert("u3".into());
        } else {
            return Ok(());
        }
        let engine = Engine::new(&snapshot).unwrap();
        let item = engine.item(&snapshot.items[0].id).unwrap();
        prop_assert_eq!(engine.outcomes(item).count() + engine.outcomes(item).count_unknown(), 0);
    }

    #[test]
    fn including_one_more_group_takes_an_item_from_nobody(
        snapshot in worlds::snapshot(),
        group in proptest::sample::select(vec!["u0", "u1", "u2", "u3"]),
    ) {
        let mut wider = snapshot.clone();
        for item in &mut wider.items {
            if let policy::Distribution::Custom(custom) = &mut item.distribution {
                custom.include_user_groups.insert(group.into());
            }
        }
        let (before, after) = (Engine::new(&snapshot).unwrap(), Engine::new(&wider).unwrap());
        let rank = |outcome| match outcome {
            Outcome::Deny => 0,
            Outcome::Unknown => 1,
            Outcome::Allow | Outcome::Partial => 2,
        };
        for (item, _) in before.items() {
            for (device, _) in before.devices() {
                prop_assert!(rank(after.decide(item, device).outcome) >= rank(before.decide(item, device).outcome));
            }
        }
    }
}
