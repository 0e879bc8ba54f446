//! People from a file: shown first, then added all together (B1).

use axum::http::StatusCode;
use baton_app::locale::{Locale, Texts, fill};

use super::site::{Answer, Browser, Part, on_a_site};

const PATH: &str = "/admin/users/import";
const FILE: &str = "userName,displayName,email,role,groups\n\
                    zoe,Zoë Berg,zoe@example.com,help-desk,Nurses\n\
                    ada,Ada Again,,,\n";

fn t() -> &'static Texts {
    Locale::En.texts()
}

async fn send(browser: &mut Browser<'_>, file: &[u8]) -> Answer {
    browser.post_parts(PATH, &[Part::File("file", "people.csv", file)]).await
}

fn hidden<'a>(page: &'a Answer, name: &str) -> &'a str {
    page.body.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().split('"').next().unwrap()
}

#[test]
fn people_are_shown_before_they_are_added() {
    on_a_site(|site| async move {
        site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        assert!(petra.get("/admin/users").await.body.contains(PATH));
        let preview = send(&mut petra, FILE.as_bytes()).await;
        assert_eq!(preview.status, StatusCode::OK, "{}", preview.body);
        assert!(preview.says("Zoë Berg") && preview.says("Nurses") && preview.says(t().import_taken_one));
        assert!(preview.says(&fill(t().import_taken_line, &[("line", &3), ("name", &"ada")])));
        assert!(!petra.get("/admin/users").await.says("Zoë Berg"), "nothing is added yet");

        let fields = [("upload", hidden(&preview, "upload")), ("previewed", hidden(&preview, "previewed"))];
        let added = petra.post(PATH, &fields).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
        let list = petra.get(&added.location).await;
        assert!(list.says(t().flash_imported) && list.says("Zoë Berg") && list.says("Help desk"));
        let again = petra.post(PATH, &fields).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "the file is gone: {}", again.body);
    });
}

#[test]
fn what_is_wrong_is_said_line_by_line_and_nobody_is_added() {
    on_a_site(|site| async move {
        site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let file = "userName;displayName;email;role\nzoe;Zoë Berg;;\nyan;;yan;boss\n";
        let refused = send(&mut petra, file.as_bytes()).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        for sentence in ["Line 3: Full name: Fill this in.", "Line 3: Mail", "Line 3: There is no role “boss”."] {
            assert!(refused.says(sentence), "{sentence}: {}", refused.body);
        }
        assert!(!petra.get("/admin/users").await.says("Zoë Berg"));
    });
}

#[test]
fn files_that_are_none_get_a_clear_answer() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let large = vec![b'a'; 2 * 1024 * 1024];
        for (file, says) in [
            (&b"PK\x03\x04\xff\xfe"[..], t().import_not_text),
            (b"\n", t().import_no_rows),
            (b"userName,password\nzoe,secret", "The column “password” is not one that Baton knows."),
            (&large, "The file has more than 1 MB. Split it."),
        ] {
            let refused = send(&mut petra, file).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.says(says), "{says}: {}", refused.body);
        }
        let nothing = petra.post_parts(PATH, &[]).await;
        assert!(nothing.status == StatusCode::UNPROCESSABLE_ENTITY && nothing.says("Fill this in."));
    });
}

#[test]
fn what_would_do_something_else_by_now_is_shown_again() {
    on_a_site(|site| async move {
        site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let preview = send(&mut petra, FILE.as_bytes()).await;
        let fields = [("displayName", "Zoë First"), ("userName", "zoe"), ("role", "user")];
        petra.post("/admin/users/add", &fields).await;
        let fields = [("upload", hidden(&preview, "upload")), ("previewed", hidden(&preview, "previewed"))];
        let stale = petra.post(PATH, &fields).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.says(t().import_stale));
    });
}
