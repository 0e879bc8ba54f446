//! The memory of phones on disk: one JSON file each.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::device::state::DeviceState;
use crate::error::SimulatorError;

/// Prepares the folder.
pub(crate) fn prepare(folder: &Path) -> Result<(), SimulatorError> {
    std::fs::create_dir_all(folder).map_err(|error| trouble(folder, &error))
}

/// Saves a phone so that a reader sees the old state or the new one, never half of it.
///
/// It survives the end of this process, not of the machine: nothing is forced to the disk.
pub(crate) fn save(folder: &Path, state: &DeviceState) -> Result<(), SimulatorError> {
    let path = file(folder, state);
    let temporary = path.with_extension("json.new");
    let json = serde_json::to_vec_pretty(state).map_err(|error| trouble(&path, &error))?;
    write_private(&temporary, &json).map_err(|error| trouble(&temporary, &error))?;
    std::fs::rename(&temporary, &path).map_err(|error| trouble(&path, &error))
}

/// All saved phones, in the order of their names.
pub(crate) fn load(folder: &Path) -> Result<Vec<DeviceState>, SimulatorError> {
    let entries = std::fs::read_dir(folder).map_err(|error| trouble(folder, &error))?;
    let mut states = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| trouble(folder, &error))?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let bytes = std::fs::read(&path).map_err(|error| trouble(&path, &error))?;
            let state: DeviceState = serde_json::from_slice(&bytes).map_err(|error| trouble(&path, &error))?;
            states.push(state);
        }
    }
    states.sort_by_key(|state| natural(&state.spec.name));
    Ok(states)
}

/// `iPhone 2` before `iPhone 10`.
fn natural(name: &str) -> (String, u64, String) {
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = name[letters.len()..].parse().unwrap_or(0);
    (letters.to_owned(), number, name.to_owned())
}

fn file(folder: &Path, state: &DeviceState) -> PathBuf {
    let name: String = state.spec.udid.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    folder.join(format!("{name}.json"))
}

/// The file holds the phone's private key.
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(bytes)
}

fn trouble(path: &Path, reason: &dyn std::fmt::Display) -> SimulatorError {
    SimulatorError::State { path: path.display().to_string(), reason: reason.to_string() }
}
