//! What administrators enter for an item, and how it becomes content.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use baton_mdm::payload;
use baton_model::{
    ItemContent, Timestamp,
    item::{
        Certificate, ChecklistLine, InHouseApp, Passcode, SealedText, SecureSignIn, StoreApp, WebClip, WiFi,
        WiFiSecurity,
    },
};

use crate::{
    CoreError, FieldError, FieldProblem, Vault,
    accounts::check_text,
    rendering::{placeholders_exist, seal},
};

const MAX_DESCRIPTION: usize = 500;
const MAX_URL: usize = 2000;

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
    WebClip(WebClip),
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

/// The form's fields that are wrong.
#[derive(Default)]
struct Problems(Vec<FieldError>);

impl Problems {
    fn add(&mut self, field: &'static str, problem: FieldProblem) {
        self.0.push(FieldError::new(field, problem));
    }

    fn text(&mut self, field: &'static str, value: &str, most: usize) {
        self.0.extend(check_text(field, value, most));
        if !placeholders_exist(value) {
            self.add(field, FieldProblem::UnknownPlaceholder);
        }
    }

    fn url(&mut self, field: &'static str, value: &str, https_only: bool) {
        let before = self.0.len();
        self.text(field, value, MAX_URL);
        if self.0.len() > before {
            return;
        }
        // Placeholders stand for encoded text, so any plain text in their place tells whether the rest is an address.
        let example = crate::rendering::PLACEHOLDERS
            .iter()
            .fold(value.trim().to_owned(), |text, placeholder| text.replace(placeholder, "x"));
        let parsed = url::Url::parse(&example);
        let fits = parsed
            .is_ok_and(|url| url.has_host() && (url.scheme() == "https" || (!https_only && url.scheme() == "http")));
        if !fits {
            self.add(field, FieldProblem::NotUrl);
        }
    }

    fn range(&mut self, field: &'static str, value: i64, least: i64, most: i64) -> u8 {
        match u8::try_from(value) {
            Ok(number) if (least..=most).contains(&value) => number,
            _ => {
                self.add(field, FieldProblem::OutOfRange(least, most));
                0
            }
        }
    }

    fn bundle_id(&mut self, value: &str) {
        let is_part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if value.is_empty() {
            self.add("bundleId", FieldProblem::Missing);
        } else if value.len() > 155 || !value.contains('.') || !value.split('.').all(is_part) {
            self.add("bundleId", FieldProblem::NotBundleId);
        }
    }
}

impl ItemForm {
    /// The content to store. `before` is what is stored now, for what the form leaves as it is.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] with every wrong field; [`CoreError::BuiltIn`] when the kind would change.
    pub(crate) fn content(&self, vault: &Vault, before: Option<&ItemContent>) -> Result<ItemContent, CoreError> {
        let mut problems = Problems::default();
        problems.0.extend(check_text("name", &self.name, 100));
        if self.description.chars().count() > MAX_DESCRIPTION {
            problems.add("description", FieldProblem::TooLong(MAX_DESCRIPTION));
        }
        let content = self.content_of_kind(vault, before, &mut problems)?;
        if !problems.0.is_empty() {
            return Err(CoreError::Invalid(problems.0));
        }
        if before.is_some_and(|before| before.kind() != content.kind()) {
            return Err(CoreError::BuiltIn);
        }
        Ok(content)
    }

    fn content_of_kind(
        &self,
        vault: &Vault,
        before: Option<&ItemContent>,
        problems: &mut Problems,
    ) -> Result<ItemContent, CoreError> {
        Ok(match &self.content {
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
            ContentForm::WebClip(clip) => {
                problems.text("label", &clip.label, 60);
                problems.url("url", &clip.url, false);
                ItemContent::WebClip(WebClip {
                    label: clip.label.trim().to_owned(),
                    url: clip.url.trim().to_owned(),
                    ..*clip
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
            ContentForm::Certificate(file) => certificate(&self.name, file, before, problems),
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
        })
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

fn certificate(name: &str, file: &[u8], before: Option<&ItemContent>, problems: &mut Problems) -> ItemContent {
    if let (true, Some(ItemContent::Certificate(kept))) = (file.is_empty(), before) {
        return ItemContent::Certificate(kept.clone());
    }
    let nothing = Certificate { der: String::new(), subject: String::new(), expires_at: Timestamp(0) };
    if file.is_empty() {
        problems.add("file", FieldProblem::Missing);
        return ItemContent::Certificate(nothing);
    }
    let name = if name.trim().is_empty() { "certificate" } else { name };
    let parsed = payload::Certificate::from_file(name, file).and_then(|parsed| Ok((parsed.subject()?, parsed.der)));
    match parsed {
        Ok((subject, der)) => ItemContent::Certificate(Certificate {
            der: STANDARD.encode(der),
            subject: subject.subject,
            expires_at: Timestamp(subject.not_after.unix_timestamp().saturating_mul(Timestamp::SECOND)),
        }),
        Err(_) => {
            problems.add("file", FieldProblem::NotCertificate);
            ItemContent::Certificate(nothing)
        }
    }
}
