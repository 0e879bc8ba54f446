//! Desired state = policy(device, holder, catalogue), and everything else makes the phone match it.

use std::{collections::BTreeSet, sync::Arc};

use baton_core::{
    Actor, CoreError, FieldProblem, accounts::UserForm, accounts::Visitor, catalogue::ItemForm,
    enrollment::OwnDeviceChoice, groups::GroupForm, handover::Stage, managed_accounts::AccountChoice,
};
use baton_mdm::{fake::Behaviour, message::ManagedAppStatus};
use baton_model::{Command, CommandKind, CommandStatus, DeviceItem, HandoverState, ItemProgress, Role};
use baton_policy::{CustomDistribution, Distribution, Presence};
use futures::future::join_all;
use tokio::sync::Barrier;

use crate::{
    furniture::{MAIL_APP, MAP_APP, app, manifest, passcode, web_clip, wifi},
    office::{Office, PASSWORD, nobody, only_groups, only_users},
    phone::{Fault, Phone, profile_of, refusal, request_of},
};

impl Office {
    /// Lets the periodic sweep find what changed. Returns how many phones that were.
    async fn sweep(&self) -> usize {
        self.core.reconcile_lagging(100, self.now()).await.unwrap()
    }

    pub async fn sweep_and_settle(&mut self, phone: &mut Phone) {
        self.sweep().await;
        self.settle(phone).await;
    }

    /// Makes the sweep look at the phone although nothing changed.
    async fn disturb(&self, phone: &Phone) {
        self.execute(&format!("UPDATE devices SET revision = revision + 1 WHERE id = '{}'", phone.id)).await;
    }
}

/// Commands and rows, without what a decision may change: nothing.
async fn queue(office: &Office, phone: &Phone) -> (Vec<Command>, Vec<DeviceItem>) {
    (office.commands(&phone.id).await, office.rows(&phone.id).await)
}

fn count(commands: &[Command], kind: CommandKind) -> usize {
    commands.iter().filter(|command| command.kind == kind).count()
}

fn person_form(name: &str, enabled: bool) -> UserForm {
    UserForm {
        user_name: name.to_owned(),
        display_name: format!("Person {name}"),
        email: String::new(),
        role: Role::User,
        enabled,
        groups: BTreeSet::new(),
        managed_account: AccountChoice::Unchanged,
        own_devices: OwnDeviceChoice::Unchanged,
        revision: None,
    }
}

