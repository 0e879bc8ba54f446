//! Why a device has an item or not: the whole chain, and what would change it (C5, E10).

use axum::response::Response;
use baton_core::flips::Flips;
use baton_policy::engine::{Flip, Remedy};
use baton_policy::{Decision, TraceStep};
use serde::Serialize;

use super::{
    Problem,
    caller::{Caller, Named, json},
};

#[derive(Serialize)]
struct Body<'a> {
    decision: Decision,
    trace: &'a [TraceStep],
    flips: &'a [Flip],
    alternatives: &'a [Remedy],
}

pub(super) async fn explain(
    caller: Caller,
    Named((device, item)): Named<(String, String)>,
) -> Result<Response, Problem> {
    let found = caller.core.explain_item(&caller.actor, &device.into(), &item.into(), caller.now).await?;
    if found.item.is_none() {
        return Err(Problem::NotFound);
    }
    Ok(json(&Body {
        decision: found.decision,
        trace: &found.trace,
        flips: found.flips.as_ref().map_or(&[], Flips::changes),
        alternatives: found.flips.as_ref().map_or(&[], Flips::remedies),
    }))
}
