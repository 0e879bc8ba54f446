//! What is inside a configuration, where it works, and what is left out there.

use leptos::prelude::*;

use crate::document::Frame;
use crate::icons::Icon;
use crate::locale::{Texts, fill};
use crate::markup::{IntoMarkup, Markup};
use crate::pages::admin::item_form::restrictions::{Needs, value_word};
use crate::ui::table::table;
use crate::ui::{Tone, badge};

/// A restriction that is set.
#[derive(Clone, Debug)]
pub struct SetRestriction {
    /// Apple's key.
    pub key: String,
    /// Whether *yes* asks for something instead of allowing it.
    pub is_demand: bool,
    /// Its value.
    pub value: bool,
    /// What it needs.
    pub needs: Needs,
}

/// A payload of an uploaded profile.
#[derive(Clone, Debug)]
pub struct Inside {
    /// Apple's PayloadType.
    pub payload_type: String,
    /// The name it gives itself.
    pub name: Option<String>,
    /// How many keys it sets.
    pub keys: usize,
    /// Apple's published list has no such type.
    pub is_unknown: bool,
}

/// What a kind of device takes of an item.
#[derive(Clone, Debug)]
pub struct Works {
    /// The kind, as the policy knows it.
    pub class: String,
    /// All of it, some of it, or nothing.
    pub share: WorkShare,
    /// Why not all: a sentence in the page's language.
    pub reason: Option<String>,
    /// What is left out there, each with why.
    pub left_out: Vec<LeftOutLine>,
}

/// How much a kind of device takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkShare {
    /// All of it.
    All,
    /// Some of it, or with a limit.
    Some,
    /// Nothing.
    Nothing,
}

/// Something that is left out.
#[derive(Clone, Debug)]
pub struct LeftOutLine {
    /// Apple's PayloadType.
    pub payload_type: String,
    /// The payload's own name.
    pub name: Option<String>,
    /// Apple's key, when the rest of the payload is sent.
    pub key: Option<String>,
    /// Why: a sentence in the page's language.
    pub reason: String,
}

/// What a restriction needs, as marks.
pub(in crate::pages::admin) fn needs(t: &'static Texts, needs: &Needs) -> Markup {
    let since = |name: &'static str, version: &Option<String>| match version {
        Some(version) => fill(t.needs_since, &[("system", &name), ("version", version)]),
        None => name.to_owned(),
    };
    let phone = needs.phone.as_ref().map(|version| since(t.needs_phone, version));
    let mac = needs.mac.as_ref().map(|version| since(t.needs_mac, version));
    let platforms: Vec<String> = phone.into_iter().chain(mac).collect();
    let supervision = needs.supervision.then(|| badge(Tone::Plain, Icon::Shield, t.needs_supervision));
    let personal = needs.personal.then(|| badge(Tone::Plain, Icon::Person, t.needs_personal_too));
    view! { <span class="needs-platforms">{platforms.join(" · ")}</span>{supervision}{personal} }.into_markup()
}

/// The restrictions that are set.
pub(super) fn restrictions(frame: &Frame, set: &[SetRestriction]) -> Markup {
    let t = frame.texts();
    let rows = set
        .iter()
        .map(|restriction| {
            let label =
                frame.locale.restriction(&restriction.key).map_or(restriction.key.as_str(), |words| words.label);
            let name = view! { <span>{label.to_owned()}</span><small><code>{restriction.key.clone()}</code></small> };
            let needs = view! { <span class="needs">{needs(t, &restriction.needs)}</span> };
            let value = value_word(t, restriction.is_demand, restriction.value);
            vec![name.into_markup(), value.into_markup(), needs.into_markup()]
        })
        .collect();
    table("restrictions", t.kind_restrictions, &[t.restriction, t.restriction_value, t.restriction_needs], rows)
}

/// The payloads of an uploaded profile.
pub(super) fn payloads(frame: &Frame, payloads: &[Inside]) -> Markup {
    let t = frame.texts();
    let rows = payloads
        .iter()
        .map(|payload| {
            let word = frame.locale.payload(&payload.payload_type);
            let name = payload.name.clone().or_else(|| word.map(str::to_owned));
            let name = name.unwrap_or_else(|| payload.payload_type.clone());
            let kind = word.map_or_else(|| payload.payload_type.clone(), str::to_owned);
            let unknown = payload.is_unknown.then(|| badge(Tone::Warn, Icon::Info, t.payload_unknown));
            let kind = view! { <span>{kind}</span><small><code>{payload.payload_type.clone()}</code></small>{unknown} };
            vec![name.into_markup(), kind.into_markup(), payload.keys.to_string().into_markup()]
        })
        .collect();
    table("payloads", t.payloads, &[t.payload, t.item_kind, t.payload_keys], rows)
}

/// Where the item works.
pub(super) fn works(frame: &Frame, works: &[Works]) -> Markup {
    let t = frame.texts();
    let rows = works
        .iter()
        .map(|works| {
            let (tone, mark, word) = match works.share {
                WorkShare::All => (Tone::Good, Icon::Check, t.works_all),
                WorkShare::Some => (Tone::Warn, Icon::Info, t.works_some),
                WorkShare::Nothing => (Tone::Plain, Icon::Minus, t.works_nothing),
            };
            let reason = works.reason.clone().map(|reason| view! { <p class="works-reason">{reason}</p> });
            let left_out = (works.share == WorkShare::Some && !works.left_out.is_empty())
                .then(|| left_out(frame, &works.left_out));
            view! {
                <li>
                    <div class="works-head"><span>{class_word(t, &works.class)}</span>{badge(tone, mark, word)}</div>
                    {reason}
                    {left_out}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="works">{rows}</ul> }.into_markup()
}

fn left_out(frame: &Frame, lines: &[LeftOutLine]) -> Markup {
    let t = frame.texts();
    let summary = crate::locale::count(lines.len(), t.left_out_one, t.left_out_many);
    let rows = lines
        .iter()
        .map(|line| {
            let name = match &line.key {
                Some(key) => key_word(frame, key).to_owned(),
                None => line
                    .name
                    .clone()
                    .or_else(|| frame.locale.payload(&line.payload_type).map(str::to_owned))
                    .unwrap_or_else(|| line.payload_type.clone()),
            };
            view! { <li><span>{name}</span>" "<small>{line.reason.clone()}</small></li> }
        })
        .collect_view();
    view! { <details><summary>{summary}</summary><ul class="left-out">{rows}</ul></details> }.into_markup()
}

/// What a key is called; Apple's own name where there is no other.
fn key_word<'a>(frame: &Frame, key: &'a str) -> &'a str {
    let t = frame.texts();
    match key {
        "blockedAppBundleIDs" => t.blocked_apps,
        "allowListedAppBundleIDs" => t.allowed_apps,
        _ => frame.locale.restriction(key).map_or(key, |words| words.label),
    }
}

fn class_word(t: &Texts, class: &str) -> &'static str {
    match class {
        "supervisedPhone" => t.class_supervised_phone,
        "phone" => t.class_phone,
        "personalPhone" => t.class_personal_phone,
        "mac" => t.class_mac,
        _ => t.class_personal_mac,
    }
}
