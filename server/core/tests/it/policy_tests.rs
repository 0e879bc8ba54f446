//! Policy tests (C8): kept with who wrote them, run over what is stored, and previewed with every edit.

use std::collections::BTreeSet;

use baton_core::{
    Actor, CoreError, FieldProblem,
    groups::GroupForm,
    policy_tests::{PolicyTestForm, Standing, TestedFile},
    what_if::{Edit, Members, Subject},
};
use baton_model::{DeviceGroupId, DeviceId, ItemId, PreviewedTest, Role, TestOutcome, UserGroupId};
use baton_policy::{CustomDistribution, Distribution};
use baton_store::{AuditFilter, DeviceFilter};

use crate::{furniture::wifi, office::Office};

const TEXT: &str = r#"
[[expect]]
name = "Nobody keeps the Wi-Fi"
item = "Wi-Fi"
holder = "nobody"
gets = true

[[expect]]
name = "Staff have the Wi-Fi"
item = "Wi-Fi"
devices = 'device in group "Ward"'
holders = 'user in group "Staff"'
gets = true
"#;

fn form(name: &str, text: &str) -> PolicyTestForm {
    PolicyTestForm { name: name.to_owned(), text: text.to_owned() }
}

/// An office with a phone, a Wi-Fi that nobody gets, a group of staff and one of devices that the phone is not in.
struct Ward {
    device: DeviceId,
    wifi: ItemId,
    staff: UserGroupId,
    ward: DeviceGroupId,
}

async fn furnish(office: &mut Office) -> Ward {
    office.enrol("one").await;
    let ann = office.add_person("ann").await;
    let wifi = office.add_item("Wi-Fi", wifi("ward"), Distribution::NoDevices).await;
    let staff = office.add_group("Staff", &[&ann]).await;
    let group = GroupForm { name: "Ward".to_owned(), description: String::new(), members: None, previewed: None };
    let ward = office.core.create_device_group(&Actor::System, &group, office.now()).await.unwrap();
    let devices = office.core.list_devices(&Actor::System, &DeviceFilter::default(), office.now()).await.unwrap();
    Ward { device: devices.rows[0].id.clone(), wifi, staff, ward }
}

/// How the expectations of the only file stand.
fn standings(files: &[TestedFile]) -> Vec<Option<TestOutcome>> {
    files[0].tests.as_ref().unwrap().iter().map(|test| test.standing.outcome()).collect()
}

fn becomes(tests: &[PreviewedTest]) -> Vec<(&str, TestOutcome)> {
    tests.iter().map(|test| (&*test.name, test.becomes)).collect()
}

