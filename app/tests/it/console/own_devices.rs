//! Who may enrol devices of their own (B5): everybody or nobody, and single people otherwise.

use axum::http::StatusCode;
use baton_app::locale::{Locale, Texts};

use super::site::{Browser, on_a_site};

const PATH: &str = "/admin/settings/own-devices";

fn t() -> &'static Texts {
    Locale::En.texts()
}

async fn say(petra: &mut Browser<'_>, choice: &str) {
    let fields = [("displayName", "Ada"), ("userName", "ada"), ("role", "user"), ("ownDevices", choice)];
    let saved = petra.post("/admin/users/ada/edit", &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
}

#[test]
fn nobody_may_until_it_is_said_and_each_persons_page_tells() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        assert!(petra.get("/admin/users/ada").await.says(t().own_devices_may_not));
        let saved = petra.post(PATH, &[("ownDevices", "everybody")]).await;
        assert_eq!((saved.status, &*saved.location), (StatusCode::SEE_OTHER, PATH));
        assert!(petra.get("/admin/users/ada").await.says(t().own_devices_may));
    });
}

#[test]
fn a_single_person_may_or_may_not_whatever_the_setting_is() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        say(&mut petra, "allowed").await;
        assert!(petra.get("/admin/users/ada").await.says(t().own_devices_may));
        assert!(petra.get(PATH).await.says(t().own_devices_allowed_one));
        petra.post(PATH, &[("ownDevices", "everybody")]).await;
        say(&mut petra, "forbidden").await;
        assert!(petra.get("/admin/users/ada").await.says(t().own_devices_may_not));
        say(&mut petra, "usual").await;
        assert!(petra.get("/admin/users/ada").await.says(t().own_devices_may));
    });
}

#[test]
fn an_auditor_reads_the_setting_and_cannot_change_it() {
    on_a_site(|site| async move {
        let mut ines = site.signed_in("ines").await;
        let page = ines.get(PATH).await;
        assert!(page.says(t().own_devices_nobody) && !page.body.contains("name=\"ownDevices\""), "{}", page.body);
        assert_eq!(ines.post(PATH, &[("ownDevices", "everybody")]).await.status, StatusCode::FORBIDDEN);
    });
}
