use axum::http::{Method, StatusCode};

use super::site::{NOBODY, ORIGIN, SECURE_SIGN_IN, Site, Things, on_a_site};

/// Pages that whoever sees the console may read.
fn readable(things: &Things) -> Vec<String> {
    let Things { user_group, device_group, wifi, app, policy_test, source, .. } = things;
    [
        "/admin".to_owned(),
        "/admin/users".to_owned(),
        "/admin/users?q=person&role=auditor".to_owned(),
        "/admin/users/ada".to_owned(),
        format!("/admin/users/{NOBODY}"),
        "/admin/user-groups".to_owned(),
        "/admin/user-groups?q=nurses".to_owned(),
        format!("/admin/user-groups/{user_group}"),
        "/admin/user-groups/everyone".to_owned(),
        "/admin/device-groups".to_owned(),
        format!("/admin/device-groups/{device_group}"),
        "/admin/devices".to_owned(),
        "/admin/devices?q=ward&state=in-use".to_owned(),
        "/admin/devices/phone".to_owned(),
        "/admin/devices/phone?action=RemoveProfile&status=queued&start=2025-01-01&end=2026-01-01".to_owned(),
        "/admin/devices/phone/custody.csv".to_owned(),
        "/admin/devices/phone/commands/command-phone".to_owned(),
        "/admin/configurations".to_owned(),
        "/admin/configurations?q=secure".to_owned(),
        format!("/admin/configurations/{SECURE_SIGN_IN}"),
        format!("/admin/configurations/{wifi}"),
        "/admin/apps".to_owned(),
        format!("/admin/apps/{app}"),
        "/admin/policy-tests".to_owned(),
        format!("/admin/policy-tests/{policy_test}"),
        format!("/admin/policy-tests/{policy_test}/file.toml"),
        "/admin/audit".to_owned(),
        "/admin/audit?q=item".to_owned(),
        "/admin/settings".to_owned(),
        "/admin/settings/push".to_owned(),
        "/admin/settings/sources".to_owned(),
        format!("/admin/settings/sources/{source}"),
    ]
    .into()
}

/// Pages with a form that only administrators may send.
fn administrators(things: &Things) -> Vec<String> {
    let Things { user_group, device_group, wifi, app, policy_test, .. } = things;
    let mut pages = vec![
        "/admin/users/add".to_owned(),
        "/admin/users/import".to_owned(),
        "/admin/users/ada/edit".to_owned(),
        format!("/admin/users/{NOBODY}/edit"),
        "/admin/users/ada/disable".to_owned(),
        "/admin/user-groups/add".to_owned(),
        format!("/admin/user-groups/{user_group}/delete"),
        "/admin/device-groups/add".to_owned(),
        format!("/admin/device-groups/{device_group}/delete"),
        "/admin/devices/add".to_owned(),
        "/admin/configurations/add".to_owned(),
        format!("/admin/configurations/{SECURE_SIGN_IN}/edit"),
        format!("/admin/configurations/{SECURE_SIGN_IN}/distribution"),
        format!("/admin/configurations/{wifi}/edit"),
        format!("/admin/configurations/{wifi}/distribution"),
        format!("/admin/configurations/{wifi}/delete"),
        "/admin/settings/push/install".to_owned(),
        "/admin/apps/add".to_owned(),
        format!("/admin/apps/{app}/edit"),
        format!("/admin/apps/{app}/distribution"),
        format!("/admin/apps/{app}/delete"),
        "/admin/policy-tests/add".to_owned(),
        "/admin/policy-tests/add?example".to_owned(),
        "/admin/policy-tests/upload".to_owned(),
        format!("/admin/policy-tests/{policy_test}/edit"),
        format!("/admin/policy-tests/{policy_test}/delete"),
    ];
    let kinds = ["wifi", "web-clip", "passcode", "certificate"];
    let sources = ["active-directory", "open-ldap", "entra", "openid"];
    pages.extend(sources.map(|kind| format!("/admin/settings/sources/add/{kind}")));
    pages.push("/admin/settings/sources/add".to_owned());
    let source = &things.source;
    pages.extend(["edit", "groups", "delete"].map(|page| format!("/admin/settings/sources/{source}/{page}")));
    pages.push(format!("/admin/users/invite/{source}"));
    pages.extend(kinds.map(|kind| format!("/admin/configurations/add/{kind}")));
    pages.extend(["in-house", "store"].map(|kind| format!("/admin/apps/add/{kind}")));
    pages
}

