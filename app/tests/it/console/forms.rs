use axum::http::StatusCode;
use baton_app::locale::{Locale, Texts};
use baton_core::Actor;
use baton_model::{ItemContent, Role};

use super::site::{Browser, NOBODY, Site, Things, now, on_a_site};

fn t() -> &'static Texts {
    Locale::En.texts()
}

/// A form that is refused: the error stands beside its field, and the input is kept.
async fn refused(browser: &mut Browser<'_>, path: &str, fields: &[(&str, &str)], field: &str, says: &str, keeps: &str) {
    let page = browser.post(path, fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", page.body);
    let error = page.body.split(&format!("id=\"{field}-error\"")).nth(1);
    let error = error.unwrap_or_else(|| panic!("{path}: no error beside {field}: {}", page.body));
    let error = error.split("</p>").next().unwrap();
    assert!(error.contains(says), "{path}: {error}");
    assert!(page.body.contains(keeps), "{path}: {keeps} is lost: {}", page.body);
}

/// A form that is accepted: it leads to another page, which says what was done, once.
async fn accepted(browser: &mut Browser<'_>, path: &str, fields: &[(&str, &str)], says: &str) -> String {
    let answer = browser.post(path, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
    let page = browser.get(&answer.location).await;
    assert_eq!(page.status, StatusCode::OK, "{}", answer.location);
    assert!(page.says(says), "{path}: {says} is not on {}", answer.location);
    assert!(!browser.get(&answer.location).await.says(says), "{path}: {says} is said twice");
    answer.location
}

#[test]
fn a_user_is_added_edited_disabled_and_enabled() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let add = "/admin/users/add";
        let good = [
            ("displayName", "Zoë Berg"),
            ("userName", "zoe"),
            ("email", "zoe@example.com"),
            ("role", "help-desk"),
            ("groups", &*things.user_group),
            ("groups", "ghost"),
        ];
        let with = |field: &'static str, value: &'static str| {
            good.iter().map(|(name, before)| (*name, if *name == field { value } else { before })).collect::<Vec<_>>()
        };
        let kept = "value=\"Zoë Berg\"";
        refused(&mut petra, add, &with("userName", ""), "userName", "Fill this in.", kept).await;
        refused(&mut petra, add, &with("userName", "ADA"), "userName", "This is taken already.", kept).await;
        refused(&mut petra, add, &with("userName", "nobody"), "userName", "This is taken already.", kept).await;
        refused(&mut petra, add, &with("email", "zoe"), "email", "Enter a mail address", kept).await;
        let again = petra.post(add, &with("email", "zoe")).await;
        assert!(again.body.contains("value=\"help-desk\" selected") && again.body.contains("checked"));
        assert!(!again.body.contains("type=\"password\""), "nobody chooses a password for others");

        let page = accepted(&mut petra, add, &good, t().flash_created).await;

        let zoe = page.rsplit('/').next().unwrap().to_owned();
        let shown = petra.get(&page).await;
        assert!(shown.says("zoe@example.com") && shown.says("Help desk") && shown.says("Nurses"));
        let edit = format!("{page}/edit");
        refused(&mut petra, &edit, &with("displayName", ""), "displayName", "Fill this in.", "value=\"zoe\"").await;
        let changed = with("role", "auditor");
        accepted(&mut petra, &edit, &changed, t().flash_saved).await;
        assert_eq!(site.user(&zoe).await.role, Role::Auditor);
        assert!(petra.get(&format!("{page}/disable")).await.body.contains(&format!("action=\"{page}/disable\"")));
        accepted(&mut petra, &format!("{page}/disable"), &[], t().flash_disabled).await;
        assert!(!site.user(&zoe).await.enabled);
        accepted(&mut petra, &format!("{page}/enable"), &[], t().flash_enabled).await;
        assert!(site.user(&zoe).await.enabled);
    });
}

