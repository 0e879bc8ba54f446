//! What can go wrong in a service.
//!
//! [`CoreError`] is what most services return; those that people meet often (signing in on a phone, fetching a
//! profile, a device's message) have an enum of their own beside them and carry a `CoreError` for the rest. Texts of the
//! database and of protocols stay in `source()` for the log; pages never show them.

use baton_mdm::{
    ca::AuthorityError,
    mobileconfig::{Change, UploadError},
    payload::IconError,
    pkcs12::Pkcs12Error,
    push_certificate::RequestError,
};
use baton_model::Timestamp;
use baton_store::StoreError;
use thiserror::Error;

use crate::{actor::Permission, policy_tests::Flaw, push_certificate::PushCertificateProblem, vault::VaultError};

/// A field of a form and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in the form and in the API.
    pub field: &'static str,
    /// What is wrong.
    pub problem: FieldProblem,
}

impl FieldError {
    /// `field` has `problem`.
    #[must_use]
    pub const fn new(field: &'static str, problem: FieldProblem) -> Self {
        Self { field, problem }
    }
}

/// What can be wrong with a field. Pages have a sentence for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldProblem {
    /// Nothing was entered.
    Missing,
    /// More than this many characters.
    TooLong(usize),
    /// Somebody or something else has this name.
    Taken,
    /// Two of the files that were sent have this name.
    SentTwice,
    /// A new password with too few characters.
    PasswordTooShort,
    /// A new password with too many characters.
    PasswordTooLong,
    /// A new password that is among the first that are guessed.
    PasswordGuessable,
    /// Not the person's present password.
    WrongPassword,
    /// Two entries that should be the same differ.
    Different,
    /// Not a mail address.
    NotMail,
    /// Not an address that starts with http or https.
    NotUrl,
    /// Not a number within these bounds.
    OutOfRange(i64, i64),
    /// Not a certificate in PEM or DER.
    NotCertificate,
    /// A wireless password must have 8 to 63 characters.
    WiFiPassword,
    /// Not a bundle identifier such as `com.example.app`.
    NotBundleId,
    /// Holds a placeholder that does not exist.
    UnknownPlaceholder,
    /// A line that should be a bundle identifier.
    NotBundleIdLine(String),
    /// A form in which something must be set, and nothing is.
    NothingSet,
    /// A file of more than this many bytes.
    FileTooLarge(usize),
    /// Not an icon.
    NotIcon(IconError),
    /// Not an identity, or not with this password.
    NotIdentity(Pkcs12Error),
    /// A certificate that expired at this time.
    Expired(Timestamp),
    /// Not a profile that Baton can distribute.
    NotProfile(Box<UploadError>),
    /// A profile that is changed in these ways, which nobody has agreed to yet.
    ProfileChanges(Vec<Change>),
    /// Hides web clips, and with them the sign-in page, which nobody has agreed to yet.
    HidesSignIn,
    /// Refers to something that is gone.
    Gone,
    /// A person who may not enrol devices of their own (B5).
    MayNotEnrol,
    /// Must not have control characters.
    ControlCharacters,
    /// Something is wrong with an uploaded push certificate.
    PushCertificate(PushCertificateProblem),
    /// A file of expectations that cannot be checked, by lines.
    PolicyTest(Vec<Flaw>),
    /// There are as many files as there may be.
    TooManyFiles(i64),
    /// The stored secret is not kept, because it would go somewhere else.
    SecretNeededAgain,
    /// A setting of a directory that cannot work.
    Ldap(baton_identity::ldap::Problem),
    /// A setting of a provider that cannot work.
    OpenId(baton_identity::openid::Problem),
    /// A line that should be a group and a role.
    NotGroupAndRole(String),
    /// There are more than so many.
    TooMany(usize),
}

/// Why a service did not do what was asked.
#[derive(Debug, Error)]
pub enum CoreError {
    /// The actor's role does not allow it; audited.
    #[error("not allowed without `{}`", .0.as_str())]
    Denied(Permission),
    /// Whoever asks has not proved lately who they are; audited (B8).
    #[error("not confirmed within five minutes")]
    Unconfirmed,
    /// There is no such thing, or none that the actor may see.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Fields are wrong; nothing was changed.
    #[error("{} fields are wrong", .0.len())]
    Invalid(Vec<FieldError>),
    /// Somebody else changed it meanwhile; nothing was changed.
    #[error("it was changed meanwhile")]
    Stale,
    /// It is a person's own device, and is never given to anybody else.
    #[error("it is a person's own device")]
    OwnDevice,
    /// The user comes from a directory or a provider, which keeps what was to be changed.
    #[error("that is kept by the source the user comes from")]
    KeptBySource,
    /// It is built in, and cannot be changed in this way.
    #[error("it is built in")]
    BuiltIn,
    /// Too much is going on; the same request may succeed in a moment.
    #[error("too busy at the moment")]
    Busy,
    /// The database failed.
    #[error("the database failed")]
    Store(#[source] StoreError),
    /// Something sealed could not be opened.
    #[error("a sealed value could not be opened")]
    Vault(#[from] VaultError),
    /// The certificate authority failed.
    #[error("the certificate authority failed")]
    Authority(#[from] AuthorityError),
    /// The request for a certificate could not be made.
    #[error("the request for a certificate could not be made")]
    CertificateRequest(#[from] RequestError),
    /// The database holds something that this version of Baton does not understand.
    #[error("stored data is not understood: {0}")]
    Corrupt(String),
}

impl From<StoreError> for CoreError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::Busy,
            StoreError::Missing { what } => Self::NotFound(what),
            other => Self::Store(other),
        }
    }
}
