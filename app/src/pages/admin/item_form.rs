//! Adding and editing a configuration or an app: one form for each kind. Fields are named as in the services.

pub mod files;
pub mod restrictions;

use leptos::prelude::*;

pub use files::{IdentityForm, ProfileChange, ProfileForm, WebClipForm};
pub use restrictions::{Needs, RestrictionGroup, RestrictionRow, RestrictionsForm};

use crate::document::Frame;
use crate::locale::Texts;
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::Tone;
use crate::ui::form::{Choice, Input, Kind, TextField, checkbox, hidden, select};
use crate::ui::notice::short_notice;

/// The form; fields `name`, `description`, `revision` and those of its kind.
#[derive(Clone, Debug)]
pub struct ItemFormView {
    /// The item being edited; `None` for a new one.
    pub id: Option<String>,
    /// The revision that this page shows; goes with the form. Empty for a new item.
    pub revision: String,
    /// Name.
    pub name: Input,
    /// What it is for.
    pub description: Input,
    /// What is particular to the kind.
    pub kind: ItemFormKind,
}

/// What is particular to a kind. Tick boxes send `yes`.
#[derive(Clone, Debug)]
pub enum ItemFormKind {
    /// Path `wifi`.
    Wifi(WifiForm),
    /// Path `web-clip`.
    WebClip(WebClipForm),
    /// Path `passcode`.
    Passcode(PasscodeForm),
    /// Path `certificate`.
    Certificate(CertificateForm),
    /// Path `identity`.
    Identity(IdentityForm),
    /// Path `restrictions`.
    Restrictions(RestrictionsForm),
    /// Path `profile`.
    Profile(ProfileForm),
    /// The options of *Multi-user Secure Sign-in for iOS*; cannot be added. Its name is fixed.
    SignIn(SignInForm),
    /// Path `in-house`.
    InHouse(InHouseForm),
    /// Path `store`.
    Store(StoreForm),
}

/// Wi-Fi: `ssid`, `security` (`none`, `wpa2`, `wpa3`), `password`, `hidden`, `autoJoin`.
#[derive(Clone, Debug, Default)]
pub struct WifiForm {
    /// The network's name.
    pub ssid: Input,
    /// How it is protected: a value of the choice.
    pub security: String,
    /// Password; comes back empty.
    pub password: Input,
    /// A password is stored: leaving the field empty keeps it.
    pub password_stored: bool,
    /// The network hides its name.
    pub hidden: bool,
    /// The device joins by itself.
    pub auto_join: bool,
}

/// Passcode: `minLength`, `allowSimple`, `requireAlphanumeric`, `maxInactivityMinutes`, `maxFailedAttempts`.
#[derive(Clone, Debug, Default)]
pub struct PasscodeForm {
    /// Fewest characters, 4 to 16.
    pub min_length: Input,
    /// 1234 and the like pass.
    pub allow_simple: bool,
    /// A letter is needed.
    pub require_alphanumeric: bool,
    /// Minutes until the device locks, 1 to 15; may be empty.
    pub max_inactivity_minutes: Input,
    /// Wrong tries until the device erases itself, 2 to 11; may be empty.
    pub max_failed_attempts: Input,
}

/// Certificate: `file`, the text of a PEM file.
#[derive(Clone, Debug, Default)]
pub struct CertificateForm {
    /// The certificate as text.
    pub file: Input,
    /// A certificate is stored: leaving the field empty keeps it.
    pub stored: bool,
}

/// The built-in sign-in: `label`, `helpContact`, `lineText` (repeated), `lineBlocks` (repeated: the number, from 0, of
/// a `lineText` that blocks). Empty lines are dropped.
#[derive(Clone, Debug, Default)]
pub struct SignInForm {
    /// The text under the icon.
    pub label: Input,
    /// Who may help when a phone is in somebody else's hands.
    pub help_contact: Input,
    /// The administrator's lines of the checklist; whether each blocks.
    pub lines: Vec<(Input, bool)>,
}

