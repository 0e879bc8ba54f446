//! Identities. Source: Apple's `com.apple.security.pkcs12.yaml`.

use crate::dict::Dict;
use crate::profile::{ProfileError, check_text};

/// A certificate with its private key, as a PKCS#12 file.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The name shown on the device.
    pub name: String,
    /// The PKCS#12 file.
    pub file: Vec<u8>,
    /// The file's password. Without one the person would be asked for it.
    pub password: String,
}

impl Identity {
    pub(super) fn validate(&self) -> Result<(), ProfileError> {
        check_text("name", &self.name, 255)?;
        check_text("password", &self.password, 255)?;
        if self.file.is_empty() { Err(ProfileError::new("file", "must not be empty")) } else { Ok(()) }
    }

    pub(super) fn content(&self) -> Dict {
        Dict::new()
            .set("Password", self.password.as_str())
            .set("PayloadCertificateFileName", format!("{}.p12", self.name))
            .data("PayloadContent", &self.file)
    }
}

impl std::fmt::Debug for Identity {
    /// Leaves the private key and its password out.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Identity").field("name", &self.name).finish_non_exhaustive()
    }
}