#[test]
fn of_nobody_only_the_groups_are_edited() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let edit = format!("/admin/users/{NOBODY}/edit");
        let form = petra.get(&edit).await;
        assert!(!form.body.contains("name=\"userName\"") && form.body.contains("name=\"groups\""));
        let before = site.user(NOBODY).await;
        let fields = [("groups", &*things.user_group), ("userName", "somebody"), ("role", "administrator")];
        accepted(&mut petra, &edit, &fields, t().flash_saved).await;
        let after = site.user(NOBODY).await;
        assert_eq!((after.user_name, after.role), (before.user_name, before.role));
        assert!(petra.get(&format!("/admin/users/{NOBODY}")).await.says("Nurses"));
        for (path, status) in [("disable", StatusCode::CONFLICT), ("enable", StatusCode::CONFLICT)] {
            assert_eq!(petra.post(&format!("/admin/users/{NOBODY}/{path}"), &[]).await.status, status);
        }
        assert_eq!(petra.get(&format!("/admin/users/{NOBODY}/disable")).await.status, StatusCode::CONFLICT);
    });
}

#[test]
fn nobody_takes_away_their_own_role_or_disables_themselves() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let fields = [("userName", "petra"), ("displayName", "Petra Lindqvist"), ("role", "user")];
        accepted(&mut petra, "/admin/users/petra/edit", &fields, t().flash_saved).await;
        assert_eq!(site.user("petra").await.role, Role::Administrator);
        assert_eq!(petra.get("/admin/users/petra/disable").await.status, StatusCode::CONFLICT);
        assert_eq!(petra.post("/admin/users/petra/disable", &[]).await.status, StatusCode::CONFLICT);
        assert!(site.user("petra").await.enabled);
        assert!(!petra.get("/admin/users/petra").await.body.contains("/disable"));
    });
}

#[test]
fn a_user_who_was_changed_meanwhile_is_shown_as_they_are_with_what_was_typed() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let fields =
            [("userName", "petra"), ("displayName", "Petra Lind"), ("role", "administrator"), ("revision", "0")];
        let answer = petra.post("/admin/users/petra/edit", &fields).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.says(t().stale_title) && answer.body.contains("Petra Lind"));
        assert_ne!(site.user("petra").await.display_name, "Petra Lind");
    });
}

