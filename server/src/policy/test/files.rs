//! The files of expectations in a folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use baton_policy::expectation::{Expectation, ExpectationFile};

use crate::policy::PolicyError;

/// How the names of the files end.
const ENDING: &str = "toml";
/// How each expectation begins.
const HEADER: &str = "[[expect]]";

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
    let parsed: ExpectationFile = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        let message = error.message().lines().collect::<Vec<_>>().join(": ");
        format!("{}:{line}: {message}", file.display())
    })?;
    if parsed.expect.is_empty() {
        return Err(format!("{}:1: it expects nothing; each expectation begins with {HEADER}", file.display()));
    }
    let starts: Vec<usize> = headers(text).collect();
    let read = parsed.expect.into_iter().enumerate().map(|(number, expectation)| Read {
        file: file.to_owned(),
        line: starts.get(number).copied().unwrap_or(1),
        expectation,
    });
    Ok(read.collect())
}

/// The lines on which expectations begin.
fn headers(text: &str) -> impl Iterator<Item = usize> {
    let is_header = |line: &str| line.split('#').next().is_some_and(|line| line.replace(' ', "").trim() == HEADER);
    text.lines().zip(1..).filter(move |(line, _)| is_header(line)).map(|(_, number)| number)
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
