//! What was measured, as a table and as JSON.

use std::{
    fs,
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
    time::Duration,
};

use baton_store::Engine;
use serde::Serialize;

/// One line of the table.
#[derive(Clone, Debug, Serialize)]
struct Line {
    case: String,
    engine: &'static str,
    unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    p50: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p99: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
    samples: usize,
}

/// The lines so far; clones share them.
#[derive(Clone)]
pub struct Report(Arc<Mutex<Vec<Line>>>);

impl Report {
    pub fn new() -> Self {
        Self(Arc::default())
    }

    /// Durations of the same thing: their median and the slowest in a hundred, in milliseconds.
    pub fn durations(&self, engine: Engine, case: &str, mut durations: Vec<Duration>) {
        durations.sort_unstable();
        let at = |share: usize| {
            let index = (durations.len() * share / 100).min(durations.len() - 1);
            durations[index].as_secs_f64() * 1000.0
        };
        let (p50, p99) = (Some(at(50)), Some(at(99)));
        self.add(
            engine,
            Line { case: case.to_owned(), engine: "", unit: "ms", p50, p99, value: None, samples: durations.len() },
        );
    }

    /// One number.
    pub fn value(&self, engine: Engine, case: &str, unit: &'static str, value: f64) {
        self.add(
            engine,
            Line { case: case.to_owned(), engine: "", unit, p50: None, p99: None, value: Some(value), samples: 1 },
        );
    }

    fn add(&self, engine: Engine, line: Line) {
        let engine = match engine {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        };
        let line = Line { engine, ..line };
        println!("{}", shown(&line));
        self.0.lock().unwrap().push(line);
    }

    /// Prints the whole table and writes it beside the build.
    pub fn write(&self) {
        let lines = self.0.lock().unwrap();
        println!("\n{:<52} {:<9} {:>10} {:>10} {:>10}  unit", "case", "engine", "p50", "p99", "value");
        for line in lines.iter() {
            println!("{}", shown(line));
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench");
        fs::create_dir_all(&folder).unwrap();
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let report = serde_json::json!({
            "cores": cores,
            "loadAverageAtEnd": load.split_whitespace().next(),
            "compiler": version("rustc"),
            "results": &*lines,
        });
        let path = folder.join("baton.json");
        fs::write(&path, serde_json::to_string_pretty(&report).unwrap()).unwrap();
        println!("\nwritten to target/bench/baton.json; {cores} cores, load average {}", load.trim());
    }
}

fn version(program: &str) -> String {
    let output = Command::new(program).arg("--version").output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

fn shown(line: &Line) -> String {
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.2}"));
    format!(
        "{:<52} {:<9} {:>10} {:>10} {:>10}  {}",
        line.case,
        line.engine,
        number(line.p50),
        number(line.p99),
        number(line.value),
        line.unit
    )
}