on_both_engines! {
    async fn deciding_again_queues_nothing(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        for step in ["settled", "queued", "sent", "done"] {
            match step {
                "queued" => { office.try_sign_in(&phone, "ada").await.unwrap(); }
                "sent" => { office.exchange(&phone.fake.idle().unwrap()).await.unwrap().unwrap(); }
                "done" => office.settle(&mut phone).await,
                _ => {}
            }
            let before = queue(&office, &phone).await;
            office.disturb(&phone).await;
            assert_eq!(office.sweep().await, 1, "{step}");
            assert_eq!(queue(&office, &phone).await, before, "{step}");
            assert_eq!(office.sweep().await, 0, "{step}");
        }
    }

    async fn a_new_item_reaches_the_phones_that_it_is_distributed_to(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let (mut one, mut two) = (office.enrol("one").await, office.enrol("two").await);
        office.sign_in(&mut one, "ada").await;
        let item = office.add_item("More", web_clip("https://more.example/"), only_users(&[&ada])).await;
        assert_eq!(office.sweep().await, 2);
        office.settle(&mut one).await;
        office.settle(&mut two).await;
        assert!(one.has_item(&item) && !two.has_item(&item));
    }

    async fn a_distribution_that_shrinks_takes_the_item_away(mut office) {
        let furniture = office.furnish(&[]).await;
        let mut phone = office.enrol("one").await;
        office.distribute(&furniture.map, Distribution::NoDevices).await;
        office.distribute(&furniture.house, Distribution::NoDevices).await;
        office.sweep_and_settle(&mut phone).await;
        assert!(!phone.has_item(&furniture.house) && !phone.fake.apps.contains_key(MAP_APP));
    }

    async fn who_joins_or_leaves_a_group_gets_or_loses_what_it_gives(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[]).await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        assert!(!phone.has_item(&furniture.passcode));
        office.set_group(&furniture.staff, "Staff", &[&ada]).await;
        office.sweep_and_settle(&mut phone).await;
        furniture.assert_has_all_of(&phone, "ada");
        office.set_group(&furniture.staff, "Staff", &[]).await;
        office.sweep_and_settle(&mut phone).await;
        assert!(!phone.has_item(&furniture.passcode) && !phone.fake.apps.contains_key(MAIL_APP));
    }

    async fn a_group_that_is_deleted_gives_nothing_any_more(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        office.core.delete_user_group(&Actor::System, &furniture.staff, office.now()).await.unwrap();
        office.sweep_and_settle(&mut phone).await;
        assert!(!phone.has_item(&furniture.passcode) && !phone.has_item(&furniture.ward));
    }

    async fn a_phone_that_joins_a_device_group_gets_what_it_gives(mut office) {
        office.furnish(&[]).await;
        let mut phone = office.enrol("one").await;
        let form = GroupForm { name: "Ward 3".to_owned(), description: String::new(), members: Some(Vec::new()), previewed: None };
        let group = office.core.create_device_group(&Actor::System, &form, office.now()).await.unwrap();
        let include_device_groups = [group.clone()].into();
        let only_ward = Distribution::Custom(CustomDistribution { include_device_groups, ..Default::default() });
        let item = office.add_item("More", web_clip("https://more.example/"), only_ward).await;
        office.sweep_and_settle(&mut phone).await;
        assert!(!phone.has_item(&item));
        let form = GroupForm { members: Some(vec![phone.id.clone()]), ..form };
        office.core.save_device_group(&Actor::System, &group, &form, office.now()).await.unwrap();
        assert_eq!(office.sweep().await, 1);
        office.settle(&mut phone).await;
        assert!(phone.has_item(&item));
        office.core.delete_device_group(&Actor::System, &group, office.now()).await.unwrap();
        office.sweep_and_settle(&mut phone).await;
        assert!(!phone.has_item(&item));
    }

    async fn a_changed_item_is_replaced_and_an_unchanged_one_is_not(mut office) {
        let furniture = office.furnish(&[]).await;
        let mut phone = office.enrol("one").await;
        let received = phone.received;
        office.change_item(&furniture.house, "House", wifi("House 2")).await;
        office.sweep_and_settle(&mut phone).await;
        assert!(phone.profile(&furniture.house).contains("<string>House 2</string>"));
        assert_eq!(phone.received - received, 1, "{:#?}", phone.log);
    }

    async fn a_kept_wifi_password_is_the_same_rendering(mut office) {
        let furniture = office.furnish(&[]).await;
        let mut phone = office.enrol("one").await;
        let received = phone.received;
        let baton_core::catalogue::ContentForm::WiFi { ssid, security, hidden, auto_join, .. } = wifi("House") else { panic!() };
        let kept = baton_core::catalogue::ContentForm::WiFi { ssid, security, password: String::new(), hidden, auto_join };
        office.change_item(&furniture.house, "House", kept).await;
        office.sweep_and_settle(&mut phone).await;
        assert_eq!(phone.received, received, "{:#?}", phone.log);
    }

    async fn a_phone_with_another_name_gets_what_bears_it_anew(mut office) {
        office.distribute_clip().await;
        let item = office.add_item("Tag", web_clip("https://tag.example/${device.name}"), Distribution::AllDevices).await;
        let mut phone = office.enrol("one").await;
        office.core.label_device(&Actor::System, &phone.id, "Ward 3 / 7", "", office.now()).await.unwrap();
        office.sweep_and_settle(&mut phone).await;
        assert!(phone.profile(&item).contains("https://tag.example/Ward%203%20%2F%207<"));
    }

    async fn a_person_with_another_name_gets_what_bears_it_anew(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[]).await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        office.core.save_user(&Actor::System, &ada, &person_form("adele", true), office.now()).await.unwrap();
        office.sweep_and_settle(&mut phone).await;
        assert!(phone.profile(&furniture.intranet).contains("https://intranet.example/adele<"));
    }

    async fn a_disabled_holders_session_ends_at_once_and_the_phone_stays_theirs(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        office.core.save_user(&Actor::System, &ada, &person_form("ada", false), office.now()).await.unwrap();
        let found = office.core.clip_session(&session.session.secret, &phone.id, office.now()).await.unwrap();
        assert!(found.is_none());
        assert!(office.try_sign_in(&phone, "ada").await.is_err());
        assert_eq!(office.device(&phone.id).await.holder_id, ada);
    }

    async fn what_was_queued_and_is_no_longer_wanted_never_reaches_the_phone(mut office) {
        office.furnish(&[]).await;
        let mut phone = office.enrol("one").await;
        let item = office.add_item("More", web_clip("https://more.example/"), Distribution::AllDevices).await;
        office.sweep().await;
        let queued = office.open_commands(&phone.id).await;
        office.distribute(&item, Distribution::NoDevices).await;
        office.sweep().await;
        let superseded = office.store.read().await.unwrap().find_command(&queued[0].id).await.unwrap().unwrap();
        assert_eq!((superseded.status, superseded.body), (CommandStatus::Superseded, None));
        let received = phone.received;
        office.settle(&mut phone).await;
        assert_eq!(phone.received, received);
        assert!(office.rows(&phone.id).await.iter().all(|row| row.item_id != item));
    }

    async fn a_withdrawn_removal_leaves_the_item_as_it_was(mut office) {
        let furniture = office.furnish(&[]).await;
        let mut phone = office.enrol("one").await;
        let before = office.rows(&phone.id).await;
        office.distribute(&furniture.house, Distribution::NoDevices).await;
        office.sweep().await;
        office.distribute(&furniture.house, Distribution::AllDevices).await;
        office.sweep().await;
        assert!(office.open_commands(&phone.id).await.is_empty());
        let strip = |rows: Vec<DeviceItem>| rows.into_iter()
            .map(|row| (row.item_id, row.rendering, row.presence, row.progress)).collect::<Vec<_>>();
        assert_eq!(strip(office.rows(&phone.id).await), strip(before));
        office.settle(&mut phone).await;
    }

    async fn an_item_deleted_from_the_catalogue_is_removed_from_phones(mut office) {
        let furniture = office.furnish(&[]).await;
        let mut phone = office.enrol("one").await;
        office.core.delete_item(&Actor::System, &furniture.house, office.now()).await.unwrap();
        office.core.delete_item(&Actor::System, &furniture.map, office.now()).await.unwrap();
        assert_eq!(office.stage(&phone).await, Stage::Cleaning);
        office.sweep_and_settle(&mut phone).await;
        assert!(!phone.has_item(&furniture.house) && !phone.fake.apps.contains_key(MAP_APP));
        assert_eq!(office.stage(&phone).await, Stage::Free);
    }

    async fn two_apps_with_one_bundle_identifier_are_refused(mut office) {
        let furniture = office.furnish(&[]).await;
        let form = ItemForm { name: "Other".to_owned(), description: String::new(), content: app(MAIL_APP, false) };
        let taken = |result: &Result<(), CoreError>| {
            matches!(result, Err(CoreError::Invalid(errors)) if errors[0].problem == FieldProblem::Taken && errors[0].field == "bundleId")
        };
        let refused = office.core.create_item(&Actor::System, &form, office.now()).await.map(|_| ());
        assert!(taken(&refused), "{refused:?}");
        let refused = office.core.save_item(&Actor::System, &furniture.map, &form, 1, office.now()).await;
        assert!(taken(&refused), "{refused:?}");
    }

    async fn of_many_who_add_the_same_app_at_once_one_succeeds(mut office) {
        let start = Arc::new(Barrier::new(6));
        let attempts = (0..6).map(|number| {
            let (core, start, now) = (office.core.clone(), start.clone(), office.now());
            tokio::spawn(async move {
                let content = app("com.example.same", false);
                let form = ItemForm { name: format!("App {number}"), description: String::new(), content };
                start.wait().await;
                core.create_item(&Actor::System, &form, now).await
            })
        });
        let results = join_all(attempts.collect::<Vec<_>>()).await;
        assert_eq!(results.iter().filter(|result| result.as_ref().unwrap().is_ok()).count(), 1, "{results:?}");
    }

    async fn an_app_with_another_manifest_is_installed_over_once(mut office) {
        let furniture = office.furnish(&[]).await;
        let mut phone = office.enrol("one").await;
        let baton_core::catalogue::ContentForm::InHouseApp(before) = app(MAP_APP, false) else { panic!() };
        let after = baton_model::item::InHouseApp { manifest_url: "https://apps.example/map-2.plist".to_owned(), ..before };
        phone.fake.bundle_identifiers.insert(after.manifest_url.clone(), MAP_APP.to_owned());
        let received = phone.received;
        office.change_item(&furniture.map, "Map", baton_core::catalogue::ContentForm::InHouseApp(after)).await;
        office.sweep_and_settle(&mut phone).await;
        assert_eq!(phone.received - received, 2, "{:#?}", phone.log);
        assert_eq!(office.stage(&phone).await, Stage::Free);
    }

    async fn an_app_with_another_bundle_identifier_is_another_app(mut office) {
        let furniture = office.furnish(&[]).await;
        let mut phone = office.enrol("one").await;
        phone.learn_apps(&["com.example.map2"]);
        office.change_item(&furniture.map, "Map", app("com.example.map2", false)).await;
        office.sweep_and_settle(&mut phone).await;
        assert_eq!(phone.fake.apps.keys().collect::<Vec<_>>(), ["com.example.map2"]);
        assert_eq!(office.stage(&phone).await, Stage::Free);
    }

    async fn an_app_deleted_and_added_anew_is_removed_before_it_is_installed(mut office) {
        let furniture = office.furnish(&[]).await;
        let mut phone = office.enrol("one").await;
        let received = phone.received;
        office.core.delete_item(&Actor::System, &furniture.map, office.now()).await.unwrap();
        office.add_item("Map again", app(MAP_APP, false), Distribution::AllDevices).await;
        office.sweep_and_settle(&mut phone).await;
        assert!(phone.fake.apps.contains_key(MAP_APP));
        assert_eq!(office.stage(&phone).await, Stage::Free);
        assert_eq!(phone.received - received, 4, "remove, list, install, list: {:#?}", phone.log);
    }

    async fn a_phone_that_cannot_be_reconciled_does_not_keep_others_waiting(mut office) {
        let furniture = office.furnish(&[]).await;
        let (one, mut two) = (office.enrol("one").await, office.enrol("two").await);
        office.execute(&format!("UPDATE device_items SET progress = 'nonsense' WHERE device_id = '{}'", one.id)).await;
        office.distribute(&furniture.house, Distribution::NoDevices).await;
        assert_eq!(office.core.reconcile_lagging(1, office.now()).await.unwrap(), 1);
        office.settle(&mut two).await;
        assert!(!two.has_item(&furniture.house));
        assert_eq!(office.core.reconcile_lagging(1, office.now()).await.unwrap(), 0);
    }

    async fn a_failed_installation_is_tried_again_at_the_next_handover_and_not_before(mut office) {
        let ada = office.add_person("ada").await;
        office.distribute_clip().await;
        let rules = office.add_item("Rules", passcode(6), only_users(&[&ada])).await;
        let mut phone = office.enrol("one").await;
        phone.faults.insert(phone.received, Fault::Error);
        let session = office.sign_in(&mut phone, "ada").await;
        let page = office.page_of(&phone).await;
        assert_eq!(page.items[0].progress, ItemProgress::Failed);
        assert_eq!(page.items[0].failure.as_deref(), Some("other"));
        office.pass_seconds(5 * 3600);
        office.disturb(&phone).await;
        office.sweep_and_settle(&mut phone).await;
        assert_eq!(count(&office.commands(&phone.id).await, CommandKind::InstallProfile), 2, "the clip and one try");
        office.sign_out(&mut phone, &session).await;
        office.sign_in(&mut phone, "ada").await;
        assert!(phone.has_item(&rules));
    }

    async fn a_failed_removal_is_tried_again_ever_more_rarely_and_the_phone_stays_unclean(mut office) {
        let ada = office.add_person("ada").await;
        office.distribute_clip().await;
        let rules = office.add_item("Rules", passcode(6), only_users(&[&ada])).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        office.try_sign_out(&phone, &session).await.unwrap();
        let mut tries = Vec::new();
        let started = office.now();
        let mut message = phone.fake.idle().unwrap();
        while tries.len() < 6 {
            let Some(command) = office.exchange(&message).await.unwrap() else {
                assert_eq!(office.stage(&phone).await, Stage::Cleaning);
                let at = office.next_push(&phone.id).await.unwrap();
                office.pass_until(at);
                message = phone.fake.idle().unwrap();
                continue;
            };
            if request_of(&command).starts_with("RemoveProfile") {
                tries.push(office.now().seconds_since(started));
                phone.fake.script.push_back(Behaviour::Error(refusal()));
            }
            message = phone.fake.answer(&command).unwrap().unwrap();
        }
        let pauses: Vec<i64> = tries.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(pauses, [10, 20, 40, 80, 160]);
        let line = office.page_of(&phone).await.items.into_iter().find(|line| line.item == rules).unwrap();
        assert!(line.leaves && line.failure.is_some(), "{line:?}");
        office.exchange(&message).await.unwrap();
        office.settle(&mut phone).await;
        assert!(!phone.has_item(&rules));
        assert_eq!(office.stage(&phone).await, Stage::Free);
    }

    async fn a_profile_that_is_not_there_to_be_removed_counts_as_removed_once_the_list_says_so(mut office) {
        let ada = office.add_person("ada").await;
        office.distribute_clip().await;
        let rules = office.add_item("Rules", passcode(6), only_users(&[&ada])).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        phone.fake.profiles.remove(&profile_of(&rules));
        office.sign_out(&mut phone, &session).await;
        let commands = office.commands(&phone.id).await;
        assert_eq!((count(&commands, CommandKind::RemoveProfile), count(&commands, CommandKind::ProfileList)), (1, 1));
        assert_eq!(office.stage(&phone).await, Stage::Free);
    }

    async fn an_app_whose_removal_is_never_confirmed_keeps_the_phone_unclean(mut office) {
        let ada = office.add_person("ada").await;
        office.distribute_clip().await;
        office.add_item("Mail", app(MAIL_APP, false), only_users(&[&ada])).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        office.try_sign_out(&phone, &session).await.unwrap();
        let until = office.now().plus_seconds(7200);
        while office.now() < until {
            office.push().await;
            office.connect(&mut phone).await;
            // It says that it removed the app, and lists it ever after.
            phone.fake.apps.insert(MAIL_APP.to_owned(), ManagedAppStatus::Managed);
            assert_eq!(office.stage(&phone).await, Stage::Cleaning);
            let at = office.next_push(&phone.id).await.expect("it must not be given up");
            office.pass_until(at);
        }
        let tries = count(&office.commands(&phone.id).await, CommandKind::RemoveApplication);
        assert!((5..=20).contains(&tries), "{tries}");
        phone.fake.apps.clear();
        office.settle(&mut phone).await;
        assert_eq!(office.stage(&phone).await, Stage::Free);
    }

    async fn an_app_that_takes_its_time_to_go_has_not_failed(mut office) {
        let ada = office.add_person("ada").await;
        office.distribute_clip().await;
        let mail = office.add_item("Mail", app(MAIL_APP, false), only_users(&[&ada])).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        office.try_sign_out(&phone, &session).await.unwrap();
        office.connect(&mut phone).await;
        phone.fake.apps.insert(MAIL_APP.to_owned(), ManagedAppStatus::Uninstalling);
        assert!(!office.run(&mut phone, 60).await);
        let line = office.page_of(&phone).await.items.into_iter().find(|line| line.item == mail).unwrap();
        assert_eq!((line.progress, line.failure), (ItemProgress::Removing, None));
        assert_eq!(count(&office.commands(&phone.id).await, CommandKind::RemoveApplication), 1);
        phone.fake.apps.clear();
        office.settle(&mut phone).await;
        assert_eq!(office.stage(&phone).await, Stage::Free);
    }

    async fn a_late_answer_to_what_is_no_longer_wanted_counts(mut office) {
        let ada = office.add_person("ada").await;
        office.distribute_clip().await;
        let rules = office.add_item("Rules", passcode(6), only_users(&[&ada])).await;
        let mut phone = office.enrol("one").await;
        let session = office.try_sign_in(&phone, "ada").await.unwrap();
        let install = office.exchange(&phone.fake.idle().unwrap()).await.unwrap().unwrap();
        office.try_sign_out(&phone, &session).await.unwrap();
        let lapsed = office.commands(&phone.id).await.into_iter()
            .find(|c| c.item_id.as_ref() == Some(&rules) && c.kind == CommandKind::InstallProfile).unwrap();
        assert_eq!(lapsed.status, CommandStatus::Lapsed);
        assert_eq!(office.stage(&phone).await, Stage::Cleaning, "it may be there");

        // Everything that is queued by now is done before the late command takes effect.
        office.settle(&mut phone).await;
        assert_eq!(office.stage(&phone).await, Stage::Free);
        let late = phone.fake.answer(&install).unwrap().unwrap();
        assert!(phone.has_item(&rules));
        office.exchange(&late).await.unwrap();
        assert_eq!(office.stage(&phone).await, Stage::Cleaning);
        office.settle(&mut phone).await;
        assert!(!phone.has_item(&rules));
        assert_eq!(office.stage(&phone).await, Stage::Free);
    }

    async fn a_late_answer_counts_also_after_the_next_person_came_and_went(mut office) {
        let (ada, ben) = (office.add_person("ada").await, office.add_person("ben").await);
        office.distribute_clip().await;
        let rules = office.add_item("Rules", passcode(6), only_users(&[&ada])).await;
        let mut phone = office.enrol("one").await;
        let session = office.try_sign_in(&phone, "ada").await.unwrap();
        let install = office.exchange(&phone.fake.idle().unwrap()).await.unwrap().unwrap();
        office.try_sign_out(&phone, &session).await.unwrap();
        office.settle(&mut phone).await;
        office.sign_in(&mut phone, "ben").await;
        let late = phone.fake.answer(&install).unwrap().unwrap();
        office.exchange(&late).await.unwrap();
        office.settle(&mut phone).await;
        assert!(!phone.has_item(&rules), "{:#?}", phone.log);
        assert_eq!(office.device(&phone.id).await.holder_id, ben);
    }

    async fn a_list_says_nothing_of_what_was_done_after_it_was_asked_for(mut office) {
        let ada = office.add_person("ada").await;
        office.distribute_clip().await;
        let network = office.add_item("Staff network", wifi("Staff"), only_users(&[&ada])).await;
        let mut phone = office.enrol("one").await;
        let session = office.try_sign_in(&phone, "ada").await.unwrap();
        let install = office.exchange(&phone.fake.idle().unwrap()).await.unwrap().unwrap();
        phone.fake.script.push_back(Behaviour::Error(refusal()));
        let refused = phone.fake.answer(&install).unwrap().unwrap();
        let list = office.exchange(&refused).await.unwrap().unwrap();
        assert!(request_of(&list).starts_with("ProfileList"));
        let on_its_way = phone.fake.answer(&list).unwrap().unwrap();

        office.pass_until(office.next_push(&phone.id).await.unwrap());
        office.pass_seconds(10);
        let again = office.exchange(&phone.fake.idle().unwrap()).await.unwrap().unwrap();
        let done = phone.fake.answer(&again).unwrap().unwrap();
        assert!(phone.has_item(&network));
        office.exchange(&done).await.unwrap();
        office.exchange(&on_its_way).await.unwrap();

        let row = office.rows(&phone.id).await.into_iter().find(|row| row.item_id == network).unwrap();
        assert_eq!(row.presence, Presence::Present);
        office.sign_out(&mut phone, &session).await;
        assert!(!phone.has_item(&network));
    }

    async fn an_answer_after_a_new_enrollment_began_is_ignored(mut office) {
        office.furnish(&[]).await;
        let mut phone = office.enrol("one").await;
        office.add_item("More", web_clip("https://more.example/"), Distribution::AllDevices).await;
        office.sweep().await;
        let given = office.exchange(&phone.fake.idle().unwrap()).await.unwrap().unwrap();
        let late = phone.fake.answer(&given).unwrap().unwrap();
        office.check_in(&phone.fake.authenticate().unwrap()).await.unwrap();
        office.check_in(&phone.fake.token_update().unwrap()).await.unwrap();
        office.exchange(&late).await.unwrap();
        office.settle(&mut phone).await;
        assert_eq!(office.stage(&phone).await, Stage::Free);
    }

    async fn a_profile_of_ours_that_no_row_knows_is_removed_when_the_list_shows_it(mut office) {
        let ada = office.add_person("ada").await;
        office.distribute_clip().await;
        let rules = office.add_item("Rules", passcode(6), only_users(&[&ada])).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        // The database was restored to a state before she signed in.
        office.execute(&format!("DELETE FROM device_items WHERE item_id = '{rules}'")).await;
        office.sign_out(&mut phone, &session).await;
        assert!(phone.has_item(&rules));
        let more = office.add_item("More", web_clip("https://more.example/"), Distribution::AllDevices).await;
        phone.faults.insert(phone.received, Fault::Error);
        office.sweep_and_settle(&mut phone).await;
        assert!(!phone.has_item(&rules) && !phone.has_item(&more));
    }

    async fn a_managed_app_that_no_row_knows_is_removed_when_the_list_shows_it(mut office) {
        office.distribute_clip().await;
        let mut phone = office.enrol("one").await;
        phone.fake.apps.insert("com.example.forgotten".to_owned(), ManagedAppStatus::Managed);
        office.add_item("Map", app(MAP_APP, false), Distribution::AllDevices).await;
        office.sweep_and_settle(&mut phone).await;
        assert_eq!(phone.fake.apps.keys().collect::<Vec<_>>(), [MAP_APP]);
    }

    async fn a_profile_that_somebody_else_installed_is_left_alone(mut office) {
        office.distribute_clip().await;
        let mut phone = office.enrol("one").await;
        phone.fake.profiles.insert("com.example.vpn".to_owned(), b"<plist><dict/></plist>".to_vec());
        office.add_item("Rules", passcode(6), Distribution::AllDevices).await;
        phone.faults.insert(phone.received, Fault::Error);
        office.sweep_and_settle(&mut phone).await;
        assert!(phone.fake.profiles.contains_key("com.example.vpn"));
    }

    async fn a_replacement_that_always_fails_is_removed_so_that_the_phone_becomes_clean(mut office) {
        office.add_person("ada").await;
        office.distribute_clip().await;
        let page = office.add_item("Intranet", web_clip("https://intranet.example/${user.name}"), Distribution::AllDevices).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        office.try_sign_out(&phone, &session).await.unwrap();
        let refused = async |office: &mut Office, phone: &mut Phone| {
            let mut message = phone.fake.idle().unwrap();
            while let Some(command) = office.exchange(&message).await.unwrap() {
                let open = office.open_commands(&phone.id).await;
                let is_it = open.iter().any(|c| {
                    c.status == CommandStatus::Sent && c.item_id.as_ref() == Some(&page) && c.kind == CommandKind::InstallProfile
                });
                if is_it {
                    phone.fake.script.push_back(Behaviour::Error(refusal()));
                }
                message = phone.fake.answer(&command).unwrap().unwrap();
            }
        };
        for _ in 0..20 {
            refused(&mut office, &mut phone).await;
            match office.next_push(&phone.id).await {
                Some(at) => office.pass_until(at),
                None => break,
            }
        }
        assert!(!phone.has_item(&page));
        assert_eq!(office.stage(&phone).await, Stage::Free);
        assert_eq!(office.handover(&phone.id).await.state, HandoverState::Complete);
    }

    async fn a_network_is_not_removed_before_its_successor_is_confirmed(mut office) {
        let ada = office.add_person("ada").await;
        office.distribute_clip().await;
        let hers = office.add_item("Staff network", wifi("Staff"), only_users(&[&ada])).await;
        let nobodys = office.add_item("Open network", wifi("Open"), only_users(&[&nobody()])).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        assert!(phone.has_item(&hers) && !phone.has_item(&nobodys));
        office.try_sign_out(&phone, &session).await.unwrap();
        let mut refusals = 0;
        for _ in 0..40 {
            let mut message = phone.fake.idle().unwrap();
            while let Some(command) = office.exchange(&message).await.unwrap() {
                let sent = office.open_commands(&phone.id).await.into_iter().find(|c| c.status == CommandStatus::Sent);
                if sent.is_some_and(|c| c.item_id.as_ref() == Some(&nobodys)) && refusals < 5 {
                    refusals += 1;
                    phone.fake.script.push_back(Behaviour::Error(refusal()));
                }
                message = phone.fake.answer(&command).unwrap().unwrap();
                assert!(phone.has_item(&hers) || phone.has_item(&nobodys), "the phone is out of reach");
            }
            match office.next_push(&phone.id).await {
                Some(at) => office.pass_until(at),
                None => break,
            }
        }
        assert_eq!(refusals, 5);
        assert!(!phone.has_item(&hers) && phone.has_item(&nobodys));
        assert_eq!(office.stage(&phone).await, Stage::Free);
    }

    async fn a_refused_clip_is_tried_again_so_that_the_old_address_does_not_stay(mut office) {
        let ada = office.add_person("ada").await;
        office.distribute_clip().await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        let old = phone.clip_secret();
        phone.faults.insert(phone.received, Fault::Error);
        office.sign_out(&mut phone, &session).await;
        assert_ne!(phone.clip_secret(), old);
        assert_eq!(office.device(&phone.id).await.clip_confirmed, 2);
        assert_eq!(office.user(&ada).await.user_name, "ada");
    }

    async fn an_item_that_is_wanted_again_while_its_removal_fails_is_fine(mut office) {
        let furniture = office.furnish(&[]).await;
        let mut phone = office.enrol("one").await;
        office.distribute(&furniture.house, Distribution::NoDevices).await;
        phone.faults.insert(phone.received, Fault::Error);
        office.sweep().await;
        assert!(!office.run(&mut phone, 5).await);
        office.distribute(&furniture.house, Distribution::AllDevices).await;
        office.sweep_and_settle(&mut phone).await;
        let row = office.rows(&phone.id).await.into_iter().find(|row| row.item_id == furniture.house).unwrap();
        assert_eq!((row.presence, row.progress, row.failure), (Presence::Present, ItemProgress::Installed, None));
    }

    async fn an_urgent_question_is_not_kept_waiting_by_a_patient_one(mut office) {
        let ada = office.add_person("ada").await;
        office.distribute_clip().await;
        office.add_item("Map", app(MAP_APP, false), Distribution::AllDevices).await;
        office.add_item("Mail", app(MAIL_APP, false), only_users(&[&ada])).await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        // An app that has been on its way for hours: its list is asked for every ten minutes.
        phone.learn_apps(&["com.example.slow"]);
        office.add_item("Slow", app("com.example.slow", false), Distribution::AllDevices).await;
        phone.fake.apps_install_at_once = false;
        office.sweep().await;
        assert!(!office.run(&mut phone, 20_000).await);
        let visit = office.newest_visit(&phone.id).await;
        office.core.sign_out_by_possession(&visit, office.now()).await.unwrap();
        assert!(!office.run(&mut phone, 20).await);
        assert_eq!(office.stage(&phone).await, Stage::Free, "{:#?}", phone.log);
    }

    async fn an_item_for_one_group_reaches_only_its_members(mut office) {
        let (ada, ben) = (office.add_person("ada").await, office.add_person("ben").await);
        let furniture = office.furnish(&[&ada]).await;
        let others = office.add_group("Others", &[&ben]).await;
        let item = office.add_item("Others' page", web_clip("https://others.example/"), only_groups(&[&others])).await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ben").await;
        assert!(phone.has_item(&item) && !phone.has_item(&furniture.passcode));
        assert_eq!(manifest(MAP_APP), "https://apps.example/com.example.map.plist");
        assert!(office.core.sign_in("ben", PASSWORD, &Visitor::default(), office.now()).await.is_ok());
    }
}
