//! Whether the policy does what is expected of it, over everything as it is stored.

use std::sync::Arc;

use baton_model::{DeviceId, Item, ItemId, PolicyTestFile, TestOutcome, UserId};
use baton_policy::engine::{Engine, Explanation};
use baton_policy::expectation::{Expectation, ExpectationError, ExpectationProblem, check_within};
use baton_policy::locales::Language;
use baton_policy::snapshot::Snapshot;
use baton_store::Tx;
use tokio::sync::Semaphore;

use super::text::{self, Placed, TextError};
use crate::{CoreError, organisation};

/// How much one run asks at most: half a second's work at the 110 ns that a decision takes when memory is cold
/// (docs/benchmarks.md). A pair of device and holder counts one, and so does everything that is looked through for it.
pub(super) const MOST_CASES: usize = 5_000_000;
/// What an example costs, as so many pairs: it is explained with what would flip it.
const EXAMPLE_COST: usize = 1_000;
/// One run at a time: the other processors are for phones.
static TURNS: Semaphore = Semaphore::const_new(1);

/// A file of expectations, and how they stand.
#[derive(Clone, Debug)]
pub struct TestedFile {
    /// The file.
    pub file: PolicyTestFile,
    /// Its expectations in their order; what is wrong with the text, if a former version of Baton took it.
    pub tests: Result<Vec<Tested>, TextError>,
}

/// An expectation, and how it stands.
#[derive(Clone, Debug)]
pub struct Tested {
    /// What is expected.
    pub expectation: Expectation,
    /// Its first line in the file.
    pub line: usize,
    /// The item that it is about, if there is one.
    pub item: Option<TestedItem>,
    /// How it stands.
    pub standing: Standing,
}

/// The item that an expectation is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestedItem {
    /// Its id.
    pub id: ItemId,
    /// Its name.
    pub name: String,
    /// Whether it is an app rather than a configuration.
    pub is_app: bool,
}

/// How an expectation stands.
#[derive(Clone, Debug)]
pub enum Standing {
    /// It is met everywhere.
    Holds {
        /// How many pairs of device and holder were asked about.
        cases: usize,
    },
    /// It is not met somewhere.
    Fails {
        /// How many pairs of device and holder were asked about.
        cases: usize,
        /// In how many of them it is not met.
        failed: usize,
        /// The first of those.
        examples: Vec<Failure>,
    },
    /// There is nothing that it is about, as things are.
    Idle(ExpectationError),
    /// It cannot be checked: it names what is gone, say.
    Wrong(ExpectationError),
}

impl Standing {
    /// Whether it was left out, because all that is asked at once is more than [`MOST_CASES`].
    pub(super) const fn is_left_out(&self) -> bool {
        matches!(self, Self::Wrong(ExpectationError { problem: ExpectationProblem::TooMany { .. }, .. }))
    }

    /// How it stands in a word; `None` where it cannot be checked.
    #[must_use]
    pub const fn outcome(&self) -> Option<TestOutcome> {
        match self {
            Self::Holds { .. } => Some(TestOutcome::Holds),
            Self::Fails { .. } => Some(TestOutcome::Fails),
            Self::Idle(_) => Some(TestOutcome::Idle),
            Self::Wrong(_) => None,
        }
    }
}

/// A device and its holder where an expectation is not met.
#[derive(Clone, Debug)]
pub struct Failure {
    engine: Arc<Engine>,
    explanation: Explanation,
}

impl Failure {
    /// The device.
    #[must_use]
    pub const fn device(&self) -> &DeviceId {
        &self.explanation.device
    }

    /// Its name; its id where it has none.
    #[must_use]
    pub fn device_name(&self) -> String {
        self.engine.device_label(self.device())
    }

    /// Who holds it, or would.
    #[must_use]
    pub const fn holder(&self) -> &UserId {
        &self.explanation.holder
    }

    /// The holder's name; the id where there is none.
    #[must_use]
    pub fn holder_name(&self) -> String {
        self.engine.user_label(self.holder())
    }

    /// The decision with everything that was asked on the way.
    #[must_use]
    pub const fn explanation(&self) -> &Explanation {
        &self.explanation
    }

    /// What becomes of the item there and why, in a few plain sentences.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        self.explanation.sentence(&self.engine, language)
    }
}

