//! The payloads of configuration profiles, one file each.

mod certificate;
mod icon;
mod identity;
mod passcode;
mod restrictions;
mod web_clip;
mod wifi;

pub use certificate::{Certificate, CertificateKind, CertificateSubject};
pub use icon::{IconError, MAX_ICON_BYTES, MAX_ICON_PIXELS, check_icon};
pub use identity::Identity;
pub use passcode::Passcode;
pub use restrictions::Restrictions;
pub use web_clip::{DEFAULT_CLIP_ICON, WebClip};
pub use wifi::{WiFi, WiFiEncryption, WiFiProxy};

pub(crate) use web_clip::check_web_address;

use crate::dict::Dict;
use crate::profile::ProfileError;

/// One payload of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// A wireless network.
    WiFi(WiFi),
    /// An icon on the Home Screen that opens a web page.
    WebClip(WebClip),
    /// Rules for the passcode.
    Passcode(Passcode),
    /// A certificate to trust.
    Certificate(Certificate),
    /// A certificate with its private key.
    Identity(Identity),
    /// What the device allows.
    Restrictions(Restrictions),
}

impl Payload {
    /// Apple's `PayloadType`.
    #[must_use]
    pub fn payload_type(&self) -> &'static str {
        match self {
            Self::WiFi(_) => "com.apple.wifi.managed",
            Self::WebClip(_) => "com.apple.webClip.managed",
            Self::Passcode(_) => "com.apple.mobiledevice.passwordpolicy",
            Self::Certificate(certificate) => certificate.kind.payload_type(),
            Self::Identity(_) => "com.apple.security.pkcs12",
            Self::Restrictions(_) => "com.apple.applicationaccess",
        }
    }

    /// Checks every field.
    ///
    /// # Errors
    ///
    /// The first [`ProfileError`].
    pub fn validate(&self) -> Result<(), ProfileError> {
        match self {
            Self::WiFi(wifi) => wifi.validate(),
            Self::WebClip(clip) => clip.validate(),
            Self::Passcode(passcode) => passcode.validate(),
            Self::Certificate(certificate) => certificate.validate(),
            Self::Identity(identity) => identity.validate(),
            Self::Restrictions(restrictions) => restrictions.validate(),
        }
    }

    pub(crate) fn short_name(&self) -> &'static str {
        match self {
            Self::WiFi(_) => "wifi",
            Self::WebClip(_) => "webclip",
            Self::Passcode(_) => "passcode",
            Self::Certificate(_) => "certificate",
            Self::Identity(_) => "identity",
            Self::Restrictions(_) => "restrictions",
        }
    }

    pub(crate) fn display_name(&self) -> String {
        match self {
            Self::WiFi(wifi) => format!("Wi-Fi {}", wifi.ssid),
            Self::WebClip(clip) => clip.label.clone(),
            Self::Passcode(_) => "Passcode".to_owned(),
            Self::Certificate(certificate) => certificate.name.clone(),
            Self::Identity(identity) => identity.name.clone(),
            Self::Restrictions(_) => "Restrictions".to_owned(),
        }
    }

    pub(crate) fn content(&self) -> Dict {
        match self {
            Self::WiFi(wifi) => wifi.content(),
            Self::WebClip(clip) => clip.content(),
            Self::Passcode(passcode) => passcode.content(),
            Self::Certificate(certificate) => certificate.content(),
            Self::Identity(identity) => identity.content(),
            Self::Restrictions(restrictions) => restrictions.content(),
        }
    }
}
