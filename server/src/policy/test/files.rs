//! The files of expectations in a folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use baton_core::policy_tests::text;
use baton_policy::expectation::Expectation;

use crate::policy::PolicyError;

/// How the names of the files end.
const ENDING: &str = "toml";

/// An expectation with where it stands.
pub struct Read {
    pub file: PathBuf,
    /// Its first line, from 1.
    pub line: usize,
    pub expectation: Expectation,
}

impl Read {
    /// How messages name its place.
    pub fn place(&self) -> String {
        format!("{}:{}", self.file.display(), self.line)
    }
}

/// Every expectation in the folder and its subfolders, by the files' names; or those of one file.
pub fn read(place: &Path) -> Result<Vec<Read>, PolicyError> {
    let unreadable = |file: &Path| {
        let file = file.to_owned();
        move |source: io::Error| PolicyError::File { file, source }
    };
    let mut files = Vec::new();
    if fs::metadata(place).map_err(unreadable(place))?.is_dir() {
        find(place, &mut files)?;
    } else {
        files.push(place.to_owned());
    }
    files.sort();
    let mut wrong = Vec::new();
    if files.is_empty() {
        wrong.push(format!(
            "`{}` has no file of expectations; their names end with .{ENDING}, and docs/policy.md shows one",
            place.display()
        ));
    }
    let mut read = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).map_err(unreadable(&file))?;
        match parse(&file, &text) {
            Ok(expectations) => read.extend(expectations),
            Err(error) => wrong.push(error),
        }
    }
    if wrong.is_empty() { Ok(read) } else { Err(PolicyError::Expectations(wrong)) }
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), PolicyError> {
    let failed = |source| PolicyError::File { file: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(failed)?);
        // A link to a folder could lead back up.
        if kind.is_dir() {
            find(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == ENDING) {
            files.push(path);
        }
    }
    Ok(())
}

fn parse(file: &Path, text: &str) -> Result<Vec<Read>, String> {
    let placed = text::read(text).map_err(|error| format!("{}:{error}", file.display()))?;
    let read =
        placed.into_iter().map(|one| Read { file: file.to_owned(), line: one.line, expectation: one.expectation });
    Ok(read.collect())
}
