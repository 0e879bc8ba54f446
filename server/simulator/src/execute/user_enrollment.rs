//! What Apple forbids to servers under User Enrollment (`userenrollment: forbidden` in the schema of commands and queries).

/// Whether a command is none that the phone takes.
pub(crate) fn forbids(request_type: &str) -> bool {
    matches!(
        request_type,
        "ClearPasscode"
            | "EraseDevice"
            | "RestartDevice"
            | "ShutDownDevice"
            | "EnableLostMode"
            | "DisableLostMode"
            | "DeviceLocation"
            | "PlayLostModeSound"
    )
}

/// Whether a query of `DeviceInformation` stays without an answer.
pub(crate) fn keeps_secret(query: &str) -> bool {
    matches!(
        query,
        "UDID"
            | "SerialNumber"
            | "IMEI"
            | "MEID"
            | "ICCID"
            | "PhoneNumber"
            | "WiFiMAC"
            | "BluetoothMAC"
            | "PushToken"
            | "IsActivationLockEnabled"
            | "IsCloudBackupEnabled"
            | "IsDoNotDisturbInEffect"
            | "IsMDMLostModeEnabled"
            | "IsRoaming"
            | "DataRoamingEnabled"
            | "PersonalHotspotEnabled"
            | "iTunesStoreAccountIsActive"
    )
}
