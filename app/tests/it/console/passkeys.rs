//! Passkeys and re-authentication in the browser (B8).

use axum::http::{StatusCode, header};
use baton_app::locale::{Locale, Texts};
use baton_identity::passkeys::fake::Authenticator;
use baton_model::{Enrollment, EnrollmentState, Role, Session, UserId};

use super::site::{Answer, Browser, ORIGIN, PASSWORD, Site, now, on_a_site, phone};

const WIPE: &str = "/admin/devices/lost/actions/wipe";
const COOKIE: &str = "__Host-baton";

fn t() -> &'static Texts {
    Locale::En.texts()
}

impl Site {
    async fn sessions_of(&self, name: &str) -> Vec<Session> {
        self.store.read().await.unwrap().sessions_of_user(&UserId::from(name)).await.unwrap()
    }

    /// As if five minutes had passed since this person proved who they are.
    async fn forget_proofs_of(&self, name: &str) {
        for session in self.sessions_of(name).await {
            let mut tx = self.store.begin().await.unwrap();
            tx.renew_session(&session.id_hash, &session.id_hash, now().plus_seconds(-300)).await.unwrap();
            tx.commit().await.unwrap();
        }
    }

    async fn add_lost_phone(&self) {
        let enrollment = Enrollment {
            id: "enrollment-lost".into(),
            link_id: None,
            device_id: Some("lost".into()),
            fingerprint: "fingerprint-lost".to_owned(),
            topic: "com.apple.mgmt.External.heron".to_owned(),
            push_token: None,
            push_magic: None,
            unlock_token: None,
            state: EnrollmentState::Active,
            created_at: now(),
        };
        let mut tx = self.store.begin().await.unwrap();
        tx.create_device(&phone("lost", "Ward 3 · Phone 1", "ada")).await.unwrap();
        tx.create_enrollment(&enrollment).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn is_wiped(&self) -> bool {
        !self.store.read().await.unwrap().ordered_commands(&"lost".into(), 9).await.unwrap().is_empty()
    }

    async fn has_user(&self, name: &str) -> bool {
        self.store.read().await.unwrap().find_user_by_name(name).await.unwrap().is_some()
    }
}

/// What a page's script does: gets a challenge, has the passkey answer, and sends the form.
async fn with_passkey(
    browser: &mut Browser<'_>,
    (challenge, form): (&str, &str),
    answer: impl FnOnce(&str) -> String,
    fields: &[(&str, &str)],
) -> Answer {
    let got = browser.get(challenge).await;
    assert_eq!(
        (got.status, &got.headers[header::CONTENT_TYPE]),
        (StatusCode::OK, &"application/json".parse().unwrap())
    );
    let got: serde_json::Value = serde_json::from_str(&got.body).unwrap();
    let response = answer(&got["options"].to_string());
    let proof = [("passkeyToken", got["token"].as_str().unwrap()), ("passkeyResponse", &response)];
    browser.post(form, &[&proof, fields].concat()).await
}

const ADD: (&str, &str) = ("/account/passkeys/challenge", "/account/passkeys/add");
const SIGN_IN: (&str, &str) = ("/sign-in/passkey/challenge", "/sign-in/passkey");

async fn add_passkey(browser: &mut Browser<'_>) -> Authenticator {
    let mut key = Authenticator::new(ORIGIN);
    let added = with_passkey(browser, ADD, |options| key.register(options), &[("name", "Blue key")]).await;
    assert_eq!((added.status, &*added.location), (StatusCode::SEE_OTHER, "/account"));
    key
}

/// The id of the only passkey on the page.
fn passkey_on(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("/account/passkeys/").unwrap();
    rest.split('/').next().unwrap().to_owned()
}

#[test]
fn a_wipe_asks_for_the_password_unless_it_was_proved_lately_who_asks() {
    on_a_site(|site| async move {
        site.add_lost_phone().await;
        let mut petra = site.signed_in("petra").await;
        assert!(!petra.get(WIPE).await.body.contains("name=\"password\""), "signing in was a proof");
        site.forget_proofs_of("petra").await;
        let page = petra.get(WIPE).await;
        assert!(page.body.contains("name=\"password\"") && page.says(t().confirmation_title));
        assert!(!page.body.contains("id=\"passkey\""), "she has none");

        let form = [("reason", "stolen"), ("confirmed", "yes"), ("password", PASSWORD)];
        let before = petra.cookies[COOKIE].clone();
        let wiped = petra.post(WIPE, &form).await;

        assert_eq!((wiped.status, &*wiped.location), (StatusCode::SEE_OTHER, "/admin/devices/lost"));
        assert!(site.is_wiped().await);
        assert_ne!(petra.cookies[COOKIE], before, "the session has another id");
        assert_eq!(petra.get("/admin").await.status, StatusCode::OK);
        let mut stolen = site.browser();
        stolen.cookies.insert(COOKIE.to_owned(), before);
        assert_eq!(stolen.get("/admin").await.status, StatusCode::SEE_OTHER, "the old one opens nothing");
    });
}

#[test]
fn without_a_right_proof_the_form_comes_back_with_what_was_entered() {
    on_a_site(|site| async move {
        site.add_lost_phone().await;
        let mut petra = site.signed_in("petra").await;
        site.forget_proofs_of("petra").await;
        for (password, sentence) in [("", t().confirmation_missing), ("guess", t().problem_wrong_password)] {
            let form = [("reason", "stolen from ward 3"), ("confirmed", "yes"), ("password", password)];
            let again = petra.post(WIPE, &form).await;
            assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(again.says(sentence) && again.says("stolen from ward 3"), "{}", again.body);
            assert!(!again.body.contains("guess"), "secrets are not sent back");
        }
        assert!(!site.is_wiped().await);
        let refused = site.audit().await.iter().filter(|entry| entry.action == "device.wipe" && !entry.allowed).count();
        assert_eq!(refused, 2);
    });
}

#[test]
fn too_many_wrong_passwords_make_the_next_one_wait() {
    on_a_site(|site| async move {
        site.add_lost_phone().await;
        let mut petra = site.signed_in("petra").await;
        site.forget_proofs_of("petra").await;
        let form = [("reason", "stolen"), ("confirmed", "yes"), ("password", "guess")];
        for _ in 0..5 {
            assert_eq!(petra.post(WIPE, &form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let waiting = petra.post(WIPE, &form).await;
        assert_eq!(waiting.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(waiting.headers.contains_key(header::RETRY_AFTER) && waiting.says(t().throttled_title));
    });
}

#[test]
fn a_right_password_counts_even_when_something_else_is_wrong() {
    on_a_site(|site| async move {
        site.add_lost_phone().await;
        let mut petra = site.signed_in("petra").await;
        site.forget_proofs_of("petra").await;
        let again = petra.post(WIPE, &[("confirmed", "yes"), ("password", PASSWORD)]).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.says(t().problem_missing), "the reason is missing");
        assert!(!again.body.contains("name=\"password\""), "and the password is not asked for again");
        let wiped = petra.post(WIPE, &[("reason", "stolen"), ("confirmed", "yes")]).await;
        assert_eq!(wiped.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn the_second_administrator_is_asked_on_a_page_of_its_own() {
    on_a_site(|site| async move {
        site.add_lost_phone().await;
        let mut petra = site.signed_in("petra").await;
        petra.post(WIPE, &[("reason", "stolen"), ("confirmed", "yes")]).await;
        let command = site.store.read().await.unwrap().ordered_commands(&"lost".into(), 9).await.unwrap().remove(0).id;
        let path = format!("/admin/devices/lost/orders/{command}/release");
        let mut otto = site.signed_in("otto").await;
        site.forget_proofs_of("otto").await;

        let asked = otto.post(&path, &[]).await;

        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.says(t().confirmation_title) && asked.body.contains(&format!("action=\"{path}\"")));
        // It is not held, but that is known only once it is known who agrees.
        assert_eq!(otto.post(&path, &[("password", PASSWORD)]).await.status, StatusCode::CONFLICT);
    });
}

#[test]
fn giving_a_role_asks_for_the_password_and_keeps_what_was_entered() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        site.forget_proofs_of("petra").await;
        let form = [("displayName", "Cleo"), ("userName", "cleo"), ("role", "help-desk")];

        let asked = petra.post("/admin/users/add", &form).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.says(t().confirmation_title) && asked.body.contains("value=\"cleo\""), "{}", asked.body);
        assert!(!site.has_user("cleo").await);
        let added = petra.post("/admin/users/add", &[&form[..], &[("password", PASSWORD)]].concat()).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER);

        site.forget_proofs_of("petra").await;
        let edit = [("displayName", "Ada"), ("userName", "ada"), ("role", "auditor")];
        let asked = petra.post("/admin/users/ada/edit", &edit).await;
        assert!(asked.status == StatusCode::UNPROCESSABLE_ENTITY && asked.says(t().confirmation_title));
        petra.post("/admin/users/ada/edit", &[&edit[..], &[("password", PASSWORD)]].concat()).await;
        assert_eq!(site.user("ada").await.role, Role::Auditor);
    });
}

#[test]
fn who_only_uses_devices_is_added_without_being_asked_again() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        site.forget_proofs_of("petra").await;
        let form = [("displayName", "Cleo"), ("userName", "cleo"), ("role", "user")];
        assert_eq!(petra.post("/admin/users/add", &form).await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn a_link_for_somebodys_password_asks_who_makes_it_where_it_gives_a_role() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        site.forget_proofs_of("petra").await;
        assert_eq!(petra.post("/admin/users/ada/password-link", &[]).await.status, StatusCode::OK);
        let asked = petra.post("/admin/users/hugo/password-link", &[]).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.says(t().confirmation_title) && !asked.body.contains("/password/"));
        let made = petra.post("/admin/users/hugo/password-link", &[("password", PASSWORD)]).await;
        assert!(made.status == StatusCode::OK && made.body.contains("/password/"));
    });
}

