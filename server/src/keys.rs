//! The master key: outside the database, in a file of the data folder or in the configuration.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use baton_core::{Vault, vault::KEY_BYTES};
use thiserror::Error;

use crate::config::Settings;

const FILE: &str = "secret.key";

/// Why there is no master key.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The file or the setting does not hold a key.
    #[error(
        "{place} does not hold a secret key of 64 hexadecimal digits; restore it from a backup, because without it \
             the database cannot be read"
    )]
    Malformed {
        /// The file or the setting.
        place: String,
    },
    /// The file cannot be read or written.
    #[error("the secret key in `{}` cannot be read or written: {source}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is no key yet, and none may be made.
    #[error(
        "there is no secret key in `{}`; name the server's folder with --data-dir, or set BATON_SECRET_KEY as for the \
             server", file.display()
    )]
    Missing {
        /// The file that it would be in.
        file: PathBuf,
    },
    /// The system has no randomness to give.
    #[error("the system's random number generator failed")]
    Random,
}

/// The vault over the master key. The first start makes a key.
///
/// # Errors
/// [`KeyError`].
pub fn load(settings: &Settings) -> Result<Vault, KeyError> {
    if !settings.secret_key.is_empty() {
        return parse(&settings.secret_key, "secret_key");
    }
    let file = settings.data_dir.join(FILE);
    let failed = |source| KeyError::File { file: file.clone(), source };
    match fs::read_to_string(&file) {
        Ok(text) => parse(&text, &format!("`{}`", file.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut key = [0_u8; KEY_BYTES];
            getrandom::fill(&mut key).map_err(|_| KeyError::Random)?;
            match write_new(&file, &hex::encode(key)) {
                Ok(()) => Ok(Vault::new(key)),
                // Another instance over the same folder was quicker.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                    parse(&fs::read_to_string(&file).map_err(failed)?, &format!("`{}`", file.display()))
                }
                Err(error) => Err(failed(error)),
            }
        }
        Err(error) => Err(failed(error)),
    }
}

/// The vault over the master key that is there.
///
/// # Errors
/// [`KeyError`], also when there is none.
pub fn load_existing(settings: &Settings) -> Result<Vault, KeyError> {
    let file = settings.data_dir.join(FILE);
    if settings.secret_key.is_empty() && !file.exists() {
        return Err(KeyError::Missing { file });
    }
    load(settings)
}

/// Writes the whole key beside the file and puts it in place in one step, so that nobody reads half of it.
fn write_new(file: &Path, text: &str) -> std::io::Result<()> {
    let draft = file.with_extension(format!("{}.draft", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut handle = options.open(&draft)?;
    handle.write_all(text.as_bytes())?;
    handle.sync_all()?;
    let placed = fs::hard_link(&draft, file);
    fs::remove_file(&draft)?;
    placed
}

fn parse(text: &str, place: &str) -> Result<Vault, KeyError> {
    let malformed = || KeyError::Malformed { place: place.to_owned() };
    let bytes = hex::decode(text.trim()).map_err(|_| malformed())?;
    Ok(Vault::new(bytes.try_into().map_err(|_| malformed())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(folder: &Path) -> Settings {
        Settings { data_dir: folder.to_owned(), ..Settings::default() }
    }

    #[test]
    fn the_second_start_finds_the_key_of_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let sealed = load(&settings(folder.path())).unwrap().seal("test", b"herons").unwrap();
        assert_eq!(load(&settings(folder.path())).unwrap().open("test", &sealed).unwrap(), b"herons");
    }

    #[test]
    fn a_damaged_key_is_an_error_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        fs::write(&file, "not a key").unwrap();
        assert!(matches!(load(&settings(folder.path())), Err(KeyError::Malformed { .. })));
        assert_eq!(fs::read_to_string(&file).unwrap(), "not a key");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_the_key() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        load(&settings(folder.path())).unwrap();
        assert_eq!(fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
