//! What must change on a device: rules by example, then for any device against a naive oracle.

mod examples;
mod faults;
mod properties;
mod worlds;

use baton_policy::{Decision, ItemRole, ItemState, Presence, ReasonCode, Rendering, Source, Step, Target};

const ALLOW: Decision = Decision::allow(ReasonCode::AllDevices, Source::Distribution);
const DENY: Decision = Decision::deny(ReasonCode::NotIncluded, Source::Distribution);
const UNKNOWN: Decision = Decision::unknown(ReasonCode::PlatformUnknown, Source::Distribution);
const PARTIAL: Decision = Decision::partial(ReasonCode::PasscodeFixedUnderUserEnrollment, Source::Apple);

fn state(item: &str, rendering: &str, presence: Presence) -> ItemState {
    ItemState { item: item.into(), rendering: rendering.into(), presence, removable: true, role: ItemRole::Ordinary }
}

fn target(item: &str, rendering: &str) -> Target {
    Target {
        item: item.into(),
        rendering: rendering.into(),
        role: ItemRole::Ordinary,
        decision: ALLOW,
        is_app: false,
        reset_between_people: false,
    }
}

/// A step as `item rendering reason`, with what it waits for.
fn brief(steps: &[Step]) -> Vec<String> {
    steps
        .iter()
        .map(|step| {
            let Step { item, rendering: Rendering(rendering), reason, waits_for } = step;
            if step.is_due() {
                format!("{item} {rendering} {reason}")
            } else {
                format!("{item} {rendering} {reason}, waits for {waits_for}")
            }
        })
        .collect()
}
