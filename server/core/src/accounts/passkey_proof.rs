//! That somebody has a passkey: the challenge, and what the browser answers.
//!
//! What must be known of a challenge when its answer comes is carried by the browser, sealed, so that asking for one
//! leaves no row. A challenge that was answered rightly is noted until it expires, and so is good once.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use baton_identity::passkeys::{
    Assertion, CEREMONY_SECONDS, Ceremony, HANDLE_BYTES, MAX_ANSWER_BYTES, PasskeyError, RelyingParty,
};
use baton_model::{Passkey, Timestamp, User, UserId};
use baton_store::Tx;
use serde::{Deserialize, Serialize};
use serde_json::json;
use thiserror::Error;

use super::{confirmation::ConfirmError, sign_in::SignInError, throttle::Visitor};
use crate::{
    Actor, Core, CoreError,
    audit::{self, Event},
    vault::secret_hash,
};

/// Handles are MACs for this purpose, so that an authenticator's backup names nobody.
const HANDLE_PURPOSE: &str = "passkey-handle";

/// A question for a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyChallenge {
    /// What the browser gets as `publicKey` for `navigator.credentials`: WebAuthn's JSON, with bytes in base64url.
    pub options: String,
    /// What goes with the answer, unread.
    pub token: String,
}

/// What a browser answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PasskeyAnswer {
    /// The question's token.
    pub token: String,
    /// The credential as JSON.
    pub response: String,
}

/// Why a passkey is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PasskeyRefusal {
    /// There are no passkeys at this address ([`RelyingParty::of`]).
    #[error("there are no passkeys at this address")]
    Unavailable,
    /// The challenge was not made here, or for something else or somebody else.
    #[error("the challenge was not made for this")]
    Forged,
    /// The answer came too late.
    #[error("the answer came too late")]
    Expired,
    /// The challenge was answered before.
    #[error("the challenge was answered before")]
    Replayed,
    /// Nobody has this passkey: it was removed, or never registered.
    #[error("nobody has this passkey")]
    Unknown,
    /// It is somebody else's.
    #[error("it is somebody else's passkey")]
    OtherPerson,
    /// Its owner may not sign in.
    #[error("its owner may not sign in")]
    Disabled,
    /// It is registered already.
    #[error("it is registered already")]
    Taken,
    /// The answer is wrong.
    #[error(transparent)]
    Answer(PasskeyError),
}

impl PasskeyRefusal {
    /// Its name in the audit log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::Forged => "forged",
            Self::Expired => "expired",
            Self::Replayed => "replayed",
            Self::Unknown => "unknown-passkey",
            Self::OtherPerson => "other-person",
            Self::Disabled => "disabled",
            Self::Taken => "taken",
            Self::Answer(error) => error.as_str(),
        }
    }
}

impl From<PasskeyError> for PasskeyRefusal {
    fn from(error: PasskeyError) -> Self {
        match error {
            PasskeyError::Expired => Self::Expired,
            PasskeyError::Person => Self::OtherPerson,
            other => Self::Answer(other),
        }
    }
}

/// Why a proof by passkey came to nothing.
#[derive(Debug)]
pub(super) enum ProofError {
    Refused(PasskeyRefusal),
    Throttled { seconds: u64 },
    Core(CoreError),
}

impl<E: Into<CoreError>> From<E> for ProofError {
    fn from(error: E) -> Self {
        Self::Core(error.into())
    }
}

impl From<PasskeyRefusal> for ProofError {
    fn from(refusal: PasskeyRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<ProofError> for ConfirmError {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::Refused(refusal) => Self::Passkey(refusal),
            ProofError::Throttled { seconds } => Self::Throttled { seconds },
            ProofError::Core(error) => Self::Core(error),
        }
    }
}

