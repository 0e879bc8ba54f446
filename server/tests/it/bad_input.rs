//! What bad input gets: a fitting status and a plain message for whoever sent it, a line in the log for operators, and
//! nothing changed. And whatever happens, no secret in the log (A20).

use std::time::{Duration, Instant};

use baton_model::DeviceId;
use reqwest::{
    Method,
    header::{HeaderMap, HeaderName, HeaderValue},
};

use crate::{
    browser::{Browser, Page, encode},
    office::{Office, PASSWORD, now},
    raw_phone::{RawPhone, foreign_identity},
    server::{Launch, Server},
    site::Site,
};

const FLOOR: Duration = Duration::from_millis(300);

/// A server with one phone that Ada may use, and what must never be in its log.
struct Desk {
    server: Server,
    office: Office,
    phone: RawPhone,
    device: DeviceId,
    browser: Browser,
}

impl Desk {
    async fn open(site: &Site) -> Self {
        let server = Launch::at(site).set("BATON_LOG", "debug").start().await;
        let office = Office::open(site, &server.origin()).await;
        office.distribute_clip().await;
        office.add_person("ada", "Ada Lindqvist").await;
        office.add_person("ben", "Ben Okafor").await;
        let mut phone = RawPhone::enrol(&office.enrollment_profile(1).await, 1).await;
        phone.connect().await;
        let device = office.device().await;
        let browser = Browser::at(&server.origin());
        Self { server, office, phone, device, browser }
    }

    /// With the phone's page open.
    async fn at_the_page(site: &Site) -> Self {
        let desk = Self::open(site).await;
        assert_eq!(desk.browser.open(&desk.phone.icon()).await.unwrap().status, 200);
        desk
    }

    async fn sign_in(&self) {
        let answer = sign_in_at(&self.browser, "/clip", "ada", PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
    }

    /// Lines that an operator sees at the usual level.
    fn log_lines(&self) -> usize {
        let log = self.server.log.text();
        log.lines().filter(|line| [" INFO ", " WARN ", "ERROR "].iter().any(|level| line.contains(level))).count()
    }

    /// Sends something bad, which must get this status and these words, leave a line in the log, and change nothing.
    async fn refuses(&self, request: impl Future<Output = Page>, status: u16, words: &str) -> Page {
        let (state, lines) = (self.office.state(&self.device).await, self.log_lines());
        let answer = request.await;
        assert_eq!(answer.status, status, "{words}: {}", answer.html);
        assert!(plain(&answer).contains(words), "`{words}` is missing: {}", plain(&answer));
        for internal in ["Error", "panick", "baton_", "sqlx", "::"] {
            assert!(!plain(&answer).contains(internal), "`{internal}` is no word for people: {}", plain(&answer));
        }
        assert_eq!(self.office.state(&self.device).await, state, "{words}");
        let deadline = Instant::now() + Duration::from_secs(5);
        while self.log_lines() == lines {
            assert!(Instant::now() < deadline, "no line in the log for `{words}`: {}", self.server.log.text());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        answer
    }

    /// Ends the server and looks for secrets in everything it said, the printed set-up link aside.
    async fn close(mut self, more_secrets: &[&str]) {
        self.server.kill().await;
        let log = self.server.log.whole().await;
        let clip = self.phone.icon().strip_prefix("/clip/").unwrap().to_owned();
        let mut secrets = std::mem::take(&mut *self.browser.secrets.lock().unwrap());
        secrets.extend([clip, PASSWORD.to_owned(), PASSWORD.replace(' ', "+")]);
        secrets.extend(more_secrets.iter().map(|&secret| secret.to_owned()));
        for secret in secrets {
            assert!(!log.contains(&secret), "`{secret}` is in the log");
        }
        assert!(!log.contains("panicked"), "{log}");
    }
}

fn plain(page: &Page) -> String {
    if page.html.contains("<body") { page.text() } else { page.html.clone() }
}

/// Fills in the sign-in form of the page at `path` and sends it.
async fn sign_in_at(browser: &Browser, path: &str, user_name: &str, password: &str) -> Page {
    let page = browser.open(path).await.unwrap();
    let form = page.form(if path == "/clip" { "/clip/sign-in" } else { path });
    browser.submit(&form.fill("username", user_name).fill("password", password)).await.unwrap()
}

fn credentials(user_name: &str, password: &str) -> Vec<(String, String)> {
    [("username", user_name), ("password", password)].map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())).collect()
}

