use axum::http::StatusCode;
use baton_app::locale::{Locale, Texts};
use baton_model::{Enrollment, EnrollmentState};

use super::site::{Answer, Browser, Part, Site, on_a_site};

const PUSH: &str = "/admin/settings/push";
const INSTALL: &str = "/admin/settings/push/install";
const REMOVE: &str = "/admin/settings/push/remove";
const TOPIC: &str = "com.apple.mgmt.External.heron";
/// What OpenSSL wrote: a certificate from 2020 to 2100 with its key, in several forms.
const CERTIFICATE: &[u8] = include_bytes!("../../../../server/mdm/tests/it/fixtures/push/cert.pem");
const KEY: &[u8] = include_bytes!("../../../../server/mdm/tests/it/fixtures/push/key.pkcs1.pem");
const PKCS12: &[u8] = include_bytes!("../../../../server/mdm/tests/it/fixtures/push/modern.p12");
const ENCRYPTED: &[u8] = include_bytes!("../../../../server/mdm/tests/it/fixtures/push/encrypted.pkcs1.pem");
const OTHER: &[u8] = include_bytes!("../../../../server/mdm/tests/it/fixtures/root.pem");

fn t() -> &'static Texts {
    Locale::En.texts()
}

/// What a refused form says beside a field.
fn beside<'a>(page: &'a Answer, field: &str) -> &'a str {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.body);
    let error = page.body.split(&format!("id=\"{field}-error\"")).nth(1);
    let error = error.unwrap_or_else(|| panic!("no error beside {field}: {}", page.body));
    error.split("</p>").next().unwrap()
}

/// The page that an accepted form leads to.
async fn accepted(browser: &mut Browser<'_>, answer: Answer, says: &str) -> Answer {
    assert_eq!((answer.status, &*answer.location), (StatusCode::SEE_OTHER, PUSH), "{}", answer.body);
    let page = browser.get(PUSH).await;
    assert!(page.says(says), "{}", page.body);
    page
}

/// Sends the form with these fields and files.
async fn send(browser: &mut Browser<'_>, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
    let fields = fields.iter().map(|(name, value)| Part::Field(name, value));
    let files =
        files.iter().map(|(name, content)| Part::File(name, if content.is_empty() { "" } else { "a.pem" }, content));
    browser.post_parts(INSTALL, &fields.chain(files).collect::<Vec<_>>()).await
}

async fn install(browser: &mut Browser<'_>) -> Answer {
    let files = [("certificate", CERTIFICATE), ("key", KEY)];
    let answer = send(browser, &[("appleAccount", "mdm@heron.example")], &files).await;
    accepted(browser, answer, t().flash_certificate_installed).await
}

/// A phone under the certificate's topic.
async fn enrolled(site: &Site) {
    let enrollment = Enrollment {
        id: "enrolled".into(),
        link_id: None,
        device_id: None,
        fingerprint: "enrolled".to_owned(),
        topic: TOPIC.to_owned(),
        push_token: None,
        push_magic: None,
        unlock_token: None,
        state: EnrollmentState::Active,
        created_at: super::site::now(),
    };
    let mut tx = site.store.begin().await.unwrap();
    tx.create_enrollment(&enrollment).await.unwrap();
    tx.commit().await.unwrap();
}

#[test]
fn a_certificate_is_installed_shown_and_removed() {
    on_a_site(|site| async move {
        enrolled(&site).await;
        let mut petra = site.signed_in("petra").await;
        assert!(petra.get("/admin/settings").await.says(t().push_title));
        assert!(petra.get(PUSH).await.says(t().push_none));

        let page = install(&mut petra).await;

        for fact in [TOPIC, "mdm@heron.example", "Heron test authority", "2100-01-01", "1 device", t().push_valid] {
            assert!(page.says(fact), "{fact}: {}", page.body);
        }
        let ask = petra.get(REMOVE).await;
        assert!(ask.says("1 device is enrolled under its topic"), "{}", ask.body);
        let fingerprint = ask.body.split("name=\"fingerprint\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let removed = petra.post(REMOVE, &[("fingerprint", fingerprint)]).await;
        let page = accepted(&mut petra, removed, t().flash_certificate_removed).await;
        assert!(page.says(t().push_none), "{}", page.body);
        assert_eq!(petra.get(REMOVE).await.location, PUSH);
        assert_eq!(petra.post(REMOVE, &[("fingerprint", "x")]).await.status, StatusCode::CONFLICT);
    });
}

#[test]
fn a_certificate_comes_as_pkcs12_too_and_waits_while_its_password_is_mended() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let wrong = send(&mut petra, &[("password", "weeds")], &[("certificate", PKCS12), ("key", b"")]).await;
        assert!(beside(&wrong, "password").contains("does not open with this password"));
        assert!(wrong.says("“a.pem” is kept here."), "{}", wrong.body);
        let id = wrong.body.split("name=\"upload\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();

        let fields = [("upload", &*id), ("password", "reeds")];
        let right = send(&mut petra, &fields, &[("certificate", b""), ("key", b"")]).await;
        accepted(&mut petra, right, t().flash_certificate_installed).await;

        let gone = send(&mut petra, &fields, &[("certificate", b""), ("key", b"")]).await;
        assert!(beside(&gone, "certificate").contains(t().problem_missing), "what was installed waits no more");
    });
}

