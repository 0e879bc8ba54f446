//! The flags of `baton serve`, and with them what each setting means.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::LogFormat;

/// Settings of the server. A flag beats `BATON_…`, which beats baton.toml.
#[derive(Args, Clone, Debug, Default, Serialize)]
pub struct ServeFlags {
    /// Read this file instead of baton.toml in the working folder
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,

    /// Start with a demo organisation and five simulated iPhones; loopback addresses only
    #[arg(long)]
    #[serde(skip)]
    pub demo: bool,

    /// How many times as fast the demo's phones and people are as usual [demo_speed, BATON_DEMO_SPEED; default: 1]
    #[arg(long, value_name = "TIMES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub demo_speed: Option<u32>,

    /// Where to listen [addr, BATON_ADDR; default: 127.0.0.1:3000]
    #[arg(long, value_name = "HOST:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addr: Option<String>,

    /// The address under which people and devices reach Baton; its https decides that cookies are secure
    /// [public_url, BATON_PUBLIC_URL; default: http:// and the address listened on]
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,

    /// The folder for the embedded database and the secret key [data_dir, BATON_DATA_DIR; default: data]
    #[arg(long, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,

    /// postgres://… for several instances [database_url, BATON_DATABASE_URL; default: SQLite in the data folder]
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_url: Option<String>,

    /// The most connections to the database [database_connections, BATON_DATABASE_CONNECTIONS; default: 10]
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_connections: Option<u32>,

    /// The organisation's name, as people and devices see it
    /// [organisation, BATON_ORGANISATION; default: Your organisation]
    #[arg(long, value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,

    /// The folder of style sheets and WebAssembly that `make` builds [site_dir, BATON_SITE_DIR; default: target/site]
    #[arg(long, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site_dir: Option<PathBuf>,

    /// A local push service for simulated iPhones: the address that `baton simulate` prints
    /// [push_url, BATON_PUSH_URL; default: none]
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub push_url: Option<String>,

    /// The topic that simulated iPhones are pushed under; once an Apple push certificate is installed in the console,
    /// its topic counts instead [push_topic, BATON_PUSH_TOPIC; default: com.apple.mgmt.External.baton.local]
    #[arg(long, value_name = "TOPIC")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub push_topic: Option<String>,

    /// Apple's push service; only tests put another in its place
    /// [apns_url, BATON_APNS_URL; default: https://api.push.apple.com]
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apns_url: Option<String>,

    /// A file of certificates in PEM that alone may vouch for that service, for tests and for networks that open TLS
    /// [apns_ca, BATON_APNS_CA; default: what the system trusts]
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apns_ca: Option<PathBuf>,

    /// A PEM file of authorities that alone may vouch for identity providers (OpenID Connect, Microsoft Graph); a directory's
    /// own stand in its settings [provider_ca, BATON_PROVIDER_CA; default: those the system trusts]
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_ca: Option<PathBuf>,

    /// How many shared devices one person may hold at once
    /// [shared_device_limit, BATON_SHARED_DEVICE_LIMIT; default: 1]
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared_device_limit: Option<i64>,

    /// How many wipes administrators may order within an hour; each further one waits for a second administrator
    /// [wipes_per_hour, BATON_WIPES_PER_HOUR; default: 10]
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wipes_per_hour: Option<i64>,

    /// Addresses or networks of the proxies in front, separated by commas: their X-Forwarded-For tells where people
    /// come from, so that guessing passwords is slowed by address; no person's address may be among them [trusted_proxies, BATON_TRUSTED_PROXIES; default: none]
    #[arg(long, value_name = "ADDRESSES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_proxies: Option<String>,

    /// A refused sign-in answers no sooner than this many milliseconds
    /// [sign_in_floor_ms, BATON_SIGN_IN_FLOOR_MS; default: 300]
    #[arg(long, value_name = "MS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_in_floor_ms: Option<u64>,

    /// How many passwords are compared at once; each takes 19 MiB
    /// [password_hashes_at_once, BATON_PASSWORD_HASHES_AT_ONCE; default: 2]
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_hashes_at_once: Option<usize>,

    /// How many sign-ins may wait for that, of people whose browser or phone is known, who go first, and of others each;
    /// more are asked to come back
    /// [password_queue, BATON_PASSWORD_QUEUE; default: 200]
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_queue: Option<usize>,

    /// How many pages may follow their device at once; others load again every few seconds. Each takes one connection
    /// [live_pages, BATON_LIVE_PAGES; default: 500]
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live_pages: Option<usize>,

    /// The zone in which pages show times [utc_offset, BATON_UTC_OFFSET; default: +00:00]
    #[arg(long, value_name = "+HH:MM", allow_hyphen_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub utc_offset: Option<String>,

    /// What to log: a level or filters such as info,baton_core=debug [log, BATON_LOG; default: info]
    #[arg(long, value_name = "FILTER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,

    /// How to write log lines [log_format, BATON_LOG_FORMAT; default: text]
    #[arg(long, value_name = "FORMAT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_format: Option<LogFormat>,
}
