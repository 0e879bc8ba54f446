//! The golden vectors, native; `policy/wasm/test.sh` asks the package the same ones in Node and in a browser.

use std::fs;
use std::path::{Path, PathBuf};

use baton_policy::request::Request;
use baton_policy::snapshot::SnapshotError;
use baton_policy::{Organisation, json};
use serde::Deserialize;
use serde_json::{Value, json};

/// One case; `policy/vectors/README.md` describes the format.
#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Vector {
    Request { name: String, request: Value, expected: Value },
    Question { name: String, snapshot: Value, question: Value, expected: Value },
}

/// A snapshot that is wrong, and how it is refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bad {
    name: String,
    text: String,
    code: String,
    path: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

fn ask(snapshot: &Value, question: &Value) -> Result<Value, SnapshotError> {
    let organisation = Organisation::from_json(&snapshot.to_string())?;
    Ok(serde_json::to_value(organisation.ask_json(&question.to_string())?).unwrap())
}

#[test]
fn every_vector_is_answered_as_expected() {
    let (mut requests, mut questions) = (0, 0);
    let mut failures = Vec::new();
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let vectors: Vec<Vector> = serde_json::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for vector in vectors {
            let (name, answer, expected) = match vector {
                Vector::Request { name, request, expected } => {
                    requests += 1;
                    let text = request.to_string();
                    let request =
                        Request::from_json(&text).unwrap_or_else(|error| panic!("{}: {name}: {error}", path.display()));
                    let answer = serde_json::to_value(request.answer()).unwrap();
                    assert_eq!(by_islands(&text), answer, "{name}: the islands' JSON differs");
                    (name, answer, expected)
                }
                Vector::Question { name, snapshot, question, expected } => {
                    questions += 1;
                    let error = |error: SnapshotError| json!({ "code": error.problem.code(), "path": error.path });
                    let answer = ask(&snapshot, &question);
                    (name, answer.unwrap_or_else(|wrong| json!({ "error": error(wrong) })), expected)
                }
            };
            if answer != expected {
                let file = path.file_name().unwrap_or_default().display();
                failures.push(format!("{file}: {name}: answered {answer}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(requests >= 40 && questions >= 30, "only {requests} requests and {questions} questions");
}

/// The way that a question and its answer take in the console's islands.
fn by_islands(request: &str) -> Value {
    let request: Request = json::from_str(request).unwrap();
    serde_json::from_str(&json::to_string(&request.answer()).unwrap()).unwrap()
}

#[test]
fn a_wrong_snapshot_is_refused_with_the_way_to_what_is_wrong() {
    let text = fs::read_to_string(folder().join("bad/snapshots.json")).unwrap();
    let mut cases: std::collections::BTreeMap<String, Vec<Bad>> = serde_json::from_str(&text).unwrap();
    let mut failures = Vec::new();
    for Bad { name, text, code, path } in cases.remove("bad").unwrap() {
        match Organisation::from_json(&text) {
            Ok(_) => failures.push(format!("{name}: was taken")),
            Err(error) if error.problem.code() == code && error.path == path => {}
            Err(error) => failures.push(format!("{name}: {} at `{}`: {error}", error.problem.code(), error.path)),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
