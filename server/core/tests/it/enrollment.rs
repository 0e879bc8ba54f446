//! How phones come under management, and who is refused.

use baton_core::{
    Actor, Core,
    channel::DeviceError,
    enrollment::{CheckInOutcome, ProfileError},
    handover::Stage,
};
use baton_mdm::fake::{FakeDevice, SignedMessage};
use baton_model::{CommandKind, CommandStatus, CustodyCause, DeviceState, EnrollmentState, HandoverState};
use baton_policy::Presence;
use futures::future::join_all;

use crate::{
    furniture::{MAP_APP, web_clip},
    office::{Office, nobody},
    phone::{CLIP, ENROLLMENT},
};

/// Everything that a stranger's message must not change, as text.
async fn state(office: &Office) -> String {
    let count = |table: &'static str| async move { office.number(&format!("SELECT COUNT(*) FROM {table}")).await };
    let mut state = String::new();
    for table in ["devices", "enrollments", "commands", "custody", "handovers", "device_items", "audit"] {
        state.push_str(&format!("{table} {}\n", count(table).await));
    }
    let sent = "SELECT COUNT(*) FROM commands WHERE status <> 'queued'";
    let seen = "SELECT COALESCE(MAX(last_seen_at), 0) FROM devices";
    format!("{state} sent {} seen {}", office.number(sent).await, office.number(seen).await)
}

