//! Using a passkey.

use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthentication, DiscoverableAuthenticationServerState,
    DiscoverableCredentialRequestOptions,
    bin::{Decode as _, Encode as _},
    request::{auth::AuthenticationVerificationOptions, register::UserHandle},
    response::{
        Backup, CredentialId,
        register::{CompressedPubKey, DynamicState, StaticState},
    },
};

use super::{Ceremony, HANDLE_BYTES, MAX_ANSWER_BYTES, PasskeyError, RelyingParty};

type StoredKey = StaticState<CompressedPubKey<[u8; 32], [u8; 32], [u8; 48], Vec<u8>>>;

/// What a browser answered: that somebody used this credential. Nothing of it is proven before
/// [`RelyingParty::finish_assertion`].
#[derive(Debug)]
pub struct Assertion(DiscoverableAuthentication<HANDLE_BYTES>);

/// What became of a passkey by its use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyUse {
    /// What changed of it ([`super::NewPasskey::state`]): to be stored in place of what was there.
    pub state: Vec<u8>,
    /// Whether its owner's devices share it.
    pub is_synced: bool,
}

impl Assertion {
    /// Reads an answer.
    ///
    /// # Errors
    /// [`PasskeyError::Malformed`].
    pub fn read(answer: &str) -> Result<Self, PasskeyError> {
        if answer.len() > MAX_ANSWER_BYTES {
            return Err(PasskeyError::Malformed);
        }
        let read = DiscoverableAuthentication::from_json_relaxed(answer.as_bytes());
        read.map(Self).map_err(|_| PasskeyError::Malformed)
    }

    /// The credential that it says was used.
    #[must_use]
    pub fn credential(&self) -> &[u8] {
        self.0.raw_id().into_inner()
    }
}

impl RelyingParty {
    /// Asks a browser for any passkey of this site.
    ///
    /// # Errors
    /// [`PasskeyError::Unsupported`] when the clock is impossible.
    pub fn begin_assertion(&self) -> Result<Ceremony, PasskeyError> {
        let options = DiscoverableCredentialRequestOptions::passkey(&self.id);
        let (server, client) = options.start_ceremony().map_err(|_| PasskeyError::Unsupported)?;
        let state = server.encode().map_err(|_| PasskeyError::Unsupported)?;
        let options = serde_json::to_string(&client).map_err(|_| PasskeyError::Unsupported)?;
        Ok(Ceremony { options, state })
    }

    /// Checks that whoever answered has the credential with this key and is the person with this handle.
    ///
    /// # Errors
    /// [`PasskeyError`].
    pub fn finish_assertion(
        &self,
        ceremony: &[u8],
        assertion: &Assertion,
        handle: [u8; HANDLE_BYTES],
        (key, state): (&[u8], &[u8]),
    ) -> Result<PasskeyUse, PasskeyError> {
        let server = DiscoverableAuthenticationServerState::decode(ceremony).map_err(|_| PasskeyError::Stored)?;
        let key = StoredKey::decode(key).map_err(|_| PasskeyError::Stored)?;
        let state = state.try_into().ok().and_then(|state| DynamicState::decode(state).ok());
        let state = state.ok_or(PasskeyError::Stored)?;
        let Ok(handle) = UserHandle::<HANDLE_BYTES>::decode(handle);
        let id: CredentialId<&[u8]> = assertion.0.raw_id();
        let mut known = AuthenticatedCredential::new(id, &handle, key, state).map_err(|_| PasskeyError::Stored)?;
        let origins = [self.origin.as_str()];
        let options = AuthenticationVerificationOptions::<&str, &str> {
            allowed_origins: &origins,
            error_on_unsolicited_extensions: false,
            ..AuthenticationVerificationOptions::default()
        };
        server.verify(&self.id, &assertion.0, &mut known, &options)?;
        let state = known.dynamic_state();
        let Ok(encoded) = state.encode();
        Ok(PasskeyUse { state: encoded.to_vec(), is_synced: state.backup != Backup::NotEligible })
    }
}
