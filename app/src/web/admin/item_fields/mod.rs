//! Between an item's form and what the services take and keep. Secrets go one way only.

mod problems;
pub(super) mod restrictions;

use baton_core::{
    FieldError, FieldProblem, SentFile,
    catalogue::{self, ContentForm, FileChange, ItemForm},
};
use baton_model::{
    Item, ItemContent,
    item::{ChecklistLine, InHouseApp, StoreApp, WiFiSecurity},
};

use super::links;
use crate::{
    locale::Texts,
    pages::admin::item_form::{
        CertificateForm, IdentityForm, InHouseForm, ItemFormKind, ItemFormView, PasscodeForm, ProfileChange,
        ProfileForm, SignInForm, StoreForm, WebClipForm, WifiForm,
    },
    ui::form::{FileInput, Input, Problem},
    web::{Chosen, Fields, Posted},
};

/// The most characters of a line of the checklist.
const MAX_LINE: usize = 200;
/// Apple's numbers for apps have fewer digits than this one.
const MAX_STORE_ID: i64 = 9_999_999_999_999;

/// What an item is, as its form's path says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `wifi`.
    Wifi,
    /// `web-clip`.
    WebClip,
    /// `passcode`.
    Passcode,
    /// `certificate`.
    Certificate,
    /// `identity`.
    Identity,
    /// `restrictions`.
    Restrictions,
    /// `profile`.
    Profile,
    /// `secure-sign-in`: built in.
    SignIn,
    /// `in-house`.
    InHouse,
    /// `store`.
    Store,
}

impl Kind {
    /// The kind of a path; `None` also for a configuration among apps, and the other way about.
    pub fn from_path(path: &str, is_app: bool) -> Option<Self> {
        Some(match (path, is_app) {
            ("wifi", false) => Self::Wifi,
            ("web-clip", false) => Self::WebClip,
            ("passcode", false) => Self::Passcode,
            ("certificate", false) => Self::Certificate,
            ("identity", false) => Self::Identity,
            ("restrictions", false) => Self::Restrictions,
            ("profile", false) => Self::Profile,
            ("secure-sign-in", false) => Self::SignIn,
            ("in-house", true) => Self::InHouse,
            ("store", true) => Self::Store,
            _ => return None,
        })
    }

    /// The kind of an item.
    pub const fn of(content: &ItemContent) -> Self {
        match content {
            ItemContent::WiFi(_) => Self::Wifi,
            ItemContent::WebClip(_) => Self::WebClip,
            ItemContent::Passcode(_) => Self::Passcode,
            ItemContent::Certificate(_) => Self::Certificate,
            ItemContent::Identity(_) => Self::Identity,
            ItemContent::Restrictions(_) => Self::Restrictions,
            ItemContent::Profile(_) => Self::Profile,
            ItemContent::SecureSignIn(_) => Self::SignIn,
            ItemContent::InHouseApp(_) => Self::InHouse,
            ItemContent::StoreApp(_) => Self::Store,
        }
    }

    /// The field of its file, if it has one.
    pub const fn file_field(self) -> Option<&'static str> {
        match self {
            Self::WebClip => Some("icon"),
            Self::Identity | Self::Profile => Some("file"),
            _ => None,
        }
    }
}

/// A form that was sent, with the file that belongs to it: chosen now, or kept when the form was last refused.
pub struct Sent {
    posted: Posted,
    file: FileChange,
    /// The id under which the file is kept, if it is.
    kept: Option<String>,
}

impl Sent {
    /// `kept` is the file that waited for this form, with its id.
    pub fn new(kind: Kind, posted: Posted, kept: Option<(String, SentFile)>) -> Self {
        let chosen = kind.file_field().map_or(Chosen::Nothing, |field| posted.file(field));
        let (file, kept) = match (chosen, kept) {
            (Chosen::File(file), _) => (FileChange::New(file.clone()), None),
            (Chosen::TooLarge, _) => (FileChange::TooLarge, None),
            (Chosen::Nothing, Some((id, file))) => (FileChange::New(file), Some(id)),
            (Chosen::Nothing, None) if posted.fields.is_ticked("removeIcon") => (FileChange::Remove, None),
            (Chosen::Nothing, None) => (FileChange::Keep, None),
        };
        Self { posted, file, kept }
    }

