//! Configuration profiles that people upload: what is taken, what is refused and why, and what is sent of them.
//! The signed ones are OpenSSL's, made by `fixtures/mobileconfig/make.sh`.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use baton_mdm::mobileconfig::{Change, Keep, KeyValue, MAX_PROFILE_BYTES, MobileConfig, Outer, Upload, UploadError};
use plist::{Dictionary, Value};

use crate::support::{assert_golden, binary, dictionary, fixture, payload, text, xml};

const OUTER: Outer<'_> = Outer {
    identifier: "com.example.baton.item.9",
    display_name: "Ward 3",
    organization: "Example Hospital",
    description: "",
};

fn ward() -> Vec<u8> {
    fixture("mobileconfig/ward.mobileconfig")
}

fn signed(name: &str) -> Vec<u8> {
    STANDARD.decode(fixture(&format!("mobileconfig/{name}.b64"))).unwrap()
}

fn upload(file: &[u8]) -> Upload {
    MobileConfig::from_file(file).unwrap_or_else(|error| panic!("{error}"))
}

fn problem(file: &[u8]) -> UploadError {
    match MobileConfig::from_file(file) {
        Ok(_) => panic!("it was taken"),
        Err(error) => error,
    }
}

/// A profile of these payloads, each a text of keys and values.
fn profile(payloads: &[&str], more: &str) -> Vec<u8> {
    let payloads: String = payloads.iter().map(|payload| format!("<dict>{payload}</dict>")).collect();
    xml(&format!(
        "<key>PayloadType</key><string>Configuration</string><key>PayloadIdentifier</key><string>p</string>\
         <key>PayloadUUID</key><string>0D6A7E58-0F3B-4E3A-8C43-5A6B7C8D9E04</string><key>PayloadVersion</key>\
         <integer>1</integer><key>PayloadContent</key><array>{payloads}</array>{more}"
    ))
}

fn inner(kind: &str, name: &str, identifier: &str, uuid: &str) -> String {
    format!(
        "<key>PayloadType</key><string>{kind}</string><key>PayloadDisplayName</key><string>{name}</string>\
         <key>PayloadIdentifier</key><string>{identifier}</string><key>PayloadUUID</key><string>{uuid}</string>"
    )
}

fn rewritten(config: &MobileConfig, keep: &[Keep], user: &str) -> Dictionary {
    let rewritten = config.rewrite(OUTER, keep, |text| text.replace("${user.name}", user)).unwrap();
    let profile = dictionary(&rewritten.plist);
    assert_eq!(text(&profile, "PayloadUUID"), Some(rewritten.payload_uuid.as_str()));
    profile
}

fn payloads(profile: &Dictionary) -> Vec<Dictionary> {
    let payloads = profile.get("PayloadContent").and_then(Value::as_array).unwrap();
    payloads.iter().map(|payload| payload.as_dictionary().unwrap().clone()).collect()
}

#[test]
fn an_uploaded_profile_has_these_bytes_for_ada() {
    let config = upload(&ward()).config;
    let sent = config.rewrite(OUTER, &[], |text| text.replace("${user.name}", "ada & <co>")).unwrap();

    assert_golden("profile-uploaded.plist", &sent.plist);
}

#[test]
fn an_uploaded_profile_without_what_a_device_cannot_take_has_these_bytes() {
    let without = Keep::Without(BTreeSet::from(["blockedAppBundleIDs".to_owned()]));
    let config = upload(&ward()).config;
    let sent = config.rewrite(OUTER, &[Keep::All, Keep::Nothing, without], str::to_owned).unwrap();

    assert_golden("profile-uploaded-in-part.plist", &sent.plist);
}

#[test]
fn xml_and_binary_are_the_same_profile() {
    assert_eq!(upload(&binary(&ward())), upload(&ward()));
}

