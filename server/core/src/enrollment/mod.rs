//! How devices come under management and leave it: a link, a profile with an identity of its own, and Apple's check-in.

mod check_in;
pub(crate) mod leave;
mod link;
mod permission;
mod profile;

pub use check_in::CheckInOutcome;
pub(crate) use check_in::speaks_for;
pub use link::{LinkForm, NewLink, OwnDeviceForm};
pub(crate) use permission::own_device_permission;
pub use permission::{OwnDeviceChoice, OwnDevicePermission, OwnDevices};
pub(crate) use profile::IDENTIFIER;
pub use profile::ProfileError;

use baton_model::Timestamp;
use time::OffsetDateTime;

/// The time as the protocol crates take it.
pub(crate) fn offset_date_time(time: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(time.0) * 1000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
