//! Managed Apple Accounts (B4): one for each person, set by hand or by the pattern of where the person comes from, unique,
//! and masked for everybody but its owner (G4).
//!
//! An account is worked out when a person is written, and stored: [`settle`] is called by whatever creates, imports,
//! follows or edits people. What an administrator set by hand no pattern touches.

mod manage;
mod rule;
mod settle;

pub use manage::{AccountReport, RevealedAccount, SourceAccounts};
pub use rule::{AccountPattern, AccountRule};
pub use settle::AccountChoice;
pub(crate) use settle::{Known, check_choice, choose, keep_by_hand, local_rule, settle, settle_people};