#[test]
fn what_is_inside_is_told_with_keys_and_references() {
    let inside = upload(&ward()).config.payloads();
    let types: Vec<&str> = inside.iter().map(|payload| payload.payload_type.as_str()).collect();
    assert_eq!(types, ["com.apple.security.root", "com.apple.wifi.managed", "com.apple.applicationaccess"]);
    assert_eq!(inside[1].name.as_deref(), Some("Ward Wi-Fi"));
    assert_eq!(inside[2].name, None);
    assert_eq!(inside[1].refers_to, BTreeSet::from([0]));
    let keys = BTreeMap::from([
        ("allowCamera".to_owned(), KeyValue::Flag(false)),
        ("blockedAppBundleIDs".to_owned(), KeyValue::Texts(vec!["com.apple.news".to_owned()])),
    ]);
    assert_eq!(inside[2].keys, keys);
}

#[test]
fn references_between_payloads_follow_their_new_uuids() {
    let profile = rewritten(&upload(&ward()).config, &[], "ada");
    let payloads = payloads(&profile);
    let anchor = payloads[1].get("EAPClientConfiguration").and_then(Value::as_dictionary).unwrap();
    let anchor = anchor.get("PayloadCertificateAnchorUUID").and_then(Value::as_array).unwrap();
    assert_eq!(anchor[0].as_string(), text(&payloads[0], "PayloadUUID"));
}

#[test]
fn the_same_file_as_two_items_shares_no_identifier_and_no_uuid() {
    let config = upload(&ward()).config;
    let ids = |identifier: &str| -> Vec<String> {
        let sent = config.rewrite(Outer { identifier, ..OUTER }, &[], str::to_owned).unwrap();
        let profile = dictionary(&sent.plist);
        let all = payloads(&profile).into_iter().chain([profile]);
        all.flat_map(|part| ["PayloadIdentifier", "PayloadUUID"].map(|key| text(&part, key).unwrap().to_owned()))
            .collect()
    };
    let (one, other) = (ids("item.1"), ids("item.2"));
    assert_eq!(one.iter().chain(&other).collect::<BTreeSet<_>>().len(), 16);
}

#[test]
fn people_with_different_names_get_different_renderings_and_the_same_name_the_same() {
    let config = upload(&ward()).config;
    let uuid = |name: &str| config.rewrite(OUTER, &[], |text| text.replace("${user.name}", name)).unwrap().payload_uuid;
    assert_ne!(uuid("ada"), uuid("ben"));
    assert_eq!(uuid("ada"), uuid("ada"));
}

#[test]
fn a_text_that_nobody_can_fill_in_is_an_error_that_names_it() {
    let error = upload(&ward()).config.rewrite(OUTER, &[], |text| text.replace("${user.name}", "")).unwrap_err();
    assert_eq!(error.to_string(), "`payloads[1].EAPClientConfiguration` is empty once it is filled in");
}

#[test]
fn only_texts_are_filled_in_and_only_those_that_a_payload_owns() {
    let payload = inner("com.example.${user.name}", "${user.name}", "id.${user.name}", "u-${user.name}")
        + "<key>${user.name}</key><array><string>a ${user.name}</string><data>JHt1c2VyLm5hbWV9</data></array>";
    let config = upload(&profile(&[&payload], "")).config;
    let sent = rewritten(&config, &[], "ada");
    let sent = payloads(&sent).remove(0);
    assert_eq!(text(&sent, "PayloadType"), Some("com.example.${user.name}"));
    assert_eq!(text(&sent, "PayloadDisplayName"), Some("${user.name}"));
    let values = sent.get("${user.name}").and_then(Value::as_array).unwrap();
    assert_eq!(values[0].as_string(), Some("a ada"));
    assert_eq!(values[1].as_data(), Some(&b"${user.name}"[..]));
}

#[test]
fn placeholders_are_found_wherever_they_stand() {
    let payload = inner("t", "n", "i", "u")
        + "<key>a</key><string>${user.name} ${HOME}/$x ${ } ${no end</string>\
           <key>b</key><dict><key>c</key><array><string>${device.name}</string></array></dict>";
    let found = upload(&profile(&[&payload], "")).config.placeholders();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["${HOME}", "${device.name}", "${user.name}"]);
}

