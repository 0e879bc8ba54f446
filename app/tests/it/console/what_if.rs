//! What-if before Save in the forms (C6): seen before anything is saved, and what was seen is what is saved.

use axum::http::StatusCode;
use baton_core::groups::GroupForm;
use baton_core::{Actor, catalogue::DistributionChange};
use baton_policy::{CustomDistribution, Distribution};

use super::site::{Answer, Browser, SECURE_SIGN_IN, Site, Things, now, on_a_site};

const NOT_SAVED: &str = "Not saved: something else changed meanwhile";

/// The value of a hidden field of the page.
fn hidden(page: &Answer, name: &str) -> String {
    let field = page.body.split(&format!("name=\"{name}\" value=\"")).nth(1);
    field.unwrap_or_else(|| panic!("no {name} in {}", page.body)).split('"').next().unwrap().to_owned()
}

/// The panel that says what saving changes.
fn panel(page: &Answer) -> &str {
    let panel = page.body.split("id=\"what-if\"").nth(1).unwrap_or_else(|| panic!("no panel in {}", page.body));
    // The words travel with the island as an attribute; what is read comes after it.
    panel.split("what-if-live").nth(1).unwrap().split("</section>").next().unwrap()
}

fn editor(things: &Things) -> String {
    format!("/admin/configurations/{}/distribution", things.wifi)
}

async fn stored(site: &Site, item: &str) -> Distribution {
    site.store.read().await.unwrap().distribution_of(&item.into()).await.unwrap().distribution
}

async fn change_nurses(site: &Site, things: &Things, members: &[&str]) {
    let members = members.iter().map(|member| (*member).into()).collect();
    let form =
        GroupForm { name: "Nurses".to_owned(), description: String::new(), members: Some(members), previewed: None };
    site.core.save_user_group(&Actor::System, &things.user_group.as_str().into(), &form, now()).await.unwrap();
}

async fn open(petra: &mut Browser<'_>, path: &str) -> (String, String) {
    let page = petra.get(path).await;
    (hidden(&page, "revision"), hidden(&page, "previewed"))
}

#[test]
fn a_preview_shows_who_gets_it_and_why_keeps_the_input_and_saves_nothing() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let fresh = petra.get(&editor(&things)).await;
        assert!(panel(&fresh).contains("Change something"), "{}", panel(&fresh));
        let (revision, previewed) = open(&mut petra, &editor(&things)).await;
        let nurses = &*things.user_group;
        let fields = [
            ("revision", &*revision),
            ("previewed", &*previewed),
            ("mode", "custom"),
            ("includeUserGroups", nurses),
            ("minOsVersion", "15.0"),
        ];

        let preview = petra.post(&editor(&things), &[&fields[..], &[("action", "preview")]].concat()).await;

        assert_eq!(preview.status, StatusCode::OK);
        let panel = panel(&preview);
        for text in ["1 device gets it", "Ward 3 · Phone 1", "It goes to a group of the user."] {
            assert!(panel.contains(text), "{text}: {panel}");
        }
        assert!(
            preview.body.contains("value=\"15.0\"") && preview.body.contains(&format!("value=\"{nurses}\" checked"))
        );
        assert_eq!(stored(&site, &things.wifi).await, Distribution::NoDevices);
        let saved = petra.post(&editor(&things), &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    });
}

#[test]
fn what_was_previewed_before_a_group_changed_is_shown_anew_instead_of_saved() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let (revision, previewed) = open(&mut petra, &editor(&things)).await;
        let nurses = &*things.user_group;
        let fields = |previewed: &str| {
            [("revision", &*revision), ("mode", "custom"), ("includeUserGroups", nurses), ("previewed", previewed)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
        };
        let as_sent = |fields: &[(String, String)]| -> Vec<(String, String)> { fields.to_vec() };
        change_nurses(&site, &things, &[]).await;

        let old = as_sent(&fields(&previewed));
        let stale = petra.post(&editor(&things), &pairs(&old)).await;

        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.says(NOT_SAVED));
        assert!(panel(&stale).contains("Nothing changes on any device."), "{}", panel(&stale));
        assert!(stale.body.contains(&format!("value=\"{nurses}\" checked")), "the input is lost");
        assert_eq!(stored(&site, &things.wifi).await, Distribution::NoDevices);
        let again = as_sent(&fields(&hidden(&stale, "previewed")));
        let saved = petra.post(&editor(&things), &pairs(&again)).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    });
}

fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[test]
fn a_forged_revision_saves_nothing() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let group = format!("/admin/user-groups/{}", things.user_group);
        for forged in ["9.9", "1", "", "-1.-1", "<script>", "99999999999999999999.1", "1.1.1"] {
            let fields = [("revision", "1"), ("mode", "all"), ("previewed", forged)];
            let refused = petra.post(&editor(&things), &fields).await;
            assert_eq!(refused.status, StatusCode::CONFLICT, "{forged}: {}", refused.body);
            assert!(refused.says(NOT_SAVED) && !refused.body.contains("<script>\""));
            let fields = [("name", "Nurses"), ("members", "ines"), ("previewed", forged)];
            let refused = petra.post(&group, &fields).await;
            assert_eq!(refused.status, StatusCode::CONFLICT, "{forged}: {}", refused.body);
        }
        assert_eq!(stored(&site, &things.wifi).await, Distribution::NoDevices);
        let (_, members) =
            site.core.user_group(&Actor::System, &things.user_group.as_str().into(), now()).await.unwrap();
        assert_eq!(members.iter().map(|user| user.id.as_str()).collect::<Vec<_>>(), ["ada"]);
    });
}

#[test]
fn a_form_with_a_wrong_field_remembers_what_was_previewed() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let (revision, previewed) = open(&mut petra, &editor(&things)).await;
        change_nurses(&site, &things, &[]).await;
        let fields = |version| [("revision", &*revision), ("previewed", &*previewed), ("mode", "custom"), version];

        let wrong = petra.post(&editor(&things), &fields(("minOsVersion", "new"))).await;

        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(hidden(&wrong, "previewed"), previewed);
        let stale = petra.post(&editor(&things), &fields(("minOsVersion", "15.0"))).await;
        assert_eq!(stale.status, StatusCode::CONFLICT, "a slip makes nobody forget what was shown");
    });
}

#[test]
fn a_user_typed_and_not_added_yet_counts_in_the_preview() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let fields = [("revision", "1"), ("mode", "custom"), ("addUser", "ADA"), ("action", "preview")];
        let preview = petra.post(&editor(&things), &fields).await;
        assert!(panel(&preview).contains("It goes to this user."), "{}", panel(&preview));
    });
}

#[test]
fn dangers_come_first_and_a_stopped_form_shows_the_difference_too() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        site.add_phone("free", "Ward 1 · Phone 1", "nobody").await;
        site.distribute(SECURE_SIGN_IN, Distribution::AllDevices).await;
        let mut petra = site.signed_in("petra").await;
        let path = format!("/admin/configurations/{SECURE_SIGN_IN}/distribution");
        let (revision, previewed) = open(&mut petra, &path).await;
        let fields = [
            ("revision", &*revision),
            ("previewed", &*previewed),
            ("mode", "custom"),
            ("includeUserGroups", &*things.user_group),
        ];

        let stopped = petra.post(&path, &fields).await;

        assert_eq!(stopped.status, StatusCode::UNPROCESSABLE_ENTITY);
        let panel = panel(&stopped);
        assert!(panel.contains("Look twice: 2 devices"), "{panel}");
        let now = panel.find("The device loses its sign-in page.").unwrap();
        let later = panel.find("as soon as its user signs out").unwrap();
        assert!(panel.contains("loses it at sign-out") && now < later, "{panel}");
        assert!(stopped.body.matches("name=\"previewed\"").count() >= 2, "the fix carries the revision as well");
    });
}

