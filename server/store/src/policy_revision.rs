//! The revision that a preview is of (C6).

use baton_model::PolicyRevision;

use crate::{
    error::StoreError,
    row::{Record, Row},
    statement::sql,
    store::Tx,
};

impl Record for PolicyRevision {
    const TABLE: &'static str = "catalogue";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { catalogue: row.number("revision")?, memberships: row.number("memberships")? })
    }
}

impl Tx {
    /// The revision of everything that administrators decide about who gets what. After this transaction changed any of
    /// it, nobody else changes it until the transaction ends.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn policy_revision(&mut self) -> Result<PolicyRevision, StoreError> {
        self.find_existing("catalogue", sql("SELECT revision, memberships FROM catalogue WHERE id = 1")).await
    }

    /// Counts up the revision of the memberships. It comes last in a change of members: whoever changes the catalogue or
    /// memberships waits for this row, and must not be waited for.
    pub(crate) async fn bump_memberships(&mut self) -> Result<(), StoreError> {
        let update = sql("UPDATE catalogue SET memberships = memberships + 1 WHERE id = 1");
        self.change_existing("catalogue", update).await
    }
}
