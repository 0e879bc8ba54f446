//! Pages that follow their device (A12): what is sent, to whom, and until when; on one server and on several.

use std::time::Duration;

use baton_app::locale::Locale;
use baton_core::Vault;
use baton_model::User;
use baton_simulator::{DeviceHandle, DeviceSpec, Fleet, FleetConfig};
use futures::future::join_all;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::{
    browser::{Browser, Page},
    events::{Event, Events},
    office::{Office, PASSWORD, icon, only},
    server::{Launch, Server},
    site::{Site, run},
    wire::Wire,
};

const HOLDER: &str = "Ada Lindqvist";
const HERS: &str = "My shift";
/// What only a page whose phone has everything says.
fn ready() -> &'static str {
    Locale::En.texts().holder_ready_text
}

/// A server with one phone, which does nothing unless it is told to, and its icon.
struct Ward {
    server: Server,
    office: Office,
    phone: DeviceHandle,
    icon: String,
    _fleet: Fleet,
}

impl Ward {
    async fn open(site: &Site) -> Self {
        let fleet = Fleet::start(FleetConfig::default()).await.unwrap();
        let server = Launch::at(site).set("BATON_PUSH_URL", fleet.push_url()).start().await;
        let office = Office::open(site, &server.origin()).await;
        let (phone, icon) = furnish(&office, &fleet).await;
        Self { server, office, phone, icon, _fleet: fleet }
    }

    /// Ada signs in, and the phone has not heard of it yet.
    async fn signed_in(&self) -> (Browser, Page) {
        let browser = Browser::at(&self.server.origin());
        let page = browser.open(&self.icon).await.unwrap();
        let form = page.form("/clip/sign-in").fill("username", "ada").fill("password", PASSWORD);
        let page = browser.submit_and_follow(&form).await.unwrap();
        assert!(page.text().contains(HOLDER), "{}", page.text());
        (browser, page)
    }

    /// Whoever has the phone in hand ends the session.
    async fn end_session_elsewhere(&self) {
        let browser = Browser::at(&self.server.origin());
        browser.open(&self.icon).await.unwrap();
        let page = browser.open("/clip/end-session").await.unwrap();
        let page = browser.submit_and_follow(&page.form("/clip/end-session").tick_all()).await.unwrap();
        assert_eq!(page.status, 200, "{}", page.text());
    }
}

/// People, items, and a phone that has what a signed-out phone has; gives the address behind its icon.
async fn furnish(office: &Office, fleet: &Fleet) -> (DeviceHandle, String) {
    office.distribute_clip().await;
    let ada = office.add_person("ada", HOLDER).await;
    office.add_item(HERS, icon(HERS, "https://rota.heron.example/${user.name}"), only(&[&ada])).await;
    office
        .add_item("Lost phone", icon("Lost phone?", "https://heron.example/lost"), only(&[&crate::office::nobody()]))
        .await;
    let profile = office.enrollment_profile(1).await;
    let phone = fleet.enrol(DeviceSpec::numbered(1, 1), &profile).await.unwrap();
    let settled =
        |phone: &baton_simulator::DeviceSnapshot| phone.icon("Baton").is_some() && phone.icon("Lost phone?").is_some();
    let icon = phone.wait_until(settled).await.icon("Baton").unwrap().url.clone();
    phone.set_manual(true);
    (phone, icon)
}

async fn follow(browser: &Browser, page: &Page) -> Events {
    let address = page.events().unwrap_or_else(|| panic!("the page does not follow: {}", page.text()));
    browser.events(&address, HeaderMap::new()).await
}

fn header(name: &'static str, value: &str) -> HeaderMap {
    HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())])
}

fn names(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.name.as_str()).collect()
}

