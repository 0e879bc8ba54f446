//! What a device says about a command.

use plist::{Dictionary, Value};
use serde::{Deserialize, Serialize};

use super::plists;
use crate::device::state::EnrollmentIdentity;

/// The `Status` of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Carried out, or accepted where the work takes longer (apps).
    Acknowledged,
    /// Tried and failed; the error chain says why.
    Error,
    /// The command itself is not understood.
    CommandFormatError,
    /// Not now, for example while the screen is locked; the server keeps the command.
    NotNow,
}

impl Status {
    /// Apple's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Acknowledged => "Acknowledged",
            Self::Error => "Error",
            Self::CommandFormatError => "CommandFormatError",
            Self::NotNow => "NotNow",
        }
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One link of an `ErrorChain`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceError {
    /// For example `MCMDMErrorDomain`.
    pub domain: String,
    /// The code within the domain.
    pub code: i64,
    /// The sentence the device gives.
    pub description: String,
}

impl DeviceError {
    /// One error of a device.
    pub fn new(domain: &str, code: i64, description: impl Into<String>) -> Self {
        Self { domain: domain.to_owned(), code, description: description.into() }
    }

    /// An error of the management client, the commonest domain.
    pub(crate) fn mdm(code: i64, description: impl Into<String>) -> Self {
        Self::new("MCMDMErrorDomain", code, description)
    }

    pub(crate) fn to_plist(&self) -> Value {
        Value::Dictionary(plists::from_pairs([
            ("ErrorDomain", self.domain.as_str().into()),
            ("ErrorCode", self.code.into()),
            ("LocalizedDescription", self.description.as_str().into()),
            ("USEnglishDescription", self.description.as_str().into()),
        ]))
    }
}

/// What a device does once its answer is out of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Afterwards {
    Nothing,
    /// The management profile is gone: say goodbye and forget the server.
    LeaveManagement,
    Erase,
    Restart,
    ShutDown,
}

/// An answer to a command, before it is addressed and signed.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: Status,
    pub(crate) errors: Vec<DeviceError>,
    pub(crate) fields: Dictionary,
    pub(crate) afterwards: Afterwards,
}

impl Answer {
    pub(crate) fn acknowledged() -> Self {
        Self::with_fields(Dictionary::new())
    }

    pub(crate) fn with_fields(fields: Dictionary) -> Self {
        Self { status: Status::Acknowledged, errors: Vec::new(), fields, afterwards: Afterwards::Nothing }
    }

    pub(crate) fn then(mut self, afterwards: Afterwards) -> Self {
        self.afterwards = afterwards;
        self
    }

    pub(crate) fn error(error: DeviceError) -> Self {
        Self::errors(vec![error])
    }

    pub(crate) fn errors(errors: Vec<DeviceError>) -> Self {
        Self { status: Status::Error, errors, ..Self::acknowledged() }
    }

    pub(crate) fn not_now() -> Self {
        Self { status: Status::NotNow, ..Self::acknowledged() }
    }

    /// For a command whose form is wrong; `description` says what a device misses in it.
    pub(crate) fn format_error(description: impl Into<String>) -> Self {
        Self {
            status: Status::CommandFormatError,
            errors: vec![DeviceError::mdm(12008, description)],
            ..Self::acknowledged()
        }
    }

    /// The errors in one line, for people.
    pub(crate) fn detail(&self) -> Option<String> {
        let first = self.errors.first()?;
        Some(format!("{} ({} {})", first.description, first.domain, first.code))
    }

    /// The message for the command channel.
    pub(crate) fn to_xml(&self, command_uuid: &str, device: &EnrollmentIdentity) -> Vec<u8> {
        let mut message = self.fields.clone();
        device.write(&mut message);
        message.insert("CommandUUID".to_owned(), command_uuid.into());
        message.insert("Status".to_owned(), self.status.as_str().into());
        if !self.errors.is_empty() {
            let chain = self.errors.iter().map(DeviceError::to_plist).collect();
            message.insert("ErrorChain".to_owned(), Value::Array(chain));
        }
        plists::to_xml(message)
    }
}

/// The message that asks for the next command.
pub(crate) fn idle(device: &EnrollmentIdentity) -> Vec<u8> {
    let mut message = plists::from_pairs([("Status", "Idle".into())]);
    device.write(&mut message);
    plists::to_xml(message)
}
