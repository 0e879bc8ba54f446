//! The web clip: what a person sees who taps the sign-in icon of a shared phone (spec A).
//!
//! Forms of these pages and what they send:
//! `POST /clip/sign-in` `username`, `password` · `GET /clip/sign-out` · `POST /clip/sign-out` `plan`, `done` (repeated:
//! ids of the checklist lines that were ticked) · `GET` and `POST /clip/end-session` likewise.

pub mod cleaning;
pub mod end_session;
pub mod holder;
pub mod in_use;
pub mod message;
pub mod sign_in;
pub mod sign_out;
