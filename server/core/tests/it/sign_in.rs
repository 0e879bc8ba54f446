//! Signing in on a shared phone (A2, A4, A7, A12, A16, A21).

use std::time::{Duration, Instant};

use baton_core::{
    accounts::Visitor,
    clip::{ClipError, Visit},
    handover::{ClipSignInError, ItemLine, Stage},
};
use baton_mdm::message::ManagedAppStatus;
use baton_model::{CustodyCause, HandoverKind, HandoverState, ItemId, ItemProgress};

use crate::{
    furniture::{MAIL_APP, MAP_APP, app, passcode},
    office::{Office, PASSWORD, nobody, only_users},
    phone::{CLIP, Phone},
};

async fn lines(office: &Office, phone: &Phone) -> Vec<ItemLine> {
    office.page_of(phone).await.items
}

async fn progress(office: &Office, phone: &Phone, item: &ItemId) -> ItemProgress {
    lines(office, phone).await.into_iter().find(|line| line.item == *item && !line.leaves).unwrap().progress
}

/// The phone connects and takes commands until it has done the one for this item.
async fn take_commands_until(office: &Office, phone: &mut Phone, word: &str) -> Vec<u8> {
    let mut message = phone.fake.idle().unwrap();
    loop {
        let command = office.exchange(&message).await.unwrap().unwrap();
        if String::from_utf8_lossy(&command).contains(word) {
            return command;
        }
        message = phone.fake.answer(&command).unwrap().unwrap();
    }
}

/// The payload of a profile travels in base64; this is how its identifier looks there is hard to say, so profiles are
/// recognised by how many came before.
async fn take_commands(office: &Office, phone: &mut Phone, number: usize) -> Vec<u8> {
    let mut message = phone.fake.idle().unwrap();
    for _ in 0..number {
        let command = office.exchange(&message).await.unwrap().unwrap();
        message = phone.fake.answer(&command).unwrap().unwrap();
    }
    office.exchange(&message).await.unwrap().unwrap()
}

