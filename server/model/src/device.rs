//! Devices and their enrollments.

use baton_policy::{EnrollmentType, Ownership};
use serde::{Deserialize, Serialize};

use crate::{DeviceId, EnrollmentId, EnrollmentLinkId, ManagedAppleAccount, Timestamp, UserId, text_enum};

text_enum!(
    /// Whether Baton manages a device.
    DeviceState {
        /// The profile was fetched and `Authenticate` came; the push token has not come yet.
        Enrolling = "enrolling",
        /// Managed.
        Enrolled = "enrolled",
        /// The device checked out, or was told to.
        Unenrolled = "unenrolled",
    }
);

/// A device that enrolled at least once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// The id.
    pub id: DeviceId,
    /// Baton's label for the device, at first the name the device gave.
    pub name: String,
    /// The name tag of a signed-out device: location, return-to text, claim code (A17). May be empty.
    pub name_tag: String,
    /// Apple's UDID, absent under User Enrollment.
    pub udid: Option<String>,
    /// Apple's EnrollmentID: the name of the device in its messages under User Enrollment, absent elsewhere.
    pub apple_enrollment_id: Option<String>,
    /// The serial number, absent under User Enrollment.
    pub serial_number: Option<String>,
    /// The marketing name, such as `iPhone 15`.
    pub model_name: Option<String>,
    /// The hardware id, such as `iPhone15,4`.
    pub product_name: Option<String>,
    /// The operating system's version as the device reports it, such as `18.3.1`.
    pub os_version: Option<String>,
    /// How the device is enrolled.
    pub enrollment_type: EnrollmentType,
    /// Whether the device said that it is supervised; `None` while it has not.
    pub supervised: Option<bool>,
    /// Who owns the device.
    pub ownership: Ownership,
    /// Whether people pass it on with the sign-in clip. The holder of one that is not shared never changes while it is
    /// managed.
    pub shared: bool,
    /// Whether Apple's lost mode is on; `None` while that is not known.
    pub lost_mode: Option<bool>,
    /// When somebody reported it lost; `None` when nobody did, or it was found.
    pub reported_lost_at: Option<Timestamp>,
    /// Whether Baton manages it.
    pub state: DeviceState,
    /// Who has it; Nobody when signed out.
    pub holder_id: UserId,
    /// Since when.
    pub held_since: Timestamp,
    /// The number of the last custody entry; 0 before the first.
    pub custody_seq: i64,
    /// The newest generation of the clip's secret (A20).
    pub clip_generation: i64,
    /// The generation that is known to be on the device; 0 before the first confirmation.
    pub clip_confirmed: i64,
    /// Counts changes of what decisions read: facts, groups, holder, clip generation.
    pub revision: i64,
    /// When it first enrolled.
    pub enrolled_at: Timestamp,
    /// When it last spoke to the server.
    pub last_seen_at: Option<Timestamp>,
}

text_enum!(
    /// The life of one enrollment.
    EnrollmentState {
        /// The profile was handed out; nothing came from the device.
        Offered = "offered",
        /// `Authenticate` came.
        Authenticated = "authenticated",
        /// `TokenUpdate` came: the device can be pushed.
        Active = "active",
        /// `CheckOut` came, or a newer enrollment replaced it.
        Ended = "ended",
    }
);

/// One enrollment of a device, known by the fingerprint of its identity certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrollment {
    /// The id.
    pub id: EnrollmentId,
    /// The link through which it came.
    pub link_id: Option<EnrollmentLinkId>,
    /// The device, once `Authenticate` came.
    pub device_id: Option<DeviceId>,
    /// SHA-256 of the identity certificate, in lower-case hex.
    pub fingerprint: String,
    /// Apple's push topic, as the profile says.
    pub topic: String,
    /// The push token, sealed.
    pub push_token: Option<Vec<u8>>,
    /// Apple's PushMagic.
    pub push_magic: Option<String>,
    /// The token that clears the passcode, sealed.
    pub unlock_token: Option<Vec<u8>>,
    /// Where it stands.
    pub state: EnrollmentState,
    /// When the profile was handed out.
    pub created_at: Timestamp,
}

/// A link under which devices enrol: shared ones, or one of a person's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrollmentLink {
    /// The id.
    pub id: EnrollmentLinkId,
    /// SHA-256 of the secret in its address, in lower-case hex.
    pub secret_hash: String,
    /// What it is for, as the administrator wrote.
    pub label: String,
    /// Whose own device enrols with it, under User Enrollment; `None` for shared devices.
    pub owner: Option<DeviceOwner>,
    /// How many devices may still enrol with it.
    pub uses_left: i64,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The person whose own device enrols, and the account under which it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceOwner {
    /// Who.
    pub user_id: UserId,
    /// The person's Managed Apple Account: Apple's AssignedManagedAppleID.
    pub managed_account: ManagedAppleAccount,
}
