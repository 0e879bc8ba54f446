//! When a device is clean (spec A12, A21).

use super::state::{ItemState, Target};
use crate::decision::Outcome;
use crate::item::ItemRole;

/// Whether nothing that must go is, or might be, on the device.
///
/// Only what is allowed may be there, in the rendering that is allowed: an older rendering of a
/// desired item can hold the former holder's content (their name in a Wi-Fi configuration, their
/// certificate), so it counts as dirt until its replacement is confirmed, for connectivity too.
/// The one exception is the sign-in clip: its renderings differ by the device's secret alone and
/// say nothing about people. An item whose decision is unknown is not allowed, so it is dirt.
#[must_use]
pub fn is_clean(states: &[ItemState], targets: &[Target]) -> bool {
    states.iter().filter(|state| state.is_on_device()).all(|state| {
        targets.iter().any(|target| {
            target.item == state.item
                && target.decision.permits()
                && (target.rendering == state.rendering || target.role == ItemRole::SignInClip)
        })
    })
}

/// Whether every removal is confirmed, although replacements may be pending.
///
/// A direct hand-over (spec A15) needs this: the next holder's personal content waits for the
/// removals, but an item that is replaced in place is overwritten by that very content.
#[must_use]
pub fn removals_confirmed(states: &[ItemState], targets: &[Target]) -> bool {
    states
        .iter()
        .filter(|state| state.is_on_device())
        .all(|state| targets.iter().any(|target| target.item == state.item && target.decision.outcome != Outcome::Deny))
}
