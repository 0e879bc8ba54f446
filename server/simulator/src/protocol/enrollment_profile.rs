//! The profile that puts a device under management.

use plist::Value;

use super::identity::{Identity, IdentityError};
use super::plists;
use super::profile::{ConfigurationProfile, MDM};

const PKCS12: &str = "com.apple.security.pkcs12";

/// Why a device refuses an enrollment profile.
#[derive(Debug, thiserror::Error)]
pub enum EnrollmentProfileError {
    /// Served with another content type than `application/x-apple-aspen-config`.
    #[error("it is served as `{content_type}` instead of `application/x-apple-aspen-config`")]
    ContentType {
        /// What the server said.
        content_type: String,
    },
    /// Not a configuration profile that a device accepts.
    #[error("{0}")]
    Profile(String),
    /// A payload is missing.
    #[error("it has no payload of type `{payload_type}`")]
    MissingPayload {
        /// The type.
        payload_type: &'static str,
    },
    /// A required key is missing.
    #[error("`{key}` is missing in its `{payload_type}` payload")]
    MissingKey {
        /// The payload's type.
        payload_type: &'static str,
        /// The key.
        key: &'static str,
    },
    /// `IdentityCertificateUUID` names no PKCS #12 payload of the profile.
    #[error("`IdentityCertificateUUID` names no `com.apple.security.pkcs12` payload of the profile")]
    IdentityNotFound,
    /// `Topic` must begin with `com.apple.mgmt.`.
    #[error("the topic `{topic}` does not begin with `com.apple.mgmt.`")]
    Topic {
        /// The topic.
        topic: String,
    },
    /// An enrollment mode that no device knows.
    #[error("the enrollment mode `{mode}` is not known")]
    UnknownMode {
        /// The mode.
        mode: String,
    },
    /// Under User Enrollment a server gets no rights over the device, so a profile that asks for some is cancelled.
    #[error("a profile for User Enrollment must not have `AccessRights`")]
    RightsUnderUserEnrollment,
    /// The identity cannot be used.
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

/// The management profile, read and with its identity opened.
#[derive(Debug, Clone)]
pub(crate) struct EnrollmentProfile {
    pub(crate) profile: ConfigurationProfile,
    pub(crate) identity: Identity,
    pub(crate) server_url: String,
    pub(crate) check_in_url: String,
    pub(crate) topic: String,
    pub(crate) sign_message: bool,
    pub(crate) check_out_when_removed: bool,
    pub(crate) access_rights: Option<u64>,
    pub(crate) required_app: Option<u64>,
    /// The Managed Apple Account of a User Enrollment; `None` under Device Enrollment.
    pub(crate) managed_account: Option<String>,
}

impl EnrollmentProfile {
    /// Reads an enrollment profile, signed or plain.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, EnrollmentProfileError> {
        let profile = ConfigurationProfile::read(bytes).map_err(|errors| {
            let sentences: Vec<_> = errors.into_iter().map(|error| error.description).collect();
            EnrollmentProfileError::Profile(sentences.join(" "))
        })?;
        let mdm = profile.payload(MDM).ok_or(EnrollmentProfileError::MissingPayload { payload_type: MDM })?;
        let required = |key: &'static str| {
            plists::string(mdm, key).ok_or(EnrollmentProfileError::MissingKey { payload_type: MDM, key })
        };
        let topic = required("Topic")?.to_owned();
        if !topic.starts_with("com.apple.mgmt.") {
            return Err(EnrollmentProfileError::Topic { topic });
        }
        let server_url = required("ServerURL")?.to_owned();
        let managed_account = match plists::string(mdm, "EnrollmentMode") {
            None => None,
            Some("BYOD") if mdm.contains_key("AccessRights") => {
                return Err(EnrollmentProfileError::RightsUnderUserEnrollment);
            }
            Some("BYOD") => Some(required("AssignedManagedAppleID")?.to_owned()),
            Some(mode) => return Err(EnrollmentProfileError::UnknownMode { mode: mode.to_owned() }),
        };
        Ok(Self {
            identity: identity(&profile, required("IdentityCertificateUUID")?)?,
            check_in_url: plists::string(mdm, "CheckInURL").unwrap_or(&server_url).to_owned(),
            server_url,
            topic,
            sign_message: plists::flag(mdm, "SignMessage"),
            check_out_when_removed: plists::flag(mdm, "CheckOutWhenRemoved"),
            access_rights: plists::integer(mdm, "AccessRights"),
            required_app: plists::integer(mdm, "RequiredAppIDForMDM"),
            managed_account,
            profile,
        })
    }
}

fn identity(profile: &ConfigurationProfile, payload_uuid: &str) -> Result<Identity, EnrollmentProfileError> {
    let payload = profile
        .payload_content
        .iter()
        .filter(|payload| plists::string(payload, "PayloadType") == Some(PKCS12))
        .find(|payload| {
            plists::string(payload, "PayloadUUID").is_some_and(|uuid| uuid.eq_ignore_ascii_case(payload_uuid))
        })
        .ok_or(EnrollmentProfileError::IdentityNotFound)?;
    let file = payload
        .get("PayloadContent")
        .and_then(Value::as_data)
        .ok_or(EnrollmentProfileError::MissingKey { payload_type: PKCS12, key: "PayloadContent" })?;
    let password = plists::string(payload, "Password").unwrap_or_default();
    Ok(Identity::from_pkcs12(file, password)?)
}
