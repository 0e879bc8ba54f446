//! Files that carry their signature with them, such as signed configuration profiles (RFC 5652).
//!
//! Who signed is told, and whether the content is still what was signed. Whether the signer is to be trusted is for
//! people to say: Baton has no list of authorities.

use cms::content_info::ContentInfo;
use cms::signed_data::SignerInfo;
use der::asn1::{ObjectIdentifier, OctetString};
use der::{Decode, Tag, Tagged};
use x509_cert::Certificate;

use super::algorithm::Hash;
use super::verify::{
    SIGNED_DATA, SignedData, check_bytes, check_content_type, check_digest, check_signature, find_certificate,
};
use super::{SignatureError, ber};

const ENVELOPED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.3");
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");

/// What a signed file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedContent {
    /// The content without its signature.
    pub content: Vec<u8>,
    /// The signer's name, or nothing where the file does not say it.
    pub signer: Option<String>,
}

/// Why a file does not give its content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignedFileError {
    /// Not CMS at all, or damaged.
    #[error("the file is not CMS signed data")]
    Malformed,
    /// It is encrypted for somebody.
    #[error("the file is encrypted")]
    Encrypted,
    /// The signature is about content that is elsewhere.
    #[error("the file holds a signature without its content")]
    Detached,
    /// The content was changed after it was signed.
    #[error("the content is not what was signed")]
    Changed {
        /// Who had signed it.
        signer: Option<String>,
    },
}

/// Takes the content out of a signed file, and refuses one that was changed after signing.
///
/// # Errors
///
/// [`SignedFileError`].
pub fn open_signed(file: &[u8]) -> Result<SignedContent, SignedFileError> {
    let der = ber::to_der(file).map_err(|_| SignedFileError::Malformed)?;
    let info = ContentInfo::from_der(&der).map_err(|_| SignedFileError::Malformed)?;
    if info.content_type == ENVELOPED_DATA {
        return Err(SignedFileError::Encrypted);
    }
    if info.content_type != SIGNED_DATA {
        return Err(SignedFileError::Malformed);
    }
    let signed: SignedData = info.content.decode_as().map_err(|_| SignedFileError::Malformed)?;
    let content = signed.content.econtent.as_ref().ok_or(SignedFileError::Detached)?;
    if content.tag() != Tag::OctetString {
        return Err(SignedFileError::Malformed);
    }
    let content: OctetString = content.decode_as().map_err(|_| SignedFileError::Malformed)?;
    let content = content.into_bytes();
    let mut name = None;
    for signer in signed.signers.0.iter() {
        let Ok((_, certificate)) = find_certificate(&signed, &signer.sid) else { continue };
        let signed_by = name_of(&certificate);
        if is_contradicted(&signed, signer, &content, &certificate) {
            return Err(SignedFileError::Changed { signer: signed_by });
        }
        name = name.or(signed_by);
    }
    Ok(SignedContent { content, signer: name })
}

/// Whether the signature says that the content is another one. A signature that cannot be checked, because it uses an
/// old algorithm, says nothing.
fn is_contradicted(signed: &SignedData, signer: &SignerInfo, content: &[u8], certificate: &Certificate) -> bool {
    let checked = Hash::from_oid(signer.digest_alg.oid).and_then(|hash| match &signer.signed_attrs {
        None => check_bytes(signer, content, hash, certificate),
        Some(attributes) => {
            check_content_type(attributes, signed.content.econtent_type)?;
            check_digest(attributes, hash, content)?;
            check_signature(signer, attributes, hash, certificate)
        }
    });
    matches!(
        checked,
        Err(SignatureError::OtherBody
            | SignatureError::BadSignature
            | SignatureError::MissingAttribute
            | SignatureError::Malformed)
    )
}

/// The subject's common name, else its organisation, else the whole of it.
fn name_of(certificate: &Certificate) -> Option<String> {
    let subject = &certificate.tbs_certificate.subject;
    let part = |oid| {
        let parts = subject.0.iter().flat_map(|relative| relative.0.iter());
        let value = parts.filter(|part| part.oid == oid).find_map(|part| text_of(&part.value))?;
        Some(crate::wire::shorten(&value)).filter(|text| !text.trim().is_empty())
    };
    part(COMMON_NAME)
        .or_else(|| part(ORGANIZATION))
        .or_else(|| Some(crate::wire::shorten(&subject.to_string())).filter(|text| !text.is_empty()))
}

fn text_of(value: &der::Any) -> Option<String> {
    match value.tag() {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String | Tag::TeletexString => {
            Some(String::from_utf8_lossy(value.value()).into_owned())
        }
        Tag::BmpString => value.decode_as::<der::asn1::BmpString>().ok().map(|text| text.to_string()),
        _ => None,
    }
}
