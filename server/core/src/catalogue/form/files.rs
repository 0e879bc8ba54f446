//! What comes as a file: icons, certificates, identities, profiles.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use baton_mdm::{
    mobileconfig::{KeyValue, MAX_PROFILE_BYTES, MobileConfig, UploadError},
    payload::{self, IconError, MAX_ICON_BYTES, check_icon},
    pkcs12::{self, MAX_PKCS12_BYTES, Pkcs12Error},
};
use baton_model::{
    ItemContent, Timestamp,
    item::{Certificate, Identity, ItemFile, SealedText, UploadedPayload, UploadedProfile},
};
use baton_policy::{Payload, Setting};

use super::{problems::Problems, restrictions::check_sign_in};
use crate::{
    CoreError, FieldProblem, Vault,
    files::{NewFile, SentFile},
    rendering::{is_placeholder, seal},
};

/// What becomes of the file that an item has.
#[derive(Clone, Debug, Default)]
pub enum FileChange {
    /// It stays, if there is one.
    #[default]
    Keep,
    /// It goes.
    Remove,
    /// Another takes its place.
    New(SentFile),
    /// Another should take its place, and was too large to be read.
    TooLarge,
}

/// The icon of a web clip.
pub(super) fn icon(
    change: &FileChange,
    vault: &Vault,
    before: Option<&ItemContent>,
    problems: &mut Problems,
) -> (Option<ItemFile>, Option<NewFile>) {
    let problem = match change {
        FileChange::Keep => match before {
            Some(ItemContent::WebClip(clip)) => return (clip.icon.clone(), None),
            _ => return (None, None),
        },
        FileChange::Remove => return (None, None),
        FileChange::TooLarge => FieldProblem::FileTooLarge(MAX_ICON_BYTES),
        FileChange::New(file) => match check_icon(&file.content) {
            Ok(()) => {
                let new = NewFile::new(vault, file.content.clone());
                return (Some(new.file.clone()), Some(new));
            }
            Err(IconError::TooManyBytes) => FieldProblem::FileTooLarge(MAX_ICON_BYTES),
            Err(error) => FieldProblem::NotIcon(error),
        },
    };
    problems.add("icon", problem);
    (None, None)
}

/// A trusted certificate, PEM or DER.
pub(super) fn certificate(
    name: &str,
    file: &[u8],
    before: Option<&ItemContent>,
    problems: &mut Problems,
) -> ItemContent {
    if let (true, Some(ItemContent::Certificate(kept))) = (file.is_empty(), before) {
        return ItemContent::Certificate(kept.clone());
    }
    let nothing = Certificate { der: String::new(), subject: String::new(), expires_at: Timestamp(0) };
    if file.is_empty() {
        problems.add("file", FieldProblem::Missing);
        return ItemContent::Certificate(nothing);
    }
    match payload::Certificate::from_file(name_or(name, "certificate"), file)
        .and_then(|parsed| Ok((parsed.subject()?, parsed.der)))
    {
        Ok((subject, der)) => ItemContent::Certificate(Certificate {
            der: STANDARD.encode(der),
            subject: subject.subject,
            expires_at: timestamp(subject.not_after),
        }),
        Err(_) => {
            problems.add("file", FieldProblem::NotCertificate);
            ItemContent::Certificate(nothing)
        }
    }
}

/// An identity as entered.
#[derive(Clone, Default)]
pub struct IdentityForm {
    /// The PKCS#12 file.
    pub file: FileChange,
    /// Its password.
    pub password: String,
}

impl std::fmt::Debug for IdentityForm {
    /// Leaves the password out.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("IdentityForm").field("file", &self.file).finish_non_exhaustive()
    }
}

/// An identity: file and password are checked together, and sealed.
pub(super) fn identity(
    form: &IdentityForm,
    vault: &Vault,
    before: Option<&ItemContent>,
    now: Timestamp,
    problems: &mut Problems,
) -> Result<ItemContent, CoreError> {
    let nothing = ItemContent::Identity(Identity {
        file: SealedText(String::new()),
        password: SealedText(String::new()),
        subject: String::new(),
        issuer: String::new(),
        expires_at: Timestamp(0),
        more_certificates: 0,
    });
    let mut refuse = |field, problem| {
        problems.add(field, problem);
        Ok(nothing.clone())
    };
    let file = match (&form.file, before) {
        (FileChange::New(file), _) => &file.content,
        (FileChange::TooLarge, _) => return refuse("file", FieldProblem::FileTooLarge(MAX_PKCS12_BYTES)),
        (FileChange::Keep | FileChange::Remove, Some(kept @ ItemContent::Identity(_))) => return Ok(kept.clone()),
        (FileChange::Keep | FileChange::Remove, _) => return refuse("file", FieldProblem::Missing),
    };
    let opened = match pkcs12::open(file, &form.password) {
        Ok(opened) => opened,
        Err(Pkcs12Error::TooLarge) => return refuse("file", FieldProblem::FileTooLarge(MAX_PKCS12_BYTES)),
        Err(Pkcs12Error::WrongPassword) if form.password.is_empty() => {
            return refuse("password", FieldProblem::Missing);
        }
        Err(error @ Pkcs12Error::WrongPassword) => return refuse("password", FieldProblem::NotIdentity(error)),
        Err(error) => return refuse("file", FieldProblem::NotIdentity(error)),
    };
    if form.password.is_empty() {
        // Without a password the device would ask the person for one.
        return refuse("password", FieldProblem::Missing);
    }
    let subject = payload::Certificate::from_file("identity", &opened.certificate_der)
        .and_then(|certificate| certificate.subject());
    let Ok(subject) = subject else { return refuse("file", FieldProblem::NotIdentity(Pkcs12Error::NotPkcs12)) };
    let expires_at = timestamp(subject.not_after);
    if expires_at <= now {
        return refuse("file", FieldProblem::Expired(expires_at));
    }
    Ok(ItemContent::Identity(Identity {
        file: seal(vault, &STANDARD.encode(file))?,
        password: seal(vault, &form.password)?,
        subject: subject.subject,
        issuer: subject.issuer,
        expires_at,
        more_certificates: opened.more_certificates,
    }))
}

