//! People from a file (B1): read, shown, and then added all together or not at all.
//!
//! The first line names the columns. `userName` and `displayName` must be there; `email`, `role`, `groups` and
//! `managedAppleAccount` may be. A person whose user name is taken already is left as they are, and reported; so is who goes
//! without a Managed Apple Account, because another person has the one that the pattern gives. Anything wrong with a line
//! stops the whole.

use std::collections::{BTreeMap, BTreeSet};

use baton_model::{ManagedAppleAccount, Role, Timestamp, User, UserGroup, UserGroupId, fold::fold, id};
use baton_store::Tx;
use csv::{ReaderBuilder, StringRecord};
use serde_json::json;

use super::users;
use crate::{
    Actor, Core, CoreError, FieldProblem, Permission,
    audit::{self, Event},
    managed_accounts::{AccountChoice, AccountRule, choose, local_rule},
    new_id,
};

/// The most bytes of a file.
pub const MAX_IMPORT_BYTES: usize = 1024 * 1024;
/// The most people in a file.
pub const MAX_IMPORT_ROWS: usize = 5_000;
/// So many wrong lines are named; more are not looked for.
const MAX_ROW_PROBLEMS: usize = 50;
const ACCOUNT: &str = "managedAppleAccount";
const COLUMNS: [&str; 6] = ["userName", "displayName", "email", "role", "groups", ACCOUNT];
const NEEDED: [&str; 2] = ["userName", "displayName"];

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
            let mut tx = self.store().begin().await?;
            audit::record(&mut tx, actor, event, false, now).await?;
            tx.commit().await?;
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

    /// A word that differs for plans that would do something else.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        crate::vault::secret_hash(&format!("{:?}", (&self.added, &self.taken, &self.accountless, &self.accounts)))
    }
}

impl ImportRow {
    /// The account that the file or the pattern gives.
    fn account(&self, rule: AccountRule) -> Option<ManagedAppleAccount> {
        let mail = Some(&*self.email).filter(|mail| !mail.is_empty());
        self.managed_account.clone().or_else(|| rule.account_of(mail, None).ok().flatten())
    }

