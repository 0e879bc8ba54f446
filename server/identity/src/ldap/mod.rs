//! Directories that speak LDAP: OpenLDAP, Active Directory and their like (B2).
//!
//! Who signs in is searched for and then bound as; people and groups are found by hand in a dialog and all of them in the
//! periodic sync. Every connection is encrypted before anything is said on it.
//!
//! The protocol is spoken here and not by a library: of the eleven operations three are needed, and what a server sends has
//! to be bounded in bytes, entries and time, to be told apart by cause, and never to end in a panic.

mod authenticate;
mod check;
mod connection;
mod dn;
mod entry;
mod error;
#[cfg(feature = "fake")]
pub mod fake;
mod filter;
mod find;
mod groups;
mod guid;
mod private;
mod root;
use crate::secret;
mod session;
mod settings;
mod sync;
mod tls;
mod user;
mod validate;
mod wire;

pub use crate::Secret;
pub use authenticate::authenticate;
pub use check::{COUNT_UP_TO, ConnectionReport, Count, MissingIn, PeopleFound, StepOutcome, test_connection};
pub use dn::{Dn, DnError, escape_dn_value};
pub use error::{AccountProblem, CertificateProblem, Concern, CutOff, LdapError, Step, TypedProblem};
pub use filter::{Filter, FilterError, escape_filter_value};
pub use find::{EntryKind, Hit, Hits, search};
pub use groups::{DirectoryGroup, groups_of};
pub use root::{RootDse, ServerKind};
pub use settings::{Attributes, IdForm, LdapSettings, Limits, NestedGroups, Security};
pub use sync::{Nameless, People, Selection, people_in};
pub use user::DirectoryUser;
pub use validate::{Field, Problem, SettingsError};
