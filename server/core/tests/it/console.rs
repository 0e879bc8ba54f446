//! What the console's lists and pages ask for (H1 to H3).

use baton_core::{Actor, CoreError, Permission, audit::AuditTarget};
use baton_model::{CommandKind, Role};
use baton_policy::Distribution;
use baton_store::{AuditFilter, CommandFilter, ItemFilter, ListQuery, UserFilter};

use crate::{
    furniture::passcode,
    office::{nobody, only_users},
    phone::clip_item,
};

on_both_engines! {
    async fn the_list_of_people_tells_devices_and_the_last_sign_in(mut office) {
        let ada = office.add_person("ada").await;
        office.add_person("ben").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let before = office.now();
        office.sign_in(&mut phone, "ada").await;

        let page = office.core.list_people(&Actor::System, &UserFilter::default(), office.now()).await.unwrap();

        let of = |name: &str| page.rows.iter().find(|person| person.user.user_name == name).unwrap();
        assert_eq!(of("ada").devices.iter().map(|device| &device.id).collect::<Vec<_>>(), [&phone.id]);
        assert!(of("ada").last_sign_in.unwrap() > before);
        assert!(of("ben").devices.is_empty() && of("ben").last_sign_in.is_none());
        assert!(of("nobody").devices.is_empty(), "Nobody's devices are the signed-out ones, too many to list");
    }

    async fn the_catalogue_tells_who_gets_an_item_and_how_many_have_it(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let spare = office.add_item("Spare", passcode(4), Distribution::NoDevices).await;
        office.enrol("one").await;
        office.enrol("two").await;

        let filter = ItemFilter { apps: Some(false), ..ItemFilter::default() };
        let page = office.core.list_catalogue(&Actor::System, &filter, office.now()).await.unwrap();

        let of = |id| page.rows.iter().find(|listed| listed.item.id == id).unwrap();
        assert_eq!((of(clip_item()).on_devices, &of(clip_item()).distribution), (2, &Distribution::AllDevices));
        assert_eq!(of(furniture.lost_and_found.clone()).distribution, only_users(&[&nobody()]));
        assert_eq!(of(furniture.passcode).on_devices, 0);
        assert_eq!(of(spare).distribution, Distribution::NoDevices);
        assert!(page.rows.iter().all(|listed| !listed.item.content.is_app()));
    }

    async fn a_command_is_found_under_its_own_device_only(mut office) {
        office.furnish(&[]).await;
        let (one, two) = (office.enrol("one").await, office.enrol("two").await);
        let filter = CommandFilter {
            device: Some(one.id.clone()),
            kind: Some(CommandKind::InstallProfile),
            ..CommandFilter::default()
        };
        let commands = office.core.list_commands(&Actor::System, &filter, office.now()).await.unwrap();
        let id = &commands.rows[0].id;

        let found = office.core.command_detail(&Actor::System, &one.id, id, office.now()).await.unwrap();
        let elsewhere = office.core.command_detail(&Actor::System, &two.id, id, office.now()).await;

        assert_eq!(found.item.map(|item| item.id), found.command.item_id);
        assert!(matches!(elsewhere, Err(CoreError::NotFound(_))), "{elsewhere:?}");
    }

    async fn the_audit_log_names_what_still_is_there(mut office) {
        let ada = office.add_person_as("ada", Role::Administrator).await;
        let actor = office.person(&ada, Role::Administrator);
        let group = office.add_group("Gone", &[]).await;
        office.core.delete_user_group(&actor, &group, office.now()).await.unwrap();
        office.distribute_clip().await;

        let page = office.core.audit_lines(&Actor::System, &AuditFilter::default(), office.now()).await.unwrap();

        let of = |action: &str| page.rows.iter().find(|line| line.entry.action == action).unwrap();
        assert_eq!(of("user-group.delete").actor_name.as_deref(), Some("Person ada"));
        assert_eq!(of("user-group.delete").target, None);
        let clip = AuditTarget { name: "Multi-user Secure Sign-in for iOS".to_owned(), is_app: false };
        assert_eq!((of("distribution.save").target.as_ref(), &of("distribution.save").actor_name), (Some(&clip), &None));
    }

    async fn people_and_devices_are_found_by_name_in_any_case(mut office) {
        let ada = office.add_person("ada").await;
        let phone = office.enrol("one").await;
        let (core, name) = (&office.core, office.device(&phone.id).await.name.to_uppercase());
        assert_eq!(core.user_named(&Actor::System, " ADA ", office.now()).await.unwrap().unwrap().id, ada);
        assert!(core.user_named(&Actor::System, "ad", office.now()).await.unwrap().is_none());
        assert_eq!(core.devices_named(&Actor::System, &name, office.now()).await.unwrap()[0].id, phone.id);
        let ids = ["ghost".into(), ada.clone()];
        let found = core.users_by_id(&Actor::System, &ids, office.now()).await.unwrap();
        assert_eq!(found.iter().map(|user| &user.id).collect::<Vec<_>>(), [&ada]);
    }

    async fn nobody_switches_themselves_or_nobody_off(mut office) {
        let ada = office.add_person_as("ada", Role::Administrator).await;
        let actor = office.person(&ada, Role::Administrator);
        for id in [&ada, &nobody()] {
            let refused = office.core.set_user_enabled(&actor, id, false, office.now()).await;
            assert!(matches!(refused, Err(CoreError::BuiltIn)), "{refused:?}");
            assert!(office.user(id).await.enabled);
        }
        let unknown = office.core.set_user_enabled(&actor, &"ghost".into(), false, office.now()).await;
        assert!(matches!(unknown, Err(CoreError::NotFound(_))), "{unknown:?}");
    }

    async fn a_release_needs_a_reason(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        for reason in ["", "  ", &"x".repeat(301)] {
            let refused = office.core.release_device(&Actor::System, &phone.id, reason, office.now()).await;
            assert!(matches!(refused, Err(CoreError::Invalid(_))), "{refused:?}");
        }
        assert_eq!(office.device(&phone.id).await.holder_id, ada);
    }

    async fn a_user_reads_nothing_of_the_console(mut office) {
        let ada = office.add_person("ada").await;
        let phone = office.enrol("one").await;
        let actor = office.person(&ada, Role::User);
        let (core, query) = (&office.core, ListQuery::default());
        let results = [
            core.list_people(&actor, &UserFilter::default(), office.now()).await.map(drop),
            core.list_fleet(&actor, &query, None, office.now()).await.map(drop),
            core.list_catalogue(&actor, &ItemFilter::default(), office.now()).await.map(drop),
            core.list_user_groups(&actor, &query, office.now()).await.map(drop),
            core.list_device_groups(&actor, &query, office.now()).await.map(drop),
            core.audit_lines(&actor, &AuditFilter::default(), office.now()).await.map(drop),
            core.command_detail(&actor, &phone.id, &"any".into(), office.now()).await.map(drop),
            core.user_named(&actor, "ada", office.now()).await.map(drop),
            core.users_by_id(&actor, &[], office.now()).await.map(drop),
            core.devices_named(&actor, "one", office.now()).await.map(drop),
            core.devices_by_id(&actor, &[], office.now()).await.map(drop),
            core.unshown_members_of_user_group(&actor, &"everyone".into(), office.now()).await.map(drop),
            core.unshown_members_of_device_group(&actor, &"any".into(), office.now()).await.map(drop),
            core.demand(&actor, Permission::ReadConsole, "console.read", ("console", ""), office.now()).await,
        ];
        for (number, result) in results.into_iter().enumerate() {
            assert!(matches!(result, Err(CoreError::Denied(Permission::ReadConsole))), "{number}: {result:?}");
        }
    }
}
