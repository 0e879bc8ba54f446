//! Policy tests (C8): the files, and how they stand now.

use axum::response::Response;
use baton_core::policy_tests::{Failure, PolicyTestForm, Standing, Tested, TestedFile};
use baton_model::PolicyTestFile;
use baton_policy::{Decision, DeviceId, ItemId, UserId};
use serde::{Deserialize, Serialize};

use super::{
    Problem,
    caller::{Caller, Named, Sent, json},
};

/// A new file.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewFile {
    name: String,
    text: String,
}

/// Another text for a file.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Replacement {
    name: String,
    text: String,
    /// The revision that is replaced.
    revision: i64,
}

/// A file as it was written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FileBody<'a> {
    id: &'a str,
    name: &'a str,
    text: &'a str,
    revision: i64,
}

/// A file with how its expectations stand.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunBody<'a> {
    id: &'a str,
    name: &'a str,
    revision: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    tests: Vec<TestBody<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TestBody<'a> {
    name: &'a str,
    line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<&'a ItemId>,
    standing: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    cases: usize,
    failed: usize,
    failures: Vec<FailureBody<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FailureBody<'a> {
    device: &'a DeviceId,
    device_name: String,
    holder: &'a UserId,
    holder_name: String,
    decision: Decision,
}

pub(super) async fn run(caller: Caller) -> Result<Response, Problem> {
    let files = caller.core.policy_tests(&caller.actor, caller.now).await?;
    Ok(json(&files.iter().map(RunBody::of).collect::<Vec<_>>()))
}

pub(super) async fn read(caller: Caller, Named(file): Named<String>) -> Result<Response, Problem> {
    stored(&caller, &file).await
}

pub(super) async fn create(caller: Caller, Sent(new): Sent<NewFile>) -> Result<Response, Problem> {
    let form = PolicyTestForm { name: new.name, text: new.text };
    let id = caller.core.create_policy_test(&caller.actor, &form, caller.now).await?;
    stored(&caller, id.as_str()).await
}

pub(super) async fn replace(
    caller: Caller,
    Named(file): Named<String>,
    Sent(new): Sent<Replacement>,
) -> Result<Response, Problem> {
    let form = PolicyTestForm { name: new.name, text: new.text };
    let id = file.as_str().into();
    caller.core.save_policy_test(&caller.actor, &id, &form, new.revision, caller.now).await?;
    stored(&caller, &file).await
}

pub(super) async fn delete(caller: Caller, Named(file): Named<String>) -> Result<Response, Problem> {
    let id = file.as_str().into();
    let before = caller.core.policy_test_file(&caller.actor, &id, caller.now).await?;
    caller.core.delete_policy_test(&caller.actor, &id, caller.now).await?;
    Ok(json(&FileBody::of(&before)))
}

async fn stored(caller: &Caller, id: &str) -> Result<Response, Problem> {
    let file = caller.core.policy_test_file(&caller.actor, &id.into(), caller.now).await?;
    Ok(json(&FileBody::of(&file)))
}

impl<'a> FileBody<'a> {
    fn of(file: &'a PolicyTestFile) -> Self {
        Self { id: file.id.as_str(), name: &file.name, text: &file.text, revision: file.revision }
    }
}

impl<'a> RunBody<'a> {
    fn of(tested: &'a TestedFile) -> Self {
        let TestedFile { file, tests } = tested;
        Self {
            id: file.id.as_str(),
            name: &file.name,
            revision: file.revision,
            problem: tests.as_ref().err().map(ToString::to_string),
            tests: tests.as_ref().map(|tests| tests.iter().map(TestBody::of).collect()).unwrap_or_default(),
        }
    }
}

impl<'a> TestBody<'a> {
    fn of(test: &'a Tested) -> Self {
        let (standing, problem, cases, failed, examples): (_, _, _, _, &[Failure]) = match &test.standing {
            Standing::Holds { cases } => ("holds", None, *cases, 0, &[]),
            Standing::Fails { cases, failed, examples } => ("fails", None, *cases, *failed, examples),
            Standing::Idle(error) => ("idle", Some(error.to_string()), 0, 0, &[]),
            Standing::Wrong(error) => ("wrong", Some(error.to_string()), 0, 0, &[]),
        };
        Self {
            name: test.expectation.name.trim(),
            line: test.line,
            item: test.item.as_ref().map(|item| &item.id),
            standing,
            problem,
            cases,
            failed,
            failures: examples.iter().map(FailureBody::of).collect(),
        }
    }
}

impl<'a> FailureBody<'a> {
    fn of(failure: &'a Failure) -> Self {
        Self {
            device: failure.device(),
            device_name: failure.device_name(),
            holder: failure.holder(),
            holder_name: failure.holder_name(),
            decision: failure.explanation().decision,
        }
    }
}
