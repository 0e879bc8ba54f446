//! Answers to commands. Source: Apple's `mdm/commands/*.yaml`, `responsekeys`.

use std::collections::BTreeMap;

use plist::Value;

use super::fields::Fields;
use super::order::{self, Location, SettingResult};
use super::{EnrollmentIdentity, ManagedAppStatus, MessageError};
use crate::wire::{MAX_ANSWER_BYTES, MAX_TEXT_BYTES, read_dictionary, shorten};

/// The longest CommandUUID accepted, in bytes.
pub const MAX_COMMAND_UUID_BYTES: usize = 128;

/// What a device sends to the server address: the answer to a command, or that it is idle.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// `UDID` or `EnrollmentID`.
    pub who: EnrollmentIdentity,
    /// `Status`.
    pub status: AnswerStatus,
    /// `CommandUUID`: which command is answered. Always there unless the status is idle.
    pub command_uuid: Option<String>,
    /// What the command asked for.
    pub result: CommandResult,
}

/// Apple's `Status`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerStatus {
    /// The device has nothing to answer and asks for the next command.
    Idle,
    /// The command was accepted. For apps this does not yet mean installed.
    Acknowledged,
    /// The command failed; the first item is the most general.
    Error(Vec<ErrorChainItem>),
    /// The device could not understand the command.
    CommandFormatError(Vec<ErrorChainItem>),
    /// The device cannot do it now and will come back by itself.
    NotNow,
}

/// One item of Apple's `ErrorChain`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ErrorChainItem {
    /// `ErrorCode`.
    pub code: i64,
    /// `ErrorDomain`, such as `MCInstallationErrorDomain`.
    pub domain: String,
    /// `USEnglishDescription`.
    pub us_english: Option<String>,
    /// `LocalizedDescription`, in the device's language.
    pub localized: Option<String>,
}

/// What a command asked for, told apart by the keys of the answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum CommandResult {
    /// Nothing beyond the status.
    #[default]
    None,
    /// The answer to `ProfileList`.
    ProfileList(Vec<InstalledProfile>),
    /// The answer to `ManagedApplicationList`, by bundle identifier.
    ManagedApplicationList(BTreeMap<String, ManagedAppStatus>),
    /// The answer to `DeviceInformation`.
    DeviceInformation(Box<DeviceInformation>),
    /// The answer to `SecurityInfo`.
    SecurityInfo(SecurityInfo),
    /// The answer to `InstallApplication`.
    InstallApplication(AppInstallAnswer),
    /// The answer to `Settings`, in the order of the settings.
    Settings(Vec<SettingResult>),
    /// The answer to `DeviceLocation`.
    Location(Location),
}

/// One profile on the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledProfile {
    /// `PayloadIdentifier`.
    pub identifier: String,
    /// `PayloadUUID`.
    pub uuid: String,
    /// `PayloadDisplayName`.
    pub display_name: Option<String>,
    /// `IsManaged`. Supervised devices do not send it: there every profile can be removed.
    pub is_managed: Option<bool>,
}

/// What the device says to `InstallApplication`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppInstallAnswer {
    /// `Identifier`: the bundle identifier, once the device knows it.
    pub identifier: Option<String>,
    /// `State`.
    pub state: Option<ManagedAppStatus>,
    /// `RejectionReason`, such as `AppAlreadyInstalled`.
    pub rejection_reason: Option<String>,
}

