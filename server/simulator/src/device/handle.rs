//! A phone in the hand: what its owner and a test can do with it.

use std::sync::Arc;

use super::Device;
use super::exchange::{CommandInfo, Exchange, Held};
use super::installing::Push;
use super::snapshot::DeviceSnapshot;
use super::steps::Next;
use crate::app::{App, AppStatus};
use crate::app_store::StoreApp;
use crate::error::SimulatorError;
use crate::event::EventKind;
use crate::protocol::answer::Status;
use crate::script::Script;

/// A phone of the fleet. Clones mean the same phone.
#[derive(Debug, Clone)]
pub struct DeviceHandle {
    device: Arc<Device>,
}

/// Looking.
impl DeviceHandle {
    pub(crate) fn new(device: Arc<Device>) -> Self {
        Self { device }
    }

    /// The name in Settings.
    pub fn name(&self) -> String {
        self.device.name()
    }

    /// Serial number.
    pub fn serial(&self) -> String {
        self.device.read(|state| state.spec.serial.clone())
    }

    /// UDID.
    pub fn udid(&self) -> String {
        self.device.read(|state| state.spec.udid.clone())
    }

    /// Everything about the phone at this moment.
    pub fn snapshot(&self) -> DeviceSnapshot {
        DeviceSnapshot::of(&self.device)
    }

    /// Waits until the phone looks as wanted. Waits for ever if it never does: put a time limit around it.
    pub async fn wait_until(&self, wanted: impl Fn(&DeviceSnapshot) -> bool) -> DeviceSnapshot {
        let mut changes = self.device.changes();
        loop {
            changes.mark_unchanged();
            let snapshot = self.snapshot();
            if wanted(&snapshot) {
                return snapshot;
            }
            if changes.changed().await.is_err() {
                // The sender lives in the phone, which this handle keeps alive.
                std::future::pending::<()>().await;
            }
        }
    }
}

/// Management.
impl DeviceHandle {
    /// Installs an enrollment profile and checks in. After a failure it can be tried again.
    ///
    /// # Errors
    ///
    /// When the phone is enrolled or offline, the profile cannot be fetched or installed, or the server refuses.
    pub async fn enrol(&self, enrollment_profile_url: &str) -> Result<(), SimulatorError> {
        self.device.enrol(enrollment_profile_url).await
    }

    /// Only the first half of an enrollment: the profile and Authenticate.
    ///
    /// # Errors
    ///
    /// As [`DeviceHandle::enrol`].
    pub async fn authenticate(&self, enrollment_profile_url: &str) -> Result<(), SimulatorError> {
        self.device.authenticate(enrollment_profile_url).await
    }

    /// The second half of an enrollment; also repeats the last TokenUpdate.
    ///
    /// # Errors
    ///
    /// When there was no Authenticate, or the server does not answer or refuses.
    pub async fn token_update(&self) -> Result<(), SimulatorError> {
        self.device.token_update().await
    }

    /// Draws another push token, as phones do now and then, and tells the server.
    ///
    /// # Errors
    ///
    /// When the phone is not enrolled, or the server does not answer or refuses.
    pub async fn renew_push_token(&self) -> Result<(), SimulatorError> {
        self.device.renew_push_token().await
    }

    /// Connects now, whether or not anything pushed, and stays until the server has nothing more. Gives the number of
    /// commands carried out.
    ///
    /// # Errors
    ///
    /// When the phone is not enrolled or offline, or the server does not answer, refuses, or sends nonsense.
    pub async fn connect_now(&self) -> Result<usize, SimulatorError> {
        self.device.connect(true).await
    }

    /// The person removes the management profile in Settings.
    pub async fn remove_management(&self) {
        self.device.leave_management().await;
    }

    /// The person erases the phone; nobody is told.
    pub fn erase(&self) {
        self.device.erase();
    }

    /// Signs from now on with another phone's identity, while still naming itself: what a thief of a UDID would do,
    /// turned around. False when one of the two is not enrolled.
    pub fn borrow_identity(&self, other: &Self) -> bool {
        let stolen = other.device.read(|state| state.enrollment.as_ref().map(|e| e.identity.clone()));
        self.device.change(|state| match (stolen, &mut state.enrollment) {
            (Some(identity), Some(enrollment)) => {
                enrollment.identity = identity;
                true
            }
            _ => false,
        })
    }
}

