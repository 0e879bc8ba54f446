//! Pushes and their answers.

use std::sync::Arc;

use baton_apns::fake::Answer;
use baton_mdm::push::{PushOutcome, PushRequest};
use futures::future::join_all;
use time::macros::datetime;
use tokio::sync::Notify;

use crate::support::{TOPIC, push, token, with_service};

#[test]
fn a_push_arrives_with_its_topic_and_magic() {
    with_service(|service, client| async move {
        let outcome = client.send(&service.identity(TOPIC), &push(1)).await.unwrap();

        assert_eq!(outcome, PushOutcome::Accepted);
        let delivered = service.delivered();
        assert_eq!(delivered.len(), 1);
        assert_eq!((&*delivered[0].token, &*delivered[0].topic), (&*token(1), TOPIC));
        assert_eq!(delivered[0].body, br#"{"mdm":"magic"}"#);
    });
}

#[test]
fn each_refusal_is_told_apart() {
    with_service(|service, client| async move {
        let identity = service.identity(TOPIC);
        let text = |reason: &str| reason.to_owned();
        let retry = |reason: &str, after| PushOutcome::Retry { reason: text(reason), after };
        let since = Some(datetime!(2025-10-09 08:53:20 UTC));
        let cases = [
            (Answer::Unregistered(1_760_000_000_000), PushOutcome::TokenGone { since }),
            (Answer::BadRequest("BadDeviceToken"), PushOutcome::TokenRefused { reason: text("BadDeviceToken") }),
            (Answer::Forbidden("BadCertificate"), PushOutcome::CertificateRefused { reason: text("BadCertificate") }),
            (Answer::TooLarge, PushOutcome::Refused { reason: text("PayloadTooLarge") }),
            (Answer::TooMany(Some(7)), retry("TooManyRequests", Some(7))),
            (Answer::TooMany(None), retry("TooManyRequests", None)),
            (Answer::InternalError, retry("InternalServerError", None)),
            (Answer::Shutdown, retry("Shutdown", None)),
            (Answer::Accept, PushOutcome::Accepted),
        ];
        for (answer, outcome) in cases {
            service.answer(&token(1), [answer]);
            assert_eq!(client.send(&identity, &push(1)).await.unwrap(), outcome);
        }
        assert_eq!(service.connections(), 1, "refusals do not cost the connection");
        assert_eq!(service.delivered().len(), 1);
    });
}

#[test]
fn a_hundred_pushes_share_one_connection() {
    with_service(|service, client| async move {
        let identity = service.identity(TOPIC);

        let outcomes = join_all((0..100).map(|device| client.send(&identity, push_owned(device)))).await;

        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(PushOutcome::Accepted))), "{outcomes:?}");
        assert_eq!((service.connections(), service.delivered().len()), (1, 100));
    });
}

/// As [`push`], for futures that outlive the request.
fn push_owned(device: u8) -> &'static PushRequest {
    Box::leak(Box::new(push(device)))
}

#[test]
fn a_slow_push_keeps_no_other_waiting() {
    with_service(|service, client| async move {
        let told = Arc::new(Notify::new());
        service.answer(&token(1), [Answer::AcceptAfter(Arc::clone(&told))]);
        let (identity, slow, quick) = (service.identity(TOPIC), push(1), push(2));
        let mut slow = Box::pin(client.send(&identity, &slow));
        let others = async {
            assert_eq!(client.send(&identity, &quick).await.unwrap(), PushOutcome::Accepted);
        };
        tokio::select! {
            outcome = &mut slow => panic!("it was not to be answered yet: {outcome:?}"),
            () = others => {}
        }

        told.notify_one();

        assert_eq!(slow.await.unwrap(), PushOutcome::Accepted);
        assert_eq!(service.connections(), 1);
    });
}

#[test]
fn what_is_wrong_with_a_push_itself_is_refused() {
    with_service(|service, client| async move {
        let identity = service.identity(TOPIC);
        let refused = |reason: &str| PushOutcome::Refused { reason: reason.to_owned() };
        let magic = "x".repeat(5000);
        let cases = [
            (PushRequest::new(TOPIC, &[1], &magic, None), refused("PayloadTooLarge")),
            (
                PushRequest::new("com.apple.mgmt.External.other", &[1], "m", None),
                PushOutcome::CertificateRefused { reason: "TopicDisallowed".to_owned() },
            ),
            (
                PushRequest::new(TOPIC, &[], "m", None),
                PushOutcome::TokenRefused { reason: "MissingDeviceToken".to_owned() },
            ),
        ];
        for (request, outcome) in cases {
            assert_eq!(client.send(&identity, &request).await.unwrap(), outcome);
        }
    });
}
