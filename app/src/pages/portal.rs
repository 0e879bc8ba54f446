//! The portal: sign-in, own devices, first set-up.
//!
//! Forms: `POST /sign-in` `username`, `password`, `next` · `POST /sign-out` ·
//! `POST /setup/{token}` `userName`, `displayName`, `password`, `repeated`.

pub mod home;
pub mod set_up;
pub mod sign_in;