on_both_engines! {
    async fn messages_that_no_phone_of_ours_sent_are_refused(site) {
        let desk = Desk::open(&site).await;
        let phone = &desk.phone;
        let other = RawPhone::enrol(&desk.office.enrollment_profile(1).await, 2).await;
        let idle = phone.fake.idle().unwrap();
        let foreign = foreign_identity().sign(&idle.body).unwrap();
        let others = other.fake.identity.sign(&idle.body).unwrap();
        for path in ["/mdm/connect", "/mdm/checkin"] {
            let put = |body: &[u8], signature: Option<&str>| {
                let (body, signature) = (body.to_vec(), signature.map(str::to_owned));
                async move { phone.put(path, body, signature.as_deref()).await }
            };
            desk.refuses(put(&idle.body, None), 403, "not signed").await;
            desk.refuses(put(&idle.body, Some("")), 403, "signature").await;
            desk.refuses(put(&idle.body, Some("bm9uc2Vuc2U=")), 403, "signature").await;
            desk.refuses(put(b"another body", Some(&idle.signature)), 403, "signature").await;
            desk.refuses(put(&idle.body, Some(&foreign)), 403, "not accepted").await;
        }
        desk.refuses(phone.put("/mdm/connect", idle.body.clone(), Some(&others)), 403, "another device").await;
        let check_out = phone.fake.check_out().unwrap();
        let stolen = other.fake.identity.sign(&check_out.body).unwrap();
        desk.refuses(phone.put("/mdm/checkin", check_out.body.clone(), Some(&stolen)), 403, "another device").await;
        let push_magic = phone.fake.push_magic.clone();
        desk.close(&[&push_magic]).await;
    }

    async fn messages_that_make_no_sense_are_refused(site) {
        let desk = Desk::open(&site).await;
        let phone = &desk.phone;
        let plist = |inside: &str| format!("<?xml version=\"1.0\"?><plist version=\"1.0\">{inside}</plist>").into_bytes();
        let nested = plist(&format!("{}{}", "<array>".repeat(2000), "</array>".repeat(2000)));
        for path in ["/mdm/connect", "/mdm/checkin"] {
            for body in [
                b"".to_vec(),
                b"{\"not\": \"a plist\"}".to_vec(),
                plist("<dict><key>Status"),
                plist("<string>Idle</string>"),
                plist("<dict><key>Hello</key><string>world</string></dict>"),
                b"bplist00\xff\xff\xff\xff".to_vec(),
                nested.clone(),
            ] {
                desk.refuses(phone.send_signed(path, &body), 400, "not understood").await;
            }
        }
        let unknown = plist(&format!(
            "<dict><key>MessageType</key><string>SetBootstrapToken</string><key>UDID</key><string>{}</string></dict>",
            phone.fake.udid
        ));
        desk.refuses(phone.send_signed("/mdm/checkin", &unknown), 400, "`SetBootstrapToken` is not supported").await;
        desk.close(&[]).await;
    }

    async fn messages_that_are_too_large_or_in_the_wrong_way_are_refused(site) {
        let desk = Desk::open(&site).await;
        let phone = &desk.phone;
        let large = vec![b'x'; 5 * 1024 * 1024];
        for path in ["/mdm/connect", "/mdm/checkin"] {
            desk.refuses(phone.put(path, large.clone(), Some("bm9uc2Vuc2U=")), 413, "").await;
            for method in [Method::GET, Method::POST, Method::DELETE] {
                desk.refuses(phone.request(method, path, Vec::new(), None), 405, "").await;
            }
        }
        let padded = [b"<plist><!--".to_vec(), vec![b' '; 200 * 1024], b"--></plist>".to_vec()].concat();
        desk.refuses(phone.send_signed("/mdm/checkin", &padded), 400, "bytes").await;
        desk.close(&[]).await;
    }

    async fn an_answer_to_no_command_is_ignored_and_a_phone_that_left_is_refused(site) {
        let desk = Desk::open(&site).await;
        let state = desk.office.state(&desk.device).await;
        let body = format!(
            "<plist><dict><key>CommandUUID</key><string>{}</string><key>Status</key><string>Acknowledged</string>\
             <key>UDID</key><string>{}</string></dict></plist>",
            "0".repeat(32),
            desk.phone.fake.udid
        );
        let answer = desk.phone.send_signed("/mdm/connect", body.as_bytes()).await;
        assert_eq!((answer.status, answer.html.as_str()), (200, ""));
        assert_eq!(desk.office.state(&desk.device).await, state);

        let left = desk.phone.send("/mdm/checkin", &desk.phone.fake.check_out().unwrap()).await;
        assert_eq!(left.status, 200);
        let idle = desk.phone.fake.idle().unwrap();
        desk.refuses(desk.phone.send("/mdm/connect", &idle), 403, "ended").await;
        desk.refuses(async { desk.browser.open(&desk.phone.icon()).await.unwrap() }, 410, "not managed any more").await;
        desk.close(&[]).await;
    }

    async fn addresses_and_cookies_that_stand_for_no_phone_are_refused(site) {
        let desk = Desk::at_the_page(&site).await;
        let get = |browser: &Browser, path: &str| {
            let path = path.to_owned();
            let browser = browser.clone();
            async move { browser.open(&path).await.unwrap() }
        };
        let secret = desk.phone.icon();
        let guesses = [format!("{secret}A"), secret[..secret.len() - 1].to_owned(), "/clip/%00%20%C3%A9".to_owned()];
        for guess in guesses.into_iter().chain([format!("/clip/{}", "x".repeat(5000))]) {
            desk.refuses(get(&desk.browser, &guess), 404, "not known").await;
        }

        let genuine = desk.browser.cookie("baton-device").unwrap();
        let (claim, mac) = genuine.split_once('.').unwrap();
        let expired = desk.office.core.open_clip(&secret["/clip/".len()..], now().plus_seconds(-13 * 3600)).await.unwrap();
        for forged in [format!("{claim}A.{mac}"), format!("{claim}."), "x".to_owned(), mac.to_owned(), expired.value] {
            let forger = Browser::at(&desk.server.origin());
            forger.set_cookie("baton-device", &forged);
            desk.refuses(get(&forger, "/clip"), 401, "Home Screen").await;
            let attempt = async { forger.post("/clip/sign-in", &credentials("ada", PASSWORD)).await.unwrap() };
            desk.refuses(attempt, 401, "Home Screen").await;
        }

        desk.sign_in().await;
        let impostor = Browser::at(&desk.server.origin());
        impostor.set_cookie("baton-device", &genuine);
        let session: String = desk.browser.cookie("baton-holder").unwrap().chars().rev().collect();
        impostor.set_cookie("baton-holder", &session);
        let page = impostor.open("/clip").await.unwrap();
        assert_eq!((page.status, page.heading().as_str()), (200, "This phone is in use"));
        assert_eq!(impostor.get("/clip/sign-out").await.unwrap().location().as_deref(), Some("/clip"));
        desk.close(&[&genuine]).await;
    }

    async fn the_address_before_the_sign_out_is_retired_once_the_phone_has_the_new_one(site) {
        let mut desk = Desk::at_the_page(&site).await;
        let old = desk.phone.icon();
        desk.sign_in().await;
        let page = desk.browser.open("/clip/sign-out").await.unwrap();
        let answer = desk.browser.submit(&page.form("/clip/sign-out").tick_all()).await.unwrap();
        assert_eq!(answer.status, 303, "{}", answer.text());
        desk.phone.connect().await;
        assert_ne!(desk.phone.icon(), old);
        let stranger = Browser::at(&desk.server.origin());
        desk.refuses(async { stranger.open(&old).await.unwrap() }, 410, "Home Screen").await;
        let old = old.strip_prefix("/clip/").unwrap().to_owned();
        desk.close(&[&old]).await;
    }

    async fn a_wrong_password_and_an_unknown_user_are_told_apart_by_nobody(site) {
        let desk = Desk::at_the_page(&site).await;
        let mut answers = Vec::new();
        for (path, user, password) in [
            ("/clip", "ada", "two quiet gulls"),
            ("/clip", "two quiet egrets", PASSWORD),
            ("/clip", "nobody", PASSWORD),
            ("/sign-in", "ada", "two quiet gulls"),
            ("/sign-in", "two quiet egrets", PASSWORD),
        ] {
            let started = Instant::now();
            let attempt = sign_in_at(&desk.browser, path, user, password);
            let answer = desk.refuses(attempt, 422, "User name or password is wrong.").await;
            assert!(started.elapsed() >= FLOOR, "{user} got an answer after {:?}", started.elapsed());
            assert!(!answer.html.contains(password) && answer.html.contains(user), "{}", answer.html);
            answers.push((path, answer.text()));
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(answers[3], answers[4]);
        desk.refuses(sign_in_at(&desk.browser, "/clip", "ada", "8675309421"), 422, "PIN").await;
        let incomplete = sign_in_at(&desk.browser, "/clip", "ada", "").await;
        assert_eq!(incomplete.status, 422, "{}", incomplete.text());
        desk.close(&["two quiet gulls", "two quiet egrets", "8675309421"]).await;
    }

    async fn forms_of_other_sites_are_refused(site) {
        let desk = Desk::at_the_page(&site).await;
        desk.sign_in().await;
        let link = desk.office.enrollment_profile(1).await;
        let enrollment = link.strip_prefix(&desk.server.origin()).unwrap();
        let icon = desk.phone.icon();
        let body = encode(&credentials("ada", PASSWORD));
        for path in ["/clip/sign-in", "/clip/sign-out", "/clip/end-session", "/sign-in", "/sign-out", &icon, enrollment] {
            for foreign in [
                headers(&[]),
                headers(&[("origin", "https://evil.example")]),
                headers(&[("origin", "null")]),
                headers(&[("sec-fetch-site", "cross-site"), ("origin", &desk.server.origin())]),
                headers(&[("sec-fetch-site", "none")]),
            ] {
                let attempt = async { desk.browser.send(Method::POST, path, foreign, Some(body.clone())).await.unwrap() };
                desk.refuses(attempt, 403, "").await;
            }
        }
        let secret = enrollment.split('/').nth(3).unwrap().to_owned();
        desk.close(&[&secret]).await;
    }

    async fn forms_that_are_too_large_or_out_of_date_are_refused(site) {
        let desk = Desk::at_the_page(&site).await;
        let large = credentials("ada", &"x".repeat(300 * 1024));
        for path in ["/clip/sign-in", "/sign-in"] {
            desk.refuses(async { desk.browser.post(path, &large).await.unwrap() }, 413, "too large").await;
        }

        desk.sign_in().await;
        let page = desk.browser.open("/clip/sign-out").await.unwrap();
        let form = page.form("/clip/sign-out");
        desk.refuses(async { desk.browser.submit(&form).await.unwrap() }, 422, "unsaved notes").await;
        let outdated = form.clone().tick_all().fill("plan", "another");
        desk.refuses(async { desk.browser.submit(&outdated).await.unwrap() }, 409, "unsaved notes").await;
        let state = desk.office.state(&desk.device).await;
        let stranger = Browser::at(&desk.server.origin());
        assert_eq!(stranger.open(&desk.phone.icon()).await.unwrap().heading(), "This phone is in use");
        let answer = stranger.submit(&form.tick_all()).await.unwrap();
        assert_eq!((answer.status, answer.location().as_deref()), (303, Some("/clip")));
        assert_eq!(desk.office.state(&desk.device).await, state);
        desk.close(&[]).await;
    }

    async fn somebody_elses_phone_is_refused_with_who_may_help(site) {
        let desk = Desk::at_the_page(&site).await;
        desk.sign_in().await;
        let stranger = Browser::at(&desk.server.origin());
        stranger.open(&desk.phone.icon()).await.unwrap();
        let attempt = sign_in_at(&stranger, "/clip", "ben", PASSWORD);
        let answer = desk.refuses(attempt, 409, "extension 4100").await;
        assert!(!answer.html.contains("Ada"), "{}", answer.text());
        desk.close(&[]).await;
    }

    async fn the_console_is_for_those_who_may_see_it(site) {
        let desk = Desk::open(&site).await;
        let console = ["/admin", "/admin/devices", "/admin/users"];
        for path in console {
            let page = desk.browser.open(path).await.unwrap();
            assert_eq!(page.heading(), "Sign in", "{path}");
        }
        let answer = desk.browser.post("/sign-in", &credentials("ada", PASSWORD)).await.unwrap();
        assert_eq!(answer.status, 303, "{}", answer.text());
        for path in console {
            desk.refuses(async { desk.browser.open(path).await.unwrap() }, 403, "").await;
        }
        desk.close(&[]).await;
    }
}
