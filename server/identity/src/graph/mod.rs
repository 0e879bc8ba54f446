//! Microsoft Graph: users and groups of an Entra tenant, for import and periodic sync (B3).
//!
//! An answer comes whole or not at all. Who is missing in a directory is disabled in Baton, so a page that was cut, a list
//! without an end and a link that leads elsewhere are errors, and nothing that was read before them counts.

mod client;
mod clock;
mod delta;
mod directory;
mod error;
#[cfg(feature = "fake")]
pub mod fake;
mod page;
mod patience;
mod settings;
mod token;

pub use client::{Graph, MAX_PAGE_BYTES};
pub use clock::Clock;
pub use delta::{Change, Delta, DeltaLink, GroupChange, MemberChange, Property, UserChange};
pub use directory::{DirectoryGroup, DirectoryUser, Found};
pub use error::GraphError;
pub use settings::{GRAPH, GraphSettings};
