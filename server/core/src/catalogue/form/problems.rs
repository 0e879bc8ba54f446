//! What is wrong with a form, collected field by field.

use crate::{
    FieldError, FieldProblem,
    accounts::check_text,
    rendering::{PLACEHOLDERS, placeholders_exist},
};

const MAX_URL: usize = 2000;

/// The form's fields that are wrong.
#[derive(Default)]
pub(super) struct Problems(pub Vec<FieldError>);

impl Problems {
    pub fn add(&mut self, field: &'static str, problem: FieldProblem) {
        self.0.push(FieldError::new(field, problem));
    }

    pub fn text(&mut self, field: &'static str, value: &str, most: usize) {
        self.0.extend(check_text(field, value, most));
        if !placeholders_exist(value) {
            self.add(field, FieldProblem::UnknownPlaceholder);
        }
    }

    pub fn url(&mut self, field: &'static str, value: &str, https_only: bool) {
        let before = self.0.len();
        self.text(field, value, MAX_URL);
        if self.0.len() > before {
            return;
        }
        // Placeholders stand for encoded text, so any plain text in their place tells whether the rest is an address.
        let example =
            PLACEHOLDERS.iter().fold(value.trim().to_owned(), |text, placeholder| text.replace(placeholder, "x"));
        let parsed = url::Url::parse(&example);
        let fits = parsed
            .is_ok_and(|url| url.has_host() && (url.scheme() == "https" || (!https_only && url.scheme() == "http")));
        if !fits {
            self.add(field, FieldProblem::NotUrl);
        }
    }

    pub fn range(&mut self, field: &'static str, value: i64, least: i64, most: i64) -> u8 {
        match u8::try_from(value) {
            Ok(number) if (least..=most).contains(&value) => number,
            _ => {
                self.add(field, FieldProblem::OutOfRange(least, most));
                0
            }
        }
    }

    pub fn bundle_id(&mut self, value: &str) {
        if value.is_empty() {
            self.add("bundleId", FieldProblem::Missing);
        } else if !is_bundle_id(value) {
            self.add("bundleId", FieldProblem::NotBundleId);
        }
    }
}

/// Whether a text is a bundle identifier, such as `com.example.app`.
pub(super) fn is_bundle_id(value: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    value.len() <= 155 && value.contains('.') && value.split('.').all(is_part)
}
