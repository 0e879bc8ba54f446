//! The catalogue: every item with who gets it, and what a device can take of it.

use serde::{Deserialize, Serialize};

use crate::apple;
use crate::decision::{Decision, ReasonCode, Source};
use crate::distribution::Distribution;
use crate::fact::{Fact, Truth};
use crate::facts::{Device, DeviceFacts, EnrollmentType, Holder, Platform};
use crate::ids::ItemId;
use crate::item::{ItemKind, ItemRole};
use crate::payload::{Payload, decide_payloads};

/// A configuration or an app, as far as the rules need to know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", schemars(rename = "CatalogueItem"))]
pub struct Item {
    /// Which one.
    pub id: ItemId,
    /// What it is.
    pub kind: ItemKind,
    /// What the server needs it for.
    #[serde(default)]
    pub role: ItemRole,
    /// Who gets it.
    pub distribution: Distribution,
    /// For apps: its data goes when the holder changes (spec A11, *reset between people*).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reset_between_people: bool,
    /// The payloads whose own rules matter: of restrictions and of uploaded profiles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payloads: Vec<Payload>,
}

/// All items of the organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Catalogue {
    /// In the order in which they are offered and installed; each id once.
    pub items: Vec<Item>,
}

impl Catalogue {
    /// The item with this id.
    #[must_use]
    pub fn item(&self, id: &ItemId) -> Option<&Item> {
        self.items.iter().find(|item| item.id == *id)
    }

    /// Whether the device gets the item while this user holds it: the distribution must reach it
    /// (spec C4) and the device must be able to take it (spec A1, E3, E4, E6, E8).
    #[must_use]
    pub fn decide(&self, item: &ItemId, device: &Device, holder: &Holder) -> Decision {
        match self.item(item) {
            Some(item) => item.decide(device, holder),
            None => Decision::deny(ReasonCode::NoSuchItem, Source::Product),
        }
    }

    /// Every item that is not denied, in the catalogue's order. Undecided ones are among them,
    /// because while the holder stays they are neither installed nor removed.
    #[must_use]
    pub fn desired(&self, device: &Device, holder: &Holder) -> Vec<(ItemId, Decision)> {
        self.items
            .iter()
            .map(|item| (item.id.clone(), item.decide(device, holder)))
            .filter(|(_, decision)| decision.outcome != crate::Outcome::Deny)
            .collect()
    }
}

impl Item {
    /// Whether the device gets this item while this user holds it.
    #[must_use]
    pub fn decide(&self, device: &Device, holder: &Holder) -> Decision {
        self.distribution.decide(device, holder).narrowed_by(self.can_take(&device.facts))
    }

    /// What a device can take of this item, whoever holds it: its kind, then its payloads.
    #[must_use]
    pub fn can_take(&self, facts: &DeviceFacts) -> Decision {
        can_take(self.kind, facts).narrowed_by(decide_payloads(&self.payloads, facts))
    }
}

/// What a device can take of this kind of item, whoever holds it: Apple's table first, then what Baton narrows.
#[must_use]
pub fn can_take(kind: ItemKind, facts: &DeviceFacts) -> Decision {
    let by_apple = apple::decide_payload(kind, facts);
    if !facts.enrollment.is_managed() {
        return by_apple;
    }
    match kind {
        ItemKind::SecureSignIn => sign_in_clip(facts).narrowed_by(by_apple),
        ItemKind::Passcode => by_apple.narrowed_by(passcode(facts)),
        ItemKind::InHouseApp => by_apple.narrowed_by(in_house_app(facts)),
        ItemKind::WiFi
        | ItemKind::WebClip
        | ItemKind::Certificate
        | ItemKind::Identity
        | ItemKind::Restrictions
        | ItemKind::Profile
        | ItemKind::StoreApp => by_apple,
    }
}

const YES: Decision = Decision::allow(ReasonCode::Allowed, Source::Product);

/// Secure sign-in: iOS and iPadOS, never under User Enrollment (spec A1).
fn sign_in_clip(facts: &DeviceFacts) -> Decision {
    if facts.enrollment == EnrollmentType::User {
        return Decision::deny(ReasonCode::SignInClipNotUnderUserEnrollment, Source::Product);
    }
    Decision::require(
        facts.platform.test(|platform| matches!(platform, Platform::Ios | Platform::Ipados)),
        ReasonCode::SignInClipOnlyOnIos,
        ReasonCode::PlatformUnknown,
        Source::Product,
    )
    .unwrap_or(YES)
}

/// Under User Enrollment the payload is accepted and its values are ignored (spec E4).
fn passcode(facts: &DeviceFacts) -> Decision {
    if facts.enrollment == EnrollmentType::User {
        Decision::partial(ReasonCode::PasscodeFixedUnderUserEnrollment, Source::Apple)
    } else {
        YES
    }
}

/// A Mac under User Enrollment gets apps from Apps and Books only (spec E6).
fn in_house_app(facts: &DeviceFacts) -> Decision {
    let enrolled_by_user: Truth = (facts.enrollment == EnrollmentType::User).into();
    let is_mac = match facts.platform {
        Fact::Empty => Truth::Unknown,
        known => known.test(|&platform| platform == Platform::Macos),
    };
    Decision::require(
        !enrolled_by_user.and(is_mac),
        ReasonCode::StoreAppsOnlyOnUserEnrolledMac,
        ReasonCode::PlatformUnknown,
        Source::Product,
    )
    .unwrap_or(YES)
}
