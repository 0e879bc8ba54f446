//! What a phone tells about itself.

use plist::{Dictionary, Value};
use x509_cert::Certificate;
use x509_cert::der::Decode;

use super::user_enrollment::keeps_secret;
use crate::derive;
use crate::device::Device;
use crate::device::state::{DeviceState, InstalledProfile};
use crate::protocol::answer::Answer;
use crate::protocol::plists;

pub(crate) fn device_information(device: &Device, body: &Dictionary) -> Answer {
    let Some(queries) = plists::strings(body, "Queries") else {
        return Answer::format_error("“Queries” is missing.");
    };
    let seed = device.context.seed;
    let answers = device.read(|state| {
        let known =
            queries.into_iter().filter_map(|query| query_response(state, seed, &query).map(|answer| (query, answer)));
        known.collect::<Dictionary>()
    });
    Answer::with_fields(plists::from_pairs([("QueryResponses", Value::Dictionary(answers))]))
}

/// The answer to one query; a phone leaves out what it does not know, and under User Enrollment what names the hardware.
fn query_response(state: &DeviceState, seed: u64, query: &str) -> Option<Value> {
    let spec = &state.spec;
    if state.is_user_enrolled() && keeps_secret(query) {
        return None;
    }
    Some(match query {
        "UDID" => spec.udid.as_str().into(),
        "DeviceName" => spec.name.as_str().into(),
        "OSVersion" => spec.os_version.as_str().into(),
        "BuildVersion" => spec.build_version().into(),
        "ModelName" => spec.model_name().into(),
        "Model" => spec.model.as_str().into(),
        "ProductName" => spec.product_name.as_str().into(),
        "SerialNumber" => spec.serial.as_str().into(),
        "DeviceCapacity" => 128.0.into(),
        "AvailableDeviceCapacity" => 96.0.into(),
        "BatteryLevel" => 0.81.into(),
        "IsSupervised" => spec.supervised.into(),
        "IsMDMLostModeEnabled" => state.lost_mode.is_some().into(),
        "IsActivationLockEnabled"
        | "IsCloudBackupEnabled"
        | "IsDeviceLocatorServiceEnabled"
        | "IsDoNotDisturbInEffect"
        | "IsMultiUser"
        | "IsRoaming"
        | "DataRoamingEnabled"
        | "PersonalHotspotEnabled" => false.into(),
        "iTunesStoreAccountIsActive" | "AppAnalyticsEnabled" | "IsNetworkTethered" => true.into(),
        "WiFiMAC" => hardware_address(seed, "wifi", &spec.udid).into(),
        "BluetoothMAC" => hardware_address(seed, "bluetooth", &spec.udid).into(),
        "PushToken" => Value::Data(state.enrolled()?.push_token.clone()),
        _ => return None,
    })
}

fn hardware_address(seed: u64, radio: &str, udid: &str) -> String {
    let random = derive::bytes(seed, &[radio, udid]);
    // The second-lowest bit marks an address as not assigned by a manufacturer.
    let first = (random[0] & 0xfc) | 0x02;
    format!("{first:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", random[1], random[2], random[3], random[4], random[5])
}

pub(crate) fn security_info(device: &Device) -> Answer {
    let (has_passcode, is_user_enrolled) = device.read(|state| (state.has_passcode, state.is_user_enrolled()));
    let management = plists::from_pairs([
        ("EnrolledViaDEP", false.into()),
        ("IsUserEnrollment", is_user_enrolled.into()),
        ("UserApprovedEnrollment", true.into()),
    ]);
    let mut info = plists::from_pairs([
        // Both block-level and file-level encryption, as on every iPhone of this age.
        ("HardwareEncryptionCaps", 3.into()),
        ("PasscodePresent", has_passcode.into()),
        ("PasscodeCompliant", true.into()),
        ("PasscodeCompliantWithProfiles", has_passcode.into()),
        ("PasscodeLockGracePeriod", 0.into()),
        ("PasscodeLockGracePeriodEnforced", 0.into()),
        ("ManagementStatus", Value::Dictionary(management)),
    ]);
    if is_user_enrolled {
        info.remove("PasscodePresent");
        info.remove("PasscodeCompliantWithProfiles");
    }
    Answer::with_fields(plists::from_pairs([("SecurityInfo", Value::Dictionary(info))]))
}

pub(crate) fn certificate_list(device: &Device) -> Answer {
    let certificates: Vec<Vec<u8>> = device.read(|state| {
        let own = state.enrollment.iter().map(|enrollment| enrollment.identity.certificate.clone());
        let installed = state.profiles.iter().filter(|profile| !profile.is_management_profile());
        own.chain(installed.flat_map(InstalledProfile::identities).map(<[u8]>::to_vec)).collect()
    });
    let list = certificates
        .into_iter()
        .map(|der| {
            Value::Dictionary(plists::from_pairs([
                ("CommonName", common_name(&der).into()),
                ("IsIdentity", true.into()),
                ("Data", Value::Data(der)),
            ]))
        })
        .collect();
    Answer::with_fields(plists::from_pairs([("CertificateList", Value::Array(list))]))
}

pub(crate) fn common_name(certificate: &[u8]) -> String {
    const COMMON_NAME: &str = "CN=";
    let subject = Certificate::from_der(certificate)
        .map(|certificate| certificate.tbs_certificate.subject.to_string())
        .unwrap_or_default();
    subject.split(',').find_map(|part| part.trim().strip_prefix(COMMON_NAME).map(str::to_owned)).unwrap_or(subject)
}
