//! Installing, removing and listing profiles.

use plist::{Dictionary, Value};

use crate::device::Device;
use crate::device::state::{DeviceState, InstalledProfile, WebClip};
use crate::event::EventKind;
use crate::execute::inventory::common_name;
use crate::protocol::answer::{Afterwards, Answer, DeviceError};
use crate::protocol::contents;
use crate::protocol::enrollment_profile::EnrollmentProfile;
use crate::protocol::plists;
use crate::protocol::profile::{ConfigurationProfile, MDM};

pub(crate) fn install(device: &Device, body: &Dictionary) -> Answer {
    let Some(payload) = body.get("Payload").and_then(Value::as_data) else {
        return Answer::format_error("“Payload” is missing.");
    };
    let profile = match ConfigurationProfile::read(payload) {
        Ok(profile) => profile,
        Err(errors) => return Answer::errors(installation_failed(errors)),
    };
    let renewal = match management_renewal(device, &profile, payload) {
        Ok(renewal) => renewal,
        Err(error) => return Answer::errors(installation_failed(vec![error])),
    };
    let managed = renewal.is_none();
    if managed && let Err(error) = check_identities(&profile) {
        return Answer::errors(installation_failed(vec![error]));
    }
    let installed = InstalledProfile::new(profile, managed);
    let before = device.change(|state| {
        if let (Some(renewed), Some(enrollment)) = (renewal, &mut state.enrollment) {
            enrollment.renew(renewed);
        }
        put(state, installed.clone())
    });
    announce(device, before.as_ref(), &installed);
    Answer::acknowledged()
}

/// An identity that its password does not open makes the whole profile fail.
fn check_identities(profile: &ConfigurationProfile) -> Result<(), DeviceError> {
    profile.payload_content.iter().try_for_each(|payload| {
        let payload_type = plists::string(payload, "PayloadType").unwrap_or_default();
        contents::identity(payload_type, payload).map(drop)
    })
}

/// Puts a profile in the place of one with the same identifier, or last.
fn put(state: &mut DeviceState, profile: InstalledProfile) -> Option<InstalledProfile> {
    let place = state.profiles.iter_mut().find(|other| other.identifier == profile.identifier);
    match place {
        Some(place) => Some(std::mem::replace(place, profile)),
        None => {
            state.profiles.push(profile);
            None
        }
    }
}

/// A profile with an MDM payload may only renew the one that is there, from the same server.
fn management_renewal(
    device: &Device,
    profile: &ConfigurationProfile,
    payload: &[u8],
) -> Result<Option<EnrollmentProfile>, DeviceError> {
    let replaces_management = device.read(|state| {
        state.profiles.iter().any(|other| other.is_management_profile() && other.identifier == profile.identifier)
    });
    if profile.payload(MDM).is_none() {
        return if replaces_management {
            Err(DeviceError::new(
                "MCInstallationErrorDomain",
                4015,
                "The replacement profile does not contain an MDM payload.",
            ))
        } else {
            Ok(None)
        };
    }
    if !replaces_management {
        return Err(DeviceError::mdm(12001, "The profile contains a second MDM payload."));
    }
    let mismatch =
        |what: &str| DeviceError::mdm(12012, format!("The new MDM payload does not match the old one: {what}."));
    let renewed = EnrollmentProfile::read(payload).map_err(|error| mismatch(&error.to_string()))?;
    let same_server = device.read(|state| {
        state.enrollment.as_ref().is_some_and(|old| {
            old.topic == renewed.topic
                && old.server_url == renewed.server_url
                && old.check_in_url == renewed.check_in_url
        })
    });
    if same_server { Ok(Some(renewed)) } else { Err(mismatch("another server or topic")) }
}

fn installation_failed(causes: Vec<DeviceError>) -> Vec<DeviceError> {
    let mut chain = vec![DeviceError::new("MCInstallationErrorDomain", 4001, "Profile Installation Failed")];
    chain.extend(causes);
    chain
}

