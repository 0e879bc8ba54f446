//! What devices report about themselves.

use baton_mdm::message::{Authenticate, DeviceInformation};
use baton_model::Device;
use baton_policy::EnrollmentType;
use baton_store::Tx;

use crate::CoreError;

/// The most characters that are kept of any text a device reports.
const MAX_TEXT: usize = 200;

/// The most characters of a label.
const MAX_LABEL: usize = 100;

/// The first label of a device: the name it gave, cut to what fits.
pub(crate) fn label(reported: Option<&str>) -> String {
    let name: String = reported.unwrap_or_default().trim().chars().take(MAX_LABEL).collect();
    if name.is_empty() { "iPhone".to_owned() } else { name }
}

/// The queries whose answers [`take_information`] reads: Apple's names. What Apple does not answer under User Enrollment
/// is not asked there (E8).
pub(crate) fn queries(enrollment: EnrollmentType) -> Vec<String> {
    let for_all = ["DeviceName", "OSVersion", "ModelName", "ProductName", "IsSupervised"];
    let elsewhere = ["SerialNumber", "IsMDMLostModeEnabled"];
    let asked = elsewhere.iter().filter(|_| enrollment != EnrollmentType::User);
    for_all.iter().chain(asked).map(|query| (*query).to_owned()).collect()
}

/// The device with what `Authenticate` says.
pub(crate) fn authenticated(device: &Device, message: &Authenticate) -> Device {
    Device {
        serial_number: serial_number(device, message.serial_number.as_ref()),
        model_name: newer(message.model_name.as_ref(), device.model_name.as_ref()),
        product_name: newer(message.product_name.as_ref(), device.product_name.as_ref()),
        os_version: newer(message.os_version.as_ref(), device.os_version.as_ref()),
        ..device.clone()
    }
}

/// Saves what `DeviceInformation` says. The label that people gave stays.
pub(crate) async fn take_information(
    tx: &mut Tx,
    device: &Device,
    information: &DeviceInformation,
) -> Result<(), CoreError> {
    let reported = Device {
        serial_number: serial_number(device, information.serial_number.as_ref()),
        model_name: newer(information.model_name.as_ref(), device.model_name.as_ref()),
        product_name: newer(information.product_name.as_ref(), device.product_name.as_ref()),
        os_version: newer(information.os_version.as_ref(), device.os_version.as_ref()),
        supervised: information.is_supervised.or(device.supervised),
        lost_mode: information.is_lost_mode_enabled.or(device.lost_mode),
        ..device.clone()
    };
    if reported != *device {
        tx.save_device_facts(&reported).await?;
    }
    Ok(())
}

/// Under User Enrollment the hardware stays unnamed, whatever a device says.
fn serial_number(device: &Device, reported: Option<&String>) -> Option<String> {
    let reported = reported.filter(|_| device.enrollment_type != EnrollmentType::User);
    newer(reported, device.serial_number.as_ref())
}

fn newer(reported: Option<&String>, known: Option<&String>) -> Option<String> {
    let reported = reported.map(|text| text.trim()).filter(|text| !text.is_empty());
    reported.map(|text| text.chars().take(MAX_TEXT).collect()).or_else(|| known.cloned())
}
