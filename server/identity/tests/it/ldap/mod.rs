//! Directories that speak LDAP.

mod faults;
mod finding;
mod grouping;
mod real;
mod script;
mod signing_in;
mod slapd;
mod support;
mod syncing;
mod testing_the_connection;
