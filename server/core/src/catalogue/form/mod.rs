//! What administrators enter for an item, and how it becomes content.

mod files;
mod problems;
mod restrictions;

use baton_model::{
    ItemContent, Timestamp,
    item::{ChecklistLine, InHouseApp, Passcode, SealedText, SecureSignIn, StoreApp, WebClip, WiFi, WiFiSecurity},
};

pub use files::{FileChange, IdentityForm, ProfileForm};
use problems::Problems;
pub use restrictions::RestrictionsForm;

use crate::{CoreError, FieldProblem, Vault, accounts::check_text, files::NewFile, rendering::seal};

const MAX_DESCRIPTION: usize = 500;

/// An item as entered.
#[derive(Clone, Debug)]
pub struct ItemForm {
    /// The name.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// What it does.
    pub content: ContentForm,
}

/// What an item does, as entered.
#[derive(Clone, Debug)]
pub enum ContentForm {
    /// A wireless network.
    WiFi {
        /// The network's name.
        ssid: String,
        /// How it is protected.
        security: WiFiSecurity,
        /// A new password; empty leaves the present one.
        password: String,
        /// Whether it hides its name.
        hidden: bool,
        /// Whether the device joins by itself.
        auto_join: bool,
    },
    /// An icon on the Home Screen.
    WebClip(WebClipForm),
    /// Rules for the passcode.
    Passcode {
        /// The fewest characters.
        min_length: i64,
        /// Whether 1234 and the like pass.
        allow_simple: bool,
        /// Whether a letter is needed.
        require_alphanumeric: bool,
        /// Minutes until the device locks.
        max_inactivity_minutes: Option<i64>,
        /// Wrong tries until it erases itself.
        max_failed_attempts: Option<i64>,
    },
    /// A certificate file, PEM or DER; empty leaves the present one.
    Certificate(Vec<u8>),
    /// A certificate with its private key.
    Identity(IdentityForm),
    /// What the device allows.
    Restrictions(RestrictionsForm),
    /// A configuration profile.
    Profile(ProfileForm),
    /// The options of the built-in sign-in clip.
    SecureSignIn {
        /// The text under the icon.
        label: String,
        /// Who to call.
        help_contact: String,
        /// The checklist after its first line.
        checklist: Vec<ChecklistLine>,
    },
    /// An app of the organisation's own.
    InHouseApp(InHouseApp),
    /// An app of the App Store.
    StoreApp(StoreApp),
}

/// A web clip as entered.
#[derive(Clone, Debug, Default)]
pub struct WebClipForm {
    /// The text under the icon.
    pub label: String,
    /// The page it opens.
    pub url: String,
    /// Whether it opens without Safari's bars.
    pub full_screen: bool,
    /// Whether it stays so on other sites too.
    pub ignore_manifest_scope: bool,
    /// Whether the person may delete it.
    pub removable: bool,
    /// Whether the device leaves the icon as it is.
    pub precomposed: bool,
    /// Its icon.
    pub icon: FileChange,
}

/// What a form becomes: content to store, and a file to keep beside it.
#[derive(Debug)]
pub(crate) struct Draft {
    pub content: ItemContent,
    pub file: Option<NewFile>,
}

impl ItemForm {
    /// Whether making the content takes the processor's time, so that it should not hold up others.
    pub(crate) const fn is_costly(&self) -> bool {
        matches!(self.content, ContentForm::Identity(_) | ContentForm::Profile(_))
    }

    /// The content to store. `before` is what is stored now, for what the form leaves as it is.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] with every wrong field; [`CoreError::BuiltIn`] when the kind would change.
    pub(crate) fn draft(
        &self,
        vault: &Vault,
        before: Option<&ItemContent>,
        now: Timestamp,
    ) -> Result<Draft, CoreError> {
        let mut problems = Problems::default();
        problems.0.extend(check_text("name", &self.name, 100));
        if self.description.chars().count() > MAX_DESCRIPTION {
            problems.add("description", FieldProblem::TooLong(MAX_DESCRIPTION));
        }
        let draft = self.draft_of_kind(vault, before, now, &mut problems)?;
        if !problems.0.is_empty() {
            return Err(CoreError::Invalid(problems.0));
        }
        if before.is_some_and(|before| before.kind() != draft.content.kind()) {
            return Err(CoreError::BuiltIn);
        }
        Ok(draft)
    }

