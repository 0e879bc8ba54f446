//! The database: all SQL of Baton, and only here.
//!
//! A [`Store`] hands out transactions ([`Tx`]), and a transaction has the verbs: `find_…`, `list_…`, `create_…`,
//! `save_…` and so on, each of them one small change or question. What belongs together is composed by `baton-core` in
//! one transaction. Races are decided here, by conditional updates and unique indexes, whose verbs answer `bool` or
//! [`StoreError::Unique`].
//!
//! Both engines run the same SQL; where they differ is in `dialect.rs`. Yes and no are 1 and 0, times are
//! microseconds, texts compare by bytes, and names are searched and sorted by a folded copy.
//!
//! The feature `testing` makes databases for tests.

mod audit;
mod changes;
mod clips;
mod commands;
mod custody;
mod device_groups;
mod device_items;
mod devices;
mod dialect;
mod distributions;
mod enrollment_links;
mod enrollments;
mod error;
mod files;
mod fleet;
mod groups;
mod handovers;
mod identities;
#[cfg(test)]
mod inside;
mod items;
mod managed_accounts;
mod migrations;
mod orders;
mod own_device_permissions;
mod page;
mod passkeys;
mod password_links;
mod pending_logins;
mod policy_revision;
mod policy_tests;
mod provider_sessions;
mod push_certificate;
mod pushes;
mod reconcile;
mod row;
mod sessions;
mod settings;
mod sign_in_attempts;
mod source_details;
mod sources;
mod statement;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod user_groups;
mod users;
mod watches;

pub use audit::AuditFilter;
pub use changes::{Change, Changes};
pub use clips::ClipGeneration;
pub use commands::CommandFilter;
pub use devices::DeviceFilter;
pub use dialect::Engine;
pub use distributions::StoredDistribution;
pub use error::{OnConstraint, StoreError};
pub use files::StoredUpload;
pub use fleet::FleetQuery;
pub use items::ItemFilter;
pub use managed_accounts::AccountCounts;
pub use page::{ListQuery, MAX_PAGE, Page};
pub use pushes::{DuePush, PUSH_LEASE_SECONDS};
pub use sources::SYNC_LEASE_SECONDS;
pub use store::{Store, StoreOptions, Tx};
pub use users::UserFilter;
pub use watches::WATCH_SECONDS;
