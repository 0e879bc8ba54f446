//! The first start (B9).

use std::time::Duration;

use crate::{
    browser::{Browser, Page},
    html::Form,
    server::{Launch, Server},
};

pub const PASSWORD: &str = "reeds and shallow water";

/// The path of the set-up link that this server prints, if it prints one.
async fn link(server: &Server) -> Option<String> {
    server.output.line("portal ").await;
    let text = server.output.text();
    let address = text.lines().map(str::trim).find(|line| line.contains("/setup/"))?;
    Some(address.strip_prefix(&server.origin()).unwrap().to_owned())
}

fn filled(page: &Page, path: &str, password: &str, repeated: &str) -> Form {
    page.form(path)
        .fill("userName", "grace")
        .fill("displayName", "Grace Hopper")
        .fill("password", password)
        .fill("repeated", repeated)
}

/// Creates the administrator by the printed link; this browser is signed in then.
pub async fn create_administrator(server: &Server, browser: &Browser) {
    let path = link(server).await.unwrap();
    let page = browser.open(&path).await.unwrap();
    let created = browser.submit(&filled(&page, &path, PASSWORD, PASSWORD)).await.unwrap();
    assert_eq!(created.status, 303, "{}", created.text());
}

on_both_engines! {
    async fn the_printed_link_creates_the_administrator_once(site) {
        let server = Launch::at(&site).start().await;
        let path = link(&server).await.unwrap();
        let browser = Browser::at(&server.origin());
        let page = browser.open(&path).await.unwrap();
        assert_eq!(page.status, 200);

        let created = browser.submit(&filled(&page, &path, PASSWORD, PASSWORD)).await.unwrap();
        assert_eq!((created.status, created.location().as_deref()), (303, Some("/admin")), "{}", created.text());
        let console = browser.open("/admin").await.unwrap();
        assert!(console.status == 200 && console.text().contains("Grace Hopper"), "{}", console.text());

        let other = Browser::at(&server.origin());
        assert_eq!(other.open(&path).await.unwrap().status, 410);
        let again = other.submit(&filled(&page, &path, PASSWORD, PASSWORD)).await.unwrap();
        assert_eq!(again.status, 410, "{}", again.text());
        assert_eq!(other.open("/admin").await.unwrap().heading(), "Sign in");
    }

    async fn wrong_data_leave_the_link_usable_and_blank_the_password(site) {
        let server = Launch::at(&site).start().await;
        let path = link(&server).await.unwrap();
        let browser = Browser::at(&server.origin());
        let page = browser.open(&path).await.unwrap();

        for (password, repeated) in [("short", "short"), (PASSWORD, "something else"), ("password123", "password123")] {
            let refused = browser.submit(&filled(&page, &path, password, repeated)).await.unwrap();
            assert_eq!(refused.status, 422, "{password}: {}", refused.text());
            assert!(refused.html.contains("value=\"grace\"") && !refused.html.contains(password), "{}", refused.html);
        }
        let empty = browser.submit(&page.form(&path)).await.unwrap();
        assert_eq!(empty.status, 422, "{}", empty.text());

        let created = browser.submit(&filled(&page, &path, PASSWORD, PASSWORD)).await.unwrap();
        assert_eq!(created.status, 303, "{}", created.text());
    }

    async fn a_server_killed_at_any_moment_of_its_first_start_starts_the_next_time(site) {
        // The first start makes the tables, the master key, the authority and the link.
        for moment in 0..12 {
            let site = site.another().await;
            let mut server = Launch::at(&site).spawn();
            tokio::time::sleep(Duration::from_millis(moment * 15)).await;
            server.kill().await;

            let server = Launch::at(&site).start().await;
            let path = link(&server).await.unwrap();
            let page = Browser::at(&server.origin()).open(&path).await.unwrap();
            assert_eq!(page.status, 200, "{}", page.text());
            drop(server);
            site.remove().await;
        }
    }

    async fn a_later_start_prints_a_new_link_only_while_there_is_no_administrator(site) {
        let mut server = Launch::at(&site).start().await;
        let first = link(&server).await.unwrap();
        server.kill().await;

        let mut server = Launch::at(&site).start().await;
        let second = link(&server).await.unwrap();
        assert_ne!(first, second);
        let browser = Browser::at(&server.origin());
        assert_eq!(browser.open(&first).await.unwrap().status, 404);
        let page = browser.open(&second).await.unwrap();
        assert_eq!(browser.submit(&filled(&page, &second, PASSWORD, PASSWORD)).await.unwrap().status, 303);
        server.kill().await;

        let server = Launch::at(&site).start().await;
        assert_eq!(link(&server).await, None);
    }
}
