//! Apple's protocol as a device speaks it: plists, identities and signatures, without state or network.

pub mod answer;
pub(crate) mod check_in;
pub mod command;
pub(crate) mod contents;
pub mod enrollment_profile;
pub mod identity;
pub(crate) mod plists;
pub(crate) mod profile;
pub mod signature;
