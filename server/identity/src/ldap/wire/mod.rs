//! LDAP's messages as bytes (RFC 4511), both ways.
//!
//! Everything a server sends is read against the schema of the one message that is due, without recursion, without
//! trusting an announced length, and without a panic.

pub(crate) mod ber;
pub(crate) mod channel;
pub(crate) mod request;
pub(crate) mod response;