on_both_engines! {
    async fn a_phone_that_enrols_is_asked_about_itself_and_gets_the_clip(mut office) {
        office.furnish(&[]).await;
        let mut phone = office.enrol_quietly("one").await;
        assert_eq!(office.device(&phone.id).await.state, DeviceState::Enrolled);
        office.settle(&mut phone).await;
        let device = office.device(&phone.id).await;
        assert_eq!(device.os_version.as_deref(), Some("18.3"));
        assert_eq!(device.supervised, Some(false));
        assert!(phone.fake.profiles.contains_key(CLIP));
        assert_eq!((device.clip_generation, device.clip_confirmed), (1, 1));
        assert_eq!(office.stage(&phone).await, Stage::Free);
        assert_eq!(office.handover(&phone.id).await.state, HandoverState::Complete);
    }

    async fn custody_of_a_new_phone_starts_with_nobody(mut office) {
        office.furnish(&[]).await;
        let phone = office.enrol("one").await;
        let (lines, _) = office.core.custody(&Actor::System, &phone.id, None, office.now()).await.unwrap();
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].entry.holder_id, nobody());
        assert_eq!(lines[0].entry.cause, CustodyCause::Enrolled);
    }

    async fn a_signed_out_phone_has_what_the_policy_gives_nobody(mut office) {
        let furniture = office.furnish(&[]).await;
        let phone = office.enrol("one").await;
        furniture.assert_nobodys(&phone);
    }

    async fn a_link_that_enrolled_as_many_phones_as_it_may_enrols_no_more(mut office) {
        let link = office.link(1, 1).await;
        let fetch = async |name: &str| {
            let profile = office.core.enrollment_profile(&link, office.now()).await.unwrap();
            FakeDevice::enrol(&profile, name, name, name).unwrap()
        };
        let (first, second) = (fetch("one").await, fetch("two").await);
        office.check_in(&first.authenticate().unwrap()).await.unwrap();
        let refused = office.check_in(&second.authenticate().unwrap()).await;
        assert!(matches!(refused, Err(DeviceError::LinkUsedUp)), "{refused:?}");
        let over = office.core.enrollment_profile(&link, office.now()).await;
        assert!(matches!(over, Err(ProfileError::Over)), "{over:?}");
        assert_eq!(office.number("SELECT COUNT(*) FROM devices").await, 1);
    }

    async fn a_link_expires(mut office) {
        let link = office.link(5, 2).await;
        let device = FakeDevice::enrol(
            &office.core.enrollment_profile(&link, office.now()).await.unwrap(), "one", "one", "one",
        ).unwrap();
        office.pass_seconds(2 * 86_400);
        let over = office.core.enrollment_profile(&link, office.now()).await;
        assert!(matches!(over, Err(ProfileError::Over)), "{over:?}");
        let refused = office.check_in(&device.authenticate().unwrap()).await;
        assert!(matches!(refused, Err(DeviceError::LinkUsedUp)), "{refused:?}");
    }

    async fn a_revoked_link_enrols_nothing_and_takes_nothing_away(mut office) {
        office.furnish(&[]).await;
        let link = office.link(5, 2).await;
        let enrolled = office.enrol("one").await;
        let id = office.core.list_enrollment_links(&Actor::System, office.now()).await.unwrap()
            .into_iter().find(|link| link.uses_left > 0).unwrap().id;
        office.core.revoke_enrollment_link(&Actor::System, &id, office.now()).await.unwrap();
        let over = office.core.enrollment_profile(&link, office.now()).await;
        assert!(matches!(over, Err(ProfileError::Over)), "{over:?}");
        assert_eq!(office.device(&enrolled.id).await.state, DeviceState::Enrolled);
    }

    async fn an_unknown_link_gives_nothing(mut office) {
        let unknown = office.core.enrollment_profile("anything", office.now()).await;
        assert!(matches!(unknown, Err(ProfileError::Unknown)), "{unknown:?}");
    }

    async fn authenticating_again_because_the_answer_was_lost_uses_the_link_once(mut office) {
        let fake = office.unpack("one").await;
        for _ in 0..2 {
            let outcome = office.check_in(&fake.authenticate().unwrap()).await.unwrap();
            assert_eq!(outcome, CheckInOutcome::Authenticated);
        }
        assert_eq!(office.number("SELECT COUNT(*) FROM devices").await, 1);
    }

    async fn authenticating_twice_at_once_makes_one_device(mut office) {
        let link = office.link(5, 1).await;
        let profile = office.core.enrollment_profile(&link, office.now()).await.unwrap();
        let fake = FakeDevice::enrol(&profile, "one", "one", "one").unwrap();
        let message = fake.authenticate().unwrap();
        let attempts = (0..4).map(|_| {
            let (core, message, now) = (office.core.clone(), message.clone(), office.now());
            tokio::spawn(async move { core.check_in(Some(&message.signature), &message.body, now).await.is_ok() })
        });
        let results = join_all(attempts.collect::<Vec<_>>()).await;
        assert!(results.iter().any(|result| *result.as_ref().unwrap()));
        assert_eq!(office.number("SELECT COUNT(*) FROM devices").await, 1);
        assert_eq!(office.number("SELECT MAX(uses_left) FROM enrollment_links").await, 4);
    }

    async fn another_identity_with_the_same_udid_takes_over_nothing(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        office.try_sign_in(&phone, "ada").await.unwrap();
        let queue = office.open_commands(&phone.id).await;

        let mut twin = office.enrol_quietly("two").await;
        let twin_link = office.link(1, 1).await;
        let profile = office.core.enrollment_profile(&twin_link, office.now()).await.unwrap();
        twin.fake = FakeDevice::enrol(&profile, &phone.fake.udid, "serial-one", "Twin").unwrap();
        office.check_in(&twin.fake.authenticate().unwrap()).await.unwrap();
        office.check_in(&twin.fake.token_update().unwrap()).await.unwrap();

        let both = office.store.read().await.unwrap().find_devices_by_udid(&phone.fake.udid).await.unwrap();
        assert_eq!(both.len(), 2);
        let new = both.iter().find(|device| device.id != phone.id).unwrap();
        assert_eq!(new.holder_id, nobody());
        assert_eq!(office.device(&phone.id).await.holder_id, ada);
        assert_eq!(office.open_commands(&phone.id).await, queue);
        let given = office.exchange(&twin.fake.idle().unwrap()).await.unwrap().unwrap();
        assert!(String::from_utf8(given).unwrap().contains("DeviceInformation"));
        office.settle(&mut phone).await;
        assert_eq!(office.device(&phone.id).await.holder_id, ada);
    }

    async fn a_message_in_another_phones_name_is_refused(mut office) {
        office.furnish(&[]).await;
        let one = office.enrol("one").await;
        let mut two = office.enrol("two").await;
        office.add_item("More", web_clip("https://more.example/"), baton_policy::Distribution::AllDevices).await;
        office.core.reconcile_lagging(10, office.now()).await.unwrap();
        let before = state(&office).await;
        two.fake.udid.clone_from(&one.fake.udid);
        let idle = office.exchange(&two.fake.idle().unwrap()).await;
        assert!(matches!(idle, Err(DeviceError::OtherDevice)), "{idle:?}");
        for message in [two.fake.authenticate(), two.fake.token_update(), two.fake.check_out()] {
            let refused = office.check_in(&message.unwrap()).await;
            assert!(matches!(refused, Err(DeviceError::OtherDevice)), "{refused:?}");
        }
        assert_eq!(state(&office).await, before);
    }

    async fn whoever_lacks_an_identity_of_ours_is_refused(mut office) {
        office.furnish(&[]).await;
        let phone = office.enrol("one").await;
        office.add_item("More", web_clip("https://more.example/"), baton_policy::Distribution::AllDevices).await;
        office.core.reconcile_lagging(10, office.now()).await.unwrap();
        let before = state(&office).await;

        let stranger = stranger(&office, &phone.fake);
        let unsigned = |message: &SignedMessage| (None, message.body.clone());
        let tampered = |message: &SignedMessage| {
            let body = String::from_utf8(message.body.clone()).unwrap().replacen("</dict>", " </dict>", 1);
            (Some(message.signature.clone()), body.into_bytes())
        };
        let foreign = |message: &SignedMessage| (Some(message.signature.clone()), message.body.clone());
        let garbled = |message: &SignedMessage| (Some("AAAA".to_owned()), message.body.clone());

        let idle = phone.fake.idle().unwrap();
        let check_out = phone.fake.check_out().unwrap();
        for (signature, body) in [
            unsigned(&idle), tampered(&idle), garbled(&idle), foreign(&stranger.idle().unwrap()),
        ] {
            let refused = office.core.exchange(signature.as_deref(), &body, office.now()).await;
            assert!(is_refused(&refused), "{refused:?}");
        }
        for (signature, body) in [
            unsigned(&check_out), tampered(&check_out), garbled(&check_out), foreign(&stranger.check_out().unwrap()),
            foreign(&stranger.authenticate().unwrap()), foreign(&stranger.token_update().unwrap()),
        ] {
            let refused = office.core.check_in(signature.as_deref(), &body, office.now()).await;
            assert!(is_refused(&refused), "{refused:?}");
        }
        assert_eq!(state(&office).await, before);
    }

    async fn an_identity_ends_with_its_certificate(mut office) {
        office.furnish(&[]).await;
        let phone = office.enrol("one").await;
        office.pass_seconds(2 * 366 * 86_400);
        let refused = office.exchange(&phone.fake.idle().unwrap()).await;
        assert!(matches!(refused, Err(DeviceError::Identity(_))), "{refused:?}");
    }

    async fn nonsense_is_refused_and_changes_nothing(mut office) {
        office.furnish(&[]).await;
        let phone = office.enrol("one").await;
        let before = state(&office).await;
        for body in ["", "<plist/>", "<plist><dict><key>Status</key><string>Idle</string></dict></plist>", "bplist00"] {
            let signature = phone.fake.identity.sign(body.as_bytes()).unwrap();
            let answer = office.core.exchange(Some(&signature), body.as_bytes(), office.now()).await;
            assert!(matches!(answer, Err(DeviceError::Message(_))), "{answer:?}");
            let message = office.core.check_in(Some(&signature), body.as_bytes(), office.now()).await;
            assert!(matches!(message, Err(DeviceError::Message(_))), "{message:?}");
        }
        assert_eq!(state(&office).await, before);
    }

    async fn a_token_before_authenticating_is_refused(mut office) {
        let fake = office.unpack("one").await;
        let refused = office.check_in(&fake.token_update().unwrap()).await;
        assert!(matches!(refused, Err(DeviceError::NotEnrolled)), "{refused:?}");
        let refused = office.exchange(&fake.idle().unwrap()).await;
        assert!(matches!(refused, Err(DeviceError::NotEnrolled)), "{refused:?}");
    }

    async fn authenticating_anew_cancels_old_commands_and_brings_everything_back(mut office) {
        let furniture = office.furnish(&[]).await;
        let mut phone = office.enrol("one").await;
        let more = office.add_item(
            "More", web_clip("https://more.example/"), baton_policy::Distribution::AllDevices,
        ).await;
        office.core.reconcile_lagging(10, office.now()).await.unwrap();
        let given = office.exchange(&phone.fake.idle().unwrap()).await.unwrap().unwrap();
        let old = office.open_commands(&phone.id).await;
        assert_eq!(old.iter().map(|command| command.status).collect::<Vec<_>>(), [CommandStatus::Sent]);

        // The phone was erased and restored: the identity is there, and nothing else.
        phone.fake.profiles.retain(|identifier, _| identifier == ENROLLMENT);
        phone.fake.apps.clear();
        office.check_in(&phone.fake.authenticate().unwrap()).await.unwrap();
        assert!(office.open_commands(&phone.id).await.is_empty());
        assert!(office.rows(&phone.id).await.iter().all(|row| row.presence != Presence::Present));
        office.check_in(&phone.fake.token_update().unwrap()).await.unwrap();
        office.settle(&mut phone).await;

        let redelivered = office.commands(&phone.id).await.iter().any(|command| {
            command.id == old[0].id && command.deliveries > 1
        });
        assert!(!redelivered && !given.is_empty());
        assert!(phone.has_item(&more) && phone.has_item(&furniture.house) && phone.fake.profiles.contains_key(CLIP));
        assert!(phone.fake.apps.contains_key(MAP_APP));
        assert_eq!(office.stage(&phone).await, Stage::Free);
    }

    async fn a_person_keeps_a_phone_that_authenticates_anew(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        phone.fake.profiles.retain(|identifier, _| identifier == ENROLLMENT);
        phone.fake.apps.clear();
        office.check_in(&phone.fake.authenticate().unwrap()).await.unwrap();
        office.check_in(&phone.fake.token_update().unwrap()).await.unwrap();
        office.settle(&mut phone).await;
        furniture.assert_has_all_of(&phone, "ada");
    }

    async fn an_app_that_was_on_its_way_when_a_phone_authenticated_anew_is_sent_again(mut office) {
        office.furnish(&[]).await;
        let mut phone = office.enrol_quietly("one").await;
        phone.fake.apps_install_at_once = false;
        assert!(!office.run(&mut phone, 20).await);
        phone.fake.profiles.retain(|identifier, _| identifier == ENROLLMENT);
        phone.fake.apps.clear();
        phone.fake.apps_install_at_once = true;
        office.check_in(&phone.fake.authenticate().unwrap()).await.unwrap();
        office.check_in(&phone.fake.token_update().unwrap()).await.unwrap();
        office.settle(&mut phone).await;
        assert!(phone.fake.apps.contains_key(MAP_APP), "{:#?}", phone.log);
        assert_eq!(office.handover(&phone.id).await.state, HandoverState::Complete);
    }

    async fn checking_out_ends_everything(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        office.add_item("More", web_clip("https://more.example/"), baton_policy::Distribution::AllDevices).await;
        office.core.reconcile_lagging(10, office.now()).await.unwrap();
        let visit = office.visit(&phone).await;

        let outcome = office.check_in(&phone.fake.check_out().unwrap()).await.unwrap();
        assert_eq!(outcome, CheckInOutcome::CheckedOut);
        let device = office.device(&phone.id).await;
        assert_eq!((device.state, device.holder_id), (DeviceState::Unenrolled, nobody()));
        assert!(office.open_commands(&phone.id).await.is_empty());
        assert!(office.rows(&phone.id).await.is_empty());
        assert!(office.core.clip_session(&session.session.secret, &phone.id, office.now()).await.unwrap().is_none());
        let page = office.core.clip_page(&visit, None).await;
        assert!(matches!(page, Err(baton_core::clip::ClipError::NotManaged)), "{page:?}");
        let late = office.exchange(&phone.fake.idle().unwrap()).await;
        assert!(matches!(late, Err(DeviceError::NotEnrolled)), "{late:?}");
        assert_eq!(office.next_push(&phone.id).await, None);
        let ended = format!("SELECT COUNT(*) FROM enrollments WHERE state <> '{}'", EnrollmentState::Ended.as_str());
        assert_eq!(office.number(&ended).await, 0);
        let (lines, _) = office.core.custody(&Actor::System, &phone.id, None, office.now()).await.unwrap();
        assert_eq!(lines.last().unwrap().entry.cause, CustodyCause::Unenrolled);
        assert!(office.audit().await.iter().any(|line| line.starts_with("device.check-out done")));
    }

    async fn a_phone_that_left_in_the_middle_of_a_handover_fails_it(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let phone = office.enrol("one").await;
        office.try_sign_in(&phone, "ada").await.unwrap();
        office.check_in(&phone.fake.check_out().unwrap()).await.unwrap();
        assert_eq!(office.handover(&phone.id).await.state, HandoverState::Failed);
    }

    async fn a_phone_that_left_may_enrol_again_as_a_new_one(mut office) {
        let furniture = office.furnish(&[]).await;
        let left = office.enrol("one").await;
        office.check_in(&left.fake.check_out().unwrap()).await.unwrap();
        let link = office.link(1, 1).await;
        let profile = office.core.enrollment_profile(&link, office.now()).await.unwrap();
        let mut phone = office.enrol_quietly("two").await;
        phone.fake = FakeDevice::enrol(&profile, &left.fake.udid, "serial-one", "Back").unwrap();
        phone.learn_apps(&[MAP_APP]);
        office.check_in(&phone.fake.authenticate().unwrap()).await.unwrap();
        office.check_in(&phone.fake.token_update().unwrap()).await.unwrap();
        let both = office.store.read().await.unwrap().find_devices_by_udid(&left.fake.udid).await.unwrap();
        phone.id = both.iter().find(|device| device.id != left.id).unwrap().id.clone();
        office.settle(&mut phone).await;
        furniture.assert_nobodys(&phone);
    }

    async fn a_lost_question_about_the_phone_is_asked_again(mut office) {
        office.furnish(&[]).await;
        let mut phone = office.enrol_quietly("one").await;
        let first = office.exchange(&phone.fake.idle().unwrap()).await.unwrap().unwrap();
        let again = office.exchange(&phone.fake.idle().unwrap()).await.unwrap().unwrap();
        assert_eq!(first, again);
        office.settle(&mut phone).await;
        let asked = office.commands(&phone.id).await;
        let asked = asked.iter().filter(|command| command.kind == CommandKind::DeviceInformation);
        assert_eq!(asked.map(|command| command.status).collect::<Vec<_>>(), [CommandStatus::Acknowledged]);
    }
}

/// Somebody whose identity is from another authority, claiming to be this phone.
fn stranger(office: &Office, phone: &FakeDevice) -> FakeDevice {
    let start = time::OffsetDateTime::from_unix_timestamp(office.now().unix_seconds()).unwrap();
    let authority = baton_mdm::ca::CertificateAuthority::create("Heron Clinic", start).unwrap();
    let identity = authority.issue_identity("Baton", start, time::Duration::days(365)).unwrap();
    let mut stranger = phone.clone();
    stranger.identity =
        baton_mdm::signature::SigningIdentity::from_pkcs12(&identity.pkcs12, &identity.password).unwrap();
    stranger
}

fn is_refused<T>(result: &Result<T, DeviceError>) -> bool {
    matches!(result, Err(DeviceError::Unsigned | DeviceError::Signature(_) | DeviceError::Identity(_)))
}

const _: fn() = || {
    fn is_shared<T: Clone + Send + Sync>() {}
    is_shared::<Core>();
};
