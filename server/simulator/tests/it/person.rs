use baton_simulator::{DeviceSpec, EventKind};
use plist::Value;

use crate::fake_server::{command, install_wifi, manual};
use crate::signature::Signature;

#[tokio::test]
async fn removing_management_by_hand_tells_the_server() {
    let setup = manual().await;
    setup.server.order(&setup.device, install_wifi("a.wifi", "Ward")).await;

    setup.device.remove_management().await;

    let goodbye = setup.server.message("CheckOut");
    assert_eq!(goodbye.text("UDID"), Some(setup.device.udid().as_str()));
    assert!(setup.device.snapshot().profiles.is_empty());
}

#[tokio::test]
async fn a_new_name_is_told_when_asked() {
    let setup = manual().await;

    setup.device.edit_name("Anna’s iPhone");

    let queries = Value::Array(vec!["DeviceName".into()]);
    let ask = command("DeviceInformation", [("Queries", queries)]);
    let answer = setup.server.order(&setup.device, ask).await;
    let responses = answer.body["QueryResponses"].as_dictionary().unwrap();
    assert_eq!(responses["DeviceName"].as_string(), Some("Anna’s iPhone"));
}

#[tokio::test]
async fn a_borrowed_identity_signs_rightly_for_the_wrong_phone() {
    let setup = manual().await;
    let other = crate::fake_server::FakeServer::start().await;
    let thief = DeviceSpec::numbered(1, 2);
    let thief = setup.fleet.enrol(thief, &other.profile_url()).await.unwrap();

    assert!(setup.device.borrow_identity(&thief));
    let answer = setup.server.order(&setup.device, command("ProfileList", [])).await;

    assert_eq!(answer.signature, other.message("TokenUpdate").signature);
    assert!(matches!(answer.signature, Signature::By(_)));
    assert_eq!(answer.text("UDID"), Some(setup.device.udid().as_str()));
}

#[tokio::test]
async fn what_happens_can_be_listened_to() {
    let setup = manual().await;
    let mut events = setup.fleet.events();

    setup.server.order(&setup.device, install_wifi("a.wifi", "Ward")).await;

    let mut kinds = Vec::new();
    while let Ok(event) = events.try_recv() {
        assert_eq!(event.device, "iPhone 1");
        kinds.push(event.kind);
    }
    assert!(kinds.contains(&EventKind::ProfileInstalled { name: "Ward".to_owned(), replaced: false }));
    assert!(matches!(kinds.last(), Some(EventKind::Answered { .. })));
}