/// Every form: its path, and the action that its audit row names.
fn forms(things: &Things) -> Vec<(String, &'static str)> {
    let Things { user_group, device_group, wifi, app, policy_test, link, source } = things;
    vec![
        ("/admin/users/add".to_owned(), "user.create"),
        ("/admin/users/import".to_owned(), "user.import"),
        ("/admin/users/password-links".to_owned(), "user.password-links"),
        ("/admin/users/ada/password-link".to_owned(), "user.password-link"),
        ("/admin/users/ada/sessions/end".to_owned(), "session.end"),
        ("/admin/users/ada/sessions/end-all".to_owned(), "session.end"),
        ("/admin/users/ada/lift-pause".to_owned(), "user.lift-pause"),
        ("/admin/users/ada/edit".to_owned(), "user.save"),
        ("/admin/users/ada/disable".to_owned(), "user.disable"),
        ("/admin/users/ada/enable".to_owned(), "user.enable"),
        ("/admin/user-groups/add".to_owned(), "user-group.create"),
        (format!("/admin/user-groups/{user_group}"), "user-group.save"),
        (format!("/admin/user-groups/{user_group}/delete"), "user-group.delete"),
        ("/admin/device-groups/add".to_owned(), "device-group.create"),
        (format!("/admin/device-groups/{device_group}"), "device-group.save"),
        (format!("/admin/device-groups/{device_group}/delete"), "device-group.delete"),
        ("/admin/devices/add".to_owned(), "enrollment-link.create"),
        (format!("/admin/devices/links/{link}/revoke"), "enrollment-link.revoke"),
        ("/admin/devices/phone".to_owned(), "device.label"),
        ("/admin/devices/phone/release".to_owned(), "device.release"),
        ("/admin/configurations/add/wifi".to_owned(), "item.create"),
        (format!("/admin/configurations/{wifi}/edit"), "item.save"),
        (format!("/admin/configurations/{wifi}/distribution"), "distribution.save"),
        (format!("/admin/configurations/{wifi}/delete"), "item.delete"),
        ("/admin/apps/add/store".to_owned(), "item.create"),
        (format!("/admin/apps/{app}/edit"), "item.save"),
        (format!("/admin/apps/{app}/distribution"), "distribution.save"),
        (format!("/admin/apps/{app}/delete"), "item.delete"),
        ("/admin/policy-tests/add".to_owned(), "policy-test.create"),
        ("/admin/policy-tests/upload".to_owned(), "policy-test.create"),
        (format!("/admin/policy-tests/{policy_test}/edit"), "policy-test.save"),
        (format!("/admin/policy-tests/{policy_test}/delete"), "policy-test.delete"),
        ("/admin/settings/push/request".to_owned(), "push-certificate.request"),
        ("/admin/settings/push/install".to_owned(), "push-certificate.install"),
        ("/admin/settings/push/remove".to_owned(), "push-certificate.remove"),
        ("/admin/settings/sources/add/open-ldap".to_owned(), "source.create"),
        (format!("/admin/settings/sources/{source}/edit"), "source.save"),
        (format!("/admin/settings/sources/{source}/check"), "source.check"),
        (format!("/admin/settings/sources/{source}/delete"), "source.delete"),
        (format!("/admin/users/invite/{source}"), "source.select"),
        (format!("/admin/users/invite/{source}/remove"), "source.deselect"),
        (format!("/admin/users/invite/{source}/sync"), "source.sync"),
        ("/admin/users/ada/make-local".to_owned(), "user.make-local"),
    ]
}

async fn expect(site: &Site, name: &str, paths: &[String], status: StatusCode) {
    let mut browser = site.signed_in(name).await;
    for path in paths {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, status, "{name} at {path}: {}", answer.body);
    }
}

