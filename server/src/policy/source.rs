//! What is asked: a snapshot from a file or from the standard input, or the configured database.

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    time::Duration,
};

use baton_core::{
    CoreConfig,
    live::LiveConfig,
    organisation::{self, Keys},
};
use baton_policy::Engine;
use baton_policy::snapshot::Snapshot;
use baton_store::{Store, StoreOptions};
use clap::Args;

use super::PolicyError;
use crate::{config::Settings, database::DatabaseFlags, keys};

/// A snapshot, or the database.
#[derive(Args, Clone, Debug, Default)]
pub struct SourceFlags {
    /// Ask the snapshot in this file, or, with -, on the standard input. Without this flag the database is asked that
    /// `baton serve` would use here; it is only read, and a server may be running over it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["config", "data_dir", "database_url"])]
    snapshot: Option<PathBuf>,

    #[command(flatten)]
    database: DatabaseFlags,
}

/// What the answer needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Who gets what. The secret key is not needed.
    Decisions,
    /// Also whose version of an item is on a device. That takes the secret key, and is compared item by item.
    Renderings,
}

impl SourceFlags {
    /// The snapshot, compiled.
    pub fn engine(&self, need: Need) -> Result<Engine, PolicyError> {
        match &self.snapshot {
            Some(file) => engine_of(file),
            None => Engine::new(&organisation_in(&self.database, need)?)
                .map_err(|error| PolicyError::Organisation(Box::new(error))),
        }
    }
}

/// The snapshot in a file, compiled.
pub fn engine_of(file: &Path) -> Result<Engine, PolicyError> {
    let wrong = |error| PolicyError::Snapshot { place: place(file), error: Box::new(error) };
    let snapshot = Snapshot::from_json(&read_text(file)?).map_err(wrong)?;
    Engine::new(&snapshot).map_err(wrong)
}

/// What a file, or the standard input, says.
pub fn read_text(file: &Path) -> Result<String, PolicyError> {
    let text = if is_standard_input(file) {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(file)
    };
    text.map_err(|source| PolicyError::File { file: file.to_owned(), source })
}

fn is_standard_input(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// How a message names a file.
pub fn place(file: &Path) -> String {
    if is_standard_input(file) { "the standard input".to_owned() } else { format!("`{}`", file.display()) }
}

/// The organisation as it is in this database.
pub fn organisation_in(database: &DatabaseFlags, need: Need) -> Result<Snapshot, PolicyError> {
    let settings = database.settings()?;
    crate::in_runtime(async { Ok(read_database(&settings, need).await) }).map_err(PolicyError::Runtime)?
}

async fn read_database(settings: &Settings, need: Need) -> Result<Snapshot, PolicyError> {
    let options = StoreOptions { max_connections: 2, ..StoreOptions::default() };
    let store = Store::open_to_read(&settings.database(), options).await?;
    let snapshot = match need {
        Need::Decisions => organisation::snapshot(&store, None).await,
        Need::Renderings => {
            let (vault, config) = (keys::load_existing(settings)?, core_config(settings));
            organisation::snapshot(&store, Some(Keys { vault: &vault, config: &config })).await
        }
    };
    store.close().await;
    Ok(snapshot?)
}

/// What contents depend on, as the server has it.
fn core_config(settings: &Settings) -> CoreConfig {
    CoreConfig {
        organisation: settings.organisation.clone(),
        public_url: settings.public_url.clone(),
        push_topic: settings.push_topic.clone(),
        local_push: false,
        failure_floor: Duration::ZERO,
        shared_device_limit: settings.shared_device_limit,
        wipes_per_hour: settings.wipes_per_hour,
        provider_authorities: None,
        directory_patience: Duration::from_secs(10),
        live: LiveConfig::default(),
    }
}