/// Manual control: nothing happens unless asked for.
impl DeviceHandle {
    /// Takes the phone under manual control, or lets it act by itself again. A connection that is under way by itself
    /// ends after the exchange it is in.
    pub fn set_manual(&self, manual: bool) {
        self.device.change_live(|live| live.manual = manual);
        if !manual {
            self.device.schedule_apps();
            self.device.wake();
        }
    }

    /// One exchange with the server: sends the answer in hand, or that there is none, and carries out the command that
    /// comes back. Its answer stays in hand for the next exchange.
    ///
    /// # Errors
    ///
    /// As [`DeviceHandle::connect_now`]. After an error nothing is in hand, as with a real phone: the server must give
    /// the command again.
    pub async fn exchange_once(&self) -> Result<Exchange, SimulatorError> {
        let mut held = self.device.session.lock().await;
        let outcome = self.device.exchange(&mut held).await;
        drop(held);
        self.device.change_live(|_| ());
        outcome.map(|(exchange, _)| exchange)
    }

    /// Asks for the next command without carrying it out. Whatever was in hand is lost first.
    ///
    /// # Errors
    ///
    /// As [`DeviceHandle::connect_now`], and when the script breaks the connection.
    pub async fn fetch(&self) -> Result<Option<CommandInfo>, SimulatorError> {
        let mut held = self.device.session.lock().await;
        self.device.lose_held(&mut held).await;
        let next = self.device.send_held(&mut held).await?;
        take_in_hand(next, &mut held)
    }

    /// Carries out the fetched command without answering; `None` when the script broke the connection before there was
    /// an answer.
    ///
    /// # Errors
    ///
    /// [`SimulatorError::NothingHeld`] when no command was fetched.
    pub async fn carry_out(&self) -> Result<Option<Status>, SimulatorError> {
        let mut held = self.device.session.lock().await;
        let Held::Fetched(command) = &*held else {
            return Err(self.nothing_held("carried out"));
        };
        let command = command.clone();
        match self.device.carry_out(command, &mut held).await.0 {
            Exchange::CarriedOut { status, .. } => Ok(Some(status)),
            Exchange::Nothing | Exchange::Broken { .. } => Ok(None),
        }
    }

    /// Sends the answer in hand; gives the next command, fetched but not carried out.
    ///
    /// # Errors
    ///
    /// [`SimulatorError::NothingHeld`] without an answer; otherwise as [`DeviceHandle::fetch`].
    pub async fn answer(&self) -> Result<Option<CommandInfo>, SimulatorError> {
        let mut held = self.device.session.lock().await;
        if !matches!(*held, Held::CarriedOut { .. }) {
            return Err(self.nothing_held("answered"));
        }
        let next = self.device.send_held(&mut held).await?;
        take_in_hand(next, &mut held)
    }

    /// Loses what is in hand, fetched or carried out: the phone was switched off between two messages. What was carried
    /// out stays done.
    pub async fn drop_held(&self) {
        let mut held = self.device.session.lock().await;
        self.device.lose_held(&mut held).await;
    }

    /// Moves an app one step on, as time would: queued, installing, managed; a prompt is answered with Install, or with
    /// Cancel where the script wants it.
    ///
    /// # Errors
    ///
    /// [`SimulatorError::NoSuchApp`] when no such app is under way.
    pub fn advance_app(&self, app: &str) -> Result<AppStatus, SimulatorError> {
        self.move_app(app, Push::Time, AppStatus::is_under_way)
    }

    pub(crate) fn report_trouble(&self, error: &SimulatorError) {
        self.device.emit(EventKind::Trouble { reason: error.to_string() });
    }

    fn nothing_held(&self, step: &'static str) -> SimulatorError {
        SimulatorError::NothingHeld { device: self.name(), step }
    }
}

