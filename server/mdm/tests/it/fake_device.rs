//! The in-process device behaves as the protocol says.

use baton_mdm::ca::CertificateAuthority;
use baton_mdm::command::{AppSource, Command, InstallApplication, Setting};
use baton_mdm::enrollment::{AccessRights, EnrollmentKind, EnrollmentProfile};
use baton_mdm::failure::{Failure, explain};
use baton_mdm::fake::{Behaviour, FakeDevice};
use baton_mdm::message::{
    Answer, AnswerStatus, CheckIn, CommandResult, ManagedAppStatus, parse_answer, parse_check_in,
};
use baton_mdm::profile::web_clip_profile;
use baton_mdm::signature::verify;
use time::Duration;

use crate::support::NOW;

const UDID: &str = "00008120-001A2B3C4D5E6F70";

fn enrolled() -> (CertificateAuthority, FakeDevice) {
    enrolled_as(EnrollmentKind::Device { access_rights: AccessRights::ALL })
}

fn personal() -> FakeDevice {
    enrolled_as(EnrollmentKind::User { managed_account: "anna@example.com".to_owned() }).1
}

fn enrolled_as(kind: EnrollmentKind) -> (CertificateAuthority, FakeDevice) {
    let ca = CertificateAuthority::create("Example Hospital", NOW).unwrap();
    let identity = ca.issue_identity("device 1", NOW, Duration::days(365)).unwrap();
    let profile = EnrollmentProfile {
        identifier: "com.example.baton.enrollment".to_owned(),
        organization: "Example Hospital".to_owned(),
        topic: "com.apple.mgmt.local".to_owned(),
        server_url: "http://127.0.0.1:3000/mdm/server".to_owned(),
        check_in_url: "http://127.0.0.1:3000/mdm/check-in".to_owned(),
        identity_pkcs12: identity.pkcs12,
        identity_password: identity.password,
        kind,
        trust_anchor: Some(ca.certificate_der().to_vec()),
    };
    let device = FakeDevice::enrol(&profile.to_plist().unwrap(), UDID, "F2LXK1ABCDEF", "Phone 1");
    (ca, device.unwrap())
}

fn answer(device: &mut FakeDevice, command: &Command) -> Answer {
    let message = device.answer(&command.to_plist("C-1")).unwrap().unwrap();
    verify(&message.signature, &message.body).unwrap();
    parse_answer(&message.body).unwrap()
}

fn clip() -> Command {
    let profile = web_clip_profile("com.example.clip", None, "Sign in", "https://a.example/x");
    Command::InstallProfile { payload: profile.to_plist().unwrap() }
}

fn remove_clip() -> Command {
    Command::RemoveProfile { identifier: "com.example.clip".to_owned() }
}

fn profiles(device: &mut FakeDevice) -> Vec<String> {
    let answer = answer(device, &Command::ProfileList { managed_only: true });
    let CommandResult::ProfileList(profiles) = answer.result else {
        panic!("expected a profile list");
    };
    profiles.into_iter().map(|profile| profile.identifier).collect()
}

fn apps(device: &mut FakeDevice) -> Vec<ManagedAppStatus> {
    let all = Command::ManagedApplicationList { identifiers: vec![] };
    let CommandResult::ManagedApplicationList(apps) = answer(device, &all).result else {
        panic!("expected an app list");
    };
    apps.into_values().collect()
}

#[test]
fn it_enrols_with_messages_our_authority_vouches_for() {
    let (ca, device) = enrolled();

    for message in [
        device.authenticate().unwrap(),
        device.token_update().unwrap(),
        device.check_out().unwrap(),
        device.idle().unwrap(),
    ] {
        let signer = verify(&message.signature, &message.body).unwrap();
        assert_eq!(ca.verify_issued(&signer.certificate_der, NOW), Ok(()));
    }
}

#[test]
fn its_check_ins_are_what_the_server_reads() {
    let (_, device) = enrolled();
    let read = |body: &[u8]| parse_check_in(body).unwrap();

    assert!(matches!(
        read(&device.authenticate().unwrap().body),
        CheckIn::Authenticate(message) if message.who.as_str() == UDID
    ));
    assert!(matches!(
        read(&device.token_update().unwrap().body),
        CheckIn::TokenUpdate(message) if message.token == device.push_token
    ));
    assert!(matches!(read(&device.check_out().unwrap().body), CheckIn::CheckOut(_)));
}

#[test]
fn it_installs_lists_and_removes_profiles() {
    let (_, mut device) = enrolled();

    assert_eq!(answer(&mut device, &clip()).status, AnswerStatus::Acknowledged);
    let installed = profiles(&mut device);
    assert_eq!(answer(&mut device, &remove_clip()).status, AnswerStatus::Acknowledged);

    assert_eq!(installed, ["com.example.baton.enrollment", "com.example.clip"]);
    assert_eq!(profiles(&mut device), ["com.example.baton.enrollment"]);
}

