use baton_simulator::{AppStatus, Fault, Script, StoreApp};
use plist::{Dictionary, Value};

use crate::fake_server::{Message, Setup, command, dictionary, manual, manual_supervised, soon, xml};

const TEAMS: &str = "com.microsoft.skype.teams";

fn install_teams() -> Dictionary {
    let id = 1_113_153_706_u64;
    command("InstallApplication", [("iTunesStoreID", id.into()), ("ManagementFlags", 1.into())])
}

fn error_code(answer: &Message) -> i64 {
    let chain = answer.body["ErrorChain"].as_array().unwrap();
    chain[0].as_dictionary().unwrap()["ErrorCode"].as_signed_integer().unwrap()
}

async fn managed_status(setup: &Setup, app: &str) -> Option<String> {
    let list = setup.server.order(&setup.device, command("ManagedApplicationList", [])).await;
    let list = list.body["ManagedApplicationList"].as_dictionary()?.clone();
    let entry = list.get(app)?.as_dictionary()?;
    Some(entry["Status"].as_string()?.to_owned())
}

#[tokio::test]
async fn an_app_is_acknowledged_at_once_and_installed_after_the_tap() {
    let setup = manual().await;

    let answer = setup.server.order(&setup.device, install_teams()).await;

    assert_eq!(answer.kind(), "Acknowledged");
    assert_eq!(answer.text("Identifier"), Some(TEAMS));
    assert_eq!(answer.text("State"), Some("Prompting"));
    assert_eq!(managed_status(&setup, TEAMS).await.as_deref(), Some("Prompting"));
    setup.device.tap_install(TEAMS).unwrap();
    assert_eq!(managed_status(&setup, TEAMS).await.as_deref(), Some("Queued"));
    setup.device.advance_app(TEAMS).unwrap();
    assert_eq!(managed_status(&setup, TEAMS).await.as_deref(), Some("Installing"));
    setup.device.advance_app(TEAMS).unwrap();
    assert_eq!(managed_status(&setup, TEAMS).await.as_deref(), Some("Managed"));
}

#[tokio::test]
async fn a_supervised_phone_does_not_ask() {
    let setup = manual_supervised().await;

    let answer = setup.server.order(&setup.device, install_teams()).await;

    assert_eq!(answer.text("State"), Some("Queued"));
    assert!(setup.device.tap_install(TEAMS).is_err());
}

#[tokio::test]
async fn a_refusal_is_told_once_and_then_forgotten() {
    let setup = manual().await;
    setup.server.order(&setup.device, install_teams()).await;

    setup.device.reject_install(TEAMS).unwrap();

    assert_eq!(managed_status(&setup, TEAMS).await.as_deref(), Some("UserRejected"));
    assert_eq!(managed_status(&setup, TEAMS).await, None);
}

#[tokio::test]
async fn a_scripted_refusal_and_a_scripted_failure_come_by_themselves() {
    let refused = manual().await;
    let script = Script::new().on("InstallApplication", Fault::UserRefuses);
    refused.device.script(&script);
    let failed = manual_supervised().await;
    let script = Script::new().on("InstallApplication", Fault::InstallFails);
    failed.device.script(&script);

    refused.server.order(&refused.device, install_teams()).await;
    failed.server.order(&failed.device, install_teams()).await;

    assert_eq!(refused.device.advance_app(TEAMS).unwrap(), AppStatus::UserRejected);
    assert_eq!(failed.device.advance_app(TEAMS).unwrap(), AppStatus::Installing);
    assert_eq!(failed.device.advance_app(TEAMS).unwrap(), AppStatus::Failed);
}

#[tokio::test]
async fn the_same_app_again_is_refused_while_under_way_and_accepted_when_managed() {
    let setup = manual_supervised().await;
    setup.server.order(&setup.device, install_teams()).await;

    let under_way = setup.server.order(&setup.device, install_teams()).await;
    setup.device.advance_app(TEAMS).unwrap();
    setup.device.advance_app(TEAMS).unwrap();
    let managed = setup.server.order(&setup.device, install_teams()).await;

    assert_eq!(under_way.text("RejectionReason"), Some("AppAlreadyQueued"));
    assert_eq!(error_code(&under_way), 12026);
    assert_eq!(managed.text("State"), Some("Managed"));
}

#[tokio::test]
async fn a_removed_app_is_gone_whether_installed_or_still_prompting() {
    let setup = manual().await;
    let remove = || command("RemoveApplication", [("Identifier", TEAMS.into())]);
    setup.server.order(&setup.device, install_teams()).await;

    let first = setup.server.order(&setup.device, remove()).await;
    let second = setup.server.order(&setup.device, remove()).await;

    assert_eq!(first.kind(), "Acknowledged");
    assert!(setup.device.snapshot().apps.is_empty());
    assert_eq!((second.kind(), error_code(&second)), ("Error", 12029));
}

