//! The passkeys that people have: made, named and removed by themselves, removed by administrators (B8).

use baton_identity::passkeys::PasskeyOwner;
use baton_model::{Passkey, PasskeyId, Timestamp, UserId};
use baton_store::StoreError;
use serde_json::json;
use thiserror::Error;

use super::{
    check_text,
    passkey_proof::{PasskeyAnswer, PasskeyChallenge, PasskeyRefusal, ProofError, Purpose, record_refusal},
    sessions::SignedIn,
};
use crate::{
    Actor, Core, CoreError, Permission,
    audit::{self, Event},
    new_id,
};

/// How many passkeys a person may have.
pub const MAX_PASSKEYS: usize = 10;
/// The most characters of a passkey's name.
const MAX_PASSKEY_NAME: usize = 60;

/// Why a passkey was not added.
#[derive(Debug, Error)]
pub enum AddPasskeyError {
    /// The person has as many as there may be.
    #[error("there are {MAX_PASSKEYS} passkeys already")]
    TooMany,
    /// The browser's answer is not accepted; audited.
    #[error(transparent)]
    Refused(PasskeyRefusal),
    /// Baton failed, or a field is wrong.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl From<StoreError> for AddPasskeyError {
    fn from(error: StoreError) -> Self {
        Self::Core(error.into())
    }
}

