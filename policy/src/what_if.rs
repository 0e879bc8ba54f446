//! What a change would do, before it is saved (spec C6).
//!
//! [`Columns`] hold what the decisions about some items read of the fleet, and [`what_if`] compares two of them: as things
//! are, and as they would be. Both sides of a console compute it with this one function, from the same columns.
//! [`Engine::what_if`](crate::Engine::what_if) gives the same difference for a whole organisation.

mod columns;
mod difference;
mod seats;

use crate::decision::{Decision, Outcome, ReasonCode, Source};
use crate::item::ItemRole;

pub use columns::{Columns, DeviceColumns, NOBODY, Posting, Unmakeable};
pub(crate) use difference::Collector;
pub use difference::{ChangeKind, Danger, Difference, ItemChange, Totals};

use seats::Seats;

/// A difference whose devices and items are places in [`Columns`].
pub type PlaceDifference = Difference<u32, u32>;
/// A change whose device and item are places in [`Columns`].
pub type PlaceChange = ItemChange<u32, u32>;

/// Compares what each device should have before and after a change. The two are of the same items, devices and holders
/// in the same order; distributions, memberships and facts may differ.
///
/// A device that somebody holds is also looked at as Nobody's, for the items that must not vanish at sign-out (spec A9).
#[must_use]
pub fn what_if(before: &Columns, after: &Columns) -> PlaceDifference {
    let (old, new) = (Seats::of(before), Seats::of(after));
    let mut found = Collector::new();
    for device in 0..before.devices.count() {
        let Some(held) = before.devices.holder(device) else { continue };
        found.begin_device();
        for item in 0..before.items.len() {
            let (Some(was), Some(will)) = (old.decide(item, device, held), new.decide(item, device, held)) else {
                continue;
            };
            if will.permits() {
                found.has_something();
            }
            let role = before.items[item].role;
            let change = |kind, at_sign_out, before, after| PlaceChange {
                device: place(device),
                item: place(item),
                kind,
                at_sign_out,
                danger: Danger::of(role, kind, at_sign_out),
                before,
                after,
            };
            if let Some(kind) = ChangeKind::of(was.outcome, will.outcome) {
                found.push(change(kind, false, was, will));
            }
            // At a change of holder only what is allowed stays (spec C4), so undecided is lost as well.
            if held != NOBODY
                && role != ItemRole::Ordinary
                && let (Some(was), Some(will)) = (old.decide(item, device, NOBODY), new.decide(item, device, NOBODY))
                && was.permits()
                && !will.permits()
            {
                found.push(change(ChangeKind::Lose, true, was, will));
            }
        }
        found.end_device();
    }
    found.difference()
}

/// Columns have at most as many devices and items as they can name.
fn place(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

impl Danger {
    /// Why to think twice about a change of an item that the server needs for this.
    pub(crate) const fn of(role: ItemRole, kind: ChangeKind, at_sign_out: bool) -> Option<Self> {
        match (role, kind, at_sign_out) {
            (ItemRole::SignInClip, ChangeKind::Lose, false) => Some(Self::SignInLost),
            (ItemRole::SignInClip, ChangeKind::Lose, true) => Some(Self::SignInLostAtSignOut),
            (ItemRole::Connectivity, ChangeKind::Lose, false) => Some(Self::ConnectivityLost),
            (ItemRole::Connectivity, ChangeKind::Lose, true) => Some(Self::ConnectivityLostAtSignOut),
            _ => None,
        }
    }
}

impl ChangeKind {
    /// What becomes of an item on a device that stays with its holder (spec C4): what is undecided is neither installed
    /// nor removed.
    pub(crate) const fn of(before: Outcome, after: Outcome) -> Option<Self> {
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
