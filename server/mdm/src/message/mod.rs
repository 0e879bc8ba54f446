//! What devices send: check-in messages and answers to commands.
//!
//! Source: Apple's `mdm/checkin/*.yaml` and `mdm/commands/*.yaml`.

mod answer;
mod app_status;
mod check_in;
mod fields;
mod identity;
mod order;

pub use answer::{
    Answer, AnswerStatus, AppInstallAnswer, CommandResult, DeviceInformation, ErrorChainItem, InstalledProfile,
    SecurityInfo, parse_answer,
};
pub use app_status::ManagedAppStatus;
pub use check_in::{Authenticate, CheckIn, CheckOut, TokenUpdate, parse_check_in};
pub use identity::EnrollmentIdentity;
pub use order::{Location, SettingResult};

pub use crate::wire::{MAX_ANSWER_BYTES, MAX_CHECK_IN_BYTES, MAX_DEPTH, MAX_TEXT_BYTES, MAX_VALUES};

/// Why a message from a device was refused. Nothing may change when one is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// The body is larger than this kind of message may be. Sizes in bytes.
    #[error("the message has {actual} bytes, more than the {limit} allowed")]
    TooLarge {
        /// The largest size accepted, in bytes.
        limit: usize,
        /// The size received, in bytes.
        actual: usize,
    },
    /// Neither an XML nor a binary property list.
    #[error("the message is not a property list")]
    NotAPropertyList,
    /// A property list that does not parse; the text says where it breaks.
    #[error("the property list is damaged: {0}")]
    Malformed(String),
    /// Arrays and dictionaries nest too deep.
    #[error("the property list nests deeper than {limit} levels")]
    TooDeep {
        /// The deepest nesting accepted.
        limit: usize,
    },
    /// Too many keys and values.
    #[error("the property list holds more than {limit} values")]
    TooManyValues {
        /// The largest count accepted.
        limit: u64,
    },
    /// A binary property list that repeats its content to grow when it is read.
    #[error("the property list expands to more than it can honestly hold")]
    ContentRepeated,
    /// A dictionary has the same key twice, so that two readers could disagree about it.
    #[error("the key `{key}` appears twice")]
    DuplicateKey {
        /// The key, shortened.
        key: String,
    },
    /// The property list is valid but its root is not a dictionary.
    #[error("the message is not a dictionary")]
    NotADictionary,
    /// A required key is absent.
    #[error("the key `{key}` is missing")]
    Missing {
        /// Apple's name of the key.
        key: &'static str,
    },
    /// A key has a value of another type than Apple defines.
    #[error("the value of `{key}` is not {expected}")]
    WrongType {
        /// Apple's name of the key.
        key: &'static str,
        /// The type expected, with its article.
        expected: &'static str,
    },
    /// A key has a value that cannot be right.
    #[error("the value of `{key}` is {problem}")]
    BadValue {
        /// Apple's name of the key.
        key: &'static str,
        /// What is wrong, as the end of a sentence.
        problem: String,
    },
    /// Neither UDID nor EnrollmentID names the sender.
    #[error("the message names neither a `UDID` nor an `EnrollmentID`")]
    NoIdentity,
    /// The message belongs to a user channel. Baton's enrollment profile does not offer one, and a
    /// user's token or answer must never be taken for the device's.
    #[error("the message belongs to a user channel, which this server does not offer")]
    UserChannel,
}
