//! The check-in protocol. Source: Apple's `mdm/checkin/*.yaml`.

use super::fields::Fields;
use super::{EnrollmentIdentity, MessageError};
use crate::wire::{MAX_CHECK_IN_BYTES, read_dictionary, shorten};

/// The longest push token accepted, in bytes. Today's have 32; Apple asks not to rely on it.
pub const MAX_PUSH_TOKEN_BYTES: usize = 256;

/// A message to the check-in address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckIn {
    /// The device asks to be enrolled.
    Authenticate(Authenticate),
    /// The device can be pushed to from now on, or its token has changed.
    TokenUpdate(TokenUpdate),
    /// The device has removed its enrollment profile.
    CheckOut(CheckOut),
    /// A message this server does not take part in, such as `DeclarativeManagement`.
    Unsupported {
        /// Apple's name of the message, shortened and without control characters.
        message_type: String,
    },
}

/// A device asks to be enrolled. Every name and number in it is a claim of the device.
///
/// Apple promises the model and names for macOS only and the rest only with the access right to query
/// device information, so all of them may be absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticate {
    /// `Topic`: the push topic the device will listen to.
    pub topic: String,
    /// `UDID` or `EnrollmentID`.
    pub who: EnrollmentIdentity,
    /// `DeviceName`.
    pub device_name: Option<String>,
    /// `SerialNumber`; never present under User Enrollment.
    pub serial_number: Option<String>,
    /// `Model`, such as `MTJV3LL`.
    pub model: Option<String>,
    /// `ModelName`, such as `iPhone`.
    pub model_name: Option<String>,
    /// `ProductName`, such as `iPhone17,2`.
    pub product_name: Option<String>,
    /// `OSVersion`, such as `18.3`.
    pub os_version: Option<String>,
    /// `BuildVersion`, such as `22D60`.
    pub build_version: Option<String>,
    /// `IMEI`; never present under User Enrollment.
    pub imei: Option<String>,
    /// `MEID`; never present under User Enrollment.
    pub meid: Option<String>,
}

/// A device says how to push to it.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenUpdate {
    /// `Topic`: the push topic.
    pub topic: String,
    /// `UDID` or `EnrollmentID`.
    pub who: EnrollmentIdentity,
    /// `PushMagic`: the text a push must carry.
    pub push_magic: String,
    /// `Token`: the push token.
    pub token: Vec<u8>,
    /// `UnlockToken`, needed to clear the passcode. Its absence does not invalidate an earlier one.
    pub unlock_token: Option<Vec<u8>>,
    /// `AwaitingConfiguration`: Setup Assistant waits for the `DeviceConfigured` command.
    pub awaiting_configuration: bool,
}

impl std::fmt::Debug for TokenUpdate {
    /// Leaves out what would let a reader of the log push to or unlock the device.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("TokenUpdate")
            .field("topic", &self.topic)
            .field("who", &self.who)
            .field("token_bytes", &self.token.len())
            .field("has_unlock_token", &self.unlock_token.is_some())
            .field("awaiting_configuration", &self.awaiting_configuration)
            .finish_non_exhaustive()
    }
}

/// A device has removed its enrollment profile. It is sent once and may be lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckOut {
    /// `Topic`, where the device sends it.
    pub topic: Option<String>,
    /// `UDID` or `EnrollmentID`.
    pub who: EnrollmentIdentity,
}

/// Reads a message to the check-in address.
///
/// # Errors
///
/// [`MessageError`] says what is wrong with a foreign, damaged or oversized body.
pub fn parse_check_in(body: &[u8]) -> Result<CheckIn, MessageError> {
    let dictionary = read_dictionary(body, MAX_CHECK_IN_BYTES)?;
    let fields = Fields(&dictionary);
    match fields.required_text("MessageType")? {
        "Authenticate" => authenticate(fields).map(CheckIn::Authenticate),
        "TokenUpdate" => token_update(fields).map(CheckIn::TokenUpdate),
        "CheckOut" => check_out(fields).map(CheckIn::CheckOut),
        other => Ok(CheckIn::Unsupported { message_type: shorten(other) }),
    }
}

fn authenticate(fields: Fields<'_>) -> Result<Authenticate, MessageError> {
    Ok(Authenticate {
        topic: fields.required_text("Topic")?.to_owned(),
        who: EnrollmentIdentity::read(fields)?,
        device_name: fields.report("DeviceName"),
        serial_number: fields.report("SerialNumber"),
        model: fields.report("Model"),
        model_name: fields.report("ModelName"),
        product_name: fields.report("ProductName"),
        os_version: fields.report("OSVersion"),
        build_version: fields.report("BuildVersion"),
        imei: fields.report("IMEI"),
        meid: fields.report("MEID"),
    })
}

fn token_update(fields: Fields<'_>) -> Result<TokenUpdate, MessageError> {
    let token = fields.data("Token")?.ok_or(MessageError::Missing { key: "Token" })?;
    if token.is_empty() || token.len() > MAX_PUSH_TOKEN_BYTES {
        return Err(MessageError::BadValue { key: "Token", problem: format!("{} bytes long", token.len()) });
    }
    Ok(TokenUpdate {
        topic: fields.required_text("Topic")?.to_owned(),
        who: EnrollmentIdentity::read(fields)?,
        push_magic: fields.required_text("PushMagic")?.to_owned(),
        token: token.to_vec(),
        unlock_token: fields.data("UnlockToken")?.filter(|token| !token.is_empty()).map(<[u8]>::to_vec),
        awaiting_configuration: fields.boolean("AwaitingConfiguration")?.unwrap_or(false),
    })
}

fn check_out(fields: Fields<'_>) -> Result<CheckOut, MessageError> {
    Ok(CheckOut { topic: fields.report("Topic"), who: EnrollmentIdentity::read(fields)? })
}
