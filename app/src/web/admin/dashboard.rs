//! The dashboard.

use axum::http::StatusCode;

use super::{
    desk::Answer,
    links,
    phrases::{concern, fleet},
    push_certificate,
};
use crate::{
    pages::admin::dashboard::{Attention, DashboardView, SetUpStep, dashboard},
    shell::console::Section,
    web::{Console, context::moment},
};

pub async fn show(console: Console) -> Answer {
    let found = console.core().dashboard(&console.actor, console.now()).await;
    let found = console.ask(Section::Dashboard, found)?;
    let count = |number: i64| usize::try_from(number).unwrap_or(0);
    let t = console.t();
    let certificate = found.push_certificate.map(|installed| (SetUpStep::PushCertificate, installed));
    let steps = [
        // Whoever set Baton up is a user too.
        (SetUpStep::Users, found.users > 1),
        (SetUpStep::Devices, !found.fleet.is_empty()),
        (SetUpStep::SignIn, found.clip_distributed),
        (SetUpStep::Items, found.items_distributed),
    ];
    let view = DashboardView {
        steps: certificate.into_iter().chain(steps).collect(),
        push: found.push_notice.as_ref().and_then(push_certificate::notice),
        fleet: found.fleet.iter().map(|(state, number)| (fleet(*state), count(*number))).collect(),
        attention: found
            .attention
            .iter()
            .filter_map(|attention| {
                let reasons: Vec<String> = attention.concerns.iter().map(|each| concern(t, each)).collect();
                Some(Attention {
                    device: links::device(&attention.device),
                    reason: reasons.join(" "),
                    since: moment(attention.since)?,
                })
            })
            .collect(),
        slowed_names: count(found.slowed_names),
        users: count(found.users),
        groups: found.groups,
        configurations: count(found.configurations),
        apps: count(found.apps),
    };
    Ok(console.page(StatusCode::OK, dashboard(console.frame(), &console.chrome, &view)))
}
