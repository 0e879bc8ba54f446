//! Commands and answers get lost. What the device really has is known to these tests alone.

use std::collections::{BTreeMap, BTreeSet};

use baton_policy::{HolderChange, ItemId, ItemRole, ItemState, Presence, Rendering, Step, Target, is_clean, plan};
use proptest::prelude::*;
use proptest::sample::select;

use super::worlds::{ANY, KNOWN, item_state, permitted, targets};

/// What becomes of a command.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    /// Done and answered.
    Answered,
    /// Done, and the answer is lost.
    AnswerLost,
    /// Lost on its way, or refused.
    CommandLost,
}

fn fates() -> impl Strategy<Value = Vec<(usize, Fate)>> {
    let fate = select(&[Fate::Answered, Fate::AnswerLost, Fate::CommandLost][..]);
    prop::collection::vec((0_usize..8, fate), 0..20)
}

/// A device, and what the server knows about it.
#[derive(Default)]
struct Phone {
    has: BTreeMap<ItemId, Rendering>,
    rows: Vec<ItemState>,
}

impl Phone {
    /// One due step with the fate. False when nothing is due.
    fn step(&mut self, targets: &[Target], pick: usize, fate: Fate) -> bool {
        let plan = plan(&self.rows, targets, HolderChange::Changed);
        let installs = plan.install.iter().chain(&plan.replace);
        let due: Vec<(&Step, bool)> = installs
            .map(|step| (step, true))
            .chain(plan.remove.iter().map(|step| (step, false)))
            .filter(|(step, _)| step.is_due())
            .collect();
        if due.is_empty() {
            return false;
        }
        let (step, installs) = due[pick % due.len()];
        self.mark_sent(step, installs);
        if fate != Fate::CommandLost {
            if installs {
                self.has.insert(step.item.clone(), step.rendering.clone());
            } else {
                self.has.remove(&step.item);
            }
        }
        if fate == Fate::Answered {
            self.mark_confirmed(step, installs);
        }
        true
    }

    /// From the moment it is sent nothing about the item is certain.
    fn mark_sent(&mut self, step: &Step, installs: bool) {
        for row in self.rows.iter_mut().filter(|row| row.item == step.item) {
            if row.is_on_device() {
                row.presence = Presence::Maybe;
            }
        }
        if installs {
            self.row(step).presence = Presence::Maybe;
        }
    }

    fn mark_confirmed(&mut self, step: &Step, installs: bool) {
        for row in self.rows.iter_mut().filter(|row| row.item == step.item) {
            row.presence = Presence::Absent;
        }
        if installs {
            self.row(step).presence = Presence::Present;
        }
    }

    fn row(&mut self, step: &Step) -> &mut ItemState {
        let known = self.rows.iter().position(|row| row.item == step.item && row.rendering == step.rendering);
        let index = known.unwrap_or_else(|| {
            self.rows.push(item_state(&step.item, &step.rendering));
            self.rows.len() - 1
        });
        &mut self.rows[index]
    }

    /// What is really there, the clip's generations aside.
    fn really(&self) -> BTreeSet<(ItemId, Rendering)> {
        self.has.iter().map(|(item, rendering)| (item.clone(), rendering.clone())).collect()
    }

    fn has_only_what_is_allowed(&self, targets: &[Target]) -> bool {
        self.has.iter().all(|(item, rendering)| {
            targets.iter().any(|target| {
                target.item == *item
                    && target.decision.permits()
                    && (target.rendering == *rendering || target.role == ItemRole::SignInClip)
            })
        })
    }
}

proptest! {
    #![proptest_config(crate::cases(4096))]

    #[test]
    fn clean_is_never_said_of_a_device_that_has_something_undesired(
        anns in targets(KNOWN),
        bens in targets(ANY),
        first in fates(),
        second in fates(),
    ) {
        let mut phone = Phone::default();
        for (targets, fates) in [(&anns, first), (&bens, second)] {
            for (pick, fate) in fates {
                phone.step(targets, pick, fate);
                if is_clean(&phone.rows, targets) {
                    prop_assert!(phone.has_only_what_is_allowed(targets), "{:?}", phone.has);
                }
            }
        }
    }

    #[test]
    fn whatever_was_lost_the_device_ends_with_exactly_what_is_allowed(
        anns in targets(KNOWN),
        bens in targets(ANY),
        first in fates(),
        second in fates(),
    ) {
        let mut phone = Phone::default();
        for (pick, fate) in first {
            phone.step(&anns, pick, fate);
        }
        for (pick, fate) in second {
            phone.step(&bens, pick, fate);
        }
        let mut turns = 0;
        while phone.step(&bens, turns, Fate::Answered) {
            turns += 1;
            prop_assert!(turns < 100, "the plan does not come to an end");
        }
        prop_assert!(is_clean(&phone.rows, &bens));
        prop_assert_eq!(phone.really(), permitted(&bens));
    }
}
