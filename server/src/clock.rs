//! The clock. Everything else takes time as an argument.

use baton_model::Timestamp;
use time::OffsetDateTime;

/// Now.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
pub fn now() -> Timestamp {
    let microseconds = OffsetDateTime::now_utc().unix_timestamp_nanos() / 1000;
    Timestamp(i64::try_from(microseconds).unwrap_or(i64::MAX))
}