    fn account_choice(&self) -> AccountChoice {
        match &self.managed_account {
            Some(account) => AccountChoice::Given(account.expose().to_owned()),
            None => AccountChoice::Unchanged,
        }
    }

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

/// Gives everybody their account: first those that the file names, so that no pattern takes one of them.
async fn give_accounts(tx: &mut Tx, mut added: Vec<(&ImportRow, User)>) -> Result<(), CoreError> {
    let rule = local_rule(tx).await?;
    added.sort_by_key(|(row, _)| row.managed_account.is_none());
    for (row, user) in added {
        choose(tx, rule, &user, None, &row.account_choice()).await.map_err(|error| match error {
            CoreError::Invalid(_) => CoreError::Stale,
            other => other,
        })?;
    }
    Ok(())
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

/// Looks whether accounts are free: those of the file must be, and who gets none by the pattern is reported. Accounts that
/// the file names come first, whatever a pattern gives to the line before.
fn with_accounts(mut plan: ImportPlan, rule: AccountRule, mut held: BTreeSet<String>) -> ImportPlan {
    for row in &plan.added {
        if let Some(account) = &row.managed_account
            && held.contains(&account.key())
        {
            let problem = ImportRowProblem::Field(ACCOUNT, FieldProblem::Taken);
            plan.problems.push(ImportProblem::Row { line: row.line, problem });
        }
    }
    if plan.problems.len() > MAX_ROW_PROBLEMS {
        plan.problems.truncate(MAX_ROW_PROBLEMS);
        plan.problems.push(ImportProblem::More);
    }
    held.extend(plan.added.iter().filter_map(|row| Some(row.managed_account.as_ref()?.key())));
    for row in &plan.added {
        let account = row.account(rule).map(|account| account.key());
        let by_pattern = account.as_ref().filter(|_| row.managed_account.is_none());
        if by_pattern.is_some_and(|key| !held.insert(key.clone())) {
            plan.accountless.insert(row.line);
        }
        plan.accounts.push(account);
    }
    plan
}

/// The people of a file, without a look at those who are there already; or what is wrong with the file as a whole.
fn rows(file: &[u8], groups: &[UserGroup]) -> Result<ImportPlan, ImportProblem> {
    if file.len() > MAX_IMPORT_BYTES {
        return Err(ImportProblem::TooLarge);
    }
    let text = std::str::from_utf8(file).ok().filter(|text| !text.contains('\0')).ok_or(ImportProblem::NotText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = ReaderBuilder::new().delimiter(delimiter(text)).flexible(true).from_reader(text.as_bytes());
    let columns = columns(reader.headers().map_err(|_| ImportProblem::NotText)?)?;
    let by_name: BTreeMap<String, &UserGroup> = groups
        .iter()
        .filter(|group| group.id.as_str() != id::EVERYONE)
        .map(|group| (fold(&group.name), group))
        .collect();
    let mut plan = ImportPlan::default();
    let mut lines: BTreeMap<String, u64> = BTreeMap::new();
    let mut accounts: BTreeMap<String, u64> = BTreeMap::new();
    let mut place = Place { text: text.as_bytes(), byte: 0, line: 1 };
    for record in reader.records() {
        let record = record.map_err(|_| ImportProblem::NotText)?;
        if record.iter().all(|value| value.trim().is_empty()) {
            continue;
        }
        if plan.added.len() >= MAX_IMPORT_ROWS {
            return Err(ImportProblem::TooManyRows);
        }
        let line = place.line_at(record.position().map_or(0, csv::Position::byte));
        let (row, mut problems) = read(&record, line, &columns, &by_name);
        if let Some(first) = lines.insert(fold(&row.user_name), line)
            && !row.user_name.is_empty()
        {
            problems.push(ImportRowProblem::SameAs(first));
        }
        if let Some(account) = &row.managed_account
            && let Some(first) = accounts.insert(account.key(), line)
        {
            problems.push(ImportRowProblem::SameAccountAs(first));
        }
        plan.problems.extend(problems.into_iter().map(|problem| ImportProblem::Row { line, problem }));
        plan.added.push(row);
        if plan.problems.len() > MAX_ROW_PROBLEMS {
            plan.problems.truncate(MAX_ROW_PROBLEMS);
            plan.problems.push(ImportProblem::More);
            break;
        }
    }
    if plan.added.is_empty() { Err(ImportProblem::NoRows) } else { Ok(plan) }
}

/// Counts lines up to a record. The reader's own count stands before the empty lines that it passes over.
struct Place<'t> {
    text: &'t [u8],
    byte: usize,
    line: u64,
}

impl Place<'_> {
    fn line_at(&mut self, byte: u64) -> u64 {
        let start = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(&next) = self.text.get(self.byte)
            && (self.byte < start || matches!(next, b'\r' | b'\n'))
        {
            self.byte += 1;
            let ends = next == b'\n' || (next == b'\r' && self.text.get(self.byte) != Some(&b'\n'));
            self.line += u64::from(ends);
        }
        self.line
    }
}

/// Spreadsheets write commas, semicolons (where the comma is for decimals) or tabs; the line of columns tells.
fn delimiter(text: &str) -> u8 {
    let columns = text.lines().next().unwrap_or_default();
    let most = [b',', b';', b'\t'].into_iter().rev().max_by_key(|d| columns.bytes().filter(|byte| byte == d).count());
    most.unwrap_or(b',')
}

/// Which of the [`COLUMNS`] each column is.
fn columns(header: &StringRecord) -> Result<Vec<&'static str>, ImportProblem> {
    if header.iter().all(|name| name.trim().is_empty()) {
        return Err(ImportProblem::NoRows);
    }
    let mut columns = Vec::new();
    for name in header {
        let known = COLUMNS.into_iter().find(|known| plain(known) == plain(name));
        let known = known.ok_or_else(|| ImportProblem::ColumnUnknown(short(name)))?;
        if columns.contains(&known) {
            return Err(ImportProblem::ColumnTwice(short(name)));
        }
        columns.push(known);
    }
    match NEEDED.into_iter().find(|needed| !columns.contains(needed)) {
        Some(missing) => Err(ImportProblem::ColumnMissing(missing)),
        None => Ok(columns),
    }
}

/// A word as people write it in one way or another.
fn plain(word: &str) -> String {
    fold(word).replace([' ', '-', '_'], "")
}

