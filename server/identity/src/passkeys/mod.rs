//! Passkeys (B8): WebAuthn as far as the server sees it, registering a credential and checking that somebody has it.
//!
//! Only passkeys proper: the authenticator keeps the person's handle, so that nobody types a name, and has verified the
//! person by face, finger or code. What makes the authenticator is not asked for (no attestation): people bring their own.
//! The texts between browser and server are those of WebAuthn's JSON forms, with unknown fields passed over. The work is
//! `webauthn_rp`'s; its RSA is only ever used to verify.

mod assertion;
mod error;
#[cfg(feature = "fake")]
pub mod fake;
mod registration;
mod relying_party;

pub use assertion::{Assertion, PasskeyUse};
pub use error::PasskeyError;
pub use registration::{NewPasskey, PasskeyOwner};
pub use relying_party::{Ceremony, RelyingParty};

/// Bytes of the handle by which an authenticator knows a person.
pub const HANDLE_BYTES: usize = 32;
/// Seconds until the browser has to have answered (B8).
pub const CEREMONY_SECONDS: i64 = 300;
/// The most bytes of a browser's answer that are looked at; real ones have a few hundred.
pub const MAX_ANSWER_BYTES: usize = 16 * 1024;
