//! The plan: from what is or might be on a device to what should be.

use serde::{Deserialize, Serialize};

use super::state::{ItemState, Presence, Rendering, Target};
use crate::decision::Outcome;
use crate::ids::ItemId;
use crate::item::ItemRole;
use crate::name::named;

named! {
    /// Whether the device is on its way from one holder to another.
    pub enum HolderChange {
        /// It stays with its holder: what is undecided stays as it is (spec C4).
        Same = "same",
        /// It changes hands, or did and the handover is not complete: only what is allowed stays.
        /// Plan with this until the device is clean.
        Changed = "changed",
    }
}

named! {
    /// Why a step is in the plan; sentences for people are in `policy/locales`.
    pub enum PlanReason {
        /// It is there as it should be.
        SameRendering = "same-rendering",
        /// The policy cannot tell yet, and the holder stays.
        Undecided = "undecided",
        /// It is desired and not there.
        Missing = "missing",
        /// It was sent and the device has not confirmed it; installing again does no harm.
        Unconfirmed = "unconfirmed",
        /// It is there with other content.
        NewRendering = "new-rendering",
        /// Two renderings were sent, and it cannot be told which of them is there.
        UncertainRendering = "uncertain-rendering",
        /// The policy does not give it to this holder.
        NotDesired = "not-desired",
        /// The policy cannot tell yet, and the holder changes.
        UndecidedForNewHolder = "undecided-for-new-holder",
        /// The app's data belongs to the former holder.
        ResetBetweenPeople = "reset-between-people",
        /// The app comes back without the former holder's data.
        ReinstallAfterReset = "reinstall-after-reset",
    }
}

named! {
    /// What a step waits for. Plan again after every answer: a step that waits becomes due.
    pub enum Wait {
        /// Nothing; do it now.
        Nothing = "nothing",
        /// Until the removal of the same item is confirmed.
        OwnRemoval = "ownRemoval",
        /// Until everything else is removed and whatever keeps the device in reach is confirmed:
        /// connectivity and the sign-in clip are never removed before their successor (spec A21).
        Successor = "successor",
    }
}

/// One item in a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Which item.
    pub item: ItemId,
    /// The rendering to install or keep, or the one to remove.
    pub rendering: Rendering,
    /// Why.
    pub reason: PlanReason,
    /// What must happen first.
    pub waits_for: Wait,
}

impl Step {
    /// Whether it can be done now.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.waits_for == Wait::Nothing
    }
}

/// What to do with a device, in the order in which it is best done: what keeps the device in
/// reach is installed first and removed last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Plan {
    /// Install what is missing or not confirmed.
    pub install: Vec<Step>,
    /// Install over what is there: a profile with the same identifier is replaced in place.
    pub replace: Vec<Step>,
    /// Remove; one step per item, whichever rendering of it is there.
    pub remove: Vec<Step>,
    /// Leave alone.
    pub keep: Vec<Step>,
    /// It should go, and Baton cannot remove it.
    pub cannot_remove: Vec<Step>,
}

impl Plan {
    /// Whether there is nothing left to do.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.install.is_empty() && self.replace.is_empty() && self.remove.is_empty()
    }
}

/// What must be done so that the device has its targets and nothing else.
///
/// Everything undesired that is not absent goes. The plan is a function of what is there and what
/// should be, so it can be made again at any time: confirmed steps drop out of it. An app that is
/// reset between people is reset whenever the holder is changing and the app is there, unless its
/// rendering says that it was installed within the new custody ([`Rendering::within_custody`]).
#[must_use]
pub fn plan(states: &[ItemState], targets: &[Target], change: HolderChange) -> Plan {
    let mut draft = Draft::default();
    for (index, target) in targets.iter().enumerate() {
        if targets[..index].iter().any(|earlier| earlier.item == target.item) {
            continue;
        }
        let rows = on_device(states, &target.item);
        match (target.decision.outcome, change) {
            (Outcome::Allow | Outcome::Partial, _) => draft.bring(target, &rows, change),
            (Outcome::Deny, _) => draft.take_away(&rows, target.role, PlanReason::NotDesired),
            (Outcome::Unknown, HolderChange::Changed) => {
                draft.take_away(&rows, target.role, PlanReason::UndecidedForNewHolder);
            }
            (Outcome::Unknown, HolderChange::Same) => draft.leave(&rows),
        }
    }
    for (index, state) in states.iter().enumerate() {
        let is_targeted = targets.iter().any(|target| target.item == state.item);
        let is_done = states[..index].iter().any(|earlier| earlier.item == state.item);
        if !is_targeted && !is_done {
            let rows = on_device(states, &state.item);
            draft.take_away(&rows, ItemRole::Ordinary, PlanReason::NotDesired);
        }
    }
    draft.finish()
}

