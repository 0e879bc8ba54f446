//! From the command to a server that listens, and what it then takes of memory.

use std::{
    fs,
    time::{Duration, Instant},
};

use crate::{
    organisation::Organisation,
    report::Report,
    server::{Launch, Server},
    site::Site,
};

const STARTS: usize = 7;
/// How long a server is left alone before its memory is looked at.
const REST: Duration = Duration::from_secs(3);

/// Starts over empty databases, tables and keys included.
pub async fn empty(site: &Site, report: &Report) {
    let mut durations = Vec::new();
    for _ in 0..STARTS {
        let site = site.another().await;
        let start = Instant::now();
        let mut server = Launch::at(&site).start().await;
        durations.push(start.elapsed());
        server.kill().await;
        site.remove().await;
    }
    report.durations(site.engine, "first start, empty database", durations);

    let site = site.another().await;
    let mut server = Launch::at(&site).start().await;
    tokio::time::sleep(REST).await;
    report.value(site.engine, "idle memory, empty database", "MiB", resident(&server));
    server.kill().await;
    site.remove().await;
}

/// Starts over the organisation's database, and leaves the last server running.
pub async fn full(organisation: &Organisation, site: &Site, report: &Report) -> Server {
    let mut durations = Vec::new();
    let mut running = None;
    for _ in 0..STARTS {
        if let Some(mut server) = running.take() {
            Server::kill(&mut server).await;
        }
        let start = Instant::now();
        running = Some(organisation.launch.start().await);
        durations.push(start.elapsed());
    }
    report.durations(site.engine, "start with 10,000 phones", durations);
    let server = running.expect("invariant: it was started more than once");
    tokio::time::sleep(REST).await;
    report.value(site.engine, "idle memory with 10,000 phones", "MiB", resident(&server));
    server
}

/// The resident memory of a server, in MiB; 0 where the system does not tell.
pub fn resident(server: &Server) -> f64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}
