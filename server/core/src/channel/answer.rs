//! What a device's answer says about what is on it.

use baton_mdm::{
    failure::{self, Failure},
    message::{Answer, AnswerStatus, AppInstallAnswer, CommandResult, ErrorChainItem},
};
use baton_model::{Command, CommandKind, CommandStatus, Device, DeviceItem, ItemProgress, Timestamp, id};
use baton_policy::Presence;
use baton_store::Tx;

use super::{lists, log_failure};
use crate::{Core, CoreError, actions, devices::facts, reconcile::World};

/// Records the answer on the command and on what the command touches.
pub(super) async fn apply(
    core: &Core,
    tx: &mut Tx,
    device: &Device,
    command: &Command,
    answer: &Answer,
    now: Timestamp,
) -> Result<(), CoreError> {
    let was_lapsed = command.status == CommandStatus::Lapsed;
    match &answer.status {
        AnswerStatus::Idle => Ok(()),
        AnswerStatus::NotNow if was_lapsed || command.status == CommandStatus::OutcomeUnknown => Ok(()),
        AnswerStatus::NotNow => {
            tx.answer_command(&command.id, CommandStatus::NotNow, None, now).await?;
            set_rows(tx, command, now, |row| row.progress = ItemProgress::DeviceLocked).await
        }
        AnswerStatus::Acknowledged => {
            tx.answer_command(&command.id, CommandStatus::Acknowledged, None, now).await?;
            if was_lapsed {
                return may_be_there(tx, command, now).await;
            }
            acknowledged(core, tx, device, command, &answer.result, now).await
        }
        AnswerStatus::Error(chain) | AnswerStatus::CommandFormatError(chain) => {
            let words = words_of(chain);
            log_failure(&device.id, command, &words);
            tx.answer_command(&command.id, CommandStatus::Error, Some(&words), now).await?;
            if was_lapsed { Ok(()) } else { failed(tx, command, failure_of(chain, &answer.result), now).await }
        }
    }
}

async fn acknowledged(
    core: &Core,
    tx: &mut Tx,
    device: &Device,
    command: &Command,
    result: &CommandResult,
    now: Timestamp,
) -> Result<(), CoreError> {
    match command.kind {
        CommandKind::InstallProfile => installed_profile(core, tx, device, command, now).await,
        CommandKind::RemoveProfile if command.order.is_none() => {
            set_rows(tx, command, now, |row| {
                row.presence = Presence::Absent;
                row.progress = ItemProgress::Removed;
            })
            .await
        }
        CommandKind::InstallApplication => accepted_app(tx, command, now).await,
        CommandKind::RemoveApplication => set_rows(tx, command, now, |row| row.progress = ItemProgress::Removing).await,
        CommandKind::ProfileList => match result {
            CommandResult::ProfileList(profiles) => lists::settle_profiles(core, tx, command, profiles, now).await,
            _ => Ok(()),
        },
        CommandKind::ManagedApplicationList => match result {
            CommandResult::ManagedApplicationList(apps) => lists::settle_apps(tx, command, apps, now).await,
            // No app is managed: Apple leaves the list out.
            CommandResult::None => lists::settle_apps(tx, command, &Default::default(), now).await,
            _ => Ok(()),
        },
        CommandKind::DeviceInformation => match result {
            CommandResult::DeviceInformation(information) => facts::take_information(tx, device, information).await,
            _ => Ok(()),
        },
        CommandKind::RemoveProfile
        | CommandKind::DeviceLock
        | CommandKind::ClearPasscode
        | CommandKind::EraseDevice
        | CommandKind::RestartDevice
        | CommandKind::ShutDownDevice
        | CommandKind::EnableLostMode
        | CommandKind::DisableLostMode
        | CommandKind::DeviceLocation
        | CommandKind::Settings => actions::answered(core, tx, device, command, result, now).await,
    }
}

/// The rendering is there, and so no other of the same item is.
async fn installed_profile(
    core: &Core,
    tx: &mut Tx,
    device: &Device,
    command: &Command,
    now: Timestamp,
) -> Result<(), CoreError> {
    for row in rows_of(tx, command).await? {
        if command.rendering.as_deref() == Some(row.rendering.as_str()) {
            let row = DeviceItem {
                presence: Presence::Present,
                progress: ItemProgress::Installed,
                failure: None,
                failures: 0,
                updated_at: now,
                ..row
            };
            tx.save_device_item(&row).await?;
        } else {
            tx.delete_device_item(&row.device_id, &row.item_id, &row.rendering).await?;
        }
    }
    if command.item_id.as_ref().is_some_and(|item| item.as_str() == id::SECURE_SIGN_IN) {
        confirm_clip(core, tx, device, command).await?;
    }
    Ok(())
}

/// The device took the app on. It has one place for it: what was there gives way to this rendering, or stays under its
/// name, because the list of apps cannot tell the two apart.
async fn accepted_app(tx: &mut Tx, command: &Command, now: Timestamp) -> Result<(), CoreError> {
    set_rows(tx, command, now, |row| {
        row.presence = Presence::Maybe;
        row.progress = ItemProgress::Accepted;
        row.failure = None;
    })
    .await?;
    for row in rows_of(tx, command).await? {
        if command.rendering.as_deref() != Some(row.rendering.as_str()) {
            tx.delete_device_item(&row.device_id, &row.item_id, &row.rendering).await?;
        }
    }
    Ok(())
}

