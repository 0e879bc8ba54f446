//! What a change would do, before it is saved (spec C6).
//!
//! A [`Snapshot`] holds what the decisions about some items read of the fleet, and [`what_if`] compares two of them: as
//! things are, and as they would be. Both sides of a console compute it with this one function, from the same columns.

mod difference;
mod seats;
mod snapshot;

use crate::decision::{Decision, Outcome, ReasonCode, Source};
use crate::item::ItemRole;

pub use difference::{Change, ChangeKind, Danger, Difference, Totals};
pub use snapshot::{DeviceColumns, NOBODY, Posting, Snapshot, Unmakeable};

use difference::Collector;
use seats::Seats;

/// Compares what each device should have before and after a change. The two snapshots are of the same items, devices
/// and holders in the same order; distributions, memberships and facts may differ.
///
/// A device that somebody holds is also looked at as Nobody's, for the items that must not vanish at sign-out (spec A9).
#[must_use]
pub fn what_if(before: &Snapshot, after: &Snapshot) -> Difference {
    let (old, new) = (Seats::of(before), Seats::of(after));
    let mut found = Collector::default();
    for device in 0..before.devices.count() {
        let Some(held) = before.devices.holder(device) else { continue };
        found.begin_device();
        for item in 0..before.items.len() {
            let (Some(was), Some(will)) = (old.decide(item, device, held), new.decide(item, device, held)) else {
                continue;
            };
            let role = before.items[item].role;
            let kind = ChangeKind::of(was.outcome, will.outcome);
            found.decided(device, item, kind, danger(role, kind, false), was, will);
            if held != NOBODY && role != ItemRole::Ordinary {
                found.at_sign_out(device, item, role, &old, &new);
            }
        }
        found.end_device();
    }
    found.difference()
}

impl Collector {
    /// At a change of holder only what is allowed stays (spec C4), so undecided is lost as well.
    fn at_sign_out(&mut self, device: usize, item: usize, role: ItemRole, old: &Seats<'_>, new: &Seats<'_>) {
        if let (Some(was), Some(will)) = (old.decide(item, device, NOBODY), new.decide(item, device, NOBODY))
            && was.permits()
            && !will.permits()
        {
            self.lost_at_sign_out(device, item, danger(role, Some(ChangeKind::Lose), true), was, will);
        }
    }
}

const fn danger(role: ItemRole, kind: Option<ChangeKind>, at_sign_out: bool) -> Option<Danger> {
    match (role, kind, at_sign_out) {
        (ItemRole::SignInClip, Some(ChangeKind::Lose), false) => Some(Danger::SignInLost),
        (ItemRole::SignInClip, Some(ChangeKind::Lose), true) => Some(Danger::SignInLostAtSignOut),
        (ItemRole::Connectivity, Some(ChangeKind::Lose), false) => Some(Danger::ConnectivityLost),
        (ItemRole::Connectivity, Some(ChangeKind::Lose), true) => Some(Danger::ConnectivityLostAtSignOut),
        _ => None,
    }
}

impl ChangeKind {
    /// What becomes of an item on a device that stays with its holder (spec C4): what is undecided is neither installed
    /// nor removed.
    const fn of(before: Outcome, after: Outcome) -> Option<Self> {
        match (before, after) {
            (Outcome::Deny | Outcome::Unknown, Outcome::Allow | Outcome::Partial) => Some(Self::Gain),
            (Outcome::Allow | Outcome::Partial | Outcome::Unknown, Outcome::Deny) => Some(Self::Lose),
            (Outcome::Allow | Outcome::Partial | Outcome::Deny, Outcome::Unknown) => Some(Self::Undecided),
            (Outcome::Allow | Outcome::Partial, Outcome::Allow | Outcome::Partial)
            | (Outcome::Deny, Outcome::Deny)
            | (Outcome::Unknown, Outcome::Unknown) => None,
        }
    }
}

/// An item whose content cannot be made for the holder is undecided, whoever should get it.
fn if_made(decision: Decision, can_be_made: bool) -> Decision {
    if decision.permits() && !can_be_made {
        Decision::unknown(ReasonCode::CannotBeRendered, Source::Product)
    } else {
        decision
    }
}
