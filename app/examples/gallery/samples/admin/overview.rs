use baton_app::document::Frame;
use baton_app::pages::admin::audit::{AuditRow, AuditView, audit};
use baton_app::pages::admin::dashboard::{Attention, DashboardView, SetUpStep, dashboard};
use baton_app::pages::admin::list::Paging;
use baton_app::pages::admin::problem::{ConsoleProblem, console_problem};
use baton_app::shell::console::{Chrome, Flash, Section};
use baton_app::ui::fleet::FleetState;
use time::Duration;

use super::super::{NOW, Sample};
use super::{chrome, link, more, sample};

pub fn samples(frame: &Frame) -> Vec<Sample> {
    let problem = |problem: ConsoleProblem| console_problem(frame, &chrome(), Section::Devices, &problem);
    let saved = Chrome { flash: Some(Flash::Saved), ..chrome() };
    vec![
        sample("admin-dashboard", dashboard(frame, &chrome(), &running())),
        sample("admin-dashboard-new", dashboard(frame, &chrome(), &fresh())),
        sample("admin-audit", audit(frame, &saved, &audit_view())),
        sample("admin-audit-empty", audit(frame, &chrome(), &AuditView::default())),
        sample("admin-problem-not-found", problem(ConsoleProblem::NotFound)),
        sample("admin-problem-forbidden", problem(ConsoleProblem::Forbidden)),
        sample("admin-problem-stale", problem(ConsoleProblem::Stale)),
        sample("admin-problem-built-in", problem(ConsoleProblem::BuiltIn)),
        sample("admin-problem-busy", problem(ConsoleProblem::Busy)),
        sample("admin-problem-failure", problem(ConsoleProblem::Failure { reference: "7F3K-02QD".to_owned() })),
    ]
}

fn running() -> DashboardView {
    DashboardView {
        push: None,
        steps: Vec::new(),
        fleet: vec![
            (FleetState::InUse, 41),
            (FleetState::Free, 23),
            (FleetState::Changing, 3),
            (FleetState::Attention, 2),
        ],
        slowed_names: 2,
        attention: vec![
            Attention {
                device: link("Ward 3 · Phone 07", "/admin/devices/7"),
                reason: "Cleaning has waited for an answer for a long time.".to_owned(),
                since: NOW - Duration::hours(5),
            },
            Attention {
                device: link("Theatre · Phone 01", "/admin/devices/1"),
                reason: "“Staff Wi-Fi” could not be installed.".to_owned(),
                since: NOW - Duration::days(2),
            },
        ],
        users: 212,
        groups: 14,
        configurations: 9,
        apps: 6,
    }
}

fn fresh() -> DashboardView {
    DashboardView {
        steps: vec![
            (SetUpStep::Users, true),
            (SetUpStep::Devices, false),
            (SetUpStep::SignIn, false),
            (SetUpStep::Items, false),
        ],
        users: 1,
        configurations: 1,
        ..DashboardView::default()
    }
}

fn audit_view() -> AuditView {
    let row = |minutes, action: &str, allowed, target: &str, detail: &str| AuditRow {
        at: NOW - Duration::minutes(minutes),
        actor: (minutes != 31).then(|| link("Petra Lindqvist", "/admin/users/p")),
        action: action.to_owned(),
        allowed,
        target: Some(link(target, "/admin/devices/7")),
        detail: detail.to_owned(),
    };
    AuditView {
        q: String::new(),
        rows: vec![
            row(
                2,
                "device.label",
                true,
                "Ward 3 · Phone 07",
                "{\n  \"before\": { \"name\": \"iPhone\" },\n  \"after\": { \"name\": \"Ward 3 · Phone 07\" }\n}",
            ),
            row(9, "device.release", false, "Ward 3 · Phone 02", ""),
            row(31, "device.sign-out-by-possession", true, "Ward 3 · Phone 02", "{ \"items\": 4 }"),
        ],
        paging: Paging { first: Some("/admin/audit".to_owned()), ..more("/admin/audit") },
    }
}
