//! The portal: sign-in, own devices, first set-up.
//!
//! Forms: `POST /sign-in` `username`, `password`, `next` · `POST /sign-out` ·
//! `POST /setup/{token}` `userName`, `displayName`, `password`, `repeated` · `POST /devices/{id}/{action}`.

pub mod account;
pub mod action;
pub mod device;
pub mod home;
pub mod passkeys;
pub mod password;
pub mod set_up;
pub mod sign_in;
