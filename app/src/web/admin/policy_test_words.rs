//! Policy tests in words: what is wrong with one, and why one is not met.

use baton_core::{
    FieldError, FieldProblem,
    policy_tests::{
        Failure, Flaw, FlawProblem, MAX_TEXT_BYTES, Standing as CoreStanding, Tested, TestedFile,
        text::{TextError, TextProblem},
    },
};
use baton_model::{PolicyTestFile, id};
use baton_policy::engine::NotFound;
use baton_policy::expectation::{ExpectationError, ExpectationProblem};
use baton_policy::snapshot::Thing;

use super::links;
use crate::{
    document::Frame,
    locale::{Texts, fill},
    pages::admin::{
        list::Link,
        policy_tests::{FailureLine, Standing, TestRow, editor::FlawLine},
    },
    ui::form::Problem,
    web::words,
};

/// How many flaws of a text are told at once.
const TOLD: usize = 20;
/// How many characters of a line are quoted.
const QUOTED: usize = 160;

/// A file's page.
pub(super) fn file(file: &PolicyTestFile) -> Link {
    Link::new(&*file.name, format!("/admin/policy-tests/{}", file.id))
}

/// The expectations of a file, or why it cannot be read.
pub(super) fn rows(frame: &Frame, tested: &TestedFile) -> Result<Vec<TestRow>, String> {
    match &tested.tests {
        Ok(tests) => Ok(tests.iter().map(|test| row(frame, test)).collect()),
        Err(TextError { line, problem }) => {
            let what = text_problem(frame.texts(), problem);
            Err(fill(frame.texts().test_flaw, &[("line", line), ("what", &what)]))
        }
    }
}

fn row(frame: &Frame, test: &Tested) -> TestRow {
    let item = test.item.as_ref();
    TestRow {
        name: test.expectation.name.trim().to_owned(),
        item: item.map(|item| links::item_named(&item.name, &item.id, item.is_app)),
        file: None,
        standing: standing(frame, test),
    }
}

fn standing(frame: &Frame, test: &Tested) -> Standing {
    match &test.standing {
        CoreStanding::Holds { cases } => Standing::Holds { cases: *cases },
        CoreStanding::Fails { cases, failed, examples } => {
            // Whether the devices are as they are, or as if somebody else had them.
            let as_if = test.expectation.holder.is_some() || test.expectation.holders.is_some();
            let examples = examples.iter().map(|example| failure(frame, example, as_if)).collect();
            Standing::Fails { cases: *cases, failed: *failed, examples }
        }
        CoreStanding::Idle(error) => Standing::Idle(expectation_problem(frame.texts(), error)),
        CoreStanding::Wrong(error) => Standing::Wrong(expectation_problem(frame.texts(), error)),
    }
}

fn failure(frame: &Frame, failure: &Failure, as_if: bool) -> FailureLine {
    let t = frame.texts();
    let holder = match (failure.holder().as_str() == id::NOBODY, as_if) {
        (true, false) => t.test_signed_out.to_owned(),
        (true, true) => t.test_as_if_signed_out.to_owned(),
        (false, false) => fill(t.test_held_by, &[("holder", &failure.holder_name())]),
        (false, true) => fill(t.test_as_if, &[("holder", &failure.holder_name())]),
    };
    FailureLine {
        device: Link::new(failure.device_name(), format!("/admin/devices/{}", failure.device())),
        holder,
        sentence: failure.sentence(frame.locale.language()),
    }
}

/// What is wrong with a field of the form.
pub(super) fn problem(t: &Texts, error: &FieldError) -> Problem {
    match &error.problem {
        FieldProblem::PolicyTest(flaws) => match flaws.as_slice() {
            [only] => {
                Problem::Other(fill(t.test_flaw, &[("line", &only.line), ("what", &flaw_problem(t, &only.problem))]))
            }
            several => Problem::Other(fill(t.test_flaws, &[("n", &several.len())])),
        },
        FieldProblem::FileTooLarge(_) => {
            Problem::Other(fill(t.test_problem_too_large, &[("n", &(MAX_TEXT_BYTES / 1024))]))
        }
        FieldProblem::TooManyFiles(most) => Problem::Other(fill(t.test_problem_too_many_files, &[("n", most)])),
        other => words::problem(other),
    }
}

/// What is wrong with the lines of a text, with what stands there.
pub(super) fn flaws(t: &Texts, errors: &[FieldError], text: &str) -> Vec<FlawLine> {
    let flaws = errors.iter().filter_map(|error| match &error.problem {
        FieldProblem::PolicyTest(flaws) => Some(flaws),
        _ => None,
    });
    let line = |flaw: &Flaw| FlawLine {
        line: flaw.line,
        quote: quote(text.lines().nth(flaw.line.saturating_sub(1)).unwrap_or_default().trim()),
        problem: flaw_problem(t, &flaw.problem),
    };
    flaws.flatten().take(TOLD).map(line).collect()
}

/// The beginning of a line, where it is long.
fn quote(line: &str) -> String {
    match line.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{} …", &line[..end]),
        None => line.to_owned(),
    }
}

fn flaw_problem(t: &Texts, problem: &FlawProblem) -> String {
    match problem {
        FlawProblem::Text(problem) => text_problem(t, problem),
        FlawProblem::Expectation(error) => expectation_problem(t, error),
        FlawProblem::TooMany(most) => fill(t.test_problem_too_many, &[("n", most)]),
    }
}

fn text_problem(t: &Texts, problem: &TextProblem) -> String {
    match problem {
        TextProblem::Toml(error) => fill(t.test_problem_toml, &[("error", error)]),
        TextProblem::Nothing => t.test_problem_nothing.to_owned(),
    }
}

fn expectation_problem(t: &Texts, error: &ExpectationError) -> String {
    let sentence = match &error.problem {
        ExpectationProblem::NotFound(error) => return not_found(t, error),
        ExpectationProblem::Rule(error) => {
            return fill(t.test_problem_rule, &[("at", &error.at.column), ("error", &error.problem)]);
        }
        ExpectationProblem::Both(other) => {
            return fill(t.test_problem_both, &[("key", &error.key), ("other", other)]);
        }
        ExpectationProblem::TooMany { .. } => t.test_problem_too_much,
        ExpectationProblem::Nothing => t.test_problem_nothing_expected,
        ExpectationProblem::Nameless => t.test_problem_nameless,
        ExpectationProblem::Empty("user") => t.test_problem_no_user_fits,
        ExpectationProblem::Empty(_) => t.test_problem_no_device_fits,
        ExpectationProblem::NoDevices => t.test_problem_no_devices,
    };
    sentence.to_owned()
}

fn not_found(t: &Texts, error: &NotFound) -> String {
    match error {
        NotFound::Missing { thing, given, candidates } => {
            let sentence = match thing {
                Thing::Device => t.test_problem_no_device,
                Thing::User => t.test_problem_no_user,
                _ => t.test_problem_no_item,
            };
            let mut sentences = vec![fill(sentence, &[("given", given)])];
            if !candidates.is_empty() {
                let names = candidates.iter().map(|candidate| fill(t.quoted, &[("text", &candidate.label())]));
                let names = names.collect::<Vec<_>>().join(", ");
                sentences.push(fill(t.test_problem_meant, &[("candidates", &names)]));
            }
            sentences.join(" ")
        }
        NotFound::Several { given, candidates, .. } => {
            let candidates = candidates.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            fill(t.test_problem_several, &[("given", given), ("candidates", &candidates)])
        }
    }
}