fn take_in_hand(next: Next, held: &mut Held) -> Result<Option<CommandInfo>, SimulatorError> {
    match next {
        Next::Nothing => Ok(None),
        Next::Broken { message, .. } => Err(SimulatorError::Broken { message }),
        Next::Command(command) => {
            let info = command.info();
            *held = Held::Fetched(command);
            Ok(Some(info))
        }
    }
}

/// Circumstances.
impl DeviceHandle {
    /// Sets how the phone misbehaves from now on; counting begins anew. Rules for other phones are left out.
    pub fn script(&self, script: &Script) {
        let script = self.device.read(|state| script.for_device(&state.spec));
        self.device.change_live(|live| live.script = script);
    }

    /// Takes the phone out of reach, or back; when it is back it connects.
    pub fn set_online(&self, online: bool) {
        self.device.set_online(online);
    }

    /// Locks or unlocks the screen. A locked phone answers NotNow to everything that would change it, and connects when
    /// it is unlocked.
    pub fn set_locked(&self, locked: bool) {
        self.device.set_locked(locked);
    }

    /// The person changes the phone's name; servers learn it from `DeviceInformation`.
    pub fn edit_name(&self, name: &str) {
        self.device.change(|state| name.clone_into(&mut state.spec.name));
        self.device.emit(EventKind::Renamed { name: name.to_owned() });
    }
}

/// Apps.
impl DeviceHandle {
    /// The person taps Install (or Manage) for the app with this bundle identifier or name.
    ///
    /// # Errors
    ///
    /// [`SimulatorError::NoSuchApp`] when the phone is not asking about such an app.
    pub fn tap_install(&self, app: &str) -> Result<(), SimulatorError> {
        self.move_app(app, Push::Tap, AppStatus::is_prompt).map(|_| ())
    }

    /// The person taps Cancel.
    ///
    /// # Errors
    ///
    /// [`SimulatorError::NoSuchApp`] when the phone is not asking about such an app.
    pub fn reject_install(&self, app: &str) -> Result<(), SimulatorError> {
        self.move_app(app, Push::Cancel, AppStatus::is_prompt).map(|_| ())
    }

    /// The person installs an app of their own from the App Store.
    pub fn install_personally(&self, app: StoreApp) {
        self.device.start_app(App {
            bundle_id: app.bundle_id,
            name: app.name,
            version: app.version,
            status: AppStatus::Personal,
            management_flags: 0,
            has_configuration: false,
            store_id: app.store_id,
            install_takes: None,
            will_be_refused: false,
            will_fail: false,
            attempt: 0,
        });
    }

    /// The person deletes an installed app; a managed one stays in the managed-app list as uninstalled.
    ///
    /// # Errors
    ///
    /// [`SimulatorError::NoSuchApp`] when no such app is installed.
    pub fn delete_app(&self, app: &str) -> Result<(), SimulatorError> {
        let deleted = self.device.change(|state| {
            let place = state.apps.iter().position(|known| known.is_called(app) && known.status.is_installed())?;
            if state.apps[place].status == AppStatus::Managed {
                state.apps[place].status = AppStatus::ManagedButUninstalled;
                Some(state.apps[place].clone())
            } else {
                Some(state.apps.remove(place))
            }
        });
        let deleted = deleted.ok_or_else(|| self.no_such_app(app))?;
        self.device.emit(EventKind::AppRemoved { app: deleted.name });
        Ok(())
    }

    fn move_app(&self, app: &str, push: Push, fits: impl Fn(AppStatus) -> bool) -> Result<AppStatus, SimulatorError> {
        let found = self.device.read(|state| {
            let found = state.apps.iter().find(|known| known.is_called(app) && fits(known.status))?;
            Some((found.bundle_id.clone(), found.attempt))
        });
        found
            .and_then(|(bundle_id, attempt)| self.device.advance_app(&bundle_id, attempt, push))
            .map(|moved| moved.status)
            .ok_or_else(|| self.no_such_app(app))
    }

    fn no_such_app(&self, app: &str) -> SimulatorError {
        SimulatorError::NoSuchApp { device: self.name(), app: app.to_owned() }
    }
}