#[test]
fn a_user_group_is_added_edited_and_deleted() {
    on_a_site(|site| async move {
        site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let add = "/admin/user-groups/add";
        let members = [("description", "By night"), ("members", "ada"), ("members", "ghost")];
        let fields = |more: &[(&'static str, &'static str)]| [&members[..], more].concat();
        let kept = "value=\"By night\"";
        refused(&mut petra, add, &fields(&[("name", " ")]), "name", "Fill this in.", kept).await;
        refused(&mut petra, add, &fields(&[("name", "nurses")]), "name", "This is taken already.", kept).await;
        let unknown = fields(&[("name", "Night"), ("addMember", "zoe")]);
        refused(&mut petra, add, &unknown, "addMember", "There is no user of this name.", "value=\"zoe\"").await;
        let more = petra.post(add, &fields(&[("name", "Night"), ("addMember", "INES"), ("action", "more")])).await;
        assert_eq!(more.status, StatusCode::OK);
        for member in ["ada", "ines"] {
            assert!(more.body.contains(&format!("name=\"members\" value=\"{member}\" checked")), "{member}");
        }
        assert!(more.body.contains("value=\"Night\""));

        accepted(&mut petra, add, &fields(&[("name", "Night"), ("addMember", "ines")]), t().flash_created).await;

        let groups = site.core.user_groups(&Actor::System, now()).await.unwrap();
        let night = groups.iter().find(|group| group.name == "Night").unwrap();
        assert_eq!(night.members, 2);
        let page = format!("/admin/user-groups/{}", night.id);
        let fields = [("name", "Night"), ("description", ""), ("members", "ines")];
        accepted(&mut petra, &page, &fields, t().flash_saved).await;
        let (_, left) = site.core.user_group(&Actor::System, &night.id, now()).await.unwrap();
        assert_eq!(left.iter().map(|user| user.id.as_str()).collect::<Vec<_>>(), ["ines"], "an unticked member leaves");
        assert!(petra.get(&format!("{page}/delete")).await.says("Night"));
        accepted(&mut petra, &format!("{page}/delete"), &[], t().flash_deleted).await;
        assert_eq!(petra.get(&page).await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_group_larger_than_its_page_keeps_the_members_that_the_page_does_not_show() {
    on_a_site(|site| async move {
        let mut tx = site.store.begin().await.unwrap();
        let ada = site.user("ada").await;
        let mut ids = Vec::new();
        for number in 0..510 {
            let name = format!("nurse{number:03}");
            let user = baton_model::User {
                id: name.as_str().into(),
                user_name: name.clone(),
                display_name: name.clone(),
                ..ada.clone()
            };
            tx.create_user(&user, None).await.unwrap();
            ids.push(user.id);
        }
        tx.create_user_group(&"all".into(), "All nurses", "").await.unwrap();
        tx.set_user_group_members(&"all".into(), &ids).await.unwrap();
        tx.commit().await.unwrap();
        let mut petra = site.signed_in("petra").await;
        // All that are shown are taken off, but for the first.
        let fields = [("name", "All nurses"), ("description", ""), ("members", "nurse000")];
        accepted(&mut petra, "/admin/user-groups/all", &fields, t().flash_saved).await;
        let (group, _) = site.core.user_group(&Actor::System, &"all".into(), now()).await.unwrap();
        assert_eq!(group.members, 11);
    });
}

#[test]
fn everyone_is_shown_and_cannot_be_changed() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let page = petra.get("/admin/user-groups/everyone").await;
        assert!(page.says("Person ada") && !page.body.contains("name=\"members\""));
        let fields = [("name", "Some"), ("members", "ada")];
        assert_eq!(petra.post("/admin/user-groups/everyone", &fields).await.status, StatusCode::CONFLICT);
        assert_eq!(petra.get("/admin/user-groups/everyone/delete").await.status, StatusCode::CONFLICT);
        assert_eq!(petra.post("/admin/user-groups/everyone/delete", &[]).await.status, StatusCode::CONFLICT);
    });
}

#[test]
fn a_device_group_is_added_edited_and_deleted() {
    on_a_site(|site| async move {
        site.furnish().await;
        site.add_phone("twin1", "Twin", NOBODY).await;
        site.add_phone("twin2", "twin", NOBODY).await;
        let mut petra = site.signed_in("petra").await;
        let add = "/admin/device-groups/add";
        refused(
            &mut petra,
            add,
            &[("name", ""), ("members", "phone")],
            "name",
            "Fill this in.",
            "value=\"phone\" checked",
        )
        .await;
        let none = [("name", "Spare"), ("addMember", "Ghost")];
        refused(&mut petra, add, &none, "addMember", "There is no device of this name.", "value=\"Spare\"").await;
        let several = [("name", "Spare"), ("addMember", "twin")];
        refused(&mut petra, add, &several, "addMember", "Several devices have this name.", "value=\"Spare\"").await;
        accepted(&mut petra, add, &[("name", "Spare"), ("addMember", "ward 3 · PHONE 1")], t().flash_created).await;
        let groups = site.core.device_groups(&Actor::System, now()).await.unwrap();
        let spare = groups.iter().find(|group| group.name == "Spare").unwrap();
        assert_eq!(spare.members, 1);
        let page = format!("/admin/device-groups/{}", spare.id);
        refused(
            &mut petra,
            &page,
            &[("name", "Ward phones")],
            "name",
            "This is taken already.",
            "value=\"Ward phones\"",
        )
        .await;
        accepted(&mut petra, &page, &[("name", "Spares"), ("members", "twin1"), ("members", "twin2")], t().flash_saved)
            .await;
        accepted(&mut petra, &format!("{page}/delete"), &[], t().flash_deleted).await;
    });
}

#[test]
fn a_link_for_devices_is_made_shown_once_and_revoked() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let add = "/admin/devices/add";
        let bad = [("label", ""), ("uses", "many"), ("days", "400")];
        refused(&mut petra, add, &bad, "label", "Fill this in.", "value=\"many\"").await;
        refused(&mut petra, add, &bad, "uses", "Enter a whole number from 1 to 1000.", "value=\"400\"").await;
        refused(&mut petra, add, &bad, "days", "Enter a whole number from 1 to 90.", "value=\"many\"").await;
        let made = petra.post(add, &[("label", "Ward 3"), ("uses", "4"), ("days", "7")]).await;
        assert_eq!(made.status, StatusCode::OK);
        let address = made.body.split("https://baton.example/enroll/device/").nth(1).unwrap();
        let secret = address.split(['<', '"']).next().unwrap();
        assert!(secret.len() > 20, "{secret}");
        let page = petra.get(add).await;
        assert!(!page.body.contains(secret), "the address is shown once");
        let revoke = page.body.split("action=\"/admin/devices/links/").nth(1).unwrap();
        let revoke = format!("/admin/devices/links/{}", revoke.split('"').next().unwrap());
        accepted(&mut petra, &revoke, &[], t().flash_revoked).await;
        assert!(!petra.get(add).await.says("Ward 3"), "it does not work any more");
        assert_eq!(petra.get(&revoke).await.location, add);
    });
}

