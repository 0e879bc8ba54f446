//! What-if before Save (C6): columns for a browser that computes itself, and previews of edits.

use std::io::{self, Write};

use axum::response::Response;
use baton_core::{
    CoreError,
    what_if::{Edit, Members, Subject},
};
use baton_model::{UserId, WhatIfColumns};
use baton_policy::Distribution;
use flate2::{Compression, write::GzEncoder};
use serde::Deserialize;

use super::{
    Problem,
    caller::{Caller, Named, Sent, json, sent},
};
use crate::what_if::ALL_SHOWN;

/// What a browser is given to compute with, compressed, in bytes; of more the server computes.
const MOST: usize = 1_000_000;

/// Another distribution of an item.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DistributionEdit {
    distribution: Distribution,
    /// The name of a user who is included as well; a name that nobody has includes nobody.
    #[serde(default)]
    add_user: String,
}

/// Other members of a group, by id; those who are in neither list stay as they are.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct MembersEdit {
    #[serde(default)]
    join: Vec<String>,
    #[serde(default)]
    leave: Vec<String>,
    /// The name of one more who joins; a name that nobody has, or several devices have, adds nobody.
    #[serde(default)]
    join_named: String,
}

pub(super) async fn item_columns(caller: Caller, Named(item): Named<String>) -> Result<Response, Problem> {
    columns(caller, Subject::Item(item.into())).await
}

pub(super) async fn user_group_columns(caller: Caller, Named(group): Named<String>) -> Result<Response, Problem> {
    columns(caller, Subject::UserGroup(group.into())).await
}

pub(super) async fn device_group_columns(caller: Caller, Named(group): Named<String>) -> Result<Response, Problem> {
    columns(caller, Subject::DeviceGroup(group.into())).await
}

pub(super) async fn preview_distribution(
    caller: Caller,
    Named(item): Named<String>,
    Sent(edit): Sent<DistributionEdit>,
) -> Result<Response, Problem> {
    let DistributionEdit { mut distribution, add_user } = edit;
    if let Distribution::Custom(custom) = &mut distribution {
        custom.include_users.extend(user_named(&caller, &add_user).await?);
    }
    preview(caller, Edit::Distribution(item.into(), distribution)).await
}

pub(super) async fn preview_user_group(
    caller: Caller,
    Named(group): Named<String>,
    Sent(edit): Sent<MembersEdit>,
) -> Result<Response, Problem> {
    let mut members: Members<UserId> = Members::new(edit.join, edit.leave);
    members.join.extend(user_named(&caller, &edit.join_named).await?);
    preview(caller, Edit::UserGroup(group.into(), members)).await
}

pub(super) async fn preview_device_group(
    caller: Caller,
    Named(group): Named<String>,
    Sent(edit): Sent<MembersEdit>,
) -> Result<Response, Problem> {
    let mut members = Members::new(edit.join, edit.leave);
    if !edit.join_named.trim().is_empty() {
        let named = caller.core.devices_named(&caller.actor, &edit.join_named, caller.now).await?;
        if let [device] = named.as_slice() {
            members.join.insert(device.id.clone());
        }
    }
    preview(caller, Edit::DeviceGroup(group.into(), members)).await
}

async fn user_named(caller: &Caller, name: &str) -> Result<Option<UserId>, Problem> {
    if name.trim().is_empty() {
        return Ok(None);
    }
    let user = caller.core.user_named(&caller.actor, name, caller.now).await?;
    Ok(user.map(|user| user.id))
}

async fn preview(caller: Caller, edit: Edit) -> Result<Response, Problem> {
    let preview = caller.core.preview(&caller.actor, &edit, ALL_SHOWN, caller.now).await?;
    Ok(json(&preview))
}

async fn columns(caller: Caller, subject: Subject) -> Result<Response, Problem> {
    let columns = caller.core.what_if_columns(&caller.actor, &subject, caller.now).await?;
    // A large fleet takes a while to write and to compress.
    let written = tokio::task::spawn_blocking(move || written(&columns, MOST)).await;
    match written {
        Ok(Ok(body)) => Ok(sent(body)),
        Ok(Err(error)) => Err(failed(&error)),
        Err(error) => Err(failed(&error)),
    }
}

fn failed(error: &dyn std::error::Error) -> Problem {
    CoreError::Corrupt(format!("columns cannot be written: {error}")).into()
}

/// The columns as JSON; without them where they have more than `most` bytes compressed.
fn written(columns: &WhatIfColumns, most: usize) -> Result<Vec<u8>, serde_json::Error> {
    let body = serde_json::to_vec(columns)?;
    if body.len() <= most || compressed(&body) <= most {
        return Ok(body);
    }
    serde_json::to_vec(&WhatIfColumns { columns: None, ..columns.clone() })
}

/// How many bytes are left of it on the way.
fn compressed(body: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Counted(0), Compression::fast());
    // Counting cannot fail.
    let counted = encoder.write_all(body).and_then(|()| encoder.finish());
    counted.map_or(usize::MAX, |counted| counted.0)
}

/// Counts what is written to it.
struct Counted(usize);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use baton_model::{NamedSnapshot, PolicyRevision};

    use super::*;

    fn columns(devices: u32) -> WhatIfColumns {
        let mut named = NamedSnapshot::default();
        for number in 0..devices {
            // Digits that do not compress away.
            let id = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            named.snapshot.devices.ids.push(format!("{id:016x}").into());
        }
        WhatIfColumns { revision: PolicyRevision { catalogue: 7, memberships: 3 }, columns: Some(named), tested: false }
    }

    fn has_columns(columns: &WhatIfColumns, most: usize) -> bool {
        let body = written(columns, most).unwrap();
        let read: WhatIfColumns = serde_json::from_slice(&body).unwrap();
        assert_eq!(read.revision.to_string(), "7.3");
        read.columns.is_some()
    }

    #[test]
    fn more_than_a_browser_should_load_is_left_to_the_server() {
        assert!(has_columns(&columns(10), 1_000));
        assert!(!has_columns(&columns(10_000), 20_000));
    }

    #[test]
    fn what_counts_is_the_compressed_size() {
        let body = serde_json::to_vec(&columns(1_000)).unwrap();
        let most = compressed(&body);
        assert!(most < body.len());
        assert!(has_columns(&columns(1_000), most));
        assert!(!has_columns(&columns(1_000), most - 1));
    }
}
