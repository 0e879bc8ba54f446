use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::fake_server::{Setup, TOPIC, automatic, install_wifi, manual, soon};

struct Push {
    token: String,
    topic: &'static str,
    magic: String,
}

fn right(setup: &Setup) -> Push {
    let update = setup.server.message("TokenUpdate");
    Push {
        token: hex::encode(update.body["Token"].as_data().unwrap()),
        topic: TOPIC,
        magic: update.text("PushMagic").unwrap().to_owned(),
    }
}

async fn send(setup: &Setup, push: &Push) -> (StatusCode, Value) {
    let response = reqwest::Client::new()
        .post(format!("{}/3/device/{}", setup.fleet.push_url(), push.token))
        .header("apns-topic", push.topic)
        .json(&json!({"mdm": push.magic}))
        .send()
        .await
        .unwrap();
    let status = response.status();
    (status, response.json().await.unwrap_or(Value::Null))
}

#[tokio::test]
async fn a_push_wakes_the_phone_which_fetches_what_waits() {
    let setup = automatic().await;
    setup.device.wait_until(|s| s.connections == 1).await;
    setup.server.queue(install_wifi("a.wifi", "Ward"));

    let (status, _) = send(&setup, &right(&setup)).await;

    assert_eq!(status, StatusCode::OK);
    soon(setup.device.wait_until(|s| s.profile("a.wifi").is_some())).await;
}

#[tokio::test]
async fn under_manual_control_a_push_is_only_noted_until_the_phone_connects() {
    let setup = manual().await;

    send(&setup, &right(&setup)).await;

    assert!(setup.device.snapshot().push_pending);
    assert_eq!(setup.server.kinds(), ["Authenticate", "TokenUpdate"]);
    setup.device.connect_now().await.unwrap();
    assert!(!setup.device.snapshot().push_pending);
}

#[tokio::test]
async fn a_push_for_an_offline_phone_is_accepted_and_heeded_when_it_is_back() {
    let setup = automatic().await;
    setup.device.wait_until(|s| s.connections == 1).await;
    setup.device.set_online(false);
    setup.server.queue(install_wifi("a.wifi", "Ward"));

    let (status, _) = send(&setup, &right(&setup)).await;

    assert_eq!(status, StatusCode::OK);
    assert!(setup.device.snapshot().profile("a.wifi").is_none());
    setup.device.set_online(true);
    soon(setup.device.wait_until(|s| s.profile("a.wifi").is_some())).await;
}

#[tokio::test]
async fn pushes_that_reach_nobody_are_refused_as_apple_does() {
    let setup = manual().await;
    let unknown = Push { token: "00".repeat(32), ..right(&setup) };
    let garbled = Push { token: "xyz".to_owned(), ..right(&setup) };
    let topic = Push { topic: "com.apple.mgmt.Other", ..right(&setup) };
    let magic = Push { magic: "another".to_owned(), ..right(&setup) };

    let reason = async |push: &Push| {
        let (status, body) = send(&setup, push).await;
        (status.as_u16(), body["reason"].as_str().unwrap().to_owned())
    };

    assert_eq!(reason(&unknown).await, (410, "Unregistered".to_owned()));
    assert_eq!(reason(&garbled).await, (400, "BadDeviceToken".to_owned()));
    assert_eq!(reason(&topic).await, (400, "DeviceTokenNotForTopic".to_owned()));
    assert_eq!(reason(&magic).await, (400, "WrongPushMagic".to_owned()));
    assert!(!setup.device.snapshot().push_pending);
}

#[tokio::test]
async fn a_phone_that_left_or_changed_its_token_is_no_longer_registered() {
    let setup = manual().await;
    let first = right(&setup);

    setup.device.renew_push_token().await.unwrap();
    let second = right(&setup);
    let (old, _) = send(&setup, &first).await;
    let (new, _) = send(&setup, &second).await;
    setup.device.remove_management().await;
    let (left, _) = send(&setup, &second).await;

    assert_eq!([old, new, left].map(|status| status.as_u16()), [410, 200, 410]);
}
