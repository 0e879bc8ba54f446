//! Passkeys: made and used by a fake authenticator, which is made to say wrong things.

use baton_identity::passkeys::{
    Assertion, HANDLE_BYTES, NewPasskey, PasskeyError, PasskeyOwner, PasskeyUse, RelyingParty, fake::Authenticator,
};

const SITE: &str = "https://baton.heron.example";
/// What a case is called, what goes wrong with the authenticator, and what that is.
type Case = (&'static str, fn(&mut Authenticator), PasskeyError);

const ADA: [u8; HANDLE_BYTES] = [7; HANDLE_BYTES];

fn site() -> RelyingParty {
    RelyingParty::of(SITE).unwrap()
}

fn owner(credentials: &[Vec<u8>]) -> PasskeyOwner<'_> {
    PasskeyOwner { handle: ADA, user_name: "ada", display_name: "Ada Lovelace", credentials }
}

fn register(key: &mut Authenticator) -> Result<NewPasskey, PasskeyError> {
    let begun = site().begin_registration(&owner(&[])).unwrap();
    site().finish_registration(&begun.state, &key.register(&begun.options))
}

fn registered() -> (Authenticator, NewPasskey) {
    let mut key = Authenticator::new(SITE);
    let made = register(&mut key).unwrap();
    (key, made)
}

fn sign_in(key: &mut Authenticator, known: &NewPasskey) -> Result<PasskeyUse, PasskeyError> {
    let begun = site().begin_assertion().unwrap();
    let assertion = Assertion::read(&key.assert(&begun.options))?;
    site().finish_assertion(&begun.state, &assertion, ADA, (&known.key, &known.state))
}

#[test]
fn who_made_a_passkey_can_use_it_again_and_again() {
    let (mut key, mut made) = registered();

    for _ in 0..3 {
        made.state = sign_in(&mut key, &made).unwrap().state;
    }
}

#[test]
fn a_passkey_is_known_by_its_credential() {
    let (mut key, made) = registered();
    let begun = site().begin_assertion().unwrap();

    assert_eq!(Assertion::read(&key.assert(&begun.options)).unwrap().credential(), made.credential);
}

#[test]
fn the_browser_is_asked_for_a_passkey_that_verifies_and_needs_no_name() {
    let options = site().begin_registration(&owner(&[vec![9; 32]])).unwrap().options;
    let options: serde_json::Value = serde_json::from_str(&options).unwrap();

    assert_eq!(options["rp"]["id"], "baton.heron.example");
    assert_eq!(options["user"]["displayName"], "Ada Lovelace");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["excludeCredentials"].as_array().unwrap().len(), 1, "what they have is not made again");
    let options: serde_json::Value = serde_json::from_str(&site().begin_assertion().unwrap().options).unwrap();
    assert_eq!(options["userVerification"], "required");
    assert_eq!(options["rpId"], "baton.heron.example");
}

#[test]
fn no_challenge_is_given_twice() {
    assert_ne!(site().begin_assertion().unwrap().options, site().begin_assertion().unwrap().options);
}

#[test]
fn a_synced_passkey_counts_nothing_and_says_that_it_is_shared() {
    let mut key = Authenticator { is_synced: true, counter: None, ..Authenticator::new(SITE) };
    let made = register(&mut key).unwrap();
    assert!(made.is_synced);

    for _ in 0..2 {
        assert!(sign_in(&mut key, &made).unwrap().is_synced);
    }
}

#[test]
fn a_passkey_that_is_made_wrongly_is_refused() {
    let cases: [Case; 5] = [
        ("another challenge", |key| key.challenge = Some("AAAAAAAAAAAAAAAAAAAAAA".to_owned()), PasskeyError::Challenge),
        ("another origin", |key| key.origin = "https://baton.heron.test".to_owned(), PasskeyError::Origin),
        ("another port", |key| key.origin = format!("{SITE}:8443"), PasskeyError::Origin),
        ("another relying party", |key| key.relying_party = "heron.example".to_owned(), PasskeyError::RelyingParty),
        ("nobody verified", |key| key.verifies = false, PasskeyError::NotVerified),
    ];
    for (name, wrong, error) in cases {
        let mut key = Authenticator::new(SITE);
        wrong(&mut key);

        assert_eq!(register(&mut key), Err(error), "{name}");
    }
}