on_both_engines! {
    async fn everything_the_person_gets_arrives(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let signed_in = office.sign_in(&mut phone, "ada").await;
        assert!(!signed_in.resumed);
        furniture.assert_has_all_of(&phone, "ada");
        let holder = office.core.clip_session(&signed_in.session.secret, &phone.id, office.now()).await.unwrap().unwrap();
        let page = office.core.clip_page(&office.visit(&phone).await, Some(&holder)).await.unwrap();
        assert_eq!(page.stage, Stage::Held);
        assert!(page.is_settled);
        assert!(page.items.iter().all(ItemLine::is_done), "{:#?}", page.items);
        let handover = office.handover(&phone.id).await;
        assert_eq!((handover.kind, handover.state), (HandoverKind::SignIn, HandoverState::Complete));
    }

    async fn custody_and_handover_name_who_signed_in(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let phone = office.enrol("one").await;
        office.try_sign_in(&phone, "ada").await.unwrap();
        let last = office.store.read().await.unwrap().last_custody(&phone.id).await.unwrap().unwrap();
        assert_eq!((last.holder_id.clone(), last.cause), (ada.clone(), CustodyCause::SignedIn));
        assert_eq!(last.actor_id, Some(ada.clone()));
        assert_eq!((office.handover(&phone.id).await.from_user, office.device(&phone.id).await.holder_id), (nobody(), ada));
    }

    async fn a_profile_waits_is_sent_and_is_installed(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        office.try_sign_in(&phone, "ada").await.unwrap();
        assert_eq!(progress(&office, &phone, &furniture.passcode).await, ItemProgress::Waiting);
        // Before it come Intranet (replaced), Lost and found (removed), Ward.
        let command = take_commands(&office, &mut phone, 3).await;
        assert_eq!(progress(&office, &phone, &furniture.passcode).await, ItemProgress::Sent);
        let answer = phone.fake.answer(&command).unwrap().unwrap();
        assert!(phone.has_item(&furniture.passcode), "the order is another");
        office.exchange(&answer).await.unwrap();
        assert_eq!(progress(&office, &phone, &furniture.passcode).await, ItemProgress::Installed);
    }

    async fn a_locked_phone_is_said_to_be_locked(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        office.try_sign_in(&phone, "ada").await.unwrap();
        let command = take_commands(&office, &mut phone, 3).await;
        phone.fake.script.push_back(baton_mdm::fake::Behaviour::NotNow);
        let answer = phone.fake.answer(&command).unwrap().unwrap();
        office.exchange(&answer).await.unwrap();
        assert_eq!(progress(&office, &phone, &furniture.passcode).await, ItemProgress::DeviceLocked);
        office.settle(&mut phone).await;
        furniture.assert_has_all_of(&phone, "ada");
    }

    async fn an_app_is_accepted_then_asks_to_be_installed_then_is(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        phone.fake.apps_install_at_once = false;
        office.try_sign_in(&phone, "ada").await.unwrap();
        assert_eq!(progress(&office, &phone, &furniture.mail).await, ItemProgress::Waiting);
        let command = take_commands_until(&office, &mut phone, MAIL_APP).await;
        assert_eq!(progress(&office, &phone, &furniture.mail).await, ItemProgress::Sent);
        let answer = phone.fake.answer(&command).unwrap().unwrap();
        office.exchange(&answer).await.unwrap();
        assert_eq!(progress(&office, &phone, &furniture.mail).await, ItemProgress::Accepted);

        assert!(!office.run(&mut phone, 30).await);
        assert_eq!(progress(&office, &phone, &furniture.mail).await, ItemProgress::Accepted);
        phone.fake.apps.insert(MAIL_APP.to_owned(), ManagedAppStatus::Prompting);
        assert!(!office.run(&mut phone, 60).await);
        assert_eq!(progress(&office, &phone, &furniture.mail).await, ItemProgress::TapInstall);
        assert_eq!(office.handover(&phone.id).await.state, HandoverState::InProgress);
        phone.fake.apps.insert(MAIL_APP.to_owned(), ManagedAppStatus::Managed);
        office.settle(&mut phone).await;
        assert_eq!(progress(&office, &phone, &furniture.mail).await, ItemProgress::Installed);
        assert_eq!(office.handover(&phone.id).await.state, HandoverState::Complete);
    }

    async fn an_app_that_the_person_refuses_has_failed_and_the_handover_is_over(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        phone.fake.apps_install_at_once = false;
        office.try_sign_in(&phone, "ada").await.unwrap();
        assert!(!office.run(&mut phone, 30).await);
        phone.fake.apps.insert(MAIL_APP.to_owned(), ManagedAppStatus::UserRejected);
        office.settle(&mut phone).await;
        let line = lines(&office, &phone).await.into_iter().find(|line| line.item == furniture.mail).unwrap();
        assert_eq!((line.progress, line.failure.as_deref()), (ItemProgress::Failed, Some("app-userrejected")));
        assert_eq!(office.handover(&phone.id).await.state, HandoverState::Complete);
        let tries = office.commands(&phone.id).await.iter().filter(|c| c.identifier.as_deref() == Some(MAIL_APP)).count();
        assert_eq!(tries, 1);
    }

    async fn the_holder_signing_in_again_resumes_without_a_handover(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let first = office.sign_in(&mut phone, "ada").await;
        let (handover, custody) = (office.handover(&phone.id).await, office.device(&phone.id).await.custody_seq);
        let again = office.try_sign_in(&phone, "ADA ".trim()).await.unwrap();
        assert!(again.resumed);
        assert_ne!(first.session.secret, again.session.secret);
        assert_eq!(office.handover(&phone.id).await, handover);
        assert_eq!(office.device(&phone.id).await.custody_seq, custody);
        assert!(office.open_commands(&phone.id).await.is_empty());
        for session in [first, again] {
            let found = office.core.clip_session(&session.session.secret, &phone.id, office.now()).await.unwrap();
            assert_eq!(found.unwrap().user.id, ada);
        }
    }

    async fn a_second_person_is_refused_and_that_is_audited(mut office) {
        let (ada, ben) = (office.add_person("ada").await, office.add_person("ben").await);
        office.furnish(&[&ada, &ben]).await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        let refused = office.try_sign_in(&phone, "ben").await;
        assert!(matches!(refused, Err(ClipSignInError::InUse)), "{refused:?}");
        assert_eq!(office.device(&phone.id).await.holder_id, ada);
        assert_eq!(office.number("SELECT COUNT(*) FROM sessions WHERE user_id = 'user-ben'").await, 0);
        assert!(office.audit().await.iter().any(|line| {
            line.starts_with(&format!("device.sign-in refused {}", phone.id)) && line.contains("somebody else")
        }));
    }

    async fn whoever_does_not_hold_the_phone_sees_no_name_on_its_page(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        assert_eq!(office.stage(&phone).await, Stage::InUse);
    }

    async fn nobody_signs_in_while_something_of_the_former_holder_may_be_there(mut office) {
        let (ada, ben) = (office.add_person("ada").await, office.add_person("ben").await);
        let furniture = office.furnish(&[&ada, &ben]).await;
        let mut phone = office.enrol("one").await;
        furniture.watch(&mut phone, &[(&ada, "ada"), (&ben, "ben")]);
        let session = office.sign_in(&mut phone, "ada").await;
        office.try_sign_out(&phone, &session).await.unwrap();
        assert_eq!(office.stage(&phone).await, Stage::Cleaning);
        for name in ["ben", "ada"] {
            let refused = office.try_sign_in(&phone, name).await;
            assert!(matches!(refused, Err(ClipSignInError::NotClean)), "{refused:?}");
        }
        office.settle(&mut phone).await;
        office.sign_in(&mut phone, "ben").await;
        furniture.assert_has_all_of(&phone, "ben");
    }

    async fn the_next_person_may_sign_in_before_nobodys_own_things_arrived(mut office) {
        let (ada, ben) = (office.add_person("ada").await, office.add_person("ben").await);
        office.distribute_clip().await;
        let rules = office.add_item("Rules", passcode(6), only_users(&[&ada, &ben])).await;
        office.add_item("Finder", app(MAP_APP, false), only_users(&[&nobody()])).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        phone.fake.apps_install_at_once = false;
        office.try_sign_out(&phone, &session).await.unwrap();
        assert!(!office.run(&mut phone, 20).await);
        assert_eq!(office.stage(&phone).await, Stage::Free);
        assert_eq!(office.handover(&phone.id).await.state, HandoverState::InProgress);

        office.try_sign_in(&phone, "ben").await.unwrap();
        phone.fake.finish_apps();
        office.settle(&mut phone).await;
        assert_eq!(phone.has(), [crate::phone::profile_of(&rules)].into());
        let states = office.store.read().await.unwrap().list_handovers(&phone.id, 2).await.unwrap();
        assert_eq!(states.iter().map(|h| h.state).collect::<Vec<_>>(), [HandoverState::Complete, HandoverState::Superseded]);
    }

    async fn nobody_holds_more_phones_than_the_limit(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let (mut one, mut two) = (office.enrol("one").await, office.enrol("two").await);
        let session = office.sign_in(&mut one, "ada").await;
        let refused = office.try_sign_in(&two, "ada").await;
        assert!(matches!(refused, Err(ClipSignInError::LimitReached)), "{refused:?}");
        office.sign_out(&mut one, &session).await;
        office.sign_in(&mut two, "ada").await;
        office.reconfigure(|config| config.shared_device_limit = 2);
        office.sign_in(&mut one, "ada").await;
        assert_eq!(office.number("SELECT COUNT(*) FROM devices WHERE holder_id = 'user-ada'").await, 2);
    }

    async fn a_phone_that_left_management_does_not_count_against_the_limit(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let (mut one, mut two) = (office.enrol("one").await, office.enrol("two").await);
        office.sign_in(&mut one, "ada").await;
        office.check_in(&one.fake.check_out().unwrap()).await.unwrap();
        office.sign_in(&mut two, "ada").await;
    }

    async fn a_wrong_password_an_unknown_disabled_or_passwordless_user_and_nobody_look_alike(mut office) {
        office.add_person("ada").await;
        office.add_person("gone").await;
        office.execute("UPDATE users SET enabled = 0 WHERE id = 'user-gone'").await;
        office.add_person("bare").await;
        office.execute("UPDATE users SET password_hash = NULL WHERE id = 'user-bare'").await;
        office.execute(
            "UPDATE users SET password_hash = (SELECT password_hash FROM users WHERE id = 'user-ada') WHERE id = 'nobody'",
        ).await;
        office.furnish(&[]).await;
        let phone = office.enrol("one").await;
        let visit = office.visit(&phone).await;
        let attempts = [
            ("ada", "three quiet herons"), ("ada", ""), ("", ""), ("unknown", PASSWORD), ("gone", PASSWORD),
            ("bare", PASSWORD), ("nobody", PASSWORD), ("Nobody", PASSWORD), ("ada\0", PASSWORD),
        ];
        for (name, password) in attempts {
            let refused = office.core.sign_in_on_clip(&visit, name, password, &Visitor::default(), office.now()).await;
            let Err(ClipSignInError::Wrong { looks_like_pin: false }) = refused else { panic!("{name}: {refused:?}") };
            assert!(office.core.sign_in(name, password, &Visitor::default(), office.now()).await.is_err(), "{name}");
        }
        assert_eq!(office.device(&phone.id).await.holder_id, nobody());
        assert_eq!(office.number("SELECT COUNT(*) FROM sessions").await, 0);
    }

    async fn somebody_who_types_a_pin_is_told_that_pins_do_not_work_here(mut office) {
        office.furnish(&[]).await;
        let phone = office.enrol("one").await;
        let visit = office.visit(&phone).await;
        let refused = office.core.sign_in_on_clip(&visit, "ada", "471100", &Visitor::default(), office.now()).await;
        assert!(matches!(refused, Err(ClipSignInError::Wrong { looks_like_pin: true })), "{refused:?}");
    }

    async fn a_failure_takes_as_long_as_the_floor_says(mut office) {
        // Real time: a paused clock would run ahead of the database, which waits outside the runtime.
        let floor = Duration::from_millis(250);
        office.reconfigure(|config| config.failure_floor = floor);
        office.add_person("ada").await;
        for name in ["ada", "unknown"] {
            let started = Instant::now();
            office.core.sign_in(name, "wrong password", &Visitor::default(), office.now()).await.unwrap_err();
            assert!(started.elapsed() >= floor);
        }
    }

    async fn a_page_that_stands_for_no_phone_signs_nobody_in(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let phone = office.enrol("one").await;
        let unknown = Visit { device_id: "unknown".into(), generation: 1, by_icon: true };
        let future = Visit { device_id: phone.id.clone(), generation: 2, by_icon: true };
        let refused = office.core.sign_in_on_clip(&unknown, "ada", PASSWORD, &Visitor::default(), office.now()).await;
        assert!(matches!(refused, Err(ClipSignInError::Clip(ClipError::NotManaged))), "{refused:?}");
        let refused = office.core.sign_in_on_clip(&future, "ada", PASSWORD, &Visitor::default(), office.now()).await;
        assert!(matches!(refused, Err(ClipSignInError::Clip(ClipError::Retired))), "{refused:?}");
    }

    async fn a_page_expires_and_cannot_be_forged(mut office) {
        office.furnish(&[]).await;
        let phone = office.enrol("one").await;
        let cookie = office.tap(&phone).await.unwrap();
        assert_eq!(office.core.clip_visit(&cookie.value, office.now()).await.unwrap().1.id, phone.id);
        let mut forged = cookie.value.clone();
        forged.insert(3, 'A');
        for nonsense in [forged.as_str(), "", "a.b"] {
            let refused = office.core.clip_visit(nonsense, office.now()).await;
            assert!(matches!(refused, Err(ClipError::Unknown)), "{refused:?}");
        }
        office.pass_until(cookie.expires_at);
        let expired = office.core.clip_visit(&cookie.value, office.now()).await;
        assert!(matches!(expired, Err(ClipError::Expired)), "{expired:?}");
        let unknown = office.core.open_clip("anything", office.now()).await;
        assert!(matches!(unknown, Err(ClipError::Unknown)), "{unknown:?}");
    }

    async fn the_end_of_a_session_signs_nobody_out(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        office.pass_until(session.session.expires_at);
        let found = office.core.clip_session(&session.session.secret, &phone.id, office.now()).await.unwrap();
        assert!(found.is_none());
        assert_eq!(office.device(&phone.id).await.holder_id, ada);
        assert!(office.try_sign_in(&phone, "ada").await.unwrap().resumed);
    }

    async fn a_session_of_one_phone_opens_neither_another_nor_the_portal(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let (mut one, two) = (office.enrol("one").await, office.enrol("two").await);
        let clip = office.sign_in(&mut one, "ada").await;
        let portal = office.core.sign_in("ada", PASSWORD, &Visitor::default(), office.now()).await.unwrap();
        assert!(office.core.clip_session(&clip.session.secret, &two.id, office.now()).await.unwrap().is_none());
        assert!(office.core.portal_session(&clip.session.secret, office.now()).await.unwrap().is_none());
        assert!(office.core.clip_session(&portal.secret, &one.id, office.now()).await.unwrap().is_none());
        assert!(office.core.portal_session(&portal.secret, office.now()).await.unwrap().is_some());
    }

    async fn the_clip_stays_on_the_phone_whoever_has_it(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let before = phone.fake.profiles[CLIP].clone();
        office.sign_in(&mut phone, "ada").await;
        assert_eq!(phone.fake.profiles[CLIP], before);
    }
}
