//! The settings with their defaults, and what each must be.

use std::{net::SocketAddr, path::PathBuf};

use serde::{Deserialize, Serialize};
use time::{UtcOffset, format_description::FormatItem, macros::format_description};

use super::ConfigError;
use crate::http::client::TrustedProxies;

const OFFSET: &[FormatItem<'_>] = format_description!("[offset_hour sign:mandatory]:[offset_minute]");

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line, for collectors.
    Json,
}

/// Everything that can be configured. What each means stands with its flag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub demo_speed: u32,
    pub addr: String,
    pub public_url: String,
    pub data_dir: PathBuf,
    pub database_url: String,
    pub database_connections: u32,
    pub organisation: String,
    pub secret_key: String,
    pub site_dir: PathBuf,
    pub push_url: String,
    pub push_topic: String,
    pub apns_url: String,
    pub apns_ca: PathBuf,
    pub provider_ca: PathBuf,
    pub shared_device_limit: i64,
    pub wipes_per_hour: i64,
    pub trusted_proxies: String,
    pub sign_in_floor_ms: u64,
    pub password_hashes_at_once: usize,
    pub password_queue: usize,
    pub live_pages: usize,
    pub utc_offset: String,
    pub log: String,
    pub log_format: LogFormat,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            demo_speed: 1,
            addr: "127.0.0.1:3000".to_owned(),
            public_url: String::new(),
            data_dir: PathBuf::from("data"),
            database_url: String::new(),
            database_connections: 10,
            organisation: "Your organisation".to_owned(),
            secret_key: String::new(),
            site_dir: PathBuf::from("target/site"),
            push_url: String::new(),
            push_topic: "com.apple.mgmt.External.baton.local".to_owned(),
            apns_url: baton_mdm::push::APNS_URL.to_owned(),
            apns_ca: PathBuf::new(),
            provider_ca: PathBuf::new(),
            shared_device_limit: 1,
            wipes_per_hour: 10,
            trusted_proxies: String::new(),
            sign_in_floor_ms: 300,
            password_hashes_at_once: 2,
            password_queue: 200,
            live_pages: 500,
            utc_offset: "+00:00".to_owned(),
            log: "info".to_owned(),
            log_format: LogFormat::Text,
        }
    }
}

impl Settings {
    /// The proxies whose word about a client's address counts.
    pub fn trusted_proxies(&self) -> Result<TrustedProxies, ConfigError> {
        TrustedProxies::parse(&self.trusted_proxies).map_err(|wrong| {
            let expected = "addresses or networks such as `10.0.0.5, 192.168.0.0/16`, separated by commas";
            ConfigError::wrong("trusted_proxies", &wrong, expected)
        })
    }

    /// Certificates in PEM of the authorities that alone may vouch for identity providers.
    pub fn provider_authorities(&self) -> Result<Option<Vec<u8>>, ConfigError> {
        if self.provider_ca.as_os_str().is_empty() {
            return Ok(None);
        }
        let file = self.provider_ca.display().to_string();
        let pem = std::fs::read(&self.provider_ca).ok().filter(|pem| has_certificate(pem));
        let expected = "a file that can be read, with certificates in PEM (-----BEGIN CERTIFICATE-----)";
        pem.map(Some).ok_or_else(|| ConfigError::wrong("provider_ca", &file, expected))
    }

