use std::path::Path;

use baton_simulator::{AppStatus, DeviceSpec, Fleet, FleetConfig, SimulatorError};

use crate::fake_server::{FakeServer, command, install_wifi, soon};

fn config(folder: &Path, manual: bool) -> FleetConfig {
    FleetConfig { state_dir: Some(folder.to_owned()), manual, ..FleetConfig::default() }
}

#[tokio::test]
async fn phones_go_on_where_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let server = FakeServer::start().await;
    let before = {
        let fleet = Fleet::start(config(folder.path(), true)).await.unwrap();
        let device = fleet.enrol(DeviceSpec::numbered(1, 1), &server.profile_url()).await.unwrap();
        server.order(&device, install_wifi("a.wifi", "Ward")).await;
        let snapshot = device.snapshot();
        fleet.shutdown().await;
        snapshot
    };

    let fleet = Fleet::start(config(folder.path(), true)).await.unwrap();
    let devices = fleet.resume().await.unwrap();

    assert_eq!(devices.len(), 1);
    let after = devices[0].snapshot();
    assert_eq!(after.profiles, before.profiles);
    assert_eq!(after.push_token, before.push_token);
    let first = server.message("TokenUpdate").signature;
    let answer = server.order(&devices[0], command("ProfileList", [])).await;
    assert_eq!(answer.signature, first);
}

#[tokio::test]
async fn an_app_on_its_way_arrives_after_the_restart_and_the_phone_connects_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let server = FakeServer::start().await;
    {
        let fleet = Fleet::start(config(folder.path(), true)).await.unwrap();
        let device = fleet.enrol(DeviceSpec::numbered(1, 1), &server.profile_url()).await.unwrap();
        let install = command("InstallApplication", [("Identifier", "com.apple.Keynote".into())]);
        server.order(&device, install).await;
        fleet.shutdown().await;
    }
    server.queue(install_wifi("a.wifi", "Ward"));

    let fleet = Fleet::start(config(folder.path(), false)).await.unwrap();
    let devices = fleet.resume().await.unwrap();

    let arrived = |s: &baton_simulator::DeviceSnapshot| {
        s.profile("a.wifi").is_some() && s.app("Keynote").is_some_and(|app| app.status == AppStatus::Managed)
    };
    soon(devices[0].wait_until(arrived)).await;
}

#[tokio::test]
async fn a_damaged_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("phone.json"), "{").unwrap();
    let fleet = Fleet::start(config(folder.path(), true)).await.unwrap();

    let Err(SimulatorError::State { path, .. }) = fleet.resume().await else {
        panic!("a damaged file was accepted");
    };

    assert!(path.ends_with("phone.json"));
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_with_the_private_key_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let fleet = Fleet::start(config(folder.path(), true)).await.unwrap();

    fleet.add(DeviceSpec::numbered(1, 1));

    let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap();
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}