/// What a challenge is for. An answer to one for something else is worth nothing.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose<'a> {
    /// Signing in, by whomever.
    SignIn,
    /// This person confirms that it is them.
    Confirmation(&'a UserId),
    /// This person makes a passkey.
    Registration(&'a UserId),
}

impl Purpose<'_> {
    /// Each purpose is sealed by another key.
    const fn seal(self) -> &'static str {
        match self {
            Self::SignIn => "passkey-sign-in",
            Self::Confirmation(_) => "passkey-confirmation",
            Self::Registration(_) => "passkey-registration",
        }
    }

    const fn person(&self) -> Option<&UserId> {
        match self {
            Self::SignIn => None,
            Self::Confirmation(user) | Self::Registration(user) => Some(user),
        }
    }

    /// What the audit log calls a refusal.
    const fn event(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Confirmation(_) => "session.confirm",
            Self::Registration(_) => "passkey.add",
        }
    }
}

/// What the browser carries for the server.
#[derive(Serialize, Deserialize)]
struct Sealed {
    expires: Timestamp,
    person: Option<UserId>,
    state: String,
}

/// A challenge that is being answered.
pub(super) struct Answered {
    pub(super) state: Vec<u8>,
    hash: String,
    expires: Timestamp,
}

impl Answered {
    /// Notes that it was answered rightly; refused when it was before.
    pub(super) async fn take(&self, tx: &mut Tx) -> Result<(), ProofError> {
        if tx.use_challenge(&self.hash, self.expires).await? { Ok(()) } else { Err(PasskeyRefusal::Replayed.into()) }
    }
}

impl Core {
    /// Whether passkeys can be used at the public address: under a name, and over TLS except on this very machine.
    #[must_use]
    pub fn has_passkeys(&self) -> bool {
        self.relying_party().is_some()
    }

    pub(super) fn passkey_site(&self) -> Result<&RelyingParty, PasskeyRefusal> {
        self.relying_party().ok_or(PasskeyRefusal::Unavailable)
    }

    /// By what authenticators know a person.
    pub(super) fn passkey_handle(&self, user: &UserId) -> [u8; HANDLE_BYTES] {
        self.vault().mac(HANDLE_PURPOSE, user.as_str().as_bytes())
    }

    pub(super) fn seal_challenge(
        &self,
        purpose: Purpose<'_>,
        ceremony: Ceremony,
        now: Timestamp,
    ) -> Result<PasskeyChallenge, CoreError> {
        let sealed = Sealed {
            expires: now.plus_seconds(CEREMONY_SECONDS),
            person: purpose.person().cloned(),
            state: URL_SAFE_NO_PAD.encode(&ceremony.state),
        };
        let json = serde_json::to_vec(&sealed).expect("invariant: a plain struct of texts and numbers");
        let token = URL_SAFE_NO_PAD.encode(self.vault().seal(purpose.seal(), &json)?);
        Ok(PasskeyChallenge { options: ceremony.options, token })
    }

    pub(super) fn open_challenge(
        &self,
        purpose: Purpose<'_>,
        token: &str,
        now: Timestamp,
    ) -> Result<Answered, PasskeyRefusal> {
        if token.len() > MAX_ANSWER_BYTES {
            return Err(PasskeyRefusal::Forged);
        }
        let sealed = URL_SAFE_NO_PAD.decode(token).map_err(|_| PasskeyRefusal::Forged)?;
        let json = self.vault().open(purpose.seal(), &sealed).map_err(|_| PasskeyRefusal::Forged)?;
        let sealed: Sealed = serde_json::from_slice(&json).map_err(|_| PasskeyRefusal::Forged)?;
        let state = URL_SAFE_NO_PAD.decode(&sealed.state).map_err(|_| PasskeyRefusal::Forged)?;
        if sealed.person.as_ref() != purpose.person() {
            return Err(PasskeyRefusal::Forged);
        }
        if sealed.expires <= now {
            return Err(PasskeyRefusal::Expired);
        }
        Ok(Answered { state, hash: secret_hash(token), expires: sealed.expires })
    }

    /// A question for any passkey of this site.
    pub(super) fn ask_for_passkey(&self, purpose: Purpose<'_>, now: Timestamp) -> Result<PasskeyChallenge, CoreError> {
        let site = self.passkey_site().map_err(|_| CoreError::NotFound("relying party"))?;
        let ceremony = site.begin_assertion().map_err(|error| CoreError::Corrupt(error.to_string()))?;
        self.seal_challenge(purpose, ceremony, now)
    }

