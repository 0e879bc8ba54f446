//! Sessions in the browser: seen, ended, and of no use to whoever fixed or stole one (B7).

use axum::http::{StatusCode, header};
use baton_app::locale::{Locale, Texts};

use super::site::{Answer, PASSWORD, on_a_site};

const WRONG: [(&str, &str); 2] = [("username", "ada"), ("password", "not the password")];
const RIGHT: [(&str, &str); 2] = [("username", "ada"), ("password", PASSWORD)];

fn t() -> &'static Texts {
    Locale::En.texts()
}

/// What the page's forms call the sessions that can be ended.
fn endable(page: &Answer) -> Vec<String> {
    let ids = page.body.split("name=\"session\" value=\"").skip(1);
    ids.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[test]
fn a_person_sees_and_ends_the_session_that_they_left_elsewhere() {
    on_a_site(|site| async move {
        let mut left = site.signed_in("ada").await;
        let mut ada = site.signed_in("ada").await;
        let account = ada.get("/account").await;
        assert!(account.says(t().sessions_current));
        let [session] = endable(&account).try_into().unwrap();
        let ended = ada.post("/account/sessions/end", &[("session", &*session)]).await;
        assert_eq!(ended.status, StatusCode::SEE_OTHER);
        assert!(ada.get("/account").await.says(t().flash_session_ended));
        assert_eq!(left.get("/").await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn an_administrator_ends_all_sessions_of_a_user() {
    on_a_site(|site| async move {
        let mut ada = site.signed_in("ada").await;
        let mut petra = site.signed_in("petra").await;
        assert_eq!(endable(&petra.get("/admin/users/ada").await).len(), 1);
        let ended = petra.post("/admin/users/ada/sessions/end-all", &[]).await;
        assert_eq!(ended.status, StatusCode::SEE_OTHER);
        assert_eq!(ada.get("/").await.status, StatusCode::SEE_OTHER);
        assert_eq!(petra.get("/").await.status, StatusCode::OK);
    });
}

#[test]
fn a_session_of_somebody_else_cannot_be_ended() {
    on_a_site(|site| async move {
        let mut ada = site.signed_in("ada").await;
        let mut petra = site.signed_in("petra").await;
        let [session] = endable(&petra.get("/admin/users/ada").await).try_into().unwrap();
        site.signed_in("hugo").await.post("/account/sessions/end", &[("session", &*session)]).await;
        assert_eq!(ada.get("/").await.status, StatusCode::OK);
    });
}

#[test]
fn a_session_that_was_fixed_before_signing_in_opens_nothing() {
    on_a_site(|site| async move {
        let mut ada = site.browser();
        ada.cookies.insert("__Host-baton".to_owned(), "fixed".to_owned());
        assert_eq!(ada.post("/sign-in", &RIGHT).await.status, StatusCode::SEE_OTHER);
        assert_ne!(ada.cookies["__Host-baton"], "fixed");
        let mut attacker = site.browser();
        attacker.cookies.insert("__Host-baton".to_owned(), "fixed".to_owned());
        assert_eq!(attacker.get("/").await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn signing_in_over_another_session_ends_that_one() {
    on_a_site(|site| async move {
        let mut browser = site.signed_in("petra").await;
        let mut swapped = site.browser();
        swapped.cookies = browser.cookies.clone();
        assert_eq!(browser.post("/sign-in", &RIGHT).await.status, StatusCode::SEE_OTHER);
        assert_eq!(swapped.get("/").await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn after_signing_out_back_shows_nothing() {
    on_a_site(|site| async move {
        let mut ada = site.signed_in("ada").await;
        let page = ada.get("/account").await;
        assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
        let cookies = ada.cookies.clone();
        ada.post("/sign-out", &[]).await;
        ada.cookies = cookies;
        assert_eq!(ada.get("/account").await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn guessing_is_slowed_with_the_seconds_to_wait_and_a_known_browser_gets_in() {
    on_a_site(|site| async move {
        let mut known = site.signed_in("ada").await;
        known.post("/sign-out", &[]).await;
        let mut stranger = site.browser();
        for _ in 0..5 {
            assert_eq!(stranger.post("/sign-in", &WRONG).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let slowed = stranger.post("/sign-in", &RIGHT).await;
        assert_eq!(slowed.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(slowed.says(t().throttled_title));
        let seconds: u64 = slowed.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
        assert!((1..=5).contains(&seconds), "{seconds}");
        assert_eq!(known.post("/sign-in", &RIGHT).await.status, StatusCode::SEE_OTHER);

        let mut petra = site.signed_in("petra").await;
        assert!(petra.get("/admin/users/ada").await.says(t().pause_title));
        assert!(petra.get("/admin").await.says(t().slowed_one));
        petra.post("/admin/users/ada/lift-pause", &[]).await;
        assert_eq!(stranger.post("/sign-in", &RIGHT).await.status, StatusCode::SEE_OTHER);
    });
}
