use std::collections::BTreeSet;

use baton_policy::{
    HolderChange, ItemId, ItemRole, ItemState, Plan, Presence, Rendering, Step, Target, is_clean, plan,
};
use proptest::prelude::*;
use proptest::sample::select;

use super::worlds::{ANY, ITEMS, KNOWN, any_states, item_state, permitted, removable_states, targets};
use super::{DENY, UNKNOWN};

/// The lists of a plan that name the item.
fn lists(plan: &Plan, item: &ItemId) -> BTreeSet<&'static str> {
    [
        ("install", &plan.install),
        ("replace", &plan.replace),
        ("remove", &plan.remove),
        ("keep", &plan.keep),
        ("cannot remove", &plan.cannot_remove),
    ]
    .into_iter()
    .filter(|(_, steps)| steps.iter().any(|step| step.item == *item))
    .map(|(name, _)| name)
    .collect()
}

/// The same, item by item and case by case.
fn oracle(item: &str, states: &[ItemState], targets: &[Target], change: HolderChange) -> BTreeSet<&'static str> {
    let there: Vec<_> =
        states.iter().filter(|row| row.item.as_str() == item && row.presence != Presence::Absent).collect();
    let target = targets.iter().find(|target| target.item.as_str() == item);
    let gone = match (there.is_empty(), there.iter().all(|row| row.removable)) {
        (true, _) => BTreeSet::new(),
        (false, true) => BTreeSet::from(["remove"]),
        (false, false) => BTreeSet::from(["cannot remove"]),
    };
    let Some(target) = target else {
        return gone;
    };
    if target.decision == DENY {
        return gone;
    }
    if target.decision == UNKNOWN {
        return match (change, there.is_empty()) {
            (HolderChange::Changed, _) => gone,
            (HolderChange::Same, true) => BTreeSet::new(),
            (HolderChange::Same, false) => BTreeSet::from(["keep"]),
        };
    }
    let only_as_desired = there.iter().all(|row| row.rendering == target.rendering);
    let mut lists = match there.as_slice() {
        [] => BTreeSet::from(["install"]),
        _ if !only_as_desired => BTreeSet::from(["replace"]),
        [row] if row.presence == Presence::Present => BTreeSet::from(["keep"]),
        _ => BTreeSet::from(["install"]),
    };
    if target.reset_between_people && change == HolderChange::Changed && !only_as_desired {
        if gone.contains("remove") {
            lists = BTreeSet::from(["install"]);
        }
        lists.extend(gone);
    }
    lists
}

/// A device that does what it is told and confirms it.
fn install(states: &mut Vec<ItemState>, step: &Step) {
    let removable = states.iter().filter(|row| row.item == step.item && row.is_on_device()).all(|row| row.removable);
    states.retain(|row| row.item != step.item);
    states.push(ItemState { removable, ..item_state(&step.item, &step.rendering) });
}

fn remove(states: &mut [ItemState], step: &Step) {
    for row in states.iter_mut().filter(|row| row.item == step.item) {
        row.presence = Presence::Absent;
    }
}

/// Does what is due, one step at a time in the order that `pick` gives, until nothing is due.
/// `watch` sees the device after every step.
fn carry_out(
    states: &mut Vec<ItemState>,
    targets: &[Target],
    change: HolderChange,
    pick: &[usize],
    mut watch: impl FnMut(&[ItemState]),
) -> Plan {
    for turn in 0.. {
        let plan = plan(states, targets, change);
        let installs = plan.install.iter().chain(&plan.replace);
        let due: Vec<(&Step, bool)> = installs
            .map(|step| (step, true))
            .chain(plan.remove.iter().map(|step| (step, false)))
            .filter(|(step, _)| step.is_due())
            .collect();
        if due.is_empty() {
            return plan;
        }
        assert!(turn < 100, "the plan does not come to an end");
        match due[pick[turn % pick.len()] % due.len()] {
            (step, true) => install(states, step),
            (step, false) => remove(states, step),
        }
        watch(states);
    }
    unreachable!("the loop returns")
}

