//! The device's own lists decide what is on it.
//!
//! A device does one thing after the other, so a list tells of everything that was done before the device was first
//! asked for it. Of a row that changed later it says nothing: its answer may have been on the way for long.

use std::collections::BTreeMap;

use baton_mdm::message::{InstalledProfile, ManagedAppStatus};
use baton_model::{Command, DeviceItem, ItemProgress, Timestamp};
use baton_policy::Presence;
use baton_store::Tx;

use crate::{
    Core, CoreError,
    rendering::{self, item_of_identifier, rendering_of_profile},
};

/// Settles which profiles are there, and in which rendering. One of ours without a row (a lost or restored database)
/// gets one, so that the plan deals with it.
pub(super) async fn settle_profiles(
    core: &Core,
    tx: &mut Tx,
    list: &Command,
    profiles: &[InstalledProfile],
    now: Timestamp,
) -> Result<(), CoreError> {
    let rows: Vec<DeviceItem> =
        tx.items_of_device(&list.device_id).await?.into_iter().filter(|row| !row.is_app).collect();
    let there: BTreeMap<&str, String> = profiles
        .iter()
        .map(|profile| {
            let rendering = rendering_of_profile(core.vault(), &profile.identifier, &profile.uuid);
            (profile.identifier.as_str(), rendering.as_str().to_owned())
        })
        .collect();
    for row in rows.iter().filter(|row| tells_of(list, row)) {
        let found = there.get(row.identifier.as_str());
        if found.is_some_and(|rendering| *rendering == row.rendering) {
            tx.save_device_item(&seen(row, now)).await?;
        } else {
            tx.save_device_item(&missed(row, now)).await?;
        }
    }
    for (identifier, rendering) in there {
        let known = rows.iter().any(|row| row.identifier == identifier && row.rendering == rendering);
        if let Some(item_id) = item_of_identifier(identifier).filter(|_| !known) {
            tx.save_device_item(&DeviceItem {
                device_id: list.device_id.clone(),
                item_id,
                rendering,
                is_app: false,
                identifier: identifier.to_owned(),
                label: label_of(profiles, identifier),
                presence: Presence::Present,
                progress: ItemProgress::Installed,
                removable: true,
                failure: None,
                failures: 0,
                updated_at: now,
            })
            .await?;
        }
    }
    Ok(())
}

/// Settles where the managed apps stand.
pub(super) async fn settle_apps(
    tx: &mut Tx,
    list: &Command,
    apps: &BTreeMap<String, ManagedAppStatus>,
    now: Timestamp,
) -> Result<(), CoreError> {
    let rows = tx.items_of_device(&list.device_id).await?;
    for row in rows.iter().filter(|row| row.is_app && tells_of(list, row)) {
        // The list knows apps, not renderings: what it names is the one that was there or on its way, else the last.
        let is_another = row.presence == Presence::Absent
            && rows.iter().any(|other| {
                other.identifier == row.identifier
                    && (other.presence, other.updated_at) > (row.presence, row.updated_at)
            });
        // Of two renderings the one that failed is not what the list names.
        let is_outdone = row.progress == ItemProgress::Failed
            && rows.iter().any(|other| {
                other.identifier == row.identifier
                    && other.presence != Presence::Absent
                    && other.progress != ItemProgress::Failed
            });
        let settled = match apps.get(&row.identifier) {
            None => vanished(row, now),
            Some(_) if is_outdone => missed(row, now),
            Some(_) if is_another => continue,
            Some(ManagedAppStatus::Uninstalling) if row.progress == ItemProgress::Removing => continue,
            Some(status) if row.progress == ItemProgress::Removing && status.is_installed() => seen(row, now),
            Some(status) if status.awaits_person() => moved(row, ItemProgress::TapInstall, now),
            Some(status) if status.failed() => refused(row, status, now),
            Some(status) if status.is_installed() => seen(row, now),
            // On its way: queued, downloading, installing.
            Some(_) => moved(row, ItemProgress::Accepted, now),
        };
        if settled != *row {
            tx.save_device_item(&settled).await?;
        }
    }
    let unknown = apps.iter().filter(|(identifier, status)| {
        !status.failed() && rows.iter().all(|row| !row.is_app || row.identifier != **identifier)
    });
    for (identifier, _) in unknown.take(MOST_ADOPTED) {
        adopt_app(tx, list, identifier, now).await?;
    }
    Ok(())
}

