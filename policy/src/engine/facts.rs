//! The facts of users and devices as rules read them.

use crate::fact::{Fact, Truth};
use crate::facts::{DeviceFacts, EnrollmentType};
use crate::rule::{DeviceFact, UserFact};
use crate::snapshot::{Device, User};
use crate::value::Value;

fn text(given: Option<&String>) -> Fact<Value> {
    given.map_or(Fact::Empty, |text| Fact::Value(Value::Text(text.clone())))
}

fn map<T>(fact: &Fact<T>, value: impl FnOnce(&T) -> Value) -> Fact<Value> {
    match fact {
        Fact::Value(given) => Fact::Value(value(given)),
        Fact::Empty => Fact::Empty,
        Fact::Unknown => Fact::Unknown,
    }
}

fn yes_no(truth: Truth) -> Fact<Value> {
    match truth {
        Truth::True => Fact::Value(Value::YesNo(true)),
        Truth::False => Fact::Value(Value::YesNo(false)),
        Truth::Unknown => Fact::Unknown,
    }
}

/// A fact of a user.
pub(crate) fn of_user(user: &User, fact: UserFact) -> Fact<Value> {
    match fact {
        UserFact::Nobody => Fact::Value(Value::YesNo(user.nobody)),
        UserFact::UserName => text(user.user_name.as_ref()),
        UserFact::DisplayName => text(user.display_name.as_ref()),
        UserFact::Email => text(user.email.as_ref()),
        UserFact::Role => user.role.map_or(Fact::Empty, |role| Fact::Value(Value::Choice(role.as_str().to_owned()))),
    }
}

/// A fact of a device.
pub(crate) fn of_device(device: &Device, fact: DeviceFact) -> Fact<Value> {
    let text_of = |fact: &Fact<String>| map(fact, |given| Value::Text(given.clone()));
    match fact {
        DeviceFact::Name => text(device.name.as_ref()),
        DeviceFact::SerialNumber => text_of(&device.serial_number),
        DeviceFact::Model => text_of(&device.model),
        DeviceFact::Product => text_of(&device.product),
        reported => of_facts(&device.facts, reported).unwrap_or(Fact::Empty),
    }
}

/// A fact that stands in [`DeviceFacts`].
pub(crate) fn of_facts(facts: &DeviceFacts, fact: DeviceFact) -> Option<Fact<Value>> {
    let choice = |name: &str| Value::Choice(name.to_owned());
    let enrolled = |wanted| Fact::Value(Value::YesNo(facts.enrollment == wanted));
    Some(match fact {
        DeviceFact::Name | DeviceFact::SerialNumber | DeviceFact::Model | DeviceFact::Product => return None,
        DeviceFact::Platform => map(&facts.platform, |platform| choice(platform.as_str())),
        DeviceFact::OsVersion => map(&facts.os_version, |version| Value::Version(*version)),
        DeviceFact::Enrollment => Fact::Value(choice(facts.enrollment.as_str())),
        DeviceFact::UserEnrollmentEnrolled => enrolled(EnrollmentType::User),
        DeviceFact::AutomatedDeviceEnrollmentEnrolled => enrolled(EnrollmentType::AutomatedDevice),
        DeviceFact::Supervised => yes_no(facts.is_supervised()),
        DeviceFact::Ownership => Fact::Value(choice(facts.ownership.as_str())),
        DeviceFact::LostMode => map(&facts.lost_mode, |on| Value::YesNo(*on)),
    })
}
