//! How long to wait for a busy service.

use std::time::Duration;

use super::{clock::Clock, error::GraphError};
use crate::openid::http::Answer;

/// How often a request is sent at most.
const TRIES: u32 = 6;
/// The longest wait before one repetition, in seconds.
const LONGEST_WAIT: u64 = 120;
/// The longest wait for one request, all in all, in seconds.
const LONGEST_TOTAL: u64 = 300;

/// The waits for one request.
#[derive(Default)]
pub(super) struct Patience {
    tries: u32,
    waited: u64,
}

impl Patience {
    /// Whether this answer asks to come again later.
    pub(super) fn is_asked_for(&self, answer: &Answer) -> bool {
        matches!(answer.status, 429 | 503 | 504)
    }

    /// Waits as long as this answer asks for, or says that this is too long.
    pub(super) async fn wait(&mut self, answer: &Answer, clock: &dyn Clock) -> Result<(), GraphError> {
        let asked = answer.retry_after.as_deref().and_then(|seconds| seconds.trim().parse::<u64>().ok());
        self.tries += 1;
        let seconds = asked.unwrap_or(1 << self.tries.min(6)).max(1);
        self.waited = self.waited.saturating_add(seconds);
        if self.tries >= TRIES || seconds > LONGEST_WAIT || self.waited > LONGEST_TOTAL {
            return Err(GraphError::Busy { retry_after: asked });
        }
        clock.wait(Duration::from_secs(seconds)).await;
        Ok(())
    }
}
