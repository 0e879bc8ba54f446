//! A person's own phone: it names its enrollment and nothing of itself, and takes no command that Apple forbids there.

use baton_simulator::{DeviceSpec, EnrollmentIdentity, EnrollmentProfileError, Fleet, FleetConfig, SimulatorError};
use plist::Value;

use crate::fake_server::{FakeServer, command, manual_own, pkcs12, soon, user_enrollment_profile, xml};

#[tokio::test]
async fn no_message_names_the_hardware() {
    let setup = manual_own().await;
    setup.server.order(&setup.device, command("DeviceLock", [])).await;
    setup.device.remove_management().await;

    let messages = setup.server.messages();
    let kinds = setup.server.kinds();
    assert_eq!(kinds, ["Authenticate", "TokenUpdate", "Idle", "Acknowledged", "CheckOut"]);
    for message in messages {
        assert!(message.text("EnrollmentID").is_some(), "{message:?}");
        for forbidden in ["UDID", "SerialNumber", "IMEI", "MEID", "UnlockToken"] {
            assert!(!message.body.contains_key(forbidden), "{message:?}");
        }
    }
}

#[tokio::test]
async fn each_enrollment_has_another_identifier() {
    let setup = manual_own().await;
    let first = setup.device.snapshot().identity;
    setup.device.remove_management().await;
    soon(setup.device.enrol(&setup.server.profile_url())).await.unwrap();
    let second = setup.device.snapshot().identity;

    assert!(matches!(first, Some(EnrollmentIdentity::User { .. })), "{first:?}");
    assert_ne!(first, second);
}

#[tokio::test]
async fn what_apple_forbids_is_no_valid_request() {
    let setup = manual_own().await;
    let unlock = command("ClearPasscode", [("UnlockToken", Value::Data(vec![1]))]);
    for forbidden in [
        command("EraseDevice", []),
        unlock,
        command("RestartDevice", []),
        command("ShutDownDevice", []),
        command("EnableLostMode", [("Message", "Lost".into())]),
        command("DeviceLocation", []),
    ] {
        let answer = setup.server.order(&setup.device, forbidden).await;
        let chain = answer.body["ErrorChain"].as_array().unwrap();
        assert_eq!(chain[0].as_dictionary().unwrap()["ErrorCode"].as_signed_integer(), Some(12021), "{answer:?}");
    }
    let snapshot = setup.device.snapshot();
    assert!(snapshot.enrolled && snapshot.has_passcode && snapshot.online && snapshot.lost_mode.is_none());
}

#[tokio::test]
async fn it_is_locked_and_its_work_data_removed() {
    let setup = manual_own().await;
    assert_eq!(setup.server.order(&setup.device, command("DeviceLock", [])).await.kind(), "Acknowledged");
    assert!(setup.device.snapshot().locked);
    setup.device.set_locked(false);

    let remove = command("RemoveProfile", [("Identifier", "test.enrollment".into())]);
    assert_eq!(setup.server.order(&setup.device, remove).await.kind(), "Acknowledged");

    assert!(!setup.device.snapshot().enrolled);
}

#[tokio::test]
async fn questions_about_the_hardware_stay_without_an_answer() {
    let setup = manual_own().await;
    let queries = ["OSVersion", "ProductName", "SerialNumber", "UDID", "IsMDMLostModeEnabled"];
    let queries = Value::Array(queries.iter().map(|query| Value::from(*query)).collect());
    let answer = setup.server.order(&setup.device, command("DeviceInformation", [("Queries", queries)])).await;
    let answers = answer.body["QueryResponses"].as_dictionary().unwrap();
    assert_eq!(answers.keys().collect::<Vec<_>>(), ["OSVersion", "ProductName"]);
}

#[tokio::test]
async fn apps_come_by_licence_and_are_never_taken_over() {
    let setup = manual_own().await;
    let teams = ("iTunesStoreID", Value::from(1_113_153_706_u64));
    let by = |method: u64| {
        let options = [("PurchaseMethod".to_owned(), Value::from(method))];
        ("Options", Value::Dictionary(options.into_iter().collect()))
    };
    let free = command("InstallApplication", [teams.clone(), by(0)]);
    let taken = command("InstallApplication", [teams.clone(), by(1), ("ChangeManagementState", "Managed".into())]);
    let licensed = command("InstallApplication", [teams, by(1)]);

    let reasons = [free, taken].map(|command| setup.server.order(&setup.device, command));
    let [free, taken] = reasons;
    assert_eq!(free.await.text("RejectionReason"), Some("PurchaseMethodNotSupported"));
    assert_eq!(taken.await.text("RejectionReason"), Some("ManagementChangeNotSupported"));
    assert_eq!(setup.server.order(&setup.device, licensed).await.kind(), "Acknowledged");
}

#[tokio::test]
async fn a_profile_that_asks_for_rights_or_names_no_account_is_refused() {
    let server = FakeServer::start().await;
    let fleet = Fleet::start(FleetConfig { manual: true, ..FleetConfig::default() }).await.unwrap();
    let mut refusals = Vec::new();
    for (key, value) in [("AccessRights", Some(8191.into())), ("AssignedManagedAppleID", None)] {
        let mut profile = user_enrollment_profile(&server.url, &pkcs12());
        let payloads = profile.get_mut("PayloadContent").and_then(Value::as_array_mut).unwrap();
        let mdm = payloads[1].as_dictionary_mut().unwrap();
        match value {
            Some(value) => mdm.insert(key.to_owned(), value),
            None => mdm.remove(key),
        };
        server.offer_profile(xml(profile), "application/x-apple-aspen-config");
        let number = refusals.len() + 1;
        refusals.push(soon(fleet.enrol(DeviceSpec::numbered(1, number), &server.profile_url())).await.unwrap_err());
    }
    use EnrollmentProfileError as E;
    assert!(matches!(&refusals[0], SimulatorError::EnrollmentProfile(E::RightsUnderUserEnrollment)), "{refusals:?}");
    assert!(matches!(&refusals[1], SimulatorError::EnrollmentProfile(E::MissingKey { .. })), "{refusals:?}");
    assert!(server.messages().is_empty());
}
