//! Why a device has an item or not: the whole chain (C5).

use axum::response::Response;
use baton_policy::TracedDecision;

use super::{
    Problem,
    caller::{Caller, Named, json},
};

pub(super) async fn explain(
    caller: Caller,
    Named((device, item)): Named<(String, String)>,
) -> Result<Response, Problem> {
    let found = caller.core.explain_item(&caller.actor, &device.into(), &item.into(), caller.now).await?;
    if found.item.is_none() {
        return Err(Problem::NotFound);
    }
    Ok(json(&TracedDecision { decision: found.decision, trace: found.trace }))
}
