//! Connections that break.

use std::time::Duration;

use baton_apns::{
    Apns, ApnsError, Settings,
    fake::{Answer, Received},
};
use baton_mdm::push::PushOutcome;

use crate::support::{TOPIC, push, token, with_service};

#[test]
fn a_connection_that_breaks_is_an_error_and_the_next_push_makes_another() {
    with_service(|service, client| async move {
        let identity = service.identity(TOPIC);
        for (number, answer) in [Answer::Cut, Answer::DeliverAndCut].into_iter().enumerate() {
            service.answer(&token(1), [answer]);

            let error = client.send(&identity, &push(1)).await.unwrap_err();
            assert!(matches!(error, ApnsError::Connection(_)), "{error:?}");

            assert_eq!(client.send(&identity, &push(1)).await.unwrap(), PushOutcome::Accepted);
            assert_eq!(service.connections(), number + 2);
        }
        assert_eq!(connections(&service.received()), [1, 2, 2, 3]);
        assert_eq!(
            connections(&service.delivered()),
            [2, 2, 3],
            "two repetitions, and the one that broke after delivery"
        );
    });
}

/// Over which connections these pushes came, in their order.
fn connections(pushes: &[Received]) -> Vec<usize> {
    pushes.iter().map(|push| push.connection).collect()
}

#[test]
fn a_push_that_the_service_had_not_looked_at_when_it_left_is_sent_again_by_itself() {
    with_service(|service, client| async move {
        service.answer(&token(1), [Answer::GoAway]);

        let outcome = client.send(&service.identity(TOPIC), &push(1)).await.unwrap();

        assert_eq!(outcome, PushOutcome::Accepted);
        assert_eq!(connections(&service.received()), [1, 2]);
        assert_eq!(connections(&service.delivered()), [2]);
    });
}

#[test]
fn after_the_service_left_pushes_take_another_connection() {
    with_service(|service, client| async move {
        let identity = service.identity(TOPIC);
        client.send(&identity, &push(1)).await.unwrap();

        service.go_away().await;

        for device in 0..20 {
            assert_eq!(client.send(&identity, &push(device)).await.unwrap(), PushOutcome::Accepted);
        }
        let expected: Vec<usize> = std::iter::once(1).chain(std::iter::repeat_n(2, 20)).collect();
        assert_eq!(connections(&service.delivered()), expected);
    });
}

#[test]
fn a_push_without_an_answer_is_given_up() {
    with_service(|service, _| async move {
        let client = Apns::new(&Settings { patience: Duration::from_millis(50), ..service.settings() }).unwrap();
        service.answer(&token(1), [Answer::Silence]);
        let identity = service.identity(TOPIC);

        let error = client.send(&identity, &push(1)).await.unwrap_err().to_string();

        assert_eq!(error, "the push service does not answer in time");
    });
}

#[test]
fn a_service_that_is_not_there_is_an_error_that_names_no_token() {
    with_service(|service, _| async move {
        let identity = service.identity(TOPIC);
        let settings = service.settings();
        drop(service);
        let client = Apns::new(&Settings { url: "https://127.0.0.1:1".to_owned(), ..settings }).unwrap();

        let error = client.send(&identity, &push(1)).await.unwrap_err().to_string();

        assert!(error.contains("refused") && !error.contains(&token(1)) && !error.contains("127.0.0.1"), "{error}");
    });
}