    /// Its fields.
    pub const fn fields(&self) -> &Fields {
        &self.posted.fields
    }

    /// The file that has to be kept when the form is refused: it was chosen now, and nothing is wrong with it.
    pub fn file_to_keep(&self, kind: Kind, errors: &[FieldError]) -> Option<&SentFile> {
        let is_wrong = |error: &FieldError| {
            Some(error.field) == kind.file_field()
                && !matches!(error.problem, FieldProblem::ProfileChanges(_) | FieldProblem::HidesSignIn)
        };
        match &self.file {
            FileChange::New(file) if self.kept.is_none() && !errors.iter().any(is_wrong) => Some(file),
            _ => None,
        }
    }

    /// The id of the file that waited, if it may go on waiting.
    pub fn kept(&self) -> Option<&str> {
        self.kept.as_deref()
    }

    /// Whether a file was too large to be read.
    pub fn is_cut(&self) -> bool {
        self.posted.is_cut()
    }

    fn file_name(&self) -> &str {
        match &self.file {
            FileChange::New(file) => &file.name,
            _ => "",
        }
    }
}

/// The form of a new item.
pub fn blank(kind: Kind) -> ItemFormView {
    let kind = match kind {
        Kind::Wifi => {
            ItemFormKind::Wifi(WifiForm { security: "wpa2".to_owned(), auto_join: true, ..WifiForm::default() })
        }
        Kind::WebClip => ItemFormKind::WebClip(WebClipForm {
            full_screen: true,
            ignore_manifest_scope: true,
            ..WebClipForm::default()
        }),
        Kind::Passcode => {
            ItemFormKind::Passcode(PasscodeForm { min_length: Input::new("6"), ..PasscodeForm::default() })
        }
        Kind::Certificate => ItemFormKind::Certificate(CertificateForm::default()),
        Kind::Identity => ItemFormKind::Identity(IdentityForm::default()),
        Kind::Restrictions => ItemFormKind::Restrictions(restrictions::blank()),
        Kind::Profile => ItemFormKind::Profile(ProfileForm::default()),
        Kind::SignIn => ItemFormKind::SignIn(SignInForm::default()),
        Kind::InHouse => ItemFormKind::InHouse(InHouseForm::default()),
        Kind::Store => ItemFormKind::Store(StoreForm::default()),
    };
    ItemFormView { id: None, revision: String::new(), name: Input::default(), description: Input::default(), kind }
}

