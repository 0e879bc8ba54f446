//! Baton's certificate authority, shared by all instances: kept in the database, sealed.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use baton_mdm::ca::CertificateAuthority;
use baton_model::Timestamp;
use baton_store::Store;
use serde::{Deserialize, Serialize};

use crate::{CoreError, Vault, enrollment::offset_date_time};

const SETTING: &str = "certificate-authority";

#[derive(Serialize, Deserialize)]
struct Stored {
    certificate: String,
    key: String,
}

/// The authority of this database. The first start makes it; of several instances that start at once one makes it and
/// the others load what that one stored.
///
/// # Errors
/// [`CoreError::Vault`] when the database was made with another master key, [`CoreError::Authority`].
pub async fn load_or_create(
    store: &Store,
    vault: &Vault,
    organisation: &str,
    now: Timestamp,
) -> Result<CertificateAuthority, CoreError> {
    let mut tx = store.begin().await?;
    let sealed = match tx.setting(SETTING).await? {
        Some(sealed) => sealed,
        None => {
            let sealed = seal(vault, &CertificateAuthority::create(organisation, offset_date_time(now))?)?;
            if tx.add_setting(SETTING, &sealed).await? {
                tx.commit().await?;
                sealed
            } else {
                let stored = tx.setting(SETTING).await?;
                stored.ok_or_else(|| CoreError::Corrupt("the certificate authority vanished".to_owned()))?
            }
        }
    };
    open(vault, &sealed)
}

fn seal(vault: &Vault, authority: &CertificateAuthority) -> Result<String, CoreError> {
    let stored = Stored { certificate: authority.certificate_pem(), key: authority.key_pem() };
    let json = serde_json::to_vec(&stored).map_err(|error| CoreError::Corrupt(error.to_string()))?;
    Ok(STANDARD.encode(vault.seal(SETTING, &json)?))
}

fn open(vault: &Vault, sealed: &str) -> Result<CertificateAuthority, CoreError> {
    let damaged = || CoreError::Corrupt("the certificate authority is damaged".to_owned());
    let json = vault.open(SETTING, &STANDARD.decode(sealed).map_err(|_| damaged())?)?;
    let stored: Stored = serde_json::from_slice(&json).map_err(|_| damaged())?;
    Ok(CertificateAuthority::from_pem(&stored.certificate, &stored.key)?)
}
