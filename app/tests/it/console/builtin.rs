use axum::http::StatusCode;
use baton_policy::{CustomDistribution, Distribution};

use super::site::{Answer, Browser, SECURE_SIGN_IN, Site, on_a_site};

const CLIP: &str = "/admin/configurations/secure-sign-in";
const EDITOR: &str = "/admin/configurations/secure-sign-in/distribution";
const STOPPED: &str = "At sign-out the sign-in page would vanish from these devices";

#[test]
fn the_secure_sign_in_cannot_be_added_deleted_or_duplicated() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        assert!(!petra.get("/admin/configurations/add").await.body.contains("secure-sign-in"));
        assert!(!petra.get(CLIP).await.body.contains("/delete"));
        let add = "/admin/configurations/add/secure-sign-in";
        assert_eq!(petra.get(add).await.status, StatusCode::CONFLICT);
        let second = [("name", "Another"), ("label", "Sign in")];
        assert_eq!(petra.post(add, &second).await.status, StatusCode::CONFLICT);
        for path in [format!("{CLIP}/delete")] {
            assert_eq!(petra.get(&path).await.status, StatusCode::CONFLICT);
            let refused = petra.post(&path, &[]).await;
            assert_eq!(refused.status, StatusCode::CONFLICT);
            assert!(refused.says("This is built in"));
        }
        assert_eq!(petra.get(&format!("{CLIP}/duplicate")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(petra.get(CLIP).await.status, StatusCode::OK);
    });
}

#[test]
fn the_options_of_the_secure_sign_in_are_edited_and_its_name_stays() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let saved = petra
            .post(
                &format!("{CLIP}/edit"),
                &[
                    ("revision", "1"),
                    ("name", "Renamed"),
                    ("label", "Sign in here"),
                    ("helpContact", "Extension 100"),
                    ("lineText", "Wait for your notes"),
                    ("lineText", ""),
                    ("lineText", "Wipe the phone"),
                    ("lineBlocks", "2"),
                ],
            )
            .await;
        assert_eq!((saved.status, &*saved.location), (StatusCode::SEE_OTHER, CLIP), "{}", saved.body);
        let page = petra.get(CLIP).await;
        assert!(page.says("Multi-user Secure Sign-in for iOS") && !page.says("Renamed"));
        assert!(page.says("Sign in here") && page.says("Extension 100"));
        assert!(page.says("Wait for your notes") && page.says("Wipe the phone"));
    });
}

/// A phone that Ada holds, a group with Ada in it, and the clip given to all.
async fn shared(site: &Site) -> String {
    let things = site.furnish().await;
    site.distribute(SECURE_SIGN_IN, Distribution::AllDevices).await;
    things.user_group
}

async fn revision(petra: &mut Browser<'_>) -> String {
    let page = petra.get(EDITOR).await;
    let field = page.body.split("name=\"revision\" value=\"").nth(1).unwrap();
    field.split('"').next().unwrap().to_owned()
}

async fn save(petra: &mut Browser<'_>, group: &str, more: &[(&str, &str)]) -> Answer {
    let revision = revision(petra).await;
    let mut fields = vec![("revision", &*revision), ("mode", "custom"), ("includeUserGroups", group)];
    fields.extend(more);
    petra.post(EDITOR, &fields).await
}

async fn stored(site: &Site) -> Distribution {
    site.store.read().await.unwrap().distribution_of(&SECURE_SIGN_IN.into()).await.unwrap().distribution
}

