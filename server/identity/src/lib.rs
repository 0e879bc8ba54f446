//! baton-identity
