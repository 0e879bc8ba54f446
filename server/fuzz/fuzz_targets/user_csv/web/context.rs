//! A stand-in for `app/src/web/context.rs`.

use baton_model::Timestamp;
use time::OffsetDateTime;

pub fn moment(time: Timestamp) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(time.0) * 1000).ok()
}
