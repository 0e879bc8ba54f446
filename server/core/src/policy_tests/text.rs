//! The text of a file of expectations: TOML, and on which line what stands.

use baton_policy::expectation::{Expectation, ExpectationFile};
use thiserror::Error;

/// How each expectation begins.
const HEADER: &str = "[[expect]]";

/// An expectation with where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// What is expected.
    pub expectation: Expectation,
    /// Its first line, from 1.
    pub line: usize,
    /// Its keys, each with its line.
    keys: Vec<(String, usize)>,
}

impl Placed {
    /// The line of one of its keys; its first line where it does not have the key.
    #[must_use]
    pub fn line_of(&self, key: &str) -> usize {
        let found = self.keys.iter().find(|(known, _)| known == key);
        found.map_or(self.line, |(_, line)| *line)
    }
}

/// A text that is no file of expectations, and the line on which that shows.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{line}: {problem}")]
pub struct TextError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: TextProblem,
}

/// What can be wrong with the text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TextProblem {
    /// It is not TOML, or has keys or values that no expectation has; in the words of the parser.
    #[error("{0}")]
    Toml(String),
    /// There is no expectation in it.
    #[error("it expects nothing; each expectation begins with {HEADER}")]
    Nothing,
}

/// The expectations of a file, in their order.
///
/// # Errors
/// [`TextError`].
pub fn read(text: &str) -> Result<Vec<Placed>, TextError> {
    let parsed: ExpectationFile = toml::from_str(text).map_err(|error| TextError {
        line: error.span().map_or(1, |span| line_of(text, span.start)),
        problem: TextProblem::Toml(error.message().lines().collect::<Vec<_>>().join(": ")),
    })?;
    if parsed.expect.is_empty() {
        return Err(TextError { line: 1, problem: TextProblem::Nothing });
    }
    let mut places = places(text).into_iter();
    let read = parsed.expect.into_iter().map(|expectation| {
        let (line, keys) = places.next().unwrap_or((1, Vec::new()));
        Placed { expectation, line, keys }
    });
    Ok(read.collect())
}

/// The lines on which expectations begin, each with the keys that follow.
fn places(text: &str) -> Vec<(usize, Vec<(String, usize)>)> {
    let mut places: Vec<(usize, Vec<(String, usize)>)> = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if is_header(line) {
            places.push((number, Vec::new()));
        } else if let (Some((key, _)), Some((_, keys))) = (line.split_once('='), places.last_mut()) {
            keys.push((key.trim().to_owned(), number));
        }
    }
    places
}

fn is_header(line: &str) -> bool {
    line.split('#').next().is_some_and(|line| line.replace(' ', "").trim() == HEADER)
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "# about Wi-Fi\n[[expect]]\nname = \"a\"\nitem = \"wifi\"\ngets = true\n\n\
                       [[ expect ]] # and mail\nname = \"b\"\n  item=\"mail\"\noutcome = \"deny\"\n";

    #[test]
    fn expectations_know_their_lines_and_those_of_their_keys() {
        let read = read(TWO).unwrap();
        let places: Vec<_> = read.iter().map(|placed| (placed.line, placed.line_of("item"))).collect();
        assert_eq!(places, [(2, 4), (7, 9)]);
        assert_eq!(read[1].line_of("gets"), 7, "a missing key is missed where the expectation begins");
    }

    #[test]
    fn what_is_no_expectation_is_refused_with_its_line() {
        for (text, line, says) in [
            ("[[expect]]\nname = \"a\"\nitem = wifi\n", 3, "string"),
            ("[[expect]]\nname = \"a\"\nitm = \"wifi\"\n", 3, "unknown field `itm`"),
            ("[[expect]]\nname = \"a\"\n", 1, "missing field `item`"),
            ("[[expect]]\nname = \"a\"\nitem = \"b\"\noutcome = \"maybe\"\n", 4, "maybe"),
            ("\n[[expects]]\n", 2, "unknown field `expects`"),
        ] {
            let error = read(text).unwrap_err();
            assert_eq!(error.line, line, "{text}: {error}");
            assert!(error.to_string().contains(says), "{text}: {error}");
        }
    }

    #[test]
    fn a_file_that_expects_nothing_is_no_test() {
        for text in ["", "# soon\n", "expect = []\n"] {
            assert_eq!(read(text), Err(TextError { line: 1, problem: TextProblem::Nothing }), "{text}");
        }
    }
}
