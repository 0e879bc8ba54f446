//! The enrollment profile: made for one device, with an identity issued for it alone.

use baton_mdm::enrollment::{AccessRights, EnrollmentKind, EnrollmentProfile};
use baton_model::{Enrollment, EnrollmentLink, EnrollmentState, Timestamp};
use baton_store::Tx;
use thiserror::Error;
use time::Duration;

use super::{offset_date_time, permission::own_device_permission};
use crate::{Core, CoreError, new_id, push_certificate, vault::secret_hash};

/// How long a device's identity is valid.
const IDENTITY_VALIDITY: Duration = Duration::days(2 * 365);
/// A profile that was fetched and not used is forgotten after so many seconds.
const OFFER_SECONDS: i64 = 86_400;
/// The outer PayloadIdentifier of the profile, as the device lists it.
pub(crate) const IDENTIFIER: &str = "baton.enrollment";

/// Why a link gives no profile.
#[derive(Debug, Error)]
pub enum ProfileError {
    /// There is no such link.
    #[error("there is no such enrollment link")]
    Unknown,
    /// The link expired, was revoked, or enrolled as many devices as it may.
    #[error("the enrollment link has expired or is used up")]
    Over,
    /// Baton failed.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl Core {
    /// What a link is for, if it still works.
    ///
    /// # Errors
    /// [`ProfileError`].
    pub async fn enrollment_link(&self, secret: &str, now: Timestamp) -> Result<EnrollmentLink, ProfileError> {
        let mut tx = self.store().read().await.map_err(CoreError::from)?;
        working_link(&mut tx, secret, now).await
    }

    /// A new enrollment profile with an identity of its own. Each is good for one device.
    ///
    /// # Errors
    /// [`ProfileError`].
    pub async fn enrollment_profile(&self, secret: &str, now: Timestamp) -> Result<Vec<u8>, ProfileError> {
        let link = self.enrollment_link(secret, now).await?;
        // Keys take a while to make, so they are made before the database is locked.
        let id = new_id(now);
        let identity = self
            .authority()
            .issue_identity(&format!("Baton {id}"), offset_date_time(now), IDENTITY_VALIDITY)
            .map_err(CoreError::from)?;
        let config = self.config();
        let topic = push_certificate::topic(self, &mut self.store().read().await.map_err(CoreError::from)?).await?;
        let profile = EnrollmentProfile {
            identifier: IDENTIFIER.to_owned(),
            organization: config.organisation.clone(),
            topic: topic.clone(),
            server_url: format!("{}/mdm/connect", config.public_url),
            check_in_url: format!("{}/mdm/checkin", config.public_url),
            identity_pkcs12: identity.pkcs12,
            identity_password: identity.password,
            kind: match link.owner {
                Some(owner) => EnrollmentKind::User { managed_account: owner.managed_account.expose().to_owned() },
                None => EnrollmentKind::Device { access_rights: AccessRights::ALL },
            },
            trust_anchor: None,
        };
        let bytes = profile
            .to_plist()
            .map_err(|error| CoreError::Corrupt(format!("the enrollment profile cannot be written: {error}")))?;
        let mut tx = self.store().begin().await.map_err(CoreError::from)?;
        let link = working_link(&mut tx, secret, now).await?;
        tx.prune_offered(now.plus_seconds(-OFFER_SECONDS)).await.map_err(CoreError::from)?;
        tx.create_enrollment(&Enrollment {
            id: id.into(),
            link_id: Some(link.id),
            device_id: None,
            fingerprint: identity.fingerprint,
            topic,
            push_token: None,
            push_magic: None,
            unlock_token: None,
            state: EnrollmentState::Offered,
            created_at: now,
        })
        .await
        .map_err(CoreError::from)?;
        tx.commit().await.map_err(CoreError::from)?;
        Ok(bytes)
    }
}

async fn working_link(tx: &mut Tx, secret: &str, now: Timestamp) -> Result<EnrollmentLink, ProfileError> {
    let link = tx.find_enrollment_link_by_hash(&secret_hash(secret)).await.map_err(CoreError::from)?;
    let link = link.ok_or(ProfileError::Unknown)?;
    let works = link.uses_left > 0 && now < link.expires_at && owner_is_as_before(tx, &link).await?;
    if works { Ok(link) } else { Err(ProfileError::Over) }
}

/// Whether the person whose own device is to enrol may still sign in and enrol it, and has the account that the link was made for: by
/// now it may be another person's.
async fn owner_is_as_before(tx: &mut Tx, link: &EnrollmentLink) -> Result<bool, CoreError> {
    let Some(owner) = &link.owner else { return Ok(true) };
    let user = tx.find_user(&owner.user_id).await?;
    let record = tx.managed_account_of(&owner.user_id).await?;
    let has_it = record.and_then(|record| record.account).is_some_and(|account| account == owner.managed_account);
    let may = own_device_permission(tx, &owner.user_id).await?.is_given();
    Ok(has_it && may && user.is_some_and(|user| user.enabled))
}
