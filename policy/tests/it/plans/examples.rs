use baton_policy::handover::removals_confirmed;
use baton_policy::{Decision, HolderChange, ItemRole, ItemState, Presence, Rendering, Target, is_clean, plan};

use super::{ALLOW, DENY, PARTIAL, UNKNOWN, brief, state, target};
use HolderChange::{Changed, Same};
use Presence::{Absent, Maybe, Present};

fn decided(decision: Decision) -> Target {
    Target { decision, ..target("mail", "1") }
}

fn app(rendering: Rendering) -> Target {
    Target { rendering, is_app: true, reset_between_people: true, ..target("notes", "") }
}

fn with_role(state: ItemState, role: ItemRole) -> ItemState {
    ItemState { role, ..state }
}

#[test]
fn what_nobody_also_gets_in_the_same_rendering_stays() {
    let plan = plan(&[state("mail", "1", Present)], &[target("mail", "1")], Changed);
    assert_eq!(brief(&plan.keep), ["mail 1 same-rendering"]);
    assert!(plan.is_settled());
}

#[test]
fn what_nobody_does_not_get_is_removed() {
    let plan = plan(&[state("mail", "1", Present)], &[], Changed);
    assert_eq!(brief(&plan.remove), ["mail 1 not-desired"]);
}

#[test]
fn what_might_be_there_is_removed_too() {
    let plan = plan(&[state("mail", "1", Maybe)], &[], Changed);
    assert_eq!(brief(&plan.remove), ["mail 1 not-desired"]);
}

#[test]
fn what_is_absent_needs_no_removal() {
    assert!(plan(&[state("mail", "1", Absent)], &[], Changed).is_settled());
}

#[test]
fn what_only_nobody_gets_is_installed() {
    let plan = plan(&[], &[target("kiosk", "1")], Changed);
    assert_eq!(brief(&plan.install), ["kiosk 1 missing"]);
}

#[test]
fn a_removed_item_that_is_desired_again_is_installed() {
    let plan = plan(&[state("mail", "1", Absent)], &[target("mail", "1")], Changed);
    assert_eq!(brief(&plan.install), ["mail 1 missing"]);
}

#[test]
fn what_was_not_confirmed_is_installed_again() {
    let plan = plan(&[state("mail", "1", Maybe)], &[target("mail", "1")], Same);
    assert_eq!(brief(&plan.install), ["mail 1 unconfirmed"]);
}

#[test]
fn other_content_is_replaced_in_place() {
    let plan = plan(&[state("mail", "ann", Present)], &[target("mail", "ben")], Changed);
    assert_eq!(brief(&plan.replace), ["mail ben new-rendering"]);
    assert!(plan.remove.is_empty());
}

#[test]
fn when_two_renderings_are_under_way_the_desired_one_is_sent_again() {
    let plan = plan(&[state("mail", "1", Maybe), state("mail", "2", Present)], &[target("mail", "2")], Same);
    assert_eq!(brief(&plan.replace), ["mail 2 uncertain-rendering"]);
}

#[test]
fn one_removal_takes_every_rendering_of_an_item() {
    let plan = plan(&[state("mail", "1", Maybe), state("mail", "2", Present)], &[], Changed);
    assert_eq!(brief(&plan.remove), ["mail 2 not-desired"]);
}

#[test]
fn what_cannot_be_removed_is_named() {
    let fixed = ItemState { removable: false, ..state("mail", "1", Present) };
    let plan = plan(std::slice::from_ref(&fixed), &[], Changed);
    assert_eq!(brief(&plan.cannot_remove), ["mail 1 not-desired"]);
    assert!(plan.remove.is_empty());
    assert!(!is_clean(&[fixed], &[]));
}

#[test]
fn a_denied_target_counts_as_none() {
    let plan = plan(&[state("mail", "1", Present)], &[decided(DENY)], Same);
    assert_eq!(brief(&plan.remove), ["mail 1 not-desired"]);
}

#[test]
fn a_partly_allowed_item_is_installed() {
    let plan = plan(&[], &[decided(PARTIAL)], Same);
    assert_eq!(brief(&plan.install), ["mail 1 missing"]);
}

#[test]
fn while_the_holder_stays_the_undecided_is_left_alone() {
    let there = plan(&[state("mail", "0", Present)], &[decided(UNKNOWN)], Same);
    assert_eq!(brief(&there.keep), ["mail 0 undecided"]);
    assert!(there.is_settled());
    assert!(plan(&[], &[decided(UNKNOWN)], Same).is_settled());
}

#[test]
fn when_the_holder_changes_the_undecided_goes() {
    let plan = plan(&[state("mail", "1", Present)], &[decided(UNKNOWN)], Changed);
    assert_eq!(brief(&plan.remove), ["mail 1 undecided-for-new-holder"]);
}

