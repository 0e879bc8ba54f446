//! How fast phones and people are.

use std::time::Duration;

/// The waiting times of phones that act by themselves. Under manual control none of them applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// How often a phone connects without being pushed; `None` = never.
    pub poll: Option<Duration>,
    /// After how long a phone comes back when the connection broke or it said NotNow.
    pub reconnect: Duration,
    /// How long the person takes to tap Install, or to unlock a locked screen; `None` = never on their own.
    pub tap: Option<Duration>,
    /// How long an app stays queued.
    pub queue: Duration,
    /// How long an app takes to install.
    pub install: Duration,
    /// How long the phone takes over a command before it answers, when it acts by itself.
    pub command: Duration,
    /// How long a restart takes.
    pub restart: Duration,
    /// How long a phone waits for the server's answer.
    pub answer: Duration,
}

impl Pace {
    /// Everything at once, nothing on a timer: for tests.
    pub fn instant() -> Self {
        Self {
            poll: None,
            reconnect: Duration::from_millis(10),
            tap: Some(Duration::ZERO),
            queue: Duration::ZERO,
            install: Duration::ZERO,
            command: Duration::ZERO,
            restart: Duration::ZERO,
            answer: Duration::from_secs(10),
        }
    }

    /// Slow enough to watch, fast enough to bear: for demonstrations.
    pub fn watchable() -> Self {
        Self {
            poll: Some(Duration::from_secs(60)),
            reconnect: Duration::from_secs(5),
            tap: Some(Duration::from_secs(3)),
            queue: Duration::from_secs(1),
            install: Duration::from_secs(3),
            command: Duration::from_millis(200),
            restart: Duration::from_secs(5),
            answer: Duration::from_secs(30),
        }
    }

    /// Phones and people this many times as fast. How often phones connect by themselves and how long they wait for the
    /// server stays as it is.
    #[must_use]
    pub fn times_as_fast(self, times: u32) -> Self {
        let times = times.max(1);
        Self {
            poll: self.poll,
            reconnect: self.reconnect / times,
            tap: self.tap.map(|tap| tap / times),
            queue: self.queue / times,
            install: self.install / times,
            command: self.command / times,
            restart: self.restart / times,
            answer: self.answer,
        }
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::instant()
    }
}