    fn draft_of_kind(
        &self,
        vault: &Vault,
        before: Option<&ItemContent>,
        now: Timestamp,
        problems: &mut Problems,
    ) -> Result<Draft, CoreError> {
        let mut file = None;
        let content = match &self.content {
            ContentForm::WiFi { ssid, security, password, hidden, auto_join } => {
                problems.text("ssid", ssid, 32);
                if ssid.len() > 32 {
                    problems.add("ssid", FieldProblem::TooLong(32));
                }
                let kept = match before {
                    Some(ItemContent::WiFi(wifi)) => wifi.password.clone(),
                    _ => None,
                };
                ItemContent::WiFi(WiFi {
                    ssid: ssid.trim().to_owned(),
                    security: *security,
                    password: wifi_password(vault, *security, password, kept, problems)?,
                    hidden: *hidden,
                    auto_join: *auto_join,
                })
            }
            ContentForm::WebClip(form) => {
                problems.text("label", &form.label, 60);
                problems.url("url", &form.url, false);
                let (icon, new) = files::icon(&form.icon, vault, before, problems);
                file = new;
                ItemContent::WebClip(WebClip {
                    label: form.label.trim().to_owned(),
                    url: form.url.trim().to_owned(),
                    full_screen: form.full_screen,
                    removable: form.removable,
                    ignore_manifest_scope: form.ignore_manifest_scope,
                    precomposed: form.precomposed,
                    icon,
                })
            }
            ContentForm::Passcode {
                min_length,
                allow_simple,
                require_alphanumeric,
                max_inactivity_minutes,
                max_failed_attempts,
            } => ItemContent::Passcode(Passcode {
                min_length: problems.range("minLength", *min_length, 4, 16),
                allow_simple: *allow_simple,
                require_alphanumeric: *require_alphanumeric,
                max_inactivity_minutes: max_inactivity_minutes
                    .map(|value| problems.range("maxInactivityMinutes", value, 1, 15)),
                max_failed_attempts: max_failed_attempts.map(|value| problems.range("maxFailedAttempts", value, 2, 11)),
            }),
            ContentForm::Certificate(file) => files::certificate(&self.name, file, before, problems),
            ContentForm::Identity(form) => files::identity(form, vault, before, now, problems)?,
            ContentForm::Restrictions(form) => restrictions::content(form, before, problems),
            ContentForm::Profile(form) => {
                let (content, new) = files::profile(form, vault, before, problems);
                file = new;
                content
            }
            ContentForm::SecureSignIn { label, help_contact, checklist } => {
                problems.text("label", label, 60);
                if help_contact.chars().count() > 200 {
                    problems.add("helpContact", FieldProblem::TooLong(200));
                }
                if checklist.iter().any(|line| line.text.chars().count() > 200) {
                    problems.add("checklist", FieldProblem::TooLong(200));
                }
                let nobody_overridden =
                    matches!(before, Some(ItemContent::SecureSignIn(options)) if options.nobody_overridden);
                ItemContent::SecureSignIn(SecureSignIn {
                    label: label.trim().to_owned(),
                    help_contact: help_contact.trim().to_owned(),
                    checklist: checklist.iter().filter(|line| !line.text.trim().is_empty()).cloned().collect(),
                    nobody_overridden,
                })
            }
            ContentForm::InHouseApp(app) => {
                problems.bundle_id(app.bundle_id.trim());
                problems.url("manifestUrl", &app.manifest_url, true);
                ItemContent::InHouseApp(InHouseApp {
                    bundle_id: app.bundle_id.trim().to_owned(),
                    manifest_url: app.manifest_url.trim().to_owned(),
                    ..*app
                })
            }
            ContentForm::StoreApp(app) => {
                problems.bundle_id(app.bundle_id.trim());
                if app.store_id == 0 {
                    problems.add("storeId", FieldProblem::Missing);
                }
                ItemContent::StoreApp(StoreApp { bundle_id: app.bundle_id.trim().to_owned(), ..*app })
            }
        };
        Ok(Draft { content, file })
    }
}

/// An open network has none; a protected one needs one, new or kept.
fn wifi_password(
    vault: &Vault,
    security: WiFiSecurity,
    entered: &str,
    kept: Option<SealedText>,
    problems: &mut Problems,
) -> Result<Option<SealedText>, CoreError> {
    if security == WiFiSecurity::None {
        return Ok(None);
    }
    if entered.is_empty() {
        if kept.is_none() {
            problems.add("password", FieldProblem::Missing);
        }
        return Ok(kept);
    }
    let is_hex_key = entered.len() == 64 && entered.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_hex_key && (!(8..=63).contains(&entered.len()) || entered.chars().any(char::is_control)) {
        problems.add("password", FieldProblem::WiFiPassword);
        return Ok(kept);
    }
    Ok(Some(seal(vault, entered)?))
}
