//! The sign-in clip's address (A20): it locates a device, and never says who stands before it.
//!
//! The secret in the address is an HMAC over device and generation, so that a redelivered profile is the same to the
//! byte and the database alone does not give it away. Opening the address gives a signed cookie that stands for the
//! device's page; the address itself is left behind.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use baton_model::{Device, DeviceId, DeviceState, Timestamp};
use baton_store::Tx;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    Core, CoreConfig, CoreError, Vault,
    token::{self, TokenError},
    vault::secret_hash,
};

const PURPOSE: &str = "clip-secret";
const COOKIE_PURPOSE: &str = "clip-visit";
/// How long a page that was opened from the Home Screen stands for the device.
const VISIT_HOURS: i64 = 12;

/// A page that stands for one device at one generation of its clip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The device.
    pub device_id: DeviceId,
    /// The generation under which the page was opened.
    pub generation: i64,
    /// Whether the icon itself was tapped under this generation. A page that went on after a sign-out may sign in, but
    /// does not prove that the phone is in hand: whoever signed out elsewhere has it too.
    pub by_icon: bool,
}

/// A visit as the browser carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitCookie {
    /// The cookie's value.
    pub value: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Why a page does not stand for a device.
#[derive(Debug, Error)]
pub enum ClipError {
    /// No such address, no cookie, or one that was not made here.
    #[error("this is no device's page")]
    Unknown,
    /// The page was opened too long ago.
    #[error("the page has expired")]
    Expired,
    /// The address was replaced by a newer one: tap the icon on the Home Screen.
    #[error("the address was replaced")]
    Retired,
    /// The device is no longer managed.
    #[error("the device is not managed")]
    NotManaged,
    /// Baton failed.
    #[error(transparent)]
    Core(#[from] CoreError),
}

/// The secret of one generation.
fn secret(vault: &Vault, device: &DeviceId, generation: i64) -> String {
    let message = format!("{device}\n{generation}");
    URL_SAFE_NO_PAD.encode(vault.mac(PURPOSE, message.as_bytes()))
}

/// The address that the clip of this generation opens.
pub(crate) fn address(vault: &Vault, config: &CoreConfig, device: &DeviceId, generation: i64) -> String {
    format!("{}/clip/{}", config.public_url, secret(vault, device, generation))
}

/// Starts a new generation in the transaction that needs it, and returns its number.
pub(crate) async fn rotate(tx: &mut Tx, vault: &Vault, device: &Device, now: Timestamp) -> Result<i64, CoreError> {
    let generation = device.clip_generation + 1;
    let hash = secret_hash(&secret(vault, &device.id, generation));
    tx.add_clip_generation(&device.id, generation, &hash, now).await?;
    Ok(generation)
}

/// The cookie of a visit.
pub(crate) fn cookie(vault: &Vault, visit: &Visit, now: Timestamp) -> VisitCookie {
    let expires_at = now.plus_seconds(VISIT_HOURS * 3600);
    VisitCookie { value: token::sign(vault, COOKIE_PURPOSE, visit, expires_at), expires_at }
}

impl Core {
    /// Opens a clip's address. The first use of a generation confirms it and retires the older ones.
    ///
    /// # Errors
    /// [`ClipError::Unknown`], [`ClipError::Retired`] and [`ClipError::NotManaged`].
    pub async fn open_clip(&self, secret: &str, now: Timestamp) -> Result<VisitCookie, ClipError> {
        let mut tx = self.store().begin().await.map_err(CoreError::from)?;
        let clip = tx.find_clip(&secret_hash(secret)).await.map_err(CoreError::from)?.ok_or(ClipError::Unknown)?;
        if !clip.accepted {
            return Err(ClipError::Retired);
        }
        managed(tx.find_device(&clip.device_id).await.map_err(CoreError::from)?)?;
        tx.confirm_clip(&clip.device_id, clip.generation).await.map_err(CoreError::from)?;
        tx.commit().await.map_err(CoreError::from)?;
        Ok(cookie(self.vault(), &Visit { device_id: clip.device_id, generation: clip.generation, by_icon: true }, now))
    }

    /// The device that this cookie's page stands for.
    ///
    /// # Errors
    /// [`ClipError`].
    pub async fn clip_visit(&self, cookie: &str, now: Timestamp) -> Result<(Visit, Device), ClipError> {
        let visit: Visit = token::check(self.vault(), COOKIE_PURPOSE, cookie, now).map_err(|error| match error {
            TokenError::Forged => ClipError::Unknown,
            TokenError::Expired => ClipError::Expired,
        })?;
        let mut tx = self.store().read().await.map_err(CoreError::from)?;
        let device = visited(&mut tx, &visit).await?;
        Ok((visit, device))
    }
}

/// The device of a visit, inside a transaction, if the page still stands for it.
pub(crate) async fn visited(tx: &mut Tx, visit: &Visit) -> Result<Device, ClipError> {
    let device = managed(tx.find_device(&visit.device_id).await.map_err(CoreError::from)?)?;
    if tx.clip_generation_accepted(&visit.device_id, visit.generation).await.map_err(CoreError::from)? {
        Ok(device)
    } else {
        Err(ClipError::Retired)
    }
}

fn managed(device: Option<Device>) -> Result<Device, ClipError> {
    // A person's own device has no sign-in page: it never changes hands.
    device.filter(|device| device.state == DeviceState::Enrolled && device.shared).ok_or(ClipError::NotManaged)
}