#[test]
fn a_passkey_that_is_used_wrongly_is_refused() {
    let cases: [Case; 7] = [
        ("another challenge", |key| key.challenge = Some("AAAAAAAAAAAAAAAAAAAAAA".to_owned()), PasskeyError::Challenge),
        ("another origin", |key| key.origin = "https://evil.example".to_owned(), PasskeyError::Origin),
        ("another relying party", |key| key.relying_party = "evil.example".to_owned(), PasskeyError::RelyingParty),
        ("nobody verified", |key| key.verifies = false, PasskeyError::NotVerified),
        ("a counter that stands still", |key| key.counter = Some(0), PasskeyError::Counter),
        (
            "another person",
            |key| key.handle = "CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg".to_owned(),
            PasskeyError::Person,
        ),
        (
            "another key",
            |key| {
                let (credential, handle) = (key.credential.clone(), key.handle.clone());
                *key = Authenticator { credential, handle, counter: Some(9), ..Authenticator::new(SITE) };
            },
            PasskeyError::Signature,
        ),
    ];
    for (name, wrong, error) in cases {
        let (mut key, mut made) = registered();
        made.state = sign_in(&mut key, &made).unwrap().state;
        wrong(&mut key);

        assert_eq!(sign_in(&mut key, &made), Err(error), "{name}");
    }
}

#[test]
fn an_answer_to_one_question_is_none_to_another() {
    let (mut key, made) = registered();
    let (first, second) = (site().begin_assertion().unwrap(), site().begin_assertion().unwrap());
    let answer = Assertion::read(&key.assert(&first.options)).unwrap();

    let taken = site().finish_assertion(&second.state, &answer, ADA, (&made.key, &made.state));

    assert_eq!(taken, Err(PasskeyError::Challenge));
}

#[test]
fn whatever_is_sent_in_place_of_an_answer_is_refused() {
    let (mut key, made) = registered();
    let begun = site().begin_registration(&owner(&[])).unwrap();
    let answer = key.assert(&site().begin_assertion().unwrap().options);
    let huge = format!("{answer}{}", " ".repeat(20_000));
    let cut = &answer[..answer.len() / 2];
    for garbage in ["", "{}", "null", "[]", "\0", "☂", cut, &huge] {
        assert_eq!(Assertion::read(garbage).unwrap_err(), PasskeyError::Malformed, "{garbage:.20}");
        assert_eq!(site().finish_registration(&begun.state, garbage), Err(PasskeyError::Malformed), "{garbage:.20}");
    }
    let assertion = Assertion::read(&answer).unwrap();
    for stored in [b"".as_slice(), b"x", &[0; 300]] {
        let taken = site().finish_assertion(stored, &assertion, ADA, (&made.key, &made.state));
        assert_eq!(taken, Err(PasskeyError::Stored));
    }
}

mod generated {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn an_answer_with_any_byte_changed_is_refused_or_says_the_same(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let (mut key, made) = registered();
            let begun = site().begin_assertion().unwrap();
            let answer = key.assert(&begun.options);
            let mut bytes = answer.clone().into_bytes();
            let at = at.index(bytes.len());
            prop_assume!(bytes[at] != byte);
            bytes[at] = byte;
            let Ok(changed) = String::from_utf8(bytes) else { return Ok(()) };
            let Ok(assertion) = Assertion::read(&changed) else { return Ok(()) };

            let taken = site().finish_assertion(&begun.state, &assertion, ADA, (&made.key, &made.state));

            // The credential's id and what the browser adds are not signed; everything else is.
            let signed = |text: &str| {
                let value: serde_json::Value = serde_json::from_str(text).unwrap();
                value["response"].clone()
            };
            if taken.is_ok() {
                prop_assert_eq!(signed(&changed), signed(&answer));
            }
        }
    }
}
