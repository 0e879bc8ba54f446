//! Answers to commands.

use std::collections::BTreeMap;

use baton_mdm::message::{
    Answer, AnswerStatus, CommandResult, DeviceInformation, EnrollmentIdentity, ErrorChainItem, InstalledProfile,
    ManagedAppStatus, MessageError, SecurityInfo, parse_answer,
};

use crate::support::{binary, xml};

const SENDER: &str = "<key>UDID</key><string>U-1</string>";

fn answer(status: &str, content: &str) -> Answer {
    parse_answer(&message(status, content)).unwrap()
}

fn message(status: &str, content: &str) -> Vec<u8> {
    xml(&format!(
        "{SENDER}<key>CommandUUID</key><string>C-1</string>\
         <key>Status</key><string>{status}</string>{content}"
    ))
}

#[test]
fn idle_answers_no_command() {
    let body = xml(&format!("{SENDER}<key>Status</key><string>Idle</string>"));

    let expected = Answer {
        who: EnrollmentIdentity::Udid("U-1".to_owned()),
        status: AnswerStatus::Idle,
        command_uuid: None,
        result: CommandResult::None,
    };
    assert_eq!(parse_answer(&body), Ok(expected));
}

#[test]
fn acknowledged_names_the_command() {
    let answer = answer("Acknowledged", "");

    assert_eq!(answer.status, AnswerStatus::Acknowledged);
    assert_eq!(answer.command_uuid.as_deref(), Some("C-1"));
}

#[test]
fn not_now_names_the_command() {
    let answer = answer("NotNow", "");

    assert_eq!(answer.status, AnswerStatus::NotNow);
    assert_eq!(answer.command_uuid.as_deref(), Some("C-1"));
}

#[test]
fn an_error_keeps_the_whole_chain() {
    let answer = answer(
        "Error",
        "<key>ErrorChain</key><array>
            <dict><key>ErrorCode</key><integer>4001</integer>
                <key>ErrorDomain</key><string>MCInstallationErrorDomain</string>
                <key>USEnglishDescription</key><string>Failed</string>
                <key>LocalizedDescription</key><string>Fehlgeschlagen</string></dict>
            <dict><key>ErrorCode</key><integer>13000</integer>
                <key>ErrorDomain</key><string>MCWiFiErrorDomain</string></dict>
        </array>",
    );

    let expected = vec![
        ErrorChainItem {
            code: 4001,
            domain: "MCInstallationErrorDomain".to_owned(),
            us_english: Some("Failed".to_owned()),
            localized: Some("Fehlgeschlagen".to_owned()),
        },
        ErrorChainItem { code: 13000, domain: "MCWiFiErrorDomain".to_owned(), ..ErrorChainItem::default() },
    ];
    assert_eq!(answer.status, AnswerStatus::Error(expected));
}

#[test]
fn an_error_without_a_chain_is_still_an_error() {
    assert_eq!(answer("Error", "").status, AnswerStatus::Error(vec![]));
    assert_eq!(answer("CommandFormatError", "").status, AnswerStatus::CommandFormatError(vec![]));
}

#[test]
fn the_profile_list_names_each_profile() {
    let answer = answer(
        "Acknowledged",
        "<key>ProfileList</key><array>
            <dict><key>PayloadIdentifier</key><string>com.example.wifi</string>
                <key>PayloadUUID</key><string>P-1</string>
                <key>PayloadDisplayName</key><string>Wi-Fi</string>
                <key>IsManaged</key><true/>
                <key>PayloadContent</key><array><dict/></array></dict>
            <dict><key>PayloadIdentifier</key><string>com.example.vpn</string>
                <key>PayloadUUID</key><string>P-2</string></dict>
        </array>",
    );

    let expected = vec![
        InstalledProfile {
            identifier: "com.example.wifi".to_owned(),
            uuid: "P-1".to_owned(),
            display_name: Some("Wi-Fi".to_owned()),
            is_managed: Some(true),
        },
        InstalledProfile {
            identifier: "com.example.vpn".to_owned(),
            uuid: "P-2".to_owned(),
            display_name: None,
            is_managed: None,
        },
    ];
    assert_eq!(answer.result, CommandResult::ProfileList(expected));
}

#[test]
fn an_empty_profile_list_is_an_answer_and_not_nothing() {
    let answer = answer("Acknowledged", "<key>ProfileList</key><array/>");

    assert_eq!(answer.result, CommandResult::ProfileList(vec![]));
}

#[test]
fn the_app_list_gives_the_status_of_each_app() {
    let answer = answer(
        "Acknowledged",
        "<key>ManagedApplicationList</key><dict>
            <key>com.example.notes</key><dict>
                <key>Status</key><string>Managed</string>
                <key>ManagementFlags</key><integer>5</integer></dict>
            <key>com.example.mail</key><dict>
                <key>Status</key><string>Teleporting</string></dict>
        </dict>",
    );

    let expected = BTreeMap::from([
        ("com.example.notes".to_owned(), ManagedAppStatus::Managed),
        ("com.example.mail".to_owned(), ManagedAppStatus::Unknown("Teleporting".to_owned())),
    ]);
    assert_eq!(answer.result, CommandResult::ManagedApplicationList(expected));
}