#[test]
fn a_device_gets_a_label_and_a_name_tag() {
    on_a_site(|site| async move {
        site.furnish().await;
        let mut hugo = site.signed_in("hugo").await;
        let page = "/admin/devices/phone";
        refused(&mut hugo, page, &[("name", ""), ("nameTag", "Ward 3")], "name", "Fill this in.", "Ward 3</textarea>")
            .await;
        let long = "x".repeat(301);
        refused(&mut hugo, page, &[("name", "Phone"), ("nameTag", &long)], "nameTag", "Use at most 300", &long).await;
        accepted(&mut hugo, page, &[("name", "Phone 7"), ("nameTag", "Ward 3\nReturn to reception")], t().flash_saved)
            .await;
        let device = site.device("phone").await;
        assert_eq!((&*device.name, &*device.name_tag), ("Phone 7", "Ward 3\nReturn to reception"));
    });
}

#[test]
fn a_device_is_released_with_a_reason_and_the_timeline_says_so() {
    on_a_site(|site| async move {
        site.furnish().await;
        let mut hugo = site.signed_in("hugo").await;
        let release = "/admin/devices/phone/release";
        assert!(hugo.get(release).await.says("Person ada"));
        refused(&mut hugo, release, &[("reason", " ")], "reason", "Fill this in.", "Person ada").await;
        accepted(&mut hugo, release, &[("reason", "left in the canteen")], t().flash_released).await;
        assert_eq!(site.device("phone").await.holder_id.as_str(), NOBODY);
        let page = hugo.get("/admin/devices/phone").await;
        assert!(page.says("Person hugo"), "who released it");
        assert_eq!(hugo.get(release).await.status, StatusCode::SEE_OTHER, "nobody has it any more");
        assert!(hugo.get("/admin/audit?q=canteen").await.says("left in the canteen"));
    });
}

const CERTIFICATE: &str = include_str!("certificate.pem");

struct Case {
    path: &'static str,
    good: &'static [(&'static str, &'static str)],
    /// Field, value, the element's name beside which the error stands, and what it says.
    bad: &'static [(&'static str, &'static str, &'static str)],
}

