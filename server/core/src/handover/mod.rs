//! Handovers: signing in and out on a shared device, and how far that has got.

mod dry_run;
mod page;
mod release;
mod sign_in;
mod sign_out;
pub(crate) mod transition;

pub use dry_run::{DryRun, DryRunLine};
pub(crate) use page::lines;
pub use page::{ClipPage, ItemLine, Stage};
pub use sign_in::{ClipSignIn, ClipSignInError};
pub use sign_out::{SignOutError, SignedOut};