on_both_engines! {
    async fn a_page_gets_a_snapshot_first_and_then_changes_whose_revisions_ascend(site) {
        let ward = Ward::open(&site).await;
        let (browser, page) = ward.signed_in().await;

        let mut events = follow(&browser, &page).await;
        let snapshot = events.next().await.unwrap();
        assert_eq!((events.status, snapshot.name.as_str()), (200, "page"));
        assert!(snapshot.data.contains(HERS) && snapshot.data.contains(Locale::En.texts().holder_wait_heading), "{snapshot:?}");
        ward.phone.connect_now().await.unwrap();
        let changes = events.until(ready()).await;

        let mut revisions = vec![snapshot.id.unwrap()];
        revisions.extend(changes.iter().map(|event| event.id.unwrap()));
        assert!(revisions.is_sorted(), "{revisions:?}");
        assert!(revisions.first() < revisions.last(), "{revisions:?}");
        assert_eq!(events.headers["content-type"], "text/event-stream");
        assert_eq!(events.headers["cache-control"], "no-store");
    }

    async fn who_has_the_present_revision_is_not_sent_it_again(site) {
        let ward = Ward::open(&site).await;
        let (browser, page) = ward.signed_in().await;
        let address = page.events().unwrap();
        let snapshot = browser.events(&address, HeaderMap::new()).await.next().await.unwrap();
        let revision = snapshot.id.unwrap().to_string();

        let by_browser = browser.events(&address, header("last-event-id", &revision)).await.next().await.unwrap();
        let by_script = browser.events(&format!("{address}&known={revision}"), HeaderMap::new()).await.next().await.unwrap();
        let outdated = browser.events(&format!("{address}&known=0-0-0"), HeaderMap::new()).await.next().await.unwrap();

        assert_eq!([by_browser.name, by_script.name, outdated.name], ["beat", "beat", "page"]);
    }

    async fn a_page_is_told_when_its_session_is_over_and_nothing_else(site) {
        let ward = Ward::open(&site).await;
        let (browser, page) = ward.signed_in().await;
        ward.phone.connect_now().await.unwrap();
        let mut events = follow(&browser, &page).await;
        events.until(ready()).await;

        ward.end_session_elsewhere().await;
        let after = events.rest().await;

        assert_eq!(names(&after), ["over"]);
        assert!(!after[0].data.contains(HOLDER) && !after[0].data.contains(HERS), "{after:?}");
        let again = follow(&browser, &page).await.rest().await;
        assert_eq!(names(&again), ["over"], "who comes back is told the same");
    }

    async fn a_page_between_two_people_names_nothing_and_ends_when_the_phone_is_clean(site) {
        let ward = Ward::open(&site).await;
        let (browser, _) = ward.signed_in().await;
        ward.phone.connect_now().await.unwrap();
        let page = browser.open("/clip/sign-out").await.unwrap();
        let page = browser.submit_and_follow(&page.form("/clip/sign-out").tick_all()).await.unwrap();

        let mut events = follow(&browser, &page).await;
        let snapshot = events.next().await.unwrap();
        assert!(snapshot.data.contains(Locale::En.texts().cleaning_heading), "{snapshot:?}");
        ward.phone.connect_now().await.unwrap();
        let changes = events.rest().await;

        assert_eq!(names(&changes).last(), Some(&"over"));
        for event in std::iter::once(&snapshot).chain(&changes) {
            assert!(!event.data.contains(HOLDER) && !event.data.contains(HERS), "{event:?}");
        }
        let page = browser.open("/clip").await.unwrap();
        assert!(page.has_form("/clip/sign-in") && page.events().is_none(), "{}", page.text());
    }

    async fn a_page_ends_when_its_person_is_disabled(site) {
        let ward = Ward::open(&site).await;
        let (browser, page) = ward.signed_in().await;
        let mut events = follow(&browser, &page).await;
        assert_eq!(events.next().await.unwrap().name, "page");

        // Another process does it, so that on SQLite only looking finds it.
        let mut tx = ward.office.store.begin().await.unwrap();
        let ada = tx.find_user(&"user-ada".into()).await.unwrap().unwrap();
        tx.save_user(&User { enabled: false, ..ada }).await.unwrap();
        tx.commit().await.unwrap();

        assert_eq!(names(&events.rest().await), ["over"]);
    }

    async fn a_foreign_cookie_another_site_and_another_phones_page_get_nothing(site) {
        let ward = Ward::open(&site).await;
        let (browser, page) = ward.signed_in().await;
        let address = page.events().unwrap();

        let stranger = Browser::at(&ward.server.origin());
        assert_eq!(stranger.events(&address, HeaderMap::new()).await.status, 401);
        let forged: String = browser.cookie("baton-device").unwrap().chars().rev().collect();
        stranger.set_cookie("baton-device", &forged);
        assert_eq!(stranger.events(&address, HeaderMap::new()).await.status, 401);
        assert_eq!(browser.events(&address, header("sec-fetch-site", "cross-site")).await.status, 403);
        for other in ["/clip/events", "/clip/events?of=held.1.another", "/clip/events?of=%FF&known=%FF"] {
            let events = browser.events(other, HeaderMap::new()).await.rest().await;
            assert_eq!(names(&events), ["over"], "{other}");
        }
    }

    async fn a_phone_whose_page_is_open_too_often_is_told_so_until_one_is_closed(site) {
        let ward = Ward::open(&site).await;
        let (browser, page) = ward.signed_in().await;
        let mut open = Vec::new();
        let refused = loop {
            let events = follow(&browser, &page).await;
            if events.status != 200 {
                break events;
            }
            open.push(events);
            assert!(open.len() < 100, "there is no end to it");
        };
        assert_eq!((refused.status, &refused.headers["retry-after"]), (429, &HeaderValue::from_static("30")));
        assert_eq!(refused.refusal().await.trim(), Locale::En.texts().live_too_many);

        open.clear();
        while follow(&browser, &page).await.status != 200 {}
    }

    async fn a_server_that_is_asked_to_stop_ends_open_pages_and_stops(site) {
        let mut ward = Ward::open(&site).await;
        let (browser, page) = ward.signed_in().await;
        let mut events = follow(&browser, &page).await;
        assert_eq!(events.next().await.unwrap().name, "page");

        ward.server.ask_to_stop().await;

        assert_eq!(events.rest().await, [], "it says nothing of what it does not know");
        assert!(ward.server.ended().await.success(), "{}", ward.server.log.text());
    }
}

