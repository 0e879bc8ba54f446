//! Who sent a message.

use std::fmt;

use super::MessageError;
use super::fields::Fields;

/// How a device names itself in its messages.
///
/// Under Device Enrollment a device sends its UDID; under User Enrollment it sends an EnrollmentID,
/// new with every enrollment, and Apple forbids the UDID. A message with both therefore comes from a
/// Device Enrollment, and the UDID names the sender. Either is only a claim: the certificate behind
/// `Mdm-Signature` decides which enrollment it may speak for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EnrollmentIdentity {
    /// Device Enrollment: the device's UDID.
    Udid(String),
    /// User Enrollment: the EnrollmentID of this enrollment.
    EnrollmentId(String),
}

/// The longest UDID or EnrollmentID accepted, in bytes. Apple's have 25 to 40.
pub const MAX_IDENTITY_BYTES: usize = 128;

impl EnrollmentIdentity {
    /// The identifier without its kind.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Udid(id) | Self::EnrollmentId(id) => id,
        }
    }

    /// Whether this is the identity of a User Enrollment.
    #[must_use]
    pub fn is_user_enrollment(&self) -> bool {
        matches!(self, Self::EnrollmentId(_))
    }

    pub(super) fn read(fields: Fields<'_>) -> Result<Self, MessageError> {
        for key in ["UserID", "EnrollmentUserID"] {
            if fields.0.contains_key(key) {
                return Err(MessageError::UserChannel);
            }
        }
        if let Some(udid) = fields.text("UDID")? {
            return Ok(Self::Udid(checked("UDID", udid)?));
        }
        if let Some(id) = fields.text("EnrollmentID")? {
            return Ok(Self::EnrollmentId(checked("EnrollmentID", id)?));
        }
        Err(MessageError::NoIdentity)
    }
}

fn checked(key: &'static str, id: &str) -> Result<String, MessageError> {
    let problem = if id.is_empty() {
        "empty"
    } else if id.len() > MAX_IDENTITY_BYTES {
        "too long"
    } else if !id.bytes().all(|byte| byte.is_ascii_graphic()) {
        "not plain printable text"
    } else {
        return Ok(id.to_owned());
    };
    Err(MessageError::BadValue { key, problem: problem.to_owned() })
}

impl fmt::Display for EnrollmentIdentity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
