//! What the policy knows of an item's payloads, and what a device gets of them.

use std::collections::BTreeSet;

use baton_mdm::{mobileconfig::Keep, payload};
use baton_model::{ItemContent, item::Restrictions};
use baton_policy::{
    DeviceFacts, Payload, Setting,
    payload::{RESTRICTIONS, shares},
    restriction::{ALLOWED_APPS, BLOCKED_APPS},
};

/// The payloads of an item whose own rules matter.
#[must_use]
pub fn payloads(content: &ItemContent) -> Vec<Payload> {
    match content {
        ItemContent::Restrictions(restrictions) => vec![of_restrictions(restrictions)],
        ItemContent::Profile(profile) => profile.payloads.iter().map(|payload| payload.rules.clone()).collect(),
        _ => Vec::new(),
    }
}

fn of_restrictions(restrictions: &Restrictions) -> Payload {
    let flags = restrictions.settings.iter().map(|(key, allowed)| (key.clone(), Setting::Flag(*allowed)));
    let lists = lists(restrictions).map(|(key, apps)| (key.to_owned(), Setting::Names(apps.to_vec())));
    Payload { payload_type: RESTRICTIONS.to_owned(), settings: flags.chain(lists).collect(), ..Payload::default() }
}

/// The lists of apps that say something.
fn lists(restrictions: &Restrictions) -> impl Iterator<Item = (&'static str, &[String])> {
    [(BLOCKED_APPS, &restrictions.blocked_apps[..]), (ALLOWED_APPS, &restrictions.allowed_apps[..])]
        .into_iter()
        .filter(|(_, apps)| !apps.is_empty())
}

/// The restrictions without the keys that the device cannot take.
pub(super) fn restrictions(
    restrictions: &Restrictions,
    payloads: &[Payload],
    facts: &DeviceFacts,
) -> payload::Restrictions {
    let shares = shares(payloads, facts);
    let is_sent = |key: &str| shares.iter().all(|share| !share.without.contains_key(key));
    payload::Restrictions {
        flags: restrictions
            .settings
            .iter()
            .filter(|(key, _)| is_sent(key))
            .map(|(key, on)| (key.clone(), *on))
            .collect(),
        apps: lists(restrictions)
            .filter(|(key, _)| is_sent(key))
            .map(|(key, apps)| (key.to_owned(), apps.to_vec()))
            .collect(),
    }
}

/// What is sent of each payload of an uploaded profile. What cannot be told yet is kept: nothing is sent meanwhile.
pub(super) fn keep(payloads: &[Payload], facts: &DeviceFacts) -> Vec<Keep> {
    let of_share = |share: baton_policy::payload::Share<'_>| {
        if share.decision.outcome == baton_policy::Outcome::Deny {
            return Keep::Nothing;
        }
        let without: BTreeSet<String> = share.without.into_keys().map(str::to_owned).collect();
        if without.is_empty() { Keep::All } else { Keep::Without(without) }
    };
    shares(payloads, facts).into_iter().map(of_share).collect()
}
