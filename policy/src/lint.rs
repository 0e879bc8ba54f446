//! What goes wrong when a device is signed out (spec A9).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::catalogue::{Catalogue, Item};
use crate::decision::{Decision, Outcome};
use crate::distribution::Distribution;
use crate::facts::{Device, DeviceFacts, Holder};
use crate::ids::{DeviceId, ItemId, UserGroupId, UserId};
use crate::item::{ItemKind, ItemRole};
use crate::name::named;
use crate::payload::{Payload, shares};

/// What the lints look at: the catalogue as it would be saved, and the fleet.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LintInput {
    /// Every item.
    pub catalogue: Catalogue,
    /// Every device.
    pub devices: Vec<LintDevice>,
    /// Every user who could sign in; Nobody may be among them.
    #[serde(default)]
    pub users: Vec<Holder>,
    /// The holder of signed-out devices.
    pub nobody: Holder,
}

/// A device as the lints see it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LintDevice {
    /// The device with its groups.
    pub device: Device,
    /// Whether the sign-in clip is or might be on it now.
    #[serde(default)]
    pub has_clip: bool,
}

named! {
    /// What was found; sentences for people are in `policy/locales`.
    pub enum FindingCode {
        /// At sign-out the sign-in page would vanish from devices that users get it on.
        ClipMissesNobody = "clip-misses-nobody",
        /// It cannot be told whether the sign-in page stays at sign-out.
        ClipUnknownForNobody = "clip-unknown-for-nobody",
        /// Devices that have the sign-in page now would lose it.
        ClipStrandsDevices = "clip-strands-devices",
        /// Users and Nobody get it, so it never leaves at sign-out.
        NeverLeaves = "never-leaves",
        /// Users and Nobody get the app, so it stays at sign-out, with its data.
        AppStaysWithData = "app-stays-with-data",
        /// A signed-out device loses what it needs to reach the server.
        ConnectivityLost = "connectivity-lost",
        /// Restrictions would hide web clips, and with them the sign-in page.
        ClipHidden = "clip-hidden",
        /// No device that exists can get the item, whoever holds it.
        ReachesNoDevice = "reaches-no-device",
        /// Everything that the distribution includes it excludes again.
        ExcludeSwallowsInclude = "exclude-swallows-include",
        /// Devices with User Enrollment that the distribution reaches can never take the item.
        NotForUserEnrollment = "not-for-user-enrollment",
        /// A rule reads an attribute that has no value anywhere.
        AttributeWithoutValues = "attribute-without-values",
    }
}

named! {
    /// How much a finding matters.
    pub enum Severity {
        /// Saving needs the fix or an explicit override.
        Blocks = "blocks",
        /// Worth knowing.
        Warns = "warns",
    }
}

/// Something that goes wrong when devices are signed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// What.
    pub code: FindingCode,
    /// How much it matters.
    pub severity: Severity,
    /// The item it is about.
    pub item: ItemId,
    /// The devices it is about.
    pub devices: Vec<DeviceId>,
    /// What would put it right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
}

/// A distribution that puts a finding right, and how it differs from the present one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Fix {
    /// Nobody is added as a single user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include_user: Option<UserId>,
    /// Nobody's groups are no longer excluded.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub stop_excluding: BTreeSet<UserGroupId>,
    /// The result, ready to be saved.
    pub distribution: Distribution,
}

/// Finds what goes wrong at sign-out. Devices that get no sign-in clip are never signed out and
/// are left out, but for those that have it now.
#[must_use]
pub fn nobody_lints(input: &LintInput) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut shared = vec![false; input.devices.len()];
    for item in &input.catalogue.items {
        if item.kind == ItemKind::SecureSignIn {
            clip_lints(item, input, &mut shared, &mut findings);
        }
    }
    for item in &input.catalogue.items {
        if item.kind != ItemKind::SecureSignIn {
            hidden_clip_lint(item, input, &shared, &mut findings);
            item_lints(item, input, &shared, &mut findings);
        }
    }
    findings
}

