//! People from a file (B1): read, shown, and then added all together or not at all.
//!
//! The first line names the columns. `userName` and `displayName` must be there; `email`, `role`, `groups` and
//! `managedAppleAccount` may be. A person whose user name is taken already is left as they are, and reported; so is who goes
//! without a Managed Apple Account, because another person has the one that the pattern gives. Anything wrong with a line
//! stops the whole.

mod accounts;
mod read;

use std::collections::{BTreeMap, BTreeSet};

use baton_model::{ManagedAppleAccount, Role, Timestamp, User, UserGroupId, fold::fold};
use baton_store::Tx;
use serde_json::json;

use self::{
    accounts::{give_accounts, with_accounts},
    read::rows,
};
use super::users;
use crate::{
    Actor, Core, CoreError, FieldProblem, Permission,
    audit::{self, Event},
    managed_accounts::local_rule,
    new_id,
};

/// The most bytes of a file.
pub const MAX_IMPORT_BYTES: usize = 1024 * 1024;
/// The most people in a file.
pub const MAX_IMPORT_ROWS: usize = 5_000;
/// So many wrong lines are named; more are not looked for.
const MAX_ROW_PROBLEMS: usize = 50;
const ACCOUNT: &str = "managedAppleAccount";

/// What a file would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportPlan {
    /// The people who would be added, in the order of the file.
    pub added: Vec<ImportRow>,
    /// Those whose user name is taken already: they are left as they are.
    pub taken: Vec<ImportRow>,
    /// The lines of people who are added without a Managed Apple Account, because another person has the one that the
    /// pattern gives (B4).
    pub accountless: BTreeSet<u64>,
    /// Who would get which account, by key; goes into the fingerprint only.
    accounts: Vec<Option<String>>,
    /// What is wrong with the file; then nothing of it is added.
    pub problems: Vec<ImportProblem>,
}

/// A person in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// The line that it begins in; the first one is 1.
    pub line: u64,
    /// The name to sign in with.
    pub user_name: String,
    /// The name that people read.
    pub display_name: String,
    /// Where mail reaches them; may be empty.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// The manual groups they belong to: id and name.
    pub groups: BTreeMap<UserGroupId, String>,
    /// Their Managed Apple Account; where the file has none, a pattern may give one.
    pub managed_account: Option<ManagedAppleAccount>,
}

/// Why a file cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportProblem {
    /// More than [`MAX_IMPORT_BYTES`].
    TooLarge,
    /// Not UTF-8, or with NUL.
    NotText,
    /// No line of columns, or no line of a person.
    NoRows,
    /// More people than [`MAX_IMPORT_ROWS`].
    TooManyRows,
    /// A column that must be there is not.
    ColumnMissing(&'static str),
    /// A column that Baton does not know.
    ColumnUnknown(String),
    /// A column that is there twice.
    ColumnTwice(String),
    /// Something is wrong in this line.
    Row {
        /// The line; the first one is 1.
        line: u64,
        /// What.
        problem: ImportRowProblem,
    },
    /// There are more wrong lines than are named.
    More,
}

