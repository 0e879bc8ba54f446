//! People's own phones under User Enrollment: they name their enrollment, never their hardware, and stay their owner's.

use baton_core::{
    Actor, CoreError, FieldError, FieldProblem, Permission,
    accounts::UserForm,
    channel::DeviceError,
    clip::ClipError,
    enrollment::{CheckInOutcome, OwnDeviceChoice, OwnDeviceForm, OwnDevices, ProfileError},
};
use baton_model::{CustodyCause, DeviceState, HandoverState, Role};
use baton_policy::{EnrollmentType, Ownership};

use crate::{office::secret_of, people::form, phone::CLIP};

on_both_engines! {
    async fn an_own_phone_is_its_persons_and_names_no_hardware(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let phone = office.enrol_own("adas", &ada).await;

        let device = office.device(&phone.id).await;
        assert_eq!((device.udid, device.serial_number), (None, None));
        assert_eq!(device.apple_enrollment_id.as_deref(), Some("enrollment-of-udid-adas"));
        assert_eq!((device.enrollment_type, device.ownership), (EnrollmentType::User, Ownership::User));
        assert_eq!((device.shared, device.holder_id, device.state), (false, ada.clone(), DeviceState::Enrolled));
        assert_eq!(office.number("SELECT COUNT(*) FROM enrollments WHERE unlock_token IS NOT NULL").await, 0);
        let (custody, _) = office.core.custody(&Actor::System, &phone.id, None, office.now()).await.unwrap();
        let entries: Vec<_> = custody.iter().map(|line| (&line.entry.holder_id, line.entry.cause)).collect();
        assert_eq!(entries, [(&ada, CustodyCause::Enrolled)]);
        assert_eq!(office.handover(&phone.id).await.state, HandoverState::Complete);
    }

    async fn an_own_phone_gets_what_its_person_gets_and_never_the_clip(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let phone = office.enrol_own("adas", &ada).await;
        assert!(phone.has_item(&furniture.ward) && phone.has_item(&furniture.house));
        assert!(!phone.fake.profiles.contains_key(CLIP), "{:#?}", phone.log);
        let asked = phone.log.iter().any(|line| line.contains("InstallApplication"));
        assert!(asked, "{:#?}", phone.log);
    }

    async fn what_apple_does_not_answer_there_is_not_asked(mut office) {
        let ada = office.add_person("ada").await;
        let fake = office.unpack_own("adas", &ada).await;
        office.check_in(&fake.authenticate().unwrap()).await.unwrap();
        office.check_in(&fake.token_update().unwrap()).await.unwrap();
        let question = office.exchange(&fake.idle().unwrap()).await.unwrap().unwrap();
        let question = String::from_utf8(question).unwrap();
        assert!(question.contains("OSVersion") && !question.contains("SerialNumber"), "{question}");
        assert!(!question.contains("IsMDMLostModeEnabled"), "{question}");
    }

    async fn a_serial_number_that_comes_all_the_same_is_not_kept(mut office) {
        let ada = office.add_person("ada").await;
        let fake = office.unpack_own("adas", &ada).await;
        let body = String::from_utf8(fake.authenticate().unwrap().body).unwrap();
        let body = body.replacen("<dict>", "<dict><key>SerialNumber</key><string>F2LXK1ABCDEF</string>", 1);
        let signature = fake.identity.sign(body.as_bytes()).unwrap();
        office.core.check_in(Some(&signature), body.as_bytes(), office.now()).await.unwrap();
        assert_eq!(office.number("SELECT COUNT(*) FROM devices WHERE serial_number IS NOT NULL").await, 0);
    }

    async fn a_device_cannot_choose_another_enrollment_than_its_profiles(mut office) {
        let ada = office.add_person("ada").await;
        let mut own = office.unpack_own("adas", &ada).await;
        own.enrollment = baton_mdm::fake::FakeEnrollment::Device;
        let mut shared = office.unpack("one").await;
        shared.enrollment = baton_mdm::fake::FakeEnrollment::User("mine".to_owned());
        for fake in [own, shared] {
            let refused = office.check_in(&fake.authenticate().unwrap()).await;
            assert!(matches!(refused, Err(DeviceError::Unsupported(_))), "{refused:?}");
        }
        assert_eq!(office.number("SELECT COUNT(*) FROM devices").await, 0);
    }

    async fn a_message_under_another_enrollment_id_is_refused(mut office) {
        let ada = office.add_person("ada").await;
        let mut phone = office.enrol_own("adas", &ada).await;
        phone.fake.enrollment = baton_mdm::fake::FakeEnrollment::User("another".to_owned());
        let refused = office.exchange(&phone.fake.idle().unwrap()).await;
        assert!(matches!(refused, Err(DeviceError::OtherDevice)), "{refused:?}");
        for message in [phone.fake.authenticate(), phone.fake.token_update(), phone.fake.check_out()] {
            let refused = office.check_in(&message.unwrap()).await;
            assert!(matches!(refused, Err(DeviceError::OtherDevice)), "{refused:?}");
        }
        assert_eq!(office.device(&phone.id).await.state, DeviceState::Enrolled);
    }

    async fn an_own_phone_is_never_handed_over(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let phone = office.enrol_own("adas", &ada).await;
        let released = office.core.release_device(&Actor::System, &phone.id, "found", office.now()).await;
        assert!(matches!(released, Err(CoreError::OwnDevice)), "{released:?}");
        let visit = office.newest_visit(&phone.id).await;
        let page = office.core.clip_page(&visit, None).await;
        assert!(matches!(page, Err(ClipError::NotManaged)), "{page:?}");
        assert_eq!(office.device(&phone.id).await.holder_id, ada);
    }

    async fn a_link_for_an_own_phone_is_for_one_person_and_one_phone(mut office) {
        let ada = office.add_person("ada").await;
        office.enrol_own("adas", &ada).await;
        assert_eq!(office.number("SELECT CAST(SUM(uses_left) AS BIGINT) FROM enrollment_links").await, 0);
        for nobody in ["nobody", "ghost"] {
            let form = OwnDeviceForm { user_id: nobody.into(), days: 1 };
            let made = office.core.create_own_device_link(&Actor::System, &form, office.now()).await;
            assert!(matches!(made, Err(CoreError::NotFound("user"))), "{made:?}");
        }
    }

    async fn only_who_may_enrol_devices_of_their_own_gets_a_link_and_only_while_they_may(mut office) {
        let ada = office.add_person("ada").await;
        office.give_account(&ada, "ada@heron.example").await;
        let form = OwnDeviceForm { user_id: ada.clone(), days: 1 };
        let say = async |everybody: bool, said: Option<bool>| {
            office.core.save_own_devices(&Actor::System, everybody, office.now()).await.unwrap();
            let mut tx = office.store.begin().await.unwrap();
            tx.set_own_device_permission(&ada, said).await.unwrap();
            tx.commit().await.unwrap();
        };
        let refused = FieldError::new("userId", FieldProblem::MayNotEnrol);
        for (everybody, said, may) in [
            (false, None, false),
            (false, Some(true), true),
            (false, Some(false), false),
            (true, None, true),
            (true, Some(true), true),
            (true, Some(false), false),
        ] {
            say(everybody, said).await;
            let made = office.core.create_own_device_link(&Actor::System, &form, office.now()).await;
            match (may, &made) {
                (true, Ok(_)) => {}
                (false, Err(CoreError::Invalid(errors))) if *errors == [refused.clone()] => {}
                _ => panic!("everybody {everybody}, said {said:?}: {made:?}"),
            }
        }
        say(true, None).await;
        let link = office.core.create_own_device_link(&Actor::System, &form, office.now()).await.unwrap();
        let secret = secret_of(&link.address, "/enroll/device/");
        say(false, None).await;
        let profile = office.core.enrollment_profile(&secret, office.now()).await;
        assert!(matches!(profile, Err(ProfileError::Over)), "{profile:?}");
        say(true, None).await;
        office.core.enrollment_profile(&secret, office.now()).await.unwrap();
    }

    async fn a_link_is_over_once_its_owner_has_another_account_or_is_disabled(mut office) {
        let ada = office.add_person("ada").await;
        office.give_account(&ada, "ada@heron.example").await;
        office.core.save_own_devices(&Actor::System, true, office.now()).await.unwrap();
        let form = OwnDeviceForm { user_id: ada.clone(), days: 1 };
        let link = office.core.create_own_device_link(&Actor::System, &form, office.now()).await.unwrap();
        let secret = secret_of(&link.address, "/enroll/device/");
        office.give_account(&ada, "ada.king@heron.example").await;
        assert!(matches!(office.core.enrollment_link(&secret, office.now()).await, Err(ProfileError::Over)));
        office.give_account(&ada, "ada@heron.example").await;
        office.core.set_user_enabled(&Actor::System, &ada, false, office.now()).await.unwrap();
        assert!(matches!(office.core.enrollment_link(&secret, office.now()).await, Err(ProfileError::Over)));
    }

    async fn who_may_enrol_is_said_with_the_user_and_by_administrators_only(mut office) {
        let ada = office.add_person("ada").await;
        for (choice, said) in [
            (OwnDeviceChoice::Allowed, Some(true)),
            (OwnDeviceChoice::Unchanged, Some(true)),
            (OwnDeviceChoice::Forbidden, Some(false)),
            (OwnDeviceChoice::Usual, None),
        ] {
            let form = UserForm { own_devices: choice, ..form("ada") };
            office.core.save_user(&Actor::System, &ada, &form, office.now()).await.unwrap();
            let detail = office.core.user_detail(&Actor::System, &ada, office.now()).await.unwrap();
            assert_eq!(detail.own_devices.said, said, "{choice:?}");
        }
        for role in [Role::User, Role::Auditor, Role::HelpDesk] {
            let person = office.person(&ada, role);
            let saved = office.core.save_own_devices(&person, true, office.now()).await;
            assert!(matches!(saved, Err(CoreError::Denied(Permission::ManageSettings))), "{role}: {saved:?}");
        }
        let counted = office.core.own_devices(&Actor::System, office.now()).await.unwrap();
        assert_eq!(counted, OwnDevices::default(), "nobody, until it is said");
    }

    async fn without_a_managed_apple_account_there_is_no_link_for_an_own_phone(mut office) {
        let ada = office.add_person("ada").await;
        office.core.save_own_devices(&Actor::System, true, office.now()).await.unwrap();
        let form = OwnDeviceForm { user_id: ada, days: 1 };
        let made = office.core.create_own_device_link(&Actor::System, &form, office.now()).await;
        let missing = FieldError::new("managedAccount", FieldProblem::Missing);
        assert!(matches!(&made, Err(CoreError::Invalid(errors)) if *errors == [missing]), "{made:?}");
    }

    async fn checking_out_frees_an_own_phone_and_saying_it_twice_is_no_error(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let phone = office.enrol_own("adas", &ada).await;
        for _ in 0..2 {
            let left = office.check_in(&phone.fake.check_out().unwrap()).await.unwrap();
            assert_eq!(left, CheckInOutcome::CheckedOut);
        }
        let device = office.device(&phone.id).await;
        assert_eq!((device.state, device.holder_id), (DeviceState::Unenrolled, crate::office::nobody()));
        assert!(office.rows(&phone.id).await.is_empty());
        let left = office.audit().await.iter().filter(|line| line.starts_with("device.check-out done")).count();
        assert_eq!(left, 1);
    }
}
