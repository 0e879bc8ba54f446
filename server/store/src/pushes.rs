//! The outbox of pushes: one place per enrollment, so that pushes coalesce.

use baton_model::{DeviceId, Enrollment, EnrollmentId, PushProblem, Timestamp};

use crate::{
    enrollments::COLUMNS,
    error::StoreError,
    row::{Number, Record, Row},
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
    /// When the device sent its token; `None` where that was not noted yet.
    pub token_at: Option<Timestamp>,
}

impl Record for DuePush {
    const TABLE: &'static str = "enrollments";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            enrollment: row.part()?,
            due_at: row.time("push_due_at")?,
            attempts: row.number("push_attempts")?,
            token_at: row.maybe_time("push_token_at")?,
        })
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
    /// [`PUSH_LEASE_SECONDS`], unless an instance starts meanwhile. Commit before sending.
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
             RETURNING {COLUMNS}, push_due_at, push_attempts, push_token_at"
        );
        let lease_ends = now.plus_seconds(PUSH_LEASE_SECONDS);
        let mut taken: Vec<DuePush> =
            self.change_returning(sql(&update).bind(now).bind(lease_ends).bind(i64::from(limit))).await?;
        taken.sort_by_key(|push| push.due_at);
        Ok(taken)
    }

    /// Makes due again what was taken up and has neither failed nor been accepted, whoever took it: for an instance that
    /// starts, because a former one may have died holding it. What another is sending at this moment is sent twice, which
    /// wakes a device once.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn end_push_leases(&mut self) -> Result<u64, StoreError> {
        self.change(sql("UPDATE enrollments SET push_not_before = 0 WHERE push_attempts = 0 AND push_not_before > 0"))
            .await
    }

    /// Notes that the push was accepted. It is done with, unless another was asked for since, which is then due at once.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn push_accepted(&mut self, id: &EnrollmentId, seen_due_at: Timestamp) -> Result<(), StoreError> {
        let update = sql("UPDATE enrollments SET push_attempts = 0, push_not_before = 0, push_problem = NULL, \
             push_problem_at = NULL, push_due_at = CASE WHEN push_due_at = $1 THEN NULL ELSE push_due_at END WHERE id = $2");
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

    /// Notes that the device sent its token at `now`: there is something to push at once, whatever failed before.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`].
    pub async fn renew_push(&mut self, id: &EnrollmentId, now: Timestamp) -> Result<(), StoreError> {
        let update = sql("UPDATE enrollments SET push_token_at = $1, push_due_at = $1, push_attempts = 0, \
             push_not_before = 0, push_problem = NULL, push_problem_at = NULL WHERE id = $2");
        self.change_existing("enrollment", update.bind(now).bind(id)).await
    }

    /// Forgets the push token that Apple said is no longer valid, and what was to be pushed. A token that came
    /// meanwhile stays; whether it was forgotten.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn retire_push_token(
        &mut self,
        id: &EnrollmentId,
        token: &[u8],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let update = sql("UPDATE enrollments SET push_token = NULL, push_due_at = NULL, push_attempts = 0, \
             push_problem = $1, push_problem_at = $2 WHERE id = $3 AND push_token = $4");
        self.change_one(update.bind(PushProblem::TokenGone).bind(now).bind(id).bind(token)).await
    }

    /// Notes that Apple does not take the token. It is kept, and tried again not before `retry_at`. A token that came
    /// meanwhile is not concerned; whether it was noted.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn refuse_push_token(
        &mut self,
        id: &EnrollmentId,
        token: &[u8],
        now: Timestamp,
        retry_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let update = sql("UPDATE enrollments SET push_attempts = push_attempts + 1, push_not_before = $1, \
             push_problem = $2, push_problem_at = COALESCE(push_problem_at, $3) WHERE id = $4 AND push_token = $5");
        self.change_one(update.bind(retry_at).bind(PushProblem::TokenRefused).bind(now).bind(id).bind(token)).await
    }

    /// Ends the back-off of all pushes under a topic, because what stood in their way is mended; how many.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn retry_pushes(&mut self, topic: &str) -> Result<u64, StoreError> {
        let update = sql("UPDATE enrollments SET push_attempts = 0, push_not_before = 0 \
             WHERE topic = $1 AND state = 'active' AND push_due_at IS NOT NULL");
        self.change(update.bind(topic)).await
    }

    /// Why the device cannot be woken, and since when; `None` if it can, or is not managed.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn push_problem_of(&mut self, device: &DeviceId) -> Result<Option<(PushProblem, Timestamp)>, StoreError> {
        let select = sql("SELECT push_problem, push_problem_at FROM enrollments \
             WHERE device_id = $1 AND state = 'active' AND push_problem IS NOT NULL");
        let found: Option<Problem> = self.find(select.bind(device)).await?;
        Ok(found.map(|Problem(problem, at)| (problem, at)))
    }

    /// How many devices are enrolled under this topic.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn count_enrolled_under(&mut self, topic: &str) -> Result<i64, StoreError> {
        let select = sql("SELECT COUNT(*) AS number FROM enrollments \
             WHERE topic = $1 AND state IN ('authenticated', 'active')");
        Ok(self.find(select.bind(topic)).await?.map_or(0, |Number(number)| number))
    }

    /// How many devices are enrolled under any other topic than this.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn count_enrolled_beside(&mut self, topic: &str) -> Result<i64, StoreError> {
        let select = sql("SELECT COUNT(*) AS number FROM enrollments \
             WHERE topic <> $1 AND state IN ('authenticated', 'active')");
        Ok(self.find(select.bind(topic)).await?.map_or(0, |Number(number)| number))
    }
}

struct Problem(PushProblem, Timestamp);

impl Record for Problem {
    const TABLE: &'static str = "enrollments";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self(row.word("push_problem", PushProblem::from_text)?, row.time("push_problem_at")?))
    }
}