#[test]
fn a_distribution_that_misses_nobody_is_stopped_with_reason_devices_and_fix() {
    on_a_site(|site| async move {
        let group = shared(&site).await;
        let mut petra = site.signed_in("petra").await;

        let stopped = save(&mut petra, &group, &[]).await;

        assert_eq!(stopped.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(stopped.says(STOPPED) && stopped.says("Fix and save"), "{}", stopped.body);
        assert!(stopped.body.contains("href=\"/admin/devices/phone\""));
        assert!(stopped.body.contains(&format!("value=\"{group}\" checked")), "the input is kept");
        assert_eq!(stored(&site).await, Distribution::AllDevices);
        let audit = site.audit().await;
        assert!(audit.iter().any(|entry| entry.action == "distribution.save" && !entry.allowed));
    });
}

#[test]
fn the_one_click_fix_saves_the_distribution_with_nobody_in_it() {
    on_a_site(|site| async move {
        let group = shared(&site).await;
        let mut petra = site.signed_in("petra").await;

        let fixed = save(&mut petra, &group, &[("action", "fix")]).await;

        assert_eq!((fixed.status, &*fixed.location), (StatusCode::SEE_OTHER, CLIP), "{}", fixed.body);
        let expected = CustomDistribution {
            include_user_groups: [group.as_str().into()].into(),
            include_users: ["nobody".into()].into(),
            ..CustomDistribution::default()
        };
        assert_eq!(stored(&site).await, Distribution::Custom(expected));
        assert!(!petra.get(CLIP).await.says("The check of signed-out phones was overridden"));
    });
}

#[test]
fn an_override_needs_a_reason_is_audited_and_stays_flagged_until_it_is_put_right() {
    on_a_site(|site| async move {
        let group = shared(&site).await;
        let mut petra = site.signed_in("petra").await;

        let without = save(&mut petra, &group, &[("override", "yes"), ("overrideReason", "  ")]).await;
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(without.says("Fill this in.") && without.body.contains("id=\"override-yes\""));
        let unasked = save(&mut petra, &group, &[("overrideReason", "we sell them")]).await;
        assert_eq!(unasked.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason alone overrides nothing");
        let with = save(&mut petra, &group, &[("override", "yes"), ("overrideReason", "we sell them")]).await;
        assert_eq!(with.status, StatusCode::SEE_OTHER, "{}", with.body);

        assert!(petra.get(CLIP).await.says("The check of signed-out phones was overridden"));
        assert!(petra.get("/admin/audit?q=sell").await.says("we sell them"));
        let again = save(&mut petra, &group, &[("includeUsers", "nobody")]).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER);
        assert!(!petra.get(CLIP).await.says("The check of signed-out phones was overridden"));
    });
}

#[test]
fn whoever_saves_what_another_changed_sees_what_is_stored_now() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let editor = format!("/admin/configurations/{}/distribution", things.wifi);
        let mut petra = site.signed_in("petra").await;
        let mut otto = site.signed_in("otto").await;
        let fields = [("revision", "1"), ("mode", "all")];
        assert_eq!(otto.post(&editor, &fields).await.status, StatusCode::SEE_OTHER);

        let stale = petra.post(&editor, &[("revision", "1"), ("mode", "none")]).await;

        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.says("Somebody else changed it meanwhile"));
        assert!(stale.body.contains("value=\"all\" checked"), "{}", stale.body);
        assert!(stale.body.contains("name=\"revision\" value=\"2\""));
    });
}

#[test]
fn the_editor_adds_a_user_keeps_everything_and_saves_all_filters() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let item = format!("/admin/configurations/{}", things.wifi);
        let editor = format!("{item}/distribution");
        let mut petra = site.signed_in("petra").await;
        let mut fields = vec![
            ("revision", "1"),
            ("mode", "custom"),
            ("includeUserGroups", &*things.user_group),
            ("includeUserGroups", "ghost"),
            ("excludeDeviceGroups", &*things.device_group),
            ("supervised", "yes"),
            ("userEnrollment", "no"),
            ("platforms", "ios"),
            ("minOsVersion", "15.4"),
            ("addUser", "Nobody"),
        ];
        let wrong = petra.post(&editor, &[&fields[..9], &[("addUser", "zoe"), ("maxOsVersion", "new")]].concat()).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.says("There is no user of this name.") && wrong.says("Enter a version, such as 17.4."));
        assert!(wrong.body.contains("value=\"zoe\"") && wrong.body.contains("value=\"15.4\""));
        fields.push(("action", "more"));
        let more = petra.post(&editor, &fields).await;
        assert_eq!(more.status, StatusCode::OK);
        assert!(more.body.contains("name=\"includeUsers\" value=\"nobody\" checked"), "{}", more.body);
        fields.truncate(9);
        fields.push(("includeUsers", "nobody"));

        let saved = petra.post(&editor, &fields).await;

        assert_eq!((saved.status, saved.location), (StatusCode::SEE_OTHER, item.clone()), "{}", saved.body);
        let page = petra.get(&item).await;
        for text in ["Nurses", "Nobody", "Ward phones", "Supervised: Yes", "Platforms: iPhone", "system version: 15.4"]
        {
            assert!(page.says(text), "{text}");
        }
        let again = petra.get(&editor).await;
        assert!(again.body.contains("value=\"15.4\"") && again.body.contains("value=\"ios\" checked"));
    });
}
