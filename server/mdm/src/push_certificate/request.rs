//! Asking Apple for a push certificate: a new key, and the request that is signed with it.

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_RSA_SHA256};

use super::{PrivateKey, rsa};
use crate::pem;

/// A request that can leave the server, and the key that must not.
#[derive(Clone, Debug)]
pub struct CertificateRequest {
    /// The certificate signing request (PKCS#10) as PEM.
    pub pem: String,
    /// The private key that it was made with.
    pub key: PrivateKey,
}

/// Why there is no request.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The operating system gave no random numbers.
    #[error("the system's random number generator failed")]
    Random,
    /// The request could not be written.
    #[error("the request could not be made: {0}")]
    Request(String),
}

impl CertificateRequest {
    /// Makes a key of 2048 bits, as Apple's portal asks for, and a request. It takes up to some seconds of computing.
    ///
    /// # Errors
    ///
    /// [`RequestError`].
    pub fn create(organization: &str) -> Result<Self, RequestError> {
        /// X.520 allows 64 characters in these attributes.
        const LONGEST: usize = 64;
        let pkcs8 = rsa::generate()?;
        let failed = |error: rcgen::Error| RequestError::Request(error.to_string());
        let signer =
            KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8.as_slice().into(), &PKCS_RSA_SHA256).map_err(failed)?;
        let shortened = |text: &str| text.chars().take(LONGEST).collect::<String>();
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, shortened(organization));
        params.distinguished_name.push(DnType::CommonName, shortened(&format!("{organization} MDM push")));
        let request = params.serialize_request(&signer).map_err(failed)?;
        let key = PrivateKey::from_pkcs8(&pkcs8).map_err(|error| RequestError::Request(error.to_string()))?;
        Ok(Self { pem: pem::write("CERTIFICATE REQUEST", request.der()), key })
    }
}
