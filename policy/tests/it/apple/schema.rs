//! Against the capabilities as JSON, read by an independent reading of Apple's rules.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests fail as tests do, and say what they skip"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use baton_policy::apple::{
    Channel, Channels, Enrollments, Entry, Kind, PerSystem, SharedIpad, Table, UserEnrollment, Verdict, rows,
};
use baton_policy::{EnrollmentType, OsVersion, Platform};
use serde_json::{Map, Value};

const SYSTEMS: [(&str, Platform); 5] = [
    ("iOS", Platform::Ios),
    ("macOS", Platform::Macos),
    ("tvOS", Platform::Tvos),
    ("visionOS", Platform::Visionos),
    ("watchOS", Platform::Watchos),
];

type Facts = Map<String, Value>;

/// The file, or nothing where it is not there.
fn capabilities() -> Option<Value> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/apple-capabilities.json");
    let path = std::env::var_os("BATON_APPLE_CAPABILITIES").map_or(beside, PathBuf::from);
    match fs::read_to_string(&path) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(error) => {
            println!("SKIPPED, Apple's capabilities are not at {}: {error}", path.display());
            None
        }
    }
}

/// Places where Baton's table knows more: `file key-or-dash platform reason`, as in `apple-exceptions.txt`.
fn exceptions() -> BTreeSet<(String, String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables/apple-exceptions.txt");
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let mut words = line.splitn(4, ' ').map(str::to_owned);
            let place = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
            assert!(words.next().is_some_and(|reason| !reason.is_empty()), "`{line}` gives no reason");
            place
        })
        .collect()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// For each thing of the file: its file, its key, and what holds on each system, inheritance resolved.
fn subjects(capabilities: &Value) -> Vec<(&Value, Option<&str>, BTreeMap<&'static str, Facts>)> {
    let mut subjects = Vec::new();
    for item in capabilities["items"].as_array().unwrap() {
        let whole = |system| item["os"][system].as_object().cloned();
        let on_systems: BTreeMap<_, _> =
            SYSTEMS.iter().filter_map(|(system, _)| Some((*system, whole(*system)?))).collect();
        subjects.push((item, None, on_systems));
        for key in [&item["keys"], &item["response_keys"]].into_iter().filter_map(Value::as_array).flatten() {
            let merged = |system| {
                let mut facts = whole(system)?;
                facts.extend(key["os"][system].as_object()?.clone());
                Some(facts)
            };
            let on_systems = SYSTEMS.iter().filter_map(|(system, _)| Some((*system, merged(*system)?))).collect();
            subjects.push((item, key["key"].as_str(), on_systems));
        }
    }
    subjects
}

fn systems_of<'a>(table: &'a Table, item: &Value, key: Option<&str>) -> Option<&'a PerSystem> {
    let found = table.items().find(|each| each.file() == text(item, "file"))?;
    assert_eq!((found.kind.as_str(), found.id), (text(item, "kind"), text(item, "id")));
    assert_eq!(found.apply, item["apply"].as_str());
    match key {
        None => Some(&found.systems),
        Some(key) => found.key(key).map(|key| &key.systems),
    }
}

fn version(facts: &Facts, field: &str) -> Option<OsVersion> {
    facts.get(field).map(|version| version.as_str().unwrap().parse().unwrap())
}

fn flag(facts: &Facts, field: &str) -> Option<bool> {
    facts.get(field).map(|flag| flag.as_bool().unwrap())
}

fn words<'a>(facts: &'a Facts, field: &str) -> Option<Vec<&'a str>> {
    facts.get(field).map(|list| list.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect())
}

fn channels(facts: &Facts) -> Channels {
    match words(facts, "allowed-scopes") {
        Some(scopes) => Channels { device: scopes.contains(&"system"), user: scopes.contains(&"user") },
        None => Channels {
            device: flag(facts, "devicechannel").unwrap_or_default(),
            user: flag(facts, "userchannel").unwrap_or_default(),
        },
    }
}

fn shared_ipad(facts: &Facts) -> SharedIpad {
    let Some(shared) = facts.get("sharedipad").and_then(Value::as_object) else { return SharedIpad::Unstated };
    let channels = channels(shared);
    match shared.get("mode").and_then(Value::as_str) {
        Some("forbidden") => SharedIpad::Forbidden,
        Some("required") => SharedIpad::Required(channels),
        Some("ignored") => SharedIpad::Ignored(channels),
        _ if channels == Channels::default() => SharedIpad::Forbidden,
        _ => SharedIpad::Allowed(channels),
    }
}

