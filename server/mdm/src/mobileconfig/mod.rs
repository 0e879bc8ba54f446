//! Configuration profiles that people upload: read under limits, checked, and made Baton's own.
//!
//! Sources: Apple's `mdm/profiles/TopLevel.yaml` and `CommonPayloadKeys.yaml`. Baton rewrites identifiers, so that
//! removing one item never removes another; a signature therefore cannot be kept.

mod error;
mod inside;
mod rewrite;

use plist::{Dictionary, Value};

pub use error::{PayloadName, UploadError};
pub use inside::{InnerPayload, KeyValue};
pub use rewrite::{Keep, Outer};

use crate::dict::to_xml;
use crate::message::MessageError;
use crate::signature::{SignedFileError, open_signed};
use crate::wire;

/// The largest profile that is taken, in bytes.
pub const MAX_PROFILE_BYTES: usize = 2_000_000;

/// How many payloads one profile may have.
pub const MAX_PAYLOADS: usize = 100;

/// Keys of the profile itself that Baton does not take over.
const NOT_KEPT: &[&str] = &[REMOVAL_DISALLOWED, REMOVAL_DATE, DURATION, "HasRemovalPasscode", "IsEncrypted"];
const REMOVAL_DISALLOWED: &str = "PayloadRemovalDisallowed";
const REMOVAL_DATE: &str = "RemovalDate";
const DURATION: &str = "DurationUntilRemoval";

/// A checked profile.
#[derive(Clone, PartialEq)]
pub struct MobileConfig {
    profile: Dictionary,
}

/// What Baton changes about an uploaded profile, besides its identifiers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Its signature is dropped.
    Signature {
        /// Who had signed it, as far as the file says.
        signer: Option<String>,
    },
    /// It is no longer locked against removal: Baton removes it when its holder no longer gets it.
    RemovalLock,
    /// It no longer removes itself at a time: Baton decides when it goes.
    RemovalDate,
}

/// A profile with what becomes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Upload {
    /// The profile, without a signature.
    pub config: MobileConfig,
    /// What is changed about it, in order.
    pub changes: Vec<Change>,
}

impl MobileConfig {
    /// Takes a file somebody uploaded: XML or binary, plain or signed.
    ///
    /// # Errors
    ///
    /// [`UploadError`] names the payload, where it is about one.
    pub fn from_file(file: &[u8]) -> Result<Upload, UploadError> {
        if file.len() > MAX_PROFILE_BYTES {
            return Err(UploadError::TooLarge);
        }
        let (content, signature) = unwrap(file)?;
        let profile = read(content.as_deref().unwrap_or(file))?;
        let mut changes: Vec<Change> = signature.into_iter().collect();
        if profile.get(REMOVAL_DISALLOWED).and_then(Value::as_boolean) == Some(true) {
            changes.push(Change::RemovalLock);
        }
        if profile.contains_key(REMOVAL_DATE) || profile.contains_key(DURATION) {
            changes.push(Change::RemovalDate);
        }
        Ok(Upload { config: Self::checked(profile)?, changes })
    }

    /// Reads what [`Self::to_stored`] wrote.
    ///
    /// # Errors
    ///
    /// [`UploadError`], when it was altered since.
    pub fn from_stored(stored: &[u8]) -> Result<Self, UploadError> {
        Self::checked(read(stored)?)
    }

    /// The profile for keeping: an XML property list.
    #[must_use]
    pub fn to_stored(&self) -> Vec<u8> {
        to_xml(self.profile.clone())
    }

    /// The name that the profile gives itself.
    #[must_use]
    pub fn display_name(&self) -> Option<&str> {
        self.profile.get("PayloadDisplayName").and_then(Value::as_string).filter(|name| !name.trim().is_empty())
    }

    fn checked(mut profile: Dictionary) -> Result<Self, UploadError> {
        inside::check(&profile)?;
        for key in NOT_KEPT {
            profile.remove(key);
        }
        Ok(Self { profile })
    }

    fn payload_dictionaries(&self) -> impl Iterator<Item = &Dictionary> {
        let payloads = self.profile.get("PayloadContent").and_then(Value::as_array);
        payloads.into_iter().flatten().filter_map(Value::as_dictionary)
    }
}

impl std::fmt::Debug for MobileConfig {
    /// Leaves the content out: it holds passwords.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("MobileConfig").field("display_name", &self.display_name()).finish_non_exhaustive()
    }
}

/// The content of a signed file, with what that means for the signature.
fn unwrap(file: &[u8]) -> Result<(Option<Vec<u8>>, Option<Change>), UploadError> {
    /// The first byte of every CMS file: an ASN.1 sequence.
    const SEQUENCE: u8 = 0x30;
    if file.first() != Some(&SEQUENCE) {
        return Ok((None, None));
    }
    match open_signed(file) {
        Ok(signed) => Ok((Some(signed.content), Some(Change::Signature { signer: signed.signer }))),
        Err(SignedFileError::Encrypted) => Err(UploadError::Encrypted),
        Err(SignedFileError::Changed { signer }) => Err(UploadError::ChangedAfterSigning { signer }),
        Err(SignedFileError::Malformed | SignedFileError::Detached) => Err(UploadError::NotAProfile),
    }
}

fn read(bytes: &[u8]) -> Result<Dictionary, UploadError> {
    wire::read_file(bytes, MAX_PROFILE_BYTES * 2).map_err(|error| match error {
        MessageError::NotAPropertyList | MessageError::NotADictionary => UploadError::NotAProfile,
        MessageError::TooManyValues { .. } | MessageError::ContentRepeated | MessageError::TooDeep { .. } => {
            UploadError::TooMuchInside
        }
        _ => UploadError::Damaged,
    })
}
