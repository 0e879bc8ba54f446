//! Coming under management, and leaving it.

use std::sync::Arc;

use reqwest::header::CONTENT_TYPE;

use super::Device;
use super::state::{DeviceState, Enrollment, EnrollmentIdentity, InstalledProfile};
use super::transport::{Channel, Sent, limited_body, unreachable};
use crate::derive;
use crate::error::SimulatorError;
use crate::event::EventKind;
use crate::protocol::check_in;
use crate::protocol::enrollment_profile::{EnrollmentProfile, EnrollmentProfileError};

/// Content type of a configuration profile.
const PROFILE: &str = "application/x-apple-aspen-config";

impl Device {
    /// Fetches an enrollment profile, installs it and checks in.
    pub(crate) async fn enrol(self: &Arc<Self>, profile_url: &str) -> Result<(), SimulatorError> {
        self.authenticate(profile_url).await?;
        self.token_update().await?;
        self.emit(EventKind::Enrolled);
        self.announce_icons();
        self.wake();
        Ok(())
    }

    /// The first half of an enrollment: fetches the profile and sends Authenticate.
    pub(crate) async fn authenticate(self: &Arc<Self>, profile_url: &str) -> Result<(), SimulatorError> {
        if self.read(|state| state.enrolled().is_some()) {
            return Err(SimulatorError::AlreadyEnrolled { device: self.name() });
        }
        let profile = self.fetch_enrollment_profile(profile_url).await?;
        let _connection = self.session.lock().await;
        let seed = self.context.seed;
        self.change(|state| begin_enrollment(state, profile, seed));
        let outcome =
            self.check_in("Authenticate", |state, enrollment| check_in::authenticate(&state.spec, enrollment));
        let outcome = outcome.await;
        if outcome.is_err() {
            self.change(DeviceState::leave_management);
        }
        outcome
    }

    /// The second half of an enrollment, and again when the push token has changed.
    pub(crate) async fn token_update(self: &Arc<Self>) -> Result<(), SimulatorError> {
        self.check_in("TokenUpdate", |_, enrollment| check_in::token_update(enrollment)).await?;
        self.change(|state| {
            if let Some(enrollment) = &mut state.enrollment {
                enrollment.complete = true;
            }
        });
        Ok(())
    }

    /// Draws another push token and tells the server.
    pub(crate) async fn renew_push_token(self: &Arc<Self>) -> Result<(), SimulatorError> {
        let seed = self.context.seed;
        self.change(|state| {
            state.tokens += 1;
            let token = push_token(state, seed);
            if let Some(enrollment) = &mut state.enrollment {
                enrollment.push_token = token;
            }
        });
        self.token_update().await
    }

    /// The management profile goes: tells the server if it wants to know, then forgets it.
    pub(crate) async fn leave_management(self: &Arc<Self>) {
        let wanted = self.read(|state| state.enrolled().is_some_and(|e| e.check_out_when_removed));
        let mut told = false;
        if wanted {
            let outcome = self.check_in("CheckOut", |_, enrollment| check_in::check_out(enrollment)).await;
            told = outcome.is_ok();
        }
        self.forget_server(told);
    }

    /// Forgets the server with all it installed.
    pub(crate) fn forget_server(&self, checked_out: bool) {
        let gone = self.change(|state| {
            let before = state.clone();
            state.leave_management();
            (before, state.apps.clone())
        });
        let (before, apps) = gone;
        for clip in before.profiles.iter().flat_map(InstalledProfile::web_clips) {
            self.emit(EventKind::IconRemoved { label: clip.label.clone() });
        }
        for app in before.apps {
            if !apps.iter().any(|kept| kept.bundle_id == app.bundle_id) {
                self.emit(EventKind::AppRemoved { app: app.name });
            }
        }
        self.emit(EventKind::LeftManagement { checked_out });
    }

    /// Back to factory settings; nobody is told.
    pub(crate) fn erase(&self) {
        self.change(DeviceState::erase);
        self.change_live(|live| {
            live.locked = false;
            live.push_pending = false;
        });
        self.emit(EventKind::Erased);
    }

    fn announce_icons(&self) {
        let clips: Vec<_> =
            self.read(|state| state.profiles.iter().flat_map(InstalledProfile::web_clips).cloned().collect());
        for clip in clips {
            self.emit(EventKind::IconAdded { label: clip.label, url: clip.url });
        }
    }

    async fn fetch_enrollment_profile(&self, url: &str) -> Result<EnrollmentProfile, SimulatorError> {
        if !self.live(|live| live.online) {
            return Err(SimulatorError::Offline { device: self.name() });
        }
        let response = self.context.browser.get(url).send().await.map_err(unreachable)?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(SimulatorError::Refused {
                message: "the request for the enrollment profile".to_owned(),
                status,
            });
        }
        let content_type =
            response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        if content_type.split(';').next().map(str::trim) != Some(PROFILE) {
            return Err(EnrollmentProfileError::ContentType { content_type }.into());
        }
        Ok(EnrollmentProfile::read(&limited_body(response).await?)?)
    }

    async fn check_in(
        self: &Arc<Self>,
        name: &str,
        message: impl FnOnce(&DeviceState, &Enrollment) -> Vec<u8>,
    ) -> Result<(), SimulatorError> {
        let body = self
            .read(|state| {
                let enrollment = state.enrollment.as_ref()?;
                Some(message(state, enrollment))
            })
            .ok_or_else(|| SimulatorError::NotEnrolled { device: self.name() })?;
        match self.send_named(Channel::CheckIn, name, body).await? {
            Sent::Accepted(_) => Ok(()),
            Sent::Broken(_) => Err(SimulatorError::Broken { message: name.to_owned() }),
        }
    }
}

/// Installs the management profile; the server has not yet agreed.
fn begin_enrollment(state: &mut DeviceState, profile: EnrollmentProfile, seed: u64) {
    state.leave_management();
    state.enrollments += 1;
    state.tokens = 1;
    let number = state.enrollments.to_string();
    let udid = state.spec.udid.clone();
    let drawn = |what: &str| derive::bytes(seed, &[what, &udid, &number]).to_vec();
    let id = match profile.managed_account {
        Some(_) => EnrollmentIdentity::User { enrollment_id: derive::uuid(seed, &["enrollment", &udid, &number]) },
        None => EnrollmentIdentity::Device { udid: udid.clone() },
    };
    state.enrollment = Some(Enrollment {
        id,
        identity: profile.identity,
        server_url: profile.server_url,
        check_in_url: profile.check_in_url,
        topic: profile.topic,
        sign_message: profile.sign_message,
        check_out_when_removed: profile.check_out_when_removed,
        access_rights: profile.access_rights,
        required_app: profile.required_app,
        push_token: push_token(state, seed),
        push_magic: derive::uuid(seed, &["push magic", &udid, &number]),
        unlock_token: [drawn("unlock token"), drawn("more unlock token")].concat(),
        complete: false,
    });
    state.profiles.push(InstalledProfile::new(profile.profile, false));
}

fn push_token(state: &DeviceState, seed: u64) -> Vec<u8> {
    let enrollment = state.enrollments.to_string();
    let draw = state.tokens.to_string();
    derive::bytes(seed, &["push token", &state.spec.udid, &enrollment, &draw]).to_vec()
}
