//! The clip's pages under load: browsers that ask again as soon as they have their answer, over the loopback interface.

use std::time::{Duration, Instant};

use futures::future::join_all;

use crate::{
    browser::Browser, office::PASSWORD, organisation::Organisation, report::Report, server::Server, start::resident,
};

const BROWSERS: usize = 8;
const REQUESTS: usize = 5_000;

/// The sign-in page of a free phone, and the progress page of somebody who has just signed in.
pub async fn clip(organisation: &Organisation, server: &Server, report: &Report) {
    let mut browsers = Vec::new();
    for phone in &organisation.phones[..BROWSERS] {
        let browser = Browser::at(&organisation.origin);
        let page = browser.open(&phone.icon).await.unwrap();
        assert!(page.has_form("/clip/sign-in"), "{}", page.text());
        browsers.push((browser, phone));
    }
    ask(organisation, "sign-in page", browsers.iter().map(|(browser, _)| browser.clone()).collect(), report).await;

    for (browser, phone) in &browsers {
        let form = browser.open("/clip").await.unwrap().form("/clip/sign-in");
        let form = form.fill("username", &phone.user_name).fill("password", PASSWORD);
        let page = browser.submit_and_follow(&form).await.unwrap();
        assert!(page.text().contains("Person Number"), "{}", page.text());
    }
    ask(organisation, "progress page", browsers.into_iter().map(|(browser, _)| browser).collect(), report).await;
    let engine = organisation.engine;
    report.value(engine, "memory after 10,000 page requests", "MiB", resident(server));
}

async fn ask(organisation: &Organisation, page: &str, browsers: Vec<Browser>, report: &Report) {
    let each = REQUESTS / browsers.len();
    let start = Instant::now();
    let asking = browsers.into_iter().map(|browser| {
        tokio::spawn(async move {
            let mut durations: Vec<Duration> = Vec::with_capacity(each);
            for _ in 0..each {
                let asked = Instant::now();
                let page = browser.get("/clip").await.unwrap();
                durations.push(asked.elapsed());
                assert_eq!(page.status, 200);
            }
            durations
        })
    });
    let durations: Vec<Duration> = join_all(asking).await.into_iter().flat_map(Result::unwrap).collect();
    let engine = organisation.engine;
    #[expect(clippy::cast_precision_loss, reason = "some thousand requests")]
    let rate = durations.len() as f64 / start.elapsed().as_secs_f64();
    report.value(engine, &format!("{page}: 8 browsers at once"), "requests/s", rate);
    report.durations(engine, &format!("{page}: until it is there"), durations);
}
