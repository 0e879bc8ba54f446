//! `baton policy snapshot`: the database as a file.

use std::{fs, io::Write, path::PathBuf, process::ExitCode};

use clap::Args;

use super::{
    PolicyError, output,
    source::{DatabaseFlags, Need},
};

/// From where, and whereto.
#[derive(Args, Debug, Default)]
pub struct SnapshotFlags {
    #[command(flatten)]
    database: DatabaseFlags,

    /// Write this file instead of the standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Writes it.
pub fn run(flags: &SnapshotFlags, out: &mut impl Write) -> Result<ExitCode, PolicyError> {
    let snapshot = flags.database.read(Need::Renderings)?;
    match &flags.out {
        None => output::json(out, &snapshot)?,
        Some(file) => {
            let mut text = Vec::new();
            output::json(&mut text, &snapshot)?;
            fs::write(file, text).map_err(|source| PolicyError::NotWritten { file: file.clone(), source })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
