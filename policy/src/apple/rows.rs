//! The table with every word resolved, one row for each case: what `baton policy table` prints.

use serde::Serialize;

use super::decide::has_user_enrollment;
use super::entry::{Channels, Entry, PerSystem, SYSTEMS, SharedIpad, UserEnrollment};
use super::table::{Kind, Table};
use crate::facts::{EnrollmentType, OsVersion, Platform};
use crate::name::named;

named! {
    /// What Apple says about one case.
    pub enum Verdict {
        /// It works.
        Allowed = "allowed",
        /// It is refused.
        Forbidden = "forbidden",
        /// It is accepted without effect.
        Ignored = "ignored",
        /// It works here, and only here.
        Required = "required",
        /// The system does not have it.
        Unsupported = "unsupported",
    }
}

named! {
    /// Apple's channels; for declarations its scopes, system and user.
    pub enum Channel {
        /// The device's.
        Device = "device",
        /// That of the user who is logged in to a Mac or Shared iPad.
        User = "user",
    }
}

/// One case: a thing on a system under an enrollment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// What it is.
    pub kind: Kind,
    /// Its file in Apple's repository.
    pub file: String,
    /// Apple's name for it.
    pub id: &'static str,
    /// The key in question; none for the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<&'static str>,
    /// The system. iPadOS is as iOS; its own rows are those of Shared iPad.
    pub platform: Platform,
    /// The enrollment.
    pub enrollment: EnrollmentType,
    /// Whether the device is supervised.
    pub supervised: bool,
    /// The channel.
    pub channel: Channel,
    /// What Apple says.
    pub verdict: Verdict,
    /// The first version for which it says so.
    pub introduced: Option<OsVersion>,
    /// The first version for which it does not say so any more.
    pub removed: Option<OsVersion>,
    /// The version that deprecated it.
    pub deprecated: Option<OsVersion>,
    /// The access right, in Apple's word.
    pub access_rights: Option<&'static str>,
}

/// The enrollments with a channel to the device, supervised or not.
const ENROLLMENTS: [(EnrollmentType, bool); 5] = [
    (EnrollmentType::User, false),
    (EnrollmentType::Device, false),
    (EnrollmentType::Device, true),
    (EnrollmentType::AutomatedDevice, false),
    (EnrollmentType::AutomatedDevice, true),
];

/// Every row of the table: Apple's word alone, nothing that Baton narrows (spec E3).
#[must_use]
pub fn rows() -> Vec<Row> {
    let table = Table::get();
    let mut rows = Vec::new();
    for item in table.items() {
        let file = item.file();
        let subjects =
            std::iter::once((None, &item.systems)).chain(item.keys().iter().map(|key| (Some(key.name), &key.systems)));
        for (key, systems) in subjects {
            let blank = Row {
                kind: item.kind,
                file: file.clone(),
                id: item.id,
                key,
                platform: Platform::Ios,
                enrollment: EnrollmentType::User,
                supervised: false,
                channel: Channel::Device,
                verdict: Verdict::Unsupported,
                introduced: None,
                removed: None,
                deprecated: None,
                access_rights: None,
            };
            add_rows(&mut rows, &blank, systems);
        }
    }
    rows
}

fn add_rows(rows: &mut Vec<Row>, blank: &Row, systems: &PerSystem) {
    for platform in SYSTEMS {
        for (enrollment, supervised) in ENROLLMENTS {
            let row = Row { platform, enrollment, supervised, ..blank.clone() };
            match systems.on(platform) {
                None => rows.push(row),
                Some(entry) => {
                    for channel in channels(entry.channels) {
                        add_versions(rows, &Row { channel, ..row.clone() }, entry);
                    }
                }
            }
        }
    }
    if let Some(entry) = systems.on(Platform::Ipados) {
        add_shared_ipad(rows, blank, entry);
    }
}

fn channels(channels: Channels) -> Vec<Channel> {
    let stated = [(channels.device, Channel::Device), (channels.user, Channel::User)];
    let stated: Vec<_> = stated.into_iter().filter_map(|(is_stated, channel)| is_stated.then_some(channel)).collect();
    if stated.is_empty() { vec![Channel::Device] } else { stated }
}

/// One row, or two where a version changed the verdict.
fn add_versions(rows: &mut Vec<Row>, row: &Row, entry: &Entry) {
    let row = described(row, entry, verdict(entry, row));
    match entry.user_enrollment {
        UserEnrollment::ForbiddenBefore(version) if row.enrollment == EnrollmentType::User => {
            rows.push(Row { removed: Some(version), verdict: Verdict::Forbidden, ..row.clone() });
            rows.push(Row { introduced: Some(version), ..row });
        }
        _ => rows.push(row),
    }
}

/// Shared iPad is always supervised and from Automated Device Enrollment.
fn add_shared_ipad(rows: &mut Vec<Row>, blank: &Row, entry: &Entry) {
    let (verdict, stated) = match entry.shared_ipad {
        SharedIpad::Unstated => return,
        SharedIpad::Forbidden => (Verdict::Forbidden, Channels::default()),
        SharedIpad::Allowed(channels) => (Verdict::Allowed, channels),
        SharedIpad::Ignored(channels) => (Verdict::Ignored, channels),
        SharedIpad::Required(channels) => (Verdict::Required, channels),
    };
    for channel in channels(stated) {
        let row = Row {
            platform: Platform::Ipados,
            enrollment: EnrollmentType::AutomatedDevice,
            supervised: true,
            channel,
            ..blank.clone()
        };
        rows.push(described(&row, entry, verdict));
    }
}

fn described(row: &Row, entry: &Entry, verdict: Verdict) -> Row {
    if verdict == Verdict::Unsupported {
        return row.clone();
    }
    Row {
        verdict,
        introduced: Some(entry.introduced),
        removed: entry.removed,
        deprecated: entry.deprecated,
        access_rights: entry.right.stated(),
        ..row.clone()
    }
}

/// What Apple says about the newest version; no Shared iPad.
fn verdict(entry: &Entry, row: &Row) -> Verdict {
    if row.enrollment == EnrollmentType::User {
        if !has_user_enrollment(row.platform) {
            return Verdict::Unsupported;
        }
        if entry.enrollments.is_some_and(|enrollments| !enrollments.user) {
            return Verdict::Forbidden;
        }
        return match entry.user_enrollment {
            UserEnrollment::Allowed | UserEnrollment::ForbiddenBefore(_) => Verdict::Allowed,
            UserEnrollment::Forbidden => Verdict::Forbidden,
            UserEnrollment::Ignored => Verdict::Ignored,
            UserEnrollment::Required => Verdict::Required,
        };
    }
    let by_enrollment = match entry.enrollments {
        Some(enrollments) if row.supervised => enrollments.supervised,
        Some(enrollments) => enrollments.device,
        None => row.supervised || !entry.needs_supervision,
    };
    let by_automation = row.enrollment == EnrollmentType::AutomatedDevice || !entry.needs_automated_enrollment;
    let elsewhere =
        entry.user_enrollment == UserEnrollment::Required || matches!(entry.shared_ipad, SharedIpad::Required(_));
    if by_enrollment && by_automation && !elsewhere { Verdict::Allowed } else { Verdict::Forbidden }
}
