//! Managed Apple Accounts (B4): one for each person, set by hand or by the pattern of where the person comes from, unique,
//! and masked for everybody but its owner (G4).
//!
//! An account is worked out when a person is written, and stored: [`settle`] is called by whatever creates, imports or edits
//! one person, [`settle_people`] by whatever concerns many, such as a sync or another pattern. Who waits for an account that
//! another person has is tried again by a sweep. What an administrator set by hand no pattern touches.

mod assign;
mod choice;
mod manage;
mod rule;
mod settle;
mod sweep;

pub(crate) use assign::{Claim, assign};
pub use choice::AccountChoice;
pub(crate) use choice::{choose, keep_by_hand};
pub(crate) use manage::local_rule;
pub use manage::{AccountReport, RevealedAccount, SourceAccounts};
pub use rule::{AccountPattern, AccountRule};
pub(crate) use settle::{Of, holders, settle, settle_people};
pub(crate) use sweep::mark_unsettled;