/// In-house app: `bundleId`, `manifestUrl`, `resetBetweenPeople`.
#[derive(Clone, Debug, Default)]
pub struct InHouseForm {
    /// Bundle identifier.
    pub bundle_id: Input,
    /// Address of the manifest.
    pub manifest_url: Input,
    /// Removed and installed again between people (A11).
    pub reset_between_people: bool,
}

/// Store app: `storeId`, `bundleId`, `resetBetweenPeople`.
#[derive(Clone, Debug, Default)]
pub struct StoreForm {
    /// Apple's number for the app.
    pub store_id: Input,
    /// Bundle identifier.
    pub bundle_id: Input,
    /// Removed and installed again between people (A11).
    pub reset_between_people: bool,
}

/// Empty lines offered for the checklist.
const SPARE_LINES: usize = 2;

impl ItemFormKind {
    fn path(&self) -> &'static str {
        match self {
            Self::Wifi(_) => "wifi",
            Self::WebClip(_) => "web-clip",
            Self::Passcode(_) => "passcode",
            Self::Certificate(_) => "certificate",
            Self::Identity(_) => "identity",
            Self::Restrictions(_) => "restrictions",
            Self::Profile(_) => "profile",
            Self::SignIn(_) => "secure-sign-in",
            Self::InHouse(_) => "in-house",
            Self::Store(_) => "store",
        }
    }

    fn word(&self, t: &Texts) -> &'static str {
        match self {
            Self::Wifi(_) => t.kind_wifi,
            Self::WebClip(_) => t.kind_web_clip,
            Self::Passcode(_) => t.kind_passcode,
            Self::Certificate(_) => t.kind_certificate,
            Self::Identity(_) => t.kind_identity,
            Self::Restrictions(_) => t.kind_restrictions,
            Self::Profile(_) => t.kind_profile,
            Self::SignIn(_) => t.kind_sign_in,
            Self::InHouse(_) => t.app_in_house,
            Self::Store(_) => t.app_store,
        }
    }

    fn is_app(&self) -> bool {
        matches!(self, Self::InHouse(_) | Self::Store(_))
    }

    /// Whether the form is a long list.
    fn is_wide(&self) -> bool {
        matches!(self, Self::Restrictions(_))
    }

    /// Whether the form holds a file field.
    fn has_file(&self) -> bool {
        matches!(self, Self::WebClip(_) | Self::Identity(_) | Self::Profile(_))
    }

    fn inputs(&self) -> Vec<&Input> {
        match self {
            Self::Wifi(form) => vec![&form.ssid, &form.password],
            Self::WebClip(form) => vec![&form.label, &form.url],
            Self::Passcode(form) => {
                vec![&form.min_length, &form.max_inactivity_minutes, &form.max_failed_attempts]
            }
            Self::Certificate(form) => vec![&form.file],
            Self::Identity(form) => vec![&form.password],
            Self::Restrictions(form) => vec![&form.blocked_apps, &form.allowed_apps],
            Self::Profile(_) => Vec::new(),
            Self::SignIn(form) => {
                let lines = form.lines.iter().map(|(text, _)| text);
                [&form.label, &form.help_contact].into_iter().chain(lines).collect()
            }
            Self::InHouse(form) => vec![&form.bundle_id, &form.manifest_url],
            Self::Store(form) => vec![&form.store_id, &form.bundle_id],
        }
    }

    /// Whether something other than a text was refused.
    fn is_refused(&self) -> bool {
        match self {
            Self::WebClip(form) => form.icon.problem.is_some(),
            Self::Identity(form) => form.file.problem.is_some(),
            Self::Profile(form) => form.file.problem.is_some(),
            Self::Restrictions(form) => form.problem.is_some(),
            _ => false,
        }
    }

    /// Whether only agreement is missing.
    fn asks_for_agreement(&self) -> bool {
        match self {
            Self::Profile(form) => !form.changes.is_empty() || form.hides_sign_in,
            Self::Restrictions(form) => form.hides_sign_in,
            _ => false,
        }
    }
}

