//! Enrollments: a device's stay under management, known by the fingerprint of its identity certificate.

use baton_model::{DeviceId, Enrollment, EnrollmentId, EnrollmentState, Timestamp};

use crate::{
    error::StoreError,
    row::{Record, Row},
    statement::{Columns, Statement, sql},
    store::Tx,
};

/// The columns of an enrollment, for other statements that give enrollments out.
pub(crate) const COLUMNS: &str =
    "id, link_id, device_id, fingerprint, topic, push_token, push_magic, unlock_token, state, created_at";

impl Record for Enrollment {
    const TABLE: &'static str = "enrollments";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            link_id: row.maybe_id("link_id")?,
            device_id: row.maybe_id("device_id")?,
            fingerprint: row.text("fingerprint")?,
            topic: row.text("topic")?,
            push_token: row.maybe_bytes("push_token")?,
            push_magic: row.maybe_text("push_magic")?,
            unlock_token: row.maybe_bytes("unlock_token")?,
            state: row.word("state", EnrollmentState::from_text)?,
            created_at: row.time("created_at")?,
        })
    }
}

impl Tx {
    /// Adds an enrollment as given.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `enrollment_fingerprint_taken`; [`StoreError::ForeignKey`].
    pub async fn create_enrollment(&mut self, enrollment: &Enrollment) -> Result<(), StoreError> {
        let insert = written(enrollment).set("id", &enrollment.id).set("created_at", enrollment.created_at);
        self.change(insert.insert_into("enrollments")).await.map(|_| ())
    }

    /// The enrollment with this id.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_enrollment(&mut self, id: &EnrollmentId) -> Result<Option<Enrollment>, StoreError> {
        self.find(select("WHERE id = $1").bind(id)).await
    }

    /// The enrollment whose certificate has this fingerprint.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_enrollment_by_fingerprint(
        &mut self,
        fingerprint: &str,
    ) -> Result<Option<Enrollment>, StoreError> {
        self.find(select("WHERE fingerprint = $1").bind(fingerprint)).await
    }

    /// The newest enrollment of the device that began and has not ended.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn active_enrollment_of(&mut self, device: &DeviceId) -> Result<Option<Enrollment>, StoreError> {
        let newest = select("WHERE device_id = $1 AND state IN ($2, $3) ORDER BY created_at DESC, id DESC LIMIT 1");
        self.find(newest.bind(device).bind(EnrollmentState::Authenticated).bind(EnrollmentState::Active)).await
    }

    /// Writes everything but id and creation time.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`]; [`StoreError::Unique`] `enrollment_fingerprint_taken`; [`StoreError::ForeignKey`].
    pub async fn save_enrollment(&mut self, enrollment: &Enrollment) -> Result<(), StoreError> {
        let mut update = written(enrollment).update("enrollments");
        update.push(" WHERE id = ").argument(&enrollment.id);
        self.change_existing("enrollment", update).await
    }

    /// Ends the device's enrollments, all or all but one, and takes back their pushes; how many ended.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn end_enrollments_of(
        &mut self,
        device: &DeviceId,
        except: Option<&EnrollmentId>,
    ) -> Result<u64, StoreError> {
        let mut update = Columns::new().set("state", EnrollmentState::Ended).update("enrollments");
        update.push(", push_due_at = NULL WHERE device_id = ").argument(device);
        update.push(" AND state <> ").argument(EnrollmentState::Ended);
        if let Some(except) = except {
            update.push(" AND id <> ").argument(except);
        }
        self.change(update).await
    }

    /// Deletes enrollments whose profile was handed out before `before` and never used; how many.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn prune_offered(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        let delete = sql("DELETE FROM enrollments WHERE state = 'offered' AND created_at < $1").bind(before);
        self.change(delete).await
    }
}

fn written(enrollment: &Enrollment) -> Columns {
    Columns::new()
        .set("link_id", enrollment.link_id.as_ref())
        .set("device_id", enrollment.device_id.as_ref())
        .set("fingerprint", &enrollment.fingerprint)
        .set("topic", &enrollment.topic)
        .set("push_token", enrollment.push_token.as_deref())
        .set("push_magic", enrollment.push_magic.as_deref())
        .set("unlock_token", enrollment.unlock_token.as_deref())
        .set("state", enrollment.state)
}

fn select(rest: &str) -> Statement {
    sql(&format!("SELECT {COLUMNS} FROM enrollments {rest}"))
}
