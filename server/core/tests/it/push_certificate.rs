//! The push certificate: asking for it, installing it, and everything that can be wrong with it (D8).

use baton_apns::fake::{Authority, Validity};
use baton_core::{
    Actor, CoreError, FieldProblem,
    push_certificate::{PushCertificateForm, PushCertificateProblem as Problem, PushNotice, Standing},
};
use baton_mdm::push_certificate::MAX_FILE_BYTES;
use baton_model::{FailingPushes, PushFailure, Role, Timestamp};
use time::OffsetDateTime;

use crate::office::Office;

pub const TOPIC: &str = "com.apple.mgmt.External.5d9f1c9e";
const OTHER_TOPIC: &str = "com.apple.mgmt.External.00000000";
const DAY: i64 = 86_400;

/// A certificate of this authority under [`TOPIC`], and its key.
pub fn pair(authority: &Authority) -> (String, String) {
    authority.issue_with_key(TOPIC, Validity::always())
}

/// Installs a certificate with its key.
pub async fn install(office: &Office, (certificate, key): &(String, String)) -> Result<(), CoreError> {
    try_install(office, form(certificate, key)).await
}

fn form(certificate: &str, key: &str) -> PushCertificateForm {
    PushCertificateForm {
        certificate: certificate.as_bytes().to_vec(),
        key: key.as_bytes().to_vec(),
        ..PushCertificateForm::default()
    }
}

async fn try_install(office: &Office, form: PushCertificateForm) -> Result<(), CoreError> {
    office.core.install_push_certificate(&Actor::System, form, office.now()).await
}

fn portal() -> Authority {
    Authority::new("Fake push certificates")
}

/// The request that was just made, as Apple gets it.
async fn request(office: &Office) -> String {
    office.core.request_push_certificate(&Actor::System, office.now()).await.unwrap();
    office.core.push_certificate_request(&Actor::System, office.now()).await.unwrap()
}

fn at(office: &Office, days: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(office.now().unix_seconds() + days * DAY).unwrap()
}

/// Everything that an attempt could have changed.
async fn state(office: &Office) -> String {
    let mut tx = office.store.read().await.unwrap();
    format!(
        "{:?} {:?} {:?} {}",
        tx.find_push_certificate().await.unwrap(),
        tx.find_push_certificate_request().await.unwrap(),
        tx.apple_topics().await.unwrap(),
        office.audit().await.len(),
    )
}

/// That this form is refused for this reason at this field, and nothing is changed.
async fn assert_refused(office: &Office, form: PushCertificateForm, field: &str, problem: Problem) {
    let before = state(office).await;
    match try_install(office, form).await {
        Err(CoreError::Invalid(errors)) => {
            let found: Vec<_> = errors.iter().map(|error| (error.field, error.problem.clone())).collect();
            assert_eq!(found, [(field, FieldProblem::PushCertificate(problem))]);
        }
        other => panic!("{problem:?}: {other:?}"),
    }
    assert_eq!(state(office).await, before, "{problem:?}");
}

async fn notice(office: &Office) -> Option<PushNotice> {
    office.core.dashboard(&Actor::System, office.now()).await.unwrap().push_notice
}