#[tokio::test]
async fn an_in_house_app_comes_from_its_manifest() {
    let setup = manual().await;
    let metadata = dictionary([
        ("bundle-identifier", "org.example.rounds".into()),
        ("bundle-version", "2.1".into()),
        ("title", "Rounds".into()),
    ]);
    let item = dictionary([("metadata", Value::Dictionary(metadata))]);
    let items = Value::Array(vec![Value::Dictionary(item)]);
    let url = setup.server.offer_manifest(xml(dictionary([("items", items)])));

    let install = command("InstallApplication", [("ManifestURL", url.into())]);
    let answer = setup.server.order(&setup.device, install).await;

    assert_eq!(answer.text("Identifier"), Some("org.example.rounds"));
    assert_eq!(setup.device.snapshot().app("Rounds").unwrap().version, "2.1");
}

#[tokio::test]
async fn a_manifest_in_the_catalogue_is_not_fetched() {
    let setup = manual().await;
    let url = "https://unreachable.invalid/rounds.plist";
    setup.fleet.apps().add(StoreApp {
        bundle_id: "org.example.rounds".to_owned(),
        name: "Rounds".to_owned(),
        version: "3.0".to_owned(),
        store_id: None,
        manifest_url: Some(url.to_owned()),
    });

    let install = command("InstallApplication", [("ManifestURL", url.into())]);
    let answer = setup.server.order(&setup.device, install).await;

    assert_eq!(answer.text("Identifier"), Some("org.example.rounds"));
}

#[tokio::test]
async fn apps_that_cannot_be_found_are_refused() {
    let setup = manual().await;
    let missing = format!("{}/nowhere", setup.server.url);
    let nonsense = setup.server.offer_manifest(b"no manifest".to_vec());

    let cases = [
        (command("InstallApplication", [("iTunesStoreID", 1.into())]), 12023),
        (command("InstallApplication", [("ManifestURL", missing.into())]), 12024),
        (command("InstallApplication", [("ManifestURL", nonsense.into())]), 12033),
    ];

    for (case, code) in cases {
        let answer = setup.server.order(&setup.device, case).await;
        assert_eq!((answer.kind(), error_code(&answer)), ("Error", code));
    }
}

#[tokio::test]
async fn a_personal_app_is_managed_only_when_the_server_asks_and_the_person_agrees() {
    let setup = manual().await;
    setup.device.install_personally(StoreApp {
        bundle_id: TEAMS.to_owned(),
        name: "Microsoft Teams".to_owned(),
        version: "1.0".to_owned(),
        store_id: Some(1_113_153_706),
        manifest_url: None,
    });

    let plain = setup.server.order(&setup.device, install_teams()).await;
    let mut take_over = install_teams();
    take_over.insert("ChangeManagementState".to_owned(), "Managed".into());
    let asked = setup.server.order(&setup.device, take_over).await;

    assert_eq!(plain.text("RejectionReason"), Some("AppAlreadyInstalled"));
    assert_eq!(asked.text("State"), Some("PromptingForManagement"));
    setup.device.tap_install(TEAMS).unwrap();
    assert_eq!(managed_status(&setup, TEAMS).await.as_deref(), Some("Managed"));
}

#[tokio::test]
async fn an_app_the_person_deleted_stays_managed_but_uninstalled() {
    let setup = manual_supervised().await;
    setup.server.order(&setup.device, install_teams()).await;
    setup.device.advance_app(TEAMS).unwrap();
    setup.device.advance_app(TEAMS).unwrap();

    setup.device.delete_app(TEAMS).unwrap();

    let status = managed_status(&setup, TEAMS).await;
    assert_eq!(status.as_deref(), Some("ManagedButUninstalled"));
    let list = command("InstalledApplicationList", []);
    let list = setup.server.order(&setup.device, list).await;
    assert!(list.body["InstalledApplicationList"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn flag_1_takes_the_app_along_with_the_management_profile() {
    let setup = manual_supervised().await;
    let keynote = command("InstallApplication", [("Identifier", "com.apple.Keynote".into())]);
    setup.server.order(&setup.device, install_teams()).await;
    setup.server.order(&setup.device, keynote).await;
    for app in [TEAMS, "Keynote"] {
        setup.device.advance_app(app).unwrap();
        setup.device.advance_app(app).unwrap();
    }

    setup.device.remove_management().await;

    let apps = setup.device.snapshot().apps;
    assert_eq!(apps.len(), 1);
    assert_eq!((apps[0].name.as_str(), apps[0].status), ("Keynote", AppStatus::Personal));
}

#[tokio::test]
async fn a_phone_that_acts_by_itself_taps_and_installs() {
    let setup = crate::fake_server::automatic().await;

    setup.server.order(&setup.device, install_teams()).await;

    let installed = |app: &str| {
        let app = app.to_owned();
        move |s: &baton_simulator::DeviceSnapshot| s.app(&app).is_some_and(|app| app.status == AppStatus::Managed)
    };
    soon(setup.device.wait_until(installed(TEAMS))).await;
}
