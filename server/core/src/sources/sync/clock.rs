//! Time that goes on while an import reads page after page.

use std::{pin::Pin, time::Duration};

use baton_identity::graph::Clock;
use baton_model::Timestamp;
use tokio::time::Instant;

/// A clock that starts at the time it is given.
pub(in crate::sources) struct PassingTime {
    from: Timestamp,
    since: Instant,
}

impl PassingTime {
    pub(in crate::sources) fn from(now: Timestamp) -> Self {
        Self { from: now, since: Instant::now() }
    }
}

impl Clock for PassingTime {
    fn now(&self) -> Timestamp {
        let passed = i64::try_from(self.since.elapsed().as_micros()).unwrap_or(i64::MAX);
        Timestamp(self.from.0.saturating_add(passed))
    }

    fn wait(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(time))
    }
}