/// The page. Sent to `…/add/{kind}` or `…/{id}/edit`.
#[must_use]
pub fn item_form(frame: &Frame, chrome: &Chrome, view: &ItemFormView) -> String {
    let t = frame.texts();
    let (section, base, list) = if view.kind.is_app() {
        (Section::Apps, "/admin/apps", t.nav_apps)
    } else {
        (Section::Configurations, "/admin/configurations", t.nav_configurations)
    };
    let (path, back) = match &view.id {
        Some(id) => (format!("{base}/{id}/edit"), format!("{base}/{id}")),
        None => (format!("{base}/add/{}", view.kind.path()), format!("{base}/add")),
    };
    let title = match view.id {
        Some(_) => view.name.value.clone(),
        None => crate::locale::fill(t.item_add_title, &[("kind", &view.kind.word(t))]),
    };
    let page = ConsolePage::new(section, if title.is_empty() { view.kind.word(t) } else { &title }).up(list, base);
    console(frame, chrome, page, || {
        let refused =
            [&view.name, &view.description].into_iter().chain(view.kind.inputs()).any(|input| input.problem.is_some());
        let refused = match (refused || view.kind.is_refused(), view.kind.asks_for_agreement()) {
            (true, _) => Some(short_notice(Tone::Bad, t.form_refused)),
            (false, true) => Some(short_notice(Tone::Warn, t.form_asks)),
            (false, false) => None,
        };
        let form = if view.kind.is_wide() { "stack form wide-form" } else { "stack form" };
        let enctype = view.kind.has_file().then_some("multipart/form-data");
        let named = !matches!(view.kind, ItemFormKind::SignIn(_));
        view! {
            {refused}
            <form class=form method="post" action=path enctype=enctype>
                {view.id.is_some().then(|| hidden("revision", &view.revision))}
                {named.then(|| name_fields(frame, view))}
                {kind_fields(frame, &view.kind)}
                <div class="form-actions">
                    <button class="button primary" type="submit">{t.save}</button>
                    <a class="button quiet" href=back>{t.cancel}</a>
                </div>
            </form>
        }
        .into_markup()
    })
}

fn name_fields(frame: &Frame, view: &ItemFormView) -> Markup {
    let t = frame.texts();
    view! {
        {TextField::new("name", t.field_name, Kind::Text).hint(t.item_name_hint).render(frame, &view.name)}
        {TextField::new("description", t.field_description, Kind::Text).optional().render(frame, &view.description)}
    }
    .into_markup()
}

fn kind_fields(frame: &Frame, kind: &ItemFormKind) -> Markup {
    match kind {
        ItemFormKind::Wifi(form) => wifi(frame, form),
        ItemFormKind::WebClip(form) => files::web_clip(frame, form),
        ItemFormKind::Passcode(form) => passcode(frame, form),
        ItemFormKind::Certificate(form) => certificate(frame, form),
        ItemFormKind::Identity(form) => files::identity(frame, form),
        ItemFormKind::Restrictions(form) => restrictions::restrictions(frame, form),
        ItemFormKind::Profile(form) => files::profile(frame, form),
        ItemFormKind::SignIn(form) => sign_in(frame, form),
        ItemFormKind::InHouse(form) => in_house(frame, form),
        ItemFormKind::Store(form) => store(frame, form),
    }
}

fn wifi(frame: &Frame, form: &WifiForm) -> Markup {
    let t = frame.texts();
    let choices = [("wpa2", t.wifi_wpa2), ("wpa3", t.wifi_wpa3), ("none", t.wifi_open)]
        .map(|(value, label)| Choice::new(value, label, form.security == value));
    let password = TextField::new("password", t.field_password, Kind::Secret).optional();
    let password = password.hint(if form.password_stored { t.secret_keep_hint } else { t.wifi_password_hint });
    view! {
        {TextField::new("ssid", t.wifi_ssid, Kind::Code).hint(t.placeholder_hint).render(frame, &form.ssid)}
        {select("security", t.wifi_security, None, &choices)}
        {password.render(frame, &form.password)}
        {tick("autoJoin", t.wifi_auto_join, None, form.auto_join)}
        {tick("hidden", t.wifi_hidden, None, form.hidden)}
    }
    .into_markup()
}

