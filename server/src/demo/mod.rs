//! `baton serve --demo`: an organisation to try, and five simulated iPhones that enrol over the real protocol: four
//! shared ones, and one of a person's own under User Enrollment.

mod organisation;
mod phones;

use std::{io, path::PathBuf, time::Duration};

use baton_core::{
    Actor, Core, CoreError,
    enrollment::{LinkForm, OwnDeviceForm},
};
use baton_simulator::{Fleet, FleetConfig, Pace, SimulatorError};
use thiserror::Error;

use crate::{announce, clock, config::Settings};

/// How long the demo waits for its phones to get their icons before it says so.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why the demo does not start.
#[derive(Debug, Error)]
pub enum DemoError {
    /// A simulated phone failed.
    #[error("the simulated phones failed: {0}")]
    Simulator(#[from] SimulatorError),
    /// A service refused the demo's data.
    #[error("the demo organisation could not be made: {0}")]
    Core(#[from] CoreError),
    /// A distribution of the demo was refused.
    #[error("the demo's distributions could not be saved: {0}")]
    Distribution(#[from] baton_core::catalogue::DistributionError),
    /// The database is somebody's own.
    #[error(
        "the database holds an organisation of its own; --demo needs an empty one: choose another --data-dir or --database-url"
    )]
    NotEmpty,
    /// The phones' folder cannot be emptied.
    #[error("`{}` cannot be emptied: {source}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The simulated phones of a demo.
pub struct Demo {
    fleet: Fleet,
    folder: PathBuf,
}

/// The demo's organisation has a name of its own unless another is configured.
pub fn name_organisation(settings: &mut Settings) {
    if settings.organisation == Settings::default().organisation {
        organisation::NAME.clone_into(&mut settings.organisation);
    }
}

impl Demo {
    /// Opens the phones' push service; the server must know its address before phones enrol.
    ///
    /// # Errors
    /// [`DemoError::Simulator`].
    pub async fn start(settings: &Settings) -> Result<Self, DemoError> {
        let folder = settings.data_dir.join("simulated-iphones");
        let pace = Pace::watchable().times_as_fast(settings.demo_speed);
        let config = FleetConfig { state_dir: Some(folder.clone()), pace, ..FleetConfig::default() };
        let fleet = Fleet::start(config).await?;
        phones::stock_app_store(&fleet);
        Ok(Self { fleet, folder })
    }

    /// Where the server pushes to.
    pub fn push_url(&self) -> String {
        self.fleet.push_url()
    }

    /// Fills an empty database, enrols the phones, and says how to go on.
    ///
    /// # Errors
    /// [`DemoError`].
    pub async fn populate(&self, core: &Core, settings: &Settings) -> Result<(), DemoError> {
        let is_new = organisation::create(core, clock::now()).await?;
        if is_new {
            self.forget_phones()?;
        }
        self.fleet.resume().await?;
        let form = LinkForm { label: "Demo iPhones".to_owned(), uses: 4, days: 1 };
        if phones::any_missing(&self.fleet) {
            let link = core.create_enrollment_link(&Actor::System, &form, clock::now()).await?;
            phones::enrol(&self.fleet, &link.profile_address).await?;
        }
        if phones::is_own_missing(&self.fleet)
            && let Some(owner) = organisation::owner(core, clock::now()).await?
        {
            // Invitations come later; until then the demo makes the link that an invitation would.
            let form = OwnDeviceForm { user_id: owner, days: 1 };
            let link = core.create_own_device_link(&Actor::System, &form, clock::now()).await?;
            phones::enrol_own(&self.fleet, &link.profile_address).await?;
        }
        let icons = tokio::time::timeout(PATIENCE, phones::icons(&self.fleet)).await;
        announce::lines(&organisation::how_to_go_on(settings));
        match icons {
            Ok(icons) => announce::lines(&phones::list(&icons)),
            Err(_) => announce::lines(&["The phones have not got their icons yet; see the log.".to_owned()]),
        }
        Ok(())
    }

    /// Phones of a database that is gone know a server that does not know them.
    fn forget_phones(&self) -> Result<(), DemoError> {
        let emptied = match std::fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => std::fs::create_dir_all(&self.folder),
        };
        emptied.map_err(|source| DemoError::Folder { folder: self.folder.clone(), source })
    }
}
