//! Check-in messages.

use baton_mdm::message::{
    Authenticate, CheckIn, CheckOut, EnrollmentIdentity, MessageError, TokenUpdate, parse_check_in,
};

use crate::support::{binary, xml};

const AUTHENTICATE: &str = "
    <key>MessageType</key><string>Authenticate</string>
    <key>Topic</key><string>com.apple.mgmt.External.1</string>
    <key>UDID</key><string>00008120-001A2B3C4D5E6F70</string>
    <key>DeviceName</key><string>Ward 3 phone</string>
    <key>SerialNumber</key><string>F2LXK1ABCDEF</string>
    <key>Model</key><string>MTJV3LL</string>
    <key>ModelName</key><string>iPhone</string>
    <key>ProductName</key><string>iPhone15,4</string>
    <key>OSVersion</key><string>18.3</string>
    <key>BuildVersion</key><string>22D60</string>
    <key>IMEI</key><string>35 123456 789012 3</string>";

const TOKEN_UPDATE: &str = "
    <key>MessageType</key><string>TokenUpdate</string>
    <key>Topic</key><string>com.apple.mgmt.External.1</string>
    <key>UDID</key><string>00008120-001A2B3C4D5E6F70</string>
    <key>PushMagic</key><string>7B5A</string>
    <key>Token</key><data>AQIDBA==</data>
    <key>UnlockToken</key><data>BQYH</data>
    <key>AwaitingConfiguration</key><true/>";

fn udid() -> EnrollmentIdentity {
    EnrollmentIdentity::Udid("00008120-001A2B3C4D5E6F70".to_owned())
}

fn error(content: &str) -> MessageError {
    parse_check_in(&xml(content)).unwrap_err()
}

#[test]
fn authenticate_gives_what_the_device_says_of_itself() {
    let some = |text: &str| Some(text.to_owned());

    let message = parse_check_in(&xml(AUTHENTICATE)).unwrap();

    let expected = Authenticate {
        topic: "com.apple.mgmt.External.1".to_owned(),
        who: udid(),
        device_name: some("Ward 3 phone"),
        serial_number: some("F2LXK1ABCDEF"),
        model: some("MTJV3LL"),
        model_name: some("iPhone"),
        product_name: some("iPhone15,4"),
        os_version: some("18.3"),
        build_version: some("22D60"),
        imei: some("35 123456 789012 3"),
        meid: None,
    };
    assert_eq!(message, CheckIn::Authenticate(expected));
}