#[test]
fn what_is_wrong_stands_beside_its_field_and_what_is_no_secret_is_kept() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let before = site.audit().await;
        let empty: &[u8] = b"";
        let (large, endless) = (vec![b'a'; 100 * 1024], vec![b'a'; 5 * 1024 * 1024]);
        for (certificate, key, password, field, says) in [
            (empty, KEY, "", "certificate", t().problem_missing),
            (b"hello", KEY, "", "certificate", t().push_problem_not_certificate),
            (&*large, KEY, "", "certificate", t().push_problem_too_large),
            (&*endless, KEY, "", "certificate", t().push_problem_too_large),
            (OTHER, KEY, "", "certificate", "is not for MDM"),
            (KEY, empty, "", "certificate", t().push_problem_is_key),
            (PKCS12, empty, "secret reeds", "password", "does not open with this password"),
            (CERTIFICATE, empty, "", "key", "does not have this certificate"),
            (CERTIFICATE, b"hello", "", "key", t().push_problem_not_key),
            (CERTIFICATE, ENCRYPTED, "", "key", "The key has a password"),
            (CERTIFICATE, &large, "", "key", t().push_problem_not_key),
        ] {
            let fields = [("appleAccount", "mdm@heron.example"), ("password", password)];
            let page = send(&mut petra, &fields, &[("certificate", certificate), ("key", key)]).await;

            assert!(beside(&page, field).contains(says), "{says}: {}", beside(&page, field));
            assert!(page.body.contains("value=\"mdm@heron.example\"") && page.says(t().push_form_refused));
            assert!(!page.body.contains("secret reeds") && !page.body.contains("PRIVATE KEY"), "{}", page.body);
            assert_eq!(page.body.contains("name=\"upload\""), field != "certificate", "{says}");
        }
        let page = petra.post(INSTALL, &[("appleAccount", &"x".repeat(201))]).await;
        assert!(beside(&page, "appleAccount").contains("Use at most 200"));
        assert!(beside(&page, "certificate").contains(t().problem_missing));
        assert_eq!(site.audit().await, before);
        assert!(petra.get(PUSH).await.says(t().push_none));
    });
}

#[test]
fn a_renewal_with_another_topic_is_refused_with_the_reason() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        install(&mut petra).await;
        let mut tx = site.store.begin().await.unwrap();
        let mut other = tx.find_push_certificate().await.unwrap().unwrap();
        tx.remove_push_certificate(&other.fingerprint).await.unwrap();
        other.topic = "com.apple.mgmt.External.other".to_owned();
        tx.install_push_certificate(&other).await.unwrap();
        tx.commit().await.unwrap();

        let page = send(&mut petra, &[], &[("certificate", CERTIFICATE), ("key", KEY)]).await;

        assert!(beside(&page, "certificate").contains("every one of them would have to enrol again"));
        assert!(petra.get(PUSH).await.says("com.apple.mgmt.External.other"));
    });
}

#[test]
fn a_request_is_made_and_downloaded_by_administrators_only() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let path = "/admin/settings/push/request";
        assert_eq!(petra.get("/admin/settings/push/request.csr").await.status, StatusCode::NOT_FOUND);
        assert_eq!(petra.get(path).await.location, PUSH);

        let made = petra.post(path, &[]).await;
        let page = accepted(&mut petra, made, t().flash_request_made).await;
        assert!(page.body.contains("href=\"/admin/settings/push/request.csr\""), "{}", page.body);
        let request = petra.get("/admin/settings/push/request.csr").await;

        assert_eq!(request.headers["content-disposition"], "attachment; filename=\"baton-push.csr\"");
        assert!(request.body.starts_with("-----BEGIN CERTIFICATE REQUEST-----"), "{}", request.body);
        for name in ["hugo", "ines"] {
            let mut browser = site.signed_in(name).await;
            let denied = browser.get("/admin/settings/push/request.csr").await;
            assert_eq!(denied.status, StatusCode::FORBIDDEN, "{name}");
            let page = browser.get(PUSH).await;
            assert!(!page.body.contains("request.csr") && !page.body.contains(INSTALL), "{name}: {}", page.body);
        }
    });
}

#[test]
fn a_form_that_is_broken_installs_nothing() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        for (kind, body) in [
            ("multipart/form-data", &b"x"[..]),
            ("multipart/form-data; boundary=heron", b"--heron\r\ncontent-disposition: form-data; name=\"certif"),
            ("multipart/form-data; boundary=heron", b"\xff\xfe\x00"),
            ("text/plain", b"hello"),
        ] {
            let answer = petra.post_raw(INSTALL, kind, body.to_vec()).await;
            assert!(answer.status.is_client_error(), "{}: {}", String::from_utf8_lossy(body), answer.status);
        }
        assert!(petra.get(PUSH).await.says(t().push_none));
    });
}

#[test]
fn an_account_is_text_wherever_it_is_shown() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let script = "<script>alert(1)</script>\"'><img src=x>";
        let files = [("certificate", CERTIFICATE), ("key", KEY)];
        let refused = send(&mut petra, &[("appleAccount", script)], &files[1..]).await;
        let installed = send(&mut petra, &[("appleAccount", script)], &files).await;
        let page = accepted(&mut petra, installed, t().flash_certificate_installed).await;
        for page in [refused, page, petra.get(INSTALL).await, petra.get("/admin/audit").await] {
            assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x"), "{}", page.body);
        }
    });
}

#[test]
fn whoever_adds_devices_is_told_which_of_them_can_be_woken() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        assert!(petra.get("/admin/devices/add").await.says(t().enroll_simulated_title));
        install(&mut petra).await;
        assert!(!petra.get("/admin/devices/add").await.says(t().enroll_simulated_title));
    });
}
