//! Managed Apple Accounts: set, given by a pattern, masked for everybody but their owner, and revealed (B4, G4).

use axum::http::{Method, StatusCode};
use baton_app::locale::{Locale, Texts};
use baton_core::{
    Actor,
    managed_accounts::{AccountPattern, AccountRule},
};
use baton_model::{AccountRecord, ManagedAppleAccount};

use super::{
    addresses::address,
    site::{Answer, ORIGIN, Site, now, on_a_site},
};

const ACCOUNT: &str = "unmistakable@appleid.heron.example";
const MASKED: &str = "u•••@appleid.heron.example";

fn t() -> &'static Texts {
    Locale::En.texts()
}

impl Site {
    async fn give_account(&self, user: &str, account: &str) {
        let account = ManagedAppleAccount::new(account);
        let record = AccountRecord { user_id: user.into(), account, by_hand: true, problem: None, rule: None };
        let mut tx = self.store.begin().await.unwrap();
        assert!(tx.set_managed_account(&record).await.unwrap());
        tx.commit().await.unwrap();
    }

    async fn account_of(&self, user: &str) -> Option<String> {
        let record = self.store.read().await.unwrap().managed_account_of(&user.into()).await.unwrap();
        record?.account.map(|account| account.expose().to_owned())
    }

    async fn save_rule(&self, pattern: AccountPattern) {
        let rule = AccountRule { pattern, subdomain: true };
        self.core.save_local_account_rule(&Actor::System, rule, now()).await.unwrap();
    }
}

/// Neither as it is written nor as an address in a link.
fn shows_account(answer: &Answer) -> bool {
    answer.body.to_lowercase().contains("unmistakable")
}

/// The page, with addresses in one piece.
fn text(answer: &Answer) -> String {
    answer.body.replace("<wbr>", "")
}

#[test]
fn no_page_shows_anybody_elses_account() {
    for name in ["ines", "hugo", "petra"] {
        on_a_site(|site| async move {
            let things = site.furnish().await;
            site.give_account("ada", ACCOUNT).await;
            let mut masked = 0;
            for route in site.routes() {
                let address = address(&route, &things);
                for method in [Method::GET, Method::POST] {
                    if route.ends_with("/events") && method == Method::GET {
                        continue;
                    }
                    // Each time anew: some of what is sent ends the session.
                    let mut browser = site.signed_in(name).await;
                    let answer = browser.send(method.clone(), &address, String::new(), Some(ORIGIN)).await;
                    assert!(!shows_account(&answer), "{method} {address} shows {name} the account");
                    masked += usize::from(text(&answer).contains(MASKED));
                }
            }
            assert!(masked > 0, "{name} sees it masked somewhere");
        });
    }
}

#[test]
fn its_owner_sees_it_and_whoever_has_none_sees_nothing_of_it() {
    on_a_site(|site| async move {
        site.give_account("ada", ACCOUNT).await;
        let own = site.signed_in("ada").await.get("/account").await;
        assert!(text(&own).contains(ACCOUNT) && own.says(t().account_own_text));
        let other = site.signed_in("hugo").await.get("/account").await;
        assert!(!other.says(t().account_own_text));
    });
}

#[test]
fn a_search_for_an_account_finds_nobody() {
    on_a_site(|site| async move {
        site.give_account("ada", ACCOUNT).await;
        let found = site.signed_in("hugo").await.get("/admin/users?q=unmistakable").await;
        assert!(found.says(t().list_nothing_title) && !found.body.contains("/admin/users/ada"), "{}", found.body);
    });
}

#[test]
fn revealing_takes_a_reason_and_leaves_a_row_in_the_audit_log() {
    on_a_site(|site| async move {
        site.give_account("ada", ACCOUNT).await;
        let mut petra = site.signed_in("petra").await;
        let path = "/admin/users/ada/managed-account/reveal";
        let page = petra.get("/admin/users/ada").await;
        assert!(text(&page).contains(MASKED) && page.body.contains(path));
        assert!(petra.get(path).await.says(t().account_reveal_text));

        let unreasoned = petra.post(path, &[("reason", "")]).await;
        assert_eq!(unreasoned.status, StatusCode::UNPROCESSABLE_ENTITY);
        let revealed = petra.post(path, &[("reason", "ticket 4711")]).await;

        assert!(revealed.status == StatusCode::OK && text(&revealed).contains(ACCOUNT), "{}", revealed.body);
        let audit = site.audit().await;
        let entry = audit.iter().find(|entry| entry.action == "managed-account.reveal" && entry.allowed).unwrap();
        assert!(entry.detail.contains("ticket 4711") && !entry.detail.contains("unmistakable"), "{}", entry.detail);
        assert!(!petra.get("/admin/audit").await.says("unmistakable"));
    });
}

