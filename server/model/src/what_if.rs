//! What-if before Save as the API gives it (C6): columns for a browser that computes itself, and previews.

use baton_policy::what_if::{ChangeKind, Columns, Danger, PlaceChange, PlaceDifference, Totals};
use baton_policy::{Decision, DeviceId, ItemId};
use serde::{Deserialize, Serialize};

use crate::{PolicyRevision, PreviewedTest, TestsKnown};

/// What a browser needs to compute the what-if of one item or group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WhatIfColumns {
    /// What they are a picture of.
    pub revision: PolicyRevision,
    /// `None` when they are more than a browser should load: the server computes previews instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<NamedSnapshot>,
    /// Whether there are policy tests that an edit may decide (C8). The columns do not tell their outcome: the server
    /// previews it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tested: bool,
}

/// A snapshot with the names that people read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NamedSnapshot {
    /// What the policy reads.
    pub snapshot: Columns,
    /// The names of the snapshot's items.
    pub item_names: Vec<String>,
    /// The names of its devices.
    pub device_names: Vec<String>,
    /// The names with which its holders sign in.
    pub user_names: Vec<String>,
}

/// What saving would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Preview {
    /// What it was computed from; Save carries it.
    pub revision: PolicyRevision,
    /// The sums.
    pub totals: Totals,
    /// The first changes, dangers before all others.
    pub changes: Vec<PreviewedChange>,
    /// How many changes there are besides.
    pub more: u32,
    /// The policy tests that would stand differently (C8), those that would fail first. Only the server can tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<PreviewedTest>,
    /// Whether that is all of them.
    #[serde(default, skip_serializing_if = "TestsKnown::are_all")]
    pub tests_known: TestsKnown,
}

/// One item that changes for one device, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PreviewedChange {
    /// The device.
    pub device: DeviceId,
    /// Its name.
    pub device_name: String,
    /// The item.
    pub item: ItemId,
    /// Its name.
    pub item_name: String,
    /// Whether the item is an app.
    pub is_app: bool,
    /// What becomes of it.
    pub kind: ChangeKind,
    /// Not now, but when the present holder signs out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_sign_out: bool,
    /// Why to think twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub danger: Option<Danger>,
    /// The decision as things are.
    pub before: Decision,
    /// The decision as things would be.
    pub after: Decision,
}

impl NamedSnapshot {
    /// The difference by name, with at most `limit` of its changes.
    #[must_use]
    pub fn preview(&self, revision: PolicyRevision, difference: &PlaceDifference, limit: usize) -> Preview {
        let mut changes = Vec::new();
        for change in difference.changes.iter().take(limit) {
            changes.extend(self.named(change));
        }
        let more = difference.changes.len().saturating_sub(limit);
        let more = u32::try_from(more).unwrap_or(u32::MAX);
        Preview { revision, totals: difference.totals, changes, more, tests: Vec::new(), tests_known: TestsKnown::All }
    }

    fn named(&self, change: &PlaceChange) -> Option<PreviewedChange> {
        let (device, item) = (change.device as usize, change.item as usize);
        let found = self.snapshot.items.get(item)?;
        Some(PreviewedChange {
            device: self.snapshot.devices.ids.get(device)?.clone(),
            device_name: self.device_names.get(device)?.clone(),
            item: found.id.clone(),
            item_name: self.item_names.get(item)?.clone(),
            is_app: found.kind.is_app(),
            kind: change.kind,
            at_sign_out: change.at_sign_out,
            danger: change.danger,
            before: change.before,
            after: change.after,
        })
    }
}
