//! Several servers over one PostgreSQL (design: any number of stateless servers).

use std::collections::BTreeSet;

use baton_core::Vault;
use baton_simulator::{DeviceSpec, Fleet, FleetConfig};
use baton_store::Engine;
use futures::future::join_all;

use crate::{
    browser::Browser,
    office::{Office, PASSWORD, icon, only},
    server::{Launch, Server},
    site::{Site, run},
    wire::Wire,
};

const SERVERS: usize = 3;
const KEY: [u8; 32] = [7; 32];

/// Servers that start at the same moment, each with a data folder of its own and all with the same key.
async fn start_together(site: &Site, folders: &[Site], wire: &Wire) -> Vec<Server> {
    let launches = folders.iter().map(|folder| {
        wire.launch(folder).set("BATON_DATABASE_URL", site.database_url()).set("BATON_SECRET_KEY", hex::encode(KEY))
    });
    let launches: Vec<Launch> = launches.collect();
    join_all(launches.iter().map(Launch::start)).await
}

async fn set_up_link(server: &Server) -> String {
    // What it prints and what it logs arrive one after the other, in either order.
    let line = server.output.line("/setup/").await;
    format!("/setup/{}", line.split_once("/setup/").unwrap().1.trim())
}

async fn test(site: Site) {
    let fleet = Fleet::start(FleetConfig::default()).await.unwrap();
    let wire = Wire::lay().await;
    let mut folders = Vec::new();
    for _ in 0..SERVERS {
        folders.push(Site::sqlite());
    }

    // They make the tables, the authority and the set-up link of an empty database at once.
    let servers = start_together(&site, &folders, &wire).await;
    let mut valid = 0;
    for server in &servers {
        let browser = Browser::at(&server.origin());
        valid += usize::from(browser.open(&set_up_link(server).await).await.unwrap().status == 200);
    }
    assert_eq!(valid, 1, "the link of the last start is the one that works");

    // From now on every exchange goes to another of them than the one before.
    wire.lead_to(servers.iter().map(Server::address).collect(), &fleet.push_url());
    let office = Office::open_with(&site, &wire.url(), Vault::new(KEY)).await;
    office.distribute_clip().await;
    let ada = office.add_person("ada", "Ada Lindqvist").await;
    office.add_item("My shift", icon("My shift", "https://rota.heron.example/${user.name}"), only(&[&ada])).await;
    let profile = office.enrollment_profile(1).await;
    let phone = fleet.enrol(DeviceSpec::numbered(1, 1), &profile).await.unwrap();
    let address = phone.wait_until(|phone| phone.icon("Baton").is_some()).await.icon("Baton").unwrap().url.clone();

    let browser = Browser::at(&wire.url());
    let page = browser.open(&address).await.unwrap();
    let form = page.form("/clip/sign-in").fill("username", "ada").fill("password", PASSWORD);
    let page = browser.submit_and_follow(&form).await.unwrap();
    assert!(page.text().contains("Ada Lindqvist"), "{}", page.text());
    phone.wait_until(|phone| phone.icon("My shift").is_some()).await;
    for server in &servers {
        // The session counts at each of them.
        let page = browser.look(&format!("{}/clip", server.origin())).await.unwrap();
        assert!(page.text().contains("Ada Lindqvist"), "{}", page.text());
    }

    let page = browser.open("/clip/sign-out").await.unwrap();
    let page = browser.submit_and_follow(&page.form("/clip/sign-out").tick_all()).await.unwrap();
    assert!(!page.text().contains("Ada Lindqvist"), "{}", page.text());
    phone.wait_until(|phone| phone.icon("My shift").is_none()).await;

    let asked: BTreeSet<String> = wire.steps().into_iter().collect();
    assert!(asked.contains("push") && asked.contains("PUT /mdm/connect"), "{asked:?}");
    assert_eq!(office.custody(&office.device().await).await.len(), 3);
    for server in &servers {
        let log = server.log.text();
        assert!(!log.contains("ERROR") && !log.contains("panicked"), "{log}");
    }
}

#[test]
fn servers_that_start_at_once_on_an_empty_database_share_everything() {
    run(Engine::Postgres, test);
}
