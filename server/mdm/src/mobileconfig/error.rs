//! Why an uploaded profile is refused, in terms that name the payload.

use std::fmt;

/// A payload as people find it again in their file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayloadName {
    /// Its place in the profile, counted from 1.
    pub number: usize,
    /// Its PayloadDisplayName, shortened.
    pub name: Option<String>,
    /// Its PayloadType, shortened; empty when it has none.
    pub payload_type: String,
}

impl fmt::Display for PayloadName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.name, self.payload_type.is_empty()) {
            (Some(name), false) => write!(formatter, "{} “{name}” ({})", self.number, self.payload_type),
            (Some(name), true) => write!(formatter, "{} “{name}”", self.number),
            (None, false) => write!(formatter, "{} ({})", self.number, self.payload_type),
            (None, true) => write!(formatter, "{}", self.number),
        }
    }
}

/// Why an uploaded profile is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    /// More than [`MAX_PROFILE_BYTES`](super::MAX_PROFILE_BYTES).
    #[error("the file is too large")]
    TooLarge,
    /// Another kind of file.
    #[error("the file is not a configuration profile")]
    NotAProfile,
    /// A property list that breaks off, or says the same thing twice.
    #[error("the file is damaged")]
    Damaged,
    /// It holds more than a profile does.
    #[error("the file holds too much")]
    TooMuchInside,
    /// It was changed after it was signed.
    #[error("the file was changed after it was signed")]
    ChangedAfterSigning {
        /// Who had signed it.
        signer: Option<String>,
    },
    /// The file or its payloads are encrypted for one device.
    #[error("the profile is encrypted")]
    Encrypted,
    /// Its type is not Configuration.
    #[error("the profile is of type `{0}`, not `Configuration`")]
    OtherType(String),
    /// It has no payload.
    #[error("the profile holds no payload")]
    Empty,
    /// More than [`MAX_PAYLOADS`](super::MAX_PAYLOADS).
    #[error("the profile holds {0} payloads")]
    TooManyPayloads(usize),
    /// A payload without a key that every payload has.
    #[error("payload {payload} has no `{key}`")]
    MissingKey {
        /// Which payload.
        payload: PayloadName,
        /// Apple's name of the key.
        key: &'static str,
    },
    /// Two payloads have the same PayloadIdentifier.
    #[error("payloads {first} and {second} have the same identifier")]
    SameIdentifier {
        /// One of them.
        first: PayloadName,
        /// The other.
        second: PayloadName,
    },
    /// Two payloads have the same PayloadUUID.
    #[error("payloads {first} and {second} have the same UUID")]
    SameUuid {
        /// One of them.
        first: PayloadName,
        /// The other.
        second: PayloadName,
    },
    /// It would enrol the device with another server.
    #[error("payload {0} enrols devices with a management server")]
    Management(PayloadName),
    /// A text with characters that XML cannot hold.
    #[error("payload {payload} has invisible characters in `{key}`")]
    Unwritable {
        /// Which payload; none when it is in the profile itself.
        payload: PayloadName,
        /// The key.
        key: String,
    },
}
