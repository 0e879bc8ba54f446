//! Passwords under one-time links, in the console and in the browser of whoever gets the link (B1).

use axum::http::{StatusCode, header};
use baton_app::locale::{Locale, Texts};

use super::site::{Answer, Browser, NOBODY, ORIGIN, PASSWORD, on_a_site};

const CHOSEN: &str = "grey herons stand";

fn t() -> &'static Texts {
    Locale::En.texts()
}

/// The path in the link that this page shows.
fn link(page: &Answer) -> String {
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let address = page.body.split("class=\"copy\">").nth(1).unwrap().split('<').next().unwrap();
    address.strip_prefix(ORIGIN).unwrap_or_else(|| panic!("{address}")).to_owned()
}

async fn added(petra: &mut Browser<'_>, name: &str) -> String {
    let fields = [("displayName", "Zoë Berg"), ("userName", name), ("email", "zoe@example.com"), ("role", "user")];
    let answer = petra.post("/admin/users/add", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.location
}

#[test]
fn a_new_user_gets_a_link_and_chooses_a_password_under_it() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let user = added(&mut petra, "zoe").await;
        assert!(petra.get(&user).await.says(t().user_password_missing_title));
        let made = petra.post(&format!("{user}/password-link"), &[]).await;
        assert!(made.body.contains("href=\"mailto:zoe%40example%2Ecom?subject="), "{}", made.body);
        let link = link(&made);
        assert!(petra.get(&user).await.says(t().user_password_expected));

        let mut zoe = site.browser();
        let form = zoe.get(&link).await;
        assert!(form.status == StatusCode::OK && form.says("Welcome, Zoë Berg") && form.body.contains("value=\"zoe\""));
        let short = zoe.post(&link, &[("password", "short"), ("repeated", "short")]).await;
        assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
        let chosen = zoe.post(&link, &[("password", CHOSEN), ("repeated", CHOSEN)]).await;
        assert_eq!((chosen.status, &*chosen.location), (StatusCode::SEE_OTHER, "/"));
        assert!(zoe.get("/").await.says("Zoë Berg"));

        for answer in [zoe.get(&link).await, zoe.post(&link, &[("password", CHOSEN), ("repeated", CHOSEN)]).await] {
            assert_eq!(answer.status, StatusCode::GONE);
            assert!(answer.says(t().password_closed_title));
        }
        assert!(petra.get(&user).await.says(t().user_password_chosen));
    });
}

#[test]
fn a_password_chosen_ends_the_session_of_whoever_was_signed_in_there() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let user = added(&mut petra, "zoe").await;
        let link = link(&petra.post(&format!("{user}/password-link"), &[]).await);
        let mut ada = site.signed_in("ada").await;
        let before = ada.cookies.clone();
        ada.post(&link, &[("password", CHOSEN), ("repeated", CHOSEN)]).await;
        assert!(ada.get("/").await.says("Zoë Berg"));
        let mut stolen = site.browser();
        stolen.cookies = before;
        assert_eq!(stolen.get("/").await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn an_address_that_was_never_a_link_says_no_more_than_one_that_was() {
    on_a_site(|site| async move {
        let mut stranger = site.browser();
        let answer = stranger.get("/password/guess").await;
        assert_eq!(answer.status, StatusCode::GONE);
        assert!(answer.says(t().password_closed_text));
    });
}

#[test]
fn nobody_and_the_disabled_get_no_link() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let user = added(&mut petra, "zoe").await;
        petra.post(&format!("{user}/disable"), &[]).await;
        for path in [format!("{user}/password-link"), format!("/admin/users/{NOBODY}/password-link")] {
            assert_eq!(petra.post(&path, &[]).await.status, StatusCode::CONFLICT);
        }
        assert!(!petra.get(&user).await.body.contains("password-link"));
    });
}

#[test]
fn the_links_of_everybody_without_a_password_come_as_a_file() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        added(&mut petra, "=zoe").await;
        assert!(petra.get("/admin/users").await.says(t().users_without_password_one));
        let file = petra.post("/admin/users/password-links", &[]).await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.headers[header::CONTENT_DISPOSITION].to_str().unwrap().contains("password-links.csv"));
        let lines: Vec<&str> = file.body.lines().collect();
        assert_eq!(lines[0], "userName,displayName,email,link,until");
        assert!(lines[1].starts_with("\"'=zoe\",Zoë Berg,zoe@example.com,http"), "{}", lines[1]);
        assert_eq!(lines.len(), 2);
        let link = lines[1].split(',').nth(3).unwrap().strip_prefix(ORIGIN).unwrap();
        assert_eq!(site.browser().get(link).await.status, StatusCode::OK);
        assert_eq!(site.user("ada").await.user_name, "ada");
        assert_eq!(
            site.browser().post("/sign-in", &[("username", "ada"), ("password", PASSWORD)]).await.status,
            StatusCode::SEE_OTHER
        );
    });
}

#[test]
fn a_person_changes_their_password_with_the_present_one() {
    on_a_site(|site| async move {
        let mut ada = site.signed_in("ada").await;
        let before = ada.cookies.clone();
        assert!(ada.get("/").await.body.contains("href=\"/account\""));
        let wrong =
            ada.post("/account/password", &[("present", "guess"), ("password", CHOSEN), ("repeated", CHOSEN)]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.says(t().problem_wrong_password) && !wrong.body.contains(CHOSEN));
        let fields = [("present", PASSWORD), ("password", CHOSEN), ("repeated", CHOSEN)];
        let changed = ada.post("/account/password", &fields).await;
        assert_eq!((changed.status, &*changed.location), (StatusCode::SEE_OTHER, "/account"));
        assert!(ada.get("/account").await.says(t().flash_password_changed));
        let mut stolen = site.browser();
        stolen.cookies = before;
        assert_eq!(stolen.get("/account").await.status, StatusCode::SEE_OTHER, "sessions of before have ended");
    });
}
