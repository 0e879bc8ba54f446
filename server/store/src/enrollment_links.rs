//! Links under which devices enrol.

use baton_model::{DeviceOwner, EnrollmentLink, EnrollmentLinkId, ManagedAppleAccount, Timestamp};

use crate::{
    error::StoreError,
    page::{Key, ListQuery, Order, Page},
    row::{Record, Row},
    statement::{Columns, sql},
    store::Tx,
};

const COLUMNS: &str = "id, secret_hash, label, user_id, managed_account, uses_left, expires_at, created_at";
const NEWEST_FIRST: Order = Order { columns: &[("created_at", Key::Number), ("id", Key::Text)], newest_first: true };

impl Record for EnrollmentLink {
    const TABLE: &'static str = "enrollment_links";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            secret_hash: row.text("secret_hash")?,
            label: row.text("label")?,
            owner: match (row.maybe_id("user_id")?, row.maybe_text("managed_account")?) {
                (Some(user_id), Some(account)) => {
                    let account = ManagedAppleAccount::new(&account);
                    let managed_account = account.ok_or_else(|| row.unreadable("managed_account"))?;
                    Some(DeviceOwner { user_id, managed_account })
                }
                (None, None) => None,
                _ => return Err(row.unreadable("managed_account")),
            },
            uses_left: row.number("uses_left")?,
            expires_at: row.time("expires_at")?,
            created_at: row.time("created_at")?,
        })
    }
}

impl Tx {
    /// Adds a link as given.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `enrollment_link_secret_taken`; [`StoreError::ForeignKey`] without such an owner.
    pub async fn create_enrollment_link(&mut self, link: &EnrollmentLink) -> Result<(), StoreError> {
        let insert = Columns::new()
            .set("id", &link.id)
            .set("secret_hash", &link.secret_hash)
            .set("label", &link.label)
            .set("user_id", link.owner.as_ref().map(|owner| &owner.user_id))
            .set("managed_account", link.owner.as_ref().map(|owner| owner.managed_account.expose()))
            .set("uses_left", link.uses_left)
            .set("expires_at", link.expires_at)
            .set("created_at", link.created_at);
        self.change(insert.insert_into("enrollment_links")).await.map(|_| ())
    }

    /// The link whose secret has this hash, be it used up or not.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_enrollment_link_by_hash(&mut self, hash: &str) -> Result<Option<EnrollmentLink>, StoreError> {
        self.find(sql(&format!("SELECT {COLUMNS} FROM enrollment_links WHERE secret_hash = $1")).bind(hash)).await
    }

    /// The link with this id, be it used up or not.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_enrollment_link(&mut self, id: &EnrollmentLinkId) -> Result<Option<EnrollmentLink>, StoreError> {
        self.find(sql(&format!("SELECT {COLUMNS} FROM enrollment_links WHERE id = $1")).bind(id)).await
    }

    /// Takes one of the link's uses, if there is one left and the link has not expired; whether it did.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn use_enrollment_link(&mut self, id: &EnrollmentLinkId, now: Timestamp) -> Result<bool, StoreError> {
        let update = sql("UPDATE enrollment_links SET uses_left = uses_left - 1 \
             WHERE id = $1 AND uses_left > 0 AND expires_at > $2");
        self.change_one(update.bind(id).bind(now)).await
    }

    /// Links, the newest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Cursor`].
    pub async fn list_enrollment_links(&mut self, query: &ListQuery) -> Result<Page<EnrollmentLink>, StoreError> {
        self.page(sql(&format!("SELECT {COLUMNS} FROM enrollment_links WHERE TRUE")), &NEWEST_FIRST, query).await
    }

    /// Ends the link: it has no uses left. Devices that enrolled with it stay.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`].
    pub async fn revoke_enrollment_link(&mut self, id: &EnrollmentLinkId) -> Result<(), StoreError> {
        let update = sql("UPDATE enrollment_links SET uses_left = 0 WHERE id = $1").bind(id);
        self.change_existing("enrollment link", update).await
    }
}
