use baton_model::{FailingPushes, PushCertificate, PushCertificateRequest, PushFailure};

use crate::samples::at;

fn certificate(number: u32) -> PushCertificate {
    PushCertificate {
        fingerprint: format!("{number:064x}"),
        topic: "com.apple.mgmt.External.example".into(),
        certificate: "-----BEGIN CERTIFICATE-----".into(),
        sealed_key: vec![0, 159, 146, 150, 255],
        issuer: "Apple".into(),
        apple_account: "mdm@example.com".into(),
        not_before: at(-10),
        not_after: at(1000),
        installed_at: at(i64::from(number)),
        working_at: None,
        failure: None,
    }
}

on_both_engines! {
    async fn a_certificate_is_found_as_installed(database) {
        let mut tx = database.begin().await;
        assert_eq!(tx.find_push_certificate().await.unwrap(), None);

        assert!(tx.install_push_certificate(&certificate(1)).await.unwrap());

        assert_eq!(tx.find_push_certificate().await.unwrap(), Some(certificate(1)));
    }

    async fn a_renewal_replaces_the_certificate_and_forgets_how_pushes_fared(database) {
        let mut tx = database.begin().await;
        tx.install_push_certificate(&certificate(1)).await.unwrap();
        tx.note_push_working(&certificate(1).fingerprint, at(2)).await.unwrap();
        tx.note_push_failure(&certificate(1).fingerprint, PushFailure::Unreachable, "", at(3)).await.unwrap();

        assert!(tx.install_push_certificate(&certificate(2)).await.unwrap());

        assert_eq!(tx.find_push_certificate().await.unwrap(), Some(certificate(2)));
    }

    async fn a_certificate_with_another_topic_replaces_none(database) {
        let mut tx = database.begin().await;
        tx.install_push_certificate(&certificate(1)).await.unwrap();
        let other = PushCertificate { topic: "com.apple.mgmt.External.other".into(), ..certificate(2) };

        assert!(!tx.install_push_certificate(&other).await.unwrap());

        assert_eq!(tx.find_push_certificate().await.unwrap(), Some(certificate(1)));
    }

    async fn a_certificate_is_removed_only_as_the_one_that_was_meant(database) {
        let mut tx = database.begin().await;
        tx.install_push_certificate(&certificate(2)).await.unwrap();

        assert!(!tx.remove_push_certificate(&certificate(1).fingerprint).await.unwrap());
        assert!(tx.remove_push_certificate(&certificate(2).fingerprint).await.unwrap());
        assert_eq!(tx.find_push_certificate().await.unwrap(), None);
    }

    async fn topics_of_certificates_are_remembered(database) {
        let mut tx = database.begin().await;
        let other = PushCertificate { topic: "com.apple.mgmt.External.other".into(), ..certificate(3) };
        for certificate in [&certificate(1), &certificate(2)] {
            tx.install_push_certificate(certificate).await.unwrap();
        }
        assert!(!tx.install_push_certificate(&other).await.unwrap());
        assert_eq!(tx.apple_topics().await.unwrap(), [certificate(1).topic]);

        tx.remove_push_certificate(&certificate(2).fingerprint).await.unwrap();
        assert!(tx.install_push_certificate(&other).await.unwrap());

        assert_eq!(tx.apple_topics().await.unwrap(), [certificate(1).topic, other.topic]);
    }

    async fn how_pushes_fare_is_noted_with_since_when_they_fail(database) {
        let mut tx = database.begin().await;
        let fingerprint = certificate(1).fingerprint;
        tx.install_push_certificate(&certificate(1)).await.unwrap();

        tx.note_push_working(&fingerprint, at(1)).await.unwrap();
        tx.note_push_failure(&fingerprint, PushFailure::Unreachable, "", at(2)).await.unwrap();
        tx.note_push_failure(&fingerprint, PushFailure::CertificateRefused, "BadCertificate", at(3)).await.unwrap();

        let found = tx.find_push_certificate().await.unwrap().unwrap();
        let failing = FailingPushes {
            since: at(2),
            failure: PushFailure::CertificateRefused,
            reason: "BadCertificate".into(),
        };
        assert_eq!((found.working_at, found.failure), (Some(at(1)), Some(failing)));

        tx.note_push_working(&fingerprint, at(4)).await.unwrap();
        tx.note_push_failure(&certificate(2).fingerprint, PushFailure::Unreachable, "", at(5)).await.unwrap();
        let found = tx.find_push_certificate().await.unwrap().unwrap();
        assert_eq!((found.working_at, found.failure), (Some(at(4)), None));
    }

    async fn a_request_replaces_the_one_before_until_it_is_forgotten(database) {
        let mut tx = database.begin().await;
        let request = |seconds| PushCertificateRequest {
            request: format!("request {seconds}"),
            sealed_key: vec![0, 255],
            made_at: at(seconds),
        };
        assert_eq!(tx.find_push_certificate_request().await.unwrap(), None);

        tx.keep_push_certificate_request(&request(1)).await.unwrap();
        tx.keep_push_certificate_request(&request(2)).await.unwrap();

        assert_eq!(tx.find_push_certificate_request().await.unwrap(), Some(request(2)));
        assert!(tx.forget_push_certificate_request().await.unwrap());
        assert!(!tx.forget_push_certificate_request().await.unwrap());
        assert_eq!(tx.find_push_certificate_request().await.unwrap(), None);
    }
}