/// What the file says, as the table would hold it.
fn expected_entry(facts: &Facts) -> Entry {
    Entry {
        introduced: version(facts, "introduced").unwrap(),
        deprecated: version(facts, "deprecated"),
        removed: version(facts, "removed"),
        right: facts.get("accessrights").map(|right| right.as_str().unwrap().parse().unwrap()).unwrap_or_default(),
        needs_supervision: flag(facts, "supervised").unwrap_or_default(),
        needs_automated_enrollment: flag(facts, "requiresdep").unwrap_or_default(),
        needs_user_approval: flag(facts, "userapprovedmdm").unwrap_or_default(),
        mdm_only: flag(facts, "allowmanualinstall") == Some(false),
        multiple: flag(facts, "multiple").unwrap_or_default(),
        channels: channels(facts),
        enrollments: words(facts, "allowed-enrollments").map(|on| Enrollments {
            supervised: on.contains(&"supervised"),
            device: on.contains(&"device"),
            user: on.contains(&"user"),
            local: on.contains(&"local"),
        }),
        user_enrollment: match facts.get("userenrollment").and_then(Value::as_str) {
            Some("forbidden") => UserEnrollment::Forbidden,
            Some("ignored") => UserEnrollment::Ignored,
            Some("required") => UserEnrollment::Required,
            _ => UserEnrollment::Allowed,
        },
        shared_ipad: shared_ipad(facts),
    }
}

#[test]
fn the_table_holds_every_fact_of_apples() {
    let Some(capabilities) = capabilities() else { return };
    let exceptions = exceptions();
    let table = Table::get();
    let mut compared = 0;
    for (item, key, on_systems) in subjects(&capabilities) {
        let file = text(item, "file");
        let systems = systems_of(table, item, key).unwrap_or_else(|| panic!("{file} {key:?} is missing"));
        for (system, platform) in SYSTEMS {
            let place = (file.to_owned(), key.unwrap_or("-").to_owned(), system.to_owned());
            if !exceptions.contains(&place) {
                assert_eq!(systems.on(platform).copied(), on_systems.get(system).map(expected_entry), "{place:?}");
                compared += 1;
            }
        }
    }
    let things = table.items().count() + table.items().map(|item| item.keys().len()).sum::<usize>();
    assert_eq!(compared + exceptions.len(), things * SYSTEMS.len(), "the table has something that the file has not");
}

