//! What the simulated phones know about apps, in place of the App Store and of unreachable manifests.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use crate::error::SimulatorError;
use crate::lock;

/// An app that can be installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreApp {
    /// Bundle identifier.
    pub bundle_id: String,
    /// The name under the icon.
    pub name: String,
    /// Short version.
    #[serde(default = "first_version")]
    pub version: String,
    /// The App Store's number (`iTunesStoreID`).
    #[serde(default)]
    pub store_id: Option<u64>,
    /// The address of an in-house app's manifest (`ManifestURL`).
    #[serde(default)]
    pub manifest_url: Option<String>,
}

fn first_version() -> String {
    "1.0".to_owned()
}

/// A catalogue shared by all phones of a fleet. Clones share their content.
///
/// It begins with some well-known apps of the real App Store. A manifest that is not in the catalogue is fetched
/// from its address, as a phone does; a store number that is not in it is an unknown app.
#[derive(Debug, Clone)]
pub struct AppStore {
    apps: Arc<Mutex<BTreeMap<String, StoreApp>>>,
}

/// Real apps with their real numbers, so that usual configurations work without set-up.
const WELL_KNOWN: [(u64, &str, &str); 13] = [
    (1_113_153_706, "com.microsoft.skype.teams", "Microsoft Teams"),
    (951_937_596, "com.microsoft.Office.Outlook", "Microsoft Outlook"),
    (983_156_458, "com.microsoft.azureauthenticator", "Microsoft Authenticator"),
    (586_447_913, "com.microsoft.Office.Word", "Microsoft Word"),
    (586_683_407, "com.microsoft.Office.Excel", "Microsoft Excel"),
    (586_449_534, "com.microsoft.Office.Powerpoint", "Microsoft PowerPoint"),
    (477_537_958, "com.microsoft.skydrive", "Microsoft OneDrive"),
    (1_288_723_196, "com.microsoft.msedge", "Microsoft Edge"),
    (361_285_480, "com.apple.Keynote", "Keynote"),
    (361_309_726, "com.apple.Pages", "Pages"),
    (361_304_891, "com.apple.Numbers", "Numbers"),
    (618_783_545, "com.tinyspeck.chatlyio", "Slack"),
    (546_505_307, "us.zoom.videomeetings", "Zoom Workplace"),
];

impl Default for AppStore {
    fn default() -> Self {
        let store = Self { apps: Arc::default() };
        for (number, bundle_id, name) in WELL_KNOWN {
            store.add(StoreApp {
                bundle_id: bundle_id.to_owned(),
                name: name.to_owned(),
                version: first_version(),
                store_id: Some(number),
                manifest_url: None,
            });
        }
        store
    }
}

impl AppStore {
    /// Puts an app into the catalogue; one with the same bundle identifier is replaced.
    pub fn add(&self, app: StoreApp) {
        lock(&self.apps).insert(app.bundle_id.clone(), app);
    }

    /// Adds the apps of a JSON file: an array of [`StoreApp`].
    ///
    /// # Errors
    ///
    /// [`SimulatorError::File`] when the file cannot be read or is not such an array.
    pub fn add_file(&self, path: &Path) -> Result<(), SimulatorError> {
        let unusable = |reason: String| SimulatorError::File { path: path.display().to_string(), reason };
        let text = std::fs::read_to_string(path).map_err(|error| unusable(error.to_string()))?;
        let apps: Vec<StoreApp> = serde_json::from_str(&text).map_err(|error| unusable(error.to_string()))?;
        apps.into_iter().for_each(|app| self.add(app));
        Ok(())
    }

    pub(crate) fn by_store_id(&self, number: u64) -> Option<StoreApp> {
        self.find(|app| app.store_id == Some(number))
    }

    pub(crate) fn by_manifest(&self, url: &str) -> Option<StoreApp> {
        self.find(|app| app.manifest_url.as_deref() == Some(url))
    }

    pub(crate) fn by_bundle_id(&self, bundle_id: &str) -> Option<StoreApp> {
        lock(&self.apps).get(bundle_id).cloned()
    }

    fn find(&self, wanted: impl Fn(&StoreApp) -> bool) -> Option<StoreApp> {
        lock(&self.apps).values().find(|app| wanted(app)).cloned()
    }
}
