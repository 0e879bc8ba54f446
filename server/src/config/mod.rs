//! The configuration: `baton.toml`, overridden by `BATON_*`, overridden by flags.

mod error;
mod flags;
mod settings;

pub use error::ConfigError;
pub use flags::ServeFlags;
pub use settings::{LogFormat, Settings};

use std::path::Path;

use figment::{
    Figment,
    providers::{Env, Format as _, Serialized, Toml},
};

/// The file that is read from the working folder when no other is named.
const DEFAULT_FILE: &str = "baton.toml";
/// `BATON_…` variables that steer tests and tools, and are no settings of the server.
const NOT_SETTINGS: &[&str] =
    &["test_postgres_url", "require_postgres", "program", "write_tables", "apple_capabilities"];

/// Reads the settings from all three sources.
///
/// # Errors
/// [`ConfigError`] names the setting, where it stands, and what would be right.
pub fn load(flags: &ServeFlags) -> Result<Settings, ConfigError> {
    let file = match &flags.config {
        Some(file) if !file.is_file() => return Err(ConfigError::NoFile(file.clone())),
        Some(file) => file.as_path(),
        None => Path::new(DEFAULT_FILE),
    };
    load_from(file, Env::prefixed("BATON_").ignore(NOT_SETTINGS), flags)
}

fn load_from(file: &Path, environment: Env, flags: &ServeFlags) -> Result<Settings, ConfigError> {
    let figment = Figment::new()
        .merge(Serialized::defaults(Settings::default()))
        .merge(if file.is_file() { Figment::from(Toml::file_exact(file)) } else { Figment::new() })
        .merge(environment)
        .merge(Serialized::defaults(flags));
    let settings: Settings = figment.extract().map_err(|error| ConfigError::from_figment(&error))?;
    settings.check()?;
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load_text(toml: &str) -> Result<Settings, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("baton.toml");
        std::fs::write(&file, toml).unwrap();
        load_from(&file, Env::prefixed("BATON_NOTHING_"), &ServeFlags::default())
    }

    fn refusal(toml: &str) -> String {
        load_text(toml).unwrap_err().to_string()
    }

    #[test]
    fn without_a_file_the_defaults_hold() {
        let settings = load_from(Path::new("no-such.toml"), Env::prefixed("BATON_NOTHING_"), &ServeFlags::default());
        assert_eq!(settings.unwrap(), Settings::default());
    }

    #[test]
    fn a_flag_beats_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("baton.toml");
        std::fs::write(&file, "addr = \"127.0.0.1:4000\"").unwrap();
        let flags = ServeFlags { addr: Some("127.0.0.1:5000".to_owned()), ..ServeFlags::default() };
        let settings = load_from(&file, Env::prefixed("BATON_NOTHING_"), &flags).unwrap();
        assert_eq!(settings.addr, "127.0.0.1:5000");
    }

    #[test]
    fn a_wrong_key_is_named_with_the_one_that_was_meant() {
        let refusal = refusal("adr = \"127.0.0.1:4000\"");
        assert!(refusal.contains("`adr`") && refusal.contains("`addr`") && refusal.contains("baton.toml"), "{refusal}");
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_named_with_what_would_be_right() {
        let refusal = refusal("shared_device_limit = \"many\"");
        assert!(refusal.contains("`shared_device_limit`") && refusal.contains("many"), "{refusal}");
    }

    #[test]
    fn a_value_out_of_bounds_is_named() {
        for (toml, setting) in [
            ("addr = \"here\"", "addr"),
            ("public_url = \"ftp://baton.example\"", "public_url"),
            ("database_url = \"mysql://db\"", "database_url"),
            ("utc_offset = \"noon\"", "utc_offset"),
            ("demo_speed = 0", "demo_speed"),
            ("shared_device_limit = 0", "shared_device_limit"),
            ("wipes_per_hour = -1", "wipes_per_hour"),
            ("push_topic = \"news\"", "push_topic"),
            ("apns_url = \"http://api.push.apple.com\"", "apns_url"),
            ("apns_url = \"https://api.push.apple.com/3/device\"", "apns_url"),
            ("apns_ca = \"no-such.pem\"", "apns_ca"),
            ("organisation = \"\"", "organisation"),
            ("log = \"[[\"", "log"),
        ] {
            let refusal = refusal(toml);
            assert!(refusal.contains(&format!("`{setting}`")), "{toml}: {refusal}");
        }
    }

    #[test]
    fn a_file_that_is_no_toml_is_refused() {
        assert!(refusal("addr 127").contains("baton.toml"));
    }
}