const CASES: &[Case] = &[
    Case {
        path: "/admin/configurations/add/wifi",
        good: &[
            ("name", "House"),
            ("description", "All"),
            ("ssid", "house"),
            ("security", "wpa3"),
            ("password", "reeds and water"),
            ("hidden", "yes"),
        ],
        bad: &[
            ("name", "", "Fill this in."),
            ("ssid", "", "Fill this in."),
            ("ssid", "${nonsense}", "placeholder"),
            ("password", "short", "8 to 63"),
            ("password", "", "Fill this in."),
        ],
    },
    Case {
        path: "/admin/configurations/add/web-clip",
        good: &[
            ("name", "Roster"),
            ("description", ""),
            ("label", "Roster"),
            ("url", "https://roster.example/${user.name}"),
            ("fullScreen", "yes"),
        ],
        bad: &[
            ("label", "", "Fill this in."),
            ("url", "roster", "whole address"),
            ("url", "javascript:alert(1)", "whole address"),
        ],
    },
    Case {
        path: "/admin/configurations/add/passcode",
        good: &[
            ("name", "Rules"),
            ("description", ""),
            ("minLength", "6"),
            ("maxInactivityMinutes", "5"),
            ("maxFailedAttempts", ""),
        ],
        bad: &[
            ("minLength", "3", "from 4 to 16"),
            ("minLength", "six", "from 4 to 16"),
            ("maxInactivityMinutes", "60", "from 1 to 15"),
            ("maxFailedAttempts", "1", "from 2 to 11"),
        ],
    },
    Case {
        path: "/admin/configurations/add/certificate",
        good: &[("name", "Root"), ("description", ""), ("file", CERTIFICATE)],
        bad: &[("file", "", "Fill this in."), ("file", "hello", "not a certificate")],
    },
    Case {
        path: "/admin/apps/add/in-house",
        good: &[
            ("name", "Roster app"),
            ("description", ""),
            ("bundleId", "com.example.roster"),
            ("manifestUrl", "https://apps.example/r.plist"),
            ("resetBetweenPeople", "yes"),
        ],
        bad: &[
            ("bundleId", "roster", "bundle identifier"),
            ("bundleId", "com.example.records", "taken already"),
            ("manifestUrl", "http://apps.example/r.plist", "whole address"),
        ],
    },
    Case {
        path: "/admin/apps/add/store",
        good: &[
            ("name", "Teams"),
            ("description", ""),
            ("bundleId", "com.microsoft.skype.teams"),
            ("storeId", "1113153706"),
        ],
        bad: &[
            ("storeId", "", "Fill this in."),
            ("storeId", "abc", "Enter a whole number"),
            ("bundleId", "", "Fill this in."),
        ],
    },
];

#[test]
fn each_kind_of_item_is_refused_where_it_is_wrong_added_edited_and_deleted() {
    on_a_site(|site| async move {
        site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        for Case { path, good, bad } in CASES {
            for (field, value, says) in *bad {
                let fields: Vec<_> =
                    good.iter().map(|(name, before)| (*name, if name == field { *value } else { *before })).collect();
                let kept = if *field == "name" { good[2].1 } else { good[0].1 };
                let kept = if kept.contains('\n') { "BEGIN CERTIFICATE" } else { kept };
                refused(&mut petra, path, &fields, field, says, kept).await;
            }

            let page = accepted(&mut petra, path, good, t().flash_created).await;

            let edit = format!("{page}/edit");
            let form = petra.get(&edit).await;
            assert!(!form.body.contains("reeds and water"), "a secret is never shown");
            let fields: Vec<_> = good
                .iter()
                .filter(|(name, _)| !["password", "file"].contains(name))
                .map(|(name, value)| (*name, if *name == "description" { "Changed" } else { value }))
                .collect();
            assert_eq!(petra.post(&edit, &fields).await.status, StatusCode::CONFLICT, "{edit} without its revision");
            let fields = [&fields[..], &[("revision", "1")]].concat();
            accepted(&mut petra, &edit, &fields, t().flash_saved).await;
            assert!(petra.get(&page).await.says("Changed"));
            assert_eq!(petra.post(&edit, &fields).await.status, StatusCode::CONFLICT, "{edit} with an old revision");
            assert!(petra.get(&format!("{page}/delete")).await.says(good[0].1));
            accepted(&mut petra, &format!("{page}/delete"), &[], t().flash_deleted).await;
            assert_eq!(petra.get(&page).await.status, StatusCode::NOT_FOUND);
        }
    });
}

#[test]
fn a_password_that_is_not_entered_again_stays() {
    on_a_site(|site| async move {
        let Things { wifi, .. } = site.furnish().await;
        let stored = async |site: &Site| {
            let item = site.store.read().await.unwrap().find_item(&wifi.as_str().into()).await.unwrap().unwrap();
            match item.content {
                ItemContent::WiFi(wifi) => wifi.password,
                other => panic!("{other:?}"),
            }
        };
        let before = stored(&site).await;
        let mut petra = site.signed_in("petra").await;
        let edit = format!("/admin/configurations/{wifi}/edit");
        let fields =
            [("name", "Ward Wi-Fi"), ("ssid", "ward-4"), ("security", "wpa2"), ("password", ""), ("revision", "1")];
        accepted(&mut petra, &edit, &fields, t().flash_saved).await;
        assert_eq!(stored(&site).await, before);
    });
}
