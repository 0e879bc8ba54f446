//! What an item's page shows of its content. Secrets are left out.

use baton_core::{CoreError, catalogue::ItemDetail};
use baton_model::{Item, ItemContent as CoreContent, Timestamp, item::UploadedPayload};
use baton_policy::{Applicability, LeftOut, Outcome, ReasonCode, restriction::Restriction};

use super::{item_fields, phrases};
use crate::{
    pages::admin::item::{
        ItemContent,
        inside::{Inside, LeftOutLine, SetRestriction, WorkShare, Works},
    },
    shell::console::Section,
    web::{Console, answer::PageError, context::moment},
};

/// The content.
pub(super) fn content(console: &Console, item: &Item) -> Result<ItemContent, PageError> {
    Ok(match &item.content {
        CoreContent::WiFi(wifi) => ItemContent::Wifi {
            ssid: wifi.ssid.clone(),
            security: item_fields::security_code(wifi.security).to_owned(),
            hidden: wifi.hidden,
            auto_join: wifi.auto_join,
        },
        CoreContent::WebClip(clip) => ItemContent::WebClip {
            label: clip.label.clone(),
            url: clip.url.clone(),
            full_screen: clip.full_screen,
            ignore_manifest_scope: clip.ignore_manifest_scope,
            removable: clip.removable,
            icon: item_fields::icon_address(item),
            precomposed: clip.precomposed,
        },
        CoreContent::Passcode(rules) => ItemContent::Passcode {
            min_length: rules.min_length,
            allow_simple: rules.allow_simple,
            require_alphanumeric: rules.require_alphanumeric,
            max_inactivity_minutes: rules.max_inactivity_minutes,
            max_failed_attempts: rules.max_failed_attempts,
        },
        CoreContent::Certificate(certificate) => ItemContent::Certificate {
            subject: certificate.subject.clone(),
            expires: expiry(console, certificate.expires_at)?,
        },
        CoreContent::Identity(identity) => ItemContent::Identity {
            subject: identity.subject.clone(),
            issuer: identity.issuer.clone(),
            expires: expiry(console, identity.expires_at)?,
            more_certificates: identity.more_certificates,
        },
        CoreContent::Restrictions(restrictions) => ItemContent::Restrictions {
            set: restrictions.settings.iter().map(|(key, value)| set_restriction(key, *value)).collect(),
            blocked_apps: restrictions.blocked_apps.clone(),
            allowed_apps: restrictions.allowed_apps.clone(),
        },
        CoreContent::Profile(profile) => ItemContent::Profile {
            file_name: profile.file_name.clone(),
            bytes: profile.file.bytes,
            signed_by: profile.signed_by.clone(),
            payloads: profile.payloads.iter().map(inside).collect(),
            is_personal: profile.is_personal,
            unknown_placeholders: profile.unknown_placeholders.clone(),
        },
        CoreContent::SecureSignIn(options) => ItemContent::SignIn {
            label: options.label.clone(),
            help_contact: Some(options.help_contact.clone()).filter(|contact| !contact.is_empty()),
            checklist: options.checklist.iter().map(|line| (line.text.clone(), line.blocks)).collect(),
        },
        CoreContent::InHouseApp(app) => ItemContent::InHouse {
            bundle_id: app.bundle_id.clone(),
            manifest_url: app.manifest_url.clone(),
            reset_between_people: app.reset_between_people,
        },
        CoreContent::StoreApp(app) => ItemContent::Store {
            bundle_id: app.bundle_id.clone(),
            store_id: app.store_id,
            reset_between_people: app.reset_between_people,
        },
    })
}

fn expiry(console: &Console, at: Timestamp) -> Result<time::OffsetDateTime, PageError> {
    let beyond = || CoreError::Corrupt("a certificate expires beyond the calendar".to_owned());
    console.ask(Section::Configurations, moment(at).ok_or_else(beyond))
}

fn set_restriction(key: &str, value: bool) -> SetRestriction {
    SetRestriction {
        key: key.to_owned(),
        is_demand: Restriction::of_key(key).is_some_and(Restriction::is_demand),
        value,
        needs: item_fields::restrictions::needs(key),
    }
}

fn inside(payload: &UploadedPayload) -> Inside {
    let anywhere = baton_policy::DeviceClass::SupervisedPhone.facts();
    let decision = baton_policy::payload::decide_type(&payload.rules.payload_type, &anywhere);
    Inside {
        payload_type: payload.rules.payload_type.clone(),
        name: payload.name.clone(),
        keys: payload.rules.settings.len(),
        is_unknown: decision.reason == ReasonCode::NotInAppleTable,
    }
}

/// Where the item works, and what is left out there. Of apps only their own command decides.
pub(super) fn works(console: &Console, detail: &ItemDetail) -> Vec<Works> {
    let payloads: &[UploadedPayload] = match &detail.item.content {
        CoreContent::Profile(profile) => &profile.payloads,
        _ => &[],
    };
    detail.works.iter().map(|works| of_class(console, payloads, works)).collect()
}

fn of_class(console: &Console, payloads: &[UploadedPayload], works: &Applicability) -> Works {
    let sentence = |reason| phrases::reason(console.frame().locale, reason);
    let line = |left_out: &LeftOut| {
        let payload = payloads.get(left_out.payload);
        LeftOutLine {
            payload_type: payload.map(|payload| payload.rules.payload_type.clone()).unwrap_or_default(),
            name: payload.and_then(|payload| payload.name.clone()),
            key: left_out.key.clone(),
            reason: sentence(left_out.decision.reason),
        }
    };
    let share = match works.decision.outcome {
        Outcome::Allow => WorkShare::All,
        Outcome::Partial => WorkShare::Some,
        Outcome::Deny | Outcome::Unknown => WorkShare::Nothing,
    };
    Works {
        class: works.class.as_str().to_owned(),
        share,
        reason: (share != WorkShare::All).then(|| sentence(works.decision.reason)),
        left_out: works.left_out.iter().map(line).collect(),
    }
}
