//! Managed Apple Accounts (B4): who has which, and whom a pattern gives none.

use std::collections::BTreeMap;

use baton_model::{AccountProblem, AccountRecord, ManagedAppleAccount, SourceId, User, UserId, id};

use crate::{
    changes::Change,
    error::StoreError,
    row::{Number, Record, Row},
    statement::{Columns, sql},
    store::Tx,
    users,
};

const COLUMNS: &str = "user_id, account, by_hand, problem, rule";

impl Record for AccountRecord {
    const TABLE: &'static str = "managed_accounts";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        let address = row.maybe_text("account")?;
        let account = address.as_deref().map(ManagedAppleAccount::new);
        Ok(Self {
            user_id: row.id("user_id")?,
            account: account.map(|account| account.ok_or_else(|| row.unreadable("account"))).transpose()?,
            by_hand: row.flag("by_hand")?,
            problem: match row.maybe_text("problem")? {
                None => None,
                Some(_) => Some(row.word("problem", AccountProblem::from_text)?),
            },
            rule: row.maybe_text("rule")?,
        })
    }
}

struct Holder(String, UserId);

impl Record for Holder {
    const TABLE: &'static str = "managed_accounts";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self(row.text("account_key")?, row.id("user_id")?))
    }
}

struct Waiting(UserId, Option<SourceId>);

impl Record for Waiting {
    const TABLE: &'static str = "managed_accounts";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self(row.id("user_id")?, row.maybe_id("source_id")?))
    }
}

struct Accountless(User, AccountRecord);

impl Record for Accountless {
    const TABLE: &'static str = "managed_accounts";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self(row.part()?, row.part()?))
    }
}

/// How many people have a Managed Apple Account, and how many a pattern gives none, or another than they have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountCounts {
    /// How many have one.
    pub with: i64,
    /// For how many the pattern fails.
    pub problems: i64,
}

impl Tx {
    /// How it stands with the account of this person.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn managed_account_of(&mut self, user: &UserId) -> Result<Option<AccountRecord>, StoreError> {
        self.find(sql(&format!("SELECT {COLUMNS} FROM managed_accounts WHERE user_id = $1")).bind(user)).await
    }

    /// The same of these people, in no order.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn managed_accounts_of(&mut self, users: &[UserId]) -> Result<Vec<AccountRecord>, StoreError> {
        self.list_among(&format!("SELECT {COLUMNS} FROM managed_accounts WHERE user_id"), users).await
    }

    /// Which of these accounts somebody has, by their keys ([`ManagedAppleAccount::key`]), and who.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn managed_account_holders(&mut self, keys: &[String]) -> Result<BTreeMap<String, UserId>, StoreError> {
        let select = "SELECT account_key, user_id FROM managed_accounts WHERE account_key";
        Ok(self.list_among(select, keys).await?.into_iter().map(|Holder(key, user)| (key, user)).collect())
    }

    /// Writes how it stands with somebody's account, in place of what was there. Whether it did: where another person has
    /// the account, nothing changes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `managed_account_taken` when another person takes it at this very moment;
    /// [`StoreError::ForeignKey`] without such a user.
    pub async fn set_managed_account(&mut self, record: &AccountRecord) -> Result<bool, StoreError> {
        let key = record.account.as_ref().map(ManagedAppleAccount::key);
        let columns = || {
            Columns::new()
                .set("account", record.account.as_ref().map(ManagedAppleAccount::expose))
                .set("account_key", key.as_deref())
                .set("by_hand", record.by_hand)
                .set("problem", record.problem)
                .set("rule", record.rule.as_deref())
        };
        self.note_change(Change::User(record.user_id.clone()));
        let insert = columns().set("user_id", &record.user_id).insert_into("managed_accounts");
        if self.change_one(insert.with(" ON CONFLICT DO NOTHING")).await? {
            return Ok(true);
        }
        let mut update = columns().update("managed_accounts");
        update.push(" WHERE user_id = ").argument(&record.user_id);
        update.push(" AND NOT EXISTS (SELECT 1 FROM managed_accounts AS other WHERE other.account_key = ");
        update.argument(key.as_deref()).push(" AND other.user_id <> ").argument(&record.user_id).push(")");
        self.change_one(update).await
    }

    /// Forgets what is known of somebody's account; whether there was anything.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn remove_managed_account(&mut self, user: &UserId) -> Result<bool, StoreError> {
        self.note_change(Change::User(user.clone()));
        self.change_one(sql("DELETE FROM managed_accounts WHERE user_id = $1").bind(user)).await
    }

    /// How many have an account, and how many a pattern gives none.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn count_managed_accounts(&mut self) -> Result<AccountCounts, StoreError> {
        let with = sql("SELECT COUNT(*) AS number FROM managed_accounts WHERE account IS NOT NULL");
        let problems = sql("SELECT COUNT(*) AS number FROM managed_accounts WHERE problem IS NOT NULL");
        Ok(AccountCounts {
            with: self.find_existing::<Number>("count", with).await?.0,
            problems: self.find_existing::<Number>("count", problems).await?.0,
        })
    }

    /// The first people whom a pattern gives no account, or another than they have, by name.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn account_problems(&mut self, most: i64) -> Result<Vec<(User, AccountRecord)>, StoreError> {
        let columns = users::COLUMNS;
        let select = format!(
            "SELECT {columns}, {COLUMNS} FROM managed_accounts JOIN users ON users.id = user_id \
             WHERE problem IS NOT NULL ORDER BY sort_key, users.id LIMIT $1"
        );
        let found = self.list(sql(&select).bind(most)).await?;
        Ok(found.into_iter().map(|Accountless(user, record)| (user, record)).collect())
    }

    /// All local people; Nobody is none of them.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn local_people(&mut self) -> Result<Vec<UserId>, StoreError> {
        let select = "SELECT id FROM users WHERE id <> $1 \
             AND NOT EXISTS (SELECT 1 FROM user_identities WHERE user_id = users.id) ORDER BY id";
        self.list(sql(select).bind(id::NOBODY)).await
    }

    /// The people who have no account, or another, because somebody else has theirs, each with the source that they come
    /// from.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn people_waiting_for_accounts(&mut self) -> Result<Vec<(UserId, Option<SourceId>)>, StoreError> {
        let select = "SELECT managed_accounts.user_id, source_id FROM managed_accounts \
             LEFT JOIN user_identities ON user_identities.user_id = managed_accounts.user_id \
             WHERE problem IS NOT NULL AND problem = $1 ORDER BY managed_accounts.user_id";
        let found = self.list(sql(select).bind(AccountProblem::Taken)).await?;
        Ok(found.into_iter().map(|Waiting(user, source)| (user, source)).collect())
    }
}
