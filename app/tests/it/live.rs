//! Pages that follow what they show, at the level of one answer: who is let go, and when.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail as tests do")]

use std::time::{Duration, Instant};

use axum::{
    body::{Body, HttpBody as _, to_bytes},
    http::StatusCode,
};
use baton_core::{live::LiveConfig, vault::secret_hash};

use crate::console::site::{Browser, NOBODY, Site, now, on_a_site_with};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A page of a phone that nobody holds and that still has something of the last person; and where its events come from.
async fn open_page(site: &Site) -> (Browser<'_>, String) {
    site.add_phone("phone", "Ward 3 · Phone 1", NOBODY).await;
    let mut tx = site.store.begin().await.unwrap();
    tx.add_clip_generation(&"phone".into(), 1, &secret_hash("the secret"), now()).await.unwrap();
    tx.commit().await.unwrap();
    let mut browser = site.browser();
    assert_eq!(browser.get("/clip/the%20secret").await.status, StatusCode::SEE_OTHER);
    let page = browser.get("/clip").await;
    let events =
        page.body.split_once("data-events=\"").unwrap_or_else(|| panic!("it does not follow: {}", page.body)).1;
    (browser, events.split('"').next().unwrap().replace("&amp;", "&"))
}

/// The next piece of a body that goes on.
async fn piece(body: &mut Body) -> String {
    let frame =
        tokio::time::timeout(PATIENCE, std::future::poll_fn(|cx| std::pin::Pin::new(&mut *body).poll_frame(cx)));
    let frame = frame.await.unwrap().unwrap().unwrap();
    String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap()
}

#[test]
fn a_reader_that_takes_nothing_is_let_go() {
    let live = LiveConfig { per_device: 1, beat: Duration::from_millis(20), ..LiveConfig::default() };
    on_a_site_with(live, |site| async move {
        let (browser, events) = open_page(&site).await;
        let slow = browser.begin(&events).await;
        assert_eq!(slow.status(), StatusCode::OK);

        let deadline = Instant::now() + PATIENCE;
        while browser.begin(&events).await.status() != StatusCode::OK {
            assert!(Instant::now() < deadline, "it keeps its place");
            tokio::task::yield_now().await;
        }
    });
}

#[test]
fn a_reader_that_closes_makes_room_at_once() {
    let live = LiveConfig { per_device: 1, ..LiveConfig::default() };
    on_a_site_with(live, |site| async move {
        let (browser, events) = open_page(&site).await;
        let first = browser.begin(&events).await;
        assert_eq!(browser.begin(&events).await.status(), StatusCode::TOO_MANY_REQUESTS);

        drop(first);

        let deadline = Instant::now() + PATIENCE;
        while browser.begin(&events).await.status() != StatusCode::OK {
            assert!(Instant::now() < deadline, "it keeps its place");
            tokio::task::yield_now().await;
        }
    });
}

#[test]
fn a_page_without_news_is_told_that_it_is_still_followed() {
    let live = LiveConfig { beat: Duration::from_millis(20), ..LiveConfig::default() };
    on_a_site_with(live, |site| async move {
        let (browser, events) = open_page(&site).await;
        let mut body = browser.begin(&events).await.into_body();
        assert!(piece(&mut body).await.contains("event: page"));

        assert_eq!(piece(&mut body).await, "event: beat\ndata: beat\n\n");
    });
}

#[test]
fn events_end_after_the_longest_time_and_say_nothing_of_it() {
    let live = LiveConfig { longest: Duration::from_millis(20), ..LiveConfig::default() };
    on_a_site_with(live, |site| async move {
        let (browser, events) = open_page(&site).await;
        let body = browser.begin(&events).await.into_body();

        let all = tokio::time::timeout(PATIENCE, to_bytes(body, usize::MAX)).await.unwrap().unwrap();

        assert!(!String::from_utf8_lossy(&all).contains("event: over"));
    });
}

#[test]
fn a_change_is_sent_as_the_page_would_show_it() {
    on_a_site_with(LiveConfig::default(), |site| async move {
        let (mut browser, events) = open_page(&site).await;
        let following = tokio::spawn(site.core.follow_changes());
        let mut body = browser.begin(&events).await.into_body();
        let snapshot = piece(&mut body).await;
        assert!(snapshot.contains("event: page") && snapshot.contains("0 of 1"), "{snapshot}");

        let mut tx = site.store.begin().await.unwrap();
        let mut row = tx.items_of_device(&"phone".into()).await.unwrap().remove(0);
        row.label = "Renamed".to_owned();
        row.failure = None;
        tx.save_device_item(&row).await.unwrap();
        let mut another = row.clone();
        another.item_id = "another".into();
        tx.save_device_item(&another).await.unwrap();
        tx.commit().await.unwrap();

        let change = piece(&mut body).await;
        let page = browser.get("/clip").await;
        let main = page.body.split_once("<main").unwrap().1.split_once('>').unwrap().1.split_once("</main>").unwrap().0;
        let data = change.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
        let news: serde_json::Value = serde_json::from_str(data).unwrap();
        assert_eq!(news["parts"]["main"], main);
        assert!(main.contains("0 of 2"), "{main}");
        following.abort();
    });
}

