//! Restrictions as entered.

use std::collections::BTreeMap;

use baton_model::{ItemContent, item::Restrictions};
use baton_policy::restriction::Restriction;

use super::problems::{Problems, is_bundle_id};
use crate::{FieldProblem, rendering::payloads};

/// The most apps in a list.
const MAX_APPS: usize = 200;

/// Restrictions as entered.
#[derive(Clone, Debug, Default)]
pub struct RestrictionsForm {
    /// By Apple's key; those that Baton does not offer are left out, unless the item has them already.
    pub settings: BTreeMap<String, bool>,
    /// Apps to hide, one bundle identifier a line.
    pub blocked_apps: String,
    /// The only apps to show, one bundle identifier a line; all when empty.
    pub allowed_apps: String,
    /// Hiding the sign-in page was agreed to.
    pub hides_sign_in_agreed: bool,
}

pub(super) fn content(form: &RestrictionsForm, before: Option<&ItemContent>, problems: &mut Problems) -> ItemContent {
    let is_offered = |key: &str| Restriction::of_key(key).is_some();
    let restrictions = Restrictions {
        settings: form.settings.iter().filter(|(key, _)| is_offered(key)).map(|(key, on)| (key.clone(), *on)).collect(),
        blocked_apps: apps("blockedApps", &form.blocked_apps, problems),
        allowed_apps: apps("allowedApps", &form.allowed_apps, problems),
    };
    let is_empty = restrictions.settings.is_empty()
        && restrictions.blocked_apps.is_empty()
        && restrictions.allowed_apps.is_empty();
    if is_empty && problems.0.is_empty() {
        problems.add("restrictions", FieldProblem::NothingSet);
    }
    let content = ItemContent::Restrictions(restrictions);
    check_sign_in("restrictions", &content, before, form.hides_sign_in_agreed, problems);
    content
}

/// Content that newly hides web clips needs to be agreed to: on shared devices nobody could sign in any more (A9).
pub(super) fn check_sign_in(
    field: &'static str,
    content: &ItemContent,
    before: Option<&ItemContent>,
    agreed: bool,
    problems: &mut Problems,
) {
    let hides =
        |content: &ItemContent| payloads(content).iter().any(|payload| payload.hides_web_clips_by().next().is_some());
    if hides(content) && !agreed && !before.is_some_and(hides) {
        problems.add(field, FieldProblem::HidesSignIn);
    }
}

fn apps(field: &'static str, text: &str, problems: &mut Problems) -> Vec<String> {
    let mut apps: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !is_bundle_id(line) {
            problems.add(field, FieldProblem::NotBundleIdLine(line.chars().take(60).collect()));
            break;
        }
        if apps.iter().all(|known| known != line) {
            apps.push(line.to_owned());
        }
    }
    if apps.len() > MAX_APPS {
        problems.add(field, FieldProblem::TooLong(MAX_APPS));
    }
    apps
}
