//! Apple's table: it reads, it is whole, and it says what Apple's schema says. The last needs the capabilities as JSON,
//! which is no part of the project: the file is looked for at `BATON_APPLE_CAPABILITIES`, else beside the checkout in
//! `shared/apple-capabilities.json`; without it the test says that it did nothing.

mod schema;

use std::collections::{BTreeMap, BTreeSet};

use baton_policy::apple::{Item, Kind, Row, Table, Verdict, decide_item, decide_key, rows};
use baton_policy::{Command, DeviceFacts, EnrollmentType, Fact, OsVersion, Ownership, Platform, decide_command};
use proptest::prelude::*;

use crate::worlds;

#[test]
fn every_line_of_the_table_is_understood() {
    assert_eq!(Table::get().unreadable(), [""; 0]);
}

#[test]
fn the_table_is_whole() {
    let table = Table::get();
    let mut items: BTreeMap<Kind, usize> = BTreeMap::new();
    for item in table.items() {
        *items.entry(item.kind).or_default() += 1;
    }
    let expected = [(Kind::Command, 66), (Kind::CheckIn, 9), (Kind::Profile, 128), (Kind::Declaration, 51)];
    assert_eq!(items, expected.into_iter().chain([(Kind::MachineInfo, 1)]).collect());
    let (asked, answered): (Vec<_>, Vec<_>) = table.items().flat_map(Item::keys).partition(|key| !key.in_answer);
    assert_eq!((asked.len(), answered.len()), (574, 48));
}

#[test]
fn a_file_names_one_item_and_its_keys_differ() {
    let mut files = BTreeSet::new();
    for item in Table::get().items() {
        assert!(files.insert(item.file()), "{} twice", item.file());
        let mut keys = BTreeSet::new();
        for key in item.keys() {
            assert!(keys.insert(key.name), "{}: {} twice", item.file(), key.name);
        }
    }
}

/// Looking a file up relies on this.
#[test]
fn the_files_of_a_text_are_in_order() {
    let table = Table::get();
    for item in table.items() {
        assert_eq!(table.item(item.kind, item.stem).map(|found| found.stem), Some(item.stem));
    }
}

#[test]
fn a_name_that_several_payloads_share_names_none_of_them() {
    let table = Table::get();
    assert!(table.item(Kind::Profile, "com.apple.MCX").is_none());
    assert!(table.item(Kind::Profile, "com.apple.MCX(TimeServer)").is_some());
    // Here one of the two files carries the name itself.
    let extensible = table.item(Kind::Profile, "com.apple.extensiblesso").unwrap();
    assert_eq!(extensible.stem, "com.apple.extensiblesso");
    assert_eq!(table.item(Kind::Command, "EraseDevice").unwrap().stem, "device.erase");
}

#[test]
fn a_key_that_is_not_listed_follows_its_payload() {
    let table = Table::get();
    let facts = DeviceFacts { platform: Fact::Value(Platform::Macos), ..device(EnrollmentType::User) };
    let firewall = table.item(Kind::Profile, "com.apple.security.firewall").unwrap();
    assert_eq!(decide_key(firewall, "EnableFirewall", &facts), decide_item(firewall, &facts));
    let restrictions = table.item(Kind::Profile, "com.apple.applicationaccess").unwrap();
    assert_eq!(decide_key(restrictions, "allowEverything", &facts).reason.as_str(), "no-such-key");
}

fn device(enrollment: EnrollmentType) -> DeviceFacts {
    DeviceFacts {
        platform: Fact::Value(Platform::Ios),
        os_version: Fact::Value(OsVersion::new(26, 4, 0)),
        ..DeviceFacts::new(enrollment, Ownership::User)
    }
}

/// Under User Enrollment a row's verdict and a decision about a new device are the same answer.
#[test]
fn rows_and_decisions_agree_under_user_enrollment() {
    let table = Table::get();
    let install = Command::InstallProfile;
    for row in rows() {
        if row.enrollment != EnrollmentType::User || row.removed.is_some() {
            continue;
        }
        let item = table.items().find(|item| item.file() == row.file).unwrap();
        let facts = DeviceFacts { platform: Fact::Value(row.platform), ..device(EnrollmentType::User) };
        let decision = match row.key {
            None => decide_item(item, &facts),
            Some(key) => decide_key(item, key, &facts),
        };
        let permits = match row.verdict {
            Verdict::Allowed | Verdict::Required | Verdict::Ignored => {
                row.key.is_some() || item.kind != Kind::Profile || decide_command(install, &facts).permits()
            }
            Verdict::Forbidden | Verdict::Unsupported => false,
        };
        assert_eq!(decision.permits(), permits, "{row:?}: {decision:?}");
    }
}

proptest! {
    /// What the compiler looked up is what the table says.
    #[test]
    fn a_command_is_decided_as_the_table_has_it(
        command in proptest::sample::select(Command::ALL),
        facts in worlds::facts(),
    ) {
        let table = Table::get();
        let (name, key) = command.as_str().split_once('/').map_or((command.as_str(), false), |(name, _)| (name, true));
        let item = table.item(Kind::Command, name).unwrap();
        let by_table =
            if key { decide_key(item, command.as_str(), &facts) } else { decide_item(item, &facts) };
        prop_assert_eq!(decide_command(command, &facts), by_table);
    }
}

/// A row's place, without the channel: under one enrollment Apple says the same in each.
fn place(row: &Row) -> (String, Option<&'static str>, Platform, EnrollmentType, bool) {
    (row.file.clone(), row.key, row.platform, row.enrollment, row.supervised)
}

#[test]
fn a_place_has_one_verdict_whatever_the_channel() {
    let mut verdicts: BTreeMap<_, BTreeSet<Verdict>> = BTreeMap::new();
    for row in rows() {
        verdicts.entry(place(&row)).or_default().insert(row.verdict);
    }
    let several: Vec<_> = verdicts.iter().filter(|(_, verdicts)| verdicts.len() > 1).map(|(place, _)| place).collect();
    // The one whose rule changed with a version has a row for each.
    let changed = "mdm/commands/application.remove.yaml".to_owned();
    assert_eq!(several, [&(changed, None, Platform::Macos, EnrollmentType::User, false)]);
}