#[test]
fn a_person_adds_a_passkey_signs_in_with_it_names_it_and_removes_it() {
    on_a_site(|site| async move {
        let mut ada = site.signed_in("ada").await;
        assert!(ada.get("/account").await.says(t().passkeys_none));
        assert!(ada.get("/account/passkeys/add").await.body.contains("data-challenge=\"/account/passkeys/challenge\""));
        let mut key = add_passkey(&mut ada).await;
        let account = ada.get("/account").await;
        assert!(account.says(t().flash_passkey_added) && account.says("Blue key") && account.says(t().passkey_single));

        let mut other = site.browser();
        let next = [("next", "/account")];
        let signed_in = with_passkey(&mut other, SIGN_IN, |options| key.assert(options), &next).await;
        assert_eq!((signed_in.status, &*signed_in.location), (StatusCode::SEE_OTHER, "/account"));
        assert_eq!(other.get("/account").await.status, StatusCode::OK);
        assert!(other.cookies.len() > 1, "the browser is known from now on: {:?}", other.cookies);

        let id = passkey_on(&account);
        let wrong = ada.post(&format!("/account/passkeys/{id}/rename"), &[("name", " ")]).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.says(t().problem_missing));
        let renamed = ada.post(&format!("/account/passkeys/{id}/rename"), &[("name", "Keys <at home>")]).await;
        assert_eq!(renamed.status, StatusCode::SEE_OTHER);
        assert!(ada.get("/account").await.body.contains("Keys &lt;at home&gt;"));
        ada.post(&format!("/account/passkeys/{id}/remove"), &[]).await;
        assert!(ada.get("/account").await.says(t().flash_passkey_removed));
        let refused = with_passkey(&mut site.browser(), SIGN_IN, |options| key.assert(options), &[]).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.says(t().passkey_unknown));
    });
}