fn clip_lints(clip: &Item, input: &LintInput, shared: &mut [bool], findings: &mut Vec<Finding>) {
    let possible = possible_holders(&clip.distribution, input);
    let holders = distinct_holders(&clip.distribution, &possible);
    let mut lost = Vec::new();
    let mut unknown = Vec::new();
    let mut stranded = Vec::new();
    for (LintDevice { device, has_clip }, is_shared) in input.devices.iter().zip(shared) {
        let reaches_user = reaches_any(clip, device, &holders);
        let for_nobody = clip.decide(device, &input.nobody);
        *is_shared |= reaches_user || for_nobody.permits();
        match for_nobody.outcome {
            Outcome::Allow | Outcome::Partial => {}
            Outcome::Unknown if reaches_user || *has_clip => unknown.push(device),
            Outcome::Deny if reaches_user => lost.push(device),
            Outcome::Deny if *has_clip => stranded.push(device),
            Outcome::Unknown | Outcome::Deny => {}
        }
    }
    let fix = fix_for(clip, &lost, &input.nobody);
    let mut report = |code, severity, devices: &[&Device], fix| {
        findings.extend(finding(code, severity, clip, devices, fix));
    };
    report(FindingCode::ClipMissesNobody, Severity::Blocks, &lost, fix);
    report(FindingCode::ClipUnknownForNobody, Severity::Warns, &unknown, None);
    report(FindingCode::ClipStrandsDevices, Severity::Warns, &stranded, None);
}

/// Restrictions that hide web clips hide the sign-in page on every shared device that takes them, whoever has it.
fn hidden_clip_lint(item: &Item, input: &LintInput, shared: &[bool], findings: &mut Vec<Finding>) {
    if item.payloads.iter().all(|payload| payload.hides_web_clips_by().next().is_none()) {
        return;
    }
    let holders = distinct_holders(&item.distribution, &input.users);
    let hidden: Vec<&Device> = input
        .devices
        .iter()
        .zip(shared)
        .filter(|(_, is_shared)| **is_shared)
        .map(|(LintDevice { device, .. }, _)| device)
        .filter(|device| hides_web_clips(&item.payloads, &device.facts))
        .filter(|device| reaches_any(item, device, &holders) || item.decide(device, &input.nobody).permits())
        .collect();
    findings.extend(finding(FindingCode::ClipHidden, Severity::Warns, item, &hidden, None));
}

pub(crate) fn hides_web_clips(payloads: &[Payload], facts: &DeviceFacts) -> bool {
    payloads.iter().zip(shares(payloads, facts)).any(|(payload, share)| {
        share.decision.permits() && payload.hides_web_clips_by().any(|key| !share.without.contains_key(key))
    })
}

fn item_lints(item: &Item, input: &LintInput, shared: &[bool], findings: &mut Vec<Finding>) {
    let holders = distinct_holders(&item.distribution, &input.users);
    let reached: Vec<(&Device, Decision)> = input
        .devices
        .iter()
        .zip(shared)
        .filter(|(_, is_shared)| **is_shared)
        .map(|(LintDevice { device, .. }, _)| device)
        .filter(|device| reaches_any(item, device, &holders))
        .map(|device| (device, item.decide(device, &input.nobody)))
        .collect();
    let with = |wanted: fn(Outcome) -> bool| -> Vec<&Device> {
        reached.iter().filter(|(_, decision)| wanted(decision.outcome)).map(|(device, _)| *device).collect()
    };
    let staying = with(Outcome::permits);
    let leaving = with(|outcome| outcome == Outcome::Deny);
    findings.extend(match item.role {
        ItemRole::Connectivity => finding(
            FindingCode::ConnectivityLost,
            Severity::Warns,
            item,
            &leaving,
            fix_for(item, &leaving, &input.nobody),
        ),
        ItemRole::Ordinary if item.kind.is_app() && item.reset_between_people => None,
        ItemRole::Ordinary if item.kind.is_app() => {
            finding(FindingCode::AppStaysWithData, Severity::Warns, item, &staying, None)
        }
        ItemRole::Ordinary => finding(FindingCode::NeverLeaves, Severity::Warns, item, &staying, None),
        ItemRole::SignInClip => None,
    });
}