fn passcode(frame: &Frame, form: &PasscodeForm) -> Markup {
    let t = frame.texts();
    let number = |name, label| TextField::new(name, label, Kind::Number);
    view! {
        {number("minLength", t.passcode_min_length).hint(t.passcode_min_length_hint).render(frame, &form.min_length)}
        {tick("allowSimple", t.passcode_allow_simple, None, form.allow_simple)}
        {tick("requireAlphanumeric", t.passcode_alphanumeric, None, form.require_alphanumeric)}
        {number("maxInactivityMinutes", t.passcode_inactivity).hint(t.passcode_inactivity_hint).optional().render(frame, &form.max_inactivity_minutes)}
        {number("maxFailedAttempts", t.passcode_attempts).hint(t.passcode_attempts_hint).optional().render(frame, &form.max_failed_attempts)}
    }
    .into_markup()
}

fn certificate(frame: &Frame, form: &CertificateForm) -> Markup {
    let t = frame.texts();
    let field = TextField::new("file", t.kind_certificate, Kind::Lines);
    let field =
        if form.stored { field.optional().hint(t.certificate_keep_hint) } else { field.hint(t.certificate_hint) };
    field.render(frame, &form.file)
}

fn sign_in(frame: &Frame, form: &SignInForm) -> Markup {
    let t = frame.texts();
    let spare = std::iter::repeat_n((Input::default(), false), SPARE_LINES);
    let lines = form
        .lines
        .iter()
        .cloned()
        .chain(spare)
        .enumerate()
        .map(|(index, (text, blocks))| {
            let number = index + 1;
            let label = crate::locale::fill(t.checklist_line, &[("n", &number)]);
            let id = format!("line-{index}");
            let field = TextField { id: Some(&id), ..TextField::new("lineText", &label, Kind::Text).at_times() };
            view! {
                <div class="checklist-line">
                    {field.render(frame, &text)}
                    {checkbox("lineBlocks", &index.to_string(), t.checklist_blocks, None, blocks, false)}
                </div>
            }
        })
        .collect_view();
    view! {
        {TextField::new("label", t.clip_label, Kind::Text).hint(t.sign_in_label_hint).render(frame, &form.label)}
        {TextField::new("helpContact", t.help_contact, Kind::Text).hint(t.help_contact_hint).optional().render(frame, &form.help_contact)}
        <fieldset class="checks">
            <legend>{t.checklist_title}</legend>
            <p class="hint">{t.checklist_hint}</p>
            <p class="fixed-line">{t.checklist_microsoft}</p>
            {lines}
        </fieldset>
    }
    .into_markup()
}

fn in_house(frame: &Frame, form: &InHouseForm) -> Markup {
    let t = frame.texts();
    view! {
        {TextField::new("bundleId", t.app_bundle_id, Kind::Code).hint(t.app_bundle_id_hint).render(frame, &form.bundle_id)}
        {TextField::new("manifestUrl", t.app_manifest, Kind::Url).hint(t.app_manifest_hint).render(frame, &form.manifest_url)}
        {tick("resetBetweenPeople", t.app_reset, Some(t.app_reset_hint), form.reset_between_people)}
    }
    .into_markup()
}

fn store(frame: &Frame, form: &StoreForm) -> Markup {
    let t = frame.texts();
    view! {
        {TextField::new("storeId", t.app_store_id, Kind::Number).hint(t.app_store_id_hint).render(frame, &form.store_id)}
        {TextField::new("bundleId", t.app_bundle_id, Kind::Code).hint(t.app_bundle_id_hint).render(frame, &form.bundle_id)}
        {tick("resetBetweenPeople", t.app_reset, Some(t.app_reset_hint), form.reset_between_people)}
    }
    .into_markup()
}

fn tick(name: &str, label: &str, hint: Option<&str>, ticked: bool) -> Markup {
    checkbox(name, "yes", label, hint, ticked, false)
}
