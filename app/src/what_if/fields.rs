//! From the fields of a form to what they mean, for handlers and for the browser's preview alike: what one sees is what
//! the other saves.

use std::collections::BTreeSet;

use baton_policy::{CustomDistribution, Distribution, Filter, OsVersion, Platform};

/// The fields of a form, however they came.
pub trait FormFields {
    /// The first field of this name; empty when there is none.
    fn first(&self, name: &str) -> String;
    /// Every field of this name.
    fn every(&self, name: &str) -> Vec<String>;

    /// Every field of this name as ids, each once.
    fn ids<Id: Ord + From<String>>(&self, name: &str) -> BTreeSet<Id> {
        let mut ids = BTreeSet::new();
        for id in self.every(name) {
            ids.insert(id.into());
        }
        ids
    }
}

/// The parts of a custom distribution that the editor's boxes say. Filters on versions are the caller's: they are typed,
/// and may be wrong.
pub fn custom(fields: &impl FormFields, oldest: Option<OsVersion>, newest: Option<OsVersion>) -> CustomDistribution {
    CustomDistribution {
        include_user_groups: fields.ids("includeUserGroups"),
        include_device_groups: fields.ids("includeDeviceGroups"),
        include_users: fields.ids("includeUsers"),
        exclude_user_groups: fields.ids("excludeUserGroups"),
        exclude_device_groups: fields.ids("excludeDeviceGroups"),
        filters: filters(fields, oldest, newest),
    }
}

/// What is chosen under *Who gets it*; `None` when nothing that exists is.
#[must_use]
pub fn distribution(mode: &str, custom: CustomDistribution) -> Option<Distribution> {
    match mode {
        "all" => Some(Distribution::AllDevices),
        "none" => Some(Distribution::NoDevices),
        "custom" => Some(Distribution::Custom(custom)),
        _ => None,
    }
}

/// A version as typed.
///
/// # Errors
/// When something is typed that is no version.
pub fn version(typed: &str) -> Result<Option<OsVersion>, baton_policy::facts::OsVersionError> {
    let typed = typed.trim();
    if typed.is_empty() { Ok(None) } else { typed.parse().map(Some) }
}

fn filters(fields: &impl FormFields, oldest: Option<OsVersion>, newest: Option<OsVersion>) -> Vec<Filter> {
    let yes_or_no = |name: &str| match fields.first(name).as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let mut platforms: BTreeSet<Platform> = BTreeSet::new();
    for name in fields.every("platforms") {
        platforms.extend(name.parse::<Platform>());
    }
    [
        yes_or_no("userEnrollment").map(Filter::UserEnrollmentEnrolled),
        yes_or_no("automatedEnrollment").map(Filter::AutomatedDeviceEnrollmentEnrolled),
        yes_or_no("supervised").map(Filter::Supervised),
        (!platforms.is_empty()).then_some(Filter::Platform(platforms)),
        oldest.map(Filter::MinOsVersion),
        newest.map(Filter::MaxOsVersion),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sent(&'static [(&'static str, &'static str)]);

    impl FormFields for Sent {
        fn first(&self, name: &str) -> String {
            self.every(name).into_iter().next().unwrap_or_default()
        }

        fn every(&self, name: &str) -> Vec<String> {
            let found = self.0.iter().filter(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned()).collect()
        }
    }

    #[test]
    fn only_what_is_chosen_becomes_a_filter() {
        let none = Sent(&[("userEnrollment", ""), ("supervised", "perhaps"), ("platforms", "fridge")]);
        assert_eq!(custom(&none, None, None), CustomDistribution::default());
        let some = Sent(&[("supervised", "no"), ("platforms", "ios"), ("platforms", "ipados"), ("platforms", "ios")]);
        let platforms = BTreeSet::from([Platform::Ios, Platform::Ipados]);
        let version = OsVersion::new(17, 4, 0);
        assert_eq!(
            custom(&some, Some(version), None).filters,
            [Filter::Supervised(false), Filter::Platform(platforms), Filter::MinOsVersion(version)]
        );
    }

    #[test]
    fn what_is_no_version_is_an_error_and_nothing_is_none() {
        assert_eq!(version(" 17.4 "), Ok(Some(OsVersion::new(17, 4, 0))));
        assert_eq!(version(" "), Ok(None));
        assert!(version("new").is_err());
    }

    #[test]
    fn boxes_of_a_mode_that_does_not_use_them_say_nothing() {
        let boxes = Sent(&[("includeUserGroups", "nurses")]);
        assert_eq!(distribution("all", custom(&boxes, None, None)), Some(Distribution::AllDevices));
        assert_eq!(distribution("fridge", custom(&boxes, None, None)), None);
    }
}
