//! A whole handover with every exchange disturbed once: by the server's death, and by a loss on the wire.

use std::{any::Any, panic::AssertUnwindSafe, sync::Mutex};

use futures::{FutureExt as _, future::join_all};

use crate::{
    browser::Browser,
    journey::Journey,
    site::Site,
    ward::Template,
    wire::{Fault, Way, Wire},
};

/// How many handovers of a test go on at once.
const WORKERS: usize = 4;
/// The ways in which a server can die in the middle of something.
const DEATHS: [Way; 3] = [Way::KilledBefore, Way::KilledDuring, Way::KilledAfter];
/// In one handover every so-manieth message is lost.
const DISTANCE: usize = 5;
/// Either half has more steps than this; fewer would mean that they are not counted.
const FEWEST_STEPS: usize = 10;

/// The two halves of a handover. A fault in the first is followed to the end of the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Half {
    SignIn,
    SignOut,
}

/// A wire, and what handovers on it begin with.
struct Worker {
    wire: Wire,
    /// A phone before the half that is disturbed.
    before: Template,
    /// Where that is the sign-out: the holder's browser.
    browser: Option<Browser>,
}

impl Worker {
    async fn prepare(site: &Site, half: Half) -> Self {
        let wire = Wire::lay().await;
        let enrolled = Template::enrolled(&wire, site).await;
        if half == Half::SignIn {
            return Self { wire, before: enrolled, browser: None };
        }
        let ward = enrolled.open(&wire, None).await;
        let browser = Journey::new(&wire, &ward).arrive().await;
        let held = ward.freeze(&wire).await;
        Self { wire, before: held, browser: Some(browser) }
    }

    /// A handover with this fault; gives how often it happened, and the exchanges.
    async fn try_fault(&self, fault: Fault) -> Result<(usize, Vec<String>), String> {
        let ward = self.before.open(&self.wire, Some(fault)).await;
        let journey = async {
            let mut journey = match &self.browser {
                None => Journey::new(&self.wire, &ward),
                Some(browser) => Journey::resumed(&self.wire, &ward, browser.copy()),
            };
            if self.browser.is_none() {
                journey.arrive().await;
                if self.wire.fired() == 0 {
                    return;
                }
            }
            journey.leave().await;
        };
        let outcome = AssertUnwindSafe(journey).catch_unwind().await;
        let (fired, steps) = (self.wire.fired(), self.wire.steps());
        let result = outcome.map(|()| (fired, steps.clone())).map_err(|panic| {
            let name = steps.get(fault.step).cloned().unwrap_or_default();
            format!("{fault:?} ({name}): {}\n{steps:#?}\n{}", words(panic.as_ref()), self.wire.logs())
        });
        ward.close(&self.wire).await;
        result
    }
}

fn words(panic: &(dyn Any + Send)) -> &str {
    panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("")
}

/// The steps of one half, dealt out to workers until one lies beyond the last exchange.
struct Enumeration {
    way: Way,
    dealt: usize,
    /// How many steps there are, as soon as one is not reached.
    end: Option<usize>,
    steps: Vec<String>,
    handovers: usize,
    failures: Vec<String>,
}

impl Enumeration {
    fn of(way: Way) -> Self {
        Self { way, dealt: 0, end: None, steps: Vec::new(), handovers: 0, failures: Vec::new() }
    }

    fn deal(&mut self) -> Option<usize> {
        if !self.failures.is_empty() || self.end.is_some_and(|end| self.dealt >= end) {
            return None;
        }
        self.dealt += 1;
        Some(self.dealt - 1)
    }

    fn note(&mut self, step: usize, result: Result<(usize, Vec<String>), String>) {
        match result {
            Err(failure) => self.failures.push(failure),
            Ok((0, steps)) => {
                self.end = Some(self.end.map_or(step, |end| end.min(step)));
                self.steps = steps;
            }
            Ok(_) => self.handovers += 1,
        }
    }
}

/// Kills the server before, during and after every step of this half of a handover, each in a handover of its own.
async fn killed_at_every_step(site: Site, half: Half) {
    let enumerations = DEATHS.map(|way| Mutex::new(Enumeration::of(way)));
    let work = async || {
        let worker = Worker::prepare(&site, half).await;
        for enumeration in &enumerations {
            loop {
                let (dealt, way) = {
                    let mut of = enumeration.lock().unwrap();
                    (of.deal(), of.way)
                };
                let Some(step) = dealt else { break };
                let result = worker.try_fault(Fault { step, again_after: None, way }).await;
                enumeration.lock().unwrap().note(step, result);
            }
        }
    };
    join_all((0..WORKERS).map(|_| work())).await;

    for found in enumerations.map(|enumeration| enumeration.into_inner().unwrap()) {
        assert!(found.failures.is_empty(), "{}", found.failures.join("\n\n"));
        let steps = found.end.unwrap();
        println!(
            "{:?}, {half:?}, {:?}: {steps} steps, {} handovers, all completed: {}",
            site.engine,
            found.way,
            found.handovers,
            found.steps.join(", ")
        );
        assert!(steps >= FEWEST_STEPS && found.handovers >= steps, "{steps} steps, {} handovers", found.handovers);
    }
}

/// Loses every so-manieth request of whole handovers, from each beginning once, so that each is lost once; then answers.
async fn lost_once(site: Site) {
    let faults = [Way::RequestLost, Way::AnswerLost]
        .into_iter()
        .flat_map(|way| (0..DISTANCE).map(move |step| Fault { step, again_after: Some(DISTANCE), way }));
    let faults = Mutex::new(faults.collect::<Vec<_>>());
    let work = async || {
        let worker = Worker::prepare(&site, Half::SignIn).await;
        let mut lost = Vec::new();
        loop {
            let fault = faults.lock().unwrap().pop();
            let Some(fault) = fault else { return lost };
            match worker.try_fault(fault).await {
                Ok((times, _)) => lost.push((fault.way, times)),
                Err(failure) => panic!("{failure}"),
            }
        }
    };
    let lost = join_all((0..WORKERS).map(|_| work())).await.concat();

    for way in [Way::RequestLost, Way::AnswerLost] {
        let lost: usize = lost.iter().filter(|(of, _)| *of == way).map(|(_, times)| times).sum();
        println!("{:?}, {way:?}: {lost} messages lost in {DISTANCE} handovers, all completed", site.engine);
        assert!(lost >= 2 * FEWEST_STEPS, "{lost} messages lost");
    }
}

on_both_engines! {
    async fn a_sign_in_completes_with_the_server_killed_before_during_or_after_any_of_its_steps(site) {
        killed_at_every_step(site, Half::SignIn).await;
    }

    async fn a_sign_out_leaves_nothing_with_the_server_killed_before_during_or_after_any_of_its_steps(site) {
        killed_at_every_step(site, Half::SignOut).await;
    }

    async fn every_request_and_every_answer_lost_once_changes_nothing_in_the_end(site) {
        lost_once(site).await;
    }
}