#[test]
fn of_many_changes_the_first_are_named_and_all_are_shown_on_request() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        for number in 0..12 {
            site.add_phone(&format!("p{number}"), &format!("Store · Phone {number:02}"), "nobody").await;
        }
        let mut petra = site.signed_in("petra").await;
        let fields = [("revision", "1"), ("mode", "all"), ("action", "preview")];
        let some = petra.post(&editor(&things), &fields).await;
        assert!(panel(&some).contains("and 5 more"), "{}", panel(&some));
        assert!(!panel(&some).contains("Store · Phone 11"));
        assert!(panel(&some).contains(&format!("formaction=\"{}?show=all#what-if\"", editor(&things))));
        let all = petra.post(&format!("{}?show=all", editor(&things)), &fields).await;
        assert!(panel(&all).contains("Store · Phone 11") && !panel(&all).contains("more"), "{}", panel(&all));
    });
}

#[test]
fn a_group_shows_what_its_members_would_gain_and_lose_and_offers_who_was_unticked() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let include_user_groups = [things.user_group.as_str().into()].into();
        let to_nurses = Distribution::Custom(CustomDistribution { include_user_groups, ..Default::default() });
        site.distribute(&things.app, to_nurses).await;
        site.add_phone("other", "Ward 4 · Phone 2", "ines").await;
        let mut petra = site.signed_in("petra").await;
        let path = format!("/admin/user-groups/{}", things.user_group);
        let previewed = hidden(&petra.get(&path).await, "previewed");
        let fields = [("name", "Nurses"), ("members", "ines"), ("previewed", &*previewed)];

        let preview = petra.post(&path, &[&fields[..], &[("action", "preview")]].concat()).await;

        let panel = panel(&preview);
        for text in ["1 device gains", "1 device loses", "Ward 3 · Phone 1", "Ward 4 · Phone 2", "Records"] {
            assert!(panel.contains(text), "{text}: {panel}");
        }
        assert!(preview.body.contains("value=\"ada\"") && !preview.body.contains("value=\"ada\" checked"));
        assert!(preview.body.contains("value=\"ines\" checked"));
        let saved = petra.post(&path, &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    });
}

#[test]
fn a_group_previewed_before_something_moved_is_shown_anew_with_who_joined_meanwhile() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let path = format!("/admin/device-groups/{}", things.device_group);
        let previewed = hidden(&petra.get(&path).await, "previewed");
        site.add_phone("late", "Late phone", "nobody").await;
        let members = Some(vec!["phone".into(), "late".into()]);
        let form = GroupForm { name: "Ward phones".to_owned(), description: String::new(), members, previewed: None };
        let id = things.device_group.as_str().into();
        site.core.save_device_group(&Actor::System, &id, &form, now()).await.unwrap();

        let fields = [("name", "Ward phones renamed"), ("previewed", &*previewed)];
        let stale = petra.post(&path, &fields).await;

        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.says(NOT_SAVED) && stale.body.contains("Ward phones renamed"));
        for id in ["late", "phone"] {
            assert!(stale.body.contains(&format!("name=\"members\" value=\"{id}\"")), "{id} is not offered");
        }
        let again = [("name", "Ward phones renamed"), ("previewed", &*hidden(&stale, "previewed"))]
            .map(|(name, value)| (name, value.to_owned()));
        let again: Vec<_> = again.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(petra.post(&path, &again).await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn the_one_click_fix_of_a_stale_preview_is_not_saved_either() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        site.distribute(SECURE_SIGN_IN, Distribution::AllDevices).await;
        let mut petra = site.signed_in("petra").await;
        let path = format!("/admin/configurations/{SECURE_SIGN_IN}/distribution");
        let (revision, previewed) = open(&mut petra, &path).await;
        change_nurses(&site, &things, &["ada", "ines"]).await;
        let fields = [
            ("revision", &*revision),
            ("previewed", &*previewed),
            ("mode", "custom"),
            ("includeUserGroups", &*things.user_group),
            ("action", "fix"),
        ];
        let stale = petra.post(&path, &fields).await;
        assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.body);
        assert_eq!(stored(&site, SECURE_SIGN_IN).await, Distribution::AllDevices);
    });
}

