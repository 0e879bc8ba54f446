//! A preview equals the effect: over a thousand edits made by chance on each way from Save to the device's queue, and
//! some more with phones that have what they were sent.

use std::collections::BTreeSet;

use baton_core::{Actor, what_if::Edit};
use baton_model::{DeviceId, ItemId, NamedSnapshot, Preview, WhatIfColumns};
use baton_policy::{ReasonCode, what_if, what_if::ChangeKind};

use super::world::{World, decisions, queues, save};
use crate::{
    office::Office,
    phone::{Phone, profile_of},
};

/// Edits of one story; there are five stories per engine.
const EDITS: usize = 110;
const DEVICES: usize = 6;

/// The devices and items of the changes that happen at once and are of one of these kinds.
fn changed(preview: &Preview, kinds: &[ChangeKind]) -> BTreeSet<(DeviceId, ItemId)> {
    let now = preview.changes.iter().filter(|change| !change.at_sign_out && kinds.contains(&change.kind));
    now.map(|change| (change.device.clone(), change.item.clone())).collect()
}

/// The preview as a browser computes it from the columns that it was sent.
async fn in_the_browser(office: &Office, edit: &Edit) -> Preview {
    let columns = office.core.what_if_columns(&Actor::System, &edit.subject(), office.now()).await.unwrap();
    let sent = serde_json::to_string(&columns).unwrap();
    let WhatIfColumns { revision, columns, .. } = serde_json::from_str(&sent).unwrap();
    let named: NamedSnapshot = columns.unwrap();
    let before = &named.snapshot;
    named.preview(revision, &what_if(before, &edit.apply(before)), usize::MAX)
}

async fn tell(office: &Office, seed: u64) {
    let mut world = World::make(office, seed, DEVICES).await;
    office.core.reconcile_lagging(100, office.now()).await.unwrap();
    let mut queued = queues(office, &world.devices).await;
    let (mut gained, mut lost) = (0, 0);
    for number in 0..EDITS {
        let edit = world.edit();
        let story = || format!("edit {number} of story {seed}: {edit:?}");
        let device = world.devices[number % DEVICES].clone();
        let decided = decisions(office, &device).await;

        let preview = office.core.preview(&Actor::System, &edit, usize::MAX, office.now()).await.unwrap();
        assert_eq!(in_the_browser(office, &edit).await, preview, "{}", story());
        save(office, &edit, Some(preview.revision)).await.unwrap();
        office.core.reconcile_lagging(100, office.now()).await.unwrap();

        let queued_now = queues(office, &world.devices).await;
        let gains = changed(&preview, &[ChangeKind::Gain]);
        // What is undecided is not installed either; of devices that have nothing yet it cannot be told from a loss.
        let losses = changed(&preview, &[ChangeKind::Lose, ChangeKind::Undecided]);
        assert_eq!(gains, &queued_now - &queued, "{}", story());
        let gone = &queued - &queued_now;
        assert!(gone.is_subset(&losses), "{} {gone:?} {losses:?}", story());
        let decided_now = decisions(office, &device).await;
        for change in preview.changes.iter().filter(|change| change.device == device && !change.at_sign_out) {
            assert_eq!(decided[&change.item], change.before, "{}", story());
            assert_eq!(decided_now[&change.item], change.after, "{}", story());
        }
        for (item, decision) in &decided {
            let announced = preview
                .changes
                .iter()
                .any(|change| change.device == device && change.item == *item && !change.at_sign_out);
            let class = |outcome: baton_policy::Outcome| if outcome.permits() { "has" } else { outcome.as_str() };
            let changes = class(decision.outcome) != class(decided_now[item].outcome);
            assert_eq!(changes, announced, "{} {item}", story());
        }
        for (device, item) in losses.difference(&gone) {
            let before = preview.changes.iter().find(|change| change.device == *device && change.item == *item);
            assert!(!before.unwrap().before.permits(), "{}: {item} stays on {device}", story());
        }
        (gained, lost) = (gained + gains.len(), lost + gone.len());
        queued = queued_now;
    }
    assert!(gained > EDITS / 4 && lost > EDITS / 4, "the edits change too little: {gained} gained, {lost} lost");
}

