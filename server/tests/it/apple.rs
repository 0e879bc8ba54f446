//! Apple's push service end to end: the certificate is asked for, installed and renewed in the console, and phones come
//! because Apple pushes them, from their enrollment on.

use std::{fs, time::Duration};

use baton_apns::fake::{Answer, FakeApns, Validity};
use baton_app::locale::{Locale, Texts};
use baton_simulator::{DeviceHandle, DeviceSpec, Fleet, FleetConfig};
use baton_store::PUSH_LEASE_SECONDS;
use reqwest::{
    Method,
    header::{HeaderMap, HeaderValue},
};

use crate::{
    browser::{Browser, Page},
    html,
    office::{Office, PASSWORD, icon, now, only},
    server::{Launch, Server},
    set_up,
    site::Site,
};

const TOPIC: &str = "com.apple.mgmt.External.5d9f1c9e-heron";
const PUSH: &str = "/admin/settings/push";
const INSTALL: &str = "/admin/settings/push/install";

fn t() -> &'static Texts {
    Locale::En.texts()
}

/// Apple and everybody around it.
struct World {
    apple: FakeApns,
    fleet: Fleet,
    server: Server,
    /// Somebody who administers the server.
    admin: Browser,
    office: Office,
}

impl World {
    /// A server that pushes through Apple alone, and phones that Apple knows. There is no certificate yet.
    async fn new(site: &Site) -> Self {
        let apple = FakeApns::start().await.unwrap();
        let fleet = Fleet::start(FleetConfig::default()).await.unwrap();
        apple.pass_on_to(&fleet.push_url());
        let authorities = site.data_dir().join("apns-ca.pem");
        fs::write(&authorities, apple.authority_pem()).unwrap();
        let launch = Launch::at(site).set("BATON_APNS_URL", apple.url()).set("BATON_APNS_CA", authorities.display());
        let server = launch.start().await;
        let admin = Browser::at(&server.origin());
        set_up::create_administrator(&server, &admin).await;
        let office = Office::open(site, &server.origin()).await;
        Self { apple, fleet, server, admin, office }
    }

    /// Goes the whole way in the console: request, Apple's portal, certificate.
    async fn certify(&self) {
        let page = self.admin.open(PUSH).await.unwrap();
        let made = self.admin.submit_and_follow(&page.form("/admin/settings/push/request")).await.unwrap();
        assert!(made.text().contains(t().flash_request_made), "{}", made.text());
        let request = self.admin.get("/admin/settings/push/request.csr").await.unwrap();
        assert_eq!(request.status, 200);
        assert_eq!(request.headers["content-type"], "application/pkcs10");
        let certificate = self.apple.portal().issue(TOPIC, &request.html, Validity::always());
        let page = self.install(&certificate, None).await;
        assert!(page.text().contains(t().flash_certificate_installed), "{}", page.text());
        assert!(page.text().contains(TOPIC), "{}", page.text());
    }

