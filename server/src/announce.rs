//! What the program says to the person who started it. Everything for operators goes to the log instead.

use std::{
    io::{Write as _, stderr, stdout},
    process::ExitCode,
};

/// Prints lines for the person. A closed output is no reason to stop.
pub fn lines(lines: &[String]) {
    let mut out = stdout().lock();
    for line in lines {
        drop(writeln!(out, "{line}"));
    }
    drop(out.flush());
}

/// Says why the program ends.
pub fn failure(reason: &str) -> ExitCode {
    drop(writeln!(stderr(), "baton: {reason}"));
    ExitCode::FAILURE
}