/// One story per test.
macro_rules! stories {
    ($($name:ident: $seed:expr;)+) => {
        on_both_engines! {
            $(
                async fn $name(mut office) {
                    tell(&office, $seed).await;
                }
            )+
        }
    };
}

stories! {
    story_0: 100;
    story_1: 101;
    story_2: 102;
    story_3: 103;
    story_4: 104;
}

fn identifier(item: &ItemId, apps: &[(&ItemId, &str)]) -> String {
    let app = apps.iter().find(|(id, _)| *id == item).map(|(_, bundle_id)| (*bundle_id).to_owned());
    app.unwrap_or_else(|| profile_of(item))
}

/// What the phone has, its clip among it.
fn everything_on(phone: &Phone) -> BTreeSet<String> {
    let mut all = phone.has();
    all.extend(phone.fake.profiles.keys().filter(|key| *key == crate::phone::CLIP).cloned());
    all
}

on_both_engines! {
    async fn what_is_previewed_is_what_the_phones_then_gain_and_lose(mut office) {
        let mut world = World::make(&office, 7, 0).await;
        office.distribute_clip().await;
        let mut phones = vec![office.enrol("one").await, office.enrol("two").await];
        for phone in &mut phones {
            phone.learn_apps(&["com.example.app", "com.example.reset"]);
            world.devices.push(phone.id.clone());
        }
        office.sign_in(&mut phones[0], "ada").await;
        let apps = [(&world.items[5].clone(), "com.example.app"), (&world.items[6].clone(), "com.example.reset")];
        for number in 0..25 {
            let edit = world.edit();
            let before: Vec<_> = phones.iter().map(everything_on).collect();
            let preview = office.core.preview(&Actor::System, &edit, usize::MAX, office.now()).await.unwrap();
            save(&office, &edit, Some(preview.revision)).await.unwrap();
            office.core.reconcile_lagging(10, office.now()).await.unwrap();
            for (phone, before) in phones.iter_mut().zip(before) {
                office.settle(phone).await;
                let after = everything_on(phone);
                let of_phone = |kind| -> BTreeSet<String> {
                    let changes = changed(&preview, &[kind]);
                    changes.iter().filter(|(id, _)| *id == phone.id).map(|(_, item)| identifier(item, &apps)).collect()
                };
                // What was undecided before may be there or not.
                let undecided: BTreeSet<String> = preview
                    .changes
                    .iter()
                    .filter(|change| change.before.outcome == baton_policy::Outcome::Unknown)
                    .map(|change| identifier(&change.item, &apps))
                    .collect();
                let story = format!("edit {number}: {edit:?} {preview:#?} {:#?}", phone.log);
                assert_eq!(&(&after - &before) - &undecided, &of_phone(ChangeKind::Gain) - &undecided, "{story}");
                assert_eq!(&(&before - &after) - &undecided, &of_phone(ChangeKind::Lose) - &undecided, "{story}");
            }
        }
    }

    async fn what_cannot_be_made_for_the_holder_is_announced_as_undecided(mut office) {
        let world = World::make(&office, 3, 6).await;
        let own_network = world.items[2].clone();
        let edit = Edit::Distribution(own_network, baton_policy::Distribution::AllDevices);
        let preview = office.core.preview(&Actor::System, &edit, usize::MAX, office.now()).await.unwrap();
        let of_nobody: Vec<_> =
            preview.changes.iter().filter(|change| change.after.reason == ReasonCode::CannotBeRendered).collect();
        assert!(!of_nobody.is_empty());
        assert!(of_nobody.iter().all(|change| change.kind == ChangeKind::Undecided), "{of_nobody:#?}");
    }
}