#[test]
fn a_signature_is_named_and_dropped() {
    let by = |name: &str| upload(&signed(name)).changes;
    let clinic = Change::Signature { signer: Some("Heron Clinic IT".to_owned()) };
    for name in ["signed", "signed-streamed", "signed-without-attributes", "signed-with-sha1"] {
        assert_eq!(by(name), [clinic.clone(), Change::RemovalLock], "{name}");
        assert_eq!(upload(&signed(name)).config, upload(&ward()).config, "{name}");
    }
    assert_eq!(by("signed-without-certificate")[0], Change::Signature { signer: None });
    let organisation = Change::Signature { signer: Some("Heron Clinic".to_owned()) };
    assert_eq!(by("signed-by-an-organisation")[0], organisation);
}

#[test]
fn what_was_changed_after_signing_is_refused() {
    for name in ["signed", "signed-without-attributes"] {
        let mut file = signed(name);
        let place = file.windows(11).position(|window| window == b"heron-staff").unwrap();
        file[place] = b'H';
        let signer = Some("Heron Clinic IT".to_owned());
        assert_eq!(problem(&file), UploadError::ChangedAfterSigning { signer }, "{name}");
    }
}

#[test]
fn a_lock_against_removal_and_a_date_of_removal_are_told_and_dropped() {
    let more = "<key>PayloadRemovalDisallowed</key><true/><key>RemovalDate</key><date>2030-01-01T00:00:00Z</date>\
                <key>DurationUntilRemoval</key><integer>60</integer>";
    let upload = upload(&profile(&[&inner("t", "n", "i", "u")], more));
    assert_eq!(upload.changes, [Change::RemovalLock, Change::RemovalDate]);
    let sent = rewritten(&upload.config, &[], "ada");
    for key in ["PayloadRemovalDisallowed", "RemovalDate", "DurationUntilRemoval"] {
        assert!(!sent.contains_key(key), "{key}");
    }
    let stored = MobileConfig::from_stored(&upload.config.to_stored()).unwrap();
    assert_eq!(stored, upload.config);
}

#[test]
fn an_unlocked_profile_is_taken_as_it_is() {
    let more = "<key>PayloadRemovalDisallowed</key><false/>";
    assert_eq!(upload(&profile(&[&inner("t", "n", "i", "u")], more)).changes, []);
}

