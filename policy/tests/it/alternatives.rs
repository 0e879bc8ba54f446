//! What is offered instead of a denied action (spec E7).

use baton_policy::{
    Action, Actor, Alternative, DeviceFacts, EnrollmentType, Fact, OsVersion, Ownership, Platform, Role, Supervision,
    alternative, decide_action,
};

const HOLDER: Actor = Actor { role: Role::User, is_holder: true, device_is_shared: false };

fn facts(enrollment: EnrollmentType, supervision: Fact<Supervision>, lost_mode: bool) -> DeviceFacts {
    DeviceFacts {
        platform: Fact::Value(Platform::Ios),
        os_version: Fact::Value(OsVersion::new(18, 5, 0)),
        supervision,
        lost_mode: Fact::Value(lost_mode),
        ..DeviceFacts::new(enrollment, Ownership::User)
    }
}

fn own_phone() -> DeviceFacts {
    facts(EnrollmentType::User, Fact::Value(Supervision::Unsupervised), false)
}

/// Every kind of device and actor that can be told apart here.
fn cases() -> Vec<(DeviceFacts, Actor)> {
    let mut cases = Vec::new();
    for &enrollment in EnrollmentType::ALL {
        for supervision in [Fact::Unknown, Fact::Value(Supervision::Supervised), Fact::Value(Supervision::Unsupervised)]
        {
            for lost_mode in [true, false] {
                for &role in Role::ALL {
                    for (is_holder, device_is_shared) in [(true, true), (true, false), (false, true), (false, false)] {
                        let actor = Actor { role, is_holder, device_is_shared };
                        cases.push((facts(enrollment, supervision, lost_mode), actor));
                    }
                }
            }
        }
    }
    cases
}

#[test]
fn instead_of_a_wipe_the_owner_of_a_personal_phone_removes_the_work_data() {
    assert_eq!(alternative(Action::Wipe, &own_phone(), &HOLDER), Some(Alternative::RemoveWorkData));
}

#[test]
fn instead_of_clearing_the_passcode_the_owner_unlocks_it() {
    assert_eq!(alternative(Action::ClearPasscode, &own_phone(), &HOLDER), Some(Alternative::OwnerUnlocks));
}

#[test]
fn on_a_shared_phone_the_help_desk_does_what_its_holder_may_not_and_an_administrator_what_help_desk_may_not() {
    let shared = facts(EnrollmentType::Device, Fact::Value(Supervision::Unsupervised), false);
    let holder = Actor { device_is_shared: true, ..HOLDER };

    assert_eq!(alternative(Action::ClearPasscode, &shared, &holder), Some(Alternative::AskHelpDesk));
    assert_eq!(alternative(Action::Wipe, &shared, &holder), Some(Alternative::AskAdministrator));
}

#[test]
fn a_lost_phone_is_located_after_lost_mode_is_on() {
    let lost = facts(EnrollmentType::Device, Fact::Value(Supervision::Supervised), false);
    let helper = Actor { role: Role::HelpDesk, is_holder: false, device_is_shared: true };

    assert_eq!(alternative(Action::Locate, &lost, &helper), Some(Alternative::LostModeFirst));
}

#[test]
fn what_is_not_denied_needs_no_alternative() {
    for (facts, actor) in cases() {
        for &action in Action::ALL {
            if decide_action(action, &facts, &actor).permits() {
                assert_eq!(alternative(action, &facts, &actor), None, "{action} {facts:?} {actor:?}");
            }
        }
    }
}

#[test]
fn nothing_is_offered_that_would_be_denied() {
    for (facts, actor) in cases() {
        for &action in Action::ALL {
            let offered = match alternative(action, &facts, &actor) {
                Some(Alternative::RemoveWorkData) => Action::RemoveWorkData,
                Some(Alternative::Lock) => Action::Lock,
                Some(Alternative::LostModeFirst) => Action::EnableLostMode,
                Some(Alternative::RefreshInventory) => Action::RefreshInventory,
                _ => continue,
            };
            assert!(decide_action(offered, &facts, &actor).permits(), "{action} → {offered} {facts:?} {actor:?}");
        }
    }
}
