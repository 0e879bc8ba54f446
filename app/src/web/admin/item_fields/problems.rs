//! What is wrong with files and long lists, in whole sentences.

use baton_core::{
    FieldError, FieldProblem,
    catalogue::{IconError, MAX_ICON_PIXELS, PayloadName, Pkcs12Error, UploadError},
};

use crate::{
    locale::{Texts, fill},
    ui::form::{Input, Problem},
    web::{context::moment, words},
};

/// What is wrong with a field, if anything.
pub(super) fn of(t: &Texts, errors: &[FieldError], field: &str) -> Option<Problem> {
    errors.iter().find(|error| error.field == field).map(|error| problem(t, &error.problem))
}

/// A field as the form shows it again.
pub(super) fn input(t: &Texts, errors: &[FieldError], field: &str, value: &str) -> Input {
    Input { value: value.to_owned(), problem: of(t, errors, field) }
}

fn problem(t: &Texts, problem: &FieldProblem) -> Problem {
    Problem::Other(match problem {
        FieldProblem::NothingSet => t.problem_nothing_set.to_owned(),
        FieldProblem::NotBundleIdLine(line) => fill(t.problem_not_bundle_id_line, &[("line", line)]),
        FieldProblem::FileTooLarge(most) => fill(t.problem_file_too_large, &[("size", &size(*most))]),
        FieldProblem::NotIcon(error) => icon(t, *error),
        FieldProblem::NotIdentity(error) => identity(t, *error),
        FieldProblem::NotProfile(error) => profile(t, error),
        FieldProblem::Expired(at) => {
            let date = moment(*at).map(|at| at.date().to_string()).unwrap_or_default();
            fill(t.problem_certificate_expired, &[("date", &date)])
        }
        other => return words::problem(other),
    })
}

fn icon(t: &Texts, error: IconError) -> String {
    match error {
        IconError::NotPng => t.problem_not_png.to_owned(),
        IconError::Damaged => t.problem_png_damaged.to_owned(),
        IconError::TooManyBytes => {
            fill(t.problem_file_too_large, &[("size", &size(baton_core::catalogue::MAX_ICON_BYTES))])
        }
        IconError::TooManyPixels { width, height } => {
            fill(t.problem_png_pixels, &[("width", &width), ("height", &height), ("most", &MAX_ICON_PIXELS)])
        }
    }
}

fn identity(t: &Texts, error: Pkcs12Error) -> String {
    match error {
        Pkcs12Error::TooLarge => {
            return fill(t.problem_file_too_large, &[("size", &size(baton_core::catalogue::MAX_PKCS12_BYTES))]);
        }
        Pkcs12Error::SeveralKeys(n) => return fill(t.problem_pkcs12_several, &[("n", &n)]),
        Pkcs12Error::NotPkcs12 => t.problem_not_pkcs12,
        Pkcs12Error::WrongPassword => t.problem_pkcs12_password,
        Pkcs12Error::Unsupported => t.problem_pkcs12_unsupported,
        Pkcs12Error::NoKey => t.problem_pkcs12_no_key,
        Pkcs12Error::NoCertificate => t.problem_pkcs12_no_certificate,
    }
    .to_owned()
}

fn profile(t: &Texts, error: &UploadError) -> String {
    let about = |sentence: &str, payload: &PayloadName| fill(sentence, &[("payload", payload)]);
    match error {
        UploadError::TooLarge => {
            fill(t.problem_file_too_large, &[("size", &size(baton_core::catalogue::MAX_PROFILE_BYTES))])
        }
        UploadError::NotAProfile => t.problem_profile_not.to_owned(),
        UploadError::Damaged => t.problem_profile_damaged.to_owned(),
        UploadError::TooMuchInside => t.problem_profile_too_much.to_owned(),
        UploadError::ChangedAfterSigning { signer: Some(signer) } => {
            fill(t.problem_profile_changed, &[("signer", signer)])
        }
        UploadError::ChangedAfterSigning { signer: None } => t.problem_profile_changed_nameless.to_owned(),
        UploadError::Encrypted => t.problem_profile_encrypted.to_owned(),
        UploadError::OtherType(other) => fill(t.problem_profile_type, &[("type", other)]),
        UploadError::Empty => t.problem_profile_empty.to_owned(),
        UploadError::TooManyPayloads(n) => fill(t.problem_profile_many, &[("n", n)]),
        UploadError::MissingKey { payload, key } => fill(t.problem_profile_key, &[("payload", payload), ("key", key)]),
        UploadError::SameIdentifier { first, second } => {
            fill(t.problem_profile_same_identifier, &[("first", first), ("second", second)])
        }
        UploadError::SameUuid { first, second } => {
            fill(t.problem_profile_same_uuid, &[("first", first), ("second", second)])
        }
        UploadError::Management(payload) => about(t.problem_profile_mdm, payload),
        UploadError::Unwritable { payload, key } => fill(t.problem_profile_text, &[("payload", payload), ("key", key)]),
    }
}

fn size(bytes: usize) -> String {
    if bytes >= 1_000_000 { format!("{} MB", bytes / 1_000_000) } else { format!("{} kB", bytes / 1_000) }
}