#[test]
fn adding_a_passkey_leads_over_a_proof_of_who_adds_it() {
    on_a_site(|site| async move {
        let mut ada = site.signed_in("ada").await;
        site.forget_proofs_of("ada").await;
        let led = ada.get("/account/passkeys/add").await;
        assert_eq!(led.location, "/account/confirm?next=/account/passkeys/add");
        assert_eq!(ada.get("/account/passkeys/challenge").await.status, StatusCode::FORBIDDEN);
        assert!(ada.get(&led.location).await.says(t().confirmation_title));
        let wrong = ada.post("/account/confirm", &[("next", "/account/passkeys/add"), ("password", "guess")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("value=\"/account/passkeys/add\""));
        let right = ada.post("/account/confirm", &[("next", "/account/passkeys/add"), ("password", PASSWORD)]).await;
        assert_eq!((right.status, &*right.location), (StatusCode::SEE_OTHER, "/account/passkeys/add"));
        assert_eq!(ada.get("/account/passkeys/add").await.status, StatusCode::OK);
    });
}

#[test]
fn a_proof_leads_to_no_other_site() {
    on_a_site(|site| async move {
        let mut ada = site.signed_in("ada").await;
        for next in ["https://evil.example/", "//evil.example", "/\\evil.example"] {
            site.forget_proofs_of("ada").await;
            let led = ada.post("/account/confirm", &[("next", next), ("password", PASSWORD)]).await;
            assert_eq!(led.location, "/account", "{next}");
        }
    });
}

#[test]
fn a_passkey_confirms_a_wipe_in_the_same_form() {
    on_a_site(|site| async move {
        site.add_lost_phone().await;
        let mut petra = site.signed_in("petra").await;
        let mut key = add_passkey(&mut petra).await;
        site.forget_proofs_of("petra").await;
        let page = petra.get(WIPE).await;
        assert!(page.body.contains("data-challenge=\"/account/confirm/challenge\""));
        key.verifies = false;
        let fields = [("reason", "stolen"), ("confirmed", "yes")];
        let confirm = ("/account/confirm/challenge", WIPE);
        let refused = with_passkey(&mut petra, confirm, |options| key.assert(options), &fields).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.says(t().passkey_not_accepted));
        key.verifies = true;
        let wiped = with_passkey(&mut petra, confirm, |options| key.assert(options), &fields).await;
        assert_eq!(wiped.status, StatusCode::SEE_OTHER);
        assert!(site.is_wiped().await);
    });
}

