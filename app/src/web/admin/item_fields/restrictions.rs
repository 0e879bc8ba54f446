//! Restrictions between their form, the services and their page.

use std::collections::BTreeMap;

use baton_core::{FieldError, FieldProblem, catalogue};
use baton_model::item::Restrictions;
use baton_policy::{
    OsVersion, Platform,
    payload::{RESTRICTIONS, key_needs},
    restriction::{self, Restriction, RestrictionGroup as Group},
};

use super::problems;
use crate::{
    locale::Texts,
    pages::admin::item_form::{Needs, RestrictionGroup, RestrictionRow, RestrictionsForm},
    ui::form::Input,
    web::Fields,
};

/// The oldest systems that are still common: a restriction that these have needs no version beside it.
const COMMON_IOS: OsVersion = OsVersion::new(17, 0, 0);
const COMMON_MACOS: OsVersion = OsVersion::new(14, 0, 0);

/// The form with these settings.
fn form(settings: &BTreeMap<String, bool>, blocked_apps: Input, allowed_apps: Input) -> RestrictionsForm {
    let row = |restriction: &Restriction| RestrictionRow {
        key: restriction.key.to_owned(),
        is_common: restriction.is_common,
        is_demand: restriction.is_demand(),
        value: settings.get(restriction.key).copied(),
        needs: needs(restriction.key),
    };
    let groups = Group::ALL
        .iter()
        .map(|group| RestrictionGroup {
            code: group.as_str().to_owned(),
            rows: restriction::RESTRICTIONS.iter().filter(|one| one.group == *group).map(row).collect(),
        })
        .collect();
    RestrictionsForm { groups, blocked_apps, allowed_apps, problem: None, hides_sign_in: false }
}

/// The form of a new item.
pub(super) fn blank() -> RestrictionsForm {
    form(&BTreeMap::new(), Input::default(), Input::default())
}

/// The form of what is stored.
pub(super) fn stored(restrictions: &Restrictions) -> RestrictionsForm {
    let lines = |apps: &[String]| Input::new(apps.join("\n"));
    form(&restrictions.settings, lines(&restrictions.blocked_apps), lines(&restrictions.allowed_apps))
}

/// What was entered. What has no field in the form stays as it was.
pub(super) fn read(fields: &Fields) -> catalogue::RestrictionsForm {
    catalogue::RestrictionsForm {
        settings: settings(fields),
        blocked_apps: fields.get("blockedApps").to_owned(),
        allowed_apps: fields.get("allowedApps").to_owned(),
        hides_sign_in_agreed: fields.is_ticked("hidesSignIn"),
    }
}

fn settings(fields: &Fields) -> BTreeMap<String, bool> {
    let value = |key: &str| match fields.get(key) {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let keys = restriction::RESTRICTIONS.iter().map(|one| one.key);
    keys.filter_map(|key| Some((key.to_owned(), value(key)?))).collect()
}

/// The form as it was entered, with what is wrong.
pub(super) fn refused(t: &Texts, fields: &Fields, errors: &[FieldError]) -> RestrictionsForm {
    let input = |name: &str| problems::input(t, errors, name, fields.get(name));
    let hides_sign_in = errors.iter().any(|error| error.problem == FieldProblem::HidesSignIn);
    RestrictionsForm {
        problem: problems::of(t, errors, "restrictions").filter(|_| !hides_sign_in),
        hides_sign_in,
        ..form(&settings(fields), input("blockedApps"), input("allowedApps"))
    }
}

/// What a restriction needs, for people.
pub(in crate::web::admin) fn needs(key: &str) -> Needs {
    let on = |platform| key_needs(RESTRICTIONS, key, platform);
    let news = |version: OsVersion, common: OsVersion| (version > common).then(|| version.to_string());
    let (phone, mac) = (on(Platform::Ios), on(Platform::Macos));
    Needs {
        supervision: phone.is_some_and(|needs| needs.supervision),
        personal: phone.is_some_and(|needs| needs.under_user_enrollment),
        phone: phone.map(|needs| news(needs.os_version, COMMON_IOS)),
        mac: mac.map(|needs| news(needs.os_version, COMMON_MACOS)),
    }
}