/// What the device says about itself. Everything may be absent: only what was asked for, what the
/// enrollment allows and what the device has is answered. A value of another type than Apple's counts as
/// absent too, so that an oddity in a report does not block the queue behind it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeviceInformation {
    /// `DeviceName`.
    pub device_name: Option<String>,
    /// `OSVersion`.
    pub os_version: Option<String>,
    /// `BuildVersion`.
    pub build_version: Option<String>,
    /// `Model`.
    pub model: Option<String>,
    /// `ModelName`.
    pub model_name: Option<String>,
    /// `ProductName`.
    pub product_name: Option<String>,
    /// `SerialNumber`.
    pub serial_number: Option<String>,
    /// `UDID`.
    pub udid: Option<String>,
    /// `IMEI`.
    pub imei: Option<String>,
    /// `WiFiMAC`.
    pub wifi_mac: Option<String>,
    /// `IsSupervised`.
    pub is_supervised: Option<bool>,
    /// `IsMDMLostModeEnabled`; absent under User Enrollment.
    pub is_lost_mode_enabled: Option<bool>,
    /// `BatteryLevel`, from 0 to 1. A device that does not know sends a negative number: absent here.
    pub battery_level: Option<f64>,
    /// `DeviceCapacity`, in units of 2³⁰ bytes.
    pub device_capacity: Option<f64>,
    /// `AvailableDeviceCapacity`, in units of 2³⁰ bytes.
    pub available_device_capacity: Option<f64>,
}

/// What the device says about its protection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SecurityInfo {
    /// `HardwareEncryptionCaps`: 1 block level, 2 file level, 3 both.
    pub hardware_encryption_caps: Option<i64>,
    /// `PasscodePresent`; absent under User Enrollment.
    pub passcode_present: Option<bool>,
    /// `PasscodeCompliant`.
    pub passcode_compliant: Option<bool>,
    /// `PasscodeCompliantWithProfiles`.
    pub passcode_compliant_with_profiles: Option<bool>,
    /// `PasscodeLockGracePeriodEnforced`, in seconds.
    pub passcode_lock_grace_period_enforced: Option<i64>,
}

/// Reads what a device sends to the server address.
///
/// # Errors
///
/// [`MessageError`] says what is wrong with a foreign, damaged or oversized body.
pub fn parse_answer(body: &[u8]) -> Result<Answer, MessageError> {
    let dictionary = read_dictionary(body, MAX_ANSWER_BYTES)?;
    let fields = Fields(&dictionary);
    let status = match fields.required_text("Status")? {
        "Idle" => AnswerStatus::Idle,
        "Acknowledged" => AnswerStatus::Acknowledged,
        "Error" => AnswerStatus::Error(error_chain(fields)?),
        "CommandFormatError" => AnswerStatus::CommandFormatError(error_chain(fields)?),
        "NotNow" => AnswerStatus::NotNow,
        other => {
            return Err(MessageError::BadValue {
                key: "Status",
                problem: format!("`{}`, which is no status", shorten(other)),
            });
        }
    };
    let who = EnrollmentIdentity::read(fields)?;
    let command_uuid = command_uuid(fields, &status)?;
    let result = match status {
        AnswerStatus::Acknowledged | AnswerStatus::Error(_) => result(fields)?,
        _ => CommandResult::None,
    };
    Ok(Answer { who, status, command_uuid, result })
}

fn command_uuid(fields: Fields<'_>, status: &AnswerStatus) -> Result<Option<String>, MessageError> {
    const KEY: &str = "CommandUUID";
    if *status == AnswerStatus::Idle {
        return Ok(None);
    }
    let uuid = fields.required_text(KEY)?;
    if uuid.len() > MAX_COMMAND_UUID_BYTES || !uuid.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(MessageError::BadValue { key: KEY, problem: "no identifier this server gives".to_owned() });
    }
    Ok(Some(uuid.to_owned()))
}

pub(super) fn error_chain(fields: Fields<'_>) -> Result<Vec<ErrorChainItem>, MessageError> {
    let items = fields.dictionaries("ErrorChain")?.unwrap_or_default();
    items
        .into_iter()
        .map(|item| {
            Ok(ErrorChainItem {
                code: item.integer("ErrorCode")?.unwrap_or_default(),
                domain: item.report("ErrorDomain").unwrap_or_default(),
                us_english: item.report("USEnglishDescription"),
                localized: item.report("LocalizedDescription"),
            })
        })
        .collect()
}

