//! What the management profile allows its server (`AccessRights`).

use crate::device::Device;
use crate::protocol::answer::DeviceError;

/// The right a command needs (`com.apple.mdm`, AccessRights).
fn needed(request_type: &str) -> u64 {
    match request_type {
        "ProfileList" | "CertificateList" => 1,
        "InstallProfile" | "RemoveProfile" => 2,
        "DeviceLock" | "ClearPasscode" | "RestartDevice" | "ShutDownDevice" => 4,
        "EraseDevice" => 8,
        "DeviceInformation" => 16,
        "InstalledApplicationList" => 256,
        "SecurityInfo" => 1024,
        "Settings" => 2048,
        "InstallApplication" | "RemoveApplication" | "ManagedApplicationList" => 4096,
        _ => 0,
    }
}

/// The refusal of a command that goes beyond the server's rights. Without rights in the profile all are given.
pub(crate) fn refusal(device: &Device, request_type: &str) -> Option<DeviceError> {
    let rights = device.read(|state| state.enrollment.as_ref().and_then(|e| e.access_rights))?;
    let needed = needed(request_type);
    (rights & needed != needed)
        .then(|| DeviceError::mdm(12007, format!("The MDM server is not authorised to perform “{request_type}”.")))
}