/// What can be wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportRowProblem {
    /// Something is wrong with the value of this column.
    Field(&'static str, FieldProblem),
    /// Fewer or more values than columns.
    Values {
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// The user name stands in this line already.
    SameAs(u64),
    /// The Managed Apple Account stands in this line already.
    SameAccountAs(u64),
    /// There is no such role.
    Role(String),
    /// There is no such group.
    Group(String),
}

impl Core {
    /// What importing this file would do. Nothing is changed.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageUsers`].
    pub async fn plan_import(&self, actor: &Actor, file: &[u8], now: Timestamp) -> Result<ImportPlan, CoreError> {
        self.require(actor, Permission::ManageUsers, event(), now).await?;
        let mut tx = self.store().read().await?;
        let plan = plan(&mut tx, file).await?;
        drop(tx);
        let taken = ImportRowProblem::Field(ACCOUNT, FieldProblem::Taken);
        let is_taken =
            |problem: &&ImportProblem| matches!(problem, ImportProblem::Row { problem, .. } if *problem == taken);
        let taken = plan.problems.iter().filter(is_taken).count();
        if taken > 0 {
            // Whoever tries addresses learns so whose they are (G4).
            let event = event().with(json!({ "refused": "managed-account-taken", "lines": taken }));
            self.note_refusal(actor, event, now).await?;
        }
        Ok(plan)
    }

    /// Adds the people of this file, if it would still do exactly what was `previewed` ([`ImportPlan::fingerprint`]). They have no passwords
    /// yet. Gives what was done.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageUsers`]; [`CoreError::Stale`] when the file would do something
    /// else by now, and nothing is added; [`CoreError::Unconfirmed`] when it gives a role beyond a user's without a proof of
    /// who gives it (B8).
    pub async fn import_users(
        &self,
        actor: &Actor,
        file: &[u8],
        previewed: &str,
        now: Timestamp,
    ) -> Result<ImportPlan, CoreError> {
        self.require(actor, Permission::ManageUsers, event(), now).await?;
        let mut tx = self.store().begin().await?;
        let plan = plan(&mut tx, file).await?;
        if !plan.problems.is_empty() || plan.fingerprint() != previewed {
            return Err(CoreError::Stale);
        }
        if plan.gives_roles() && !actor.is_confirmed(now) {
            drop(tx);
            self.require_confirmed(actor, event(), now).await?;
            return Err(CoreError::Unconfirmed);
        }
        let mut added = Vec::new();
        for row in &plan.added {
            let user = row.user(now);
            users::insert(&mut tx, &user, None).await.map_err(|error| match error {
                // Somebody added a user of this name since the plan was made in this very transaction.
                CoreError::Invalid(_) => CoreError::Stale,
                other => other,
            })?;
            users::set_groups(&mut tx, &user.id, &row.groups.keys().cloned().collect()).await?;
            let event = Event::new("user.create", "user", user.id.as_str())
                .with(json!({ "role": user.role.as_str(), "groups": row.groups.keys().collect::<Vec<_>>() }));
            audit::record(&mut tx, actor, event, true, now).await?;
            added.push((row, user));
        }
        give_accounts(&mut tx, added).await?;
        let event = event().with(json!({ "added": plan.added.len(), "taken": plan.taken.len() }));
        audit::record(&mut tx, actor, event, true, now).await?;
        tx.commit().await?;
        self.hint_work();
        Ok(plan)
    }
}

impl ImportPlan {
    /// Whether somebody would get a role beyond a user's.
    #[must_use]
    pub fn gives_roles(&self) -> bool {
        self.added.iter().any(|row| row.role != Role::User)
    }

    /// Names no more than so many wrong lines; whether there are more.
    fn cut_problems(&mut self) -> bool {
        let more = self.problems.len() > MAX_ROW_PROBLEMS;
        if more {
            self.problems.truncate(MAX_ROW_PROBLEMS);
            self.problems.push(ImportProblem::More);
        }
        more
    }

    /// A word that differs for plans that would do something else.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        crate::vault::secret_hash(&format!("{:?}", (&self.added, &self.taken, &self.accountless, &self.accounts)))
    }
}

impl ImportRow {
    fn user(&self, now: Timestamp) -> User {
        User {
            id: new_id(now).as_str().into(),
            user_name: self.user_name.clone(),
            display_name: self.display_name.clone(),
            email: Some(self.email.clone()).filter(|email| !email.is_empty()),
            role: self.role,
            enabled: true,
            epoch: 1,
            revision: 1,
            created_at: now,
        }
    }
}

fn event() -> Event<'static> {
    Event::new("user.import", "user", "")
}

async fn plan(tx: &mut Tx, file: &[u8]) -> Result<ImportPlan, CoreError> {
    let groups = tx.all_user_groups().await?;
    let mut read = match rows(file, &groups) {
        Ok(read) => read,
        Err(problem) => return Ok(ImportPlan { problems: vec![problem], ..ImportPlan::default() }),
    };
    if !read.problems.is_empty() {
        return Ok(read);
    }
    let names: Vec<String> = read.added.iter().map(|row| fold(&row.user_name)).collect();
    let taken = tx.taken_user_names(&names).await?;
    (read.taken, read.added) = read.added.into_iter().partition(|row| taken.contains(&fold(&row.user_name)));
    let rule = local_rule(tx).await?;
    let keys: Vec<String> = read.added.iter().filter_map(|row| Some(row.account(rule)?.key())).collect();
    let held: BTreeSet<String> = tx.managed_account_holders(&keys).await?.into_keys().collect();
    Ok(with_accounts(read, rule, held))
}
