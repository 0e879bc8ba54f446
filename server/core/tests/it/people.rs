//! People, their roles and their sessions (B1, B5, B7, B9).

use std::{collections::BTreeSet, sync::Arc};

use baton_core::{
    Actor, CoreError, FieldError, FieldProblem, Permission,
    accounts::{AdministratorForm, PORTAL_HOURS, PORTAL_IDLE_MINUTES, SetUpError, UserForm, Visitor},
    catalogue::ItemForm,
    enrollment::{LinkForm, OwnDeviceChoice},
    groups::GroupForm,
    managed_accounts::AccountChoice,
};
use baton_model::{Role, UserId};
use futures::future::join_all;
use tokio::sync::Barrier;

use crate::{
    furniture::passcode,
    office::{Office, PASSWORD, nobody},
    phone::clip_item,
};

fn administrator() -> AdministratorForm {
    AdministratorForm {
        user_name: "root".to_owned(),
        display_name: "Roberta".to_owned(),
        password: PASSWORD.to_owned(),
        repeated: PASSWORD.to_owned(),
    }
}

pub fn form(name: &str) -> UserForm {
    UserForm {
        user_name: name.to_owned(),
        display_name: format!("Person {name}"),
        email: String::new(),
        role: Role::User,
        enabled: true,
        groups: BTreeSet::new(),
        managed_account: AccountChoice::Unchanged,
        own_devices: OwnDeviceChoice::Unchanged,
        revision: None,
    }
}

fn group<MemberId>(name: &str) -> GroupForm<MemberId> {
    GroupForm { name: name.to_owned(), description: String::new(), members: None, previewed: None }
}

fn problems<T: std::fmt::Debug>(result: Result<T, CoreError>) -> Vec<(&'static str, FieldProblem)> {
    match result {
        Err(CoreError::Invalid(errors)) => {
            errors.into_iter().map(|FieldError { field, problem }| (field, problem)).collect()
        }
        other => panic!("{other:?}"),
    }
}

async fn portal(office: &Office, name: &str) -> String {
    office.core.sign_in(name, PASSWORD, &Visitor::default(), office.now()).await.unwrap().secret
}

async fn is_open(office: &Office, secret: &str) -> bool {
    office.core.portal_session(secret, office.now()).await.unwrap().is_some()
}

