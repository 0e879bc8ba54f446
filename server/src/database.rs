//! The database that `baton serve` would use here, for commands that work on it beside a running server.

use std::path::PathBuf;

use clap::Args;
use thiserror::Error;

use crate::config::{self, ConfigError, ServeFlags, Settings};

/// Which database.
#[derive(Args, Clone, Debug, Default)]
pub struct DatabaseFlags {
    /// The server's configuration, if it is not baton.toml in the working folder
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// The server's data folder [data_dir, BATON_DATA_DIR; default: data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,

    /// The server's database, if it is not in the data folder [database_url, BATON_DATABASE_URL]
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

/// Why there is no database to work on.
#[derive(Debug, Error)]
pub enum DatabaseError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// There is no database.
    #[error(
        "there is no database `{}`; name the server's folder with --data-dir, or its configuration with --config",
        .0.display()
    )]
    Missing(PathBuf),
}

impl DatabaseFlags {
    /// The settings with which a server would run here, if it ever did.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn settings(&self) -> Result<Settings, DatabaseError> {
        let flags = ServeFlags {
            config: self.config.clone(),
            data_dir: self.data_dir.clone(),
            database_url: self.database_url.clone(),
            ..ServeFlags::default()
        };
        let mut settings = config::load(&flags)?;
        if let Some(file) = sqlite_file(&settings)
            && !file.is_file()
        {
            return Err(DatabaseError::Missing(file));
        }
        // What `baton serve` says of itself; it also knows what its flags said, and the port when the system chose it.
        if settings.public_url.is_empty() {
            settings.public_url = format!("http://{}", settings.addr);
        }
        Ok(settings)
    }
}

/// The file of the database, where it is one.
fn sqlite_file(settings: &Settings) -> Option<PathBuf> {
    let database = settings.database();
    let path = database.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
}