/// Two servers over one database: the person's browser talks to the first, the phone to the second.
struct TwoServers {
    servers: Vec<Server>,
    wire: Wire,
    fleet: Fleet,
    office: Office,
    phone: DeviceHandle,
    icon: String,
    _folders: Vec<Site>,
}

impl TwoServers {
    async fn open(site: &Site) -> Self {
        let fleet = Fleet::start(FleetConfig::default()).await.unwrap();
        let wire = Wire::lay().await;
        let folders = vec![Site::sqlite(), Site::sqlite()];
        let key = [7; 32];
        let launches: Vec<Launch> = folders
            .iter()
            .map(|folder| {
                let launch = wire.launch(folder).set("BATON_DATABASE_URL", site.database_url());
                launch.set("BATON_SECRET_KEY", hex::encode(key))
            })
            .collect();
        let servers = join_all(launches.iter().map(Launch::start)).await;
        wire.lead_to(vec![servers[1].address()], &fleet.push_url());
        let office = Office::open_with(site, &wire.url(), Vault::new(key)).await;
        let (phone, icon) = furnish(&office, &fleet).await;
        Self { servers, wire, fleet, office, phone, icon, _folders: folders }
    }

    /// The path at the first server.
    fn at_first(&self, path: &str) -> String {
        format!("{}{}", self.servers[0].origin(), path.strip_prefix(&self.wire.url()).unwrap_or(path))
    }

    /// Ada signs in at the first server.
    async fn signed_in(&self) -> (Browser, Page) {
        let browser = Browser::at(&self.wire.url());
        browser.get(&self.at_first(&self.icon)).await.unwrap();
        let page = browser.get(&self.at_first("/clip")).await.unwrap();
        let form = page.form("/clip/sign-in").fill("username", "ada").fill("password", PASSWORD);
        let answer = browser.post(&self.at_first("/clip/sign-in"), &form.fields()).await.unwrap();
        assert_eq!(answer.status, 303, "{}", answer.text());
        (browser.clone(), browser.get(&self.at_first("/clip")).await.unwrap())
    }