#[test]
fn there_is_nothing_to_reveal_of_whoever_has_none() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let led = petra.get("/admin/users/ada/managed-account/reveal").await;
        assert_eq!((led.status, &*led.location), (StatusCode::SEE_OTHER, "/admin/users/ada"));
        let sent = petra.post("/admin/users/ada/managed-account/reveal", &[("reason", "ticket")]).await;
        assert_eq!(sent.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_new_user_gets_the_account_that_was_typed() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let fields =
            |account| [("displayName", "Zoë"), ("userName", "zoe"), ("role", "user"), ("managedAccount", account)];
        let wrong = petra.post("/admin/users/add", &fields("zoe")).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("value=\"zoe\""));
        let added = petra.post("/admin/users/add", &fields("zoe@heron.example")).await;
        let id = added.location.rsplit('/').next().unwrap();
        assert_eq!(site.account_of(id).await.as_deref(), Some("zoe@heron.example"));
    });
}

#[test]
fn an_account_is_set_kept_given_back_to_the_pattern_and_taken_away() {
    on_a_site(|site| async move {
        site.save_rule(AccountPattern::Mail).await;
        let mut petra = site.signed_in("petra").await;
        for (choice, typed, account) in [
            ("pattern", "", Some("ada@appleid.heron.example")),
            ("given", "special@heron.example", Some("special@heron.example")),
            ("given", "", Some("special@heron.example")),
            // By hand still, though nothing about it is said.
            ("", "", Some("special@heron.example")),
            ("none", "", None),
            ("pattern", "", Some("ada@appleid.heron.example")),
            // What is typed is not lost, whatever is chosen beside it.
            ("pattern", "typed@heron.example", Some("typed@heron.example")),
        ] {
            let fields = [
                ("displayName", "Ada"),
                ("userName", "ada"),
                ("email", "ada@heron.example"),
                ("role", "user"),
                ("accountChoice", choice),
                ("managedAccount", typed),
            ];
            let saved = petra.post("/admin/users/ada/edit", &fields).await;
            assert_eq!(saved.status, StatusCode::SEE_OTHER, "{choice} {typed}: {}", saved.body);
            assert_eq!(site.account_of("ada").await.as_deref(), account, "{choice} {typed}");
        }
    });
}

#[test]
fn an_account_by_hand_needs_an_address_that_nobody_has() {
    on_a_site(|site| async move {
        site.give_account("hugo", ACCOUNT).await;
        let mut petra = site.signed_in("petra").await;
        for (typed, sentence) in
            [("", t().problem_missing), ("ada", t().problem_not_mail), (ACCOUNT, t().problem_taken)]
        {
            let fields = [
                ("displayName", "Ada"),
                ("userName", "ada"),
                ("role", "user"),
                ("accountChoice", "given"),
                ("managedAccount", typed),
            ];
            let refused = petra.post("/admin/users/ada/edit", &fields).await;
            assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.says(sentence), "{}", refused.body);
        }
        assert_eq!(site.account_of("ada").await, None);
    });
}

#[test]
fn the_report_names_whom_the_pattern_fails_and_the_settings_count_them() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let path = "/admin/settings/managed-accounts";
        assert!(petra.get(path).await.says(t().accounts_none_fail));
        let saved = petra.post(path, &[("accountPattern", "mail"), ("accountSubdomain", "yes")]).await;
        assert_eq!((saved.status, &*saved.location), (StatusCode::SEE_OTHER, path));
        let report = petra.get(path).await;
        assert!(report.says(t().account_problem_no_mail) && report.body.contains("/admin/users/ada"));
        assert!(petra.get("/admin/settings").await.says("the pattern fails"));
    });
}