fn picks() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0_usize..8, 1..12)
}

fn on_device(states: &[ItemState]) -> BTreeSet<(ItemId, Rendering)> {
    states.iter().filter(|row| row.is_on_device()).map(|row| (row.item.clone(), row.rendering.clone())).collect()
}

fn has_connectivity(states: &[ItemState]) -> bool {
    states.iter().any(|row| row.role == ItemRole::Connectivity && row.presence == Presence::Present)
}

proptest! {
    #![proptest_config(crate::cases(4096))]

    #[test]
    fn each_item_is_where_the_oracle_puts_it(
        states in any_states(),
        targets in targets(ANY),
        change in select(HolderChange::ALL),
    ) {
        let plan = plan(&states, &targets, change);
        for (item, ..) in ITEMS {
            prop_assert_eq!(
                lists(&plan, &item.into()),
                oracle(item, &states, &targets, change),
                "{}", item
            );
        }
    }

    #[test]
    fn a_plan_carried_out_leaves_exactly_what_is_allowed(
        mut states in removable_states(),
        targets in targets(ANY),
        pick in picks(),
    ) {
        let rest = carry_out(&mut states, &targets, HolderChange::Changed, &pick, |_| ());
        prop_assert!(rest.is_settled(), "{:?}", rest);
        prop_assert!(is_clean(&states, &targets));
        prop_assert_eq!(on_device(&states), permitted(&targets));
    }

    #[test]
    fn a_plan_comes_to_an_end_even_when_something_cannot_be_removed(
        mut states in any_states(),
        targets in targets(ANY),
        change in select(HolderChange::ALL),
        pick in picks(),
    ) {
        let rest = carry_out(&mut states, &targets, change, &pick, |_| ());
        prop_assert!(rest.is_settled(), "{:?}", rest);
        prop_assert_eq!(
            change == HolderChange::Changed && rest.cannot_remove.is_empty(),
            change == HolderChange::Changed && is_clean(&states, &targets)
        );
    }

    #[test]
    fn there_and_back_restores(
        anns in targets(KNOWN),
        nobodys in targets(KNOWN),
        there in picks(),
        back in picks(),
    ) {
        let mut states = Vec::new();
        carry_out(&mut states, &anns, HolderChange::Changed, &[0], |_| ());
        let before = on_device(&states);
        carry_out(&mut states, &nobodys, HolderChange::Changed, &there, |_| ());
        prop_assert_eq!(on_device(&states), permitted(&nobodys));
        carry_out(&mut states, &anns, HolderChange::Changed, &back, |_| ());
        prop_assert_eq!(on_device(&states), before);
    }

    #[test]
    fn the_undecided_stays_with_the_holder_and_goes_at_a_change(
        states in removable_states(),
        targets in targets(&[UNKNOWN]),
        pick in picks(),
    ) {
        for target in &targets {
            let lists = lists(&plan(&states, &targets, HolderChange::Same), &target.item);
            prop_assert!(lists.is_subset(&BTreeSet::from(["keep"])));
        }
        let mut after = states;
        carry_out(&mut after, &targets, HolderChange::Changed, &pick, |_| ());
        prop_assert!(on_device(&after).is_empty());
    }

    #[test]
    fn a_device_that_is_to_have_a_network_is_never_without_one(
        mut states in any_states(),
        targets in targets(ANY),
        change in select(HolderChange::ALL),
        pick in picks(),
    ) {
        let is_to_have = targets
            .iter()
            .any(|target| target.role == ItemRole::Connectivity && target.decision.permits());
        if is_to_have && has_connectivity(&states) {
            carry_out(&mut states, &targets, change, &pick, |states| {
                assert!(has_connectivity(states));
            });
        }
    }

    #[test]
    fn a_device_without_anything_undesired_is_clean_at_once(
        targets in targets(ANY),
    ) {
        let mut states = Vec::new();
        carry_out(&mut states, &targets, HolderChange::Changed, &[0], |_| ());
        prop_assert!(is_clean(&states, &targets));
    }
}