#[test]
fn the_table_lists_every_key_where_the_file_does() {
    let Some(capabilities) = capabilities() else { return };
    let full: BTreeSet<_> =
        capabilities["header"]["full_keys"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let ours: BTreeSet<_> = Table::get().items().filter(|item| item.lists_every_key).map(|item| item.id).collect();
    assert_eq!(ours, full);
}

const ENROLLMENTS: [(EnrollmentType, bool); 5] = [
    (EnrollmentType::User, false),
    (EnrollmentType::Device, false),
    (EnrollmentType::Device, true),
    (EnrollmentType::AutomatedDevice, false),
    (EnrollmentType::AutomatedDevice, true),
];

/// Apple's reading rules for an ordinary device, straight from the file's words.
fn expected_verdict(
    facts: Option<&Facts>,
    platform: Platform,
    enrollment: EnrollmentType,
    supervised: bool,
) -> Verdict {
    let Some(facts) = facts else { return Verdict::Unsupported };
    let mode = facts.get("userenrollment").and_then(Value::as_str).unwrap_or("allowed");
    let on = words(facts, "allowed-enrollments");
    if enrollment == EnrollmentType::User {
        return match mode {
            _ if matches!(platform, Platform::Tvos | Platform::Watchos) => Verdict::Unsupported,
            _ if on.is_some_and(|on| !on.contains(&"user")) => Verdict::Forbidden,
            mode => mode.parse().unwrap(),
        };
    }
    let kind_of_device = if supervised { "supervised" } else { "device" };
    let refused = mode == "required"
        || facts.get("sharedipad").is_some_and(|shared| shared["mode"] == "required")
        || on.is_some_and(|on| !on.contains(&kind_of_device))
        || (flag(facts, "supervised") == Some(true) && !supervised)
        || (flag(facts, "requiresdep") == Some(true) && enrollment != EnrollmentType::AutomatedDevice);
    if refused { Verdict::Forbidden } else { Verdict::Allowed }
}

#[test]
fn every_row_says_what_apple_says_under_every_enrollment() {
    let Some(capabilities) = capabilities() else { return };
    let exceptions = exceptions();
    let mut ours: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    let mut shared: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for row in rows() {
        let key = row.key.unwrap_or("-").to_owned();
        if row.platform == Platform::Ipados {
            shared.entry((row.file, key)).or_default().insert((row.channel, row.verdict));
        } else {
            let facts = (row.verdict, row.introduced, row.removed, row.deprecated, row.access_rights);
            let place = (row.file, key, row.platform, row.enrollment, row.supervised);
            ours.entry(place).or_default().insert((row.channel, facts));
        }
    }
    for (item, key, on_systems) in subjects(&capabilities) {
        let file = text(item, "file").to_owned();
        let key = key.unwrap_or("-").to_owned();
        for (system, platform) in SYSTEMS {
            for (enrollment, supervised) in ENROLLMENTS {
                let place = (file.clone(), key.clone(), platform, enrollment, supervised);
                let got = ours.remove(&place).unwrap_or_else(|| panic!("{place:?} has no row"));
                if exceptions.contains(&(file.clone(), key.clone(), system.to_owned())) {
                    continue;
                }
                let facts = on_systems.get(system);
                let verdict = expected_verdict(facts, platform, enrollment, supervised);
                let described = facts.filter(|_| verdict != Verdict::Unsupported);
                let version = |field| described.and_then(|facts| version(facts, field));
                let right = described.and_then(|facts| facts.get("accessrights")).and_then(Value::as_str);
                let facts_of_row = (verdict, version("introduced"), version("removed"), version("deprecated"), right);
                let stated = facts.map(channels).unwrap_or_default();
                let want: BTreeSet<_> = in_each(stated).map(|channel| (channel, facts_of_row)).collect();
                assert_eq!(got, want, "{place:?}");
            }
        }
        let want = on_systems.get("iOS").map(shared_ipad).unwrap_or_default();
        let want: BTreeSet<_> = match want {
            SharedIpad::Unstated => BTreeSet::new(),
            SharedIpad::Forbidden => [(Channel::Device, Verdict::Forbidden)].into(),
            SharedIpad::Allowed(stated) => in_each(stated).map(|channel| (channel, Verdict::Allowed)).collect(),
            SharedIpad::Required(stated) => in_each(stated).map(|channel| (channel, Verdict::Required)).collect(),
            SharedIpad::Ignored(stated) => in_each(stated).map(|channel| (channel, Verdict::Ignored)).collect(),
        };
        assert_eq!(
            shared.remove(&(file.clone(), key.clone())).unwrap_or_default(),
            want,
            "{file} {key} on Shared iPad"
        );
    }
    assert_eq!((ours.len(), shared.len()), (0, 0), "the table has rows that the file has not");
}

fn in_each(stated: Channels) -> impl Iterator<Item = Channel> {
    let device = stated.device || !stated.user;
    [(device, Channel::Device), (stated.user, Channel::User)]
        .into_iter()
        .filter_map(|(is_stated, channel)| is_stated.then_some(channel))
}

#[test]
fn every_exception_is_of_something_that_apple_lists() {
    let Some(capabilities) = capabilities() else { return };
    let listed: BTreeSet<_> = subjects(&capabilities)
        .into_iter()
        .flat_map(|(item, key, on_systems)| {
            let place = (text(item, "file").to_owned(), key.unwrap_or("-").to_owned());
            on_systems.into_keys().map(move |system| (place.0.clone(), place.1.clone(), system.to_owned()))
        })
        .collect();
    for exception in exceptions() {
        assert!(listed.contains(&exception), "{exception:?}");
    }
}

#[test]
fn each_kind_of_the_file_is_a_kind_of_the_table() {
    let Some(capabilities) = capabilities() else { return };
    for item in capabilities["items"].as_array().unwrap() {
        assert!(text(item, "kind").parse::<Kind>().is_ok(), "{}", text(item, "kind"));
    }
}
