//! Actions on devices in portal and console: what is offered, what a forged form comes to, and what the pages say (E7, E9).

use axum::http::StatusCode;
use baton_model::{CommandStatus, Device, Enrollment, EnrollmentState};
use baton_policy::{EnrollmentType, Ownership};

use super::site::{Site, on_a_site, phone};

/// Ada's own phone under User Enrollment, Ben's shared one, both reachable.
async fn furnish(site: &Site) {
    site.add_user("ben", "Person ben", baton_model::Role::User).await;
    let own = Device {
        udid: None,
        serial_number: None,
        apple_enrollment_id: Some("enrollment-of-own".to_owned()),
        enrollment_type: EnrollmentType::User,
        ownership: Ownership::User,
        shared: false,
        ..phone("own", "Ada’s iPhone", "ada")
    };
    for device in [own, phone("shared", "Ward 3 · Phone 1", "ben")] {
        let enrollment = Enrollment {
            id: format!("enrollment-{}", device.id).as_str().into(),
            link_id: None,
            device_id: Some(device.id.clone()),
            fingerprint: format!("fingerprint-{}", device.id),
            topic: "com.apple.mgmt.External.heron".to_owned(),
            push_token: None,
            push_magic: None,
            unlock_token: None,
            state: EnrollmentState::Active,
            created_at: device.enrolled_at,
        };
        let mut tx = site.store.begin().await.unwrap();
        tx.create_device(&device).await.unwrap();
        tx.create_enrollment(&enrollment).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn orders(site: &Site, device: &str) -> Vec<(String, CommandStatus)> {
    let commands = site.store.read().await.unwrap().ordered_commands(&device.into(), 20).await.unwrap();
    commands.iter().map(|command| (command.kind.to_string(), command.status)).collect()
}

async fn audited(site: &Site, action: &str) -> Vec<bool> {
    site.audit().await.iter().filter(|entry| entry.action == action).map(|entry| entry.allowed).collect()
}

/// The part of a page about one action.
fn row<'a>(page: &'a str, action: &str) -> &'a str {
    let start = page.find(&format!("data-action=\"{action}\"")).unwrap_or_else(|| panic!("no {action} on the page"));
    page[start..].split("</li>").next().unwrap()
}

#[test]
fn the_owner_sees_what_is_allowed_and_what_is_denied_why_by_whom_and_what_helps() {
    on_a_site(|site| async move {
        furnish(&site).await;
        let mut ada = site.signed_in("ada").await;
        assert!(ada.get("/").await.body.contains("href=\"/devices/own\""));

        let page = ada.get("/devices/own").await;

        assert_eq!(page.status, StatusCode::OK);
        assert!(row(&page.body, "lock").contains("href=\"/devices/own/lock\""));
        let wipe = row(&page.body, "wipe");
        assert!(wipe.contains("disabled") && wipe.contains("Remove the work data instead"), "{wipe}");
        assert!(wipe.contains("href=\"/devices/own/remove-work-data\""), "{wipe}");
        let passcode = row(&page.body, "clearPasscode");
        assert!(passcode.contains("disabled") && passcode.contains("The owner unlocks the device"), "{passcode}");
        assert!(page.says("Apple does not allow this on a personal device with User Enrollment."));
        assert!(page.says("Apple’s rule"));
        assert!(page.body.contains("/pkg/baton.js"), "the browser decides once more");
    });
}

#[test]
fn a_denied_action_is_refused_at_its_page_and_when_its_form_is_forged() {
    on_a_site(|site| async move {
        furnish(&site).await;
        let mut ada = site.signed_in("ada").await;
        let page = ada.get("/devices/own/wipe").await;
        let forged = ada.post("/devices/own/wipe", &[("confirmed", "yes"), ("reason", "because")]).await;
        for answer in [page, forged] {
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
            assert!(answer.says("Apple does not allow this") && answer.says("Remove work data"), "{}", answer.body);
        }
        assert_eq!(orders(&site, "own").await, []);
        assert_eq!(audited(&site, "device.wipe").await, [false]);
    });
}

#[test]
fn an_allowed_action_is_asked_once_more_queued_and_shown() {
    on_a_site(|site| async move {
        furnish(&site).await;
        let mut ada = site.signed_in("ada").await;
        let page = ada.get("/devices/own/lock").await;
        assert!(page.body.contains("name=\"message\"") && page.says("Ada’s iPhone"));

        let asked = ada.post("/devices/own/lock", &[("message", "Call me"), ("phoneNumber", "")]).await;

        assert_eq!((asked.status, asked.location.as_str()), (StatusCode::SEE_OTHER, "/devices/own"));
        assert_eq!(orders(&site, "own").await, [("DeviceLock".to_owned(), CommandStatus::Queued)]);
        assert_eq!(audited(&site, "device.lock").await, [true]);
        let page = ada.get("/devices/own").await;
        assert!(page.says("On its way.") && page.says("Queued") && page.says("Take back"));
        let twice = ada.post("/devices/own/lock", &[("message", "Call me twice")]).await;
        assert_eq!(twice.status, StatusCode::CONFLICT);
        assert!(twice.says("under way already") && twice.says("Call me twice"), "{}", twice.body);
    });
}

