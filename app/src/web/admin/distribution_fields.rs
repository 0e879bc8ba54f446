//! Between the distribution editor's fields and a distribution.

use std::collections::BTreeSet;

use baton_core::catalogue::ItemDetail;
use baton_model::{DeviceGroup, DeviceGroupId, User, UserGroup, UserGroupId, UserId};
use baton_policy::{CustomDistribution, Distribution, Filter, OsVersion, Platform};

use super::distribution::{mode, user_named, users_by_id};
use crate::{
    islands::Subject,
    locale::Texts,
    pages::admin::{
        distribution::{DistributionView, Filters},
        picker::PickerView,
        what_if::WhatIfView,
    },
    ui::form::{Choice, Input, Problem},
    web::{Console, Fields, answer::PageError},
    what_if::fields,
};

/// A distribution as somebody entered it.
#[derive(Clone, Debug)]
pub struct Entered {
    /// What would be saved.
    pub distribution: Distribution,
    /// What the boxes say, also while *All* or *No Devices* is chosen: changing back loses nothing.
    pub custom: CustomDistribution,
    /// The revision that the editor showed.
    pub revision: i64,
    /// The included users.
    users: Vec<User>,
    add: Input,
    oldest: Input,
    newest: Input,
}

impl Entered {
    /// What is stored.
    pub fn of(detail: &ItemDetail) -> Self {
        let custom = match &detail.stored.distribution {
            Distribution::Custom(custom) => custom.clone(),
            Distribution::AllDevices | Distribution::NoDevices => CustomDistribution::default(),
        };
        let version = |wanted: fn(&Filter) -> Option<OsVersion>| {
            Input::new(custom.filters.iter().find_map(wanted).map(|version| version.to_string()).unwrap_or_default())
        };
        Self {
            distribution: detail.stored.distribution.clone(),
            revision: detail.stored.revision,
            users: detail.users.iter().filter(|user| custom.include_users.contains(&user.id)).cloned().collect(),
            add: Input::default(),
            oldest: version(|filter| if let Filter::MinOsVersion(version) = filter { Some(*version) } else { None }),
            newest: version(|filter| if let Filter::MaxOsVersion(version) = filter { Some(*version) } else { None }),
            custom,
        }
    }

    /// The same with another distribution.
    pub fn with(&self, distribution: Distribution) -> Self {
        Self { distribution, ..self.clone() }
    }

    /// Whether a field cannot be understood.
    pub fn is_wrong(&self) -> bool {
        [&self.add, &self.oldest, &self.newest].iter().any(|input| input.problem.is_some())
    }
}

/// The fields. Groups and users that are gone meanwhile are left out.
pub async fn read(is_app: bool, console: &Console, detail: &ItemDetail, fields: &Fields) -> Result<Entered, PageError> {
    let (oldest, newest) = (version(fields.get("minOsVersion")), version(fields.get("maxOsVersion")));
    let mut custom = fields::custom(fields, oldest.1, newest.1);
    for chosen in [&mut custom.include_user_groups, &mut custom.exclude_user_groups] {
        chosen.retain(|id| detail.user_groups.iter().any(|group| group.id == *id));
    }
    for chosen in [&mut custom.include_device_groups, &mut custom.exclude_device_groups] {
        chosen.retain(|id| detail.device_groups.iter().any(|group| group.id == *id));
    }
    let mut ids: Vec<UserId> = fields.all("includeUsers").map(UserId::from).collect();
    let wanted = fields.get("addUser").trim();
    let mut add = Input::default();
    if !wanted.is_empty() {
        match user_named(is_app, console, wanted).await? {
            Some(id) => ids.push(id),
            None => add = Input::refused(wanted, Problem::NoSuchUser),
        }
    }
    let users = users_by_id(is_app, console, &ids).await?;
    custom.include_users = users.iter().map(|user| user.id.clone()).collect();
    let stored = mode(&detail.stored.distribution);
    let distribution = fields::distribution(fields.get("mode"), custom.clone())
        .or_else(|| fields::distribution(stored.code(), custom.clone()))
        .unwrap_or(Distribution::NoDevices);
    Ok(Entered {
        distribution,
        custom,
        // Without a revision nobody knows what the editor showed.
        revision: fields.get("revision").parse().unwrap_or(-1),
        users,
        add,
        oldest: oldest.0,
        newest: newest.0,
    })
}

/// A version as entered, and understood if it can be.
fn version(entered: &str) -> (Input, Option<OsVersion>) {
    let entered = entered.trim();
    match fields::version(entered) {
        Ok(version) => (Input::new(entered), version),
        Err(_) => (Input::refused(entered, Problem::NotVersion), None),
    }
}