/// A managed app is Baton's doing, so one without a row (a lost or restored database) gets one: of the item with its
/// bundle identifier, or of one that is no longer in the catalogue. Which rendering it is nobody knows.
async fn adopt_app(tx: &mut Tx, list: &Command, identifier: &str, now: Timestamp) -> Result<(), CoreError> {
    let items = tx.all_items().await?;
    let item = items.into_iter().find(|item| item.content.bundle_id() == Some(identifier));
    let (item_id, label) = match item {
        Some(item) => (item.id, item.name),
        None => (rendering::item_of_unknown_app(identifier), identifier.to_owned()),
    };
    let row = DeviceItem {
        device_id: list.device_id.clone(),
        item_id,
        rendering: String::new(),
        is_app: true,
        identifier: identifier.to_owned(),
        label,
        presence: Presence::Present,
        progress: ItemProgress::Installed,
        removable: true,
        failure: None,
        failures: 0,
        updated_at: now,
    };
    tx.save_device_item(&row).await?;
    Ok(())
}

/// How many things without a row one list may bring. A restored database has few at a time to catch up with, and the next
/// list brings the rest; a device that makes things up does not fill the database.
const MOST_ADOPTED: usize = 50;

fn tells_of(list: &Command, row: &DeviceItem) -> bool {
    list.sent_at.is_some_and(|asked_at| row.updated_at <= asked_at)
}

/// It is there. If it should have gone, the removal did not work.
fn seen(row: &DeviceItem, now: Timestamp) -> DeviceItem {
    match row.progress {
        ItemProgress::Removing => DeviceItem {
            presence: Presence::Present,
            progress: ItemProgress::Failed,
            failures: row.failures + 1,
            updated_at: now,
            ..row.clone()
        },
        ItemProgress::Failed | ItemProgress::Waiting if row.presence == Presence::Present => row.clone(),
        ItemProgress::Waiting | ItemProgress::DeviceLocked => DeviceItem { presence: Presence::Present, ..row.clone() },
        _ if row.presence == Presence::Present && row.progress == ItemProgress::Installed => row.clone(),
        _ => DeviceItem {
            presence: Presence::Present,
            progress: ItemProgress::Installed,
            failure: None,
            failures: 0,
            updated_at: now,
            ..row.clone()
        },
    }
}

/// It is not there.
fn missed(row: &DeviceItem, now: Timestamp) -> DeviceItem {
    if row.presence == Presence::Absent {
        return row.clone();
    }
    let progress = match row.progress {
        ItemProgress::Failed => ItemProgress::Failed,
        ItemProgress::Waiting => ItemProgress::Waiting,
        _ => ItemProgress::Removed,
    };
    let is_failure = progress == ItemProgress::Failed;
    DeviceItem {
        presence: Presence::Absent,
        progress,
        failure: row.failure.clone().filter(|_| is_failure),
        failures: if is_failure { row.failures } else { 0 },
        updated_at: if is_failure { row.updated_at } else { now },
        ..row.clone()
    }
}

/// It is on its way. The time of the last change stays when nothing changes, so that questions grow rarer.
fn moved(row: &DeviceItem, progress: ItemProgress, now: Timestamp) -> DeviceItem {
    if row.progress == ItemProgress::Removing || row.progress == progress && row.presence == Presence::Maybe {
        return row.clone();
    }
    DeviceItem { presence: Presence::Maybe, progress, updated_at: now, ..row.clone() }
}

/// An app that the device accepted and does not know any more was refused in some way that nobody heard of. Sending it
/// again at once would only begin anew.
fn vanished(row: &DeviceItem, now: Timestamp) -> DeviceItem {
    let was_accepted = matches!(row.progress, ItemProgress::Accepted | ItemProgress::TapInstall);
    if !was_accepted || row.presence == Presence::Absent {
        return missed(row, now);
    }
    DeviceItem {
        presence: Presence::Absent,
        progress: ItemProgress::Failed,
        failure: Some("app-vanished".to_owned()),
        failures: row.failures + 1,
        updated_at: now,
        ..row.clone()
    }
}

/// The device or the person refused the app; a new command is needed to try again. A failed update leaves the former
/// version, so after `Failed` the next list tells; what is there under the other statuses is not managed by Baton, and is
/// not its to remove.
fn refused(row: &DeviceItem, status: &ManagedAppStatus, now: Timestamp) -> DeviceItem {
    let may_be_there = *status == ManagedAppStatus::Failed;
    if row.progress == ItemProgress::Removing {
        return if may_be_there { row.clone() } else { missed(row, now) };
    }
    if may_be_there && row.progress == ItemProgress::Failed {
        return row.clone();
    }
    DeviceItem {
        presence: if may_be_there { Presence::Maybe } else { Presence::Absent },
        progress: ItemProgress::Failed,
        failure: Some(format!("app-{}", status.as_apple().to_ascii_lowercase())),
        failures: row.failures + 1,
        updated_at: now,
        ..row.clone()
    }
}

fn label_of(profiles: &[InstalledProfile], identifier: &str) -> String {
    let profile = profiles.iter().find(|profile| profile.identifier == identifier);
    profile.and_then(|profile| profile.display_name.clone()).unwrap_or_else(|| identifier.to_owned())
}
