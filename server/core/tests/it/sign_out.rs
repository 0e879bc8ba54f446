//! Signing out on a shared phone (A3, A6, A7, A10, A11, A20).

use std::collections::BTreeSet;

use baton_core::{
    Actor, CoreError, Permission,
    accounts::Visitor,
    catalogue::ContentForm,
    clip::ClipError,
    handover::{DryRunLine, SignOutError, Stage},
};
use baton_model::{
    Command, CommandKind, CustodyCause, HandoverKind, HandoverState, ItemId, ItemProgress, Role, item::ChecklistLine,
};
use baton_policy::{Distribution, PlanReason};

use crate::{
    furniture::{MAIL_APP, MAP_APP, app, passcode, web_clip},
    office::{Office, PASSWORD, nobody, only_users},
    phone::{CLIP, Phone, clip_item, profile_of},
};

fn items(lines: &[DryRunLine]) -> BTreeSet<ItemId> {
    lines.iter().map(|line| line.item.clone()).collect()
}

/// The commands of the device's last handover, lists aside.
async fn commands_of_handover(office: &Office, phone: &Phone) -> Vec<Command> {
    let handover = office.handover(&phone.id).await.id;
    let commands = office.commands(&phone.id).await;
    commands.into_iter().filter(|command| command.handover_id.as_ref() == Some(&handover)).collect()
}

async fn set_checklist(office: &Office, lines: &[(&str, bool)]) {
    let checklist = lines.iter().map(|(text, blocks)| ChecklistLine { text: (*text).to_owned(), blocks: *blocks });
    let content = ContentForm::SecureSignIn {
        label: "Baton".to_owned(),
        help_contact: "Call 4711".to_owned(),
        checklist: checklist.collect(),
    };
    office.change_item(&clip_item(), "anything", content).await;
}