fn result(fields: Fields<'_>) -> Result<CommandResult, MessageError> {
    if let Some(profiles) = fields.dictionaries("ProfileList")? {
        return profiles.into_iter().map(installed_profile).collect::<Result<_, _>>().map(CommandResult::ProfileList);
    }
    if let Some(apps) = fields.dictionary("ManagedApplicationList")? {
        return apps
            .0
            .iter()
            .map(|(identifier, app)| managed_app(identifier, app))
            .collect::<Result<_, _>>()
            .map(CommandResult::ManagedApplicationList);
    }
    if let Some(answers) = fields.dictionary("QueryResponses")? {
        return Ok(CommandResult::DeviceInformation(Box::new(device_information(answers))));
    }
    if let Some(info) = fields.dictionary("SecurityInfo")? {
        return Ok(CommandResult::SecurityInfo(security_info(info)));
    }
    if let Some(results) = fields.dictionaries("Settings")? {
        return results.into_iter().map(order::setting_result).collect::<Result<_, _>>().map(CommandResult::Settings);
    }
    if let Some(location) = order::location(fields) {
        return Ok(CommandResult::Location(location));
    }
    if ["State", "RejectionReason"].iter().any(|key| fields.0.contains_key(key)) {
        return Ok(CommandResult::InstallApplication(AppInstallAnswer {
            identifier: fields.report("Identifier"),
            state: fields.report("State").map(|state| ManagedAppStatus::from_apple(&state)),
            rejection_reason: fields.report("RejectionReason"),
        }));
    }
    Ok(CommandResult::None)
}

fn installed_profile(profile: Fields<'_>) -> Result<InstalledProfile, MessageError> {
    Ok(InstalledProfile {
        identifier: profile.required_text("PayloadIdentifier")?.to_owned(),
        uuid: profile.report("PayloadUUID").unwrap_or_default(),
        display_name: profile.report("PayloadDisplayName"),
        is_managed: profile.boolean("IsManaged").unwrap_or_default(),
    })
}

fn managed_app(identifier: &str, app: &Value) -> Result<(String, ManagedAppStatus), MessageError> {
    const KEY: &str = "ManagedApplicationList";
    let app =
        app.as_dictionary().ok_or(MessageError::WrongType { key: KEY, expected: "a dictionary of dictionaries" })?;
    if identifier.len() > MAX_TEXT_BYTES || identifier.chars().any(char::is_control) {
        return Err(MessageError::BadValue { key: KEY, problem: "a list with an unusable identifier".to_owned() });
    }
    let status = Fields(app).required_text("Status")?;
    Ok((identifier.to_owned(), ManagedAppStatus::from_apple(status)))
}

fn device_information(answers: Fields<'_>) -> DeviceInformation {
    let number = |key| answers.number(key).unwrap_or_default();
    DeviceInformation {
        device_name: answers.report("DeviceName"),
        os_version: answers.report("OSVersion"),
        build_version: answers.report("BuildVersion"),
        model: answers.report("Model"),
        model_name: answers.report("ModelName"),
        product_name: answers.report("ProductName"),
        serial_number: answers.report("SerialNumber"),
        udid: answers.report("UDID"),
        imei: answers.report("IMEI"),
        wifi_mac: answers.report("WiFiMAC"),
        is_supervised: answers.boolean("IsSupervised").unwrap_or_default(),
        is_lost_mode_enabled: answers.boolean("IsMDMLostModeEnabled").unwrap_or_default(),
        battery_level: number("BatteryLevel").filter(|level| (0.0..=1.0).contains(level)),
        device_capacity: number("DeviceCapacity"),
        available_device_capacity: number("AvailableDeviceCapacity"),
    }
}

fn security_info(info: Fields<'_>) -> SecurityInfo {
    let flag = |key| info.boolean(key).unwrap_or_default();
    let integer = |key| info.integer(key).unwrap_or_default();
    SecurityInfo {
        hardware_encryption_caps: integer("HardwareEncryptionCaps"),
        passcode_present: flag("PasscodePresent"),
        passcode_compliant: flag("PasscodeCompliant"),
        passcode_compliant_with_profiles: flag("PasscodeCompliantWithProfiles"),
        passcode_lock_grace_period_enforced: integer("PasscodeLockGracePeriodEnforced"),
    }
}