/// The clip's newest address is on the device, so the older ones retire (A20).
async fn confirm_clip(core: &Core, tx: &mut Tx, device: &Device, command: &Command) -> Result<(), CoreError> {
    let world = World::load(core, tx, device.clone(), &device.holder_id).await?;
    let newest =
        world.wanted.iter().filter(|wanted| wanted.item.is_built_in()).filter_map(|wanted| wanted.rendered.as_ref());
    for rendered in newest {
        if command.rendering.as_deref() == Some(rendered.rendering.as_str()) {
            tx.confirm_clip(&device.id, device.clip_generation).await?;
        }
    }
    Ok(())
}

/// The device refused. What is there now, only its own list can tell.
async fn failed(tx: &mut Tx, command: &Command, reason: Failure, now: Timestamp) -> Result<(), CoreError> {
    match command.kind {
        // A redelivered command: the device took the first one, and its answer was lost.
        CommandKind::InstallApplication if reason == Failure::AppAlreadyQueued => accepted_app(tx, command, now).await,
        CommandKind::InstallProfile | CommandKind::InstallApplication => {
            set_rows(tx, command, now, |row| {
                row.presence = Presence::Maybe;
                row.progress = ItemProgress::Failed;
                row.failure = Some(reason.code().to_owned());
                row.failures += 1;
            })
            .await
        }
        CommandKind::RemoveProfile | CommandKind::RemoveApplication => {
            set_rows(tx, command, now, |row| {
                row.progress = ItemProgress::Removing;
                row.failure = Some(reason.code().to_owned());
            })
            .await
        }
        // Nothing of it is on the device: what a person ordered is theirs to order again.
        CommandKind::ProfileList
        | CommandKind::ManagedApplicationList
        | CommandKind::DeviceInformation
        | CommandKind::DeviceLock
        | CommandKind::ClearPasscode
        | CommandKind::EraseDevice
        | CommandKind::RestartDevice
        | CommandKind::ShutDownDevice
        | CommandKind::EnableLostMode
        | CommandKind::DisableLostMode
        | CommandKind::DeviceLocation
        | CommandKind::Settings => Ok(()),
    }
}

/// An app's rejection says more than the error chain around it.
fn failure_of(chain: &[ErrorChainItem], result: &CommandResult) -> Failure {
    match result {
        CommandResult::InstallApplication(AppInstallAnswer { rejection_reason: Some(reason), .. }) => {
            failure::explain_rejection(reason)
        }
        _ => failure::explain(chain),
    }
}

/// A late answer to a command that is no longer wanted: its effect may be there, and the plan deals with it. The row may
/// be forgotten by now.
async fn may_be_there(tx: &mut Tx, command: &Command, now: Timestamp) -> Result<(), CoreError> {
    let is_app = command.kind == CommandKind::InstallApplication;
    if let (Some(item_id), Some(rendering), Some(identifier)) =
        (&command.item_id, &command.rendering, &command.identifier)
        && (is_app || command.kind == CommandKind::InstallProfile)
        && rows_of(tx, command).await?.iter().all(|row| row.rendering != *rendering)
    {
        let row = DeviceItem {
            device_id: command.device_id.clone(),
            item_id: item_id.clone(),
            rendering: rendering.clone(),
            is_app,
            identifier: identifier.clone(),
            label: command.label.clone(),
            presence: Presence::Maybe,
            progress: ItemProgress::Sent,
            removable: true,
            failure: None,
            failures: 0,
            updated_at: now,
        };
        tx.save_device_item(&row).await?;
    }
    set_rows(tx, command, now, |row| {
        row.presence = Presence::Maybe;
        row.progress = ItemProgress::Sent;
    })
    .await
}

/// Changes the rows that a command is about: for installing the one with its rendering, for removing all that are or
/// might be there.
async fn set_rows(
    tx: &mut Tx,
    command: &Command,
    now: Timestamp,
    change: impl Fn(&mut DeviceItem),
) -> Result<(), CoreError> {
    let installs = matches!(command.kind, CommandKind::InstallProfile | CommandKind::InstallApplication);
    for mut row in rows_of(tx, command).await? {
        let concerned = if installs {
            command.rendering.as_deref() == Some(row.rendering.as_str())
        } else {
            row.presence != Presence::Absent
        };
        if concerned {
            change(&mut row);
            row.updated_at = now;
            tx.save_device_item(&row).await?;
        }
    }
    Ok(())
}

async fn rows_of(tx: &mut Tx, command: &Command) -> Result<Vec<DeviceItem>, CoreError> {
    let rows = tx.items_of_device(&command.device_id).await?;
    Ok(rows.into_iter().filter(|row| concerns(command, row)).collect())
}

/// Whether the command is about the place on the device that the row stands for.
pub(super) fn concerns(command: &Command, row: &DeviceItem) -> bool {
    command.item_id.as_ref() == Some(&row.item_id) && command.identifier.as_deref() == Some(row.identifier.as_str())
}

/// How many errors of a chain are kept.
const MOST_ERRORS: usize = 5;
/// How many characters of them are kept.
const MOST_WORDS: usize = 2000;

/// The device's own words, for the log and the command's detail.
pub(crate) fn words_of(chain: &[ErrorChainItem]) -> String {
    let words: Vec<String> = chain
        .iter()
        .take(MOST_ERRORS)
        .map(|item| {
            let text = item.us_english.as_deref().or(item.localized.as_deref()).unwrap_or("");
            format!("{} {}: {text}", item.domain, item.code)
        })
        .collect();
    words.join("; ").chars().take(MOST_WORDS).collect()
}