#[test]
fn who_sees_the_console_reads_all_of_it() {
    on_a_site(|site| async move {
        let pages = readable(&site.furnish().await);
        for name in ["petra", "hugo", "ines"] {
            expect(&site, name, &pages, StatusCode::OK).await;
        }
    });
}

#[test]
fn forms_open_for_administrators_only() {
    on_a_site(|site| async move {
        let pages = administrators(&site.furnish().await);
        expect(&site, "petra", &pages, StatusCode::OK).await;
        for name in ["hugo", "ines"] {
            expect(&site, name, &pages, StatusCode::FORBIDDEN).await;
        }
    });
}

#[test]
fn buttons_that_would_be_refused_are_left_out() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let lists = ["/admin", "/admin/users", "/admin/user-groups", "/admin/device-groups", "/admin/devices"];
        let lists =
            lists.into_iter().chain(["/admin/configurations", "/admin/apps", "/admin/policy-tests"]).map(str::to_owned);
        let pages = lists.chain([
            "/admin/settings".to_owned(),
            "/admin/settings/push".to_owned(),
            "/admin/settings/sources".to_owned(),
            format!("/admin/settings/sources/{}", things.source),
            "/admin/users/ada".to_owned(),
            format!("/admin/user-groups/{}", things.user_group),
            format!("/admin/device-groups/{}", things.device_group),
            format!("/admin/configurations/{}", things.wifi),
            format!("/admin/configurations/{SECURE_SIGN_IN}"),
            format!("/admin/apps/{}", things.app),
            format!("/admin/policy-tests/{}", things.policy_test),
        ]);
        let mut ines = site.signed_in("ines").await;
        for path in pages {
            let page = ines.get(&path).await;
            for way in ["/add\"", "/edit\"", "/delete\"", "/disable\"", "/distribution\"", "/upload\""] {
                assert!(!page.body.contains(way), "{path} leads to {way}");
            }
            let forms = page.body.matches("method=\"post\"").count();
            assert_eq!(forms, 1, "{path} has a form besides signing out");
        }
    });
}

#[test]
fn help_desk_releases_and_labels_devices_and_an_auditor_does_not() {
    on_a_site(|site| async move {
        site.furnish().await;
        let release = ["/admin/devices/phone/release".to_owned()];
        expect(&site, "hugo", &release, StatusCode::OK).await;
        expect(&site, "ines", &release, StatusCode::FORBIDDEN).await;

        let mut hugo = site.signed_in("hugo").await;
        let page = hugo.get("/admin/devices/phone").await;
        assert!(page.body.contains("/admin/devices/phone/release") && page.body.contains("name=\"nameTag\""));
        let mut ines = site.signed_in("ines").await;
        let page = ines.get("/admin/devices/phone").await;
        assert!(!page.body.contains("/admin/devices/phone/release") && !page.body.contains("name=\"nameTag\""));
    });
}

#[test]
fn a_user_without_a_role_in_the_console_sees_nothing_of_it() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let pages: Vec<String> = readable(&things).into_iter().chain(administrators(&things)).collect();
        expect(&site, "ada", &pages, StatusCode::FORBIDDEN).await;
    });
}

#[test]
fn who_is_not_signed_in_signs_in_first_and_comes_back() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut browser = site.browser();
        for path in readable(&things).iter().chain(&administrators(&things)) {
            let answer = browser.get(path).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
            assert!(answer.location.starts_with("/sign-in?next=%2Fadmin"), "{path}: {}", answer.location);
        }
        for (path, _) in forms(&things) {
            let answer = browser.post(&path, &[]).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
            assert!(answer.location.starts_with("/sign-in?next=%2Fadmin"), "{path}: {}", answer.location);
        }
        assert!(browser.cookies.is_empty(), "{:?}", browser.cookies);
    });
}

