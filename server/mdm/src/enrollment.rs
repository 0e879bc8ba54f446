//! The enrollment profile, for Device Enrollment and for User Enrollment. Source: Apple's `com.apple.mdm.yaml`.

use std::fmt;

use crate::dict::Dict;
use crate::profile::{ProfileError, check_identifier, check_text, wrap_payload, wrap_profile};

/// What a device needs to enrol.
#[derive(Clone)]
pub struct EnrollmentProfile {
    /// The outer `PayloadIdentifier`; frozen for the life of the enrollment.
    pub identifier: String,
    /// The organisation that manages the device, as the person sees it.
    pub organization: String,
    /// `Topic`: that of the push certificate, or a local one for simulated devices. Must begin with
    /// `com.apple.mgmt.`; frozen.
    pub topic: String,
    /// `ServerURL`: where the device fetches commands; frozen.
    pub server_url: String,
    /// `CheckInURL`; frozen.
    pub check_in_url: String,
    /// The device's identity as PKCS#12.
    pub identity_pkcs12: Vec<u8>,
    /// The password of [`Self::identity_pkcs12`].
    pub identity_password: String,
    /// What kind of enrollment the device begins.
    pub kind: EnrollmentKind,
    /// A root certificate in DER that the device must trust to reach the server, where the server's is not
    /// publicly trusted.
    pub trust_anchor: Option<Vec<u8>>,
}

/// What kind of enrollment a profile begins; it never changes while the device is managed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnrollmentKind {
    /// Device Enrollment.
    Device {
        /// `AccessRights`; they can only shrink later.
        access_rights: AccessRights,
    },
    /// User Enrollment: `EnrollmentMode` is `BYOD`. Access rights must be absent, or the device cancels.
    User {
        /// `AssignedManagedAppleID`: the person's Managed Apple Account. Frozen.
        managed_account: String,
    },
}

/// Apple's `AccessRights`, a bit field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AccessRights(u16);

impl AccessRights {
    /// Every right.
    pub const ALL: Self = Self(8191);
    /// Inspect installed profiles.
    pub const INSPECT_PROFILES: u16 = 1;
    /// Install and remove profiles; needs [`Self::INSPECT_PROFILES`].
    pub const INSTALL_PROFILES: u16 = 2;
    /// Lock the device and remove the passcode.
    pub const LOCK_AND_CLEAR_PASSCODE: u16 = 4;
    /// Erase the device.
    pub const ERASE: u16 = 8;
    /// Query device information.
    pub const QUERY_DEVICE: u16 = 16;
    /// Query network information.
    pub const QUERY_NETWORK: u16 = 32;
    /// Inspect provisioning profiles.
    pub const INSPECT_PROVISIONING: u16 = 64;
    /// Install and remove provisioning profiles; needs [`Self::INSPECT_PROVISIONING`].
    pub const INSTALL_PROVISIONING: u16 = 128;
    /// Inspect installed apps.
    pub const INSPECT_APPS: u16 = 256;
    /// Query restrictions.
    pub const QUERY_RESTRICTIONS: u16 = 512;
    /// Query security.
    pub const QUERY_SECURITY: u16 = 1024;
    /// Change settings.
    pub const SETTINGS: u16 = 2048;
    /// Manage apps.
    pub const MANAGE_APPS: u16 = 4096;

    /// Rights from Apple's bits, or None for a combination Apple forbids.
    #[must_use]
    pub fn new(bits: u16) -> Option<Self> {
        let has = |right: u16| bits & right != 0;
        let known = bits != 0 && bits <= Self::ALL.0;
        let profiles = !has(Self::INSTALL_PROFILES) || has(Self::INSPECT_PROFILES);
        let provisioning = !has(Self::INSTALL_PROVISIONING) || has(Self::INSPECT_PROVISIONING);
        (known && profiles && provisioning).then_some(Self(bits))
    }

    /// Apple's bits.
    #[must_use]
    pub fn bits(self) -> u16 {
        self.0
    }
}