#[test]
fn somebody_elses_passkey_confirms_nothing() {
    on_a_site(|site| async move {
        site.add_lost_phone().await;
        let mut key = add_passkey(&mut site.signed_in("otto").await).await;
        let mut petra = site.signed_in("petra").await;
        site.forget_proofs_of("petra").await;
        let confirm = ("/account/confirm/challenge", WIPE);
        let fields = [("reason", "stolen"), ("confirmed", "yes")];
        let refused = with_passkey(&mut petra, confirm, |options| key.assert(options), &fields).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.says(t().passkey_other_person));
        assert!(!site.is_wiped().await);
    });
}

#[test]
fn an_administrator_sees_and_removes_a_users_passkey_and_an_auditor_sees_it() {
    on_a_site(|site| async move {
        let mut ada = site.signed_in("ada").await;
        add_passkey(&mut ada).await;
        let id = passkey_on(&ada.get("/account").await);
        let seen = site.signed_in("ines").await.get("/admin/users/ada").await;
        assert!(seen.says("Blue key") && !seen.body.contains("passkeys/remove"));
        let mut petra = site.signed_in("petra").await;
        assert!(petra.get("/admin/users/ada").await.body.contains("/admin/users/ada/passkeys/remove"));
        let removed = petra.post("/admin/users/ada/passkeys/remove", &[("passkey", &id)]).await;
        assert_eq!((removed.status, &*removed.location), (StatusCode::SEE_OTHER, "/admin/users/ada"));
        assert!(ada.get("/account").await.says(t().passkeys_none));
    });
}

#[test]
fn who_is_disabled_is_told_no_more_than_that_the_passkey_was_not_accepted() {
    on_a_site(|site| async move {
        let mut key = add_passkey(&mut site.signed_in("ada").await).await;
        site.signed_in("petra").await.post("/admin/users/ada/disable", &[]).await;
        let refused = with_passkey(&mut site.browser(), SIGN_IN, |options| key.assert(options), &[]).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.says(t().passkey_not_accepted));
    });
}

#[test]
fn the_button_is_hidden_until_the_script_finds_that_the_browser_can() {
    on_a_site(|site| async move {
        let page = site.browser().get("/sign-in").await;
        let (_, part) = page.body.split_once("id=\"passkey\"").unwrap();
        assert!(part.split('>').next().unwrap().contains("hidden"), "{part}");
        let nonce = page.body.split("nonce=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains(&format!("'nonce-{nonce}'")), "{policy}");
    });
}
