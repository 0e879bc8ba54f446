//! What people upload as their push certificate, recognised even when it is the wrong thing.

use der::{Decode as _, Reader as _, SliceReader, Tag, Tagged as _, asn1::AnyRef};
use x509_cert::request::CertReq;

use super::{CertificateFault, KeyFault, PrivateKey, PushCertificate};
use crate::{
    pem,
    pkcs12::{self, Pkcs12Error},
};

/// The largest file looked at, in bytes. A push certificate with its key has about 5 kB.
pub const MAX_FILE_BYTES: usize = 64 * 1024;

/// What a file holds.
#[derive(Clone, Debug)]
pub struct CertificateFile {
    /// The push certificate. Of several the one that is valid longest; other certificates are passed over.
    pub certificate: PushCertificate,
    /// The private key, if the file holds one.
    pub key: Option<PrivateKey>,
}

/// Why a file holds no push certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is larger than [`MAX_FILE_BYTES`].
    #[error("the file is too large")]
    TooLarge,
    /// It is no certificate.
    #[error("the file holds no certificate")]
    NotACertificate,
    /// It is a request for a certificate, signed by a vendor or not: what Apple gets, not what Apple gives.
    #[error("the file holds a request for a certificate")]
    IsRequest,
    /// It holds a private key and nothing else.
    #[error("the file holds only a private key")]
    IsPrivateKey,
    /// It holds certificates, none of them for MDM push.
    #[error("the certificate is not for MDM push")]
    NotForMdm,
    /// PKCS#12 that does not open: the password is wrong, or the encryption is not known here.
    #[error("the PKCS#12 file cannot be opened")]
    Locked,
    /// The certificate is there, but the private key beside it is of no use.
    #[error(transparent)]
    Key(KeyFault),
}

impl CertificateFile {
    /// Takes a file apart: a certificate in PEM or DER, PEM with a private key, or PKCS#12, which `password` opens.
    ///
    /// # Errors
    ///
    /// [`FileFault`].
    pub fn read(file: &[u8], password: &str) -> Result<Self, FileFault> {
        if file.len() > MAX_FILE_BYTES {
            return Err(FileFault::TooLarge);
        }
        match pem::text(file) {
            Some(text) if text.trim().is_empty() => Err(FileFault::Empty),
            Some(text) => from_text(&text),
            None if is_pkcs12(file) => from_pkcs12(file, password),
            None if CertReq::from_der(file).is_ok() => Err(FileFault::IsRequest),
            None if PrivateKey::from_file(file).is_ok() => Err(FileFault::IsPrivateKey),
            None => Ok(Self { certificate: longest_valid(&[file.to_vec()])?, key: None }),
        }
    }
}

fn from_text(text: &str) -> Result<CertificateFile, FileFault> {
    let blocks = pem::blocks(text).ok_or(FileFault::NotACertificate)?;
    if blocks.iter().any(|block| block.label == "CERTIFICATE") {
        let certificates = pem::certificates(text).ok_or(FileFault::NotACertificate)?;
        let certificate = longest_valid(&certificates)?;
        let key = match PrivateKey::from_pem(text) {
            Ok(key) => Some(key),
            Err(KeyFault::Missing) => None,
            Err(fault) => return Err(FileFault::Key(fault)),
        };
        return Ok(CertificateFile { certificate, key });
    }
    Err(match blocks.first() {
        Some(block) if block.label.ends_with("CERTIFICATE REQUEST") => FileFault::IsRequest,
        Some(block) if block.label.ends_with("PRIVATE KEY") => FileFault::IsPrivateKey,
        None if is_signed_request(text) => FileFault::IsRequest,
        _ => FileFault::NotACertificate,
    })
}

/// What a vendor makes of a request for Apple's portal: a property list, in base64 or plain.
fn is_signed_request(text: &str) -> bool {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    const KEY: &str = "PushCertRequestCSR";
    let base64: String = text.split_ascii_whitespace().collect();
    text.contains(KEY)
        || STANDARD.decode(base64).is_ok_and(|plain| plain.windows(KEY.len()).any(|window| window == KEY.as_bytes()))
}

/// PKCS#12 begins with version 3; a certificate with a sequence, a request with version 0 in a sequence of its own.
fn is_pkcs12(file: &[u8]) -> bool {
    let begins = || -> der::Result<bool> {
        let mut reader = SliceReader::new(file)?;
        let header = der::Header::decode(&mut reader)?;
        if header.tag != Tag::Sequence {
            return Ok(false);
        }
        let version = AnyRef::decode(&mut reader)?;
        Ok(version.tag() == Tag::Integer && version.value() == [3] && !reader.is_finished())
    };
    begins().unwrap_or(false)
}

fn from_pkcs12(file: &[u8], password: &str) -> Result<CertificateFile, FileFault> {
    let opened = pkcs12::open(file, password).map_err(|error| match error {
        Pkcs12Error::WrongPassword | Pkcs12Error::Unsupported => FileFault::Locked,
        Pkcs12Error::TooLarge => FileFault::TooLarge,
        Pkcs12Error::NoKey => FileFault::Key(KeyFault::Missing),
        Pkcs12Error::SeveralKeys(_) => FileFault::Key(KeyFault::Unusable),
        Pkcs12Error::NotPkcs12 | Pkcs12Error::NoCertificate => FileFault::NotACertificate,
    })?;
    let certificate = longest_valid(&[opened.certificate_der])?;
    let key = PrivateKey::from_pkcs8(&opened.key_pkcs8).map_err(FileFault::Key)?;
    Ok(CertificateFile { certificate, key: Some(key) })
}

fn longest_valid(certificates: &[Vec<u8>]) -> Result<PushCertificate, FileFault> {
    let read: Vec<_> = certificates.iter().map(|der| PushCertificate::from_der(der)).collect();
    if read.contains(&Err(CertificateFault::Malformed)) {
        return Err(FileFault::NotACertificate);
    }
    let found = read.into_iter().filter_map(Result::ok).max_by_key(|certificate| certificate.not_after);
    found.ok_or(FileFault::NotForMdm)
}
