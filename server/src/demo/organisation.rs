//! The demo's organisation: a clinic with nurses, doctors, their items, and what a signed-out phone keeps.

use std::collections::BTreeSet;

use baton_core::{
    Actor, Core, CoreError, SentFile,
    accounts::UserForm,
    catalogue::{
        ContentForm, DistributionChange, DistributionError, FileChange, ItemForm, RestrictionsForm, WebClipForm,
    },
    enrollment::OwnDeviceChoice,
    groups::GroupForm,
    managed_accounts::{AccountChoice, AccountPattern, AccountRule},
};
use baton_model::{
    ItemId, Role, Timestamp, UserGroupId, UserId, id,
    item::{ChecklistLine, InHouseApp, StoreApp, WiFiSecurity},
};
use baton_policy::{CustomDistribution, Distribution};
use baton_store::{ListQuery, UserFilter};

use super::{
    DemoError,
    phones::{IN_HOUSE_BUNDLE, IN_HOUSE_MANIFEST},
};
use crate::config::Settings;

/// Its name.
pub const NAME: &str = "Heron Clinic";
/// The icon of the staff directory.
const DIRECTORY_ICON: &[u8] = include_bytes!("directory.png");
/// The password of everybody in the demo.
const PASSWORD: &str = "quiet herons wade";

/// Who of them tells a demo from an organisation of somebody's own.
const MARK: (&str, &str) = ("ines", "ines@heron.example");

/// User name, name, role, group.
const PEOPLE: [(&str, &str, Role, &str); 5] = [
    ("ada", "Ada Lindqvist", Role::User, "Nurses"),
    ("ben", "Ben Okafor", Role::User, "Nurses"),
    ("chloe", "Chloe Marchetti", Role::User, "Doctors"),
    ("hugo", "Hugo Brandt", Role::HelpDesk, ""),
    ("ines", "Ines Carvalho", Role::Auditor, ""),
];

/// The user name of the one whose own phone is under User Enrollment.
const OWNER: &str = "chloe";

/// The one whose own phone is under User Enrollment, unless somebody deleted her.
///
/// # Errors
/// [`CoreError`].
pub async fn owner(core: &Core, now: Timestamp) -> Result<Option<UserId>, CoreError> {
    Ok(core.user_named(&Actor::System, OWNER, now).await?.map(|user| user.id))
}

/// Makes the organisation in an empty database. `false` when there is one already.
///
/// # Errors
/// [`CoreError`] and [`DistributionError`].
pub async fn create(core: &Core, now: Timestamp) -> Result<bool, DemoError> {
    let actor = Actor::System;
    let people = UserFilter {
        query: ListQuery { search: Some(MARK.0.to_owned()), ..ListQuery::default() },
        ..UserFilter::default()
    };
    let found = core.list_users(&actor, &people, now).await?.rows;
    if found.iter().any(|user| user.email.as_deref() == Some(MARK.1)) {
        return Ok(false);
    }
    // Demo people have a published password, so they never get into an organisation that is somebody's own.
    if !core.has_nothing_yet().await? {
        return Err(DemoError::NotEmpty);
    }
    let nurses = group(core, "Nurses", "Everybody on the wards' nursing rota", now).await?;
    let doctors = group(core, "Doctors", "Ward and on-call doctors", now).await?;
    let accounts = AccountRule { pattern: AccountPattern::Mail, subdomain: true };
    core.save_local_account_rule(&actor, accounts, now).await?;
    core.save_own_devices(&actor, true, now).await?;
    for (user_name, display_name, role, group) in PEOPLE {
        let groups = match group {
            "Nurses" => BTreeSet::from([nurses.clone()]),
            "Doctors" => BTreeSet::from([doctors.clone()]),
            _ => BTreeSet::new(),
        };
        let form = UserForm {
            user_name: user_name.to_owned(),
            display_name: display_name.to_owned(),
            email: format!("{user_name}@heron.example"),
            role,
            enabled: true,
            groups,
            managed_account: AccountChoice::Unchanged,
            own_devices: OwnDeviceChoice::Unchanged,
            revision: None,
        };
        let id = core.create_user(&actor, &form, now).await?;
        core.set_password(&actor, &id, PASSWORD, now).await?;
    }
    items(core, &nurses, &doctors, now).await?;
    secure_sign_in(core, now).await?;
    Ok(true)
}

async fn group(core: &Core, name: &str, description: &str, now: Timestamp) -> Result<UserGroupId, CoreError> {
    let form = GroupForm { name: name.to_owned(), description: description.to_owned(), members: None, previewed: None };
    core.create_user_group(&Actor::System, &form, now).await
}

