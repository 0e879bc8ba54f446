//! What the table says about payloads, keys, and anything else by its name.

use super::command::{Command, decide_command};
use super::decide::{decide, unmanaged};
use super::entry::PerSystem;
use super::quick::{self, Place};
use super::table::{Item, Kind, Table};
use super::texts;
use crate::decision::{Decision, ReasonCode, Source};
use crate::facts::DeviceFacts;
use crate::item::ItemKind;

/// The payload of a configuration, by its file in Apple's schema; apps have none.
const fn payload(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::WiFi => "com.apple.wifi.managed",
        ItemKind::WebClip | ItemKind::SecureSignIn => "com.apple.webClip.managed",
        ItemKind::Passcode => "com.apple.mobiledevice.passwordpolicy",
        // All kinds of certificates have the same line.
        ItemKind::Certificate => "com.apple.security.pkcs1",
        ItemKind::Identity => "com.apple.security.pkcs12",
        // Restrictions have a file of their own, and what an uploaded profile holds decides about it.
        ItemKind::Restrictions | ItemKind::Profile | ItemKind::InHouseApp | ItemKind::StoreApp => "",
    }
}

const PLACES: [Place<'static>; ItemKind::ALL.len()] = {
    let mut places = [("", ""); ItemKind::ALL.len()];
    let mut index = 0;
    while index < places.len() {
        places[index].0 = payload(ItemKind::ALL[index]);
        index += 1;
    }
    places
};

static PAYLOADS: [PerSystem; ItemKind::ALL.len()] = {
    let payloads = quick::find(texts::PROFILES, &PLACES);
    assert!(quick::is_complete(&payloads, &PLACES), "a payload is missing in the table");
    payloads
};

static RESTRICTIONS: [PerSystem; 1] = {
    const PLACE: [Place<'static>; 1] = [("com.apple.applicationaccess", "")];
    let restrictions = quick::find(texts::RESTRICTIONS, &PLACE);
    assert!(quick::is_complete(&restrictions, &PLACE), "the restrictions are missing in the table");
    restrictions
};

/// Whether Apple's protocol lets the payload of this configuration, or an app, be installed.
pub(crate) fn decide_payload(kind: ItemKind, facts: &DeviceFacts) -> Decision {
    if kind.is_app() {
        return decide_command(Command::InstallApplication, facts);
    }
    let by_command = decide_command(Command::InstallProfile, facts);
    match kind {
        ItemKind::Profile => by_command,
        ItemKind::Restrictions => by_command.narrowed_by(decide(&RESTRICTIONS[0], facts)),
        kind => by_command.narrowed_by(decide(&PAYLOADS[kind as usize], facts)),
    }
}

/// Whether Apple allows this item on the device: the command, the payload, the declaration as a whole (spec E3).
/// Shared iPad is not meant, and the channel is left to whoever sends.
#[must_use]
pub fn decide_item(item: &Item, facts: &DeviceFacts) -> Decision {
    let by_carrier = match item.kind {
        Kind::Profile => decide_command(Command::InstallProfile, facts),
        Kind::Declaration | Kind::Command | Kind::CheckIn | Kind::MachineInfo => {
            unmanaged(facts.enrollment).unwrap_or(Decision::allow(ReasonCode::Allowed, Source::Apple))
        }
    };
    by_carrier.narrowed_by(decide(&item.systems, facts))
}

/// Whether Apple allows payloads of this type on the device; `None` when the table has no such type.
pub(crate) fn decide_type(payload_type: &str, facts: &DeviceFacts) -> Option<Decision> {
    profile(payload_type).map(|item| decide_item(item, facts))
}

/// Whether Apple allows this key of payloads of this type on the device; `None` when the table does not have it.
pub(crate) fn decide_payload_key(payload_type: &str, key: &str, facts: &DeviceFacts) -> Option<Decision> {
    let decision = decide_key(profile(payload_type)?, key, facts);
    (decision.reason != ReasonCode::NoSuchKey).then_some(decision)
}

/// What the table says about a key of payloads of this type.
pub(crate) fn systems_of_key(payload_type: &str, key: &str) -> Option<&'static PerSystem> {
    profile(payload_type)?.key(key).map(|key| &key.systems)
}

/// The payload of this type. Those that share a type have the same rules for the whole.
fn profile(payload_type: &str) -> Option<&'static Item> {
    let table = Table::profiles();
    let by_type = || table.items().find(|item| item.id == payload_type);
    table.item(Kind::Profile, payload_type).or_else(by_type)
}

/// Whether Apple allows this key of an item on the device (spec E3). A key that the table does not name follows the
/// item, unless the table names all of them.
#[must_use]
pub fn decide_key(item: &Item, key: &str, facts: &DeviceFacts) -> Decision {
    match item.key(key) {
        Some(key) => decide(&key.systems, facts),
        None if item.lists_every_key => match unmanaged(facts.enrollment) {
            Some(decision) => decision,
            None => Decision::deny(ReasonCode::NoSuchKey, Source::Apple),
        },
        None => decide(&item.systems, facts),
    }
}
