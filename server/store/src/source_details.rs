//! What is read of a source: the selected entries, and the groups that give a role.

use baton_model::{SelectionKind, SourceId, SourceRole, SourceSelection};

use crate::{
    error::StoreError,
    row::{Record, Row},
    statement::{Columns, sql},
    store::Tx,
};

impl Record for SourceSelection {
    const TABLE: &'static str = "source_selections";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            kind: row.word("kind", SelectionKind::from_text)?,
            entry_id: row.text("entry_id")?,
            dn: row.text("dn")?,
            name: row.text("name")?,
        })
    }
}

impl Record for SourceRole {
    const TABLE: &'static str = "source_roles";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { group: row.text("group_key")?, name: row.text("name")?, role: row.parsed("role")? })
    }
}

impl Tx {
    /// The entries that are selected in the source, by name.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn source_selections(&mut self, source: &SourceId) -> Result<Vec<SourceSelection>, StoreError> {
        let select = "SELECT kind, entry_id, dn, name FROM source_selections WHERE source_id = $1 \
                      ORDER BY name, kind, entry_key";
        self.list(sql(select).bind(source)).await
    }

    /// Selects an entry; one that is selected already gets the name and the place that it has now.
    ///
    /// # Errors
    ///
    /// [`StoreError::ForeignKey`] without such a source.
    pub async fn select_in_source(&mut self, source: &SourceId, entry: &SourceSelection) -> Result<(), StoreError> {
        let insert = Columns::new()
            .set("source_id", source)
            .set("kind", entry.kind)
            .set("entry_key", entry_key(entry))
            .set("entry_id", &entry.entry_id)
            .set("dn", &entry.dn)
            .set("name", &entry.name);
        let upsert = insert.insert_into("source_selections").with(
            " ON CONFLICT (source_id, kind, entry_key) DO UPDATE SET dn = excluded.dn, name = excluded.name, \
             entry_id = excluded.entry_id",
        );
        self.change(upsert).await.map(|_| ())
    }

    /// Selects an entry no longer; whether it was selected.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn deselect_in_source(&mut self, source: &SourceId, entry: &SourceSelection) -> Result<bool, StoreError> {
        let delete = sql("DELETE FROM source_selections WHERE source_id = $1 AND kind = $2 AND entry_key = $3");
        self.change_one(delete.bind(source).bind(entry.kind).bind(entry_key(entry))).await
    }

    /// The groups of the source that give a role, by name.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn source_roles(&mut self, source: &SourceId) -> Result<Vec<SourceRole>, StoreError> {
        let select = "SELECT group_key, name, role FROM source_roles WHERE source_id = $1 ORDER BY name, group_key";
        self.list(sql(select).bind(source)).await
    }

    /// Puts these in place of the groups of the source that gave a role.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `source_roles_pkey` for a group that is there twice; [`StoreError::ForeignKey`] without such a
    /// source.
    pub async fn set_source_roles(&mut self, source: &SourceId, roles: &[SourceRole]) -> Result<(), StoreError> {
        self.change(sql("DELETE FROM source_roles WHERE source_id = $1").bind(source)).await?;
        for role in roles {
            let insert = Columns::new()
                .set("source_id", source)
                .set("group_key", &role.group)
                .set("name", &role.name)
                .set("role", role.role);
            self.change(insert.insert_into("source_roles")).await?;
        }
        Ok(())
    }
}

fn entry_key(entry: &SourceSelection) -> &str {
    if entry.entry_id.is_empty() { &entry.dn } else { &entry.entry_id }
}
