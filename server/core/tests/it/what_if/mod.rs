//! What-if before Save (C6): the preview says what then happens, and what was previewed before something moved is not
//! saved.

mod effect;
mod stale;
mod world;
