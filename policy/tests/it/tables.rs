//! The finite spaces, enumerated whole against checked-in tables in `tests/tables`.
//! `BATON_WRITE_TABLES=1 cargo test -p baton-policy` writes them anew; read the difference.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use baton_policy::catalogue::can_take;
use baton_policy::{
    Action, Actor, Command, Decision, DeviceFacts, EnrollmentType, Fact, ItemKind, OsVersion, Ownership, Platform,
    Role, Supervision, decide_action, decide_command,
};

const ADMINISTRATOR: Actor = Actor { role: Role::Administrator, is_holder: false, device_is_shared: false };

pub const SUPERVISIONS: [Fact<Supervision>; 3] =
    [Fact::Value(Supervision::Supervised), Fact::Value(Supervision::Unsupervised), Fact::Unknown];

pub fn platforms() -> impl Iterator<Item = Fact<Platform>> {
    Platform::ALL.iter().map(|&platform| Fact::Value(platform)).chain([Fact::Unknown])
}

/// A device of today in lost mode: nothing stands in the way but platform and enrollment.
pub fn device(enrollment: EnrollmentType, platform: Fact<Platform>, supervision: Fact<Supervision>) -> DeviceFacts {
    DeviceFacts {
        platform,
        os_version: Fact::Value(OsVersion::new(26, 1, 0)),
        supervision,
        lost_mode: Fact::Value(true),
        ..DeviceFacts::new(enrollment, Ownership::Company)
    }
}

pub fn name<T: ToString>(fact: Fact<T>) -> String {
    match fact {
        Fact::Value(value) => value.to_string(),
        Fact::Empty | Fact::Unknown => "unknown".to_owned(),
    }
}

pub fn cell(decision: Decision) -> String {
    format!("{} {} {}", decision.outcome, decision.reason, decision.source)
}

/// One line per enrollment and supervision: each answer with the platforms that get it. Where
/// supervision changes nothing, one line stands for all. Ownership changes nothing anywhere.
pub fn by_device(subject: &str, decide: impl Fn(&DeviceFacts) -> Decision) -> String {
    let mut table = format!("{subject}\n");
    for &enrollment in EnrollmentType::ALL {
        let lines = SUPERVISIONS.map(|supervision| {
            let answers = platforms().map(|platform| {
                let companys = device(enrollment, platform, supervision);
                let users = DeviceFacts { ownership: Ownership::User, ..companys.clone() };
                let answer = cell(decide(&companys));
                assert_eq!(cell(decide(&users)), answer, "{subject} of {users:?}");
                (name(platform), answer)
            });
            (name(supervision), by_answer(answers))
        });
        if lines.iter().all(|(_, answers)| *answers == lines[0].1) {
            let _ = writeln!(table, "  {enrollment:<16}{:<13}{}", "any", lines[0].1);
        } else {
            for (supervision, answers) in lines {
                let _ = writeln!(table, "  {enrollment:<16}{supervision:<13}{answers}");
            }
        }
    }
    table
}

fn by_answer(answers: impl Iterator<Item = (String, String)>) -> String {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (platform, answer) in answers {
        match groups.iter_mut().find(|(known, _)| *known == answer) {
            Some((_, platforms)) => platforms.push(platform),
            None => groups.push((answer, vec![platform])),
        }
    }
    let groups: Vec<String> =
        groups.into_iter().map(|(answer, platforms)| format!("{answer}: {}", platforms.join(" "))).collect();
    groups.join(" | ")
}

pub fn assert_table(file: &str, head: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables").join(file);
    let actual = format!("{head}\n\n{actual}");
    if std::env::var_os("BATON_WRITE_TABLES").is_some() {
        std::fs::write(&path, &actual).expect("the table can be written");
    }
    let expected = std::fs::read_to_string(&path).expect("the table is checked in");
    let difference = expected.lines().zip(actual.lines()).find(|(expected, actual)| expected != actual);
    assert_eq!(difference, None, "{file} differs (expected, actual)");
    assert_eq!(expected, actual, "{file} differs in length");
}

#[test]
fn every_action_on_every_kind_of_device_is_as_the_table_says() {
    let table: String = Action::ALL
        .iter()
        .map(|&action| by_device(action.as_str(), |facts| decide_action(action, facts, &ADMINISTRATOR)))
        .collect();
    assert_table(
        "actions.txt",
        "Actions of an administrator: enrollment, supervision, then each answer and its platforms.",
        &table,
    );
}

#[test]
fn every_command_on_every_kind_of_device_is_as_the_table_says() {
    let table: String = Command::ALL
        .iter()
        .map(|&command| by_device(command.as_str(), |facts| decide_command(command, facts)))
        .collect();
    assert_table(
        "commands.txt",
        "Apple's commands: enrollment, supervision, then each answer and its platforms.",
        &table,
    );
}

#[test]
fn every_kind_of_item_on_every_kind_of_device_is_as_the_table_says() {
    let table: String =
        ItemKind::ALL.iter().map(|&kind| by_device(kind.as_str(), |facts| can_take(kind, facts))).collect();
    assert_table(
        "items.txt",
        "What a device can take: enrollment, supervision, then each answer and its platforms.",
        &table,
    );
}

fn actors() -> Vec<Actor> {
    let mut actors = Vec::new();
    for &role in Role::ALL {
        for is_holder in [true, false] {
            for device_is_shared in [true, false] {
                actors.push(Actor { role, is_holder, device_is_shared });
            }
        }
    }
    actors
}

/// A supervised iPhone in lost mode can do everything.
fn capable() -> DeviceFacts {
    device(EnrollmentType::AutomatedDevice, Fact::Value(Platform::Ios), Fact::Value(Supervision::Supervised))
}

#[test]
fn what_each_role_may_do_is_as_the_table_says() {
    let mut table = String::new();
    for actor in actors() {
        let mut answers: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for &action in Action::ALL {
            answers.entry(cell(decide_action(action, &capable(), &actor))).or_default().push(action.as_str());
        }
        let _ = writeln!(
            table,
            "{}{}, {} device",
            actor.role,
            if actor.is_holder { ", the holder" } else { "" },
            if actor.device_is_shared { "shared" } else { "own" },
        );
        for (answer, actions) in answers {
            let _ = writeln!(table, "  {answer}: {}", actions.join(" "));
        }
    }
    assert_table("roles.txt", "What a role may do to a device that can do everything.", &table);
}

/// With the two tables above this covers the whole space.
#[test]
fn a_role_only_narrows_what_the_device_can() {
    for &action in Action::ALL {
        for &enrollment in EnrollmentType::ALL {
            for platform in platforms() {
                for supervision in SUPERVISIONS {
                    let facts = device(enrollment, platform, supervision);
                    let can = decide_action(action, &facts, &ADMINISTRATOR);
                    for actor in actors() {
                        let may = decide_action(action, &capable(), &actor);
                        assert_eq!(
                            decide_action(action, &facts, &actor),
                            can.narrowed_by(may),
                            "{action} {facts:?} {actor:?}"
                        );
                    }
                }
            }
        }
    }
}
