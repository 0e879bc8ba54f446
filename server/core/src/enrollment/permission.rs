//! Who may enrol devices of their own: by a setting nobody or everybody, and single people otherwise (B5).

use baton_model::{Timestamp, UserId};
use baton_store::Tx;
use serde_json::json;

use crate::{
    Actor, Core, CoreError, Permission,
    audit::{self, Event},
};

/// Under which name the setting is stored: [`EVERYBODY`], or anything else for nobody.
const SETTING: &str = "own-devices.usual";
const EVERYBODY: &str = "everybody";

/// How it stands with devices of people's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnDevices {
    /// Whether everybody may enrol some, of whom nothing else was said.
    pub everybody: bool,
    /// How many people may, whatever the setting is.
    pub allowed: i64,
    /// How many may not, whatever the setting is.
    pub forbidden: i64,
}

/// Whether one person may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnDevicePermission {
    /// What an administrator said of this person.
    pub said: Option<bool>,
    /// What the setting says.
    pub usual: bool,
}

impl OwnDevicePermission {
    /// Whether the person may.
    #[must_use]
    pub fn is_given(self) -> bool {
        self.said.unwrap_or(self.usual)
    }
}

/// What an administrator says of one person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OwnDeviceChoice {
    /// What was said before.
    #[default]
    Unchanged,
    /// As the setting says.
    Usual,
    /// The person may.
    Allowed,
    /// The person may not.
    Forbidden,
}

impl OwnDeviceChoice {
    pub(crate) async fn write(self, tx: &mut Tx, user: &UserId) -> Result<(), CoreError> {
        let said = match self {
            Self::Unchanged => return Ok(()),
            Self::Usual => None,
            Self::Allowed => Some(true),
            Self::Forbidden => Some(false),
        };
        Ok(tx.set_own_device_permission(user, said).await?)
    }

    /// A stable word for the audit log.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Usual => "usual",
            Self::Allowed => "allowed",
            Self::Forbidden => "forbidden",
        }
    }
}

impl Core {
    /// Who may enrol devices of their own.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ReadConsole`].
    pub async fn own_devices(&self, actor: &Actor, now: Timestamp) -> Result<OwnDevices, CoreError> {
        self.require_reader(actor, "own-devices", now).await?;
        let mut tx = self.store().read().await?;
        Ok(OwnDevices {
            everybody: is_usual(&mut tx).await?,
            allowed: tx.count_own_device_permissions(true).await?,
            forbidden: tx.count_own_device_permissions(false).await?,
        })
    }

    /// Says whether everybody may enrol devices of their own, or nobody; what was said of single people stays. Devices that
    /// are enrolled stay so.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageSettings`].
    pub async fn save_own_devices(&self, actor: &Actor, everybody: bool, now: Timestamp) -> Result<(), CoreError> {
        let event = || Event::new("own-devices.save", "settings", "own-devices");
        self.require(actor, Permission::ManageSettings, event(), now).await?;
        let mut tx = self.store().begin().await?;
        tx.set_setting(SETTING, if everybody { EVERYBODY } else { "nobody" }).await?;
        audit::record(&mut tx, actor, event().with(json!({ "everybody": everybody })), true, now).await?;
        Ok(tx.commit().await?)
    }
}

async fn is_usual(tx: &mut Tx) -> Result<bool, CoreError> {
    Ok(tx.setting(SETTING).await?.as_deref() == Some(EVERYBODY))
}

/// Whether this person may enrol devices of their own.
pub(crate) async fn own_device_permission(tx: &mut Tx, user: &UserId) -> Result<OwnDevicePermission, CoreError> {
    Ok(OwnDevicePermission { said: tx.own_device_permission(user).await?, usual: is_usual(tx).await? })
}
