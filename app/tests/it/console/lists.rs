use axum::http::StatusCode;
use baton_model::{DeviceState, Role};

use super::site::{on_a_site, phone};

#[test]
fn a_long_list_is_read_page_by_page() {
    on_a_site(|site| async move {
        for number in 0..60 {
            site.add_user(&format!("nurse{number:02}"), &format!("Nurse {number:02}"), Role::User).await;
        }
        let mut petra = site.signed_in("petra").await;

        let first = petra.get("/admin/users?q=nurse&role=user").await;
        let next = first.body.split("href=\"").find(|part| part.contains("after=")).unwrap();
        let next = next.split('"').next().unwrap().replace("&amp;", "&");
        let second = petra.get(&next).await;

        assert!(next.starts_with("/admin/users?q=nurse&role=user&after="), "{next}");
        assert!(first.says("Nurse 00") && first.says("Nurse 49") && !first.says("Nurse 50"));
        assert!(second.says("Nurse 50") && second.says("Nurse 59") && !second.says("Nurse 49"));
        assert!(second.body.contains("href=\"/admin/users?q=nurse&amp;role=user\""), "the way to the first page");
    });
}

#[test]
fn users_are_found_by_any_part_of_their_names_and_by_role() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let found = petra.get("/admin/users?q=PERSON+ine").await;
        assert!(found.says("Person ines") && !found.says("Person hugo"));
        let auditors = petra.get("/admin/users?role=auditor").await;
        assert!(auditors.says("Person ines") && !auditors.says("Person hugo"));
        let none = petra.get("/admin/users?q=zoe").await;
        assert_eq!(none.status, StatusCode::OK);
    });
}

#[test]
fn the_list_of_users_says_who_holds_what_and_signed_in_when() {
    on_a_site(|site| async move {
        site.add_phone("phone", "Ward 3 · Phone 1", "ada").await;
        let mut petra = site.signed_in("petra").await;
        let page = petra.get("/admin/users").await;
        assert!(page.body.contains("href=\"/admin/devices/phone\""));
        assert!(page.body.contains("2025-10-09"), "petra signed in");
    });
}

#[test]
fn devices_are_filtered_by_how_they_stand() {
    on_a_site(|site| async move {
        site.add_phone("failing", "Failing phone", "ada").await;
        let mut tx = site.store.begin().await.unwrap();
        tx.create_device(&phone("held", "Held phone", "ines")).await.unwrap();
        tx.create_device(&phone("free", "Free phone", "nobody")).await.unwrap();
        let mut gone = phone("gone", "Gone phone", "nobody");
        gone.state = DeviceState::Unenrolled;
        tx.create_device(&gone).await.unwrap();
        tx.commit().await.unwrap();
        let mut petra = site.signed_in("petra").await;
        let all = ["Failing phone", "Held phone", "Free phone", "Gone phone"];
        for (state, only) in [("attention", all[0]), ("in-use", all[1]), ("free", all[2]), ("gone", all[3])] {
            let page = petra.get(&format!("/admin/devices?state={state}")).await;
            let shown: Vec<&str> = all.into_iter().filter(|name| page.says(name)).collect();
            assert_eq!(shown, [only], "{state}");
        }
        let page = petra.get("/admin/devices?q=ines").await;
        assert!(page.says("Held phone") && !page.says("Free phone"), "found by its holder");
        let page = petra.get("/admin/devices?q=held").await;
        assert!(page.says("Person ines") && !page.says("Free phone"));
    });
}

#[test]
fn the_dashboard_names_devices_that_need_somebody() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let empty = petra.get("/admin").await;
        assert!(empty.body.contains("href=\"/admin/devices/add\""), "what is left to set up");
        site.add_phone("failing", "Failing phone", "ada").await;
        let page = petra.get("/admin").await;
        assert!(page.says("Failing phone") && page.says("“Old Wi-Fi” could not be removed."), "{}", page.body);
    });
}

#[test]
fn the_secure_sign_in_is_found_by_search() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        for search in ["Multi-user+Secure+Sign-in+for+iOS", "secure+sign", "MULTI-USER"] {
            let page = petra.get(&format!("/admin/configurations?q={search}")).await;
            assert!(page.body.contains("href=\"/admin/configurations/secure-sign-in\""), "{search}");
        }
        assert!(!petra.get("/admin/apps").await.body.contains("secure-sign-in"));
    });
}

#[test]
fn the_log_of_a_device_is_filtered() {
    on_a_site(|site| async move {
        site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let row = "/admin/devices/phone/commands/command-phone";
        for (query, shown) in [
            ("", true),
            ("?action=RemoveProfile", true),
            ("?action=InstallProfile", false),
            ("?status=queued", true),
            ("?status=error", false),
            ("?start=2025-10-09&end=2025-10-09", true),
            ("?start=2025-10-10", false),
            ("?end=2025-10-08", false),
            ("?action=nonsense&status=nonsense&start=nonsense", true),
        ] {
            let page = petra.get(&format!("/admin/devices/phone{query}")).await;
            assert_eq!(page.body.contains(row), shown, "{query}");
        }
        let command = petra.get(row).await;
        assert!(command.says("enrollment-phone") && command.says("RemoveProfile"));
    });
}

#[test]
fn a_device_says_why_it_gets_what_it_gets() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        site.distribute(&things.wifi, baton_policy::Distribution::AllDevices).await;
        let mut petra = site.signed_in("petra").await;
        let page = petra.get("/admin/devices/phone").await;
        assert!(page.says("It goes to all devices.") && page.says("It goes to no devices."));
        assert!(page.says("This item is no longer in the catalogue."), "what is left over on the phone");
    });
}

#[test]
fn the_audit_log_names_who_did_what_to_whom() {
    on_a_site(|site| async move {
        site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        petra.post("/admin/devices/phone", &[("name", "Renamed phone"), ("nameTag", "")]).await;
        let page = petra.get("/admin/audit?q=device.label").await;
        assert!(
            page.body.contains("href=\"/admin/users/petra\"") && page.body.contains("href=\"/admin/devices/phone\"")
        );
        assert!(petra.get("/admin/audit?q=petra+label").await.says("Renamed phone"), "found by its actor");
        assert!(page.says("Renamed phone") && page.says("Ward 3 · Phone 1"), "before and after");
    });
}
