//! The fault table of providers, as somebody who signs in and the audit log see it. What each fault is for the client stands
//! in `docs/openid.md`.

use baton_core::{
    accounts::Visitor,
    sources::{LoginError, LoginFailure},
};
use baton_identity::openid::fake::{FakeProvider, Fault as F, Shape};

use super::desk::{install_cryptography, to_portal, with_provider};
use crate::office::Office;

/// What somebody sees who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Seen {
    /// It does not begin: the provider cannot be reached.
    NotBegun,
    /// Begin again.
    Lost,
    /// It was given up there.
    Cancelled,
    /// It cannot be reached.
    Unavailable,
    /// Its answer cannot be accepted, with a code for the help desk.
    NotAccepted,
}

async fn outcome(office: &Office, shape: Shape, faults: &[F]) -> (Seen, String) {
    let fake = FakeProvider::start(shape, office.now()).await.unwrap();
    faults.iter().for_each(|fault| fake.misbehave(*fault));
    let mut form = with_provider(&fake, shape);
    form.name = format!("{faults:?}");
    let source = office.add_source(&form).await;
    let begun = match office.core.begin_login(&source, to_portal(), &Visitor::default(), office.now()).await {
        Ok(begun) => begun,
        Err(LoginError::Provider { source, .. }) => return (Seen::NotBegun, source.code()),
        Err(other) => panic!("{other:?}"),
    };
    fake.set_time(office.now());
    let failed = office.come_back(&office.core, &fake, &begun, Some(&begun.browser)).await.unwrap_err();
    match failed.failure {
        LoginFailure::Lost => (Seen::Lost, String::new()),
        LoginFailure::Cancelled => (Seen::Cancelled, reason(office).await),
        LoginFailure::Unavailable => (Seen::Unavailable, reason(office).await),
        LoginFailure::NotAccepted(_) => (Seen::NotAccepted, reason(office).await),
        other => panic!("{faults:?}: {other:?}"),
    }
}

/// The reason in the last audit row.
async fn reason(office: &Office) -> String {
    let audit = office.last_audit().await;
    assert_eq!((audit.action.as_str(), audit.allowed), ("sign-in", false));
    let detail: serde_json::Value = serde_json::from_str(&audit.detail).unwrap();
    detail["reason"].as_str().unwrap().to_owned()
}

on_both_engines! {
    async fn each_fault_of_a_provider_has_its_message_and_its_audit_row(mut office) {
        install_cryptography();
        let plain = [
            (F::MetadataHtml, Seen::NotBegun, "metadata-not-json"),
            (F::MetadataHuge, Seen::NotBegun, "metadata-too-large"),
            (F::MetadataRedirects, Seen::NotBegun, "metadata-redirected"),
            (F::MetadataOtherIssuer, Seen::NotBegun, "metadata-issuer"),
            (F::MetadataIncomplete, Seen::NotBegun, "metadata-missing"),
            (F::MetadataWithoutTls, Seen::NotBegun, "metadata-endpoint"),
            (F::KeysHtml, Seen::NotBegun, "keys-not-json"),
            (F::KeysUnavailable, Seen::NotBegun, "keys-status"),
            (F::KeysNone, Seen::NotBegun, "keys-none"),
            (F::OtherState, Seen::Lost, ""),
            (F::NoState, Seen::Lost, ""),
            (F::OtherCallbackIssuer, Seen::NotAccepted, "callback-issuer"),
            (F::NoCode, Seen::NotAccepted, "code-missing"),
            (F::Error("access_denied"), Seen::Cancelled, "cancelled"),
            (F::Error("login_required"), Seen::Cancelled, "cancelled"),
            (F::Error("interaction_required"), Seen::NotAccepted, "interaction-required"),
            (F::Error("temporarily_unavailable"), Seen::Unavailable, "unavailable"),
            (F::Error("invalid_request"), Seen::NotAccepted, "refused"),
            (F::CodeRefused, Seen::NotAccepted, "token-code-refused"),
            (F::ClientRefused, Seen::NotAccepted, "token-client-refused"),
            (F::TokenRefused, Seen::NotAccepted, "token-refused"),
            (F::TokenHtml, Seen::NotAccepted, "token-not-json"),
            (F::TokenHuge, Seen::NotAccepted, "token-too-large"),
            (F::TokenRedirects, Seen::NotAccepted, "token-redirected"),
            (F::TokenUnavailable, Seen::Unavailable, "unavailable"),
            (F::TokenCut, Seen::Unavailable, "unavailable"),
            (F::NoIdToken, Seen::NotAccepted, "id-token-missing"),
            (F::IdTokenGarbage, Seen::NotAccepted, "id-token-malformed"),
            (F::IdTokenHuge, Seen::NotAccepted, "id-token-too-large"),
            (F::IdTokenEncrypted, Seen::NotAccepted, "id-token-encrypted"),
            (F::AlgorithmNone, Seen::NotAccepted, "id-token-algorithm"),
            (F::AlgorithmClientSecret, Seen::NotAccepted, "id-token-algorithm"),
            (F::AlgorithmPublicKey, Seen::NotAccepted, "id-token-algorithm"),
            (F::OtherSignature, Seen::NotAccepted, "id-token-signature"),
            (F::ForgedKey, Seen::NotAccepted, "id-token-signature"),
            (F::UnpublishedKey, Seen::NotAccepted, "id-token-unknown-key"),
            (F::OtherIssuer, Seen::NotAccepted, "id-token-issuer"),
            (F::OtherAudience, Seen::NotAccepted, "id-token-audience"),
            (F::OtherParty, Seen::NotAccepted, "id-token-authorized-party"),
            (F::OtherNonce, Seen::NotAccepted, "id-token-nonce"),
            (F::NoNonce, Seen::NotAccepted, "id-token-nonce"),
            (F::ExpiredFor(45), Seen::NotAccepted, "id-token-expired"),
            (F::NoExpiry, Seen::NotAccepted, "id-token-claim"),
            (F::ValidIn(45), Seen::NotAccepted, "id-token-not-yet-valid"),
            (F::IssuedIn(45), Seen::NotAccepted, "id-token-issued-in-future"),
            (F::OtherAccessTokenHash, Seen::NotAccepted, "id-token-access-token-hash"),
            (F::NoSubject, Seen::NotAccepted, "id-token-claim"),
        ];
        for (fault, seen, code) in plain {
            assert_eq!(outcome(&office, Shape::Plain, &[fault]).await, (seen, code.to_owned()), "{fault:?}");
        }
        for (fault, code) in
            [(F::OtherTenant, "id-token-tenant"), (F::NoTenant, "id-token-claim"), (F::NoObject, "id-token-claim")]
        {
            let expected = (Seen::NotAccepted, code.to_owned());
            assert_eq!(outcome(&office, Shape::Entra, &[fault]).await, expected, "{fault:?}");
        }
        assert_eq!(office.number("SELECT COUNT(*) FROM sessions").await, 0);
        assert_eq!(office.number("SELECT COUNT(*) FROM user_identities").await, 0);
    }

    async fn anybody_may_open_the_callback_as_often_as_they_like_and_nothing_comes_of_it(mut office) {
        install_cryptography();
        let long = format!("state={}", "x".repeat(100_000));
        for query in ["", "state=", "state=a&state=b", "code=1", "error=access_denied", "state=%00%ff", long.as_str()] {
            let visitor = Visitor::default();
            let answer = office.core.finish_login(query, Some("x"), &visitor, office.now()).await;
            assert!(answer.is_err(), "{query}");
        }
        assert_eq!(office.number("SELECT COUNT(*) FROM audit").await, 0);
    }
}
