//! Fleets that are larger than a block, with a Nobody who holds most of it.

use baton_policy::engine::Change;
use baton_policy::snapshot::{Device, Group, Item, Snapshot, User};
use baton_policy::{
    CustomDistribution, DeviceFacts, Distribution, Engine, EnrollmentType, Fact, ItemKind, Ownership, Platform, Truth,
};

use super::worlds;

const DEVICES: usize = 1_300;

/// Every third device is held by somebody, the others by Nobody.
fn fleet() -> Snapshot {
    let people = (0..DEVICES / 3).map(|number| User::new(format!("user-{number}")));
    let nobody = User { nobody: true, ..User::new("nobody") };
    let devices = (0..DEVICES).map(|number| {
        let holder = if number % 3 == 0 && number / 3 < DEVICES / 3 {
            format!("user-{}", number / 3)
        } else {
            "nobody".to_owned()
        };
        let platform = if number % 5 == 0 { Platform::Macos } else { Platform::Ios };
        let facts =
            DeviceFacts { platform: platform.into(), ..DeviceFacts::new(EnrollmentType::Device, Ownership::Company) };
        Device::new(format!("device-{number}"), holder, facts)
    });
    let mut owners = Group::new("owners", Some(r#"user."Multiuser owner" is yes"#.into()));
    owners.name = Some("Owners".to_owned());
    let to = |groups: [&str; 1]| {
        Distribution::Custom(CustomDistribution {
            include_device_groups: groups.map(Into::into).into(),
            ..CustomDistribution::default()
        })
    };
    Snapshot {
        attributes: worlds::attributes(),
        user_groups: vec![owners],
        device_groups: vec![
            Group::new("owned", Some(r#"all of (user in group "Owners", device.platform is ios)"#.into())),
            Group::new("ward", None),
        ],
        users: people.chain([nobody]).collect(),
        devices: devices.collect(),
        items: vec![
            Item::new("clip", ItemKind::WebClip, to(["owned"])),
            Item::new("wifi", ItemKind::WiFi, to(["ward"])),
        ],
        ..Snapshot::default()
    }
}

fn owner(user: &str, value: &Fact<bool>) -> Change {
    let value = match value {
        Fact::Value(yes) => Fact::Value(baton_policy::Scalar::YesNo(*yes)),
        Fact::Empty => Fact::Empty,
        Fact::Unknown => Fact::Unknown,
    };
    Change::UserAttribute { user: user.into(), attribute: "Multiuser owner".into(), value }
}

fn must_be_new(engine: &Engine, snapshot: &Snapshot) {
    let anew = Engine::new(snapshot).unwrap();
    for (item, _) in engine.items() {
        let (row, outcomes) = (engine.row(item), engine.outcomes(item));
        for (device, id) in engine.devices() {
            let other = anew.device(id).unwrap();
            assert_eq!(engine.decide(item, device), anew.decide(item, other), "{id}");
            assert_eq!(row.decision(engine, item, device), engine.decide(item, device), "{id}");
            assert_eq!(outcomes.of(device), anew.outcomes(item).of(other), "{id}");
        }
    }
}

#[test]
fn what_changes_for_nobody_changes_on_every_device_that_is_signed_out() {
    let mut snapshot = fleet();
    let mut engine = Engine::new(&snapshot).unwrap();
    let held_by_nobody = snapshot.devices.iter().filter(|device| device.holder.as_str() == "nobody");
    let phones = held_by_nobody.filter(|device| device.facts.platform == Fact::Value(Platform::Ios)).count();
    let clip = engine.item(&"clip".into()).unwrap();
    for (value, count, unknown) in [(Fact::Value(true), phones, 0), (Fact::Unknown, 0, phones), (Fact::Empty, 0, 0)] {
        let change = owner("nobody", &value);
        let effect = engine.apply(&change).unwrap();
        snapshot.apply(&change).unwrap();
        assert_eq!(effect.len(), phones);
        assert_eq!((engine.outcomes(clip).count(), engine.outcomes(clip).count_unknown()), (count, unknown));
    }
    must_be_new(&engine, &snapshot);
}

#[test]
fn a_device_that_changes_hands_follows_its_holder() {
    let mut snapshot = fleet();
    let mut engine = Engine::new(&snapshot).unwrap();
    let mut changes = vec![owner("user-3", &Fact::Value(true)), owner("nobody", &Fact::Value(true))];
    changes.extend((0..DEVICES).step_by(7).map(|number| Change::Holder {
        device: format!("device-{number}").into(),
        user: if number % 2 == 0 { "user-3".into() } else { "nobody".into() },
    }));
    changes.push(owner("user-3", &Fact::Empty));
    for change in &changes {
        engine.apply(change).unwrap();
        snapshot.apply(change).unwrap();
    }
    must_be_new(&engine, &snapshot);
}

#[test]
fn devices_come_and_go_across_blocks() {
    let mut snapshot = fleet();
    let mut engine = Engine::new(&snapshot).unwrap();
    let mut changes = Vec::new();
    for number in (0..DEVICES).step_by(3) {
        changes.push(Change::RemoveDevice(format!("device-{number}").into()));
    }
    changes.push(owner("nobody", &Fact::Value(true)));
    for number in 0..800 {
        let mut device = snapshot.devices[number % 7].clone();
        device.id = format!("new-{number}").into();
        device.holder = if number % 2 == 0 { "nobody".into() } else { "user-1".into() };
        changes.push(Change::PutDevice(Box::new(device)));
        let member = if number % 4 == 0 { Truth::Unknown } else { Truth::True };
        changes.push(Change::DeviceInGroup { device: format!("new-{number}").into(), group: "ward".into(), member });
    }
    for change in &changes {
        engine.apply(change).unwrap();
        snapshot.apply(change).unwrap();
    }
    must_be_new(&engine, &snapshot);
}