fn announce(device: &Device, before: Option<&InstalledProfile>, now: &InstalledProfile) {
    device.emit(EventKind::ProfileInstalled { name: now.display_name.clone(), replaced: before.is_some() });
    let old: Vec<&WebClip> = before.into_iter().flat_map(InstalledProfile::web_clips).collect();
    for clip in &old {
        if !now.web_clips().any(|new| new.label == clip.label) {
            device.emit(EventKind::IconRemoved { label: clip.label.clone() });
        }
    }
    let restrictions = |profile: &InstalledProfile| -> Vec<String> {
        profile.restrictions().map(|(key, value)| format!("{key} {value}")).collect()
    };
    let restricts = restrictions(now);
    if !restricts.is_empty() && before.map(restrictions).as_ref() != Some(&restricts) {
        device.emit(EventKind::Restricted { name: now.display_name.clone(), settings: restricts });
    }
    for identity in now.identities().filter(|new| before.is_none_or(|old| old.identities().all(|der| der != *new))) {
        device.emit(EventKind::IdentityAdded { subject: common_name(identity) });
    }
    for clip in now.web_clips() {
        if !old.contains(&clip) {
            device.emit(EventKind::IconAdded { label: clip.label.clone(), url: clip.url.clone() });
        }
    }
}

pub(crate) fn remove(device: &Device, body: &Dictionary) -> Answer {
    let Some(identifier) = plists::string(body, "Identifier") else {
        return Answer::format_error("“Identifier” is missing.");
    };
    let profile = device.read(|state| state.profiles.iter().find(|profile| profile.identifier == identifier).cloned());
    let Some(profile) = profile else {
        return Answer::error(DeviceError::mdm(12075, format!("The profile “{identifier}” is not installed.")));
    };
    if profile.is_management_profile() {
        return Answer::acknowledged().then(Afterwards::LeaveManagement);
    }
    device.change(|state| {
        state.profiles.retain(|other| other.identifier != identifier);
    });
    device.emit(EventKind::ProfileRemoved { name: profile.display_name.clone() });
    for clip in profile.web_clips() {
        device.emit(EventKind::IconRemoved { label: clip.label.clone() });
    }
    Answer::acknowledged()
}

pub(crate) fn list(device: &Device, body: &Dictionary) -> Answer {
    let managed_only = plists::flag(body, "ManagedOnly");
    let list = device.read(|state| {
        state
            .profiles
            .iter()
            .filter(|profile| profile.managed || !managed_only)
            .map(|profile| Value::Dictionary(describe(profile, state.spec.supervised)))
            .collect()
    });
    Answer::with_fields(plists::from_pairs([("ProfileList", Value::Array(list))]))
}

fn describe(profile: &InstalledProfile, supervised: bool) -> Dictionary {
    let payloads = profile
        .payloads
        .iter()
        .map(|payload| {
            let mut item = plists::from_pairs([
                ("PayloadType", payload.payload_type.as_str().into()),
                ("PayloadVersion", 1.into()),
                ("PayloadIdentifier", payload.identifier.as_str().into()),
                ("PayloadUUID", payload.uuid.as_str().into()),
            ]);
            if let Some(name) = &payload.display_name {
                item.insert("PayloadDisplayName".to_owned(), name.as_str().into());
            }
            Value::Dictionary(item)
        })
        .collect();
    let mut item = plists::from_pairs([
        ("PayloadUUID", profile.uuid.as_str().into()),
        ("PayloadIdentifier", profile.identifier.as_str().into()),
        ("PayloadVersion", 1.into()),
        ("PayloadDisplayName", profile.display_name.as_str().into()),
        ("PayloadRemovalDisallowed", profile.removal_disallowed.into()),
        ("HasRemovalPasscode", false.into()),
        ("IsEncrypted", false.into()),
        ("PayloadContent", Value::Array(payloads)),
    ]);
    if let Some(organization) = &profile.organization {
        item.insert("PayloadOrganization".to_owned(), organization.as_str().into());
    }
    // Supervised devices do not say who installed a profile (profile.list.yaml).
    if !supervised {
        item.insert("IsManaged".to_owned(), profile.managed.into());
    }
    item
}
