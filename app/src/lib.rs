//! baton-app
