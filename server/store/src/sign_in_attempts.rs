//! Failed sign-ins, by what they are counted for.

use baton_model::{SignInAttempts, Timestamp};

use crate::{
    error::StoreError,
    row::{Number, Record, Row},
    statement::{Columns, sql},
    store::Tx,
};

const COLUMNS: &str = "attempt_key, failures, last_at";

impl Record for SignInAttempts {
    const TABLE: &'static str = "sign_in_attempts";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { key: row.text("attempt_key")?, failures: row.number("failures")?, last_at: row.time("last_at")? })
    }
}

impl Tx {
    /// The failures that are counted for these keys; keys without any are left out.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn sign_in_attempts(&mut self, keys: &[&str]) -> Result<Vec<SignInAttempts>, StoreError> {
        let mut select = sql(&format!("SELECT {COLUMNS} FROM sign_in_attempts WHERE attempt_key IN ("));
        select.arguments(keys.iter().copied()).push(")");
        self.list(select).await
    }

    /// Writes what is counted for a key, if it still is `seen` (`None`: nothing); whether it did. Of several who count at
    /// once, one does.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn count_sign_in_attempt(
        &mut self,
        seen: Option<&SignInAttempts>,
        new: &SignInAttempts,
    ) -> Result<bool, StoreError> {
        let Some(seen) = seen else {
            let insert = row(new).insert_into("sign_in_attempts");
            return self.change_one(insert.with(" ON CONFLICT (attempt_key) DO NOTHING")).await;
        };
        let update = sql("UPDATE sign_in_attempts SET failures = $1, last_at = $2 \
             WHERE attempt_key = $3 AND failures = $4 AND last_at = $5");
        let update = update.bind(new.failures).bind(new.last_at).bind(&seen.key);
        self.change_one(update.bind(seen.failures).bind(seen.last_at)).await
    }

    /// Counts a failure for a key. What was counted before `forgotten` is not counted any more.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn add_sign_in_failure(
        &mut self,
        key: &str,
        now: Timestamp,
        forgotten: Timestamp,
    ) -> Result<(), StoreError> {
        let first = SignInAttempts { key: key.to_owned(), failures: 1, last_at: now };
        // The parameters of the insert come first, so the one of the update has the next number.
        let upsert = row(&first)
            .insert_into("sign_in_attempts")
            .with(
                " ON CONFLICT (attempt_key) DO UPDATE SET last_at = excluded.last_at, failures = \
                 CASE WHEN sign_in_attempts.last_at <= $4 THEN 1 ELSE sign_in_attempts.failures + 1 END",
            )
            .bind(forgotten);
        self.change(upsert).await.map(|_| ())
    }

    /// Takes one failure back.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn take_back_sign_in_attempt(&mut self, key: &str) -> Result<(), StoreError> {
        let last = sql("DELETE FROM sign_in_attempts WHERE attempt_key = $1 AND failures = 1");
        if !self.change_one(last.bind(key)).await? {
            let update =
                sql("UPDATE sign_in_attempts SET failures = failures - 1 WHERE attempt_key = $1 AND failures > 1");
            self.change(update.bind(key)).await?;
        }
        Ok(())
    }

    /// Forgets the failures of a key; whether there were any.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn forget_sign_in_attempts(&mut self, key: &str) -> Result<bool, StoreError> {
        self.change_one(sql("DELETE FROM sign_in_attempts WHERE attempt_key = $1").bind(key)).await
    }

    /// For how many keys that begin like this at least so many failures are counted since then.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn count_keys_with_failures(
        &mut self,
        prefix: &str,
        failures: i64,
        since: Timestamp,
    ) -> Result<i64, StoreError> {
        let count = sql("SELECT COUNT(*) AS number FROM sign_in_attempts \
             WHERE last_at > $1 AND failures >= $2 AND attempt_key LIKE $3");
        let count = count.bind(since).bind(failures).bind(&format!("{prefix}%"));
        Ok(self.find(count).await?.map_or(0, |Number(count)| count))
    }

    /// Deletes what was counted before `time`; how many rows.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn prune_sign_in_attempts(&mut self, time: Timestamp) -> Result<u64, StoreError> {
        self.change(sql("DELETE FROM sign_in_attempts WHERE last_at <= $1").bind(time)).await
    }
}

fn row(attempts: &SignInAttempts) -> Columns {
    Columns::new().set("attempt_key", &attempts.key).set("failures", attempts.failures).set("last_at", attempts.last_at)
}