/// The form of an item as it is stored.
pub fn stored(item: &Item) -> ItemFormView {
    let optional = |number: Option<u8>| Input::new(number.map(|number| number.to_string()).unwrap_or_default());
    let kind = match &item.content {
        ItemContent::WiFi(wifi) => ItemFormKind::Wifi(WifiForm {
            ssid: Input::new(&*wifi.ssid),
            security: security_code(wifi.security).to_owned(),
            password: Input::default(),
            password_stored: wifi.password.is_some(),
            hidden: wifi.hidden,
            auto_join: wifi.auto_join,
        }),
        ItemContent::WebClip(clip) => ItemFormKind::WebClip(WebClipForm {
            label: Input::new(&*clip.label),
            url: Input::new(&*clip.url),
            full_screen: clip.full_screen,
            ignore_manifest_scope: clip.ignore_manifest_scope,
            removable: clip.removable,
            icon: FileInput { stored: clip.icon.is_some(), ..FileInput::default() },
            icon_address: icon_address(item),
            precomposed: clip.precomposed,
        }),
        ItemContent::Passcode(rules) => ItemFormKind::Passcode(PasscodeForm {
            min_length: Input::new(rules.min_length.to_string()),
            allow_simple: rules.allow_simple,
            require_alphanumeric: rules.require_alphanumeric,
            max_inactivity_minutes: optional(rules.max_inactivity_minutes),
            max_failed_attempts: optional(rules.max_failed_attempts),
        }),
        ItemContent::Certificate(_) => {
            ItemFormKind::Certificate(CertificateForm { file: Input::default(), stored: true })
        }
        ItemContent::Identity(_) => {
            ItemFormKind::Identity(IdentityForm { file: stored_file(), password: Input::default() })
        }
        ItemContent::Restrictions(content) => ItemFormKind::Restrictions(restrictions::stored(content)),
        ItemContent::Profile(_) => ItemFormKind::Profile(ProfileForm { file: stored_file(), ..ProfileForm::default() }),
        ItemContent::SecureSignIn(options) => ItemFormKind::SignIn(SignInForm {
            label: Input::new(&*options.label),
            help_contact: Input::new(&*options.help_contact),
            lines: options.checklist.iter().map(|line| (Input::new(&*line.text), line.blocks)).collect(),
        }),
        ItemContent::InHouseApp(app) => ItemFormKind::InHouse(InHouseForm {
            bundle_id: Input::new(&*app.bundle_id),
            manifest_url: Input::new(&*app.manifest_url),
            reset_between_people: app.reset_between_people,
        }),
        ItemContent::StoreApp(app) => ItemFormKind::Store(StoreForm {
            store_id: Input::new(app.store_id.to_string()),
            bundle_id: Input::new(&*app.bundle_id),
            reset_between_people: app.reset_between_people,
        }),
    };
    ItemFormView {
        id: Some(item.id.to_string()),
        revision: item.revision.to_string(),
        name: Input::new(&*item.name),
        description: Input::new(&*item.description),
        kind,
    }
}

fn stored_file() -> FileInput {
    FileInput { stored: true, ..FileInput::default() }
}

/// Where the icon of a web clip is.
pub fn icon_address(item: &Item) -> Option<String> {
    let file = item.content.file().filter(|_| matches!(item.content, ItemContent::WebClip(_)))?;
    // Another icon has another address, so that no browser shows the one before.
    Some(format!("{}/{}/icon?v={}", links::items(false), item.id, file.digest.get(..12).unwrap_or_default()))
}

/// What was entered, for the service. The built-in item keeps its name.
pub fn read(kind: Kind, sent: &Sent, before: Option<&Item>) -> ItemForm {
    let fields = sent.fields();
    // What is no number is out of every range.
    let number = |name: &str| fields.get(name).trim().parse().unwrap_or(-1);
    let optional = |name: &str| (!fields.get(name).trim().is_empty()).then(|| number(name));
    let text = |name: &str| fields.get(name).to_owned();
    let content = match kind {
        Kind::Wifi => ContentForm::WiFi {
            ssid: text("ssid"),
            security: security(fields.get("security")),
            password: text("password"),
            hidden: fields.is_ticked("hidden"),
            auto_join: fields.is_ticked("autoJoin"),
        },
        Kind::WebClip => ContentForm::WebClip(catalogue::WebClipForm {
            label: text("label"),
            url: text("url"),
            full_screen: fields.is_ticked("fullScreen"),
            ignore_manifest_scope: fields.is_ticked("ignoreManifestScope"),
            removable: fields.is_ticked("removable"),
            precomposed: fields.is_ticked("precomposed"),
            icon: sent.file.clone(),
        }),
        Kind::Passcode => ContentForm::Passcode {
            min_length: number("minLength"),
            allow_simple: fields.is_ticked("allowSimple"),
            require_alphanumeric: fields.is_ticked("requireAlphanumeric"),
            max_inactivity_minutes: optional("maxInactivityMinutes"),
            max_failed_attempts: optional("maxFailedAttempts"),
        },
        Kind::Certificate => ContentForm::Certificate(fields.get("file").trim().as_bytes().to_vec()),
        Kind::Identity => {
            ContentForm::Identity(catalogue::IdentityForm { file: sent.file.clone(), password: text("password") })
        }
        Kind::Restrictions => ContentForm::Restrictions(restrictions::read(fields)),
        Kind::Profile => ContentForm::Profile(catalogue::ProfileForm {
            file: sent.file.clone(),
            changes_agreed: fields.is_ticked("agree"),
            hides_sign_in_agreed: fields.is_ticked("hidesSignIn"),
        }),
        Kind::SignIn => ContentForm::SecureSignIn {
            label: text("label"),
            help_contact: text("helpContact"),
            checklist: checklist(fields),
        },
        Kind::InHouse => ContentForm::InHouseApp(InHouseApp {
            bundle_id: text("bundleId"),
            manifest_url: text("manifestUrl"),
            reset_between_people: fields.is_ticked("resetBetweenPeople"),
        }),
        Kind::Store => ContentForm::StoreApp(StoreApp {
            bundle_id: text("bundleId"),
            store_id: store_id(fields).unwrap_or(0),
            reset_between_people: fields.is_ticked("resetBetweenPeople"),
        }),
    };
    match before {
        Some(item) if item.is_built_in() => {
            ItemForm { name: item.name.clone(), description: item.description.clone(), content }
        }
        _ => ItemForm { name: text("name"), description: text("description"), content },
    }
}