#[test]
fn a_device_that_leaves_management_takes_its_page_along() {
    on_a_site_with(LiveConfig::default(), |site| async move {
        let (browser, events) = open_page(&site).await;
        let following = tokio::spawn(site.core.follow_changes());
        let mut body = browser.begin(&events).await.into_body();
        piece(&mut body).await;

        let mut tx = site.store.begin().await.unwrap();
        tx.set_device_state(&"phone".into(), baton_model::DeviceState::Unenrolled).await.unwrap();
        tx.commit().await.unwrap();

        assert_eq!(piece(&mut body).await, "event: over\ndata: over\n\n");
        assert_eq!(browser.begin(&events).await.status(), StatusCode::GONE);
        following.abort();
    });
}

/// Where the events of the console's page of the phone come from.
async fn open_device(browser: &mut Browser<'_>) -> String {
    let page = browser.get("/admin/devices/phone?status=queued").await;
    let events =
        page.body.split_once("data-events=\"").unwrap_or_else(|| panic!("it does not follow: {}", page.body)).1;
    events.split('"').next().unwrap().replace("&amp;", "&")
}

#[test]
fn a_devices_page_in_the_console_follows_what_it_shows_and_leaves_forms_alone() {
    on_a_site_with(LiveConfig::default(), |site| async move {
        site.add_phone("phone", "Ward 3 · Phone 1", "ada").await;
        let mut petra = site.signed_in("petra").await;
        let events = open_device(&mut petra).await;
        let following = tokio::spawn(site.core.follow_changes());
        let mut body = petra.begin(&events).await.into_body();
        assert!(piece(&mut body).await.contains("Remove profile"), "the log is part of it, as filtered");

        let mut tx = site.store.begin().await.unwrap();
        tx.mark_sent(&"command-phone".into(), now()).await.unwrap();
        tx.commit().await.unwrap();

        let change = piece(&mut body).await;
        let data = change.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
        let news: serde_json::Value = serde_json::from_str(data).unwrap();
        let log = news["parts"]["log"].as_str().unwrap();
        assert!(!log.contains("/admin/devices/phone/commands/command-phone"), "it is not queued any more: {log}");
        let parts: Vec<&str> = news["parts"].as_object().unwrap().values().map(|part| part.as_str().unwrap()).collect();
        assert!(parts.iter().all(|part| !part.contains("name=\"nameTag\"")), "{parts:?}");
        following.abort();
    });
}

#[test]
fn a_devices_page_is_followed_only_by_who_may_see_it_and_as_long_as_they_may() {
    on_a_site_with(LiveConfig::default(), |site| async move {
        site.add_phone("phone", "Ward 3 · Phone 1", "ada").await;
        let mut ines = site.signed_in("ines").await;
        let events = open_device(&mut ines).await;
        let following = tokio::spawn(site.core.follow_changes());
        assert_eq!(site.browser().begin(&events).await.status(), StatusCode::UNAUTHORIZED);
        let ada = site.signed_in("ada").await;
        assert_eq!(ada.begin(&events).await.status(), StatusCode::FORBIDDEN);
        let unknown = events.replace("/phone/", "/another/");
        let mut other = site.signed_in("petra").await.begin(&events).await.into_body();
        assert_eq!(piece(&mut other).await, "event: over\ndata: over\n\n", "the page is another viewer's");
        let mut nothing = ines.begin(&unknown).await.into_body();
        assert_eq!(piece(&mut nothing).await, "event: over\ndata: over\n\n");

        let mut body = ines.begin(&events).await.into_body();
        assert!(piece(&mut body).await.contains("event: page"));
        let mut tx = site.store.begin().await.unwrap();
        tx.bump_epoch(&"ines".into()).await.unwrap();
        tx.commit().await.unwrap();

        assert_eq!(piece(&mut body).await, "event: over\ndata: over\n\n");
        following.abort();
    });
}

#[test]
fn a_devices_page_that_holds_still_follows_nothing() {
    on_a_site_with(LiveConfig::default(), |site| async move {
        site.add_phone("phone", "Ward 3 · Phone 1", "ada").await;
        let mut petra = site.signed_in("petra").await;

        let page = petra.get("/admin/devices/phone?steady").await;

        assert!(!page.body.contains("data-events") && page.says("Resume updates"), "{}", page.body);
    });
}
