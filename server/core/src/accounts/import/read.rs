//! Reading a file of people, without a look at those who are there already.

use std::collections::{BTreeMap, BTreeSet};

use baton_model::{ManagedAppleAccount, Role, UserGroup, fold::fold, id};
use csv::{ReaderBuilder, StringRecord};

use super::{ACCOUNT, ImportPlan, ImportProblem, ImportRow, ImportRowProblem, MAX_IMPORT_BYTES, MAX_IMPORT_ROWS};
use crate::{FieldProblem, accounts::users};

const COLUMNS: [&str; 6] = ["userName", "displayName", "email", "role", "groups", ACCOUNT];
const NEEDED: [&str; 2] = ["userName", "displayName"];

/// The people of a file, without a look at those who are there already; or what is wrong with the file as a whole.
pub(super) fn rows(file: &[u8], groups: &[UserGroup]) -> Result<ImportPlan, ImportProblem> {
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
        if plan.cut_problems() {
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
    // Shown as such: a value of nothing else would be none in the message.
    let plain = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    let cleaned: String = value.trim().chars().map(plain).take(MOST + 1).collect();
    if cleaned.chars().count() > MOST { cleaned.chars().take(MOST).chain(['…']).collect() } else { cleaned }
}

#[cfg(test)]
pub(super) use tests::{plan_of, problems};

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str) -> UserGroup {
        UserGroup {
            id: format!("id of {name}").as_str().into(),
            name: name.to_owned(),
            description: String::new(),
            members: 0,
        }
    }

    pub fn plan_of(text: &str) -> Result<ImportPlan, ImportProblem> {
        rows(text.as_bytes(), &[group("Nurses"), group("Night shift")])
    }

    pub fn problems(text: &str) -> Vec<(u64, ImportRowProblem)> {
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

    #[test]
    fn a_value_in_a_message_is_short_and_plain() {
        assert_eq!(short(&format!("\u{7}{}", "x".repeat(100))), format!("\u{fffd}{}…", "x".repeat(59)));
        assert_eq!(short("\u{e}"), "\u{fffd}", "a message names something");
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
