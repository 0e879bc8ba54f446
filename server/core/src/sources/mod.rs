//! Where people come from besides Baton itself: directories that speak LDAP (B2) and providers that speak OpenID Connect
//! (B3).
//!
//! A user belongs to one source and is known by what that source knows them by, never by a name or an address. They sign in
//! with their own source only (B10), and follow what it says of them: their names, and their role where groups give one.

mod admission;
mod check;
pub(crate) mod connections;
mod directory;
mod found;
mod login;
mod login_failure;
mod logout;
mod manage;
mod roles;
mod select;
mod settings;
mod stored;
mod sync;

pub use check::{CheckError, ProviderCheck};
pub(crate) use directory::{Asked, NotRight};
pub use login::{BegunLogin, FinishedLogin, LoginError, LoginPurpose, SignInChoice};
pub use login_failure::{FailedLogin, LoginFailure};
pub use logout::EndedSession;
pub use manage::{SYNC_MINUTES, SourceDetail, SourceForm, SourceSummary};
pub use select::{DirectoryEntries, DirectoryEntry, SelectError};
pub use settings::{LdapSource, OpenIdSource, ProviderShape, SourceSettings};
pub use sync::{SyncChange, SyncClash, SyncError, SyncOutcome, SyncPerson, SyncPlan};