async fn items(
    core: &Core,
    nurses: &UserGroupId,
    doctors: &UserGroupId,
    now: Timestamp,
) -> Result<(), DistributionError> {
    let to = |groups: &[&UserGroupId]| {
        Distribution::Custom(CustomDistribution {
            include_user_groups: groups.iter().map(|group| (*group).clone()).collect(),
            ..CustomDistribution::default()
        })
    };
    let nobody_only = Distribution::Custom(CustomDistribution {
        include_users: BTreeSet::from([id::NOBODY.into()]),
        ..CustomDistribution::default()
    });
    let staff = to(&[nurses, doctors]);
    let wifi = ContentForm::WiFi {
        ssid: "Heron-Wards".to_owned(),
        security: WiFiSecurity::Wpa2,
        password: "reeds and shallow water".to_owned(),
        hidden: false,
        auto_join: true,
    };
    let passcode = ContentForm::Passcode {
        min_length: 6,
        allow_simple: false,
        require_alphanumeric: false,
        max_inactivity_minutes: Some(5),
        max_failed_attempts: None,
    };
    let clip = |label: &str, url: &str| {
        ContentForm::WebClip(WebClipForm { label: label.to_owned(), url: url.to_owned(), ..WebClipForm::default() })
    };
    let directory = ContentForm::WebClip(WebClipForm {
        label: "Directory".to_owned(),
        url: "https://directory.heron.example/".to_owned(),
        full_screen: true,
        ignore_manifest_scope: true,
        icon: FileChange::New(SentFile { name: "directory.png".to_owned(), content: DIRECTORY_ICON.to_vec() }),
        ..WebClipForm::default()
    });
    // One of each: for every phone, for supervised ones only, and for those that Apple allows on personal phones too.
    let restrictions = ContentForm::Restrictions(RestrictionsForm {
        settings: [
            ("allowOpenFromManagedToUnmanaged", false),
            ("requireManagedPasteboard", true),
            ("forceAirDropUnmanaged", true),
            ("allowCloudBackup", false),
            ("allowAccountModification", false),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into(),
        ..RestrictionsForm::default()
    });
    let store_app = |bundle_id: &str, store_id: u64, reset_between_people: bool| {
        ContentForm::StoreApp(StoreApp { bundle_id: bundle_id.to_owned(), store_id, reset_between_people })
    };
    let rounds = ContentForm::InHouseApp(InHouseApp {
        bundle_id: IN_HOUSE_BUNDLE.to_owned(),
        manifest_url: IN_HOUSE_MANIFEST.to_owned(),
        reset_between_people: false,
    });
    for (name, description, content, distribution) in [
        ("Ward Wi-Fi", "Reaches Baton and the intranet from every ward", wifi, Distribution::AllDevices),
        ("Clinic passcode", "Six digits, locks after five minutes", passcode, Distribution::AllDevices),
        (
            "Patient data stays here",
            "Nothing goes to private apps, AirDrop or iCloud",
            restrictions,
            Distribution::AllDevices,
        ),
        ("Staff directory", "Who is who, with extensions", directory, staff.clone()),
        (
            "My shift",
            "Each person's own rota",
            clip("My shift", "https://rota.heron.example/${user.name}"),
            staff.clone(),
        ),
        (
            "Lost phone",
            "Who to call; only on signed-out phones",
            clip("Lost phone?", "https://heron.example/lost"),
            nobody_only,
        ),
        ("Microsoft Teams", "Messages and calls", store_app("com.microsoft.skype.teams", 1_113_153_706, false), staff),
        ("Rounds", "Medication rounds", rounds, to(&[nurses])),
        (
            "Microsoft Outlook",
            "Mail and calendar",
            store_app("com.microsoft.Office.Outlook", 951_937_596, false),
            to(&[doctors]),
        ),
    ] {
        let form = ItemForm { name: name.to_owned(), description: description.to_owned(), content };
        let item = core.create_item(&Actor::System, &form, now).await?;
        distribute(core, &item, distribution, now).await?;
    }
    Ok(())
}

async fn secure_sign_in(core: &Core, now: Timestamp) -> Result<(), DistributionError> {
    let actor = Actor::System;
    let item = ItemId::from(id::SECURE_SIGN_IN);
    let detail = core.item_detail(&actor, &item, now).await?;
    let form = ItemForm {
        name: detail.item.name.clone(),
        description: detail.item.description.clone(),
        content: ContentForm::SecureSignIn {
            label: "Baton".to_owned(),
            help_contact: "the help desk, extension 4100".to_owned(),
            checklist: vec![
                ChecklistLine { text: "Send unsaved notes and pictures".to_owned(), blocks: false },
                ChecklistLine { text: "Put the phone on its charger".to_owned(), blocks: false },
            ],
        },
    };
    core.save_item(&actor, &item, &form, detail.item.revision, now).await?;
    distribute(core, &item, Distribution::AllDevices, now).await
}

async fn distribute(
    core: &Core,
    item: &ItemId,
    distribution: Distribution,
    now: Timestamp,
) -> Result<(), DistributionError> {
    let revision = core.item_detail(&Actor::System, item, now).await?.stored.revision;
    let change = DistributionChange { distribution, revision, previewed: None, override_reason: None };
    core.save_distribution(&Actor::System, item, &change, now).await
}

/// How to go on, as lines to print.
pub fn how_to_go_on(settings: &Settings) -> Vec<String> {
    let mut lines = vec![String::new(), format!("{} is a demo. Sign in as one of these:", settings.organisation)];
    lines.extend(PEOPLE.iter().map(|(user_name, display_name, role, group)| {
        let what = if group.is_empty() { role.as_str() } else { group };
        format!("  {user_name:<7} {display_name} ({what})")
    }));
    lines.push(format!("  Everybody's password: {PASSWORD}"));
    lines.push("  Chloe’s own iPhone is under User Enrollment: the portal shows what may be done to it.".to_owned());
    lines
}
