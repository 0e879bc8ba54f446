//! Differential: the engine decides as the naive oracle, for every item, device and user, and after every change; and
//! a changed engine is what a new one would be. The bytes are seeds of the property tests' generators, one for each part
//! of the organisation and one for each change, so that every input is an organisation in which everything that can
//! meet does meet, and a mutation changes one part of it.

#![no_main]

use baton_policy::snapshot::Snapshot;
use baton_policy::{Engine, Outcome, Truth};
use libfuzzer_sys::fuzz_target;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/it/engine/oracle.rs"]
mod oracle;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/it/engine/worlds.rs"]
mod organisations;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/it/worlds.rs"]
mod worlds;

/// The most changes of one organisation.
const CHANGES: usize = 6;
/// Bytes of a seed.
const SEED: usize = 4;

/// The strategy's value for this seed.
fn make<S: Strategy>(strategy: &S, seed: &[u8]) -> Option<S::Value> {
    let mut whole = [0; 32];
    whole[..seed.len()].copy_from_slice(seed);
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &whole);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    strategy.new_tree(&mut runner).ok().map(|tree| tree.current())
}

/// An organisation of parts that come from a seed each; they fit together whatever the seeds are.
fn organisation(mut seeds: impl FnMut() -> Option<Snapshot>) -> Option<Snapshot> {
    Some(Snapshot {
        user_groups: seeds()?.user_groups,
        device_groups: seeds()?.device_groups,
        users: seeds()?.users,
        devices: seeds()?.devices,
        items: seeds()?.items,
        ..seeds()?
    })
}

fn compare(engine: &Engine, snapshot: &Snapshot) {
    for item in &snapshot.items {
        let index = engine.item(&item.id).expect("the item is there");
        let (row, outcomes) = (engine.row(index), engine.outcomes(index));
        for device in &snapshot.devices {
            let at = engine.device(&device.id).expect("the device is there");
            for user in &snapshot.users {
                let expected = oracle::outcome(snapshot, item, device, user);
                let number = engine.user(&user.id).expect("the user is there");
                let decision = engine.decide_for(index, at, number);
                assert_eq!(decision.outcome, expected, "{} on {} for {}", item.id, device.id, user.id);
                if user.id == device.holder {
                    assert_eq!(engine.decide(index, at), decision);
                    assert_eq!(row.decision(engine, index, at), decision);
                    let expected = match expected {
                        Outcome::Allow | Outcome::Partial => Truth::True,
                        Outcome::Unknown => Truth::Unknown,
                        Outcome::Deny => Truth::False,
                    };
                    assert_eq!(outcomes.of(at), expected);
                }
            }
        }
    }
}

thread_local! {
    static SNAPSHOTS: proptest::strategy::BoxedStrategy<Snapshot> = organisations::snapshot().boxed();
    static OF_CHANGES: proptest::strategy::BoxedStrategy<baton_policy::Change> = organisations::change().boxed();
}

fuzz_target!(|bytes: &[u8]| {
    let mut seeds = bytes.chunks_exact(SEED);
    let part = || SNAPSHOTS.with(|strategy| make(strategy, seeds.next()?));
    let Some(mut snapshot) = organisation(part) else { return };
    let mut engine = Engine::new(&snapshot).expect("the organisation fits together");
    compare(&engine, &snapshot);
    for seed in seeds.take(CHANGES) {
        let Some(change) = OF_CHANGES.with(|strategy| make(strategy, seed)) else { return };
        let mut changed = snapshot.clone();
        let fits = changed.apply(&change).and_then(|()| Engine::new(&changed));
        let before = engine.clone();
        match (engine.apply(&change), fits) {
            (Ok(effect), Ok(anew)) => {
                compare(&engine, &changed);
                for device in &changed.devices {
                    let (old, new) = (engine.device(&device.id), anew.device(&device.id));
                    let (old, new) = (old.expect("the device stays"), new.expect("the device is loaded"));
                    let is_told = effect.devices().any(|concerned| concerned == old);
                    for item in &changed.items {
                        let index = engine.item(&item.id).expect("the item stays");
                        let again = anew.item(&item.id).expect("the item is loaded");
                        assert_eq!(engine.decide(index, old), anew.decide(again, new));
                        // Who is not told gets what it got.
                        let was = (before.item(&item.id), before.device(&device.id));
                        if let (false, (Some(item), Some(device))) = (is_told, was) {
                            assert_eq!(before.outcomes(item).of(device), engine.outcomes(index).of(old), "{change:?}");
                        }
                    }
                }
                snapshot = changed;
            }
            (Err(_), Err(_)) => compare(&engine, &snapshot),
            (applied, fits) => panic!("{change:?}: {applied:?} but {:?}", fits.map(|_| ())),
        }
    }
});