/// The form as it was entered, with what is wrong beside its fields and without secrets. `waiting` is the id under which
/// its file is kept.
pub fn refused(
    t: &Texts,
    kind: Kind,
    sent: &Sent,
    waiting: Option<&str>,
    before: Option<&Item>,
    errors: &[FieldError],
) -> ItemFormView {
    let fields = sent.fields();
    let input = |name: &'static str| problems::input(t, errors, name, fields.get(name));
    let content = before.map(|item| &item.content);
    let file = |name: &'static str, stored: bool| FileInput {
        problem: problems::of(t, errors, name),
        waiting: waiting.map(|id| (id.to_owned(), sent.file_name().to_owned())),
        stored,
    };
    let kind = match kind {
        Kind::Wifi => ItemFormKind::Wifi(WifiForm {
            ssid: input("ssid"),
            security: security_code(security(fields.get("security"))).to_owned(),
            password: Input { value: String::new(), ..input("password") },
            password_stored: matches!(content, Some(ItemContent::WiFi(wifi)) if wifi.password.is_some()),
            hidden: fields.is_ticked("hidden"),
            auto_join: fields.is_ticked("autoJoin"),
        }),
        Kind::WebClip => ItemFormKind::WebClip(WebClipForm {
            label: input("label"),
            url: input("url"),
            full_screen: fields.is_ticked("fullScreen"),
            ignore_manifest_scope: fields.is_ticked("ignoreManifestScope"),
            removable: fields.is_ticked("removable"),
            icon: file("icon", before.and_then(icon_address).is_some()),
            icon_address: before.and_then(icon_address),
            precomposed: fields.is_ticked("precomposed"),
        }),
        Kind::Passcode => ItemFormKind::Passcode(PasscodeForm {
            min_length: input("minLength"),
            allow_simple: fields.is_ticked("allowSimple"),
            require_alphanumeric: fields.is_ticked("requireAlphanumeric"),
            max_inactivity_minutes: input("maxInactivityMinutes"),
            max_failed_attempts: input("maxFailedAttempts"),
        }),
        Kind::Certificate => ItemFormKind::Certificate(CertificateForm {
            file: input("file"),
            stored: matches!(content, Some(ItemContent::Certificate(_))),
        }),
        Kind::Identity => ItemFormKind::Identity(IdentityForm {
            file: file("file", content.is_some()),
            password: Input { value: String::new(), ..input("password") },
        }),
        Kind::Restrictions => ItemFormKind::Restrictions(restrictions::refused(t, fields, errors)),
        Kind::Profile => ItemFormKind::Profile(profile(fields, file("file", content.is_some()), errors)),
        Kind::SignIn => ItemFormKind::SignIn(SignInForm {
            label: input("label"),
            help_contact: input("helpContact"),
            lines: checklist(fields).into_iter().map(|line| (checked(&line.text), line.blocks)).collect(),
        }),
        Kind::InHouse => ItemFormKind::InHouse(InHouseForm {
            bundle_id: input("bundleId"),
            manifest_url: input("manifestUrl"),
            reset_between_people: fields.is_ticked("resetBetweenPeople"),
        }),
        Kind::Store => ItemFormKind::Store(StoreForm {
            store_id: match input("storeId") {
                input if input.problem.is_some() && !input.value.trim().is_empty() => {
                    Input::refused(input.value, Problem::NotBetween(1, MAX_STORE_ID))
                }
                input => input,
            },
            bundle_id: input("bundleId"),
            reset_between_people: fields.is_ticked("resetBetweenPeople"),
        }),
    };
    ItemFormView {
        id: before.map(|item| item.id.to_string()),
        revision: fields.get("revision").to_owned(),
        name: match before {
            Some(item) if item.is_built_in() => Input::new(&*item.name),
            _ => input("name"),
        },
        description: input("description"),
        kind,
    }
}

