//! What can be wrong with what was uploaded as a push certificate. Pages have a sentence for each.

use baton_mdm::push_certificate::{FileFault, KeyFault};
use baton_model::Timestamp;

use crate::{FieldError, FieldProblem};

/// What is wrong, beside the field it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushCertificateProblem {
    /// The file is larger than any certificate.
    TooLarge,
    /// The file is no certificate.
    NotCertificate,
    /// The file is the request for a certificate, not the certificate.
    IsRequest,
    /// The file is a private key, not a certificate.
    IsPrivateKey,
    /// The certificate is for something else than MDM push.
    NotForMdm,
    /// It is valid only from this time on.
    NotYetValid(Timestamp),
    /// It was valid until this time.
    Expired(Timestamp),
    /// Its topic is another than that of the installed one: every device would have to enrol again.
    OtherTopic,
    /// It belongs to no key that is here, and none was uploaded with it.
    NoKey,
    /// The file of the key holds none.
    NotKey,
    /// The key is encrypted with a password.
    KeyEncrypted,
    /// The key is damaged, too short, or of an unknown kind.
    KeyUnusable,
    /// Certificate and key do not belong together.
    OtherKey,
    /// The PKCS#12 file does not open with this password.
    Locked,
}

impl PushCertificateProblem {
    pub(super) const fn at(self, field: &'static str) -> FieldError {
        FieldError::new(field, FieldProblem::PushCertificate(self))
    }
}

/// The field names of the form.
pub(super) const FILE: &str = "certificate";
pub(super) const KEY: &str = "key";
pub(super) const PASSWORD: &str = "password";

pub(super) fn of_file(fault: FileFault) -> FieldError {
    use PushCertificateProblem as Problem;
    match fault {
        FileFault::Empty => FieldError::new(FILE, FieldProblem::Missing),
        FileFault::TooLarge => Problem::TooLarge.at(FILE),
        FileFault::NotACertificate => Problem::NotCertificate.at(FILE),
        FileFault::IsRequest => Problem::IsRequest.at(FILE),
        FileFault::IsPrivateKey => Problem::IsPrivateKey.at(FILE),
        FileFault::NotForMdm => Problem::NotForMdm.at(FILE),
        FileFault::Locked => Problem::Locked.at(PASSWORD),
        // The key came with the certificate, so that is where to look.
        FileFault::Key(fault) => of_key(fault, FILE),
    }
}

pub(super) const fn of_key(fault: KeyFault, field: &'static str) -> FieldError {
    match fault {
        KeyFault::Missing => PushCertificateProblem::NotKey.at(field),
        KeyFault::Encrypted => PushCertificateProblem::KeyEncrypted.at(field),
        KeyFault::Unusable => PushCertificateProblem::KeyUnusable.at(field),
    }
}
