//! Restrictions. Source: Apple's `com.apple.applicationaccess.yaml`.

use std::collections::BTreeMap;

use plist::Value;

use crate::dict::Dict;
use crate::profile::{ProfileError, check_identifier};

/// What the device allows. Keys that are not among the settings stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Restrictions {
    /// Yes or no, by Apple's key.
    pub flags: BTreeMap<String, bool>,
    /// Lists of bundle identifiers, by Apple's key.
    pub apps: BTreeMap<String, Vec<String>>,
}

impl Restrictions {
    pub(super) fn validate(&self) -> Result<(), ProfileError> {
        if self.flags.is_empty() && self.apps.is_empty() {
            return Err(ProfileError::new("restrictions", "must not be empty"));
        }
        for key in self.flags.keys().chain(self.apps.keys()) {
            if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return Err(ProfileError::new("restrictions", "has a key that is none of Apple's"));
            }
        }
        self.apps
            .iter()
            .flat_map(|(key, apps)| apps.iter().map(move |app| (key, app)))
            .try_for_each(|(key, app)| check_identifier(key, app))
    }

    pub(super) fn content(&self) -> Dict {
        let flags = self.flags.iter().fold(Dict::new(), |dict, (key, allowed)| dict.set(key, *allowed));
        self.apps.iter().fold(flags, |dict, (key, apps)| {
            dict.set(key, apps.iter().map(|app| Value::from(app.as_str())).collect::<Vec<_>>())
        })
    }
}