    /// She signs out there.
    async fn sign_out(&self, browser: &Browser) -> Page {
        let page = browser.get(&self.at_first("/clip/sign-out")).await.unwrap();
        let form = page.form("/clip/sign-out").tick_all();
        let answer = browser.post(&self.at_first("/clip/sign-out"), &form.fields()).await.unwrap();
        assert_eq!(answer.status, 303, "{}", answer.text());
        browser.get(&self.at_first("/clip")).await.unwrap()
    }

    async fn follow(&self, browser: &Browser, page: &Page) -> Events {
        let address = page.events().unwrap_or_else(|| panic!("the page does not follow: {}", page.text()));
        browser.events(&self.at_first(&address), HeaderMap::new()).await
    }

    /// Cuts the connections over which instances hear of each other; how many there were.
    async fn cut_hearing(&self, site: &Site) -> usize {
        use sqlx::{Connection as _, Row as _};
        let mut connection = sqlx::AnyConnection::connect(&site.database_url()).await.unwrap();
        let cut = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
            WHERE application_name = 'baton-listener' AND datname = current_database()";
        let count: i64 = sqlx::query(cut).fetch_one(&mut connection).await.unwrap().get(0);
        usize::try_from(count).unwrap()
    }

    fn assert_healthy(&self) {
        for server in &self.servers {
            let log = server.log.text();
            assert!(!log.contains("ERROR") && !log.contains("panicked"), "{log}");
        }
    }
}

#[test]
fn a_page_at_one_server_follows_a_phone_that_talks_to_another() {
    run(baton_store::Engine::Postgres, |site| async move {
        let two = TwoServers::open(&site).await;
        let (browser, page) = two.signed_in().await;
        let mut events = two.follow(&browser, &page).await;
        assert_eq!(events.next().await.unwrap().name, "page");

        two.phone.connect_now().await.unwrap();
        events.until(ready()).await;

        let page = two.sign_out(&browser).await;
        assert_eq!(names(&events.rest().await), ["over"]);
        let mut events = two.follow(&browser, &page).await;
        assert_eq!(events.next().await.unwrap().name, "page");
        two.phone.connect_now().await.unwrap();
        assert_eq!(names(&events.rest().await).last(), Some(&"over"));
        two.assert_healthy();
    });
}

#[test]
fn a_page_goes_on_while_instances_cannot_hear_each_other_and_after_one_was_killed() {
    run(baton_store::Engine::Postgres, |site| async move {
        let mut two = TwoServers::open(&site).await;
        let (browser, page) = two.signed_in().await;
        let mut events = two.follow(&browser, &page).await;
        assert_eq!(events.next().await.unwrap().name, "page");

        let mut cuts = two.cut_hearing(&site).await;
        assert_eq!(cuts, 2, "each instance has one connection to hear with");
        {
            let arrives = async {
                two.phone.connect_now().await.unwrap();
                events.until(ready()).await;
            };
            tokio::pin!(arrives);
            // Again and again, until the page got there without it.
            while tokio::time::timeout(Duration::from_millis(50), &mut arrives).await.is_err() {
                cuts += two.cut_hearing(&site).await;
            }
        }

        two.servers[1].kill().await;
        two.wire.lead_to(vec![two.servers[0].address()], &two.fleet.push_url());
        let page = two.sign_out(&browser).await;
        let mut events = two.follow(&browser, &page).await;
        assert_eq!(events.next().await.unwrap().name, "page");
        two.phone.connect_now().await.unwrap();
        assert_eq!(names(&events.rest().await).last(), Some(&"over"), "after {cuts} cuts");
        assert_eq!(two.office.custody(&two.office.device().await).await.len(), 3);
    });
}