on_both_engines! {
    async fn expectations_are_run_over_what_is_stored_now(mut office) {
        let ward = furnish(&mut office).await;
        let (actor, now) = (Actor::System, office.now());
        office.core.create_policy_test(&actor, &form("Wi-Fi", TEXT), now).await.unwrap();

        let files = office.core.policy_tests(&actor, office.now()).await.unwrap();
        assert_eq!(standings(&files), [Some(TestOutcome::Fails), Some(TestOutcome::Idle)]);
        let Standing::Fails { cases: 1, failed: 1, examples } = &files[0].tests.as_ref().unwrap()[0].standing else {
            panic!("{files:?}");
        };
        assert_eq!((examples[0].device(), examples[0].holder().as_str()), (&ward.device, "nobody"));

        office.distribute(&ward.wifi, Distribution::AllDevices).await;
        let files = office.core.policy_tests(&actor, office.now()).await.unwrap();
        assert_eq!(standings(&files), [Some(TestOutcome::Holds), Some(TestOutcome::Idle)]);
        let about = office.core.policy_tests_about(&actor, &ward.wifi, office.now()).await.unwrap();
        assert_eq!(about[0].tests.as_ref().unwrap().len(), 2);
        let of_clip = office.core.policy_tests_about(&actor, &"secure-sign-in".into(), office.now()).await.unwrap();
        assert!(of_clip.is_empty());
    }

    async fn only_administrators_write_and_whoever_sees_the_console_reads_and_runs(mut office) {
        furnish(&mut office).await;
        let person = async |role| office.person(&office.add_person_as(role_name(role), role).await, role);
        let admin = person(Role::Administrator).await;
        let id = office.core.create_policy_test(&admin, &form("Wi-Fi", TEXT), office.now()).await.unwrap();
        for role in [Role::Auditor, Role::HelpDesk, Role::User] {
            let actor = person(role).await;
            let new = form("New", TEXT);
            let denied = [
                office.core.create_policy_test(&actor, &new, office.now()).await.err(),
                office.core.save_policy_test(&actor, &id, &new, 1, office.now()).await.err(),
                office.core.delete_policy_test(&actor, &id, office.now()).await.err(),
                office.core.try_policy_test(&actor, &new, office.now()).await.err(),
            ];
            assert!(denied.iter().all(|error| matches!(error, Some(CoreError::Denied(_)))), "{role:?}: {denied:?}");
            let reads = office.core.policy_tests(&actor, office.now()).await.is_ok()
                && office.core.policy_test(&actor, &id, office.now()).await.is_ok();
            assert_eq!(reads, role != Role::User);
        }
        let file = office.core.policy_test_file(&admin, &id, office.now()).await.unwrap();
        assert_eq!((file.updated_by.as_ref(), file.revision), (admin.user_id(), 1));
    }

    async fn every_change_is_audited_with_what_was_expected_before_and_after(mut office) {
        furnish(&mut office).await;
        let (core, actor) = (&office.core, Actor::System);
        let id = core.create_policy_test(&actor, &form("Wi-Fi", TEXT), office.now()).await.unwrap();
        let fewer = TEXT.split("\n\n").next().unwrap();
        core.save_policy_test(&actor, &id, &form("Less", fewer), 1, office.now()).await.unwrap();
        core.delete_policy_test(&actor, &id, office.now()).await.unwrap();

        let log = office.store.read().await.unwrap().list_audit(&AuditFilter::default()).await.unwrap().rows;
        let of_file: Vec<_> = log.iter().filter(|entry| entry.target_id == id.as_str()).collect();
        let actions: Vec<&str> = of_file.iter().map(|entry| &*entry.action).collect();
        assert_eq!(actions, ["policy-test.delete", "policy-test.save", "policy-test.create"]);
        let saved: serde_json::Value = serde_json::from_str(&of_file[1].detail).unwrap();
        assert_eq!(saved["before"]["expectations"], serde_json::json!(["Nobody keeps the Wi-Fi", "Staff have the Wi-Fi"]));
        assert_eq!(saved["after"]["expectations"], serde_json::json!(["Nobody keeps the Wi-Fi"]));
        assert_eq!((&saved["before"]["name"], &saved["after"]["revision"]), (&"Wi-Fi".into(), &2.into()));
        assert_ne!(saved["before"]["digest"], saved["after"]["digest"]);
    }

    async fn who_saves_over_a_newer_text_is_told(mut office) {
        furnish(&mut office).await;
        let (core, actor) = (&office.core, Actor::System);
        let id = core.create_policy_test(&actor, &form("Wi-Fi", TEXT), office.now()).await.unwrap();
        core.save_policy_test(&actor, &id, &form("First", TEXT), 1, office.now()).await.unwrap();
        let second = core.save_policy_test(&actor, &id, &form("Second", TEXT), 1, office.now()).await;
        assert!(matches!(second, Err(CoreError::Stale)), "{second:?}");
        assert_eq!(core.policy_test_file(&actor, &id, office.now()).await.unwrap().name, "First");
        let ghost = core.save_policy_test(&actor, &"ghost".into(), &form("x", "nonsense"), 1, office.now()).await;
        assert!(matches!(ghost, Err(CoreError::NotFound(_))), "{ghost:?}");
    }

    async fn what_names_nothing_that_is_there_is_refused_with_its_line(mut office) {
        furnish(&mut office).await;
        let wrong = form("Wi-Fi", &TEXT.replace("\"Ward\"", "\"Wrad\""));
        let refused = office.core.create_policy_test(&Actor::System, &wrong, office.now()).await;
        let Err(CoreError::Invalid(errors)) = refused else { panic!("{refused:?}") };
        let FieldProblem::PolicyTest(flaws) = &errors[0].problem else { panic!("{errors:?}") };
        let [flaw] = &flaws[..] else { panic!("{flaws:?}") };
        assert_eq!(flaw.line, 11);
        assert!(flaw.problem.to_string().contains("no device group `Wrad`"), "{flaw}");
    }

    async fn an_edit_is_previewed_with_what_it_makes_of_expectations(mut office) {
        let ward = furnish(&mut office).await;
        let (core, actor) = (&office.core, Actor::System);
        let tested = async |subject: Subject| {
            core.what_if_columns(&actor, &subject, office.now()).await.unwrap().tested
        };
        assert!(!tested(Subject::Item(ward.wifi.clone())).await, "there is no test yet");
        core.create_policy_test(&actor, &form("Wi-Fi", TEXT), office.now()).await.unwrap();
        assert!(tested(Subject::Item(ward.wifi.clone())).await);
        assert!(!tested(Subject::Item("secure-sign-in".into())).await, "none is about it");
        assert!(tested(Subject::UserGroup(ward.staff.clone())).await, "who is in a group may decide about anything");
        let preview = async |edit: Edit| core.preview(&actor, &edit, 10, office.now()).await.unwrap().tests;
        let to_all = Edit::Distribution(ward.wifi.clone(), Distribution::AllDevices);
        let to_staff = Distribution::Custom(CustomDistribution {
            include_user_groups: [ward.staff.clone()].into(),
            ..CustomDistribution::default()
        });

        assert_eq!(becomes(&preview(to_all).await), [("Nobody keeps the Wi-Fi", TestOutcome::Holds)]);
        assert_eq!(becomes(&preview(Edit::Distribution(ward.wifi.clone(), to_staff.clone())).await), []);

        let members = |devices: &[&DeviceId]| Members {
            join: devices.iter().map(|device| (*device).clone()).collect(),
            leave: BTreeSet::new(),
        };
        let joins = Edit::DeviceGroup(ward.ward.clone(), members(&[&ward.device]));
        assert_eq!(becomes(&preview(joins.clone()).await), [("Staff have the Wi-Fi", TestOutcome::Fails)]);
        office.distribute(&ward.wifi, to_staff).await;
        assert_eq!(becomes(&preview(joins).await), [("Staff have the Wi-Fi", TestOutcome::Holds)]);
        let nobody = Members { join: ["nobody".into()].into(), leave: ["ghost".into()].into() };
        let nobody_is_staff = Edit::UserGroup(ward.staff.clone(), nobody);
        assert_eq!(becomes(&preview(nobody_is_staff).await), [("Nobody keeps the Wi-Fi", TestOutcome::Holds)]);
    }
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Administrator => "root",
        Role::Auditor => "auditor",
        Role::HelpDesk => "helper",
        Role::User => "user",
    }
}
