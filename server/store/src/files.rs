//! Files of items, and files that wait for their form to be mended. Sealed before they come here.

use baton_model::{ItemId, Timestamp, UserId};

use crate::{
    error::StoreError,
    row::{Record, Row},
    statement::{Columns, sql},
    store::Tx,
};

/// A file that somebody chose in a form that was refused.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredUpload {
    /// What it was called.
    pub name: String,
    /// Its content, sealed.
    pub content: Vec<u8>,
}

impl std::fmt::Debug for StoredUpload {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("StoredUpload").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Record for StoredUpload {
    const TABLE: &'static str = "uploads";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { name: row.text("name")?, content: row.bytes("content")? })
    }
}

struct Content(Vec<u8>);

impl Record for Content {
    const TABLE: &'static str = "item_files";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        row.bytes("content").map(Self)
    }
}

impl Tx {
    /// Makes this the item's only file.
    ///
    /// # Errors
    ///
    /// [`StoreError::ForeignKey`] without such an item.
    pub async fn save_item_file(&mut self, item: &ItemId, digest: &str, content: &[u8]) -> Result<(), StoreError> {
        let insert = Columns::new().set("item_id", item).set("digest", digest).set("content", content);
        let mut insert = insert.insert_into("item_files");
        insert.push(" ON CONFLICT (item_id, digest) DO NOTHING");
        self.change(insert).await?;
        self.keep_item_file(item, digest).await
    }

    /// Deletes the item's files but the one with this digest; all of them when the digest is empty.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn keep_item_file(&mut self, item: &ItemId, digest: &str) -> Result<(), StoreError> {
        let delete = sql("DELETE FROM item_files WHERE item_id = $1 AND digest <> $2");
        self.change(delete.bind(item).bind(digest)).await.map(|_| ())
    }

    /// The content of the item's file with this digest, sealed.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_item_file(&mut self, item: &ItemId, digest: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let select = sql("SELECT content FROM item_files WHERE item_id = $1 AND digest = $2");
        Ok(self.find::<Content>(select.bind(item).bind(digest)).await?.map(|content| content.0))
    }

    /// Keeps a file for this user, and of their files only the latest `most`.
    ///
    /// # Errors
    ///
    /// [`StoreError::ForeignKey`] without such a user.
    pub async fn keep_upload(
        &mut self,
        id: &str,
        user: &UserId,
        upload: &StoredUpload,
        most: i64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let insert = Columns::new()
            .set("id", id)
            .set("user_id", user)
            .set("name", &upload.name)
            .set("content", upload.content.as_slice())
            .set("created_at", now);
        self.change(insert.insert_into("uploads")).await?;
        let delete = sql("DELETE FROM uploads WHERE user_id = $1 AND id NOT IN \
             (SELECT id FROM uploads WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2)");
        self.change(delete.bind(user).bind(most)).await.map(|_| ())
    }

    /// The user's file with this id.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_upload(&mut self, id: &str, user: &UserId) -> Result<Option<StoredUpload>, StoreError> {
        self.find(sql("SELECT name, content FROM uploads WHERE id = $1 AND user_id = $2").bind(id).bind(user)).await
    }

    /// Deletes the user's file with this id, if there is one.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn forget_upload(&mut self, id: &str, user: &UserId) -> Result<(), StoreError> {
        self.change(sql("DELETE FROM uploads WHERE id = $1 AND user_id = $2").bind(id).bind(user)).await.map(|_| ())
    }

    /// Deletes files that were kept before this time; how many.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn prune_uploads(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        self.change(sql("DELETE FROM uploads WHERE created_at < $1").bind(before)).await
    }
}
