//! Time, as far as the client needs it.

use std::{pin::Pin, time::Duration};

use baton_model::Timestamp;

/// Tells the time and waits. An import of many pages takes a while, so that one moment as an argument would not do; and
/// tests do not wait.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Until so much time has passed.
    fn wait(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}