/// An uploaded profile as entered.
#[derive(Clone, Debug, Default)]
pub struct ProfileForm {
    /// The profile.
    pub file: FileChange,
    /// What Baton changes about it was agreed to.
    pub changes_agreed: bool,
    /// Hiding the sign-in page was agreed to.
    pub hides_sign_in_agreed: bool,
}

/// An uploaded profile, and its file to keep.
pub(super) fn profile(
    form: &ProfileForm,
    vault: &Vault,
    before: Option<&ItemContent>,
    problems: &mut Problems,
) -> (ItemContent, Option<NewFile>) {
    let nothing = ItemContent::Profile(UploadedProfile {
        file: ItemFile { digest: String::new(), bytes: 0 },
        file_name: String::new(),
        signed_by: None,
        payloads: Vec::new(),
        is_personal: false,
        unknown_placeholders: Vec::new(),
    });
    let refuse = |problem| {
        problems.add("file", problem);
        (nothing, None)
    };
    let file = match (&form.file, before) {
        (FileChange::New(file), _) => file,
        (FileChange::TooLarge, _) => return refuse(FieldProblem::FileTooLarge(MAX_PROFILE_BYTES)),
        (FileChange::Keep | FileChange::Remove, Some(kept @ ItemContent::Profile(_))) => return (kept.clone(), None),
        (FileChange::Keep | FileChange::Remove, _) => return refuse(FieldProblem::Missing),
    };
    let upload = match MobileConfig::from_file(&file.content) {
        Ok(upload) => upload,
        Err(UploadError::TooLarge) => return refuse(FieldProblem::FileTooLarge(MAX_PROFILE_BYTES)),
        Err(error) => return refuse(FieldProblem::NotProfile(Box::new(error))),
    };
    if !upload.changes.is_empty() && !form.changes_agreed {
        return refuse(FieldProblem::ProfileChanges(upload.changes));
    }
    let placeholders = upload.config.placeholders();
    let new = NewFile::new(vault, upload.config.to_stored());
    let content = ItemContent::Profile(UploadedProfile {
        file: new.file.clone(),
        file_name: file.name.chars().filter(|c| !c.is_control()).take(100).collect(),
        signed_by: upload.changes.iter().find_map(|change| match change {
            baton_mdm::mobileconfig::Change::Signature { signer } => signer.clone(),
            _ => None,
        }),
        payloads: upload.config.payloads().into_iter().map(uploaded_payload).collect(),
        is_personal: placeholders.iter().any(|found| is_placeholder(found)),
        unknown_placeholders: placeholders.into_iter().filter(|found| !is_placeholder(found)).collect(),
    });
    check_sign_in("file", &content, before, form.hides_sign_in_agreed, problems);
    (content, Some(new))
}

fn uploaded_payload(inside: baton_mdm::mobileconfig::InnerPayload) -> UploadedPayload {
    let setting = |value| match value {
        KeyValue::Flag(flag) => Setting::Flag(flag),
        KeyValue::Texts(texts) if inside.payload_type == baton_policy::payload::RESTRICTIONS => Setting::Names(texts),
        // Values of other payloads decide nothing, and may be secret.
        KeyValue::Texts(_) | KeyValue::Other => Setting::Other,
    };
    UploadedPayload {
        name: inside.name,
        rules: Payload {
            settings: inside.keys.into_iter().map(|(key, value)| (key, setting(value))).collect(),
            needs: inside.refers_to,
            payload_type: inside.payload_type,
        },
    }
}

fn name_or<'a>(name: &'a str, otherwise: &'a str) -> &'a str {
    if name.trim().is_empty() { otherwise } else { name }
}

fn timestamp(time: time::OffsetDateTime) -> Timestamp {
    Timestamp(time.unix_timestamp().saturating_mul(Timestamp::SECOND))
}