impl EnrollmentProfile {
    /// The profile as an unsigned XML property list. The same input gives the same bytes.
    ///
    /// `SignMessage` and `CheckOutWhenRemoved` are always set. `ServerCapabilities` is left out: this
    /// server offers neither user channels, which iPhones do not have, nor `GetToken`.
    ///
    /// # Errors
    ///
    /// [`ProfileError`] names the first field that a device would reject.
    pub fn to_plist(&self) -> Result<Vec<u8>, ProfileError> {
        self.validate()?;
        let mut payloads = Vec::with_capacity(3);
        if let Some(anchor) = &self.trust_anchor {
            payloads.push(wrap_payload(
                &format!("{}.trust", self.identifier),
                "com.apple.security.root",
                &format!("{} server", self.organization),
                Dict::new().set("PayloadCertificateFileName", "server-root.cer").data("PayloadContent", anchor),
            ));
        }
        let identity = wrap_payload(
            &format!("{}.identity", self.identifier),
            "com.apple.security.pkcs12",
            "Device identity",
            Dict::new()
                .set("Password", self.identity_password.as_str())
                .set("PayloadCertificateFileName", "identity.p12")
                .data("PayloadContent", &self.identity_pkcs12),
        );
        let identity_uuid =
            identity.get("PayloadUUID").cloned().expect("invariant: every wrapped payload has a PayloadUUID");
        payloads.push(identity);
        payloads.push(wrap_payload(
            &format!("{}.mdm", self.identifier),
            "com.apple.mdm",
            "Device management",
            self.kind
                .keys()
                .set("CheckInURL", self.check_in_url.as_str())
                .set("CheckOutWhenRemoved", true)
                .set("IdentityCertificateUUID", identity_uuid)
                .set("ServerURL", self.server_url.as_str())
                .set("SignMessage", true)
                .set("Topic", self.topic.as_str()),
        ));
        Ok(wrap_profile(
            Dict::new()
                .set("PayloadDescription", format!("Lets {} manage this device.", self.organization))
                .set("PayloadOrganization", self.organization.as_str()),
            &self.identifier,
            &format!("{} device management", self.organization),
            payloads,
        ))
    }

    fn validate(&self) -> Result<(), ProfileError> {
        check_identifier("identifier", &self.identifier)?;
        check_text("organization", &self.organization, 200)?;
        match self.topic.strip_prefix("com.apple.mgmt.") {
            None | Some("") => {
                return Err(ProfileError::new("topic", "must begin with com.apple.mgmt."));
            }
            Some(_) => check_identifier("topic", &self.topic)?,
        }
        check_server_url("server_url", &self.server_url)?;
        check_server_url("check_in_url", &self.check_in_url)?;
        if let EnrollmentKind::User { managed_account } = &self.kind {
            check_text("managed_account", managed_account, 200)?;
            if !managed_account.trim_matches('@').contains('@') {
                return Err(ProfileError::new("managed_account", "must be an account such as anna@example.com"));
            }
        }
        if self.identity_pkcs12.is_empty() {
            return Err(ProfileError::new("identity_pkcs12", "must not be empty"));
        }
        if self.identity_password.is_empty() {
            return Err(ProfileError::new("identity_password", "must not be empty"));
        }
        Ok(())
    }
}

impl EnrollmentKind {
    fn keys(&self) -> Dict {
        match self {
            Self::Device { access_rights } => Dict::new().set("AccessRights", access_rights.bits()),
            Self::User { managed_account } => {
                Dict::new().set("AssignedManagedAppleID", managed_account.as_str()).set("EnrollmentMode", "BYOD")
            }
        }
    }
}

/// Apple takes https only. Plain http is let through for the own machine alone, where nothing but a
/// simulated device can be meant.
fn check_server_url(field: &str, url: &str) -> Result<(), ProfileError> {
    crate::payload::check_web_address(field, url)?;
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.contains('@') {
        return Err(ProfileError::new(field, "must not hold a user name"));
    }
    if scheme == "https" {
        return Ok(());
    }
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let own_machine = host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    if own_machine {
        return Ok(());
    }
    Err(ProfileError::new(field, "must begin with https://"))
}

impl fmt::Debug for EnrollmentProfile {
    /// Leaves the private key and its password out.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EnrollmentProfile")
            .field("identifier", &self.identifier)
            .field("topic", &self.topic)
            .field("server_url", &self.server_url)
            .finish_non_exhaustive()
    }
}