/// Runs the expectations of the files: all of them, or those about one item, and then files without any are left out.
/// Nothing of the database is held meanwhile.
pub(super) async fn run(
    mut tx: Tx,
    files: Vec<PolicyTestFile>,
    about: Option<&Item>,
) -> Result<Vec<TestedFile>, CoreError> {
    let mut read = Vec::with_capacity(files.len());
    let mut are_any = false;
    for file in files {
        let mut tests = text::read(&file.text);
        if let (Ok(placed), Some(item)) = (&mut tests, about) {
            placed.retain(|one| one.expectation.is_about(&item.id, &item.name));
        }
        let count = tests.as_ref().map_or(0, Vec::len);
        are_any |= count > 0;
        if about.is_none() || count > 0 {
            read.push((file, tests));
        }
    }
    // Without a question nobody needs the whole organisation.
    if !are_any {
        let unasked = read.into_iter().map(|(file, tests)| TestedFile { file, tests: tests.map(|_| Vec::new()) });
        return Ok(unasked.collect());
    }
    let snapshot = organisation::for_decisions(&mut tx).await?;
    drop(tx);
    aside(move || {
        let engine = Arc::new(compiled(&snapshot)?);
        let mut left = MOST_CASES;
        let mut tested =
            |placed: Vec<Placed>| placed.into_iter().map(|one| tested(&engine, one, &mut left)).collect::<Vec<_>>();
        Ok(read.into_iter().map(|(file, tests)| TestedFile { file, tests: tests.map(&mut tested) }).collect())
    })
    .await
}

/// What takes the processor's time does not hold up others. It goes on to its end when nobody waits for it any more, and
/// keeps its turn so long.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CoreError> + Send + 'static,
) -> Result<T, CoreError> {
    let turn = TURNS.acquire().await.expect("nobody closes it");
    let work = move || {
        let _turn = turn;
        work()
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| CoreError::Corrupt(format!("policy tests: {error}")))?
}

/// The engine over what was read in one transaction, which sees one state of the database throughout.
pub(super) fn compiled(snapshot: &Snapshot) -> Result<Engine, CoreError> {
    Engine::new(snapshot).map_err(|error| CoreError::Corrupt(error.to_string()))
}

fn tested(engine: &Arc<Engine>, placed: Placed, left: &mut usize) -> Tested {
    let Placed { expectation, line, .. } = placed;
    let item = engine.find_item(&expectation.item).ok().and_then(|item| engine.item_at(item));
    let item =
        item.map(|item| TestedItem { id: item.id.clone(), name: item.label().to_owned(), is_app: item.kind.is_app() });
    Tested { standing: standing(engine, &expectation, left), item, line, expectation }
}

/// How an expectation stands. Takes what it asks about from what is `left` of the run.
pub(super) fn standing(engine: &Arc<Engine>, expectation: &Expectation, left: &mut usize) -> Standing {
    // Names and rules are looked for among all of them, whatever comes of it.
    let is_of_users = expectation.holder.is_some() || expectation.holders.is_some();
    let looked_through = engine.devices().count() + if is_of_users { engine.users().count() } else { 0 };
    *left = left.saturating_sub(looked_through);
    match check_within(engine, expectation, *left) {
        Ok(checked) => {
            *left = left.saturating_sub(checked.cases + checked.failures.len() * EXAMPLE_COST);
            if checked.holds() {
                return Standing::Holds { cases: checked.cases };
            }
            let example = |explanation| Failure { engine: engine.clone(), explanation };
            Standing::Fails {
                cases: checked.cases,
                failed: checked.failed,
                examples: checked.failures.into_iter().map(example).collect(),
            }
        }
        Err(error) if error.problem.is_idle() => Standing::Idle(error),
        Err(error) => Standing::Wrong(error),
    }
}

/// What keeps expectations from being checked at all, with its line. That they are about nothing, or about too much for
/// one run, is nothing wrong with how they are written.
pub(super) fn flaws(engine: &Engine, placed: &[Placed]) -> Vec<(usize, ExpectationError)> {
    let flaw = |one: &Placed| {
        let error = check_within(engine, &one.expectation, 0).err()?;
        let is_sound = error.problem.is_idle() || matches!(error.problem, ExpectationProblem::TooMany { .. });
        (!is_sound).then(|| (one.line_of(error.key), error))
    };
    placed.iter().filter_map(flaw).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SNAPSHOT: &str = r#"{
        "version": 1,
        "users": [{ "id": "nobody", "nobody": true }],
        "devices": [
            { "id": "one", "holder": "nobody", "facts": { "platform": { "value": "ios" }, "enrollment": "device", "ownership": "company" } },
            { "id": "two", "holder": "nobody", "facts": { "platform": { "value": "ios" }, "enrollment": "device", "ownership": "company" } }
        ],
        "items": [{ "id": "map", "kind": "storeApp", "distribution": "allDevices" }]
    }"#;

    fn expectation() -> Expectation {
        let text = "[[expect]]\nname = \"Everybody has the map\"\nitem = \"map\"\ngets = true\n";
        text::read(text).unwrap().remove(0).expectation
    }

    #[test]
    fn what_is_beyond_the_bound_is_left_out_and_not_wrong() {
        let engine = Arc::new(compiled(&Snapshot::from_json(SNAPSHOT).unwrap()).unwrap());
        // Two devices to look through, and two pairs to ask about.
        let mut left = 7;
        let first = standing(&engine, &expectation(), &mut left);
        assert_eq!((first.outcome().is_some(), first.is_left_out(), left), (true, false, 3));
        let second = standing(&engine, &expectation(), &mut left);
        assert_eq!((second.outcome(), second.is_left_out()), (None, true));
    }
}