/// The editor with what was entered.
pub fn view(detail: &ItemDetail, entered: &Entered) -> DistributionView {
    let custom = &entered.custom;
    DistributionView {
        id: detail.item.id.to_string(),
        name: detail.item.name.clone(),
        is_app: detail.item.content.is_app(),
        mode: mode(&entered.distribution),
        include_user_groups: user_groups(&detail.user_groups, &custom.include_user_groups),
        include_device_groups: device_groups(&detail.device_groups, &custom.include_device_groups),
        include_users: PickerView {
            chosen: entered.users.iter().map(|user| Choice::new(user.id.to_string(), name_of(user), true)).collect(),
            add: entered.add.clone(),
            suggestions: detail.users.iter().map(|user| user.user_name.clone()).collect(),
        },
        exclude_user_groups: user_groups(&detail.user_groups, &custom.exclude_user_groups),
        exclude_device_groups: device_groups(&detail.device_groups, &custom.exclude_device_groups),
        filters: filters_view(entered),
        revision: entered.revision.to_string(),
        blocked: None,
        stale: false,
        findings: Vec::new(),
        what_if: WhatIfView::new(Subject::Item(detail.item.id.to_string()), detail.policy_revision.to_string()),
    }
}

fn name_of(user: &User) -> String {
    if user.is_nobody() { user.display_name.clone() } else { format!("{} ({})", user.display_name, user.user_name) }
}

fn user_groups(all: &[UserGroup], chosen: &BTreeSet<UserGroupId>) -> Vec<Choice> {
    all.iter().map(|group| Choice::new(group.id.to_string(), &*group.name, chosen.contains(&group.id))).collect()
}

fn device_groups(all: &[DeviceGroup], chosen: &BTreeSet<DeviceGroupId>) -> Vec<Choice> {
    all.iter().map(|group| Choice::new(group.id.to_string(), &*group.name, chosen.contains(&group.id))).collect()
}

fn filters_view(entered: &Entered) -> Filters {
    let mut view = Filters {
        min_os_version: entered.oldest.clone(),
        max_os_version: entered.newest.clone(),
        ..Filters::default()
    };
    let mut chosen: BTreeSet<Platform> = BTreeSet::new();
    for filter in &entered.custom.filters {
        match filter {
            Filter::UserEnrollmentEnrolled(yes) => view.user_enrollment = Some(*yes),
            Filter::AutomatedDeviceEnrollmentEnrolled(yes) => view.automated_enrollment = Some(*yes),
            Filter::Supervised(yes) => view.supervised = Some(*yes),
            Filter::Platform(platforms) => chosen.extend(platforms),
            // Their texts are shown as entered.
            Filter::MinOsVersion(_) | Filter::MaxOsVersion(_) => {}
        }
    }
    view.platforms = Platform::ALL
        .iter()
        .map(|platform| Choice::new(platform.as_str(), platform_name(*platform), chosen.contains(platform)))
        .collect();
    view
}

/// Apple's name for the devices of a platform; the same in all languages.
pub(super) const fn platform_name(platform: Platform) -> &'static str {
    match platform {
        Platform::Ios => "iPhone",
        Platform::Ipados => "iPad",
        Platform::Macos => "Mac",
        Platform::Visionos => "Apple Vision",
        Platform::Tvos => "Apple TV",
        Platform::Watchos => "Apple Watch",
    }
}

/// A filter as a sentence.
pub fn filter_sentence(t: &Texts, filter: &Filter) -> String {
    let yes_or_no = |yes: bool| if yes { t.yes } else { t.no };
    match filter {
        Filter::UserEnrollmentEnrolled(yes) => format!("{}: {}", t.user_enrollment_enrolled, yes_or_no(*yes)),
        Filter::AutomatedDeviceEnrollmentEnrolled(yes) => {
            format!("{}: {}", t.automated_enrollment_enrolled, yes_or_no(*yes))
        }
        Filter::Supervised(yes) => format!("{}: {}", t.device_supervised, yes_or_no(*yes)),
        Filter::Platform(platforms) => {
            let names: Vec<&str> = platforms.iter().map(|platform| platform_name(*platform)).collect();
            format!("{}: {}", t.filter_platforms, names.join(", "))
        }
        Filter::MinOsVersion(version) => format!("{}: {version}", t.filter_min_version),
        Filter::MaxOsVersion(version) => format!("{}: {version}", t.filter_max_version),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_version_is_kept_and_refused() {
        assert_eq!(version(" 17.4 "), (Input::new("17.4"), Some(OsVersion::new(17, 4, 0))));
        assert_eq!(version(""), (Input::default(), None));
        assert_eq!(version("new"), (Input::refused("new", Problem::NotVersion), None));
    }
}
