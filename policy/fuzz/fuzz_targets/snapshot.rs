//! Property: any text is read as a snapshot or refused with a message; what is read is written and read back as the
//! same snapshot; it fits together or is refused with the way to what does not; and nothing that can be asked panics.

#![no_main]

use baton_policy::Engine;
use baton_policy::snapshot::Snapshot;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|text: &str| -> Corpus {
    let snapshot = match Snapshot::from_json(text) {
        Ok(snapshot) => snapshot,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return Corpus::Keep;
        }
    };
    let written = snapshot.to_json().expect("a snapshot's keys are text");
    assert_eq!(Snapshot::from_json(&written).as_ref(), Ok(&snapshot));
    let engine = match Engine::new(&snapshot) {
        Ok(engine) => engine,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return Corpus::Keep;
        }
    };
    engine.lint();
    for (item, _) in engine.items() {
        let (row, outcomes) = (engine.row(item), engine.outcomes(item));
        for (device, _) in engine.devices() {
            let decision = engine.decide(item, device);
            assert_eq!(row.decision(&engine, item, device), decision);
            assert_eq!(outcomes.of(device) == baton_policy::Truth::True, decision.outcome.permits());
            let explanation = engine.explain(item, device, None).expect("both are there");
            assert_eq!(explanation.decision, decision);
            for (user, _) in engine.users() {
                let decision = engine.decide_for(item, device, user);
                let explanation = engine.explain(item, device, Some(user)).expect("all are there");
                assert_eq!(explanation.decision, decision);
            }
        }
    }
    Corpus::Keep
});