impl Core {
    /// The passkeys of the person, the first made first.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn my_passkeys(&self, signed_in: &SignedIn) -> Result<Vec<Passkey>, CoreError> {
        Ok(self.store().read().await?.passkeys_of(&signed_in.user.id).await?)
    }

    /// What a browser is asked so that the person's own passkey is used to confirm that it is them
    /// ([`super::Proof::Passkey`]). Nothing is stored.
    ///
    /// # Errors
    /// [`CoreError::NotFound`] where there are no passkeys.
    pub fn begin_confirmation(&self, signed_in: &SignedIn, now: Timestamp) -> Result<PasskeyChallenge, CoreError> {
        self.ask_for_passkey(Purpose::Confirmation(&signed_in.user.id), now)
    }

    /// What a browser is asked so that it makes a passkey for the person. Nothing is stored.
    ///
    /// # Errors
    /// [`AddPasskeyError`]; [`CoreError::Unconfirmed`], because whoever finds an open session must not be able to keep it.
    pub async fn begin_passkey(
        &self,
        signed_in: &SignedIn,
        now: Timestamp,
    ) -> Result<PasskeyChallenge, AddPasskeyError> {
        let user = &signed_in.user;
        self.require_confirmed(&signed_in.actor(), Event::new("passkey.add", "user", user.id.as_str()), now).await?;
        let site = self.passkey_site().map_err(AddPasskeyError::Refused)?;
        let known = self.my_passkeys(signed_in).await?;
        if known.len() >= MAX_PASSKEYS {
            return Err(AddPasskeyError::TooMany);
        }
        let credentials: Vec<Vec<u8>> = known.into_iter().map(|passkey| passkey.credential).collect();
        let owner = PasskeyOwner {
            handle: self.passkey_handle(&user.id),
            user_name: &user.user_name,
            display_name: &user.display_name,
            credentials: &credentials,
        };
        let ceremony = site.begin_registration(&owner).map_err(|error| CoreError::Corrupt(error.to_string()))?;
        Ok(self.seal_challenge(Purpose::Registration(&user.id), ceremony, now)?)
    }

    /// Adds the passkey that a browser made. The challenge was given to a confirmed session, so the answer needs no
    /// confirmation of its own.
    ///
    /// # Errors
    /// [`AddPasskeyError`].
    pub async fn add_passkey(
        &self,
        signed_in: &SignedIn,
        name: &str,
        answer: &PasskeyAnswer,
        now: Timestamp,
    ) -> Result<PasskeyId, AddPasskeyError> {
        if let Some(problem) = check_text("name", name, MAX_PASSKEY_NAME) {
            return Err(CoreError::Invalid(vec![problem]).into());
        }
        match self.try_add_passkey(signed_in, name, answer, now).await {
            Err(AddPasskeyError::Refused(refusal)) => {
                let user = &signed_in.user.id;
                let mut tx = self.store().begin().await?;
                let purpose = Purpose::Registration(user);
                record_refusal(&mut tx, purpose, &signed_in.actor(), (user.as_str(), None), refusal, now).await?;
                tx.commit().await?;
                Err(AddPasskeyError::Refused(refusal))
            }
            other => other,
        }
    }

    async fn try_add_passkey(
        &self,
        signed_in: &SignedIn,
        name: &str,
        answer: &PasskeyAnswer,
        now: Timestamp,
    ) -> Result<PasskeyId, AddPasskeyError> {
        let user = &signed_in.user.id;
        let site = self.passkey_site().map_err(AddPasskeyError::Refused)?;
        let challenge = self.open_challenge(Purpose::Registration(user), &answer.token, now);
        let challenge = challenge.map_err(AddPasskeyError::Refused)?;
        let made = site.finish_registration(&challenge.state, &answer.response);
        let made = made.map_err(|error| AddPasskeyError::Refused(error.into()))?;
        let mut tx = self.store().begin().await?;
        // Of two that are added at once, each sees the other's.
        let locked = tx.lock_user(user).await?.filter(|locked| locked.epoch == signed_in.user.epoch);
        if locked.is_none() {
            return Err(CoreError::Stale.into());
        }
        if tx.passkeys_of(user).await?.len() >= MAX_PASSKEYS {
            return Err(AddPasskeyError::TooMany);
        }
        challenge.take(&mut tx).await.map_err(|error| match error {
            ProofError::Refused(refusal) => AddPasskeyError::Refused(refusal),
            ProofError::Core(error) => AddPasskeyError::Core(error),
            ProofError::Throttled { .. } => AddPasskeyError::Core(CoreError::Busy),
        })?;
        let passkey = Passkey {
            id: new_id(now).as_str().into(),
            user_id: user.clone(),
            credential: made.credential,
            public_key: made.key,
            state: made.state,
            name: name.trim().to_owned(),
            is_synced: made.is_synced,
            created_at: now,
            used_at: None,
        };
        tx.create_passkey(&passkey).await.map_err(|error| match error {
            StoreError::Unique { .. } => AddPasskeyError::Refused(PasskeyRefusal::Taken),
            other => other.into(),
        })?;
        let event = Event::new("passkey.add", "user", user.as_str()).with(json!({ "passkey": passkey.id.as_str() }));
        audit::record(&mut tx, &signed_in.actor(), event, true, now).await?;
        tx.commit().await?;
        Ok(passkey.id)
    }

    /// Gives one of the person's passkeys another name.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] with a wrong name, [`CoreError::NotFound`].
    pub async fn rename_my_passkey(
        &self,
        signed_in: &SignedIn,
        id: &PasskeyId,
        name: &str,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        if let Some(problem) = check_text("name", name, MAX_PASSKEY_NAME) {
            return Err(CoreError::Invalid(vec![problem]));
        }
        let user = &signed_in.user.id;
        let mut tx = self.store().begin().await?;
        if !tx.rename_passkey(user, id, name.trim()).await? {
            return Err(CoreError::NotFound("passkey"));
        }
        let event = Event::new("passkey.rename", "user", user.as_str()).with(json!({ "passkey": id.as_str() }));
        audit::record(&mut tx, &signed_in.actor(), event, true, now).await?;
        Ok(tx.commit().await?)
    }

    /// Removes one of the person's passkeys: it opens nothing from then on. Sessions that it opened stay open.
    ///
    /// # Errors
    /// [`CoreError::NotFound`].
    pub async fn remove_my_passkey(
        &self,
        signed_in: &SignedIn,
        id: &PasskeyId,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        self.remove_passkey(&signed_in.actor(), &signed_in.user.id, id, now).await
    }

    /// Removes somebody's passkey, such as one that was lost. Sessions that it opened stay open.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageUsers`], [`CoreError::NotFound`].
    pub async fn remove_passkey_of(
        &self,
        actor: &Actor,
        user: &UserId,
        id: &PasskeyId,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        let event = Event::new("passkey.remove", "user", user.as_str());
        self.require(actor, Permission::ManageUsers, event, now).await?;
        self.remove_passkey(actor, user, id, now).await
    }

    async fn remove_passkey(
        &self,
        actor: &Actor,
        user: &UserId,
        id: &PasskeyId,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        let mut tx = self.store().begin().await?;
        if !tx.remove_passkey(user, id).await? {
            return Err(CoreError::NotFound("passkey"));
        }
        let event = Event::new("passkey.remove", "user", user.as_str()).with(json!({ "passkey": id.as_str() }));
        audit::record(&mut tx, actor, event, true, now).await?;
        Ok(tx.commit().await?)
    }
}
