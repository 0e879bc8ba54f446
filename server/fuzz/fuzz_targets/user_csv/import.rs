//! Reading: from a file to a plan to people.

use std::collections::BTreeSet;

use baton_core::{
    Actor, CoreError,
    accounts::{ImportPlan, ImportProblem, ImportRow, ImportRowProblem, MAX_IMPORT_ROWS},
};
use baton_model::fold::fold;

use crate::{
    office::{self, GROUPS, Office, is_taken, now},
    words::check_words,
};

pub fn check(file: &[u8]) {
    office::within(|office| {
        let plan = plan(office, file);
        assert_eq!(plan.fingerprint(), self::plan(office, file).fingerprint(), "the same file is another plan");
        if plan.problems.is_empty() {
            check_plan(office, file, &plan);
            import(office, file, &plan);
        } else {
            plan.problems.iter().for_each(|problem| check_problem(file, problem));
            assert!(plan.problems.len() <= 51, "more problems than anybody reads");
            let before = office.people();
            let imported =
                office.runtime.block_on(office.core.import_users(&Actor::System, file, &plan.fingerprint(), now()));
            assert!(matches!(imported, Err(CoreError::Stale)), "a file with problems is imported: {imported:?}");
            assert_eq!(office.people(), before);
        }
    });
}

fn plan(office: &Office, file: &[u8]) -> ImportPlan {
    office.runtime.block_on(office.core.plan_import(&Actor::System, file, now())).expect("a plan of any bytes")
}

fn import(office: &mut Office, file: &[u8], plan: &ImportPlan) {
    let imported = office.runtime.block_on(office.core.import_users(&Actor::System, file, &plan.fingerprint(), now()));
    let imported = imported.unwrap_or_else(|error| panic!("{error} {plan:?} {:?}", office.taken));
    assert_eq!(&imported, plan);
    office.taken.extend(plan.added.iter().map(|row| fold(&row.user_name)));
    office.imports += 1;
    assert_eq!(office.people(), office.taken.len(), "somebody is missing");
    let again = self::plan(office, file);
    assert!(again.added.is_empty() && again.problems.is_empty(), "{again:?}");
    assert_eq!(again.taken.len(), plan.added.len() + plan.taken.len());
}

/// What is accepted obeys the rules.
fn check_plan(office: &Office, file: &[u8], plan: &ImportPlan) {
    let mut rows: Vec<&ImportRow> = plan.added.iter().chain(&plan.taken).collect();
    assert!(!rows.is_empty() && rows.len() <= MAX_IMPORT_ROWS);
    let names: BTreeSet<String> = rows.iter().map(|row| fold(&row.user_name)).collect();
    assert_eq!(names.len(), rows.len(), "a name is there twice");
    assert!(plan.added.iter().all(|row| !is_taken(office, &row.user_name)), "{plan:?} {:?}", office.taken);
    assert!(plan.taken.iter().all(|row| is_taken(office, &row.user_name)), "{plan:?} {:?}", office.taken);
    let accounts: Vec<String> =
        plan.added.iter().filter_map(|row| Some(row.managed_account.as_ref()?.key())).collect();
    assert_eq!(accounts.len(), accounts.iter().collect::<BTreeSet<_>>().len(), "two get the same account");
    let added: BTreeSet<u64> = plan.added.iter().map(|row| row.line).collect();
    assert!(plan.accountless.is_subset(&added), "{plan:?}");
    rows.sort_by_key(|row| row.line);
    for pair in rows.windows(2) {
        assert!(pair[0].line < pair[1].line, "two people in one line");
    }
    for row in rows {
        for text in [&row.user_name, &row.display_name] {
            assert!(!text.is_empty() && text.trim() == text && !text.chars().any(char::is_control), "{row:?}");
        }
        assert!(row.email.is_empty() || row.email.contains('@'), "{row:?}");
        assert!(row.groups.values().all(|name| GROUPS.contains(&&**name)), "{row:?}");
        let rest = from_line(file, row.line);
        assert!(row.user_name.contains('"') || rest.contains(&row.user_name), "{row:?} is not in its line");
    }
}

/// The file from this line on.
fn from_line(file: &[u8], line: u64) -> String {
    let text = String::from_utf8_lossy(file).replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.split('\n').collect();
    let start = usize::try_from(line - 1).expect("a line of this file");
    assert!(start < lines.len(), "line {line} of {}", lines.len());
    lines[start..].join("\n")
}

fn check_problem(file: &[u8], problem: &ImportProblem) {
    match problem {
        ImportProblem::ColumnUnknown(name) | ImportProblem::ColumnTwice(name) => check_short(name),
        ImportProblem::Row { line, problem } => {
            from_line(file, *line);
            assert!(*line >= 2, "the line of columns is no person");
            match problem {
                ImportRowProblem::Role(word) | ImportRowProblem::Group(word) => {
                    check_short(word);
                    check_words(word);
                }
                ImportRowProblem::Values { found, expected } => assert_ne!(found, expected),
                ImportRowProblem::SameAs(first) | ImportRowProblem::SameAccountAs(first) => assert!(first < line),
                ImportRowProblem::Field(..) => {}
            }
        }
        _ => {}
    }
}

fn check_short(word: &str) {
    assert!(word.chars().count() <= 61 && !word.chars().any(char::is_control), "{word:?}");
}