on_both_engines! {
    async fn the_phone_ends_up_as_the_policy_says_for_nobody(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        office.sign_out(&mut phone, &session).await;
        furniture.assert_nobodys(&phone);
        let device = office.device(&phone.id).await;
        assert_eq!(device.holder_id, nobody());
        let page = office.page_of(&phone).await;
        assert_eq!((page.stage, page.is_settled, page.was_signed_out), (Stage::Free, true, true));
        let last = office.store.read().await.unwrap().last_custody(&phone.id).await.unwrap().unwrap();
        assert_eq!((last.holder_id, last.cause, last.actor_id), (nobody(), CustodyCause::SignedOut, Some(ada)));
    }

    async fn the_dry_run_says_what_then_happens(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        let run = office.preview(&phone).await;
        assert_eq!(items(&run.removed), [&furniture.ward, &furniture.passcode, &furniture.mail].map(Clone::clone).into());
        assert_eq!(items(&run.kept), [&furniture.house, &furniture.map].map(Clone::clone).into());
        assert_eq!(items(&run.replaced), [furniture.intranet.clone()].into());
        assert_eq!(items(&run.added), [furniture.lost_and_found.clone()].into());
        assert_eq!(run.cannot_remove, []);
        assert!(run.removed.iter().all(|line| line.reason == PlanReason::NotDesired && line.certain));
        let before = phone.has();
        office.sign_out(&mut phone, &session).await;
        let removed: BTreeSet<String> = before.difference(&phone.has()).cloned().collect();
        assert_eq!(
            removed,
            [profile_of(&furniture.ward), profile_of(&furniture.passcode), MAIL_APP.to_owned()].into()
        );
    }

    async fn looking_at_the_dry_run_changes_nothing(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        let before = (office.rows(&phone.id).await, office.commands(&phone.id).await, office.device(&phone.id).await);
        let run = office.preview(&phone).await;
        assert_eq!(office.preview(&phone).await, run);
        assert_eq!(before, (office.rows(&phone.id).await, office.commands(&phone.id).await, office.device(&phone.id).await));
    }

    async fn what_nobody_also_gets_in_the_same_rendering_is_not_touched(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        let house = phone.profile(&furniture.house);
        office.sign_out(&mut phone, &session).await;
        let touched: BTreeSet<ItemId> =
            commands_of_handover(&office, &phone).await.into_iter().filter_map(|command| command.item_id).collect();
        assert!(!touched.contains(&furniture.house) && !touched.contains(&furniture.map), "{touched:?}");
        assert_eq!(phone.profile(&furniture.house), house);
        assert!(phone.fake.apps.contains_key(MAP_APP));
    }

    async fn a_personal_rendering_is_replaced_in_place(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        assert!(phone.profile(&furniture.intranet).contains("https://intranet.example/ada<"));
        office.sign_out(&mut phone, &session).await;
        assert!(phone.profile(&furniture.intranet).contains("https://intranet.example/<"));
        let commands = commands_of_handover(&office, &phone).await;
        let kinds: Vec<CommandKind> = commands.iter()
            .filter(|command| command.item_id.as_ref() == Some(&furniture.intranet)).map(|command| command.kind).collect();
        assert_eq!(kinds, [CommandKind::InstallProfile]);
    }

    async fn a_phone_is_unclean_until_the_personal_rendering_is_replaced(mut office) {
        office.add_person("ada").await;
        office.distribute_clip().await;
        office.add_item("Intranet", web_clip("https://intranet.example/${user.name}"), Distribution::AllDevices).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        office.try_sign_out(&phone, &session).await.unwrap();
        assert_eq!(office.stage(&phone).await, Stage::Cleaning);
        office.settle(&mut phone).await;
        assert_eq!(office.stage(&phone).await, Stage::Free);
    }

    async fn removals_are_shown_until_the_next_person_comes(mut office) {
        let (ada, ben) = (office.add_person("ada").await, office.add_person("ben").await);
        let furniture = office.furnish(&[&ada, &ben]).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        office.try_sign_out(&phone, &session).await.unwrap();
        let leaving = async |office: &Office, phone: &Phone| -> Vec<(ItemId, ItemProgress)> {
            let lines = office.page_of(phone).await.items;
            lines.into_iter().filter(|line| line.leaves).map(|line| (line.item, line.progress)).collect()
        };
        let expected = |progress| {
            let mut lines = vec![&furniture.ward, &furniture.passcode, &furniture.mail];
            lines.sort();
            lines.into_iter().map(|item| (item.clone(), progress)).collect::<Vec<_>>()
        };
        assert_eq!(leaving(&office, &phone).await, expected(ItemProgress::Waiting));
        office.settle(&mut phone).await;
        assert_eq!(leaving(&office, &phone).await, expected(ItemProgress::Removed));
        office.sign_in(&mut phone, "ben").await;
        assert_eq!(leaving(&office, &phone).await, [(furniture.lost_and_found.clone(), ItemProgress::Removed)]);
    }

    async fn signing_out_rotates_the_clip_and_both_addresses_work_until_the_new_one_is_confirmed(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        let old = phone.clip_secret();
        let old_visit = office.visit(&phone).await;
        let out = office.try_sign_out(&phone, &session).await.unwrap();
        assert!(office.core.open_clip(&old, office.now()).await.is_ok());
        assert!(office.core.clip_page(&old_visit, None).await.is_ok());
        let (visit, _) = office.core.clip_visit(&out.visit.value, office.now()).await.unwrap();
        assert_eq!(visit.generation, old_visit.generation + 1);

        office.settle(&mut phone).await;
        assert_ne!(phone.clip_secret(), old);
        let retired = office.core.open_clip(&old, office.now()).await;
        assert!(matches!(retired, Err(ClipError::Retired)), "{retired:?}");
        let page = office.core.clip_page(&old_visit, None).await;
        assert!(matches!(page, Err(ClipError::Retired)), "{page:?}");
        assert!(office.tap(&phone).await.is_ok());
        assert!(office.core.clip_page(&visit, None).await.is_ok());
    }

    async fn opening_the_new_address_confirms_it_too(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        let old = phone.clip_secret();
        office.try_sign_out(&phone, &session).await.unwrap();
        // The phone got the new clip and its answer was lost.
        let command = office.exchange(&phone.fake.idle().unwrap()).await.unwrap().unwrap();
        let mut message = phone.fake.answer(&command).unwrap().unwrap();
        while phone.clip_secret() == old {
            let command = office.exchange(&message).await.unwrap().unwrap();
            message = phone.fake.answer(&command).unwrap().unwrap();
        }
        assert!(office.tap(&phone).await.is_ok());
        let retired = office.core.open_clip(&old, office.now()).await;
        assert!(matches!(retired, Err(ClipError::Retired)), "{retired:?}");
    }

    async fn every_session_of_the_phone_ends_and_those_elsewhere_go_on(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let portal = office.core.sign_in("ada", PASSWORD, &Visitor::default(), office.now()).await.unwrap();
        let first = office.sign_in(&mut phone, "ada").await;
        let second = office.try_sign_in(&phone, "ada").await.unwrap();
        office.sign_out(&mut phone, &first).await;
        for session in [first, second] {
            let found = office.core.clip_session(&session.session.secret, &phone.id, office.now()).await.unwrap();
            assert!(found.is_none());
        }
        assert!(office.core.portal_session(&portal.secret, office.now()).await.unwrap().is_some());
    }

    async fn whoever_has_the_phone_in_hand_may_sign_out_and_that_is_audited_as_such(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        office.sign_out_by_possession(&mut phone).await;
        furniture.assert_nobodys(&phone);
        let last = office.store.read().await.unwrap().last_custody(&phone.id).await.unwrap().unwrap();
        assert_eq!((last.cause, last.actor_id), (CustodyCause::SignedOutByPossession, None));
        let audited = office.audit().await;
        let line = audited.iter().find(|line| line.starts_with("device.sign-out")).unwrap();
        assert!(line.contains(&format!(r#""possessionOf":"{}""#, phone.id)), "{line}");
    }

    async fn a_page_that_went_on_after_a_sign_out_does_not_prove_that_the_phone_is_in_hand(mut office) {
        let (ada, ben) = (office.add_person("ada").await, office.add_person("ben").await);
        office.furnish(&[&ada, &ben]).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        let out = office.sign_out(&mut phone, &session).await;
        let (went_on, _) = office.core.clip_visit(&out.visit.value, office.now()).await.unwrap();
        let signed_in = office.core.sign_in_on_clip(&went_on, "ben", PASSWORD, &Visitor::default(), office.now()).await.unwrap();
        office.settle(&mut phone).await;
        let (bens, _) = office.core.clip_visit(&signed_in.visit.value, office.now()).await.unwrap();
        for page in [went_on, bens] {
            let refused = office.core.sign_out_by_possession(&page, office.now()).await;
            assert!(matches!(refused, Err(SignOutError::NotInHand)), "{refused:?}");
        }
        assert_eq!(office.device(&phone.id).await.holder_id, ben);
        let tapped = office.visit(&phone).await;
        office.core.sign_out_by_possession(&tapped, office.now()).await.unwrap();
    }

    async fn only_the_holder_signs_out_with_a_session(mut office) {
        let (ada, ben) = (office.add_person("ada").await, office.add_person("ben").await);
        office.furnish(&[&ada, &ben]).await;
        let (mut one, mut two) = (office.enrol("one").await, office.enrol("two").await);
        office.sign_in(&mut one, "ada").await;
        let bens = office.sign_in(&mut two, "ben").await;
        let holder = office.core.clip_session(&bens.session.secret, &two.id, office.now()).await.unwrap().unwrap();
        let run = office.preview(&one).await;
        let visit = office.newest_visit(&one.id).await;
        let refused = office.core.sign_out_of_clip(&visit, &holder, &run.revision, &[], office.now()).await;
        assert!(matches!(refused, Err(SignOutError::NotHolder)), "{refused:?}");
        assert_eq!(office.device(&one.id).await.holder_id, ada);
    }

    async fn a_phone_that_nobody_has_cannot_be_signed_out(mut office) {
        office.furnish(&[]).await;
        let phone = office.enrol("one").await;
        let visit = office.visit(&phone).await;
        let refused = office.core.sign_out_by_possession(&visit, office.now()).await;
        assert!(matches!(refused, Err(SignOutError::NobodySignedIn)), "{refused:?}");
        assert_eq!(office.device(&phone.id).await.custody_seq, 1);
    }

    async fn what_changed_since_the_dry_run_is_shown_anew_instead_of_done(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        let visit = office.visit(&phone).await;
        let holder = office.core.clip_session(&session.session.secret, &phone.id, office.now()).await.unwrap().unwrap();
        let shown = office.preview(&phone).await;
        office.distribute(&furniture.house, only_users(&[&ada])).await;
        let refused = office.core.sign_out_of_clip(&visit, &holder, &shown.revision, &[], office.now()).await;
        let Err(SignOutError::Stale(now)) = refused else { panic!("{refused:?}") };
        assert!(items(&now.removed).contains(&furniture.house));
        assert_eq!(office.device(&phone.id).await.holder_id, ada);
        assert_eq!(office.handover(&phone.id).await.kind, HandoverKind::SignIn);
        office.core.sign_out_of_clip(&visit, &holder, &now.revision, &[], office.now()).await.unwrap();
    }

    async fn the_target_is_what_the_policy_says_now(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        office.distribute(&furniture.passcode, Distribution::AllDevices).await;
        office.distribute(&furniture.house, only_users(&[&ada])).await;
        office.sign_out(&mut phone, &session).await;
        assert!(phone.has_item(&furniture.passcode) && !phone.has_item(&furniture.house));
    }

    async fn a_blocking_line_of_the_checklist_must_be_ticked_and_a_reminder_need_not(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        set_checklist(&office, &[("Put it on the charger", false), ("Save your notes", true)]).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        let visit = office.visit(&phone).await;
        let holder = office.core.clip_session(&session.session.secret, &phone.id, office.now()).await.unwrap().unwrap();
        let run = office.preview(&phone).await;
        for ticked in [&[][..], &[0]] {
            let refused = office.core.sign_out_of_clip(&visit, &holder, &run.revision, ticked, office.now()).await;
            assert!(matches!(refused, Err(SignOutError::ChecklistOpen(_))), "{refused:?}");
        }
        assert_eq!(office.device(&phone.id).await.holder_id, ada);
        office.core.sign_out_of_clip(&visit, &holder, &run.revision, &[1], office.now()).await.unwrap();
    }

    async fn a_new_line_of_the_checklist_is_shown_before_it_counts(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        let visit = office.visit(&phone).await;
        let holder = office.core.clip_session(&session.session.secret, &phone.id, office.now()).await.unwrap().unwrap();
        let run = office.preview(&phone).await;
        set_checklist(&office, &[("Save your notes", true)]).await;
        let refused = office.core.sign_out_of_clip(&visit, &holder, &run.revision, &[0], office.now()).await;
        assert!(matches!(refused, Err(SignOutError::Stale(_))), "{refused:?}");
    }

    async fn an_app_that_is_reset_between_people_is_removed_and_comes_back_empty(mut office) {
        office.add_person("ada").await;
        office.add_person("ben").await;
        office.distribute_clip().await;
        let notes = office.add_item("Notes", app(MAP_APP, true), Distribution::AllDevices).await;
        let mut phone = office.enrol("one").await;
        let count = async |office: &Office, phone: &Phone| commands_of_handover(office, phone).await.into_iter().rev()
            .filter(|command| command.item_id.as_ref() == Some(&notes)).map(|command| command.kind).collect::<Vec<_>>();
        let session = office.sign_in(&mut phone, "ada").await;
        assert_eq!(count(&office, &phone).await, [], "Nobody leaves no data");
        let run = office.preview(&phone).await;
        assert_eq!(items(&run.removed), [notes.clone()].into());
        assert_eq!(run.removed[0].reason, PlanReason::ResetBetweenPeople);
        office.sign_out(&mut phone, &session).await;
        assert_eq!(count(&office, &phone).await, [CommandKind::RemoveApplication, CommandKind::InstallApplication]);
        assert!(phone.fake.apps.contains_key(MAP_APP));
        office.sign_in(&mut phone, "ben").await;
        assert_eq!(count(&office, &phone).await, []);
    }

    async fn a_phone_that_is_signed_out_while_things_still_arrive_becomes_clean(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        furniture.watch(&mut phone, &[(&ada, "ada")]);
        phone.fake.apps_install_at_once = false;
        let session = office.try_sign_in(&phone, "ada").await.unwrap();
        assert!(!office.run(&mut phone, 20).await);
        office.try_sign_out(&phone, &session).await.unwrap();
        office.settle(&mut phone).await;
        furniture.assert_nobodys(&phone);
        assert_eq!(office.handover(&phone.id).await.state, HandoverState::Complete);
    }

    async fn signing_out_before_anything_arrived_withdraws_what_was_queued(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let received = phone.received;
        let session = office.try_sign_in(&phone, "ada").await.unwrap();
        office.try_sign_out(&phone, &session).await.unwrap();
        assert_eq!(office.stage(&phone).await, Stage::Free, "nothing of hers was ever sent");
        office.settle(&mut phone).await;
        furniture.assert_nobodys(&phone);
        assert_eq!(phone.received - received, 1, "only the new clip: {:#?}", phone.log);
    }

    async fn help_desk_releases_a_phone_and_the_reason_is_audited(mut office) {
        let (ada, hal) = (office.add_person("ada").await, office.add_person_as("hal", Role::HelpDesk).await);
        let furniture = office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        let help = office.person(&hal, Role::HelpDesk);
        office.core.release_device(&help, &phone.id, "left in the canteen", office.now()).await.unwrap();
        assert!(office.core.clip_session(&session.session.secret, &phone.id, office.now()).await.unwrap().is_none());
        office.settle(&mut phone).await;
        furniture.assert_nobodys(&phone);
        let last = office.store.read().await.unwrap().last_custody(&phone.id).await.unwrap().unwrap();
        assert_eq!((last.cause, last.actor_id), (CustodyCause::Released, Some(hal)));
        let audited = office.audit().await;
        assert!(audited.iter().any(|line| line.starts_with("device.release done") && line.contains("left in the canteen")));
    }

    async fn releasing_a_phone_that_nobody_has_changes_nothing(mut office) {
        let hal = office.add_person_as("hal", Role::HelpDesk).await;
        office.furnish(&[]).await;
        let phone = office.enrol("one").await;
        let before = office.device(&phone.id).await;
        let help = office.person(&hal, Role::HelpDesk);
        office.core.release_device(&help, &phone.id, "left once more", office.now()).await.unwrap();
        assert_eq!(office.device(&phone.id).await, before);
    }

    async fn users_auditors_and_possession_release_nothing_and_the_attempt_is_audited(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        let actors =
            [office.person(&ada, Role::User), office.person(&ada, Role::Auditor), Actor::Possession(phone.id.clone())];
        for actor in actors {
            let refused = office.core.release_device(&actor, &phone.id, "please", office.now()).await;
            assert!(matches!(refused, Err(CoreError::Denied(Permission::AssistDevices))), "{refused:?}");
        }
        assert_eq!(office.device(&phone.id).await.holder_id, ada);
        let refused = office.audit().await.into_iter().filter(|line| line.starts_with("device.release refused")).count();
        assert_eq!(refused, 3);
    }

    async fn a_custody_row_and_a_handover_come_with_each_change_of_hands(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        for _ in 0..3 {
            let session = office.sign_in(&mut phone, "ada").await;
            office.sign_out(&mut phone, &session).await;
        }
        assert_eq!(office.device(&phone.id).await.custody_seq, 7);
        assert_eq!(office.number("SELECT COUNT(*) FROM custody").await, 7);
        assert_eq!(office.number("SELECT COUNT(*) FROM handovers WHERE state = 'complete'").await, 7);
    }

    async fn an_item_that_only_the_holder_gets_leaves_no_row_that_matters(mut office) {
        let ada = office.add_person("ada").await;
        office.distribute_clip().await;
        office.add_item("Rules", passcode(6), only_users(&[&ada])).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        office.sign_out(&mut phone, &session).await;
        assert_eq!(phone.has(), BTreeSet::new());
        assert!(phone.fake.profiles.contains_key(CLIP));
        assert!(office.rows(&phone.id).await.iter().all(|row| {
            row.item_id == clip_item() || row.progress == ItemProgress::Removed
        }));
    }
}
