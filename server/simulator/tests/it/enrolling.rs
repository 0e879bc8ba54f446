use baton_simulator::{DeviceSpec, EnrollmentProfileError, Fault, Fleet, FleetConfig, Script, SimulatorError};

use crate::fake_server::{FakeServer, command, enrollment_profile, manual, pkcs12, soon, xml};
use crate::signature::Signature;

async fn fleet() -> Fleet {
    let config = FleetConfig { manual: true, ..FleetConfig::default() };
    Fleet::start(config).await.unwrap()
}

#[tokio::test]
async fn a_phone_sends_authenticate_then_token_update() {
    let setup = manual().await;

    assert_eq!(setup.server.kinds(), ["Authenticate", "TokenUpdate"]);
    let authenticate = setup.server.message("Authenticate");
    let spec = DeviceSpec::numbered(1, 1);
    assert_eq!(authenticate.text("UDID"), Some(spec.udid.as_str()));
    assert_eq!(authenticate.text("SerialNumber"), Some(spec.serial.as_str()));
    assert_eq!(authenticate.content_type, "application/x-apple-aspen-mdm-checkin");
    let token_update = setup.server.message("TokenUpdate");
    assert_eq!(token_update.body["Token"].as_data().unwrap().len(), 32);
    assert!(token_update.text("PushMagic").is_some());
    assert!(token_update.body["UnlockToken"].as_data().is_some());
}

#[tokio::test]
async fn every_message_is_signed_by_the_identity_of_the_profile() {
    let setup = manual().await;

    setup.server.order(&setup.device, command("ProfileList", [])).await;

    let messages = setup.server.messages();
    let first = messages[0].signature.clone();
    assert!(matches!(first, Signature::By(_)));
    assert_eq!(messages.len(), 4);
    assert!(messages.iter().all(|message| message.signature == first));
}

#[tokio::test]
async fn identities_made_by_openssl_are_understood() {
    let fixtures: [&[u8]; 3] = [
        include_bytes!("fixtures/p256-aes.p12"),
        include_bytes!("fixtures/p256-3des.p12"),
        include_bytes!("fixtures/rsa-aes.p12"),
    ];
    for p12 in fixtures {
        let server = FakeServer::with_identity(p12).await;

        let fleet = fleet().await;
        let spec = DeviceSpec::numbered(1, 1);
        soon(fleet.enrol(spec, &server.profile_url())).await.unwrap();

        assert!(matches!(server.message("TokenUpdate").signature, Signature::By(_)));
    }
}

#[tokio::test]
async fn a_second_profile_is_refused_while_enrolled() {
    let setup = manual().await;

    let outcome = setup.device.enrol(&setup.server.profile_url()).await;

    assert!(matches!(outcome, Err(SimulatorError::AlreadyEnrolled { .. })));
}

#[tokio::test]
async fn a_page_instead_of_a_profile_is_refused_with_its_content_type() {
    let server = FakeServer::start().await;
    server.offer_profile(b"<html>".to_vec(), "text/html");

    let outcome = fleet().await.enrol(DeviceSpec::numbered(1, 1), &server.profile_url()).await;

    let Err(SimulatorError::EnrollmentProfile(EnrollmentProfileError::ContentType { content_type })) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(content_type, "text/html");
}

#[tokio::test]
async fn a_profile_whose_identity_is_not_named_right_is_refused() {
    let server = FakeServer::start().await;
    let mut profile = enrollment_profile(&server.url, &pkcs12());
    let mdm = &mut profile.get_mut("PayloadContent").unwrap().as_array_mut().unwrap()[1];
    let mdm = mdm.as_dictionary_mut().unwrap();
    mdm.insert("IdentityCertificateUUID".to_owned(), "another".into());
    server.offer_profile(xml(profile), "application/x-apple-aspen-config");

    let outcome = fleet().await.enrol(DeviceSpec::numbered(1, 1), &server.profile_url()).await;

    assert!(matches!(outcome, Err(SimulatorError::EnrollmentProfile(EnrollmentProfileError::IdentityNotFound))));
}

#[tokio::test]
async fn a_phone_refused_at_authenticate_is_not_enrolled_and_may_try_again() {
    let server = FakeServer::start().await;
    let fleet = fleet().await;
    let device = fleet.add(DeviceSpec::numbered(1, 1));
    server.refuse(Some((401, "")));

    let refused = device.enrol(&server.profile_url()).await;

    assert!(matches!(refused, Err(SimulatorError::Refused { status: 401, .. })));
    assert!(device.snapshot().profiles.is_empty());
    server.refuse(None);
    soon(device.enrol(&server.profile_url())).await.unwrap();
    assert!(device.snapshot().enrolled);
}

#[tokio::test]
async fn a_phone_that_never_sent_token_update_is_not_enrolled() {
    let server = FakeServer::start().await;
    let device = fleet().await.add(DeviceSpec::numbered(1, 1));
    device.script(&Script::new().on("TokenUpdate", Fault::DropBeforeEffect));

    let outcome = device.enrol(&server.profile_url()).await;

    assert!(matches!(outcome, Err(SimulatorError::Broken { .. })));
    assert_eq!(server.kinds(), ["Authenticate"]);
    assert!(!device.snapshot().enrolled);
    device.token_update().await.unwrap();
    assert!(device.snapshot().enrolled);
}

#[tokio::test]
async fn each_enrollment_has_its_own_token_and_magic() {
    let setup = manual().await;
    let first = setup.server.message("TokenUpdate");

    setup.device.remove_management().await;
    soon(setup.device.enrol(&setup.server.profile_url())).await.unwrap();

    let second = setup.server.message("TokenUpdate");
    assert_ne!(first.body["Token"], second.body["Token"]);
    assert_ne!(first.text("PushMagic"), second.text("PushMagic"));
    assert_eq!(first.text("UDID"), second.text("UDID"));
}

#[tokio::test]
async fn a_server_that_no_longer_knows_the_phone_makes_it_forget_the_server() {
    let setup = manual().await;
    setup.server.refuse(Some((403, r#"{"code": "com.apple.unrecognized.device"}"#)));

    let outcome = setup.device.connect_now().await;

    assert!(matches!(outcome, Err(SimulatorError::Refused { status: 403, .. })));
    assert!(!setup.device.snapshot().enrolled);
}
