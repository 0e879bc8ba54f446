//! From the services' words to the pages' words.

use baton_core::{
    FieldError, FieldProblem,
    handover::{DryRun, DryRunLine, ItemLine as CoreLine},
};
use baton_model::{Device, ItemProgress};
use baton_policy::ItemKind as PolicyKind;

use crate::{
    locale::Texts,
    pages::clip::sign_out::{Checklist, ChecklistLine, StayReason},
    ui::{
        form::{Input, Problem},
        item::{ItemKind, ItemLine, ItemName, ItemState},
    },
};

/// The kind that people read. What is gone from the catalogue is an app or "a configuration".
pub fn kind(kind: Option<PolicyKind>, is_app: bool) -> ItemKind {
    match kind {
        Some(PolicyKind::WiFi) => ItemKind::Wifi,
        Some(PolicyKind::WebClip) => ItemKind::WebClip,
        Some(PolicyKind::Passcode) => ItemKind::Passcode,
        Some(PolicyKind::Certificate) => ItemKind::Certificate,
        Some(PolicyKind::Identity) => ItemKind::Identity,
        Some(PolicyKind::Restrictions) => ItemKind::Restrictions,
        Some(PolicyKind::Profile) => ItemKind::Profile,
        Some(PolicyKind::SecureSignIn) => ItemKind::SignIn,
        Some(PolicyKind::InHouseApp | PolicyKind::StoreApp) => ItemKind::App,
        None if is_app => ItemKind::App,
        None => ItemKind::Configuration,
    }
}

/// How an item stands.
pub fn state(t: &Texts, progress: ItemProgress, failure: Option<&str>, leaves: bool) -> ItemState {
    match progress {
        ItemProgress::Waiting => ItemState::Waiting,
        ItemProgress::Sent => ItemState::Sent,
        ItemProgress::Accepted => ItemState::Accepted,
        ItemProgress::TapInstall => ItemState::TapInstall,
        ItemProgress::DeviceLocked => ItemState::DeviceLocked,
        ItemProgress::Removing => ItemState::Removing,
        ItemProgress::Installed => ItemState::Installed,
        ItemProgress::Removed => ItemState::Removed,
        ItemProgress::Failed if leaves => ItemState::Failed(t.failure_removal.to_owned()),
        ItemProgress::Failed => ItemState::Failed(failure_sentence(t, failure).to_owned()),
    }
}

fn failure_sentence(t: &Texts, code: Option<&str>) -> &'static str {
    match code.unwrap_or_default() {
        "cannot-be-rendered" => t.failure_not_made,
        "person-declined" | "app-userrejected" => t.failure_person_declined,
        "device-locked" | "passcode-not-compliant" => t.failure_device_locked,
        code if code.starts_with("app-") => t.failure_app,
        code if code.starts_with("profile-") || code.ends_with("-refused") => t.failure_profile,
        _ => t.failure_other,
    }
}

