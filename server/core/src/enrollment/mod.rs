//! How shared devices come under management: a link, a profile with an identity of its own, and Apple's check-in.

mod check_in;
mod link;
mod profile;

pub use check_in::CheckInOutcome;
pub use link::{LinkForm, NewLink};
pub use profile::ProfileError;

use baton_model::Timestamp;
use time::OffsetDateTime;

/// The time as the protocol crates take it.
pub(crate) fn offset_date_time(time: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(time.0) * 1000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
