//! A phone acting by itself: connects when woken, and now and then without.

use std::sync::Arc;
use std::time::Duration;

use super::Device;
use super::exchange::{Exchange, Return};
use crate::error::SimulatorError;
use crate::event::EventKind;
use crate::protocol::answer::Status;

/// A server that hands out more than this in one connection is going in circles.
const LONGEST_CONNECTION: usize = 1_000;

impl Device {
    /// Runs until it is aborted.
    pub(crate) async fn run(self: Arc<Self>) {
        loop {
            self.woken().await;
            let ready = self.live(|live| live.online && !live.manual) && self.read(|state| state.enrolled().is_some());
            if ready && let Err(error) = self.connect(false).await {
                self.trouble(&error);
            }
        }
    }

    async fn woken(&self) {
        match self.context.pace.poll {
            None => self.wake.notified().await,
            Some(interval) => {
                // Running out of time is a reason to connect like any other.
                let _ = tokio::time::timeout(interval, self.wake.notified()).await;
            }
        }
    }

    /// A whole connection: asks, carries out and answers until the server has nothing more. Gives the number of
    /// commands carried out. A connection that nobody asked for ends early when manual control begins.
    pub(crate) async fn connect(self: &Arc<Self>, asked: bool) -> Result<usize, SimulatorError> {
        let mut held = self.session.lock().await;
        let mut commands = 0;
        let mut not_now = false;
        let mut result = Ok(());
        for _ in 0..LONGEST_CONNECTION {
            if !asked && self.is_manual() {
                break;
            }
            match self.exchange(&mut held).await {
                Ok((Exchange::CarriedOut { status, .. }, _)) => {
                    commands += 1;
                    not_now |= status == Status::NotNow;
                    if !asked {
                        tokio::time::sleep(self.context.pace.command).await;
                    }
                }
                Ok((Exchange::Nothing, _)) => break,
                Ok((Exchange::Broken { .. }, back)) => {
                    not_now |= back == Return::Soon;
                    break;
                }
                Err(error) => {
                    result = Err(error);
                    break;
                }
            }
        }
        drop(held);
        self.change_live(|live| live.connections += 1);
        // A locked phone comes back when it is unlocked.
        if not_now && !self.live(|live| live.locked) {
            self.wake_after(self.context.pace.reconnect);
        }
        result.map(|()| commands)
    }

    /// Says what went wrong, and tries again later where that may help.
    fn trouble(self: &Arc<Self>, error: &SimulatorError) {
        self.emit(EventKind::Trouble { reason: error.to_string() });
        match error {
            SimulatorError::Unreachable { .. } => {
                self.wake_after(self.context.pace.reconnect.max(Duration::from_millis(100)));
            }
            SimulatorError::Refused { status, .. } if *status >= 500 => {
                self.wake_after(self.context.pace.reconnect.max(Duration::from_millis(100)));
            }
            _ => {}
        }
    }
}
