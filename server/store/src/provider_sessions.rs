//! How a provider's own session is ended together with a session here (A6). They go with the session.

use baton_model::ProviderSession;

use crate::{
    error::StoreError,
    row::{Record, Row},
    statement::{Columns, sql},
    store::Tx,
};

impl Record for ProviderSession {
    const TABLE: &'static str = "provider_sessions";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { source_id: row.id("source_id")?, sealed_token: row.bytes("sealed_token")? })
    }
}

impl Tx {
    /// Keeps it beside the session with this hash.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `provider_sessions_pkey`; [`StoreError::ForeignKey`] without such a session or source.
    pub async fn keep_provider_session(&mut self, id_hash: &str, kept: &ProviderSession) -> Result<(), StoreError> {
        let insert = Columns::new()
            .set("id_hash", id_hash)
            .set("source_id", &kept.source_id)
            .set("sealed_token", kept.sealed_token.as_slice());
        self.change(insert.insert_into("provider_sessions")).await.map(|_| ())
    }

    /// What was kept beside the session with this hash.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn provider_session(&mut self, id_hash: &str) -> Result<Option<ProviderSession>, StoreError> {
        let select = sql("SELECT source_id, sealed_token FROM provider_sessions WHERE id_hash = $1");
        self.find(select.bind(id_hash)).await
    }
}
