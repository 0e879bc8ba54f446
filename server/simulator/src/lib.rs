//! baton-simulator