fn on_device<'a>(states: &'a [ItemState], item: &ItemId) -> Vec<&'a ItemState> {
    states.iter().filter(|state| state.item == *item && state.is_on_device()).collect()
}

/// The row that most surely says what is there.
fn surest<'a>(rows: &[&'a ItemState]) -> Option<&'a ItemState> {
    rows.iter().copied().max_by_key(|row| row.presence)
}

/// A plan whose steps still carry the item's role.
#[derive(Default)]
struct Draft {
    install: Vec<(ItemRole, Step)>,
    replace: Vec<(ItemRole, Step)>,
    remove: Vec<(ItemRole, Step)>,
    keep: Vec<Step>,
    cannot_remove: Vec<Step>,
}

impl Draft {
    fn bring(&mut self, target: &Target, rows: &[&ItemState], change: HolderChange) {
        let others = rows.iter().any(|row| row.rendering != target.rendering);
        let stale_data = others || !target.rendering.names_custody();
        if target.is_app
            && target.reset_between_people
            && change == HolderChange::Changed
            && stale_data
            && !rows.is_empty()
        {
            self.take_away(rows, target.role, PlanReason::ResetBetweenPeople);
            if rows.iter().all(|row| row.removable) {
                let step =
                    Step { waits_for: Wait::OwnRemoval, ..install_step(target, PlanReason::ReinstallAfterReset) };
                self.install.push((target.role, step));
                return;
            }
        }
        let same =
            rows.iter().find(|row| row.rendering == target.rendering).map_or(Presence::Absent, |row| row.presence);
        match (same, others) {
            (Presence::Present, false) => {
                self.keep.push(install_step(target, PlanReason::SameRendering));
            }
            (Presence::Maybe, false) => self.install.push((target.role, install_step(target, PlanReason::Unconfirmed))),
            (Presence::Absent, false) => self.install.push((target.role, install_step(target, PlanReason::Missing))),
            (Presence::Absent, true) => {
                self.replace.push((target.role, install_step(target, PlanReason::NewRendering)));
            }
            (Presence::Maybe | Presence::Present, true) => {
                self.replace.push((target.role, install_step(target, PlanReason::UncertainRendering)));
            }
        }
    }

    fn take_away(&mut self, rows: &[&ItemState], role: ItemRole, reason: PlanReason) {
        let Some(row) = surest(rows) else {
            return;
        };
        let role = rows.iter().map(|row| row.role).fold(role, ItemRole::max);
        let step = Step { item: row.item.clone(), rendering: row.rendering.clone(), reason, waits_for: Wait::Nothing };
        if rows.iter().all(|row| row.removable) {
            self.remove.push((role, step));
        } else {
            self.cannot_remove.push(step);
        }
    }

    fn leave(&mut self, rows: &[&ItemState]) {
        if let Some(row) = surest(rows) {
            self.keep.push(Step {
                item: row.item.clone(),
                rendering: row.rendering.clone(),
                reason: PlanReason::Undecided,
                waits_for: Wait::Nothing,
            });
        }
    }

    fn finish(mut self) -> Plan {
        let keeps_in_reach = |role: ItemRole| role != ItemRole::Ordinary;
        let successor_pending = self.install.iter().chain(&self.replace).any(|(role, _)| keeps_in_reach(*role));
        let removals_pending = self.remove.iter().any(|(role, _)| !keeps_in_reach(*role));
        if successor_pending || removals_pending {
            for (role, step) in &mut self.remove {
                if keeps_in_reach(*role) {
                    step.waits_for = Wait::Successor;
                }
            }
        }
        Plan {
            install: in_order(&self.install, INSTALL_ORDER),
            replace: in_order(&self.replace, INSTALL_ORDER),
            remove: in_order(&self.remove, REMOVAL_ORDER),
            keep: self.keep,
            cannot_remove: self.cannot_remove,
        }
    }
}

fn install_step(target: &Target, reason: PlanReason) -> Step {
    Step { item: target.item.clone(), rendering: target.rendering.clone(), reason, waits_for: Wait::Nothing }
}

/// What keeps the device in reach comes first, connectivity before the clip.
const INSTALL_ORDER: [ItemRole; 3] = [ItemRole::Connectivity, ItemRole::SignInClip, ItemRole::Ordinary];

/// What keeps the device in reach goes last.
const REMOVAL_ORDER: [ItemRole; 3] = [ItemRole::Ordinary, ItemRole::SignInClip, ItemRole::Connectivity];

fn in_order(steps: &[(ItemRole, Step)], order: [ItemRole; 3]) -> Vec<Step> {
    let mut ordered = Vec::with_capacity(steps.len());
    for wanted in order {
        let of_role = steps.iter().filter(|(role, _)| *role == wanted);
        ordered.extend(of_role.map(|(_, step)| step.clone()));
    }
    ordered
}
