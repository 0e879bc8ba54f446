//! Two hundred wrong passwords a second, whatever becomes of them.

use std::{
    collections::BTreeMap,
    net::Ipv4Addr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::task::{JoinHandle, JoinSet};

use super::{
    LENGTH,
    visitor::{client, form},
};

/// Between two of them.
const EVERY: Duration = Duration::from_millis(5);
/// How many names and how many addresses there are; some of the names are people's.
const NAMES: u32 = 1_500;
const ADDRESSES: u32 = 4_000;

/// From where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A network of machines.
    Everywhere,
    /// A school, a hospital, or one machine.
    One,
}

/// What became of them.
#[derive(Debug, Default)]
pub struct Answered {
    /// How many had which status; 0 where there was no answer.
    pub by_status: BTreeMap<u16, u32>,
    /// The most that waited for their answers at once.
    pub most_unanswered: u32,
}

pub struct Attack(JoinHandle<Answered>);

impl Attack {
    pub fn begin(origin: &str, from: Origin) -> Self {
        Self(tokio::spawn(run(origin.to_owned(), from)))
    }

    /// Waits until the last one is answered.
    pub async fn end(self) -> Answered {
        self.0.await.unwrap()
    }
}

async fn run(origin: String, from: Origin) -> Answered {
    let client = client();
    let (by_status, unanswered) = (Arc::new(Mutex::new(BTreeMap::new())), Arc::new(AtomicU32::new(0)));
    let mut most_unanswered = 0;
    let mut sent = JoinSet::new();
    let mut ticks = tokio::time::interval(EVERY);
    for number in 0..u32::try_from(LENGTH.as_millis() / EVERY.as_millis()).unwrap() {
        ticks.tick().await;
        let address = match from {
            Origin::Everywhere => Ipv4Addr::from_bits(0xcb00_0000 + number * 7 % ADDRESSES),
            Origin::One => Ipv4Addr::new(203, 0, 113, 7),
        };
        // Some are people who do not sign in here, most are nobody. One that waits is not compared at all.
        let name = format!("person{:04}", 500 + number * 11 % NAMES);
        let request = form(&client, &origin, &name, "not the password", address);
        let (by_status, unanswered) = (Arc::clone(&by_status), Arc::clone(&unanswered));
        most_unanswered = most_unanswered.max(unanswered.fetch_add(1, Relaxed) + 1);
        sent.spawn(async move {
            let status = request.send().await.map_or(0, |answer| answer.status().as_u16());
            unanswered.fetch_sub(1, Relaxed);
            *by_status.lock().unwrap().entry(status).or_default() += 1;
        });
        while sent.try_join_next().is_some() {}
    }
    while sent.join_next().await.is_some() {}
    let by_status = by_status.lock().unwrap().clone();
    Answered { by_status, most_unanswered }
}
