//! The clock a phone carries.

use time::OffsetDateTime;

/// The device's own idea of the time, for signatures and for the lines it prints.
#[expect(clippy::disallowed_methods, reason = "a simulated phone stands outside the server and has a clock of its own")]
pub(crate) fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}
