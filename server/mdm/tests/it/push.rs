//! Pushes to Apple.

use baton_mdm::push::{LONGEST_PAUSE, PushOutcome, PushRequest};
use time::macros::datetime;

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
    let text = |reason: &str| reason.to_owned();
    let retry = |reason: &str, after| PushOutcome::Retry { reason: text(reason), after };
    let token = |reason: &str| PushOutcome::TokenRefused { reason: text(reason) };
    let certificate = |reason: &str| PushOutcome::CertificateRefused { reason: text(reason) };
    let refused = |reason: &str| PushOutcome::Refused { reason: text(reason) };
    let since = Some(datetime!(2023-11-14 22:13:20 UTC));
    let cases = [
        (200, None, "", PushOutcome::Accepted),
        (410, None, r#"{"reason":"Unregistered","timestamp":1700000000000}"#, PushOutcome::TokenGone { since }),
        (410, None, r#"{"reason":"ExpiredToken"}"#, PushOutcome::TokenGone { since: None }),
        (410, None, "", PushOutcome::TokenGone { since: None }),
        (
            410,
            None,
            r#"{"reason":"Unregistered","timestamp":9223372036854775807}"#,
            PushOutcome::TokenGone { since: None },
        ),
        (429, None, r#"{"reason":"TooManyRequests"}"#, retry("TooManyRequests", None)),
        (429, Some("30"), r#"{"reason":"TooManyRequests"}"#, retry("TooManyRequests", Some(30))),
        (429, Some("999999999"), "", retry("status 429", Some(LONGEST_PAUSE))),
        (503, Some("Fri, 31 Dec 1999 23:59:59 GMT"), "<html>", retry("status 503", None)),
        (500, None, r#"{"reason":"InternalServerError"}"#, retry("InternalServerError", None)),
        (503, Some("-1"), r#"{"reason":"Shutdown"}"#, retry("Shutdown", None)),
        (400, None, r#"{"reason":"BadDeviceToken"}"#, token("BadDeviceToken")),
        (400, None, r#"{"reason":"DeviceTokenNotForTopic"}"#, token("DeviceTokenNotForTopic")),
        (403, None, r#"{"reason":"BadCertificate"}"#, certificate("BadCertificate")),
        (403, None, r#"{"reason":"BadCertificateEnvironment"}"#, certificate("BadCertificateEnvironment")),
        (403, None, "", certificate("status 403")),
        (400, None, r#"{"reason":"TopicDisallowed"}"#, certificate("TopicDisallowed")),
        (400, None, r#"{"reason":"BadExpirationDate"}"#, refused("BadExpirationDate")),
        (413, None, r#"{"reason":"PayloadTooLarge"}"#, refused("PayloadTooLarge")),
        (302, None, "", refused("status 302")),
    ];
    for (status, retry_after, body, expected) in cases {
        assert_eq!(PushOutcome::from_answer(status, retry_after, body.as_bytes()), expected);
    }
}

#[test]
fn a_push_in_a_log_tells_neither_token_nor_magic() {
    let logged = format!("{:?}", PushRequest::new("com.apple.mgmt.External.1", &[0xca, 0xfe], "magic", None));

    assert!(logged.contains("com.apple.mgmt.External.1"));
    assert!(!logged.contains("cafe") && !logged.contains("magic"), "{logged}");
}
