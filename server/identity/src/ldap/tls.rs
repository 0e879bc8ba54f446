//! Whom to believe, and what to make of a handshake that failed.

use std::{
    io,
    sync::{Arc, OnceLock},
};

use rustls::{
    CertificateError, ClientConfig, RootCertStore,
    client::danger::ServerCertVerifier,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, pem::PemObject as _},
};
use rustls_platform_verifier::Verifier;

use super::{
    error::{CertificateProblem, LdapError, Step},
    validate::Problem,
};

/// The authorities in this file.
pub(crate) fn authorities(pem: &str) -> Result<RootCertStore, Problem> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|_| Problem::BadCertificate)?;
        roots.add(certificate).map_err(|_| Problem::BadCertificate)?;
    }
    if roots.is_empty() { Err(Problem::NoCertificate) } else { Ok(roots) }
}

/// How to encrypt: with these authorities alone, else with those that the system trusts.
pub(crate) fn client(authorities: Option<RootCertStore>) -> Result<Arc<ClientConfig>, LdapError> {
    let failed = |error: rustls::Error| LdapError::Tls(error.to_string());
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_safe_default_protocol_versions().map_err(failed)?;
    let config = match authorities {
        Some(authorities) => builder.with_root_certificates(authorities).with_no_client_auth(),
        None => builder.dangerous().with_custom_certificate_verifier(system(provider)?).with_no_client_auth(),
    };
    Ok(Arc::new(config))
}

/// The system's authorities, read once: there are many.
fn system(provider: Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, LdapError> {
    static SYSTEM: OnceLock<Arc<Verifier>> = OnceLock::new();
    if let Some(verifier) = SYSTEM.get() {
        return Ok(Arc::clone(verifier) as _);
    }
    let verifier = Verifier::new(provider).map_err(|error| LdapError::Tls(error.to_string()))?;
    Ok(Arc::clone(SYSTEM.get_or_init(|| Arc::new(verifier))) as _)
}

/// Why a handshake failed.
pub(crate) fn handshake_error(error: &io::Error) -> LdapError {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(error)) => LdapError::Certificate(problem(error)),
        Some(error) => LdapError::Tls(error.to_string()),
        None => LdapError::ConnectionLost(Step::Tls),
    }
}

fn problem(error: &CertificateError) -> CertificateProblem {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => CertificateProblem::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => CertificateProblem::NotYetValid,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateProblem::OtherName
        }
        // A foreign authority of the same name is told by its signature.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => CertificateProblem::NotTrusted,
        CertificateError::Revoked => CertificateProblem::Revoked,
        other => CertificateProblem::Other(other.to_string()),
    }
}
