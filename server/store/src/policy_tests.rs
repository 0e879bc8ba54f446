//! Files of expectations (C8). They change no decision, so no revision but their own counts them.

use baton_model::{PolicyTestFile, PolicyTestFileId, fold::fold};

use crate::{
    error::StoreError,
    row::{Number, Record, Row},
    statement::{Columns, sql},
    store::Tx,
};

const COLUMNS: &str = "id, name, content, revision, updated_at, updated_by";

impl Record for PolicyTestFile {
    const TABLE: &'static str = "policy_test_files";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            name: row.text("name")?,
            text: row.text("content")?,
            revision: row.number("revision")?,
            updated_at: row.time("updated_at")?,
            updated_by: row.maybe_id("updated_by")?,
        })
    }
}

impl Tx {
    /// Every file of expectations, by name.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn all_policy_test_files(&mut self) -> Result<Vec<PolicyTestFile>, StoreError> {
        self.list(sql(&format!("SELECT {COLUMNS} FROM policy_test_files ORDER BY name_key, id"))).await
    }

    /// How many there are.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn count_policy_test_files(&mut self) -> Result<i64, StoreError> {
        let count = sql("SELECT COUNT(*) AS number FROM policy_test_files");
        self.find_existing::<Number>("count", count).await.map(|number| number.0)
    }

    /// The file of expectations with this id.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_policy_test_file(&mut self, id: &PolicyTestFileId) -> Result<Option<PolicyTestFile>, StoreError> {
        self.find(sql(&format!("SELECT {COLUMNS} FROM policy_test_files WHERE id = $1")).bind(id)).await
    }

    /// Adds a file of expectations as given.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `policy_test_file_name_taken`.
    pub async fn create_policy_test_file(&mut self, file: &PolicyTestFile) -> Result<(), StoreError> {
        let insert = written(file).set("id", &file.id).set("revision", file.revision);
        self.change(insert.insert_into("policy_test_files")).await.map(|_| ())
    }

    /// Writes the file, if its revision is still `expected_revision`, and then counts it up; whether it did.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `policy_test_file_name_taken`.
    pub async fn save_policy_test_file(
        &mut self,
        file: &PolicyTestFile,
        expected_revision: i64,
    ) -> Result<bool, StoreError> {
        let mut update = written(file).update("policy_test_files");
        update.push(", revision = revision + 1 WHERE id = ").argument(&file.id);
        update.push(" AND revision = ").argument(expected_revision);
        self.change_one(update).await
    }

    /// Deletes the file.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`].
    pub async fn delete_policy_test_file(&mut self, id: &PolicyTestFileId) -> Result<(), StoreError> {
        let delete = sql("DELETE FROM policy_test_files WHERE id = $1").bind(id);
        self.change_existing("policy test file", delete).await
    }
}

/// The columns that creating and saving share.
fn written(file: &PolicyTestFile) -> Columns {
    Columns::new()
        .set("name", &file.name)
        .set("name_key", &fold(&file.name))
        .set("content", &file.text)
        .set("updated_at", file.updated_at)
        .set("updated_by", file.updated_by.as_ref())
}