    /// Waits until nothing is under way between Baton and the phone: from then on only a new push brings it back.
    async fn rest(&self, phone: &DeviceHandle) {
        loop {
            let before = phone.snapshot();
            let is_at_rest = !before.push_pending && !before.connected && self.has_nothing_to_do().await;
            let after = phone.snapshot();
            if is_at_rest && !after.push_pending && !after.connected && after.connections == before.connections {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Nothing is to be decided for the only device, nothing waits for it, and no push is due or under way.
    async fn has_nothing_to_do(&self) -> bool {
        let device = self.office.device().await;
        let mut tx = self.office.store.begin().await.unwrap();
        let leases_ended = now().plus_seconds(PUSH_LEASE_SECONDS);
        tx.lagging_devices(1).await.unwrap().is_empty()
            && tx.open_commands(&device).await.unwrap().is_empty()
            && tx.due_pushes(leases_ended, 1).await.unwrap().is_empty()
        // The transaction is rolled back: nothing was taken.
    }

    /// Uploads a certificate as a browser does, and goes where the answer leads.
    async fn install(&self, certificate: &str, key: Option<&str>) -> Page {
        let mut headers = HeaderMap::new();
        headers.insert("origin", HeaderValue::from_str(&self.server.origin()).unwrap());
        headers.insert("content-type", HeaderValue::from_static("multipart/form-data; boundary=heron"));
        let mut body = String::new();
        for (name, file) in [("certificate", Some(certificate)), ("key", key)] {
            let content = file.unwrap_or_default();
            let file_name = if file.is_some() { "MDM_Heron_Certificate.pem" } else { "" };
            body.push_str(&format!(
                "--heron\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
                 content-type: application/octet-stream\r\n\r\n{content}\r\n"
            ));
        }
        body.push_str("--heron\r\ncontent-disposition: form-data; name=\"appleAccount\"\r\n\r\nmdm@heron.example\r\n");
        body.push_str("--heron--\r\n");
        let answer = self.admin.send(Method::POST, INSTALL, headers, Some(body.into_bytes())).await.unwrap();
        match answer.location() {
            Some(path) => self.admin.open(&path).await.unwrap(),
            None => answer,
        }
    }

    /// Enrols a phone by a link of the console's.
    async fn enrol(&self) -> DeviceHandle {
        let page = self.admin.open("/admin/devices/add").await.unwrap();
        let form = page.form("/admin/devices/add").fill("label", "Ward 3").fill("uses", "1").fill("days", "1");
        let made = self.admin.submit(&form).await.unwrap();
        let address = made.html.split("<code class=\"copy\">").nth(1).unwrap().split('<').next().unwrap();
        self.fleet.enrol(DeviceSpec::numbered(1, 1), &format!("{address}/profile")).await.unwrap()
    }

    /// What Apple delivered so far.
    fn pushes(&self) -> usize {
        let delivered = self.apple.delivered();
        assert!(delivered.iter().all(|push| push.topic == TOPIC), "{delivered:?}");
        delivered.len()
    }

    /// Nothing secret is in the log, and nothing failed.
    fn check_log(&self) {
        let log = self.server.log.text();
        assert!(!log.contains(" ERROR ") && !log.contains("panicked") && !log.contains("PRIVATE KEY"), "{log}");
        for push in self.apple.received() {
            let magic = String::from_utf8(push.body).unwrap();
            let magic = magic.split('"').nth(3).unwrap();
            assert!(!log.contains(&push.token) && !log.contains(magic), "{log}");
        }
    }
}

on_both_engines! {
    async fn phones_come_because_apple_pushes_them(site) {
        let world = World::new(&site).await;
        let (apple, office, browser) = (&world.apple, &world.office, Browser::at(&world.server.origin()));
        world.certify().await;
        office.distribute_clip().await;
        let ada = office.add_person("ada", "Ada Lindqvist").await;
        office.add_item("My shift", icon("My shift", "https://rota.heron.example/${user.name}"), only(&[&ada])).await;

        let phone = world.enrol().await;
        let address = phone.wait_until(|phone| phone.icon("Baton").is_some()).await.icon("Baton").unwrap().url.clone();
        assert!(world.pushes() > 0, "nothing else wakes this phone");

        world.rest(&phone).await;
        let before = world.pushes();
        let page = browser.open(&address).await.unwrap();
        let form = page.form("/clip/sign-in").fill("username", "ada").fill("password", PASSWORD);
        browser.submit_and_follow(&form).await.unwrap();
        phone.wait_until(|phone| phone.icon("My shift").is_some()).await;
        assert!(world.pushes() > before);

        world.rest(&phone).await;
        let before = world.pushes();
        let page = browser.open("/clip/sign-out").await.unwrap();
        browser.submit_and_follow(&page.form("/clip/sign-out").tick_all()).await.unwrap();
        phone.wait_until(|phone| phone.icon("My shift").is_none()).await;
        assert!(world.pushes() > before);
        assert_eq!(apple.connections(), 1);

        let page = world.admin.open(PUSH).await.unwrap();
        assert!(page.text().contains(t().push_working) && page.text().contains("1 device"), "{}", page.text());
        world.check_log();
    }

    async fn a_renewed_certificate_is_used_without_a_restart(site) {
        let world = World::new(&site).await;
        world.certify().await;
        world.office.distribute_clip().await;
        let phone = world.enrol().await;
        phone.wait_until(|phone| phone.icon("Baton").is_some()).await;
        world.rest(&phone).await;
        let (certificate, key) = world.apple.portal().issue_with_key(TOPIC, Validity::always());

        let page = world.install(&certificate, Some(&key)).await;
        assert!(page.text().contains(t().flash_certificate_installed), "{}", page.text());
        // A phone that comes back by itself just then, because its connection broke, needs no push.
        for name in ["More", "Still more", "Yet more"] {
            let more = icon(name, "https://more.heron.example/");
            world.office.add_item(name, more, baton_policy::Distribution::AllDevices).await;
            phone.wait_until(|phone| phone.icon(name).is_some()).await;
            world.rest(&phone).await;
            if world.apple.received().last().unwrap().connection == 2 {
                break;
            }
        }

        assert_eq!(world.apple.received().last().unwrap().connection, 2);
        let (other, other_key) = world.apple.portal().issue_with_key("com.apple.mgmt.External.other", Validity::always());
        let refused = world.install(&other, Some(&other_key)).await;
        assert_eq!(refused.status, 422);
        assert!(html::text(&refused.html).contains(t().push_problem_other_topic), "{}", refused.text());
        assert!(world.admin.open(PUSH).await.unwrap().text().contains(TOPIC));
        world.check_log();
    }

    async fn a_push_token_that_is_gone_is_said_and_a_new_one_wakes_the_phone(site) {
        let world = World::new(&site).await;
        world.certify().await;
        world.office.distribute_clip().await;
        let phone = world.enrol().await;
        phone.wait_until(|phone| phone.icon("Baton").is_some()).await;
        world.rest(&phone).await;
        let token = world.apple.delivered().last().unwrap().token.clone();
        world.apple.answer(&token, [Answer::Unregistered(now().0 / 1000 + 1000)]);

        let more = icon("More", "https://more.heron.example/");
        world.office.add_item("More", more, baton_policy::Distribution::AllDevices).await;
        let gone = world.server.log.line("the push token is gone").await;
        assert!(!gone.contains(&token), "{gone}");
        let device = world.office.device().await;
        let page = world.admin.open(&format!("/admin/devices/{device}")).await.unwrap();
        assert!(page.text().contains(t().concern_token_gone), "{}", page.text());
        assert!(phone.snapshot().icon("More").is_none());

        phone.renew_push_token().await.unwrap();
        phone.wait_until(|phone| phone.icon("More").is_some()).await;
        assert_ne!(world.apple.delivered().last().unwrap().token, token);
        let page = world.admin.open(&format!("/admin/devices/{device}")).await.unwrap();
        assert!(!page.text().contains(t().concern_token_gone), "{}", page.text());
        world.check_log();
    }

    async fn while_apple_is_away_nothing_is_lost_and_the_console_says_so(site) {
        let world = World::new(&site).await;
        world.certify().await;
        let phone = world.enrol().await;
        world.rest(&phone).await;
        // Apple's authority vouches for others now.
        let other = FakeApns::start().await.unwrap();
        let (stranger, key) = other.portal().issue_with_key(TOPIC, Validity::always());
        world.install(&stranger, Some(&key)).await;
        let before = world.apple.received().len();
        world.office.distribute_clip().await;
        world.server.log.line("a push could not be sent").await;
        let page = world.admin.open(PUSH).await.unwrap();
        while !page_says_failing(&world).await {
            tokio::task::yield_now().await;
        }
        assert_eq!((page.status, world.apple.received().len()), (200, before));
        assert!(phone.snapshot().icon("Baton").is_none());

        let (certificate, key) = world.apple.portal().issue_with_key(TOPIC, Validity::always());
        world.install(&certificate, Some(&key)).await;

        phone.wait_until(|phone| phone.icon("Baton").is_some()).await;
        let dashboard = world.admin.open("/admin").await.unwrap();
        assert!(!dashboard.text().contains(t().push_failing_title), "{}", dashboard.text());
    }
}

async fn page_says_failing(world: &World) -> bool {
    let dashboard = world.admin.open("/admin").await.unwrap().text();
    dashboard.contains(t().push_failing_title) && dashboard.contains(t().push_failing_unreachable)
}
