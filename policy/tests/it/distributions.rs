//! Who gets what (spec C4), against a naive oracle.

use baton_policy::trace::trace;
use baton_policy::{
    CustomDistribution, Device, Distribution, EnrollmentType, Fact, Filter, Holder, Item, ItemId, Outcome, Supervision,
    UserGroupId,
};
use proptest::prelude::*;

use crate::worlds;

/// Three-valued logic as arithmetic: no, unknown, yes.
const NO: u8 = 0;
const UNKNOWN: u8 = 1;
const YES: u8 = 2;

fn oracle(distribution: &Distribution, device: &Device, holder: &Holder) -> u8 {
    let custom = match distribution {
        Distribution::AllDevices => return YES,
        Distribution::NoDevices => return NO,
        Distribution::Custom(custom) => custom,
    };
    let user_in = |group: &_| {
        YES * u8::from(holder.groups.contains(group)) + UNKNOWN * u8::from(holder.unknown_groups.contains(group))
    };
    let device_in = |group: &_| {
        YES * u8::from(device.groups.contains(group)) + UNKNOWN * u8::from(device.unknown_groups.contains(group))
    };
    let included = custom
        .include_user_groups
        .iter()
        .map(user_in)
        .chain(custom.include_device_groups.iter().map(device_in))
        .chain(custom.include_users.iter().map(|user| YES * u8::from(*user == holder.id)))
        .max()
        .unwrap_or(NO);
    let excluded = custom
        .exclude_user_groups
        .iter()
        .map(user_in)
        .chain(custom.exclude_device_groups.iter().map(device_in))
        .max()
        .unwrap_or(NO);
    let passed = custom.filters.iter().map(|filter| passes(filter, device)).min().unwrap_or(YES);
    included.min(YES - excluded).min(passed)
}

fn passes(filter: &Filter, device: &Device) -> u8 {
    let facts = &device.facts;
    let yes_or_no = |value: bool| YES * u8::from(value);
    match filter {
        Filter::UserEnrollmentEnrolled(wanted) => {
            yes_or_no(matches!(facts.enrollment, EnrollmentType::User) == *wanted)
        }
        Filter::AutomatedDeviceEnrollmentEnrolled(wanted) => {
            yes_or_no(matches!(facts.enrollment, EnrollmentType::AutomatedDevice) == *wanted)
        }
        Filter::Supervised(wanted) => match (facts.enrollment, facts.supervision) {
            (EnrollmentType::User, _) | (_, Fact::Empty) => yes_or_no(!wanted),
            (_, Fact::Unknown) => UNKNOWN,
            (_, Fact::Value(value)) => yes_or_no((value == Supervision::Supervised) == *wanted),
        },
        Filter::Platform(platforms) => match facts.platform {
            Fact::Value(platform) => yes_or_no(platforms.contains(&platform)),
            Fact::Empty => NO,
            Fact::Unknown => UNKNOWN,
        },
        Filter::MinOsVersion(oldest) => match facts.os_version {
            Fact::Value(version) => yes_or_no(version >= *oldest),
            Fact::Empty => NO,
            Fact::Unknown => UNKNOWN,
        },
        Filter::MaxOsVersion(newest) => match facts.os_version {
            Fact::Value(version) => yes_or_no(version <= *newest),
            Fact::Empty => NO,
            Fact::Unknown => UNKNOWN,
        },
    }
}

fn outcome(truth: u8) -> Outcome {
    match truth {
        NO => Outcome::Deny,
        UNKNOWN => Outcome::Unknown,
        _ => Outcome::Allow,
    }
}

fn includes(custom: &CustomDistribution, device: &Device, holder: &Holder) -> Outcome {
    Distribution::Custom(custom.clone()).decide(device, holder).outcome
}

proptest! {
    #![proptest_config(crate::cases(4096))]

    #[test]
    fn a_distribution_reaches_whom_the_oracle_says(
        distribution in worlds::distribution(),
        device in worlds::device(),
        holder in worlds::holder(),
    ) {
        prop_assert_eq!(
            distribution.decide(&device, &holder).outcome,
            outcome(oracle(&distribution, &device, &holder))
        );
    }

    #[test]
    fn exclude_wins(
        mut custom in worlds::custom(),
        device in worlds::device(),
        mut holder in worlds::holder(),
    ) {
        holder.groups.insert("leavers".into());
        custom.exclude_user_groups.insert("leavers".into());
        prop_assert_eq!(includes(&custom, &device, &holder), Outcome::Deny);
    }

    #[test]
    fn including_one_more_group_takes_nothing_from_anyone(
        custom in worlds::custom(),
        device in worlds::device(),
        holder in worlds::holder(),
        group in "[abcd]",
        of_devices in any::<bool>(),
    ) {
        let mut wider = custom.clone();
        if of_devices {
            wider.include_device_groups.insert(group.as_str().into());
        } else {
            wider.include_user_groups.insert(UserGroupId::from(group));
        }
        let rank = |outcome| match outcome {
            Outcome::Deny => 0,
            Outcome::Unknown => 1,
            Outcome::Partial | Outcome::Allow => 2,
        };
        prop_assert!(
            rank(includes(&wider, &device, &holder)) >= rank(includes(&custom, &device, &holder))
        );
    }

    #[test]
    fn what_is_decided_stays_decided_whatever_the_unknown_turns_out_to_be(
        distribution in worlds::distribution(),
        device in worlds::device(),
        holder in worlds::holder(),
        told in worlds::facts(),
        joins in any::<bool>(),
    ) {
        let before = distribution.decide(&device, &holder).outcome;
        let (mut device, mut holder) = (device, holder);
        if device.facts.platform == Fact::Unknown {
            device.facts.platform = told.platform;
        }
        if device.facts.os_version == Fact::Unknown {
            device.facts.os_version = told.os_version;
        }
        if device.facts.supervision == Fact::Unknown {
            device.facts.supervision = told.supervision;
        }
        let unknown = std::mem::take(&mut device.unknown_groups);
        if joins {
            device.groups.extend(unknown);
            holder.groups.append(&mut holder.unknown_groups);
        }
        let after = distribution.decide(&device, &holder).outcome;
        prop_assert!(before == Outcome::Unknown || before == after);
    }

    #[test]
    fn the_explanation_decides_as_the_decision_does(
        catalogue in worlds::catalogue(),
        device in worlds::device(),
        holder in worlds::holder(),
    ) {
        for id in catalogue.items.iter().map(|item| item.id.clone()).chain([ItemId::from("none")]) {
            prop_assert_eq!(
                trace(&catalogue, &id, &device, &holder).decision,
                catalogue.decide(&id, &device, &holder)
            );
        }
    }

    #[test]
    fn what_is_desired_is_what_is_not_denied(
        catalogue in worlds::catalogue(),
        device in worlds::device(),
        holder in worlds::holder(),
    ) {
        let desired = catalogue.desired(&device, &holder);
        for Item { id, .. } in &catalogue.items {
            let decision = catalogue.decide(id, &device, &holder);
            let listed = desired.iter().find(|(item, _)| item == id);
            prop_assert_eq!(
                listed.map(|(_, decision)| *decision),
                (decision.outcome != Outcome::Deny).then_some(decision)
            );
        }
    }

    #[test]
    fn json_round_trips(
        catalogue in worlds::catalogue(),
        device in worlds::device(),
        holder in worlds::holder(),
    ) {
        let text = serde_json::to_string(&(&catalogue, &device, &holder)).unwrap();
        let back: (baton_policy::Catalogue, Device, Holder) = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(back, (catalogue, device, holder));
    }
}
