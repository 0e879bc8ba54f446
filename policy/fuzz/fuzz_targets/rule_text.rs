//! Property: any text is read as a rule or refused with a place in it; what is read is written and read back as the
//! same rule, fits the tree's own check, and can be asked of a fleet.

#![no_main]

use baton_policy::rule::{MAX_TEXT, Side, check, parse, print};
use baton_policy::snapshot::{Device, Group, Snapshot, User};
use baton_policy::{
    AttributeDefinition, AttributeType, DeviceFacts, Engine, EnrollmentType, Ownership, snapshot::Attributes,
};
use libfuzzer_sys::fuzz_target;

fn organisation() -> Snapshot {
    let named = |id: &str, name: &str, of| AttributeDefinition {
        name: Some(name.to_owned()),
        ..AttributeDefinition::new(id, of)
    };
    let ward = AttributeType::Choice(["A", "not", "ward \"b\""].map(str::to_owned).to_vec());
    let mut staff = Group::new("g1", None);
    staff.name = Some("Staff".to_owned());
    let mut pool = Group::new("d1", None);
    pool.name = Some("Pool \"3\"\n".to_owned());
    Snapshot {
        attributes: Attributes {
            user: vec![
                named("a1", "Department", AttributeType::Text),
                AttributeDefinition::new("Owner", AttributeType::YesNo),
                AttributeDefinition::new("Level", AttributeType::Number),
            ],
            device: vec![
                AttributeDefinition::new("Ward", ward),
                AttributeDefinition::new("Bought", AttributeType::Date),
                named("t1", "Twin", AttributeType::Text),
                named("t2", "twin", AttributeType::Text),
            ],
        },
        user_groups: vec![staff, Group::new("Everyone", Some("all of ()".into()))],
        device_groups: vec![pool],
        users: vec![User::new("ann")],
        devices: vec![Device::new("phone", "ann", DeviceFacts::new(EnrollmentType::Device, Ownership::Company))],
        ..Snapshot::default()
    }
}

fuzz_target!(|text: &str| {
    let mut snapshot = organisation();
    for side in [Side::User, Side::Device] {
        let vocabulary = snapshot.vocabulary();
        let rule = match parse(text, side, &vocabulary) {
            Ok(rule) => rule,
            Err(error) => {
                assert!(error.at.offset <= text.len() && text.is_char_boundary(error.at.offset));
                assert!(error.at.line >= 1 && error.at.column >= 1 && !error.to_string().is_empty());
                continue;
            }
        };
        check(&rule, side, &vocabulary).expect("what is read is a rule");
        let written = print(&rule, &vocabulary);
        assert!(written.len() <= MAX_TEXT);
        assert_eq!(parse(&written, side, &vocabulary).as_ref(), Ok(&rule), "{written}");
        let json = serde_json::to_string(&rule).expect("rules are JSON");
        assert_eq!(serde_json::from_str::<baton_policy::Rule>(&json).expect("and back"), rule);
        drop(vocabulary);
        match side {
            Side::User => snapshot.user_groups.push(Group::new("fuzzed", Some(rule.into()))),
            Side::Device => snapshot.device_groups.push(Group::new("fuzzed", Some(rule.into()))),
        }
    }
    Engine::new(&snapshot).expect("rules that were read can be compiled");
});