#[test]
fn an_app_is_reset_when_the_holder_changes() {
    let anns = Rendering::within_custody("notes-5", "custody-1");
    let bens = Rendering::within_custody("notes-5", "custody-2");
    let there = state("notes", anns.as_str(), Present);
    let first = plan(&[there], &[app(bens.clone())], Changed);
    assert_eq!(brief(&first.remove), ["notes notes-5@custody-1 reset-between-people"]);
    assert_eq!(brief(&first.install), ["notes notes-5@custody-2 reinstall-after-reset, waits for ownRemoval"]);

    let removed = state("notes", anns.as_str(), Absent);
    let second = plan(&[removed], &[app(bens.clone())], Changed);
    assert_eq!(brief(&second.install), ["notes notes-5@custody-2 missing"]);

    let fresh = state("notes", bens.as_str(), Present);
    assert!(plan(&[fresh], &[app(bens)], Changed).is_settled());
}

#[test]
fn an_app_whose_rendering_names_no_custody_is_reset_to_be_safe() {
    let there = state("notes", "notes-5", Present);
    let plan = plan(&[there], &[app(Rendering::new("notes-5"))], Changed);
    assert_eq!(brief(&plan.remove), ["notes notes-5 reset-between-people"]);
}

#[test]
fn an_update_under_the_same_holder_keeps_the_apps_data() {
    let old = Rendering::within_custody("notes-5", "custody-1");
    let new = Rendering::within_custody("notes-6", "custody-1");
    let plan = plan(&[state("notes", old.as_str(), Present)], &[app(new)], Same);
    assert_eq!(brief(&plan.replace), ["notes notes-6@custody-1 new-rendering"]);
    assert!(plan.remove.is_empty());
}

#[test]
fn the_old_wifi_stays_until_the_new_one_is_confirmed() {
    let old = with_role(state("staff-wifi", "1", Present), ItemRole::Connectivity);
    let guest = Target { role: ItemRole::Connectivity, ..target("guest-wifi", "1") };
    let first = plan(std::slice::from_ref(&old), std::slice::from_ref(&guest), Changed);
    assert_eq!(brief(&first.install), ["guest-wifi 1 missing"]);
    assert_eq!(brief(&first.remove), ["staff-wifi 1 not-desired, waits for successor"]);

    let sent = state("guest-wifi", "1", Maybe);
    let second = plan(&[old.clone(), sent], std::slice::from_ref(&guest), Changed);
    assert!(!second.remove[0].is_due());

    let confirmed = state("guest-wifi", "1", Present);
    let third = plan(&[old, confirmed], &[guest], Changed);
    assert_eq!(brief(&third.remove), ["staff-wifi 1 not-desired"]);
}

#[test]
fn connectivity_without_a_successor_goes_after_everything_else() {
    let wifi = with_role(state("wifi", "1", Present), ItemRole::Connectivity);
    let mail = state("mail", "1", Present);
    let first = plan(&[wifi.clone(), mail], &[], Changed);
    assert_eq!(brief(&first.remove), ["mail 1 not-desired", "wifi 1 not-desired, waits for successor"]);
    let second = plan(&[wifi], &[], Changed);
    assert_eq!(brief(&second.remove), ["wifi 1 not-desired"]);
}

#[test]
fn a_rotated_clip_is_replaced_in_place() {
    let clip = Target { role: ItemRole::SignInClip, ..target("clip", "generation-2") };
    let plan = plan(&[state("clip", "generation-1", Present)], &[clip], Changed);
    assert_eq!(brief(&plan.replace), ["clip generation-2 new-rendering"]);
    assert!(plan.remove.is_empty());
}

#[test]
fn what_keeps_the_device_in_reach_is_installed_first() {
    let role = |item, role| Target { role, ..target(item, "1") };
    let plan = plan(
        &[],
        &[role("mail", ItemRole::Ordinary), role("clip", ItemRole::SignInClip), role("wifi", ItemRole::Connectivity)],
        Same,
    );
    assert_eq!(brief(&plan.install), ["wifi 1 missing", "clip 1 missing", "mail 1 missing"]);
}

#[test]
fn a_device_with_only_what_is_allowed_is_clean() {
    assert!(is_clean(&[], &[target("mail", "1")]));
    assert!(is_clean(&[state("mail", "1", Maybe), state("old", "1", Absent)], &[target("mail", "1")]));
}

#[test]
fn a_device_that_might_have_something_undesired_is_not_clean() {
    assert!(!is_clean(&[state("mail", "1", Maybe)], &[]));
    assert!(!is_clean(&[state("mail", "1", Present)], &[decided(DENY)]));
    assert!(!is_clean(&[state("mail", "1", Present)], &[decided(UNKNOWN)]));
}

#[test]
fn content_of_the_former_holder_is_dirt_until_it_is_replaced() {
    for role in [ItemRole::Ordinary, ItemRole::Connectivity] {
        let anns = with_role(state("wifi", "ann", Present), role);
        let nobodys = Target { role, ..target("wifi", "nobody") };
        assert!(!is_clean(std::slice::from_ref(&anns), std::slice::from_ref(&nobodys)));
        assert!(removals_confirmed(&[anns], &[nobodys]));
    }
}

#[test]
fn an_older_clip_is_no_dirt_because_it_names_no_person() {
    let clip = Target { role: ItemRole::SignInClip, decision: ALLOW, ..target("clip", "generation-2") };
    assert!(is_clean(&[state("clip", "generation-1", Present)], &[clip]));
}
