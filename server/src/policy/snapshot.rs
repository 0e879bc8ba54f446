//! `baton policy snapshot`: the database as a file.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use super::{
    PolicyError, output,
    source::{Need, organisation_in},
};
use crate::database::DatabaseFlags;

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
    let snapshot = organisation_in(&flags.database, Need::Renderings)?;
    match &flags.out {
        None => output::json(out, &snapshot)?,
        Some(file) => {
            let mut text = Vec::new();
            output::json(&mut text, &snapshot)?;
            write_private(file, &text).map_err(|source| PolicyError::NotWritten { file: file.clone(), source })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes a file that only its owner reads: it says who holds which device. A whole one takes the place of what was there.
fn write_private(file: &Path, content: &[u8]) -> io::Result<()> {
    let draft = file.with_extension(format!("{}.draft", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut handle = options.open(&draft)?;
    handle.write_all(content)?;
    handle.sync_all()?;
    fs::rename(&draft, file)
}