#[test]
fn every_form_of_an_auditor_or_user_is_refused_and_audited() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        for (name, reads) in [("ines", true), ("ada", false)] {
            let mut browser = site.signed_in(name).await;
            for (path, action) in forms(&things) {
                let before = site.audit().await;
                let answer = browser.post(&path, &[("name", "x"), ("reason", "please")]).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name} at {path}");
                let new: Vec<_> = site.audit().await.into_iter().filter(|entry| !before.contains(entry)).collect();
                let [denied] = &new[..] else { panic!("{name} at {path}: {new:?}") };
                assert!(!denied.allowed && denied.actor_id == Some(name.into()), "{denied:?}");
                assert_eq!(denied.action, if reads { action } else { "console.read" }, "{name} at {path}");
            }
        }
    });
}

#[test]
fn help_desk_may_not_change_people_or_the_catalogue() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut hugo = site.signed_in("hugo").await;
        for (path, action) in forms(&things) {
            if !action.starts_with("device.") {
                let answer = hugo.post(&path, &[("name", "x")]).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
            }
        }
    });
}

#[test]
fn a_form_of_another_site_changes_nothing() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let before = site.audit().await.len();
        for (path, _) in forms(&things) {
            for origin in [Some("https://evil.example"), Some("null"), None] {
                let answer = petra.send(Method::POST, &path, "name=x&reason=x".to_owned(), origin).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} from {origin:?}");
            }
        }
        assert_eq!(site.audit().await.len(), before);
    });
}

#[test]
fn what_does_not_exist_is_not_found() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let ghost = |path: &String| {
            let Things { user_group, device_group, wifi, app, policy_test, link, source } = &things;
            let ids = [user_group, device_group, wifi, app, policy_test, link, source];
            let mut path = path.clone();
            for id in ids {
                path = path.replace(id.as_str(), "ghost");
            }
            path.replace("/users/ada", "/users/ghost").replace("/devices/phone", "/devices/ghost")
        };
        for path in readable(&things).iter().chain(&administrators(&things)) {
            let ghost = ghost(path);
            if ghost != *path {
                assert_eq!(petra.get(&ghost).await.status, StatusCode::NOT_FOUND, "{ghost}");
            }
        }
        for (path, _) in forms(&things) {
            let ghost = ghost(&path);
            if ghost != path {
                let fields =
                    [("name", "x"), ("reason", "x"), ("userName", "x"), ("displayName", "x"), ("revision", "1")];
                assert_eq!(petra.post(&ghost, &fields).await.status, StatusCode::NOT_FOUND, "POST {ghost}");
            }
        }
        for path in [
            "/admin/nowhere",
            "/admin/devices/phone/commands/ghost",
            "/admin/configurations/add/fridge",
            "/admin/settings/sources/add/fridge",
            "/admin/configurations/add/store",
            "/admin/apps/add/wifi",
            "/admin/users?after=nonsense",
            "/admin/users/%00",
            "/admin/devices/phone?after=nonsense",
        ] {
            assert_eq!(petra.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    });
}

#[test]
fn an_item_is_found_only_in_its_own_list() {
    on_a_site(|site| async move {
        let Things { wifi, app, .. } = site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        for path in [format!("/admin/apps/{wifi}"), format!("/admin/configurations/{app}")] {
            for rest in ["", "/edit", "/delete", "/distribution"] {
                assert_eq!(petra.get(&format!("{path}{rest}")).await.status, StatusCode::NOT_FOUND, "{path}{rest}");
            }
        }
    });
}

#[test]
fn a_session_ends_where_its_user_is_disabled() {
    on_a_site(|site| async move {
        site.furnish().await;
        let mut ines = site.signed_in("ines").await;
        assert_eq!(ines.get("/admin").await.status, StatusCode::OK);
        let mut petra = site.signed_in("petra").await;
        petra.post("/admin/users/ines/disable", &[]).await;
        assert_eq!(ines.get("/admin").await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn pages_carry_the_headers_that_protect_them() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let answer = petra.get("/admin/users").await;
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert!(answer.headers["content-security-policy"].to_str().unwrap().contains("form-action 'self'"));
        assert!(ORIGIN.starts_with("https") && answer.headers.contains_key("strict-transport-security"));
    });
}
