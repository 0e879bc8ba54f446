//! Signing in with the password's hash as it is: alone, and while two hundred wrong passwords a second come in, from
//! everywhere or from one address. What is asked of Baton then: who is known gets in, and the portal answers.
//!
//! All requests come through a trusted proxy, which says from which address. The wrong passwords are sent from this
//! machine too, so both share its processors.

mod attack;
mod people;
mod visitor;

use std::time::{Duration, Instant, SystemTime};

use baton_store::Engine;

use self::{
    attack::{Attack, Origin},
    people::People,
    visitor::{Measured, Visitor},
};
use crate::{
    report::Report,
    server::{Launch, Server},
    site::Site,
    start::resident,
};

/// How long an attack lasts.
const LENGTH: Duration = Duration::from_secs(30);
/// How often somebody signs in, and how often somebody opens a page, while an attack lasts.
const SIGN_IN_EVERY: Duration = Duration::from_millis(500);
const PAGE_EVERY: Duration = Duration::from_millis(100);
/// How often each is done when nothing else happens.
const ALONE: usize = 60;

/// Everything, over a database of its own.
pub async fn measure(site: &Site, report: &Report) {
    let site = site.another().await;
    let launch = Launch::at(&site).set("BATON_TRUSTED_PROXIES", "127.0.0.1");
    let server = launch.start().await;
    let people = People::found(&site, &server.origin()).await;
    let phase = Phase { engine: site.engine, server: &server, people: &people, report };
    phase.alone().await;
    phase.under("200 wrong/s from everywhere", Origin::Everywhere).await;
    phase.under("200 wrong/s from one address", Origin::One).await;
}

struct Phase<'p> {
    engine: Engine,
    server: &'p Server,
    people: &'p People,
    report: &'p Report,
}

impl Phase<'_> {
    async fn alone(&self) {
        let mut found = [const { Vec::new() }; 3];
        for number in 0..ALONE {
            for (kind, found) in found.iter_mut().enumerate() {
                found.push(self.once(kind, number).await);
            }
        }
        self.tell("alone", found);
    }

    async fn under(&self, name: &str, origin: Origin) {
        // What an instance takes of strangers is counted by the minute.
        let second = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() % 60;
        tokio::time::sleep(Duration::from_secs(61 - second)).await;
        let before = resident(self.server);
        let attack = Attack::begin(&self.server.origin(), origin);
        let mut most = before;
        let watch = async {
            loop {
                most = resident(self.server).max(most);
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        };
        let asking = futures::future::join3(
            self.during(0, SIGN_IN_EVERY),
            self.during(1, SIGN_IN_EVERY),
            self.during(2, PAGE_EVERY),
        );
        let (first, second, third) = tokio::select! {
            found = asking => found,
            () = watch => unreachable!("it watches for ever"),
        };
        let answered = attack.end().await;
        self.tell(name, [first, second, third]);
        let value = |what: &str, unit, value| self.report.value(self.engine, &format!("{name}: {what}"), unit, value);
        for (status, count) in &answered.by_status {
            value(&format!("wrong passwords answered {status}"), "requests", f64::from(*count));
        }
        value("most of them unanswered at once", "requests", f64::from(answered.most_unanswered));
        tokio::time::sleep(Duration::from_secs(5)).await;
        for (what, memory) in [("before", before), ("at most", most), ("5 s after", resident(self.server))] {
            value(&format!("memory {what}"), "MiB", memory);
        }
    }

    /// The same again and again for as long as an attack lasts, begun at even times whatever the answers take.
    async fn during(&self, kind: usize, every: Duration) -> Vec<Measured> {
        let start = Instant::now();
        let mut found = Vec::new();
        let mut ticks = tokio::time::interval(every);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        for number in 0.. {
            ticks.tick().await;
            if start.elapsed() >= LENGTH {
                break;
            }
            found.push(self.once(kind, number).await);
        }
        found
    }

    async fn once(&self, kind: usize, number: usize) -> Measured {
        match kind {
            0 => self.people.known(number).sign_in().await,
            1 => Visitor::new(&self.server.origin(), self.people.next_new()).sign_in().await,
            _ => self.people.signed_in.open("/account").await,
        }
    }

    fn tell(&self, name: &str, found: [Vec<Measured>; 3]) {
        let kinds = ["sign-in in a known browser", "sign-in in a new browser", "a page of the portal"];
        for (kind, found) in kinds.iter().zip(found) {
            let well: Vec<Duration> = found.iter().filter(|one| one.is_well).map(|one| one.took).collect();
            let (all, refused) = (found.len(), found.len() - well.len());
            if !well.is_empty() {
                self.report.durations(self.engine, &format!("{name}: {kind}"), well);
            }
            if refused > 0 {
                let statuses: std::collections::BTreeSet<u16> =
                    found.iter().filter(|one| !one.is_well).map(|one| one.status).collect();
                let case = format!("{name}: {kind}: refused of {all} {statuses:?}");
                #[expect(clippy::cast_precision_loss, reason = "some hundred requests")]
                self.report.value(self.engine, &case, "requests", refused as f64);
            }
        }
    }
}