on_both_engines! {
    async fn apples_answer_to_the_request_made_here_is_all_it_takes(mut office) {
        let request = request(&office).await;
        let certificate = portal().issue(TOPIC, &request, Validity::always());
        let form = PushCertificateForm { apple_account: " mdm@heron.example ".to_owned(), ..form(&certificate, "") };

        try_install(&office, form).await.unwrap();

        let view = office.core.push_certificate(&Actor::System, office.now()).await.unwrap();
        let installed = view.installed.unwrap();
        assert_eq!((&*installed.topic, &*installed.issuer), (TOPIC, "Fake push certificates"));
        assert_eq!((&*installed.apple_account, installed.devices), ("mdm@heron.example", 0));
        assert!(matches!(installed.standing, Standing::Valid { .. }));
        assert_eq!(view.requested_at, None, "the request has its answer");
        let audit = office.audit().await;
        assert!(audit.iter().any(|line| line.starts_with("push-certificate.request done")), "{audit:?}");
        let line = audit.iter().find(|line| line.starts_with("push-certificate.install done")).unwrap();
        assert!(line.contains(TOPIC) && line.contains(&installed.fingerprint), "{line}");
    }

    async fn the_keys_made_here_stand_nowhere_in_clear(mut office) {
        let request = request(&office).await;
        let sealed = office.store.read().await.unwrap().find_push_certificate_request().await.unwrap().unwrap();
        let text = String::from_utf8_lossy(&sealed.sealed_key);
        assert!(!text.contains("PRIVATE KEY") && request.contains("CERTIFICATE REQUEST"));
        let key = office.core.vault().open("push-certificate", &sealed.sealed_key).unwrap();
        assert!(String::from_utf8(key).unwrap().contains("PRIVATE KEY"));
    }

    async fn a_certificate_with_its_own_key_needs_no_request(mut office) {
        let (certificate, key) = pair(&portal());
        let in_one_file = form(&format!("{certificate}{key}"), "");
        let pkcs12 = PushCertificateForm {
            certificate: include_bytes!("../../../mdm/tests/it/fixtures/push/modern.p12").to_vec(),
            password: "reeds".to_owned(),
            ..PushCertificateForm::default()
        };

        install(&office, &(certificate.clone(), key.clone())).await.unwrap();
        try_install(&office, in_one_file).await.unwrap();
        assert_refused(&office, pkcs12.clone(), "certificate", Problem::OtherTopic).await;

        remove(&office).await.unwrap();
        try_install(&office, pkcs12).await.unwrap();
    }

    async fn a_renewal_may_come_with_a_new_request_or_with_the_old_key(mut office) {
        let portal = portal();
        let first = request(&office).await;
        try_install(&office, form(&portal.issue(TOPIC, &first, Validity::always()), "")).await.unwrap();

        let same_key = portal.issue(TOPIC, &first, Validity { until: at(&office, 500), ..Validity::always() });
        try_install(&office, form(&same_key, "")).await.unwrap();
        let second = request(&office).await;
        try_install(&office, form(&portal.issue(TOPIC, &second, Validity::always()), "")).await.unwrap();

        assert_refused(&office, form(&same_key, ""), "key", Problem::NoKey).await;
    }

    async fn a_request_that_is_not_answered_yet_survives_another_installation(mut office) {
        request(&office).await;

        install(&office, &pair(&portal())).await.unwrap();

        let view = office.core.push_certificate(&Actor::System, office.now()).await.unwrap();
        assert!(view.requested_at.is_some());
    }

    async fn what_is_wrong_is_named_beside_its_field_and_changes_nothing(mut office) {
        let portal = portal();
        let asked = request(&office).await;
        let (certificate, key) = pair(&portal);
        let (_, other_key) = pair(&portal);
        let with = |from: i64, until: i64| {
            let validity = Validity { from: at(&office, from), until: at(&office, until) };
            portal.issue_with_key(TOPIC, validity)
        };
        let seconds = |days: i64| Timestamp(at(&office, days).unix_timestamp() * Timestamp::SECOND);
        let (expired, expired_key) = with(-400, -35);
        let (early, early_key) = with(3, 300);
        let app = portal.issue_with_key("com.example.app", Validity::always());
        let locked = PushCertificateForm {
            certificate: include_bytes!("../../../mdm/tests/it/fixtures/push/modern.p12").to_vec(),
            password: "wrong".to_owned(),
            ..PushCertificateForm::default()
        };
        let encrypted = include_str!("../../../mdm/tests/it/fixtures/push/encrypted.pkcs1.pem");
        let large = "a".repeat(MAX_FILE_BYTES + 1);
        for (form, field, problem) in [
            (form("hello", &key), "certificate", Problem::NotCertificate),
            (form(&large, &key), "certificate", Problem::TooLarge),
            (form(&asked, &key), "certificate", Problem::IsRequest),
            (form(&key, ""), "certificate", Problem::IsPrivateKey),
            (form(&app.0, &app.1), "certificate", Problem::NotForMdm),
            (form(&expired, &expired_key), "certificate", Problem::Expired(seconds(-35))),
            (form(&early, &early_key), "certificate", Problem::NotYetValid(seconds(3))),
            (form(&certificate, ""), "key", Problem::NoKey),
            (form(&certificate, "hello"), "key", Problem::NotKey),
            (form(&certificate, &certificate), "key", Problem::NotKey),
            (form(&certificate, encrypted), "key", Problem::KeyEncrypted),
            (form(&certificate, &other_key), "key", Problem::OtherKey),
            (form(&format!("{certificate}{other_key}"), ""), "certificate", Problem::OtherKey),
            (locked, "password", Problem::Locked),
        ] {
            assert_refused(&office, form, field, problem).await;
        }
    }

    async fn everything_that_is_wrong_is_named_at_once(mut office) {
        let form = PushCertificateForm { apple_account: "x".repeat(201), ..form("", "hello") };

        let refused = try_install(&office, form).await;

        let Err(CoreError::Invalid(errors)) = refused else { panic!("{refused:?}") };
        let found: Vec<_> = errors.iter().map(|error| (error.field, error.problem.clone())).collect();
        assert_eq!(found, [
            ("appleAccount", FieldProblem::TooLong(200)),
            ("key", FieldProblem::PushCertificate(Problem::NotKey)),
            ("certificate", FieldProblem::Missing),
        ]);
    }

    async fn a_renewal_with_another_topic_is_refused_because_every_device_would_have_to_enrol_again(mut office) {
        let portal = portal();
        install(&office, &pair(&portal)).await.unwrap();
        let phone = office.enrol("one").await;
        let other = portal.issue_with_key(OTHER_TOPIC, Validity::always());

        assert_refused(&office, form(&other.0, &other.1), "certificate", Problem::OtherTopic).await;

        remove(&office).await.unwrap();
        try_install(&office, form(&other.0, &other.1)).await.unwrap();
        let next = office.enrol("two").await;
        assert_eq!((&*phone.fake.topic, &*next.fake.topic), (TOPIC, OTHER_TOPIC));
        let view = office.core.push_certificate(&Actor::System, office.now()).await.unwrap();
        assert_eq!((view.installed.unwrap().devices, view.devices_beside), (1, 1));
    }

    async fn only_administrators_change_it_and_attempts_are_audited(mut office) {
        let (certificate, key) = pair(&portal());
        for role in [Role::HelpDesk, Role::Auditor, Role::User] {
            let id = office.add_person_as(role.as_str(), role).await;
            let actor = office.person(&id, role);
            let (core, now) = (&office.core, office.now());
            for attempt in [
                core.request_push_certificate(&actor, now).await,
                core.push_certificate_request(&actor, now).await.map(drop),
                core.install_push_certificate(&actor, form(&certificate, &key), now).await,
                core.remove_push_certificate(&actor, "x", now).await,
            ] {
                assert!(matches!(attempt, Err(CoreError::Denied(_))), "{attempt:?}");
            }
            assert_eq!(core.push_certificate(&actor, now).await.is_ok(), role != Role::User);
        }
        let refused = |action: &str| {
            let start = format!("push-certificate.{action} refused");
            move |line: &&String| line.starts_with(&start)
        };
        let audit = office.audit().await;
        assert_eq!(audit.iter().filter(refused("install")).count(), 3);
        assert_eq!(audit.iter().filter(refused("remove")).count(), 3);
        assert_eq!(audit.iter().filter(refused("request")).count(), 6);
    }

    async fn it_is_removed_only_as_the_one_that_was_meant(mut office) {
        let portal = portal();
        install(&office, &pair(&portal)).await.unwrap();
        let shown = office.core.push_certificate(&Actor::System, office.now()).await.unwrap().installed.unwrap();
        install(&office, &pair(&portal)).await.unwrap();

        let stale = office.core.remove_push_certificate(&Actor::System, &shown.fingerprint, office.now()).await;
        assert!(matches!(stale, Err(CoreError::Stale)), "{stale:?}");

        remove(&office).await.unwrap();
        assert_eq!(office.core.push_certificate(&Actor::System, office.now()).await.unwrap().installed, None);
        let audit = office.audit().await;
        assert!(audit.last().unwrap().starts_with("push-certificate.remove done"), "{audit:?}");
        let gone = office.core.remove_push_certificate(&Actor::System, &shown.fingerprint, office.now()).await;
        assert!(matches!(gone, Err(CoreError::Stale)), "{gone:?}");
    }

    async fn two_who_install_different_topics_at_once_leave_one_certificate(mut office) {
        let portal = portal();
        let pairs = [TOPIC, OTHER_TOPIC].map(|topic| portal.issue_with_key(topic, Validity::always()));
        let (core, now) = (office.core.clone(), office.now());

        let tries = pairs.map(|(certificate, key)| {
            let core = core.clone();
            tokio::spawn(async move {
                core.install_push_certificate(&Actor::System, form(&certificate, &key), now).await.is_ok()
            })
        });
        let mut done = 0;
        for attempt in tries {
            done += usize::from(attempt.await.unwrap());
        }

        assert_eq!(done, 1);
        assert_eq!(office.store.read().await.unwrap().apple_topics().await.unwrap().len(), 1);
    }

    async fn the_dashboard_warns_ahead_and_says_who_is_affected(mut office) {
        let end = at(&office, 40);
        let pair = portal().issue_with_key(TOPIC, Validity { until: end, ..Validity::always() });
        assert_eq!(notice(&office).await, None);
        install(&office, &pair).await.unwrap();
        office.enrol("one").await;
        assert_eq!(notice(&office).await, None);

        for (days_before, warning) in [(29, 30), (10, 14), (5, 7), (0, 1)] {
            office.pass_until(Timestamp((end.unix_timestamp() - days_before * DAY - 600) * Timestamp::SECOND));
            let expected = PushNotice::Expiring { days: days_before, warning, devices: 1 };
            assert_eq!(notice(&office).await, Some(expected));
        }
        office.pass_seconds(601);
        assert_eq!(notice(&office).await, Some(PushNotice::Expired { devices: 1 }));
    }

    async fn the_dashboard_says_when_pushes_fail(mut office) {
        install(&office, &pair(&portal())).await.unwrap();
        let shown = office.core.push_certificate(&Actor::System, office.now()).await.unwrap().installed.unwrap();
        let since = office.now();
        let mut tx = office.store.begin().await.unwrap();
        tx.note_push_failure(&shown.fingerprint, PushFailure::Unreachable, "", since).await.unwrap();
        tx.commit().await.unwrap();

        let failing = FailingPushes { since, failure: PushFailure::Unreachable, reason: String::new() };
        assert_eq!(notice(&office).await, Some(PushNotice::Failing { failing, devices: 0 }));
    }

    async fn a_certificate_is_missed_where_no_other_push_service_is_configured(mut office) {
        let missed = |office: &Office| {
            let (core, now) = (office.core.clone(), office.now());
            async move { core.dashboard(&Actor::System, now).await.unwrap().push_certificate }
        };
        assert_eq!(missed(&office).await, None);
        office.reconfigure(|config| config.local_push = false);
        assert_eq!(missed(&office).await, Some(false));
        install(&office, &pair(&portal())).await.unwrap();
        assert_eq!(missed(&office).await, Some(true));
    }
}

async fn remove(office: &Office) -> Result<(), CoreError> {
    let view = office.core.push_certificate(&Actor::System, office.now()).await?;
    let fingerprint = view.installed.map(|installed| installed.fingerprint).unwrap_or_default();
    office.core.remove_push_certificate(&Actor::System, &fingerprint, office.now()).await
}
