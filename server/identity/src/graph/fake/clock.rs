//! A clock that tests set.

use std::{
    pin::Pin,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use baton_model::Timestamp;

use super::super::Clock;

/// A clock on which waiting takes no time: it goes on by itself.
#[derive(Default)]
pub struct FakeClock(Mutex<Told>);

#[derive(Default)]
struct Told {
    now: Timestamp,
    waits: Vec<u64>,
}

impl FakeClock {
    /// Lets so many seconds pass.
    pub fn advance(&self, seconds: i64) {
        let mut told = self.told();
        told.now = told.now.plus_seconds(seconds);
    }

    /// For how many seconds somebody waited, each time.
    #[must_use]
    pub fn waits(&self) -> Vec<u64> {
        self.told().waits.clone()
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        self.told().now
    }

    fn wait(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            self.told().waits.push(time.as_secs());
            self.advance(i64::try_from(time.as_secs()).unwrap_or(i64::MAX));
        })
    }
}
