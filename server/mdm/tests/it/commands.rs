//! The bytes of each command.

use baton_mdm::command::{AppManagement, AppSource, Command, InstallApplication, PurchaseMethod, Setting};

use crate::support::{assert_golden, dictionary, text};

const UUID: &str = "0B5F0C1E-6E0F-4E52-9E55-0E5A5B1D7C11";

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// One of each kind, with every key set at least once.
fn every_command() -> Vec<(&'static str, Command)> {
    let store_app = InstallApplication {
        management: AppManagement { remove_with_profile: true, prevent_backup: false },
        purchase_method: PurchaseMethod::Licence,
        take_management: true,
        removable: false,
        ..InstallApplication::new(AppSource::StoreId(310633997))
    };
    let in_house_app =
        InstallApplication::new(AppSource::ManifestUrl("https://baton.example/apps/ward/manifest.plist".to_owned()));
    vec![
        ("install-profile", Command::InstallProfile { payload: b"<plist>a profile</plist>".to_vec() }),
        ("remove-profile", Command::RemoveProfile { identifier: "com.example.baton.item.7".to_owned() }),
        ("install-store-app", Command::InstallApplication(store_app)),
        ("install-in-house-app", Command::InstallApplication(in_house_app)),
        ("remove-application", Command::RemoveApplication { identifier: "com.example.ward".to_owned() }),
        ("profile-list", Command::ProfileList { managed_only: true }),
        (
            "managed-application-list",
            Command::ManagedApplicationList { identifiers: strings(&["com.example.ward", "com.example.notes"]) },
        ),
        ("managed-application-list-all", Command::ManagedApplicationList { identifiers: vec![] }),
        (
            "device-information",
            Command::DeviceInformation { queries: strings(&["DeviceName", "OSVersion", "IsSupervised"]) },
        ),
        ("security-info", Command::SecurityInfo),
        (
            "device-lock",
            Command::DeviceLock {
                message: Some("Please return to ward 3 & say hello".to_owned()),
                phone_number: Some("+1 555 0100".to_owned()),
            },
        ),
        ("clear-passcode", Command::ClearPasscode { unlock_token: vec![1, 2, 3, 4] }),
        ("erase-device", Command::EraseDevice { preserve_data_plan: true, disallow_proximity_setup: false }),
        ("restart-device", Command::RestartDevice),
        ("shut-down-device", Command::ShutDownDevice),
        (
            "enable-lost-mode",
            Command::EnableLostMode {
                message: Some("Lost. Please call ward 3".to_owned()),
                phone_number: Some("+1 555 0100".to_owned()),
            },
        ),
        ("disable-lost-mode", Command::DisableLostMode),
        ("device-location", Command::DeviceLocation),
        ("settings", Command::Settings(vec![Setting::DeviceName("Ward 3 phone".to_owned())])),
        ("device-configured", Command::DeviceConfigured),
    ]
}

#[test]
fn each_command_has_these_bytes() {
    for (name, command) in every_command() {
        assert_golden(&format!("command-{name}.plist"), &command.to_plist(UUID));
    }
}

#[test]
fn a_redelivery_is_byte_identical() {
    for (name, command) in every_command() {
        assert_eq!(command.to_plist(UUID), command.clone().to_plist(UUID), "{name}");
    }
}

#[test]
fn each_command_carries_its_request_type() {
    for (name, command) in every_command() {
        let delivery = dictionary(&command.to_plist(UUID));
        let inner = delivery.get("Command").and_then(plist::Value::as_dictionary).unwrap();
        assert_eq!(text(&delivery, "CommandUUID"), Some(UUID), "{name}");
        assert_eq!(text(inner, "RequestType"), Some(command.request_type()), "{name}");
    }
}

#[test]
fn management_flags_are_apples_bits() {
    let flags = |remove_with_profile, prevent_backup| AppManagement { remove_with_profile, prevent_backup }.flags();

    assert_eq!([flags(false, false), flags(true, false), flags(false, true), flags(true, true)], [0, 1, 4, 5]);
}

#[test]
fn a_command_in_a_log_shows_no_secret() {
    let profile = Command::InstallProfile { payload: b"password-in-profile".to_vec() };
    let unlock = Command::ClearPasscode { unlock_token: vec![250, 251] };

    let shown = format!("{profile:?} {unlock:?}");

    assert!(!shown.contains("112, 97") && !shown.contains("250"), "{shown}");
}
