//! The benchmark: verifies, measures, prints a table and writes `policy.json`.
//!
//! `policy-bench FOLDER` runs everything; the program `policy-memory` beside it measures memory.

mod native;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use baton_policy_bench::measure::{Row, table};

fn main() -> ExitCode {
    let folder = std::env::args().nth(1).map_or_else(|| PathBuf::from("target/bench"), PathBuf::from);
    match run(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Stopped: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(folder: &Path) -> Result<(), String> {
    let mut rows = native::run()?;
    rows.extend(memory()?);
    println!("\n{}", table(&rows));
    let missed: Vec<&Row> = rows.iter().filter(|row| row.met == Some(false)).collect();
    for row in &missed {
        println!("Missed: {}, {}: {}", row.case, row.engine, row.target.as_deref().unwrap_or_default());
    }
    let json = serde_json::to_string_pretty(&rows).map_err(|error| error.to_string())?;
    let file = folder.join("policy.json");
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&file, json + "\n"))
        .map_err(|error| format!("the results cannot be written to {}: {error}", file.display()))
}

/// Memory is counted by an allocator that would slow the other measurements down, so another program does it.
fn memory() -> Result<Vec<Row>, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?.with_file_name("policy-memory");
    let output = Command::new(&program).output().map_err(|error| format!("{}: {error}", program.display()))?;
    if !output.status.success() {
        return Err(format!("{} failed: {}", program.display(), String::from_utf8_lossy(&output.stderr)));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("{}: {error}", program.display()))
}