/// What has to be agreed to stands in boxes of its own, not beside the file.
fn profile(fields: &Fields, file: FileInput, errors: &[FieldError]) -> ProfileForm {
    let changes = errors.iter().find_map(|error| match &error.problem {
        FieldProblem::ProfileChanges(changes) => Some(changes.iter().map(profile_change).collect()),
        _ => None,
    });
    let hides_sign_in = errors.iter().any(|error| error.problem == FieldProblem::HidesSignIn);
    let only_asks = changes.is_some() || hides_sign_in;
    ProfileForm {
        file: FileInput { problem: file.problem.filter(|_| !only_asks), ..file },
        changes: changes.unwrap_or_default(),
        changes_agreed: fields.is_ticked("agree"),
        hides_sign_in,
    }
}

fn profile_change(change: &catalogue::ProfileChange) -> ProfileChange {
    match change {
        catalogue::ProfileChange::Signature { signer } => ProfileChange::Signature(signer.clone()),
        catalogue::ProfileChange::RemovalLock => ProfileChange::RemovalLock,
        catalogue::ProfileChange::RemovalDate => ProfileChange::RemovalDate,
    }
}

fn security(code: &str) -> WiFiSecurity {
    match code {
        "none" => WiFiSecurity::None,
        "wpa3" => WiFiSecurity::Wpa3,
        _ => WiFiSecurity::Wpa2,
    }
}

/// The code of a network's protection in forms.
pub const fn security_code(security: WiFiSecurity) -> &'static str {
    match security {
        WiFiSecurity::None => "none",
        WiFiSecurity::Wpa2 => "wpa2",
        WiFiSecurity::Wpa3 => "wpa3",
    }
}

fn store_id(fields: &Fields) -> Option<u64> {
    let number: i64 = fields.get("storeId").trim().parse().ok()?;
    u64::try_from(number).ok().filter(|_| (1..=MAX_STORE_ID).contains(&number))
}

/// The lines that are not empty, each with whether its own number was ticked.
fn checklist(fields: &Fields) -> Vec<ChecklistLine> {
    let ticked: Vec<usize> = fields.all("lineBlocks").filter_map(|number| number.parse().ok()).collect();
    fields
        .all("lineText")
        .enumerate()
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(number, text)| ChecklistLine { text: text.trim().to_owned(), blocks: ticked.contains(&number) })
        .collect()
}

fn checked(line: &str) -> Input {
    if line.chars().count() > MAX_LINE { Input::refused(line, Problem::TooLong(MAX_LINE)) } else { Input::new(line) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_checklist_blocks_by_its_own_number() {
        let fields = Fields::parse(b"lineText=a&lineText=&lineText=b&lineBlocks=2");
        let lines = checklist(&fields);
        assert_eq!(
            lines.iter().map(|line| (&*line.text, line.blocks)).collect::<Vec<_>>(),
            [("a", false), ("b", true)]
        );
    }

    #[test]
    fn a_number_of_the_app_store_is_positive() {
        let of = |text: &str| store_id(&Fields::parse(format!("storeId={text}").as_bytes()));
        assert_eq!(of("+1113153706"), Some(1_113_153_706));
        for text in ["", "0", "-1", "abc", "99999999999999999999"] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