#[test]
fn removing_what_is_not_there_fails_as_on_a_real_phone() {
    let (_, mut device) = enrolled();

    let AnswerStatus::Error(chain) = answer(&mut device, &remove_clip()).status else {
        panic!("expected an error");
    };

    assert_eq!(explain(&chain), Failure::ProfileNotInstalled);
}

#[test]
fn an_accepted_app_arrives_later() {
    let (_, mut device) = enrolled();
    device.apps_install_at_once = false;
    let install = Command::InstallApplication(InstallApplication::new(AppSource::StoreId(42)));

    let accepted = answer(&mut device, &install);
    let before = apps(&mut device);
    device.finish_apps();

    assert_eq!(accepted.status, AnswerStatus::Acknowledged);
    assert_eq!(before, [ManagedAppStatus::Installing]);
    assert_eq!(apps(&mut device), [ManagedAppStatus::Managed]);
}

#[test]
fn a_lost_answer_leaves_its_effect() {
    let (_, mut device) = enrolled();
    device.script.push_back(Behaviour::LoseAnswer);

    let lost = device.answer(&clip().to_plist("C-1")).unwrap();

    assert_eq!(lost, None);
    assert!(device.profiles.contains_key("com.example.clip"));
}

#[test]
fn not_now_and_ignore_leave_no_effect() {
    let (_, mut device) = enrolled();
    device.script.extend([Behaviour::NotNow, Behaviour::Ignore]);

    let put_off = answer(&mut device, &clip());
    let ignored = device.answer(&clip().to_plist("C-1")).unwrap();

    assert_eq!(put_off.status, AnswerStatus::NotNow);
    assert_eq!(ignored, None);
    assert!(!device.profiles.contains_key("com.example.clip"));
}

#[test]
fn a_persons_own_device_names_its_enrollment_and_nothing_of_its_hardware() {
    let device = personal();
    let messages = [device.authenticate(), device.token_update(), device.check_out(), device.idle()];

    for message in messages.map(Result::unwrap) {
        let text = String::from_utf8(message.body).unwrap();
        assert!(text.contains("<key>EnrollmentID</key>"), "{text}");
        for forbidden in ["UDID", "SerialNumber", "IMEI", "MEID", "UnlockToken"] {
            assert!(!text.contains(&format!("<key>{forbidden}</key>")), "{text}");
        }
    }
}

#[test]
fn a_persons_own_device_refuses_what_apple_forbids_and_locks() {
    let mut device = personal();
    let status = |device: &mut FakeDevice, command: &Command| answer(device, command).status;
    let erase = Command::EraseDevice { preserve_data_plan: false, disallow_proximity_setup: false };

    for command in [erase, Command::ClearPasscode { unlock_token: b"unlock".to_vec() }, Command::RestartDevice] {
        let AnswerStatus::Error(chain) = status(&mut device, &command) else { panic!("{command:?} was done") };
        assert_eq!(explain(&chain), Failure::CommandNotSupported);
    }
    let lock = Command::DeviceLock { message: None, phone_number: None };
    assert_eq!(status(&mut device, &lock), AnswerStatus::Acknowledged);
    assert_eq!(device.done, ["DeviceLock"]);
}

#[test]
fn a_lost_device_tells_where_it_is_and_a_setting_says_what_became_of_it() {
    let (_, mut device) = enrolled();
    device.supervised = true;
    let on = Command::EnableLostMode { message: Some("Lost".to_owned()), phone_number: None };
    let rename = Command::Settings(vec![Setting::DeviceName("Ward 3".to_owned())]);

    assert!(matches!(answer(&mut device, &Command::DeviceLocation).status, AnswerStatus::Error(_)));
    assert_eq!(answer(&mut device, &on).status, AnswerStatus::Acknowledged);
    let CommandResult::Location(place) = answer(&mut device, &Command::DeviceLocation).result else {
        panic!("no location");
    };
    let CommandResult::Settings(settings) = answer(&mut device, &rename).result else { panic!("no settings") };

    assert_eq!((place.latitude, place.longitude, place.accuracy), (52.52, 13.405, Some(12.0)));
    assert!(settings[0].is_done && device.name == "Ward 3");
    device.supervised = false;
    let CommandResult::Settings(settings) = answer(&mut device, &rename).result else { panic!("no settings") };
    assert!(!settings[0].is_done && explain(&settings[0].errors) == Failure::CommandNotSupported);
}

#[test]
fn a_profile_with_a_wrong_password_does_not_enrol() {
    let (_, device) = enrolled();
    let profile = device.profiles.values().next().unwrap();
    let text = String::from_utf8(profile.clone()).unwrap();
    let start = text.find("<key>Password</key>").unwrap();
    let broken = format!("{}{}", &text[..start], text[start..].replacen("<string>", "<string>x", 1));

    assert!(FakeDevice::enrol(broken.as_bytes(), UDID, "S", "N").is_err());
}
