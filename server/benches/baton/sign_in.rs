//! From the button to a queue that survives a power cut, and on to the push.

use baton_core::accounts::Visitor;
use std::time::Instant;

use baton_core::clip::Visit;

use crate::{
    office::{PASSWORD, now},
    organisation::{Air, Organisation},
    report::Report,
};

/// How many phones are left for the pages.
const KEPT: usize = 50;

/// Person after person signs in, each on a phone of their own.
pub async fn one_after_another(organisation: &Organisation, report: &Report) {
    let core = &organisation.office.core;
    let engine = organisation.engine;
    let (mut queued, mut pushed) = (Vec::new(), Vec::new());
    for phone in &organisation.phones[KEPT..] {
        let device = organisation.office.store.read().await.unwrap().find_device(&phone.id).await.unwrap().unwrap();
        let visit = Visit { device_id: phone.id.clone(), generation: device.clip_generation, by_icon: true };
        let start = Instant::now();
        core.sign_in_on_clip(&visit, &phone.user_name, PASSWORD, &Visitor::default(), now()).await.unwrap();
        queued.push(start.elapsed());
        let sent = core.send_due_pushes(&Air, now()).await.unwrap();
        pushed.push(start.elapsed());
        assert_eq!(sent, 1, "the phone is pushed, and no other");
    }
    report.durations(engine, "sign-in until the commands are durable", queued);
    report.durations(engine, "sign-in until the push is accepted", pushed);
}