#[test]
fn whoever_saves_without_having_seen_a_preview_saves() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let change = DistributionChange {
            distribution: Distribution::AllDevices,
            revision: 1,
            previewed: None,
            override_reason: None,
        };
        change_nurses(&site, &things, &[]).await;
        site.core.save_distribution(&Actor::System, &things.wifi.as_str().into(), &change, now()).await.unwrap();
        assert_eq!(stored(&site, &things.wifi).await, Distribution::AllDevices);
    });
}

#[test]
fn a_device_and_an_item_explain_every_rule_by_name() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let custom = CustomDistribution {
            include_user_groups: [things.user_group.as_str().into()].into(),
            exclude_device_groups: [things.device_group.as_str().into()].into(),
            filters: vec![baton_policy::Filter::Supervised(true)],
            ..Default::default()
        };
        site.distribute(&things.wifi, Distribution::Custom(custom)).await;
        let mut ines = site.signed_in("ines").await;
        let sentences = [
            "Person ada is in the included user group “Nurses”.",
            "The device is in the excluded device group “Ward phones”.",
            "The device does not pass the filter “Supervised: Yes”. It reports: not supervised.",
            "The device can take it. Nothing stands against it.",
        ];
        let device = ines.get("/admin/devices/phone").await;
        for sentence in sentences {
            assert!(device.says(sentence), "{sentence}: {}", device.body);
        }
        let path = format!("/admin/configurations/{}", things.wifi);
        let item = ines.get(&format!("{path}?device=ward+3+%C2%B7+PHONE+1")).await;
        for sentence in sentences.into_iter().chain(["Does not get it", "Its distribution", "Person ada"]) {
            assert!(item.says(sentence), "{sentence}: {}", item.body);
        }
        assert!(ines.get(&format!("{path}?device=ghost")).await.says("There is no device of this name."));
    });
}

#[test]
fn a_device_and_an_item_say_what_would_change_the_decision() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let custom = CustomDistribution {
            include_user_groups: [things.user_group.as_str().into()].into(),
            exclude_device_groups: [things.device_group.as_str().into()].into(),
            ..Default::default()
        };
        site.distribute(&things.wifi, Distribution::Custom(custom)).await;
        let mut ines = site.signed_in("ines").await;
        let item = format!("/admin/configurations/{}?device=ward+3+%C2%B7+PHONE+1", things.wifi);
        for path in ["/admin/devices/phone", &item] {
            let page = ines.get(path).await;
            for sentence in [
                "What would change this",
                "This would change if the device were taken out of “Ward phones”.",
                "Take the user or the device out of the excluded group.",
            ] {
                assert!(page.says(sentence), "{sentence} on {path}: {}", page.body);
            }
        }
    });
}

#[test]
fn a_preview_and_the_item_say_what_cannot_mean_what_it_says() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let (revision, _) = open(&mut petra, &editor(&things)).await;
        let nurses = &*things.user_group;
        let fields = [
            ("revision", &*revision),
            ("mode", "custom"),
            ("includeUserGroups", nurses),
            ("excludeUserGroups", nurses),
        ];
        let swallowed = "Everything that is included here is excluded again.";
        let preview = petra.post(&editor(&things), &[&fields[..], &[("action", "preview")]].concat()).await;
        assert!(preview.status == StatusCode::OK && preview.says(swallowed), "{}", preview.body);
        assert_eq!(stored(&site, &things.wifi).await, Distribution::NoDevices);

        let saved = petra.post(&editor(&things), &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "it stops nothing: {}", saved.body);
        let item = petra.get(&format!("/admin/configurations/{}", things.wifi)).await;
        assert!(item.says(swallowed), "{}", item.body);
    });
}