#[test]
fn device_information_leaves_out_what_was_not_answered() {
    let answer = answer(
        "Acknowledged",
        "<key>QueryResponses</key><dict>
            <key>DeviceName</key><string>Ward 3 phone</string>
            <key>OSVersion</key><string>18.3</string>
            <key>IsSupervised</key><false/>
            <key>BatteryLevel</key><real>0.5</real>
            <key>DeviceCapacity</key><integer>128</integer>
        </dict>",
    );

    let expected = DeviceInformation {
        device_name: Some("Ward 3 phone".to_owned()),
        os_version: Some("18.3".to_owned()),
        is_supervised: Some(false),
        battery_level: Some(0.5),
        device_capacity: Some(128.0),
        ..DeviceInformation::default()
    };
    assert_eq!(answer.result, CommandResult::DeviceInformation(Box::new(expected)));
}

#[test]
fn a_battery_the_device_does_not_know_is_absent() {
    for level in ["-1", "7.5", "nan"] {
        let answer = answer(
            "Acknowledged",
            &format!("<key>QueryResponses</key><dict><key>BatteryLevel</key><real>{level}</real></dict>"),
        );
        let CommandResult::DeviceInformation(information) = answer.result else {
            panic!("expected device information");
        };
        assert_eq!(information.battery_level, None, "{level}");
    }
}

#[test]
fn security_info_is_read() {
    let answer = answer(
        "Acknowledged",
        "<key>SecurityInfo</key><dict>
            <key>HardwareEncryptionCaps</key><integer>3</integer>
            <key>PasscodePresent</key><true/>
        </dict>",
    );

    let expected =
        SecurityInfo { hardware_encryption_caps: Some(3), passcode_present: Some(true), ..SecurityInfo::default() };
    assert_eq!(answer.result, CommandResult::SecurityInfo(expected));
}

#[test]
fn a_rejected_app_says_why() {
    let answer = answer("Error", "<key>RejectionReason</key><string>AppStoreDisabled</string>");

    let CommandResult::InstallApplication(app) = answer.result else {
        panic!("expected an answer about an app");
    };
    assert_eq!(app.rejection_reason.as_deref(), Some("AppStoreDisabled"));
}

#[test]
fn an_accepted_app_tells_its_identifier_and_state() {
    let answer = answer(
        "Acknowledged",
        "<key>Identifier</key><string>com.example.notes</string>
         <key>State</key><string>Queued</string>",
    );

    let CommandResult::InstallApplication(app) = answer.result else {
        panic!("expected an answer about an app");
    };
    assert_eq!(app.identifier.as_deref(), Some("com.example.notes"));
    assert_eq!(app.state, Some(ManagedAppStatus::Queued));
}

#[test]
fn binary_and_xml_say_the_same() {
    let body = message("Acknowledged", "<key>ProfileList</key><array/>");

    assert_eq!(parse_answer(&binary(&body)), parse_answer(&body));
}

#[test]
fn an_answer_to_no_command_is_refused() {
    for status in ["Acknowledged", "Error", "CommandFormatError", "NotNow"] {
        let body = xml(&format!("{SENDER}<key>Status</key><string>{status}</string>"));
        let expected = MessageError::Missing { key: "CommandUUID" };
        assert_eq!(parse_answer(&body), Err(expected), "{status}");
    }
}

#[test]
fn a_status_apple_does_not_define_is_refused() {
    let refused = parse_answer(&message("Perhaps", "")).unwrap_err();

    assert_eq!(refused.to_string(), "the value of `Status` is `Perhaps`, which is no status");
}

#[test]
fn lists_of_another_shape_are_refused() {
    for content in [
        "<key>ProfileList</key><dict/>",
        "<key>ProfileList</key><array><string>x</string></array>",
        "<key>ProfileList</key><array><dict/></array>",
        "<key>ManagedApplicationList</key><array/>",
        "<key>ManagedApplicationList</key><dict><key>a</key><string>Managed</string></dict>",
        "<key>ManagedApplicationList</key><dict><key>a</key><dict/></dict>",
        "<key>QueryResponses</key><string>x</string>",
    ] {
        assert!(parse_answer(&message("Acknowledged", content)).is_err(), "{content}");
    }
}

#[test]
fn each_app_status_keeps_its_name() {
    for name in [
        "Queued",
        "NeedsRedemption",
        "Redeeming",
        "Prompting",
        "PromptingForLogin",
        "ValidatingPurchase",
        "PromptingForUpdate",
        "PromptingForUpdateLogin",
        "PromptingForManagement",
        "ValidatingUpdate",
        "Updating",
        "Installing",
        "Managed",
        "ManagedButUninstalled",
        "Unknown",
        "UserInstalledApp",
        "UserRejected",
        "UpdateRejected",
        "ManagementRejected",
        "Failed",
    ] {
        assert_eq!(ManagedAppStatus::from_apple(name).as_apple(), name);
    }
}

#[test]
fn no_app_status_both_failed_and_waits() {
    for name in ["Prompting", "PromptingForLogin", "UserRejected", "Failed", "Managed"] {
        let status = ManagedAppStatus::from_apple(name);
        assert!(!(status.failed() && status.awaits_person()), "{name}");
    }
}

#[test]
fn an_app_whose_update_was_refused_is_still_installed() {
    assert!(ManagedAppStatus::UpdateRejected.is_installed());
    assert!(!ManagedAppStatus::ManagedButUninstalled.is_installed());
    assert!(!ManagedAppStatus::Installing.is_installed());
}

#[test]
fn an_odd_report_does_not_lose_the_answer() {
    let answer = answer(
        "Acknowledged",
        "<key>QueryResponses</key><dict>
            <key>DeviceName</key><integer>5</integer>
            <key>OSVersion</key><string>18.3</string>
            <key>IsSupervised</key><string>yes</string>
        </dict>",
    );

    let expected = DeviceInformation { os_version: Some("18.3".to_owned()), ..DeviceInformation::default() };
    assert_eq!(answer.result, CommandResult::DeviceInformation(Box::new(expected)));
}