fn read(
    record: &StringRecord,
    line: u64,
    columns: &[&'static str],
    groups: &BTreeMap<String, &UserGroup>,
) -> (ImportRow, Vec<ImportRowProblem>) {
    let value = |column: &str| {
        let place = columns.iter().position(|known| *known == column);
        place.and_then(|place| record.get(place)).unwrap_or_default().trim()
    };
    let mut problems = Vec::new();
    if record.len() != columns.len() {
        problems.push(ImportRowProblem::Values { found: record.len(), expected: columns.len() });
    }
    let mut row = ImportRow {
        line,
        user_name: value("userName").to_owned(),
        display_name: value("displayName").to_owned(),
        email: value("email").to_owned(),
        role: Role::User,
        groups: BTreeMap::new(),
        managed_account: ManagedAppleAccount::new(value(ACCOUNT)),
    };
    let errors = users::check_names(&row.user_name, &row.display_name, Some(&row.email));
    problems.extend(errors.into_iter().map(|error| ImportRowProblem::Field(error.field, error.problem)));
    if row.managed_account.is_none() && !value(ACCOUNT).is_empty() {
        problems.push(ImportRowProblem::Field(ACCOUNT, FieldProblem::NotMail));
    }
    match value("role") {
        "" => {}
        role => match Role::ALL.iter().find(|known| plain(known.as_str()) == plain(role)) {
            Some(known) => row.role = *known,
            None => problems.push(ImportRowProblem::Role(short(role))),
        },
    }
    let names: BTreeSet<&str> =
        value("groups").split(['|', ';']).map(str::trim).filter(|name| !name.is_empty()).collect();
    for name in names {
        match groups.get(&fold(name)) {
            Some(group) => drop(row.groups.insert(group.id.clone(), group.name.clone())),
            None => problems.push(ImportRowProblem::Group(short(name))),
        }
    }
    (row, problems)
}

/// A wrong value as a message can hold it.
fn short(value: &str) -> String {
    const MOST: usize = 60;
    let cleaned: String = value.trim().chars().filter(|c| !c.is_control()).take(MOST + 1).collect();
    if cleaned.chars().count() > MOST { cleaned.chars().take(MOST).chain(['…']).collect() } else { cleaned }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::managed_accounts::AccountPattern;

    fn group(name: &str) -> UserGroup {
        UserGroup {
            id: format!("id of {name}").as_str().into(),
            name: name.to_owned(),
            description: String::new(),
            members: 0,
        }
    }

    fn plan_of(text: &str) -> Result<ImportPlan, ImportProblem> {
        rows(text.as_bytes(), &[group("Nurses"), group("Night shift")])
    }

    fn problems(text: &str) -> Vec<(u64, ImportRowProblem)> {
        let named = plan_of(text).unwrap().problems.into_iter().map(|problem| match problem {
            ImportProblem::Row { line, problem } => (line, problem),
            other => panic!("{other:?}"),
        });
        named.collect()
    }

    #[test]
    fn a_line_is_a_person_with_role_and_groups() {
        let plan = plan_of(
            "userName,displayName,email,role,groups\n\
             ada,\"Lovelace, Ada\",ada@heron.example,help desk,nurses|Night Shift\n",
        );
        assert_eq!(
            plan.unwrap().added,
            [ImportRow {
                line: 2,
                user_name: "ada".to_owned(),
                display_name: "Lovelace, Ada".to_owned(),
                email: "ada@heron.example".to_owned(),
                role: Role::HelpDesk,
                groups: [group("Nurses"), group("Night shift")].map(|group| (group.id, group.name)).into(),
                managed_account: None,
            }]
        );
    }

    #[test]
    fn what_spreadsheets_write_is_read() {
        for text in [
            "\u{feff}User Name;Display name\r\nada;Ada Lovelace\r\n",
            "display_name\tuser_name\nAda Lovelace\tada\n\t\n",
            "USERNAME,DISPLAYNAME,ROLE\nada,Ada Lovelace,\n\n",
        ] {
            let added = plan_of(text).unwrap().added;
            assert_eq!(
                added.iter().map(|row| (&*row.user_name, &*row.display_name)).collect::<Vec<_>>(),
                [("ada", "Ada Lovelace")]
            );
        }
    }

    #[test]
    fn a_file_that_is_none_is_named() {
        let many = format!("userName,displayName\n{}", "a,b\n".repeat(MAX_IMPORT_ROWS + 1));
        for (text, problem) in [
            ("", ImportProblem::NoRows),
            ("\n", ImportProblem::NoRows),
            ("userName,displayName\n", ImportProblem::NoRows),
            ("userName,email\nada,x", ImportProblem::ColumnMissing("displayName")),
            ("userName,displayName,password\nada,Ada,x", ImportProblem::ColumnUnknown("password".to_owned())),
            ("userName,displayName,User name\nada,Ada,x", ImportProblem::ColumnTwice("User name".to_owned())),
            ("userName,displayName\nada\0,Ada", ImportProblem::NotText),
        ] {
            assert_eq!(plan_of(text), Err(problem), "{text:?}");
        }
        assert_eq!(rows(b"userName,displayName\nj\xfcrgen,J\xfcrgen", &[]), Err(ImportProblem::NotText));
        assert_eq!(rows(&vec![b'a'; MAX_IMPORT_BYTES + 1], &[]), Err(ImportProblem::TooLarge));
        assert!(plan_of(&many).unwrap().problems.contains(&ImportProblem::More), "the same name again and again");
    }

    #[test]
    fn more_people_than_a_file_may_have_are_refused() {
        let people: String = (0..=MAX_IMPORT_ROWS).map(|number| format!("u{number},Person\n")).collect();
        assert_eq!(plan_of(&format!("userName,displayName\n{people}")), Err(ImportProblem::TooManyRows));
    }

    #[test]
    fn every_wrong_line_is_named_by_its_number() {
        let text = "userName,displayName,email,role,groups\n\
                    ,Ada,,,\n\
                    ben,Ben,ben,boss,\n\
                    \n\
                    cleo,\"Cleo\nof Egypt\",,,\n\
                    dora,Dora,,,Doctors\n\
                    BEN,Ben again,,,\n\
                    emil,Emil\n";
        assert_eq!(
            problems(text),
            [
                (2, ImportRowProblem::Field("userName", FieldProblem::Missing)),
                (3, ImportRowProblem::Field("email", FieldProblem::NotMail)),
                (3, ImportRowProblem::Role("boss".to_owned())),
                (5, ImportRowProblem::Field("displayName", FieldProblem::ControlCharacters)),
                (7, ImportRowProblem::Group("Doctors".to_owned())),
                (8, ImportRowProblem::SameAs(3)),
                (9, ImportRowProblem::Values { found: 2, expected: 5 }),
            ]
        );
    }

    fn by_mail(text: &str, held: &[&str]) -> ImportPlan {
        let rule = AccountRule { pattern: AccountPattern::Mail, subdomain: true };
        with_accounts(plan_of(text).unwrap(), rule, held.iter().map(|key| (*key).to_owned()).collect())
    }

    #[test]
    fn who_would_get_an_account_that_another_has_is_added_without_one_and_reported() {
        let plan = by_mail(
            "userName,displayName,email,managedAppleAccount\n\
             ada,Ada,ada@heron.example,\n\
             bob,Bob,bob@heron.example,\n\
             robert,Robert,bob@heron.example,\n\
             cleo,Cleo,cleo@heron.example,\n\
             cleopatra,Cleopatra,,cleo@appleid.heron.example\n\
             dora,Dora,,\n",
            &["ada@appleid.heron.example"],
        );
        assert_eq!(plan.problems, []);
        assert_eq!(plan.added.len(), 6);
        assert_eq!(plan.accountless, BTreeSet::from([2, 4, 5]));
    }

    #[test]
    fn an_account_in_the_file_must_be_an_address_and_nobody_elses() {
        let text =
            "userName,displayName,Managed Apple Account\nada,Ada,ada\nbob,Bob,b@heron.example\nbo,Bo,B@heron.example\n";
        assert_eq!(
            problems(text),
            [(2, ImportRowProblem::Field(ACCOUNT, FieldProblem::NotMail)), (4, ImportRowProblem::SameAccountAs(3))]
        );
        let taken =
            by_mail("userName,displayName,managedAppleAccount\nada,Ada,ada@heron.example\n", &["ada@heron.example"]);
        let problem = ImportRowProblem::Field(ACCOUNT, FieldProblem::Taken);
        assert_eq!(taken.problems, [ImportProblem::Row { line: 2, problem }]);
    }

    #[test]
    fn a_plan_that_gives_another_account_has_another_fingerprint() {
        let file = |account: &str| format!("userName,displayName,managedAppleAccount\nada,Ada,{account}\n");
        // Masked, all of them look alike.
        let prints: BTreeSet<String> = ["ada@heron.example", "alice@heron.example"]
            .map(|account| by_mail(&file(account), &[]).fingerprint())
            .into();
        assert_eq!(prints.len(), 2);
    }

    #[test]
    fn a_value_in_a_message_is_short_and_plain() {
        assert_eq!(short(&format!("\u{7}{}", "x".repeat(100))), format!("{}…", "x".repeat(60)));
    }

    mod generated {
        use proptest::prelude::*;

        use super::*;

        proptest! {
            #[test]
            fn whatever_is_sent_is_a_plan_or_a_problem(file in proptest::collection::vec(any::<u8>(), 0..400)) {
                let _ = rows(&file, &[]);
            }

            #[test]
            fn what_is_written_as_csv_is_read_back(people in proptest::collection::btree_map("[a-z]{1,8}", "[^\u{0}-\u{1f}\u{7f}-\u{9f}]{1,20}", 1..20)) {
                let people: Vec<(String, String)> = people
                    .into_iter()
                    .map(|(user, name)| (user, name.trim().to_owned()))
                    .filter(|(_, name)| !name.is_empty())
                    .collect();
                prop_assume!(!people.is_empty());
                let mut text = "userName,displayName\n".to_owned();
                for (user, name) in &people {
                    text.push_str(&format!("{user},\"{}\"\n", name.replace('"', "\"\"")));
                }
                let added = rows(text.as_bytes(), &[]).unwrap().added;
                let read: Vec<_> = added.into_iter().map(|row| (row.user_name, row.display_name)).collect();
                prop_assert_eq!(read, people);
            }
        }
    }
}
