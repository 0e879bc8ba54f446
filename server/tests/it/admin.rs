//! `baton admin`: help where nobody can sign in.

use std::process::{Command, Output};

use crate::{
    browser::Browser,
    html::Form,
    server::{Launch, Server},
    set_up::{PASSWORD, create_administrator},
    site::{Site, folder},
};

const CHOSEN: &str = "four storks at dusk";

/// `baton admin reset-link` beside this server.
fn reset_link(site: &Site, server: &Server, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_baton"))
        .args(["admin", "reset-link"])
        .args(arguments)
        .env_clear()
        .env("BATON_PUBLIC_URL", server.origin())
        .env("BATON_DATA_DIR", site.data_dir())
        .env("BATON_DATABASE_URL", site.database_url())
        .current_dir(site.data_dir())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The path of the link that was printed.
fn printed(output: &Output, server: &Server) -> String {
    let text = text(&output.stdout);
    let address = text.lines().map(str::trim).find(|line| line.contains("/password/"));
    let address = address.unwrap_or_else(|| panic!("{output:?}"));
    address.strip_prefix(&server.origin()).unwrap().to_owned()
}

async fn choose(browser: &Browser, path: &str) -> u16 {
    let page = browser.open(path).await.unwrap();
    let form: Form = page.form(path).fill("password", CHOSEN).fill("repeated", CHOSEN);
    browser.submit(&form).await.unwrap().status
}

async fn status_of_sign_in(server: &Server, password: &str) -> u16 {
    let browser = Browser::at(&server.origin());
    let page = browser.open("/sign-in").await.unwrap();
    let form = page.form("/sign-in").fill("username", "grace").fill("password", password);
    browser.submit(&form).await.unwrap().status
}

on_both_engines! {
    async fn a_locked_out_administrator_chooses_a_new_password_beside_the_running_server(site) {
        let server = Launch::at(&site).start().await;
        create_administrator(&server, &Browser::at(&server.origin())).await;

        let made = reset_link(&site, &server, &["GRACE"]);

        assert!(made.status.success(), "{made:?}");
        assert_eq!(status_of_sign_in(&server, PASSWORD).await, 303, "the present password works until then");
        let browser = Browser::at(&server.origin());
        assert_eq!(choose(&browser, &printed(&made, &server)).await, 303);
        assert_eq!(browser.open("/admin").await.unwrap().status, 200);
        assert_eq!(status_of_sign_in(&server, PASSWORD).await, 422);
        assert_eq!(status_of_sign_in(&server, CHOSEN).await, 303);
    }

    async fn what_cannot_be_done_is_said_with_what_helps(site) {
        let server = Launch::at(&site).start().await;
        for (name, words) in [("grace", ["nobody signs in with the name `grace`", "list of users"]), ("nobody", ["Nobody", "never signs in"])] {
            let refused = reset_link(&site, &server, &[name]);
            let error = text(&refused.stderr);
            assert!(!refused.status.success() && words.iter().all(|word| error.contains(word)), "{error}");
            assert!(refused.stdout.is_empty());
        }
    }
}

#[test]
fn without_a_database_nothing_is_made() {
    let place = folder();
    let mut command = Command::new(env!("CARGO_BIN_EXE_baton"));
    let refused = command.args(["admin", "reset-link", "ada"]).env_clear().current_dir(place.path()).output().unwrap();
    let error = text(&refused.stderr);
    assert!(!refused.status.success() && error.contains("no database `data/baton.db`"), "{error}");
    assert!(error.contains("--data-dir") && std::fs::read_dir(place.path()).unwrap().next().is_none());
}