fn finding(
    code: FindingCode,
    severity: Severity,
    item: &Item,
    devices: &[&Device],
    fix: Option<Fix>,
) -> Option<Finding> {
    (!devices.is_empty()).then(|| Finding {
        code,
        severity,
        item: item.id.clone(),
        devices: devices.iter().map(|device| device.id.clone()).collect(),
        fix,
    })
}

/// Nobody included as a single user and none of Nobody's groups excluded, if that is enough.
fn fix_for(item: &Item, devices: &[&Device], nobody: &Holder) -> Option<Fix> {
    fix_distribution(&item.distribution, devices, nobody)
}

/// The distribution with Nobody included as a single user and none of Nobody's groups excluded, if
/// that is enough for these devices.
pub(crate) fn fix_distribution(present: &Distribution, devices: &[&Device], nobody: &Holder) -> Option<Fix> {
    let Distribution::Custom(custom) = present else {
        return None;
    };
    let mut fixed = custom.clone();
    let mut stop_excluding = BTreeSet::new();
    for group in &custom.exclude_user_groups {
        if nobody.is_in(group) != crate::Truth::False {
            fixed.exclude_user_groups.remove(group);
            stop_excluding.insert(group.clone());
        }
    }
    let reaches_all =
        |distribution: &Distribution| devices.iter().all(|device| distribution.decide(device, nobody).permits());
    let mut include_user = None;
    let mut distribution = Distribution::Custom(fixed.clone());
    if !reaches_all(&distribution) {
        fixed.include_users.insert(nobody.id.clone());
        include_user = Some(nobody.id.clone());
        distribution = Distribution::Custom(fixed);
    }
    reaches_all(&distribution).then_some(Fix { include_user, stop_excluding, distribution })
}

/// The users there are and, for each group and each user that the distribution includes, one who
/// is in nothing else: a group that is empty today gets its first member tomorrow.
fn possible_holders(distribution: &Distribution, input: &LintInput) -> Vec<Holder> {
    let mut holders = input.users.clone();
    if let Distribution::Custom(custom) = distribution {
        holders.extend(custom.include_user_groups.iter().map(|group| Holder::person("", [group.clone()])));
        holders.extend(
            custom
                .include_users
                .iter()
                .filter(|user| **user != input.nobody.id)
                .filter(|user| input.users.iter().all(|known| known.id != **user))
                .map(|user| Holder::person(user.clone(), [])),
        );
    }
    holders
}

fn reaches_any(item: &Item, device: &Device, holders: &[&Holder]) -> bool {
    holders.iter().any(|holder| item.decide(device, holder).permits())
}

/// One user of each kind that the distribution can tell apart, so that large directories cost
/// no more than the groups they differ in. Nobody is left out.
fn distinct_holders<'a>(distribution: &Distribution, users: &'a [Holder]) -> Vec<&'a Holder> {
    let mut seen = Vec::new();
    users
        .iter()
        .filter(|user| !user.is_nobody)
        .filter(|user| {
            let kind = kind_of(distribution, user);
            let is_new = !seen.contains(&kind);
            if is_new {
                seen.push(kind);
            }
            is_new
        })
        .collect()
}

/// All that the distribution asks about a user.
fn kind_of(distribution: &Distribution, user: &Holder) -> (bool, Vec<crate::Truth>) {
    match distribution {
        Distribution::AllDevices | Distribution::NoDevices => (false, Vec::new()),
        Distribution::Custom(custom) => (
            custom.include_users.contains(&user.id),
            custom
                .include_user_groups
                .iter()
                .chain(&custom.exclude_user_groups)
                .map(|group| user.is_in(group))
                .collect(),
        ),
    }
}
