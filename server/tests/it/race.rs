//! A hundred people, one phone, one moment (A7).

use std::sync::Arc;

use baton_model::{CustodyCause, id};
use baton_simulator::{DeviceSpec, Fleet, FleetConfig};
use futures::future::join_all;
use tokio::sync::Barrier;

use crate::{
    browser::Browser,
    office::{Office, PASSWORD},
    server::Launch,
};

const PEOPLE: usize = 100;

/// Somebody in front of the phone's page, about to press the button.
struct Contender {
    name: String,
    browser: Browser,
}

async fn contenders(office: &Office, icon: &str, origin: &str) -> Vec<Contender> {
    let mut contenders = Vec::new();
    for number in 0..PEOPLE {
        let name = format!("person{number:02}");
        office.add_person(&name, &format!("Person Number {number:02}")).await;
        let browser = Browser::at(origin);
        let page = browser.open(icon).await.unwrap();
        assert!(page.has_form("/clip/sign-in"), "{}", page.text());
        contenders.push(Contender { name, browser });
    }
    contenders
}

on_both_engines! {
    async fn of_100_people_who_sign_in_at_once_exactly_one_wins(site) {
        let fleet = Fleet::start(FleetConfig::default()).await.unwrap();
        let server = Launch::at(&site).set("BATON_PUSH_URL", fleet.push_url()).start().await;
        let office = Office::open(&site, &server.origin()).await;
        office.distribute_clip().await;
        let profile = office.enrollment_profile(1).await;
        let phone = fleet.enrol(DeviceSpec::numbered(1, 1), &profile).await.unwrap();
        let icon = phone.wait_until(|phone| phone.icon("Baton").is_some()).await.icon("Baton").unwrap().url.clone();
        let device = office.device().await;
        let contenders = contenders(&office, &icon, &server.origin()).await;

        let start = Arc::new(Barrier::new(PEOPLE));
        let attempts = contenders.into_iter().map(|contender| {
            let start = Arc::clone(&start);
            tokio::spawn(async move {
                let page = contender.browser.get("/clip").await.unwrap();
                let form = page.form("/clip/sign-in").fill("username", &contender.name).fill("password", PASSWORD);
                start.wait().await;
                let answer = contender.browser.submit(&form).await.unwrap();
                (contender, answer)
            })
        });
        let outcomes = join_all(attempts).await.into_iter().map(Result::unwrap).collect::<Vec<_>>();

        let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(|(_, answer)| answer.status == 303);
        assert_eq!((won.len(), lost.len()), (1, PEOPLE - 1));
        for (_, answer) in &lost {
            assert_eq!(answer.status, 409, "{}", answer.text());
            assert!(answer.text().contains("extension 4100"), "{}", answer.text());
        }
        let (winner, _) = &won[0];
        let holder = format!("user-{}", winner.name);
        let custody = office.custody(&device).await;
        let entries: Vec<_> = custody.iter().map(|entry| (entry.cause, entry.holder_id.as_str())).collect();
        assert_eq!(entries, [(CustodyCause::Enrolled, id::NOBODY), (CustodyCause::SignedIn, holder.as_str())]);
        let page = winner.browser.open("/clip").await.unwrap();
        let number = winner.name.strip_prefix("person").unwrap();
        assert!(page.text().contains(&format!("Signed in as Person Number {number}")), "{}", page.text());
        for (loser, _) in &lost {
            let page = loser.browser.open("/clip").await.unwrap();
            assert!(page.status == 200 && !page.text().contains("Person Number"), "{}", page.text());
        }
    }
}
