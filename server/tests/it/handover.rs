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

/// How many handovers go on at once on each engine. They mostly wait.
const WORKERS: usize = 4;
/// In one handover every so-manieth message is lost.
const DISTANCE: usize = 5;

/// The two halves of a handover. A fault in the first is followed to the end of the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Half {
    SignIn,
    SignOut,
}

const HALVES: [Half; 2] = [Half::SignIn, Half::SignOut];

/// A wire, and what handovers on it begin with.
struct Worker {
    wire: Wire,
    enrolled: Template,
    held: Template,
    browser: Browser,
}

impl Worker {
    async fn prepare(site: &Site) -> Self {
        let wire = Wire::lay().await;
        let enrolled = Template::enrolled(&wire, site).await;
        let ward = enrolled.open(&wire, None).await;
        let browser = Journey::new(&wire, &ward).arrive().await;
        let held = ward.freeze(&wire).await;
        Self { wire, enrolled, held, browser }
    }

    /// A handover with this fault; gives how often it happened, and the exchanges.
    async fn try_fault(&self, half: Half, fault: Fault) -> Result<(usize, Vec<String>), String> {
        let template = if half == Half::SignIn { &self.enrolled } else { &self.held };
        let ward = template.open(&self.wire, Some(fault)).await;
        let journey = async {
            let mut journey = match half {
                Half::SignIn => Journey::new(&self.wire, &ward),
                Half::SignOut => Journey::resumed(&self.wire, &ward, self.browser.copy()),
            };
            if half == Half::SignIn {
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
            format!("{half:?} {fault:?} ({name}): {}\n{steps:#?}\n{}", words(panic.as_ref()), self.wire.logs())
        });
        ward.close(&self.wire).await;
        result
    }
}

fn words(panic: &(dyn Any + Send)) -> &str {
    panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("")
}

/// The steps of both halves and the ways to disturb them, dealt out to workers.
#[derive(Default)]
struct Enumeration {
    half: usize,
    dealt: usize,
    /// How many steps each half has, as soon as one is not reached.
    ends: [Option<usize>; 2],
    steps: [Vec<String>; 2],
    handovers: usize,
    failures: Vec<String>,
}

impl Enumeration {
    fn deal(&mut self, ways: &[Way]) -> Option<(usize, Fault)> {
        if !self.failures.is_empty() {
            return None;
        }
        while self.ends[self.half].is_some_and(|end| self.dealt / ways.len() >= end) {
            if self.half + 1 == HALVES.len() {
                return None;
            }
            (self.half, self.dealt) = (self.half + 1, 0);
        }
        let fault = Fault { step: self.dealt / ways.len(), again_after: None, way: ways[self.dealt % ways.len()] };
        self.dealt += 1;
        Some((self.half, fault))
    }

    fn note(&mut self, half: usize, fault: Fault, result: Result<(usize, Vec<String>), String>) {
        match result {
            Err(failure) => self.failures.push(failure),
            Ok((0, steps)) => {
                let end = self.ends[half].map_or(fault.step, |end| end.min(fault.step));
                self.ends[half] = Some(end);
                self.steps[half] = steps;
            }
            Ok(_) => self.handovers += 1,
        }
    }
}

on_both_engines! {
    async fn the_server_killed_at_every_step_of_a_handover_completes_it_after_a_restart(site) {
        let ways = [Way::KilledBefore, Way::KilledDuring, Way::KilledAfter];
        let enumeration = Mutex::new(Enumeration::default());
        let work = async || {
            let worker = Worker::prepare(&site).await;
            loop {
                let dealt = enumeration.lock().unwrap().deal(&ways);
                let Some((half, fault)) = dealt else { return };
                let result = worker.try_fault(HALVES[half], fault).await;
                enumeration.lock().unwrap().note(half, fault, result);
            }
        };
        join_all((0..WORKERS).map(|_| work())).await;

        let found = enumeration.into_inner().unwrap();
        assert!(found.failures.is_empty(), "{}", found.failures.join("\n\n"));
        let steps: usize = found.ends.iter().flatten().sum();
        println!(
            "{:?}: killed at {steps} steps in {} ways: {} handovers, all completed",
            site.engine,
            ways.len(),
            found.handovers
        );
        for (half, steps) in HALVES.iter().zip(&found.steps) {
            println!("{half:?}: {}", steps.join(", "));
        }
        assert!(steps > 20 && found.handovers >= steps * ways.len());
    }

    async fn every_request_and_every_answer_lost_once_changes_nothing_in_the_end(site) {
        let faults = [Way::RequestLost, Way::AnswerLost].into_iter().flat_map(|way| {
            (0..DISTANCE).map(move |step| Fault { step, again_after: Some(DISTANCE), way })
        });
        let faults = Mutex::new(faults.collect::<Vec<_>>());
        let work = async || {
            let worker = Worker::prepare(&site).await;
            let mut lost = 0;
            loop {
                let fault = faults.lock().unwrap().pop();
                let Some(fault) = fault else { return lost };
                match worker.try_fault(Half::SignIn, fault).await {
                    Ok((times, _)) => lost += times,
                    Err(failure) => panic!("{failure}"),
                }
            }
        };
        let lost: usize = join_all((0..WORKERS).map(|_| work())).await.into_iter().sum();

        println!("{:?}: {lost} messages lost in {} handovers, all completed", site.engine, 2 * DISTANCE);
        assert!(lost > 50);
    }
}