    /// Checks what the types alone do not say.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.address()?;
        self.pages_offset()?;
        self.provider_authorities()?;
        let wrong = |name, found: &dyn ToString, expected| Err(ConfigError::wrong(name, &found.to_string(), expected));
        if !(1..=100).contains(&self.demo_speed) {
            return wrong("demo_speed", &self.demo_speed, "a number from 1 to 100");
        }
        if !self.public_url.is_empty() && !is_web_origin(&self.public_url) {
            return wrong(
                "public_url",
                &self.public_url,
                "an address such as `https://baton.example.com`, without a path",
            );
        }
        let known = ["sqlite:", "postgres:", "postgresql:"];
        if !self.database_url.is_empty() && !known.iter().any(|scheme| self.database_url.starts_with(scheme)) {
            let hidden = self.database_url.split(':').next().unwrap_or_default();
            return wrong(
                "database_url",
                &format!("{hidden}:…"),
                "`postgres://user@host/database` or `sqlite:path/to/file`",
            );
        }
        if self.organisation.trim().is_empty() || self.organisation.chars().any(char::is_control) {
            return wrong("organisation", &self.organisation, "the name that devices and people are shown");
        }
        if !self.push_topic.starts_with("com.apple.mgmt.") {
            return wrong("push_topic", &self.push_topic, "a topic of MDM: `com.apple.mgmt.…`");
        }
        if !self.push_url.is_empty() && !is_web_origin(&self.push_url) {
            return wrong(
                "push_url",
                &self.push_url,
                "the address of a local push service, such as `http://127.0.0.1:2197`",
            );
        }
        if !is_web_origin(&self.apns_url) || !self.apns_url.starts_with("https:") {
            return wrong(
                "apns_url",
                &self.apns_url,
                "the address of Apple's push service: `https://api.push.apple.com`",
            );
        }
        if !self.apns_ca.as_os_str().is_empty() && !self.apns_ca.is_file() {
            return wrong("apns_ca", &self.apns_ca.display(), "a file with certificates in PEM");
        }
        if !(1..=100).contains(&self.shared_device_limit) {
            return wrong("shared_device_limit", &self.shared_device_limit, "a number from 1 to 100");
        }
        // Zero is allowed: then every wipe takes two.
        if !(0..=1000).contains(&self.wipes_per_hour) {
            return wrong("wipes_per_hour", &self.wipes_per_hour, "a number from 0 to 1000");
        }
        if !(1..=1000).contains(&self.database_connections) {
            return wrong("database_connections", &self.database_connections, "a number from 1 to 1000");
        }
        self.trusted_proxies()?;
        if self.sign_in_floor_ms > 10_000 {
            return wrong("sign_in_floor_ms", &self.sign_in_floor_ms, "a number of milliseconds up to 10000");
        }
        if !(1..=64).contains(&self.password_hashes_at_once) {
            return wrong("password_hashes_at_once", &self.password_hashes_at_once, "a number from 1 to 64");
        }
        if !(1..=10_000).contains(&self.password_queue) {
            return wrong("password_queue", &self.password_queue, "a number from 1 to 10000");
        }
        if self.live_pages > 100_000 {
            return wrong("live_pages", &self.live_pages, "a number up to 100000");
        }
        if tracing_subscriber::EnvFilter::try_new(&self.log).is_err() {
            return wrong("log", &self.log, "a level such as `info`, or filters such as `info,baton_core=debug`");
        }
        Ok(())
    }

    /// Where to listen.
    pub fn address(&self) -> Result<SocketAddr, ConfigError> {
        self.addr
            .parse()
            .map_err(|_| ConfigError::wrong("addr", &self.addr, "an address and a port, such as `127.0.0.1:3000`"))
    }

    /// The zone in which pages show points in time.
    pub fn pages_offset(&self) -> Result<UtcOffset, ConfigError> {
        UtcOffset::parse(&self.utc_offset, OFFSET)
            .map_err(|_| ConfigError::wrong("utc_offset", &self.utc_offset, "hours and minutes such as `+01:00`"))
    }

    /// The address of the database; SQLite in the data folder unless another is configured.
    pub fn database(&self) -> String {
        if self.database_url.is_empty() {
            format!("sqlite:{}", self.data_dir.join("baton.db").display())
        } else {
            self.database_url.clone()
        }
    }
}

fn has_certificate(pem: &[u8]) -> bool {
    String::from_utf8_lossy(pem).contains("-----BEGIN CERTIFICATE-----")
}

fn is_web_origin(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.path() == "/" && url.query().is_none()
    }) && !text.ends_with('/')
}