/// The fault table: what is wrong with the file, and what is said of it.
#[test]
fn every_fault_has_a_message_of_its_own_that_names_the_payload() {
    let wifi = inner("com.apple.wifi.managed", "Ward", "a", "U-1");
    let clip = inner("com.apple.webClip.managed", "Page", "b", "U-2");
    let with = |from: &str, to: &str| clip.replace(from, to);
    let many: Vec<String> = (0..101).map(|n| inner("t", "n", &n.to_string(), &n.to_string())).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let deep = format!("{}<key>x</key>{}{}", clip, "<array>".repeat(40), "</array>".repeat(40));
    let of_type =
        |name: &str| String::from_utf8(ward()).unwrap().replace(">Configuration<", &format!(">{name}<")).into_bytes();
    let encrypted_payload = format!("{clip}<key>EncryptedPayloadContent</key><data>AA==</data>");
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (vec![], "the file is not a configuration profile"),
        (b"hello".to_vec(), "the file is not a configuration profile"),
        (b"\x89PNG\r\n\x1a\n".to_vec(), "the file is not a configuration profile"),
        (vec![0x30, 0x80, 0, 0], "the file is not a configuration profile"),
        (xml("<key>a</key><string>b</string>"), "the file is not a configuration profile"),
        (
            b"<?xml version=\"1.0\"?><plist version=\"1.0\"><array/></plist>".to_vec(),
            "the file is not a configuration profile",
        ),
        (ward()[..900].to_vec(), "the file is damaged"),
        (profile(&[&clip], "<key>PayloadVersion</key><integer>1</integer>"), "the file is damaged"),
        (profile(&[&deep], ""), "the file holds too much"),
        (vec![b' '; MAX_PROFILE_BYTES + 1], "the file is too large"),
        (signed("encrypted"), "the profile is encrypted"),
        (profile(&[], "<key>EncryptedPayloadContent</key><data>AA==</data>"), "the profile is encrypted"),
        (profile(&[&encrypted_payload], ""), "the profile is encrypted"),
        (of_type("Profile Service"), "the profile is of type `Profile Service`, not `Configuration`"),
        (profile(&[], ""), "the profile holds no payload"),
        (xml("<key>PayloadType</key><string>Configuration</string>"), "the profile holds no payload"),
        (profile(&many, ""), "the profile holds 101 payloads"),
        (
            profile(&[&wifi, &with("com.apple.webClip.managed", "com.apple.mdm")], ""),
            "payload 2 “Page” (com.apple.mdm) enrols devices with a management server",
        ),
        (
            profile(&[&wifi, &with(">b<", ">a<")], ""),
            "payloads 1 “Ward” (com.apple.wifi.managed) and 2 “Page” (com.apple.webClip.managed) have the same identifier",
        ),
        (
            profile(&[&wifi, &with("U-2", "u-1")], ""),
            "payloads 1 “Ward” (com.apple.wifi.managed) and 2 “Page” (com.apple.webClip.managed) have the same UUID",
        ),
        (
            profile(&[&wifi, &with("<key>PayloadIdentifier</key><string>b</string>", "")], ""),
            "payload 2 “Page” (com.apple.webClip.managed) has no `PayloadIdentifier`",
        ),
        (
            profile(&[&with("<key>PayloadUUID</key><string>U-2</string>", "")], ""),
            "payload 1 “Page” (com.apple.webClip.managed) has no `PayloadUUID`",
        ),
        (
            profile(&[&with("<key>PayloadType</key><string>com.apple.webClip.managed</string>", "")], ""),
            "payload 1 “Page” has no `PayloadType`",
        ),
    ];
    for (number, (file, expected)) in cases.into_iter().enumerate() {
        assert_eq!(problem(&file).to_string(), expected, "case {number}");
    }
}

#[test]
fn texts_that_xml_cannot_hold_are_refused() {
    let mut value = Value::from_reader_xml(profile(&[&inner("t", "n", "i", "u")], "").as_slice()).unwrap();
    let payloads = value.as_dictionary_mut().unwrap().get_mut("PayloadContent").unwrap().as_array_mut().unwrap();
    payloads[0].as_dictionary_mut().unwrap().insert("Password".to_owned(), "a\u{0}b".into());
    let mut file = Vec::new();
    value.to_writer_binary(&mut file).unwrap();

    assert_eq!(problem(&file).to_string(), "payload 1 “n” (t) has invisible characters in `Password`");
}

#[test]
fn a_profile_of_which_nothing_is_kept_is_not_sent() {
    let config = upload(&ward()).config;
    let nothing = [Keep::Nothing, Keep::Nothing, Keep::Nothing];

    let error = config.rewrite(OUTER, &nothing, str::to_owned).unwrap_err();

    assert_eq!(error.to_string(), "`payloads` must not be empty");
}

#[test]
fn the_item_names_the_profile_on_the_device() {
    let outer = Outer { description: "For shared phones", ..OUTER };
    let config = upload(&ward()).config;
    assert_eq!(config.display_name(), Some("Heron ward"));
    let sent = dictionary(&config.rewrite(outer, &[], str::to_owned).unwrap().plist);
    assert_eq!(text(&sent, "PayloadDisplayName"), Some("Ward 3"));
    assert_eq!(text(&sent, "PayloadDescription"), Some("For shared phones"));
    assert_eq!(text(&sent, "PayloadOrganization"), Some("Example Hospital"));
    assert_eq!(text(&sent, "PayloadIdentifier"), Some("com.example.baton.item.9"));
    assert_eq!(text(&payload(&ward(), "com.apple.wifi.managed"), "SSID_STR"), Some("heron-staff"));
}

#[test]
fn passwords_inside_are_not_shown_in_a_log() {
    assert!(!format!("{:?}", upload(&ward())).contains("heron-staff"));
}
