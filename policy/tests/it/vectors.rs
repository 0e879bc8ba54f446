//! The golden vectors, native; `policy/wasm/test.sh` runs the same ones in WebAssembly.

use std::fs;
use std::path::Path;

use baton_policy::json;
use baton_policy::request::Request;
use serde::Deserialize;
use serde_json::Value;

/// One case; `policy/vectors/README.md` describes the format.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    request: Value,
    expected: Value,
}

#[test]
fn every_vector_is_answered_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut count = 0;
    let mut failures = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let vectors: Vec<Vector> = serde_json::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for Vector { name, request, expected } in vectors {
            count += 1;
            let text = request.to_string();
            let request: Request =
                serde_json::from_value(request).unwrap_or_else(|error| panic!("{}: {name}: {error}", path.display()));
            let answer = serde_json::to_value(request.answer()).unwrap();
            assert_eq!(by_package(&text), answer, "{name}: the package's JSON differs");
            if answer != expected {
                let file = path.file_name().unwrap_or_default().display();
                failures.push(format!("{file}: {name}: answered {answer}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(count >= 40, "only {count} vectors");
}

/// The way that a question and its answer take in WebAssembly.
fn by_package(request: &str) -> Value {
    let request: Request = json::from_str(request).unwrap();
    serde_json::from_str(&json::to_string(&request.answer()).unwrap()).unwrap()
}
