//! Pushes to Apple.

use baton_mdm::push::{PushOutcome, PushRequest};

use crate::support::NOW;

#[test]
fn a_push_carries_the_magic_and_nothing_else() {
    let request = PushRequest::new("com.apple.mgmt.External.1", &[0x0a, 0xff], "7B\"5A", Some(NOW));

    assert_eq!(request.path, "/3/device/0aff");
    assert_eq!(request.body, br#"{"mdm":"7B\"5A"}"#);
    let headers = [
        ("apns-topic", "com.apple.mgmt.External.1".to_owned()),
        ("apns-push-type", "mdm".to_owned()),
        ("apns-priority", "10".to_owned()),
        ("apns-expiration", NOW.unix_timestamp().to_string()),
    ];
    assert_eq!(request.headers, headers);
}

#[test]
fn without_an_expiry_apple_keeps_nothing() {
    let request = PushRequest::new("t", &[1], "m", None);

    assert!(request.headers.contains(&("apns-expiration", "0".to_owned())));
}

#[test]
fn each_answer_of_apple_has_its_consequence() {
    let reason = |text: &str| text.to_owned();
    let cases = [
        (200, "", PushOutcome::Accepted),
        (410, r#"{"reason":"Unregistered","timestamp":1700000000000}"#, PushOutcome::TokenGone),
        (429, r#"{"reason":"TooManyRequests"}"#, PushOutcome::Retry { reason: reason("TooManyRequests") }),
        (503, "<html>", PushOutcome::Retry { reason: reason("status 503") }),
        (400, r#"{"reason":"BadDeviceToken"}"#, PushOutcome::Refused { reason: reason("BadDeviceToken") }),
        (403, r#"{"reason":"BadCertificate"}"#, PushOutcome::Refused { reason: reason("BadCertificate") }),
        (302, "", PushOutcome::Refused { reason: reason("status 302") }),
    ];
    for (status, body, expected) in cases {
        assert_eq!(PushOutcome::from_answer(status, body.as_bytes()), expected);
    }
}