#[test]
fn authenticate_needs_no_more_than_topic_and_sender() {
    let message = parse_check_in(&xml("
        <key>MessageType</key><string>Authenticate</string>
        <key>Topic</key><string>t</string>
        <key>UDID</key><string>u</string>"));

    assert!(matches!(message, Ok(CheckIn::Authenticate(_))));
}

#[test]
fn token_update_gives_what_a_push_and_an_unlock_need() {
    let message = parse_check_in(&xml(TOKEN_UPDATE)).unwrap();

    let expected = TokenUpdate {
        topic: "com.apple.mgmt.External.1".to_owned(),
        who: udid(),
        push_magic: "7B5A".to_owned(),
        token: vec![1, 2, 3, 4],
        unlock_token: Some(vec![5, 6, 7]),
        awaiting_configuration: true,
    };
    assert_eq!(message, CheckIn::TokenUpdate(expected));
}

#[test]
fn a_token_update_in_a_log_shows_no_token() {
    let message = parse_check_in(&xml(TOKEN_UPDATE)).unwrap();

    let shown = format!("{message:?}");

    assert!(!shown.contains("7B5A") && !shown.contains("[1, 2"), "{shown}");
}

#[test]
fn check_out_names_the_sender() {
    let message = parse_check_in(&xml("
        <key>MessageType</key><string>CheckOut</string>
        <key>UDID</key><string>00008120-001A2B3C4D5E6F70</string>"));

    let expected = CheckOut { topic: None, who: udid() };
    assert_eq!(message, Ok(CheckIn::CheckOut(expected)));
}

#[test]
fn binary_and_xml_say_the_same() {
    for message in [AUTHENTICATE, TOKEN_UPDATE] {
        let message = xml(message);
        assert_eq!(parse_check_in(&binary(&message)), parse_check_in(&message));
    }
}

#[test]
fn a_message_of_another_kind_is_named_and_not_an_error() {
    let message = parse_check_in(&xml("
        <key>MessageType</key><string>DeclarativeManagement</string>
        <key>UDID</key><string>u</string>"));

    let expected = CheckIn::Unsupported { message_type: "DeclarativeManagement".to_owned() };
    assert_eq!(message, Ok(expected));
}

#[test]
fn an_unknown_kind_is_shortened() {
    let kind = "x".repeat(500);

    let message = parse_check_in(&xml(&format!("<key>MessageType</key><string>{kind}</string>")));

    let expected = CheckIn::Unsupported { message_type: format!("{}…", "x".repeat(64)) };
    assert_eq!(message, Ok(expected));
}

#[test]
fn text_that_something_depends_on_has_no_control_characters() {
    for (key, value) in [("MessageType", "TokenUpdate"), ("PushMagic", "7B5A")] {
        let message = TOKEN_UPDATE.replace(value, &format!("{value}&#10;forged log line"));
        let refused = error(&message);
        assert!(matches!(refused, MessageError::BadValue { key: named, .. } if named == key));
    }
}

#[test]
fn control_characters_in_a_name_are_replaced() {
    let message = AUTHENTICATE.replace("Ward 3 phone", "Ward&#9;3");

    let Ok(CheckIn::Authenticate(message)) = parse_check_in(&xml(&message)) else {
        panic!("expected an authenticate message");
    };
    assert_eq!(message.device_name.as_deref(), Some("Ward\u{fffd}3"));
}

#[test]
fn an_enrollment_id_alone_is_a_user_enrollment() {
    let message = parse_check_in(&xml("
        <key>MessageType</key><string>CheckOut</string>
        <key>EnrollmentID</key><string>E-1</string>"));

    let Ok(CheckIn::CheckOut(check_out)) = message else {
        panic!("expected a check-out");
    };
    assert_eq!(check_out.who, EnrollmentIdentity::EnrollmentId("E-1".to_owned()));
}

#[test]
fn a_udid_beside_an_enrollment_id_is_a_device_enrollment() {
    let message = parse_check_in(&xml("
        <key>MessageType</key><string>CheckOut</string>
        <key>EnrollmentID</key><string>E-1</string>
        <key>UDID</key><string>U-1</string>"));

    let Ok(CheckIn::CheckOut(check_out)) = message else {
        panic!("expected a check-out");
    };
    assert_eq!(check_out.who, EnrollmentIdentity::Udid("U-1".to_owned()));
}

#[test]
fn a_users_token_is_not_taken_for_the_devices() {
    for key in ["UserID", "EnrollmentUserID"] {
        let message = format!("{TOKEN_UPDATE}<key>{key}</key><string>someone</string>");
        assert_eq!(error(&message), MessageError::UserChannel);
    }
}

#[test]
fn what_is_missing_is_named() {
    assert_eq!(error(""), MessageError::Missing { key: "MessageType" });
    assert_eq!(error("<key>MessageType</key><string>CheckOut</string>"), MessageError::NoIdentity);
    for key in ["Topic", "PushMagic", "Token"] {
        let message = TOKEN_UPDATE.replace(&format!("<key>{key}</key>"), "<key>Other</key>");
        assert_eq!(error(&message), MessageError::Missing { key });
    }
}

#[test]
fn a_value_of_another_type_is_named() {
    let message = TOKEN_UPDATE.replace("<data>AQIDBA==</data>", "<string>AQIDBA==</string>");

    let expected = MessageError::WrongType { key: "Token", expected: "data" };
    assert_eq!(error(&message), expected);
}

#[test]
fn an_identity_must_be_short_plain_text() {
    for bad in ["", "two words", "naïve", "a\nb", &"x".repeat(129)] {
        let message = format!("<key>MessageType</key><string>CheckOut</string><key>UDID</key><string>{bad}</string>");
        let refused = matches!(error(&message), MessageError::BadValue { key: "UDID", .. });
        assert!(refused, "{bad:?} was accepted");
    }
}

#[test]
fn a_key_given_twice_is_refused() {
    let message = format!("{TOKEN_UPDATE}<key>UDID</key><string>another</string>");

    let expected = MessageError::DuplicateKey { key: "UDID".to_owned() };
    assert_eq!(error(&message), expected);
}

#[test]
fn foreign_bodies_are_refused() {
    let bodies: [(&[u8], MessageError); 6] = [
        (b"", MessageError::NotAPropertyList),
        (b"{\"MessageType\": \"Authenticate\"}", MessageError::NotAPropertyList),
        (b"{ MessageType = Authenticate; }", MessageError::NotAPropertyList),
        (b"\x89PNG\r\n", MessageError::NotAPropertyList),
        (b"<plist><array><string>Authenticate</string></array></plist>", MessageError::NotADictionary),
        (b"<plist><string>Authenticate</string></plist>", MessageError::NotADictionary),
    ];
    for (body, expected) in bodies {
        assert_eq!(parse_check_in(body), Err(expected), "{body:?}");
    }
}

#[test]
fn damaged_property_lists_are_refused() {
    let whole = xml(AUTHENTICATE);
    let bodies: [&[u8]; 6] = [
        &whole[..whole.len() / 2],
        b"<plist><dict><key>MessageType</key></dict></plist>",
        b"<plist><dict><string>no key</string></dict></plist>",
        b"<plist><dict></dict><dict></dict></plist>",
        b"<html><body>502 Bad Gateway</body></html>",
        b"bplist00",
    ];
    for body in bodies {
        let refused = parse_check_in(body).unwrap_err();
        assert!(matches!(refused, MessageError::Malformed(_) | MessageError::Missing { .. }), "{refused:?}");
    }
}
