//! The outbox of pushes: one place per enrollment, so that pushes coalesce.

use baton_model::{Enrollment, EnrollmentId, Timestamp};

use crate::{
    enrollments::COLUMNS,
    error::StoreError,
    row::{Record, Row},
    statement::sql,
    store::Tx,
};

/// How long a push that was taken up belongs to who took it; after that another instance may try.
pub const PUSH_LEASE_SECONDS: i64 = 60;

/// A push to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuePush {
    /// To whom.
    pub enrollment: Enrollment,
    /// Since when it is due; [`Tx::push_accepted`] wants it back.
    pub due_at: Timestamp,
    /// How many attempts failed so far.
    pub attempts: i64,
}

impl Record for DuePush {
    const TABLE: &'static str = "enrollments";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { enrollment: row.part()?, due_at: row.time("push_due_at")?, attempts: row.number("push_attempts")? })
    }
}

impl Tx {
    /// Asks for a push from `at` on. One that is due earlier stays so, a microsecond later: it counts as another, and
    /// the answer to an attempt that is under way does not clear it. Back-off after failures goes on.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`].
    pub async fn mark_push_due(&mut self, id: &EnrollmentId, at: Timestamp) -> Result<(), StoreError> {
        let update = sql("UPDATE enrollments SET push_due_at = \
             CASE WHEN push_due_at IS NULL OR push_due_at > $1 THEN $1 ELSE push_due_at + 1 END WHERE id = $2");
        self.change_existing("enrollment", update.bind(at).bind(id)).await
    }

    /// Replaces what was to be pushed by one push at `at`, or by none, because the device is connected and gets now what
    /// the earlier ones were about. The answer to an attempt that is under way does not clear the new one, and back-off
    /// starts afresh.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`].
    pub async fn replan_push(&mut self, id: &EnrollmentId, at: Option<Timestamp>) -> Result<(), StoreError> {
        let update =
            sql("UPDATE enrollments SET push_due_at = $1, push_attempts = 0, push_not_before = 0 WHERE id = $2");
        self.change_existing("enrollment", update.bind(at).bind(id)).await
    }

    /// Takes up to `limit` pushes that are due, the longest waiting first. Nobody else gets them for
    /// [`PUSH_LEASE_SECONDS`]. Commit before sending.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn due_pushes(&mut self, now: Timestamp, limit: u32) -> Result<Vec<DuePush>, StoreError> {
        let claim = self.engine().claim_rows();
        let update = format!(
            "UPDATE enrollments SET push_not_before = $2 WHERE id IN ( \
                SELECT id FROM enrollments WHERE push_due_at IS NOT NULL AND push_due_at <= $1 \
                AND push_not_before <= $1 AND state = 'active' AND push_token IS NOT NULL \
                ORDER BY push_due_at LIMIT $3{claim}) \
             RETURNING {COLUMNS}, push_due_at, push_attempts"
        );
        let lease_ends = now.plus_seconds(PUSH_LEASE_SECONDS);
        let mut taken: Vec<DuePush> =
            self.change_returning(sql(&update).bind(now).bind(lease_ends).bind(i64::from(limit))).await?;
        taken.sort_by_key(|push| push.due_at);
        Ok(taken)
    }

    /// Notes that the push was accepted. It is done with, unless another was asked for since, which is then due at once.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn push_accepted(&mut self, id: &EnrollmentId, seen_due_at: Timestamp) -> Result<(), StoreError> {
        let update = sql("UPDATE enrollments SET push_attempts = 0, push_not_before = 0, \
             push_due_at = CASE WHEN push_due_at = $1 THEN NULL ELSE push_due_at END WHERE id = $2");
        self.change(update.bind(seen_due_at).bind(id)).await.map(|_| ())
    }

    /// Notes a failed attempt; the next one is not before `retry_at`.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn push_failed(&mut self, id: &EnrollmentId, retry_at: Timestamp) -> Result<(), StoreError> {
        let update =
            sql("UPDATE enrollments SET push_attempts = push_attempts + 1, push_not_before = $1 WHERE id = $2");
        self.change(update.bind(retry_at).bind(id)).await.map(|_| ())
    }

    /// Forgets the push token, which Apple said is no longer valid, and what was to be pushed.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn retire_push_token(&mut self, id: &EnrollmentId) -> Result<(), StoreError> {
        let update =
            sql("UPDATE enrollments SET push_token = NULL, push_due_at = NULL, push_attempts = 0 WHERE id = $1");
        self.change(update.bind(id)).await.map(|_| ())
    }
}
