//! What can be seen of a phone from outside.

use super::Device;
use super::exchange::Held;
use super::state::{EnrollmentIdentity, InstalledProfile, WebClip};
use crate::app::App;

/// A phone at one moment.
#[derive(Debug, Clone)]
pub struct DeviceSnapshot {
    /// The name in Settings.
    pub name: String,
    /// Serial number.
    pub serial: String,
    /// UDID of the hardware.
    pub udid: String,
    /// Apple's hardware identifier.
    pub product_name: String,
    /// iOS version.
    pub os_version: String,
    /// Whether the phone is supervised.
    pub supervised: bool,
    /// Whether a server manages the phone.
    pub enrolled: bool,
    /// How the phone names itself to that server.
    pub identity: Option<EnrollmentIdentity>,
    /// The push token in lower-case hexadecimal.
    pub push_token: Option<String>,
    /// Within reach of a network.
    pub online: bool,
    /// Whether the screen is locked.
    pub locked: bool,
    /// Whether a passcode is set.
    pub has_passcode: bool,
    /// The text on the screen of a phone in lost mode; `None` outside of it.
    pub lost_mode: Option<String>,
    /// All profiles, the management profile among them.
    pub profiles: Vec<InstalledProfile>,
    /// All apps, installed and on their way.
    pub apps: Vec<App>,
    /// The web clips on the Home Screen.
    pub home_screen: Vec<WebClip>,
    /// A push came and the phone has not connected since.
    pub push_pending: bool,
    /// A connection is under way.
    pub connected: bool,
    /// How many connections ended since the phone was switched on, well or not.
    pub connections: u64,
    /// Under manual control: the request type of the command in hand, fetched or carried out and not yet answered.
    pub holding: Option<String>,
}

impl DeviceSnapshot {
    pub(crate) fn of(device: &Device) -> Self {
        let session = device.session.try_lock();
        let connected = session.is_err();
        let holding = match session.as_deref() {
            Ok(Held::Fetched(command) | Held::CarriedOut { command, .. }) => Some(command.request_type.clone()),
            _ => None,
        };
        drop(session);
        let (online, locked, push_pending, connections) =
            device.live(|live| (live.online, live.locked, live.push_pending, live.connections));
        device.read(|state| Self {
            name: state.spec.name.clone(),
            serial: state.spec.serial.clone(),
            udid: state.spec.udid.clone(),
            product_name: state.spec.product_name.clone(),
            os_version: state.spec.os_version.clone(),
            supervised: state.spec.supervised,
            enrolled: state.enrolled().is_some(),
            identity: state.enrolled().map(|enrollment| enrollment.id.clone()),
            push_token: state.enrolled().map(|enrollment| hex::encode(&enrollment.push_token)),
            online,
            locked,
            has_passcode: state.has_passcode,
            lost_mode: state.lost_mode.clone(),
            profiles: state.profiles.clone(),
            apps: state.apps.clone(),
            home_screen: state.profiles.iter().flat_map(InstalledProfile::web_clips).cloned().collect(),
            push_pending,
            connected,
            connections,
            holding,
        })
    }

    /// The profile with this `PayloadIdentifier` or display name.
    pub fn profile(&self, wanted: &str) -> Option<&InstalledProfile> {
        self.profiles.iter().find(|profile| profile.identifier == wanted || profile.display_name == wanted)
    }

    /// The app with this bundle identifier or name.
    pub fn app(&self, wanted: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.is_called(wanted))
    }

    /// The icon with this label.
    pub fn icon(&self, label: &str) -> Option<&WebClip> {
        self.home_screen.iter().find(|clip| clip.label == label)
    }
}
