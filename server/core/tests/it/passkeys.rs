//! Passkeys: added, named, removed, and used to sign in (B8).

use baton_core::{
    Actor, CoreError, Permission,
    accounts::{
        AddPasskeyError, ConfirmError, MAX_PASSKEYS, NewSession, PasskeyAnswer, PasskeyChallenge, PasskeyRefusal,
        PasskeySignInError, Proof, SignedIn, Visitor,
    },
};
use baton_identity::passkeys::{PasskeyError, fake::Authenticator};
use baton_model::{Role, User, UserId};

use crate::office::{Office, PASSWORD, PUBLIC_URL};

/// What a case is called, what goes wrong with the authenticator, and what that is.
type Case<E> = (&'static str, fn(&mut Authenticator), E);

pub fn key() -> Authenticator {
    Authenticator::new(PUBLIC_URL)
}

fn answered(challenge: &PasskeyChallenge, response: String) -> PasskeyAnswer {
    PasskeyAnswer { token: challenge.token.clone(), response }
}

impl Office {
    /// Somebody who just signed in with their password.
    pub async fn session_of(&self, name: &str) -> SignedIn {
        let session = self.core.sign_in(name, PASSWORD, &Visitor::default(), self.now()).await.unwrap();
        self.opened_by(&session).await.unwrap()
    }

    pub async fn opened_by(&self, session: &NewSession) -> Option<SignedIn> {
        self.core.portal_session(&session.secret, self.now()).await.unwrap()
    }

    pub async fn try_add_passkey(&self, person: &SignedIn, key: &mut Authenticator) -> Result<(), AddPasskeyError> {
        let challenge = self.core.begin_passkey(person, self.now()).await?;
        let answer = answered(&challenge, key.register(&challenge.options));
        self.core.add_passkey(person, "Security key", &answer, self.now()).await.map(|_| ())
    }

    /// A person with a passkey.
    pub async fn person_with_passkey(&self, name: &str) -> (SignedIn, Authenticator) {
        self.add_person(name).await;
        let (person, mut key) = (self.session_of(name).await, key());
        self.try_add_passkey(&person, &mut key).await.unwrap();
        (person, key)
    }

    async fn sign_in_answer(&self, key: &mut Authenticator) -> PasskeyAnswer {
        let challenge = self.core.begin_passkey_sign_in(self.now()).unwrap();
        answered(&challenge, key.assert(&challenge.options))
    }

    async fn take(&self, answer: &PasskeyAnswer) -> Result<(User, NewSession), PasskeySignInError> {
        self.core.sign_in_with_passkey(answer, &Visitor::default(), self.now()).await
    }

    async fn sign_in_with(&self, key: &mut Authenticator) -> Result<(User, NewSession), PasskeySignInError> {
        let answer = self.sign_in_answer(key).await;
        self.take(&answer).await
    }

    pub async fn confirm_with(&self, person: &SignedIn, key: &mut Authenticator) -> Result<SignedIn, ConfirmError> {
        let challenge = self.core.begin_confirmation(person, self.now()).unwrap();
        let answer = answered(&challenge, key.assert(&challenge.options));
        let proof = Proof::Passkey(&answer);
        self.core.confirm(person, proof, &Visitor::default(), self.now()).await.map(|confirmed| confirmed.signed_in)
    }

    /// The last line of the audit log.
    async fn last_audited(&self) -> String {
        self.audit().await.pop().unwrap()
    }
}

fn refusal<T: std::fmt::Debug>(result: Result<T, PasskeySignInError>) -> PasskeyRefusal {
    match result {
        Err(PasskeySignInError::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

fn wrong(error: PasskeyError) -> PasskeyRefusal {
    PasskeyRefusal::Answer(error)
}

on_both_engines! {
    async fn a_passkey_signs_its_owner_in_without_a_name(mut office) {
        let (ada, mut key) = office.person_with_passkey("ada").await;

        let (user, session) = office.sign_in_with(&mut key).await.unwrap();

        assert_eq!(user.id, ada.user.id);
        let opened = office.opened_by(&session).await.unwrap();
        assert_ne!(opened.session.id_hash, ada.session.id_hash);
        assert!(opened.actor().is_confirmed(office.now()), "signing in is a proof");
        assert!(office.last_audited().await.starts_with("portal.sign-in done user-ada"));
        let [passkey] = office.core.my_passkeys(&ada).await.unwrap().try_into().unwrap();
        assert!(passkey.used_at.is_some() && !passkey.is_synced);
    }

    async fn a_passkey_is_used_again_and_again(mut office) {
        let (_, mut key) = office.person_with_passkey("ada").await;
        for _ in 0..3 {
            office.sign_in_with(&mut key).await.unwrap();
        }
    }

    async fn a_synced_passkey_never_counts_and_says_that_it_is_shared(mut office) {
        office.add_person("ada").await;
        let ada = office.session_of("ada").await;
        let mut key = Authenticator { is_synced: true, counter: None, ..key() };
        office.try_add_passkey(&ada, &mut key).await.unwrap();
        for _ in 0..2 {
            office.sign_in_with(&mut key).await.unwrap();
        }
        assert!(office.core.my_passkeys(&ada).await.unwrap()[0].is_synced);
    }

    async fn whatever_is_wrong_with_a_sign_in_nobody_is_signed_in_and_it_is_audited(mut office) {
        let cases: [Case<PasskeyRefusal>; 6] = [
            ("another challenge", |key| key.challenge = Some("AAAAAAAAAAAAAAAAAAAAAA".to_owned()), wrong(PasskeyError::Challenge)),
            ("another origin", |key| key.origin = "https://evil.example".to_owned(), wrong(PasskeyError::Origin)),
            ("another relying party", |key| key.relying_party = "evil.example".to_owned(), wrong(PasskeyError::RelyingParty)),
            ("no verification of the person", |key| key.verifies = false, wrong(PasskeyError::NotVerified)),
            ("a counter that goes back", |key| key.counter = Some(0), wrong(PasskeyError::Counter)),
            ("another person's handle", |key| key.handle = "CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg".to_owned(), PasskeyRefusal::OtherPerson),
        ];
        for (number, (name, make_wrong, expected)) in cases.into_iter().enumerate() {
            let (_, mut key) = office.person_with_passkey(&format!("ada{number}")).await;
            for _ in 0..2 {
                office.sign_in_with(&mut key).await.unwrap();
            }
            make_wrong(&mut key);

            assert_eq!(refusal(office.sign_in_with(&mut key).await), expected, "{name}");

            let audited = office.last_audited().await;
            assert!(audited.starts_with(&format!("sign-in refused user-ada{number}")), "{name}: {audited}");
            assert!(audited.contains(expected.as_str()), "{name}: {audited}");
        }
    }

    async fn an_answer_is_good_once(mut office) {
        let (_, mut key) = office.person_with_passkey("ada").await;
        key.counter = None;
        let answer = office.sign_in_answer(&mut key).await;
        office.take(&answer).await.unwrap();

        assert_eq!(refusal(office.take(&answer).await), PasskeyRefusal::Replayed);

        assert!(office.last_audited().await.contains("replayed"));
    }

    async fn of_the_same_answer_many_times_at_once_one_is_taken(mut office) {
        let (_, mut key) = office.person_with_passkey("ada").await;
        let answer = office.sign_in_answer(&mut key).await;

        let tried = futures::future::join_all((0..8).map(|_| office.take(&answer))).await;

        assert_eq!(tried.iter().filter(|result| result.is_ok()).count(), 1, "{tried:?}");
    }

    async fn an_answer_that_comes_after_five_minutes_is_too_late(mut office) {
        let (_, mut key) = office.person_with_passkey("ada").await;
        let answer = office.sign_in_answer(&mut key).await;
        office.pass_seconds(300);

        assert_eq!(refusal(office.take(&answer).await), PasskeyRefusal::Expired);

        assert!(office.last_audited().await.contains("expired"));
    }

    async fn a_challenge_is_good_for_one_purpose_and_one_person(mut office) {
        let (ada, mut key) = office.person_with_passkey("ada").await;
        office.add_person("ben").await;
        let ben = office.session_of("ben").await;
        let challenges = [
            office.core.begin_confirmation(&ada, office.now()).unwrap(),
            office.core.begin_passkey(&ada, office.now()).await.unwrap(),
            PasskeyChallenge { token: "AAAA".to_owned(), ..office.core.begin_passkey_sign_in(office.now()).unwrap() },
            PasskeyChallenge { token: "x".repeat(100_000), ..office.core.begin_passkey_sign_in(office.now()).unwrap() },
        ];
        for challenge in challenges {
            let answer = answered(&challenge, key.assert(&challenge.options));
            assert_eq!(refusal(office.take(&answer).await), PasskeyRefusal::Forged);
            assert!(office.last_audited().await.contains("forged"));
        }
        let challenge = office.core.begin_confirmation(&ben, office.now()).unwrap();
        let answer = answered(&challenge, key.assert(&challenge.options));
        let taken = office.core.confirm(&ada, Proof::Passkey(&answer), &Visitor::default(), office.now()).await;
        assert!(matches!(taken, Err(ConfirmError::Passkey(PasskeyRefusal::Forged))), "{taken:?}");
    }

    async fn a_removed_passkey_opens_nothing(mut office) {
        let (ada, mut key) = office.person_with_passkey("ada").await;
        let [passkey] = office.core.my_passkeys(&ada).await.unwrap().try_into().unwrap();
        office.core.remove_my_passkey(&ada, &passkey.id, office.now()).await.unwrap();
        assert!(office.last_audited().await.starts_with("passkey.remove done user-ada"));

        assert_eq!(refusal(office.sign_in_with(&mut key).await), PasskeyRefusal::Unknown);

        let audited = office.last_audited().await;
        assert!(audited.starts_with("sign-in refused unknown") && audited.contains("unknown-passkey"), "{audited}");
    }

    async fn who_is_disabled_does_not_sign_in_with_a_passkey(mut office) {
        let (ada, mut key) = office.person_with_passkey("ada").await;
        office.core.set_user_enabled(&Actor::System, &ada.user.id, false, office.now()).await.unwrap();

        assert_eq!(refusal(office.sign_in_with(&mut key).await), PasskeyRefusal::Disabled);

        assert!(office.last_audited().await.contains("disabled"));
    }

    async fn what_no_browser_sends_is_refused(mut office) {
        let (_, mut key) = office.person_with_passkey("ada").await;
        let answer = office.sign_in_answer(&mut key).await;
        let huge = format!("{}{}", answer.response, " ".repeat(100_000));
        for response in ["", "{}", "\0", &huge, &answer.response[..100]] {
            let garbled = PasskeyAnswer { response: response.to_owned(), ..answer.clone() };
            assert_eq!(refusal(office.take(&garbled).await), wrong(PasskeyError::Malformed));
            assert!(office.last_audited().await.contains("malformed"));
            // So that the next one is looked at, too.
            office.pass_seconds(3600);
        }
    }

    async fn attempts_with_a_passkey_wait_after_too_many_that_failed(mut office) {
        let (_, mut key) = office.person_with_passkey("ada").await;
        key.verifies = false;
        for _ in 0..5 {
            refusal(office.sign_in_with(&mut key).await);
        }
        key.verifies = true;

        let waiting = office.sign_in_with(&mut key).await;
        assert!(matches!(waiting, Err(PasskeySignInError::Throttled { .. })), "{waiting:?}");

        office.pass_seconds(60);
        office.sign_in_with(&mut key).await.unwrap();
    }

    async fn guessing_a_password_does_not_keep_its_owner_from_their_passkey(mut office) {
        let (_, mut key) = office.person_with_passkey("ada").await;
        for _ in 0..6 {
            drop(office.core.sign_in("ada", "guess", &Visitor::default(), office.now()).await);
        }
        office.sign_in_with(&mut key).await.unwrap();
    }

    async fn adding_a_passkey_takes_a_proof_of_who_adds_it(mut office) {
        office.add_person("ada").await;
        let ada = office.session_of("ada").await;
        office.pass_seconds(300);

        let refused = office.try_add_passkey(&ada, &mut key()).await;

        assert!(matches!(refused, Err(AddPasskeyError::Core(CoreError::Unconfirmed))), "{refused:?}");
        let audited = office.last_audited().await;
        assert!(audited.starts_with("passkey.add refused user-ada") && audited.contains("not-confirmed"), "{audited}");
    }

    async fn a_passkey_that_is_made_wrongly_is_refused_and_audited(mut office) {
        office.add_person("ada").await;
        let ada = office.session_of("ada").await;
        let cases: [Case<PasskeyError>; 4] = [
            ("another challenge", |key| key.challenge = Some("AAAAAAAAAAAAAAAAAAAAAA".to_owned()), PasskeyError::Challenge),
            ("another origin", |key| key.origin = "https://evil.example".to_owned(), PasskeyError::Origin),
            ("another relying party", |key| key.relying_party = "evil.example".to_owned(), PasskeyError::RelyingParty),
            ("no verification of the person", |key| key.verifies = false, PasskeyError::NotVerified),
        ];
        for (name, make_wrong, expected) in cases {
            let mut key = key();
            make_wrong(&mut key);

            let added = office.try_add_passkey(&ada, &mut key).await;

            assert!(matches!(added, Err(AddPasskeyError::Refused(PasskeyRefusal::Answer(error))) if error == expected), "{name}: {added:?}");
            let audited = office.last_audited().await;
            assert!(audited.starts_with("passkey.add refused user-ada") && audited.contains(expected.as_str()), "{audited}");
        }
        assert!(office.core.my_passkeys(&ada).await.unwrap().is_empty());
    }

    async fn an_answer_adds_one_passkey_only_and_in_time(mut office) {
        office.add_person("ada").await;
        let ada = office.session_of("ada").await;
        let challenge = office.core.begin_passkey(&ada, office.now()).await.unwrap();
        let answer = answered(&challenge, key().register(&challenge.options));
        office.core.add_passkey(&ada, "One", &answer, office.now()).await.unwrap();

        let again = office.core.add_passkey(&ada, "Two", &answer, office.now()).await;
        assert!(matches!(again, Err(AddPasskeyError::Refused(PasskeyRefusal::Replayed))), "{again:?}");

        let challenge = office.core.begin_passkey(&ada, office.now()).await.unwrap();
        let late = answered(&challenge, key().register(&challenge.options));
        office.pass_seconds(300);
        let late = office.core.add_passkey(&ada, "Late", &late, office.now()).await;
        assert!(matches!(late, Err(AddPasskeyError::Refused(PasskeyRefusal::Expired))), "{late:?}");
    }

    async fn a_passkey_has_one_owner(mut office) {
        let (_, mut key) = office.person_with_passkey("ada").await;
        office.add_person("ben").await;
        let ben = office.session_of("ben").await;

        let taken = office.try_add_passkey(&ben, &mut key).await;

        assert!(matches!(taken, Err(AddPasskeyError::Refused(PasskeyRefusal::Taken))), "{taken:?}");
    }

    async fn there_is_a_most_of_passkeys(mut office) {
        office.add_person("ada").await;
        let ada = office.session_of("ada").await;
        for _ in 0..MAX_PASSKEYS {
            office.try_add_passkey(&ada, &mut key()).await.unwrap();
        }
        let more = office.try_add_passkey(&ada, &mut key()).await;
        assert!(matches!(more, Err(AddPasskeyError::TooMany)), "{more:?}");
    }

    async fn people_name_and_remove_their_own_passkeys_only(mut office) {
        let (ada, _) = office.person_with_passkey("ada").await;
        let (ben, _) = office.person_with_passkey("ben").await;
        let [passkey] = office.core.my_passkeys(&ada).await.unwrap().try_into().unwrap();

        let core = &office.core;
        let foreign = [
            core.rename_my_passkey(&ben, &passkey.id, "Mine", office.now()).await,
            core.remove_my_passkey(&ben, &passkey.id, office.now()).await,
        ];
        assert!(foreign.iter().all(|result| matches!(result, Err(CoreError::NotFound("passkey")))), "{foreign:?}");
        for name in ["", " ", &"x".repeat(61), "a\nb"] {
            let named = core.rename_my_passkey(&ada, &passkey.id, name, office.now()).await;
            assert!(matches!(named, Err(CoreError::Invalid(_))), "{name:?}: {named:?}");
        }
        core.rename_my_passkey(&ada, &passkey.id, " Blue key ", office.now()).await.unwrap();
        assert_eq!(core.my_passkeys(&ada).await.unwrap()[0].name, "Blue key");
        assert!(office.last_audited().await.starts_with("passkey.rename done user-ada"));
    }

    async fn administrators_see_and_remove_others_passkeys_and_nobody_else_does(mut office) {
        let (ada, mut key) = office.person_with_passkey("ada").await;
        let [passkey] = office.core.my_passkeys(&ada).await.unwrap().try_into().unwrap();
        for role in [Role::User, Role::HelpDesk, Role::Auditor] {
            let other = office.person(&UserId::from("somebody"), role);
            let refused = office.core.remove_passkey_of(&other, &ada.user.id, &passkey.id, office.now()).await;
            assert!(matches!(refused, Err(CoreError::Denied(Permission::ManageUsers))), "{refused:?}");
            assert!(office.last_audited().await.starts_with("passkey.remove refused"));
        }
        let ines = office.person(&office.add_person_as("ines", Role::Administrator).await, Role::Administrator);
        let detail = office.core.user_detail(&ines, &ada.user.id, office.now()).await.unwrap();
        assert_eq!(detail.passkeys, std::slice::from_ref(&passkey));

        office.core.remove_passkey_of(&ines, &ada.user.id, &passkey.id, office.now()).await.unwrap();

        assert_eq!(refusal(office.sign_in_with(&mut key).await), PasskeyRefusal::Unknown);
    }

    async fn under_an_address_without_a_name_there_are_no_passkeys(mut office) {
        let (ada, mut key) = office.person_with_passkey("ada").await;
        let answer = office.sign_in_answer(&mut key).await;
        office.reconfigure(|config| config.public_url = "https://192.0.2.7".to_owned());

        assert!(!office.core.has_passkeys());
        assert!(office.core.begin_passkey_sign_in(office.now()).is_err());
        assert_eq!(refusal(office.take(&answer).await), PasskeyRefusal::Unavailable);
        assert!(!office.core.ways_to_confirm(&ada).await.unwrap().passkey);
    }

    async fn with_another_key_outside_the_database_no_passkey_opens_anything(mut office) {
        let (_, mut key) = office.person_with_passkey("ada").await;
        office.use_master_key([9; 32]);
        assert_eq!(refusal(office.sign_in_with(&mut key).await), PasskeyRefusal::OtherPerson);
    }

    async fn answered_challenges_are_forgotten_when_they_expire(mut office) {
        let (_, mut key) = office.person_with_passkey("ada").await;
        office.sign_in_with(&mut key).await.unwrap();
        assert_eq!(office.number("SELECT COUNT(*) FROM used_challenges").await, 2);
        office.pass_seconds(300);
        office.core.forget_expired(office.now()).await.unwrap();
        assert_eq!(office.number("SELECT COUNT(*) FROM used_challenges").await, 0);
    }
}