on_both_engines! {
    async fn a_form_that_lay_open_gives_back_no_role_that_was_taken_away(mut office) {
        let ada = office.core.create_user(&Actor::System, &form("ada"), office.now()).await.unwrap();
        let seen = Some(office.user(&ada).await.revision);
        let open = UserForm { role: Role::HelpDesk, revision: seen, ..form("ada") };
        let taken = UserForm { role: Role::User, ..form("ada") };
        office.core.save_user(&Actor::System, &ada, &taken, office.now()).await.unwrap();

        let saved = office.core.save_user(&Actor::System, &ada, &open, office.now()).await;

        assert!(matches!(saved, Err(CoreError::Stale)), "{saved:?}");
        assert_eq!(office.user(&ada).await.role, Role::User);
    }

    async fn the_set_up_link_creates_the_first_administrator_once(mut office) {
        let link = office.core.renew_set_up_link().await.unwrap().unwrap();
        assert!(office.core.set_up_link_is_valid(&link).await.unwrap());
        let session = office.core.create_first_administrator(&link, &administrator(), &Visitor::default(), office.now()).await.unwrap();
        let signed_in = office.core.portal_session(&session.secret, office.now()).await.unwrap().unwrap();
        assert_eq!(signed_in.user.role, Role::Administrator);
        assert!(!office.core.set_up_link_is_valid(&link).await.unwrap());
        let again = office.core.create_first_administrator(&link, &administrator(), &Visitor::default(), office.now()).await;
        assert!(matches!(again, Err(SetUpError::LinkInvalid)), "{again:?}");
        assert_eq!(office.core.renew_set_up_link().await.unwrap(), None);
        assert!(portal(&office, "root").await.len() > 20);
    }

    async fn a_later_start_replaces_the_set_up_link(mut office) {
        let old = office.core.renew_set_up_link().await.unwrap().unwrap();
        let new = office.core.renew_set_up_link().await.unwrap().unwrap();
        let refused = office.core.create_first_administrator(&old, &administrator(), &Visitor::default(), office.now()).await;
        assert!(matches!(refused, Err(SetUpError::LinkInvalid)), "{refused:?}");
        assert!(office.core.set_up_link_is_valid(&new).await.unwrap());
    }

    async fn the_set_up_link_survives_a_form_with_mistakes(mut office) {
        let link = office.core.renew_set_up_link().await.unwrap().unwrap();
        let mistakes = AdministratorForm { repeated: "another".to_owned(), user_name: String::new(), ..administrator() };
        let refused = office.core.create_first_administrator(&link, &mistakes, &Visitor::default(), office.now()).await;
        let Err(SetUpError::Core(error)) = refused else { panic!("{refused:?}") };
        assert_eq!(
            problems::<()>(Err(error)),
            [("userName", FieldProblem::Missing), ("repeated", FieldProblem::Different)]
        );
        assert!(office.core.set_up_link_is_valid(&link).await.unwrap());
    }

    async fn of_two_who_use_the_set_up_link_at_once_one_succeeds(mut office) {
        let link = office.core.renew_set_up_link().await.unwrap().unwrap();
        let attempts = ["root", "toor"].map(|name| {
            let form = AdministratorForm { user_name: name.to_owned(), ..administrator() };
            let (core, link, now) = (office.core.clone(), link.clone(), office.now());
            tokio::spawn(async move { core.create_first_administrator(&link, &form, &Visitor::default(), now).await.is_ok() })
        });
        let results = join_all(attempts).await;
        assert_eq!(results.iter().filter(|result| *result.as_ref().unwrap()).count(), 1);
        assert_eq!(office.number("SELECT COUNT(*) FROM users WHERE role = 'administrator'").await, 1);
    }

    async fn a_portal_session_ends_after_a_time_without_use(mut office) {
        office.add_person("ada").await;
        let session = portal(&office, "ada").await;
        for _ in 0..3 {
            office.pass_seconds((PORTAL_IDLE_MINUTES - 1) * 60);
            assert!(is_open(&office, &session).await);
        }
        office.pass_seconds(PORTAL_IDLE_MINUTES * 60);
        assert!(!is_open(&office, &session).await);
        assert_eq!(office.number("SELECT COUNT(*) FROM sessions").await, 0);
    }

    async fn a_portal_session_ends_whatever_happens(mut office) {
        office.add_person("ada").await;
        let session = portal(&office, "ada").await;
        for _ in 0..(PORTAL_HOURS * 60 / 20 - 1) {
            office.pass_seconds(20 * 60);
            assert!(is_open(&office, &session).await);
        }
        office.pass_seconds(20 * 60);
        assert!(!is_open(&office, &session).await);
    }

    async fn signing_out_of_the_portal_ends_that_session_only(mut office) {
        office.add_person("ada").await;
        let (one, two) = (portal(&office, "ada").await, portal(&office, "ada").await);
        office.core.end_session(&one).await.unwrap();
        office.core.end_session(&one).await.unwrap();
        assert!(!is_open(&office, &one).await && is_open(&office, &two).await);
    }

    async fn disabling_and_a_new_role_end_all_sessions(mut office) {
        let ada = office.add_person("ada").await;
        let changes = [
            UserForm { role: Role::HelpDesk, ..form("ada") },
            UserForm { role: Role::HelpDesk, enabled: false, ..form("ada") },
        ];
        for change in changes {
            let session = portal(&office, "ada").await;
            office.core.save_user(&Actor::System, &ada, &change, office.now()).await.unwrap();
            assert!(!is_open(&office, &session).await, "{change:?}");
        }
        office.core.set_user_enabled(&Actor::System, &ada, true, office.now()).await.unwrap();
        let session = portal(&office, "ada").await;
        office.core.set_user_enabled(&Actor::System, &ada, false, office.now()).await.unwrap();
        assert!(!is_open(&office, &session).await);
    }

    async fn another_name_ends_no_session(mut office) {
        let ada = office.add_person("ada").await;
        let session = portal(&office, "ada").await;
        let change = UserForm { display_name: "Ada L.".to_owned(), ..form("ada") };
        office.core.save_user(&Actor::System, &ada, &change, office.now()).await.unwrap();
        assert!(is_open(&office, &session).await);
    }

    async fn the_last_administrator_cannot_be_lost(mut office) {
        let root = office.add_person_as("root", Role::Administrator).await;
        for change in [
            UserForm { enabled: false, role: Role::Administrator, ..form("root") },
            UserForm { role: Role::Auditor, ..form("root") },
        ] {
            let refused = office.core.save_user(&Actor::System, &root, &change, office.now()).await;
            assert!(matches!(refused, Err(CoreError::BuiltIn)), "{refused:?}");
        }
        let refused = office.core.set_user_enabled(&Actor::System, &root, false, office.now()).await;
        assert!(matches!(refused, Err(CoreError::BuiltIn)), "{refused:?}");
        assert!(office.user(&root).await.enabled);
    }

    async fn of_two_administrators_who_disable_each_other_at_once_one_stays(mut office) {
        let names = ["root", "toor"];
        let ids: Vec<UserId> = vec![
            office.add_person_as(names[0], Role::Administrator).await,
            office.add_person_as(names[1], Role::Administrator).await,
        ];
        let start = Arc::new(Barrier::new(2));
        let attempts = [0, 1].map(|mine| {
            let actor = office.person(&ids[mine], Role::Administrator);
            let (core, other, start, now) = (office.core.clone(), ids[1 - mine].clone(), start.clone(), office.now());
            tokio::spawn(async move {
                start.wait().await;
                core.set_user_enabled(&actor, &other, false, now).await.is_ok()
            })
        });
        let results = join_all(attempts).await;
        assert_eq!(results.iter().filter(|result| *result.as_ref().unwrap()).count(), 1);
        let left = "SELECT COUNT(*) FROM users WHERE role = 'administrator' AND enabled = 1";
        assert_eq!(office.number(left).await, 1);
    }

    async fn user_names_are_unique_whatever_their_case(mut office) {
        let ada = office.core.create_user(&Actor::System, &form("Ada"), office.now()).await.unwrap();
        let taken = [("userName", FieldProblem::Taken)];
        assert_eq!(problems(office.core.create_user(&Actor::System, &form("aDA"), office.now()).await), taken);
        assert_eq!(problems(office.core.create_user(&Actor::System, &form("nobody"), office.now()).await), taken);
        office.core.create_user(&Actor::System, &form("ben"), office.now()).await.unwrap();
        let change = UserForm { ..form("BEN") };
        assert_eq!(problems(office.core.save_user(&Actor::System, &ada, &change, office.now()).await), taken);
        assert_eq!(office.user(&ada).await.user_name, "Ada");
    }

    async fn every_wrong_field_is_named_and_nothing_is_stored(mut office) {
        let wrong = UserForm {
            user_name: " ".to_owned(),
            display_name: "x".repeat(101),
            email: "ada@home".to_owned(),
            ..form("ada")
        };
        assert_eq!(problems(office.core.create_user(&Actor::System, &wrong, office.now()).await), [
            ("userName", FieldProblem::Missing),
            ("displayName", FieldProblem::TooLong(100)),
            ("email", FieldProblem::NotMail),
        ]);
        let gone = UserForm { groups: ["gone".into()].into(), ..form("ada") };
        assert_eq!(
            problems(office.core.create_user(&Actor::System, &gone, office.now()).await),
            [("groups", FieldProblem::Gone)]
        );
        assert_eq!(office.number("SELECT COUNT(*) FROM users").await, 1);
    }

    async fn of_nobody_only_the_groups_change(mut office) {
        let group = office.add_group("Signed out", &[]).await;
        let change = UserForm { groups: [group.clone()].into(), enabled: false, role: Role::Administrator, ..form("hacker") };
        office.core.save_user(&Actor::System, &nobody(), &change, office.now()).await.unwrap();
        let user = office.user(&nobody()).await;
        assert_eq!((user.user_name.as_str(), user.role, user.enabled), ("nobody", Role::User, true));
        let detail = office.core.user_detail(&Actor::System, &nobody(), office.now()).await.unwrap();
        assert!(detail.groups.contains(&group));
        assert!(office.core.sign_in("nobody", PASSWORD, &Visitor::default(), office.now()).await.is_err());
        let refused = office.core.set_user_enabled(&Actor::System, &nobody(), false, office.now()).await;
        assert!(matches!(refused, Err(CoreError::BuiltIn)), "{refused:?}");
    }

    async fn everyone_is_everyone_and_cannot_be_changed(mut office) {
        let form = group("Others");
        let everyone = "everyone".into();
        let saved = office.core.save_user_group(&Actor::System, &everyone, &form, office.now()).await;
        assert!(matches!(saved, Err(CoreError::BuiltIn)), "{saved:?}");
        let deleted = office.core.delete_user_group(&Actor::System, &everyone, office.now()).await;
        assert!(matches!(deleted, Err(CoreError::BuiltIn)), "{deleted:?}");
    }

    async fn whoever_may_not_change_things_is_refused_and_audited(mut office) {
        office.furnish(&[]).await;
        let phone = office.enrol("one").await;
        let ada = office.add_person("ada").await;
        let denials = async |office: &Office| office.audit().await.iter().filter(|line| line.contains(" refused ")).count();
        let item = ItemForm { name: "Rules".to_owned(), description: String::new(), content: passcode(6) };
        let link = LinkForm { label: "Ward".to_owned(), uses: 1, days: 1 };
        let (users, devices) = (group("Any"), group("Any"));
        for role in [Role::User, Role::Auditor, Role::HelpDesk] {
            let actor = office.person(&ada, role);
            let before = denials(&office).await;
            let core = &office.core;
            let results = [
                (Permission::ManageUsers, core.create_user(&actor, &form("eve"), office.now()).await.map(drop)),
                (Permission::ManageUsers, core.save_user(&actor, &ada, &form("eve"), office.now()).await),
                (Permission::ManageUsers, core.set_user_enabled(&actor, &nobody(), false, office.now()).await),
                (Permission::ManageUsers, core.create_user_group(&actor, &users, office.now()).await.map(drop)),
                (Permission::ManageUsers, core.save_user_group(&actor, &"everyone".into(), &users, office.now()).await),
                (Permission::ManageUsers, core.delete_user_group(&actor, &"everyone".into(), office.now()).await),
                (Permission::ManageCatalogue, core.create_device_group(&actor, &devices, office.now()).await.map(drop)),
                (Permission::ManageCatalogue, core.delete_device_group(&actor, &"any".into(), office.now()).await),
                (Permission::ManageCatalogue, core.create_item(&actor, &item, office.now()).await.map(drop)),
                (Permission::ManageCatalogue, core.save_item(&actor, &clip_item(), &item, 1, office.now()).await),
                (Permission::ManageCatalogue, core.delete_item(&actor, &clip_item(), office.now()).await),
                (Permission::EnrolDevices, core.create_enrollment_link(&actor, &link, office.now()).await.map(drop)),
                (Permission::EnrolDevices, core.revoke_enrollment_link(&actor, &"any".into(), office.now()).await),
            ];
            let number = results.len();
            for (permission, result) in results {
                assert!(matches!(&result, Err(CoreError::Denied(denied)) if *denied == permission), "{role:?}: {result:?}");
            }
            assert_eq!(denials(&office).await, before + number);
            let labelled = core.label_device(&actor, &phone.id, "Mine", "", office.now()).await;
            assert_eq!(labelled.is_ok(), role == Role::HelpDesk, "{labelled:?}");
            let read = core.user_detail(&actor, &ada, office.now()).await;
            assert_eq!(read.is_ok(), role != Role::User, "{read:?}");
        }
        assert_eq!(office.user(&ada).await.user_name, "ada");
    }
}
