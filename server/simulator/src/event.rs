//! What phones do, as it happens, in words for people.

use std::fmt;

use time::OffsetDateTime;

use crate::protocol::answer::Status;

/// Something a phone did.
#[derive(Debug, Clone)]
pub struct Event {
    /// When, by the phone's clock.
    pub at: OffsetDateTime,
    /// The phone's name.
    pub device: String,
    /// The phone's serial number.
    pub serial: String,
    /// What it did.
    pub kind: EventKind,
}

/// What a phone did.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum EventKind {
    /// The server accepted Authenticate and TokenUpdate.
    Enrolled,
    /// A saved phone goes on where it was.
    Resumed,
    /// A push woke the phone.
    Pushed,
    /// A command came out of the command channel.
    Received {
        /// `RequestType`.
        request: String,
        /// `CommandUUID`.
        uuid: String,
        /// What it is about.
        target: Option<String>,
    },
    /// The server took an answer.
    Answered {
        /// `RequestType`.
        request: String,
        /// `CommandUUID`.
        uuid: String,
        /// The answer.
        status: Status,
        /// The errors, in one line.
        detail: Option<String>,
    },
    /// A profile is on the phone.
    ProfileInstalled {
        /// Its name.
        name: String,
        /// Whether one with the same identifier was there before.
        replaced: bool,
    },
    /// A profile is gone.
    ProfileRemoved {
        /// Its name.
        name: String,
    },
    /// An icon is on the Home Screen, or opens another page than before.
    IconAdded {
        /// The text under it.
        label: String,
        /// What it opens.
        url: String,
    },
    /// An icon is gone.
    IconRemoved {
        /// The text under it.
        label: String,
    },
    /// A profile restricts the phone.
    Restricted {
        /// The profile's name.
        name: String,
        /// Apple's keys with their values.
        settings: Vec<String>,
    },
    /// An identity with its private key is on the phone.
    IdentityAdded {
        /// Whom its certificate names.
        subject: String,
    },
    /// An app is scheduled.
    AppQueued {
        /// Its name.
        app: String,
    },
    /// The person is asked whether to install an app.
    AppPrompting {
        /// Its name.
        app: String,
    },
    /// An app is being installed.
    AppInstalling {
        /// Its name.
        app: String,
    },
    /// An app is on the phone.
    AppInstalled {
        /// Its name.
        app: String,
    },
    /// The person tapped Cancel.
    AppRefused {
        /// Its name.
        app: String,
    },
    /// An installation failed.
    AppFailed {
        /// Its name.
        app: String,
    },
    /// An app is gone.
    AppRemoved {
        /// Its name.
        app: String,
    },
    /// The script made the phone misbehave.
    Misbehaved {
        /// At which message.
        message: String,
        /// How.
        how: String,
    },
    /// The phone is out of reach.
    Offline,
    /// The phone is back.
    Online,
    /// The server did not answer or refused a message.
    Trouble {
        /// What happened.
        reason: String,
    },
    /// The management profile is gone.
    LeftManagement {
        /// Whether the server was told.
        checked_out: bool,
    },
    /// All content is gone.
    Erased,
    /// The phone starts again.
    Restarting,
    /// The phone is off.
    ShutDown,
    /// The screen is locked.
    ScreenLocked,
    /// The screen is unlocked.
    ScreenUnlocked,
    /// The passcode is gone.
    PasscodeCleared,
    /// The phone is in lost mode.
    LostModeOn {
        /// The text on the screen.
        message: String,
    },
    /// The phone is out of lost mode.
    LostModeOff,
    /// The phone has another name.
    Renamed {
        /// The new one.
        name: String,
    },
}

impl EventKind {
    /// Whether the event is a matter between phone and server rather than something a person would notice.
    pub fn is_traffic(&self) -> bool {
        matches!(self, Self::Pushed | Self::Received { .. } | Self::Answered { .. })
    }
}

impl fmt::Display for Event {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second) = self.at.to_hms();
        let device = &self.device;
        let kind = &self.kind;
        write!(out, "{hour:02}:{minute:02}:{second:02}  {device:<12}  {kind}")
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enrolled => write!(out, "enrolled"),
            Self::Resumed => write!(out, "goes on where it was"),
            Self::Pushed => write!(out, "woken by a push"),
            Self::Received { request, target, .. } => match target {
                Some(target) => write!(out, "received {request} ({target})"),
                None => write!(out, "received {request}"),
            },
            Self::Answered { request, status, detail, .. } => match detail {
                Some(detail) => write!(out, "answered {request}: {status}: {detail}"),
                None => write!(out, "answered {request}: {status}"),
            },
            Self::ProfileInstalled { name, replaced: false } => {
                write!(out, "installed profile “{name}”")
            }
            Self::ProfileInstalled { name, replaced: true } => {
                write!(out, "replaced profile “{name}”")
            }
            Self::ProfileRemoved { name } => write!(out, "removed profile “{name}”"),
            Self::IconAdded { label, url } => {
                write!(out, "icon “{label}” on the Home Screen: {url}")
            }
            Self::IconRemoved { label } => {
                write!(out, "icon “{label}” gone from the Home Screen")
            }
            Self::Restricted { name, settings } => write!(out, "“{name}” restricts: {}", settings.join("; ")),
            Self::IdentityAdded { subject } => write!(out, "identity “{subject}” installed"),
            Self::AppQueued { app } => write!(out, "app {app}: scheduled"),
            Self::AppPrompting { app } => write!(out, "app {app}: waiting for a tap on Install"),
            Self::AppInstalling { app } => write!(out, "app {app}: installing"),
            Self::AppInstalled { app } => write!(out, "app {app}: installed"),
            Self::AppRefused { app } => write!(out, "app {app}: the person tapped Cancel"),
            Self::AppFailed { app } => write!(out, "app {app}: could not be installed"),
            Self::AppRemoved { app } => write!(out, "app {app}: removed"),
            Self::Misbehaved { message, how } => write!(out, "[script] {message}: {how}"),
            Self::Offline => write!(out, "offline"),
            Self::Online => write!(out, "online again"),
            Self::Trouble { reason } => write!(out, "trouble: {reason}"),
            Self::LeftManagement { checked_out: true } => {
                write!(out, "no longer managed; the server was told")
            }
            Self::LeftManagement { checked_out: false } => {
                write!(out, "no longer managed; the server was not told")
            }
            Self::Erased => write!(out, "erased all content and settings"),
            Self::Restarting => write!(out, "restarting"),
            Self::ShutDown => write!(out, "switched off"),
            Self::ScreenLocked => write!(out, "screen locked"),
            Self::ScreenUnlocked => write!(out, "screen unlocked"),
            Self::PasscodeCleared => write!(out, "passcode removed"),
            Self::LostModeOn { message } => write!(out, "in lost mode: “{message}”"),
            Self::LostModeOff => write!(out, "out of lost mode"),
            Self::Renamed { name } => write!(out, "is now called “{name}”"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_reads_as_one_line_with_time_and_name() {
        let event = Event {
            at: OffsetDateTime::UNIX_EPOCH + time::Duration::seconds(3_723),
            device: "iPhone 1".to_owned(),
            serial: "X".to_owned(),
            kind: EventKind::ProfileInstalled { name: "Ward Wi-Fi".to_owned(), replaced: false },
        };

        assert_eq!(event.to_string(), "01:02:03  iPhone 1      installed profile “Ward Wi-Fi”");
    }
}