#[test]
fn what_was_queued_can_be_taken_back() {
    on_a_site(|site| async move {
        furnish(&site).await;
        let mut ada = site.signed_in("ada").await;
        ada.post("/devices/own/lock", &[]).await;
        let order = site.store.read().await.unwrap().ordered_commands(&"own".into(), 1).await.unwrap()[0].id.clone();
        let path = format!("/devices/own/orders/{order}/withdraw");
        let mut ben = site.signed_in("ben").await;
        assert_eq!(ben.post(&path, &[]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(ada.post(&path, &[]).await.location, "/devices/own");
        assert_eq!(orders(&site, "own").await[0].1, CommandStatus::Superseded);
        assert_eq!(ada.get(&path).await.location, "/devices/own");
    });
}

#[test]
fn a_name_that_is_wrong_comes_back_with_what_was_typed() {
    on_a_site(|site| async move {
        furnish(&site).await;
        let mut ada = site.signed_in("ada").await;
        let long = "x".repeat(101);
        let wrong = ada.post("/devices/own/rename", &[("name", &long)]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains(&long) && wrong.body.contains("aria-invalid"));
        let right = ada.post("/devices/own/rename", &[("name", "Ada’s work phone")]).await;
        assert_eq!(right.status, StatusCode::SEE_OTHER);
        assert_eq!(site.device("own").await.name, "Ada’s work phone");
        assert_eq!(orders(&site, "own").await, [], "Apple keeps the phone's own name from servers here");
    });
}

#[test]
fn removing_work_data_says_what_goes_and_wants_a_yes() {
    on_a_site(|site| async move {
        furnish(&site).await;
        let mut ada = site.signed_in("ada").await;
        let page = ada.get("/devices/own/remove-work-data").await;
        assert!(page.says("notes and iCloud Drive documents") && page.says("Nothing private is touched"));
        let without = ada.post("/devices/own/remove-work-data", &[]).await;
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(without.says("Tick this to go on."));
        let with = ada.post("/devices/own/remove-work-data", &[("confirmed", "yes")]).await;
        assert_eq!((with.status, with.location.as_str()), (StatusCode::SEE_OTHER, "/"));
        assert_eq!(orders(&site, "own").await, [("RemoveProfile".to_owned(), CommandStatus::Queued)]);
    });
}

#[test]
fn nobody_sees_or_moves_somebody_elses_phone_in_the_portal() {
    on_a_site(|site| async move {
        furnish(&site).await;
        let mut ben = site.signed_in("ben").await;
        for path in ["/devices/own", "/devices/own/lock", "/devices/ghost", "/devices/shared/make-coffee"] {
            assert_eq!(ben.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let forged = ben.post("/devices/own/lock", &[]).await;
        assert_eq!(forged.status, StatusCode::FORBIDDEN);
        assert!(!forged.says("Ada’s iPhone"), "{}", forged.body);
        assert_eq!(audited(&site, "device.lock").await, [false]);
        let mut nobody = site.browser();
        assert!(nobody.get("/devices/own").await.location.starts_with("/sign-in"));
        assert!(nobody.post("/devices/own/lock", &[]).await.location.starts_with("/sign-in"));
    });
}

#[test]
fn the_holder_of_a_shared_phone_may_lock_it_and_report_it_lost_and_help_desk_sees_that() {
    on_a_site(|site| async move {
        furnish(&site).await;
        let mut ben = site.signed_in("ben").await;
        let page = ben.get("/devices/shared").await;
        assert!(page.says("On a shared device you can only lock it or report it lost."));
        assert!(page.says("Your organisation’s rule") && page.says("Ask the help desk."));
        assert_eq!(ben.post("/devices/shared/clear-passcode", &[]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(ben.post("/devices/shared/report-lost", &[]).await.status, StatusCode::SEE_OTHER);
        assert!(site.device("shared").await.reported_lost_at.is_some());

        let mut hugo = site.signed_in("hugo").await;
        assert!(hugo.get("/admin").await.says("It was reported lost."));
        assert!(hugo.get("/admin/devices/shared").await.says("Reported lost"));
        let found = hugo.post("/admin/devices/shared/found", &[]).await;
        assert_eq!(found.location, "/admin/devices/shared");
        assert!(site.device("shared").await.reported_lost_at.is_none());
    });
}

#[test]
fn help_desk_may_lock_but_not_wipe_and_an_auditor_may_nothing() {
    on_a_site(|site| async move {
        furnish(&site).await;
        let wipe = "/admin/devices/shared/actions/wipe";
        let fields = [("reason", "stolen"), ("confirmed", "yes")];
        for (name, expected) in [("hugo", [true, false]), ("ines", [false, false]), ("petra", [true, true])] {
            let mut browser = site.signed_in(name).await;
            let page = browser.get("/admin/devices/shared").await;
            for (action, may) in ["lock", "wipe"].into_iter().zip(expected) {
                let row = row(&page.body, action);
                assert_eq!(row.contains("data-may=\"yes\""), may, "{name} {action}: {row}");
                assert_eq!(row.contains("disabled"), !may, "{name} {action}: {row}");
            }
            let status = if expected[1] { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(browser.get(wipe).await.status, status, "{name}");
            let status = if expected[1] { StatusCode::SEE_OTHER } else { StatusCode::FORBIDDEN };
            assert_eq!(browser.post(wipe, &fields).await.status, status, "{name}");
        }
        assert_eq!(orders(&site, "shared").await, [("EraseDevice".to_owned(), CommandStatus::Queued)]);
        let mut verdicts = audited(&site, "device.wipe").await;
        verdicts.sort_unstable();
        assert_eq!(verdicts, [false, false, true]);
    });
}

#[test]
fn a_wipe_in_the_console_needs_a_reason_and_a_yes_and_the_log_names_who_asked() {
    on_a_site(|site| async move {
        furnish(&site).await;
        let mut petra = site.signed_in("petra").await;
        let wrong = petra.post("/admin/devices/shared/actions/wipe", &[("reason", "")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.says("Tick this to go on.") && wrong.body.contains("aria-invalid"));
        petra.post("/admin/devices/shared/actions/wipe", &[("reason", "stolen"), ("confirmed", "yes")]).await;
        let page = petra.get("/admin/devices/shared").await;
        assert!(page.says("by Person petra") && page.says("stolen"));
        let order = site.store.read().await.unwrap().ordered_commands(&"shared".into(), 1).await.unwrap()[0].id.clone();
        let detail = petra.get(&format!("/admin/devices/shared/commands/{order}")).await;
        assert!(detail.says("Asked for by") && detail.says("Person petra") && detail.says("stolen"), "{}", detail.body);
    });
}

#[test]
fn the_brake_lets_a_second_administrator_agree() {
    on_a_site(|site| async move {
        furnish(&site).await;
        site.add_user("olga", "Person olga", baton_model::Role::Administrator).await;
        let mut petra = site.signed_in("petra").await;
        let fields = [("reason", "stolen"), ("confirmed", "yes")];
        for number in 0..4 {
            let (id, name) = (format!("more-{number}"), format!("More {number}"));
            site.add_phone(&id, &name, super::site::NOBODY).await;
            let mut tx = site.store.begin().await.unwrap();
            let enrollment = tx.find_enrollment(&format!("enrollment-{id}").as_str().into()).await.unwrap().unwrap();
            let active = Enrollment { state: EnrollmentState::Active, ..enrollment };
            tx.save_enrollment(&active).await.unwrap();
            tx.commit().await.unwrap();
            let asked = petra.post(&format!("/admin/devices/{id}/actions/wipe"), &fields).await;
            assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
        }
        assert_eq!(orders(&site, "more-3").await[0].1, CommandStatus::Held);
        let page = petra.get("/admin/devices/more-3").await;
        assert!(page.says("Waits for a second administrator") && !page.says(">Agree<"), "{}", page.body);
        let order = site.store.read().await.unwrap().ordered_commands(&"more-3".into(), 1).await.unwrap()[0].id.clone();
        let release = format!("/admin/devices/more-3/orders/{order}/release");
        assert_eq!(petra.post(&release, &[]).await.status, StatusCode::FORBIDDEN);

        let mut olga = site.signed_in("olga").await;
        assert!(olga.get("/admin/devices/more-3").await.says(">Agree<"));
        assert_eq!(olga.post(&release, &[]).await.status, StatusCode::SEE_OTHER);

        assert_eq!(orders(&site, "more-3").await[0].1, CommandStatus::Queued);
        assert_eq!(olga.post(&release, &[]).await.status, StatusCode::CONFLICT);
        assert_eq!(olga.get(&release).await.location, "/admin/devices/more-3");
    });
}

#[test]
fn an_own_phone_is_not_offered_for_release() {
    on_a_site(|site| async move {
        furnish(&site).await;
        let mut hugo = site.signed_in("hugo").await;
        assert!(!hugo.get("/admin/devices/own").await.body.contains("/admin/devices/own/release"));
        let forged = hugo.post("/admin/devices/own/release", &[("reason", "found")]).await;
        assert_eq!(forged.status, StatusCode::CONFLICT);
        assert!(forged.says("somebody’s own device"), "{}", forged.body);
    });
}
