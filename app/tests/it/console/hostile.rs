use axum::http::{Method, StatusCode};
use baton_model::Role;

use super::site::{ORIGIN, SECURE_SIGN_IN, on_a_site};

const SCRIPT: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

#[test]
fn names_are_text_wherever_they_are_shown() {
    on_a_site(|site| async move {
        site.add_user("mallory", SCRIPT, Role::Administrator).await;
        let things = site.furnish().await;
        site.add_phone("evil", SCRIPT, "mallory").await;
        let mut mallory = site.signed_in("mallory").await;
        let name = [("name", SCRIPT), ("description", SCRIPT), ("members", "mallory"), ("members", "evil")];
        for path in ["/admin/user-groups/add", "/admin/device-groups/add"] {
            assert_eq!(mallory.post(path, &name).await.status, StatusCode::SEE_OTHER, "{path}");
        }
        let clip =
            [("name", SCRIPT), ("description", SCRIPT), ("label", SCRIPT), ("url", "https://example.com/?a=<b>")];
        let made = mallory.post("/admin/configurations/add/web-clip", &clip).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        let link = [("label", SCRIPT), ("uses", "1"), ("days", "1")];
        assert_eq!(mallory.post("/admin/devices/add", &link).await.status, StatusCode::OK);

        let pages = [
            "/admin".to_owned(),
            "/admin/users".to_owned(),
            "/admin/users/mallory".to_owned(),
            "/admin/users/mallory/edit".to_owned(),
            "/admin/users/add".to_owned(),
            "/admin/user-groups".to_owned(),
            "/admin/user-groups/add".to_owned(),
            "/admin/user-groups/everyone".to_owned(),
            "/admin/device-groups".to_owned(),
            "/admin/device-groups/add".to_owned(),
            "/admin/devices".to_owned(),
            "/admin/devices/evil".to_owned(),
            "/admin/devices/evil/release".to_owned(),
            "/admin/devices/add".to_owned(),
            "/admin/devices/evil/commands/command-evil".to_owned(),
            "/admin/configurations".to_owned(),
            made.location.clone(),
            format!("{}/edit", made.location),
            format!("{}/delete", made.location),
            format!("{}/distribution", made.location),
            format!("/admin/configurations/{SECURE_SIGN_IN}/distribution"),
            format!("/admin/apps/{}", things.app),
            "/admin/audit".to_owned(),
            format!("/admin/users?q={}", urlencode(SCRIPT)),
            format!("/admin/devices/evil?action={0}&start={0}", urlencode(SCRIPT)),
        ];
        for path in pages {
            let page = mallory.get(&path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(!page.body.contains("<script>alert"), "{path}");
            assert!(!page.body.contains("<img src=x"), "{path}");
        }
    });
}

fn urlencode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[test]
fn a_refused_form_gives_hostile_input_back_as_text() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        for path in ["/admin/users/add", "/admin/configurations/add/wifi", "/admin/apps/add/in-house"] {
            let page = petra.post(path, &[("name", SCRIPT), ("displayName", SCRIPT), ("role", SCRIPT)]).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
            assert!(!page.body.contains("<script>alert"), "{path}");
        }
    });
}

#[test]
fn a_name_in_the_custody_table_is_no_formula() {
    on_a_site(|site| async move {
        site.add_user("mallory", "=HYPERLINK(\"https://evil.example\",\"Ward, 3\")", Role::Administrator).await;
        site.add_phone("phone", "Phone", "ada").await;
        let mut mallory = site.signed_in("mallory").await;
        let released = mallory.post("/admin/devices/phone/release", &[("reason", "found")]).await;
        assert_eq!(released.status, StatusCode::SEE_OTHER, "{}", released.body);

        let table = mallory.get("/admin/devices/phone/custody.csv").await;

        assert_eq!(table.headers["content-type"], "text/csv; charset=utf-8; header=present");
        assert_eq!(table.headers["content-disposition"], "attachment; filename=\"custody-phone.csv\"");
        let lines: Vec<&str> = table.body.lines().collect();
        assert_eq!(lines.len(), 2, "{}", table.body);
        assert!(lines[1].starts_with("1,2025-10-09T08:53:20.000001Z,,nobody,,released,mallory,"), "{}", lines[1]);
        assert!(lines[1].contains("\"'=HYPERLINK(\"\"https://evil.example\"\",\"\"Ward, 3\"\")\""), "{}", lines[1]);
    });
}

#[test]
fn a_form_that_is_too_large_is_refused_as_such() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let large = format!("file={}", "a".repeat(300 * 1024));
        for path in ["/admin/configurations/add/certificate", "/admin/users/add", "/admin/user-groups/add"] {
            let answer = petra.send(Method::POST, path, large.clone(), Some(ORIGIN)).await;
            assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        }
    });
}

#[test]
fn nonsense_in_a_form_is_refused_and_breaks_nothing() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let bytes = "%ff%fe=%00&name=%00%01&mode=%00&revision=99999999999999999999&uses=1e9&storeId=-1&members=%00";
        for path in [
            "/admin/users/add".to_owned(),
            "/admin/user-groups/add".to_owned(),
            format!("/admin/device-groups/{}", things.device_group),
            "/admin/devices/add".to_owned(),
            "/admin/devices/phone".to_owned(),
            "/admin/configurations/add/passcode".to_owned(),
            "/admin/apps/add/store".to_owned(),
            format!("/admin/configurations/{}/edit", things.wifi),
            format!("/admin/configurations/{}/distribution", things.wifi),
        ] {
            let answer = petra.send(Method::POST, &path, bytes.to_owned(), Some(ORIGIN)).await;
            let refused = [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::CONFLICT].contains(&answer.status);
            assert!(refused, "{path}: {}", answer.status);
        }
    });
}
