//! Who believes whom.

use baton_apns::{
    Apns, ApnsError, Settings,
    fake::{Authority, FakeApns},
};
use baton_mdm::{push::PushOutcome, push_certificate::PushIdentity};

use crate::support::{TOPIC, push, with_service};

#[test]
fn a_certificate_that_apple_did_not_issue_gets_no_connection() {
    with_service(|service, client| async move {
        let identity = Authority::new("Somebody else").identity(TOPIC);

        let error = client.send(&identity, &push(1)).await.unwrap_err();

        assert!(matches!(error, ApnsError::Connection(_)), "{error:?}");
        assert_eq!((service.connections(), service.received().len()), (0, 0));
    });
}

#[test]
fn a_service_that_others_vouch_for_gets_no_push() {
    with_service(|service, _| async move {
        let other = FakeApns::start().await.unwrap();
        let authorities = Some(other.authority_pem().as_bytes().to_vec());
        let client = Apns::new(&Settings { authorities, ..service.settings() }).unwrap();

        let error = client.send(&service.identity(TOPIC), &push(1)).await.unwrap_err().to_string();

        assert!(error.contains("certificate"), "{error}");
        assert_eq!(service.connections(), 0);
    });
}

#[test]
fn a_new_certificate_opens_a_new_connection_at_once() {
    with_service(|service, client| async move {
        let (first, second) = (service.identity(TOPIC), service.identity(TOPIC));
        for identity in [&first, &first, &second, &second] {
            assert_eq!(client.send(identity, &push(1)).await.unwrap(), PushOutcome::Accepted);
        }

        let connections: Vec<_> = service.received().iter().map(|push| push.connection).collect();
        assert_eq!(connections, [1, 1, 2, 2]);
    });
}

#[test]
fn a_key_that_is_none_is_an_error_of_the_certificate() {
    with_service(|service, client| async move {
        let whole = service.identity(TOPIC);
        let other = service.identity(TOPIC);
        for identity in [
            PushIdentity { key_pem: String::new(), ..whole.clone() },
            PushIdentity { key_pem: other.key_pem, ..whole.clone() },
            PushIdentity {
                certificate_pem: "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----".to_owned(),
                ..whole
            },
        ] {
            let error = client.send(&identity, &push(1)).await.unwrap_err();
            assert!(matches!(error, ApnsError::Identity(_)), "{error:?}");
        }
    });
}

#[test]
fn settings_that_cannot_work_are_refused_at_once() {
    with_service(|service, _| async move {
        let settings = service.settings();
        let with = |url: &str, authorities: &str| {
            let authorities = Some(authorities.as_bytes().to_vec());
            Apns::new(&Settings { url: url.to_owned(), authorities, ..settings.clone() }).map(drop)
        };
        assert!(matches!(with("nonsense", service.authority_pem()), Err(ApnsError::Address(_))));
        assert!(matches!(with(&service.url(), "nonsense"), Err(ApnsError::Authorities(_))));
    });
}