    /// The person whose passkey this is, in a transaction that has their lock and notes the use. Failures are counted
    /// against the credential and where they come from, as those of passwords are; refusals are audited.
    pub(super) async fn prove_passkey(
        &self,
        purpose: Purpose<'_>,
        actor: &Actor,
        answer: &PasskeyAnswer,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<(Tx, User), ProofError> {
        let assertion = Assertion::read(&answer.response);
        // What cannot be read counts as one.
        let credential = assertion.as_ref().map(|read| URL_SAFE_NO_PAD.encode(read.credential())).unwrap_or_default();
        let counted = self.count_attempt(&format!("passkey {credential}"), visitor, None, now).await;
        let attempt = counted.map_err(|error| match error {
            SignInError::Throttled { seconds } => ProofError::Throttled { seconds },
            SignInError::Core(error) => ProofError::Core(error),
            SignInError::Wrong | SignInError::WrongOrUnreachable { .. } | SignInError::Busy => {
                ProofError::Core(CoreError::Busy)
            }
        })?;
        let found = match &assertion {
            Ok(assertion) => self.store().read().await?.find_passkey(assertion.credential()).await?,
            Err(_) => None,
        };
        let proven = match assertion {
            Ok(assertion) => self.check_passkey(purpose, &assertion, found.as_ref(), &answer.token, now).await,
            Err(error) => Err(PasskeyRefusal::from(error).into()),
        };
        match proven {
            Ok((mut tx, user)) => {
                tx.forget_sign_in_attempts(&attempt.account).await?;
                Ok((tx, user))
            }
            Err(ProofError::Refused(refusal)) => {
                let mut tx = self.store().begin().await?;
                self.count_failure(&mut tx, &attempt, now).await?;
                let target = actor.user_id().or(found.as_ref().map(|passkey| &passkey.user_id));
                let target = target.map_or("unknown", UserId::as_str);
                let passkey = found.as_ref().map(|passkey| passkey.id.as_str());
                record_refusal(&mut tx, purpose, actor, (target, passkey), refusal, now).await?;
                tx.commit().await?;
                Err(refusal.into())
            }
            Err(other) => {
                self.take_back(&attempt).await?;
                Err(other)
            }
        }
    }

    async fn check_passkey(
        &self,
        purpose: Purpose<'_>,
        assertion: &Assertion,
        found: Option<&Passkey>,
        token: &str,
        now: Timestamp,
    ) -> Result<(Tx, User), ProofError> {
        let site = self.passkey_site()?;
        let challenge = self.open_challenge(purpose, token, now)?;
        let passkey = found.ok_or(PasskeyRefusal::Unknown)?;
        if purpose.person().is_some_and(|person| *person != passkey.user_id) {
            return Err(PasskeyRefusal::OtherPerson.into());
        }
        let handle = self.passkey_handle(&passkey.user_id);
        let stored = (passkey.public_key.as_slice(), passkey.state.as_slice());
        let used = site.finish_assertion(&challenge.state, assertion, handle, stored).map_err(PasskeyRefusal::from)?;
        let mut tx = self.store().begin().await?;
        let user = tx.lock_user(&passkey.user_id).await?.filter(|user| user.enabled && !user.is_nobody());
        let user = user.ok_or(PasskeyRefusal::Disabled)?;
        challenge.take(&mut tx).await?;
        // Removed, or used elsewhere at this very moment: then its counter is not what was compared.
        if !tx.use_passkey(passkey, (&used.state, used.is_synced), now).await? {
            return Err(PasskeyRefusal::Unknown.into());
        }
        Ok((tx, user))
    }
}

/// Writes that a passkey was refused, and why.
pub(super) async fn record_refusal(
    tx: &mut Tx,
    purpose: Purpose<'_>,
    actor: &Actor,
    (target, passkey): (&str, Option<&str>),
    refusal: PasskeyRefusal,
    now: Timestamp,
) -> Result<(), CoreError> {
    tracing::info!(reason = refusal.as_str(), "a passkey was refused");
    let event = Event::new(purpose.event(), "user", target)
        .with(json!({ "by": "passkey", "passkey": passkey, "refused": refusal.as_str() }));
    audit::record(tx, actor, event, false, now).await
}