/// Such as "iPhone SE · iOS 17.4".
pub fn model_and_system(device: &Device) -> String {
    let model = device.model_name.clone().or_else(|| device.product_name.clone());
    [model, system(device)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Such as "iOS 17.4". The device tells the version; the hardware tells the system.
pub fn system(device: &Device) -> Option<String> {
    let version = device.os_version.as_deref()?;
    let product = device.product_name.as_deref().unwrap_or_default();
    let name = if product.starts_with("iPad") {
        "iPadOS"
    } else if product.starts_with("iP") {
        "iOS"
    } else {
        return Some(version.to_owned());
    };
    Some(format!("{name} {version}"))
}

/// A line of the clip's progress list.
pub fn line(t: &Texts, line: &CoreLine) -> ItemLine {
    ItemLine {
        item: ItemName { name: line.label.clone(), kind: kind(line.kind, line.is_app) },
        state: state(t, line.progress, line.failure.as_deref(), line.leaves),
    }
}

/// A line of a dry run.
pub fn name(line: &DryRunLine) -> ItemName {
    ItemName { name: line.label.clone(), kind: kind(line.kind, line.is_app) }
}

/// What stays, and why.
pub fn stays(run: &DryRun) -> Vec<(ItemName, StayReason)> {
    let reason = |line: &DryRunLine| if line.is_app { StayReason::AppKeepsData } else { StayReason::SignedOutToo };
    run.kept.iter().map(|line| (name(line), reason(line))).collect()
}

/// The checklist with what was ticked: the ids that the form sends in `done`.
pub fn checklist(run: &DryRun, ticked: &[&str]) -> Checklist {
    Checklist {
        microsoft_blocks: false,
        microsoft_done: ticked.contains(&"microsoft"),
        lines: run
            .checklist
            .iter()
            .enumerate()
            .map(|(index, line)| {
                let id = index.to_string();
                ChecklistLine { done: ticked.contains(&id.as_str()), text: line.text.clone(), blocks: line.blocks, id }
            })
            .collect(),
    }
}

/// A field as the form shows it again.
pub fn input(errors: &[FieldError], field: &str, value: &str) -> Input {
    let error = errors.iter().find(|error| error.field == field);
    Input { value: value.to_owned(), problem: error.map(|error| problem(&error.problem)) }
}

/// What is wrong with a field.
pub fn problem(problem: &FieldProblem) -> Problem {
    match problem {
        FieldProblem::Missing => Problem::Missing,
        FieldProblem::TooLong(most) => Problem::TooLong(*most),
        FieldProblem::Taken | FieldProblem::SentTwice => Problem::Taken,
        FieldProblem::PasswordTooShort => Problem::TooShort(baton_core::SHORTEST_PASSWORD),
        FieldProblem::PasswordTooLong => Problem::TooLong(baton_core::LONGEST_PASSWORD),
        FieldProblem::PasswordGuessable => Problem::Guessable,
        FieldProblem::WrongPassword => Problem::WrongPassword,
        FieldProblem::Different => Problem::Different,
        FieldProblem::NotMail => Problem::NotMail,
        FieldProblem::NotUrl => Problem::NotUrl,
        FieldProblem::OutOfRange(least, most) => Problem::NotBetween(*least, *most),
        FieldProblem::NotCertificate | FieldProblem::PushCertificate(_) => Problem::NotCertificate,
        FieldProblem::WiFiPassword => Problem::WifiPassword,
        FieldProblem::NotBundleId => Problem::NotBundleId,
        FieldProblem::UnknownPlaceholder => Problem::UnknownPlaceholder,
        FieldProblem::Gone => Problem::Gone,
        FieldProblem::MayNotEnrol => Problem::MayNotEnrol,
        FieldProblem::ControlCharacters => Problem::ControlCharacters,
        FieldProblem::ProfileChanges(_) | FieldProblem::HidesSignIn => Problem::Agree,
        FieldProblem::SecretNeededAgain => Problem::SecretNeededAgain,
        // Handlers of sources say more; see `admin::source_words`.
        FieldProblem::Ldap(_) | FieldProblem::OpenId(_) | FieldProblem::NotGroupAndRole(_) => Problem::Missing,
        FieldProblem::TooMany(most) => Problem::TooMany(*most),
        // Handlers of forms with files say more; see `uploads::problem`.
        FieldProblem::NotBundleIdLine(_) => Problem::NotBundleId,
        FieldProblem::NothingSet | FieldProblem::NotIcon(_) | FieldProblem::NotIdentity(_) => Problem::Missing,
        FieldProblem::Expired(_) | FieldProblem::NotProfile(_) | FieldProblem::FileTooLarge(_) => Problem::Missing,
        // Those of policy tests too; see `policy_test_words::problem`.
        FieldProblem::PolicyTest(_) | FieldProblem::TooManyFiles(_) => Problem::Missing,
    }
}
