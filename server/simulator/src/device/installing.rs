//! The way of an app onto the phone: asked about, queued, installing, there.

use std::sync::Arc;
use std::time::Duration;

use super::Device;
use super::state::DeviceState;
use crate::app::{App, AppStatus};
use crate::event::EventKind;

/// What moves an app on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Push {
    /// Time goes by; a prompt is answered as the script wants it.
    Time,
    /// The person agrees.
    Tap,
    /// The person declines.
    Cancel,
}

impl Device {
    /// Puts an app on its way; one with the same bundle identifier gives place.
    pub(crate) fn start_app(self: &Arc<Self>, mut app: App) {
        let (app, attempt) = self.change(|state| {
            state.app_attempts += 1;
            app.attempt = state.app_attempts;
            state.apps.retain(|other| other.bundle_id != app.bundle_id);
            state.apps.push(app.clone());
            (app, state.app_attempts)
        });
        self.announce_app(&app);
        self.schedule_app(&app.bundle_id, attempt);
    }

    /// Moves an app one step on, if it is still the same attempt and still under way. Gives the app in its new place.
    pub(crate) fn advance_app(self: &Arc<Self>, bundle_id: &str, attempt: u64, push: Push) -> Option<App> {
        let app = self.change(|state| {
            let app = find(state, bundle_id)?;
            if app.attempt != attempt || !app.status.is_under_way() {
                return None;
            }
            app.status = next_status(app, push);
            Some(app.clone())
        })?;
        self.announce_app(&app);
        self.schedule_app(bundle_id, attempt);
        Some(app)
    }

    /// Sets timers for everything under way: after a restart, or when manual control ends.
    pub(crate) fn schedule_apps(self: &Arc<Self>) {
        let under_way: Vec<_> =
            self.read(|state| state.apps.iter().map(|app| (app.bundle_id.clone(), app.attempt)).collect());
        for (bundle_id, attempt) in under_way {
            self.schedule_app(&bundle_id, attempt);
        }
    }

    fn schedule_app(self: &Arc<Self>, bundle_id: &str, attempt: u64) {
        if self.is_manual() {
            return;
        }
        let delay = self.read(|state| {
            let app = state.apps.iter().find(|app| app.bundle_id == bundle_id)?;
            self.delay(app)
        });
        let Some(delay) = delay else { return };
        let device = Arc::clone(self);
        let bundle_id = bundle_id.to_owned();
        let before = self.read(|state| {
            let app = state.apps.iter().find(|app| app.bundle_id == bundle_id);
            app.map(|app| app.status)
        });
        self.context.spawn(async move {
            tokio::time::sleep(delay).await;
            let now = device.read(|state| {
                let app = state.apps.iter().find(|app| app.bundle_id == bundle_id);
                app.map(|app| app.status)
            });
            // Someone may have tapped in the meantime, or taken over manual control.
            if now == before && !device.is_manual() {
                device.advance_app(&bundle_id, attempt, Push::Time);
            }
        });
    }

    fn delay(&self, app: &App) -> Option<Duration> {
        let pace = &self.context.pace;
        match app.status {
            AppStatus::Prompting | AppStatus::PromptingForManagement => pace.tap,
            AppStatus::Queued => Some(pace.queue),
            AppStatus::Installing => Some(app.install_takes.unwrap_or(pace.install)),
            _ => None,
        }
    }

    fn announce_app(&self, app: &App) {
        let app_name = app.name.clone();
        let kind = match app.status {
            AppStatus::Queued => EventKind::AppQueued { app: app_name },
            AppStatus::Prompting | AppStatus::PromptingForManagement => EventKind::AppPrompting { app: app_name },
            AppStatus::Installing => EventKind::AppInstalling { app: app_name },
            AppStatus::Managed | AppStatus::Personal => EventKind::AppInstalled { app: app_name },
            AppStatus::UserRejected | AppStatus::ManagementRejected => EventKind::AppRefused { app: app_name },
            AppStatus::Failed => EventKind::AppFailed { app: app_name },
            AppStatus::ManagedButUninstalled => EventKind::AppRemoved { app: app_name },
        };
        self.emit(kind);
    }
}

fn find<'a>(state: &'a mut DeviceState, bundle_id: &str) -> Option<&'a mut App> {
    state.apps.iter_mut().find(|app| app.bundle_id == bundle_id)
}

fn next_status(app: &App, push: Push) -> AppStatus {
    let declined = push == Push::Cancel || (push == Push::Time && app.will_be_refused);
    match app.status {
        AppStatus::Prompting if declined => AppStatus::UserRejected,
        AppStatus::Prompting => AppStatus::Queued,
        AppStatus::PromptingForManagement if declined => AppStatus::ManagementRejected,
        AppStatus::PromptingForManagement => AppStatus::Managed,
        AppStatus::Queued => AppStatus::Installing,
        AppStatus::Installing if app.will_fail => AppStatus::Failed,
        AppStatus::Installing => AppStatus::Managed,
        settled => settled,
    }
}
