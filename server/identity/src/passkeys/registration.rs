//! Making a passkey.

use webauthn_rp::{
    PublicKeyCredentialCreationOptions, Registration, RegistrationServerState,
    bin::{Decode as _, Encode as _},
    request::{
        PublicKeyCredentialDescriptor,
        register::{
            CredProtect, Nickname, PublicKeyCredentialUserEntity, RegistrationVerificationOptions, UserHandle, Username,
        },
    },
    response::{AuthTransports, Backup, CredentialId},
};

use super::{Ceremony, HANDLE_BYTES, MAX_ANSWER_BYTES, PasskeyError, RelyingParty};

/// Whom a passkey is for.
#[derive(Clone, Copy, Debug)]
pub struct PasskeyOwner<'a> {
    /// By what the authenticator knows them: no name and no address, because it gets into backups.
    pub handle: [u8; HANDLE_BYTES],
    /// The name that they sign in with.
    pub user_name: &'a str,
    /// The name that people read.
    pub display_name: &'a str,
    /// The credentials that they have, so that no authenticator makes a second one.
    pub credentials: &'a [Vec<u8>],
}

/// A passkey that was just made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPasskey {
    /// Its credential id.
    pub credential: Vec<u8>,
    /// What never changes of it: the public key. Needed for each use.
    pub key: Vec<u8>,
    /// What changes with its use. Needed for each use.
    pub state: Vec<u8>,
    /// Whether its owner's devices share it, rather than one having it alone.
    pub is_synced: bool,
}

impl RelyingParty {
    /// Asks a browser to make a passkey for this person.
    ///
    /// # Errors
    /// [`PasskeyError::Stored`] with a credential id of impossible length.
    pub fn begin_registration(&self, owner: &PasskeyOwner<'_>) -> Result<Ceremony, PasskeyError> {
        let Ok(handle) = UserHandle::<HANDLE_BYTES>::decode(owner.handle);
        let plain = plain_name(owner.user_name);
        let entity = PublicKeyCredentialUserEntity {
            name: Username::try_from(plain.as_str()).map_err(|_| PasskeyError::Unsupported)?,
            id: &handle,
            // Names that the profile of nicknames refuses are only left out: the authenticator shows the other one.
            display_name: Nickname::try_from(owner.display_name).ok(),
        };
        // How they are reached is not kept: browsers then ask all that there are.
        let transports = AuthTransports::decode(0).map_err(|_| PasskeyError::Stored)?;
        let mut known = Vec::with_capacity(owner.credentials.len());
        for credential in owner.credentials {
            let id = CredentialId::<Vec<u8>>::decode(credential.clone()).map_err(|_| PasskeyError::Stored)?;
            known.push(PublicKeyCredentialDescriptor { id, transports });
        }
        let mut options = PublicKeyCredentialCreationOptions::passkey(&self.id, entity, known);
        // That the person is verified is checked here at every use; asking authenticators to insist on it as well would only
        // keep out those that do not know the extension, such as phones.
        options.extensions.cred_protect = CredProtect::None;
        let (server, client) = options.start_ceremony().map_err(|_| PasskeyError::Unsupported)?;
        let state = server.encode().map_err(|_| PasskeyError::Unsupported)?;
        let options = serde_json::to_string(&client).map_err(|_| PasskeyError::Unsupported)?;
        Ok(Ceremony { options, state })
    }

    /// Checks what the browser answered.
    ///
    /// # Errors
    /// [`PasskeyError`].
    pub fn finish_registration(&self, state: &[u8], answer: &str) -> Result<NewPasskey, PasskeyError> {
        if answer.len() > MAX_ANSWER_BYTES {
            return Err(PasskeyError::Malformed);
        }
        let registration = Registration::from_json_relaxed(answer.as_bytes()).map_err(|_| PasskeyError::Malformed)?;
        let server = RegistrationServerState::<HANDLE_BYTES>::decode(state).map_err(|_| PasskeyError::Stored)?;
        let origins = [self.origin.as_str()];
        let options = RegistrationVerificationOptions::<&str, &str> {
            allowed_origins: &origins,
            // Some authenticators say more than they were asked; none of it is used.
            error_on_unsolicited_extensions: false,
            ..RegistrationVerificationOptions::default()
        };
        let made = server.verify(&self.id, &registration, &options)?;
        let Ok(key) = made.static_state().encode();
        let Ok(state) = made.dynamic_state().encode();
        Ok(NewPasskey {
            credential: made.id().into_inner().to_vec(),
            key,
            state: state.to_vec(),
            is_synced: made.dynamic_state().backup != Backup::NotEligible,
        })
    }
}

/// The name as the profile of user names takes it, which has no blanks; it is only for reading.
fn plain_name(user_name: &str) -> String {
    let joined = user_name.split_whitespace().collect::<Vec<_>>().join(".");
    if Username::try_from(joined.as_str()).is_ok() {
        return joined;
    }
    let ascii: String = joined.chars().filter(char::is_ascii_alphanumeric).take(32).collect();
    if ascii.is_empty() { "baton".to_owned() } else { ascii }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_user_name_can_be_shown_by_an_authenticator() {
        for (name, shown) in [
            ("ada", "ada"),
            ("Ada Lovelace", "Ada.Lovelace"),
            ("jürgen@heron.example", "jürgen@heron.example"),
            ("☂☂ 7", "7"),
            ("☂", "baton"),
        ] {
            assert_eq!(plain_name(name), shown);
            assert!(Username::try_from(plain_name(name).as_str()).is_ok(), "{name}");
        }
    }
}
