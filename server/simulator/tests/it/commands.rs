use plist::Value;

use crate::fake_server::{
    command, enrollment_profile, install_profile, install_wifi, manual, manual_supervised, payload, pkcs12,
    profile_plist,
};

fn error_code(answer: &crate::fake_server::Message) -> i64 {
    let chain = answer.body["ErrorChain"].as_array().unwrap();
    let last = chain.last().unwrap().as_dictionary().unwrap();
    last["ErrorCode"].as_signed_integer().unwrap()
}

fn clip(id: &str, url: &str) -> plist::Dictionary {
    let clip = payload(
        "com.apple.webClip.managed",
        &format!("{id}.clip"),
        [("Label", "Baton".into()), ("URL", url.into()), ("IsRemovable", false.into()), ("FullScreen", true.into())],
    );
    profile_plist(id, "Sign-in", vec![clip])
}

#[tokio::test]
async fn an_installed_profile_is_on_the_phone_and_in_its_list() {
    let setup = manual().await;

    let answer = setup.server.order(&setup.device, install_wifi("a.wifi", "Ward")).await;

    assert_eq!(answer.kind(), "Acknowledged");
    assert_eq!(answer.content_type, "application/x-apple-aspen-mdm");
    let list = setup.server.order(&setup.device, command("ProfileList", [])).await;
    let ids: Vec<_> = list.body["ProfileList"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item.as_dictionary().unwrap()["PayloadIdentifier"].as_string().unwrap())
        .collect();
    assert_eq!(ids, ["test.enrollment", "a.wifi"]);
}

#[tokio::test]
async fn the_list_of_managed_profiles_leaves_out_the_management_profile() {
    let setup = manual().await;
    setup.server.order(&setup.device, install_wifi("a.wifi", "Ward")).await;

    let list = command("ProfileList", [("ManagedOnly", true.into())]);
    let list = setup.server.order(&setup.device, list).await;

    assert_eq!(list.body["ProfileList"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_profile_with_the_same_identifier_takes_the_others_place() {
    let setup = manual().await;
    setup.server.order(&setup.device, install_wifi("a.wifi", "Ward")).await;

    setup.server.order(&setup.device, install_wifi("a.wifi", "Theatre")).await;

    let snapshot = setup.device.snapshot();
    assert_eq!(snapshot.profiles.len(), 2);
    assert_eq!(snapshot.profile("a.wifi").unwrap().display_name, "Theatre");
}

#[tokio::test]
async fn a_web_clip_puts_an_icon_on_the_home_screen_until_its_profile_goes() {
    let setup = manual().await;

    setup.server.order(&setup.device, install_profile(clip("a.clip", "http://x/1"))).await;
    setup.server.order(&setup.device, install_profile(clip("a.clip", "http://x/2"))).await;

    let icons = setup.device.snapshot().home_screen;
    assert_eq!(icons.len(), 1);
    assert_eq!(icons[0].url, "http://x/2");
    assert!(icons[0].full_screen && !icons[0].removable);
    let remove = command("RemoveProfile", [("Identifier", "a.clip".into())]);
    setup.server.order(&setup.device, remove).await;
    assert!(setup.device.snapshot().home_screen.is_empty());
}

#[tokio::test]
async fn removing_a_profile_that_is_not_there_is_an_error() {
    let setup = manual().await;

    let remove = command("RemoveProfile", [("Identifier", "a.wifi".into())]);
    let answer = setup.server.order(&setup.device, remove).await;

    assert_eq!(answer.kind(), "Error");
    assert_eq!(error_code(&answer), 12075);
}

#[tokio::test]
async fn malformed_profiles_are_refused_with_the_reason() {
    let setup = manual().await;
    let twins = vec![payload("a", "same", []), payload("b", "same", [])];
    let mut nameless = profile_plist("a", "A", vec![payload("a", "a.1", [])]);
    nameless.remove("PayloadIdentifier");
    let without_url = payload("com.apple.webClip.managed", "c", [("Label", "C".into())]);

    let cases = [
        (command("InstallProfile", [("Payload", Value::Data(b"no plist".to_vec()))]), 1000),
        (install_profile(nameless), 1002),
        (install_profile(profile_plist("a", "A", Vec::new())), 1005),
        (install_profile(profile_plist("a", "A", twins)), 1007),
        (install_profile(profile_plist("a", "A", vec![without_url])), 2002),
    ];

    for (case, code) in cases {
        let answer = setup.server.order(&setup.device, case).await;
        assert_eq!((answer.kind(), error_code(&answer)), ("Error", code));
    }
    assert_eq!(setup.device.snapshot().profiles.len(), 1);
}

#[tokio::test]
async fn removing_the_management_profile_ends_in_check_out_and_takes_everything_along() {
    let setup = manual().await;
    setup.server.order(&setup.device, install_wifi("a.wifi", "Ward")).await;

    let remove = command("RemoveProfile", [("Identifier", "test.enrollment".into())]);
    let answer = setup.server.order(&setup.device, remove).await;

    assert_eq!(answer.kind(), "Acknowledged");
    assert_eq!(setup.server.kinds().last().unwrap(), "CheckOut");
    let snapshot = setup.device.snapshot();
    assert!(!snapshot.enrolled && snapshot.profiles.is_empty());
}

#[tokio::test]
async fn the_same_server_may_renew_the_identity_and_another_may_not_take_over() {
    let setup = manual().await;
    let before = setup.server.message("TokenUpdate").signature;

    let foreign = enrollment_profile("http://elsewhere", &pkcs12());
    let foreign = setup.server.order(&setup.device, install_profile(foreign)).await;
    let renewal = enrollment_profile(&setup.server.url, &pkcs12());
    let renewed = setup.server.order(&setup.device, install_profile(renewal)).await;

    assert_eq!(error_code(&foreign), 12012);
    assert_eq!(foreign.signature, before);
    assert_eq!(renewed.kind(), "Acknowledged");
    assert_ne!(renewed.signature, before);
}

#[tokio::test]
async fn a_phone_has_one_management_profile_which_stays_one() {
    let setup = manual().await;
    let mut second = enrollment_profile(&setup.server.url, &pkcs12());
    second.insert("PayloadIdentifier".to_owned(), "another".into());
    let emptied = profile_plist("test.enrollment", "Wi-Fi", vec![payload("a", "a", [])]);

    let second = setup.server.order(&setup.device, install_profile(second)).await;
    let emptied = setup.server.order(&setup.device, install_profile(emptied)).await;

    assert_eq!(error_code(&second), 12001);
    assert_eq!(error_code(&emptied), 4015);
    assert!(setup.device.snapshot().enrolled);
}

#[tokio::test]
async fn device_information_answers_what_is_asked_and_known() {
    let setup = manual().await;
    let queries = ["SerialNumber", "OSVersion", "IsSupervised", "NoSuchThing"];
    let queries = Value::Array(queries.map(Value::from).into());

    let ask = command("DeviceInformation", [("Queries", queries)]);
    let answer = setup.server.order(&setup.device, ask).await;

    let responses = answer.body["QueryResponses"].as_dictionary().unwrap();
    assert_eq!(responses.len(), 3);
    assert_eq!(responses["SerialNumber"].as_string(), Some(setup.device.serial().as_str()));
    assert_eq!(responses["IsSupervised"].as_boolean(), Some(false));
}

#[tokio::test]
async fn an_unknown_request_type_is_an_error_and_a_missing_key_a_format_error() {
    let setup = manual().await;

    let unknown = setup.server.order(&setup.device, command("MakeCoffee", [])).await;
    let incomplete = setup.server.order(&setup.device, command("RemoveProfile", [])).await;

    assert_eq!((unknown.kind(), error_code(&unknown)), ("Error", 12021));
    assert_eq!(incomplete.kind(), "CommandFormatError");
}

#[tokio::test]
async fn a_server_without_the_right_is_refused() {
    let setup = manual().await;
    let mut renewal = enrollment_profile(&setup.server.url, &pkcs12());
    let mdm = &mut renewal.get_mut("PayloadContent").unwrap().as_array_mut().unwrap()[1];
    let mdm = mdm.as_dictionary_mut().unwrap();
    mdm.insert("AccessRights".to_owned(), 3.into());
    setup.server.order(&setup.device, install_profile(renewal)).await;

    let answer = setup.server.order(&setup.device, command("EraseDevice", [])).await;

    assert_eq!((answer.kind(), error_code(&answer)), ("Error", 12007));
    assert!(setup.device.snapshot().enrolled);
}

#[tokio::test]
async fn a_locked_phone_says_not_now_to_changes_and_does_them_once_unlocked() {
    let setup = manual().await;
    setup.server.order(&setup.device, command("DeviceLock", [])).await;

    let put_off = setup.server.order(&setup.device, install_wifi("a.wifi", "Ward")).await;

    assert_eq!(put_off.kind(), "NotNow");
    assert!(setup.device.snapshot().profile("a.wifi").is_none());
    setup.device.set_locked(false);
    setup.device.connect_now().await.unwrap();
    assert!(setup.device.snapshot().profile("a.wifi").is_some());
    assert_eq!(setup.server.queued(), 0);
}

#[tokio::test]
async fn the_passcode_goes_only_with_the_right_unlock_token() {
    let setup = manual().await;
    let token = setup.server.message("TokenUpdate").body["UnlockToken"].clone();

    let wrong = command("ClearPasscode", [("UnlockToken", Value::Data(vec![1]))]);
    let wrong = setup.server.order(&setup.device, wrong).await;
    let still_there = setup.device.snapshot().has_passcode;
    let right = command("ClearPasscode", [("UnlockToken", token)]);
    let right = setup.server.order(&setup.device, right).await;

    assert_eq!(wrong.kind(), "Error");
    assert!(still_there);
    assert_eq!(right.kind(), "Acknowledged");
    assert!(!setup.device.snapshot().has_passcode);
}

#[tokio::test]
async fn an_erased_phone_acknowledges_and_is_new() {
    let setup = manual().await;
    setup.server.order(&setup.device, install_wifi("a.wifi", "Ward")).await;

    let answer = setup.server.order(&setup.device, command("EraseDevice", [])).await;

    assert_eq!(answer.kind(), "Acknowledged");
    let snapshot = setup.device.snapshot();
    assert!(!snapshot.enrolled && snapshot.profiles.is_empty());
    assert!(!setup.server.kinds().contains(&"CheckOut".to_owned()));
}

#[tokio::test]
async fn only_supervised_phones_are_renamed_and_switched_off() {
    let name = || {
        let setting = dictionary_setting("DeviceName", "Ward 3");
        command("Settings", [("Settings", Value::Array(vec![setting]))])
    };
    let own = manual().await;
    let supervised = manual_supervised().await;

    let refused = own.server.order(&own.device, name()).await;
    let stays_on = own.server.order(&own.device, command("ShutDownDevice", [])).await;
    supervised.server.order(&supervised.device, name()).await;
    let goes_off = supervised.server.order(&supervised.device, command("ShutDownDevice", [])).await;

    let result = refused.body["Settings"].as_array().unwrap()[0].as_dictionary().unwrap();
    assert_eq!(result["Status"].as_string(), Some("Error"));
    assert_eq!(stays_on.kind(), "Error");
    assert_eq!(supervised.device.name(), "Ward 3");
    assert_eq!(goes_off.kind(), "Acknowledged");
    assert!(!supervised.device.snapshot().online);
}

#[tokio::test]
async fn a_supervised_phone_in_lost_mode_shows_the_text_and_tells_where_it_is() {
    let own = manual().await;
    let setup = manual_supervised().await;
    let on = || command("EnableLostMode", [("Message", "Please call 4100".into())]);

    let refused = own.server.order(&own.device, on()).await;
    let early = setup.server.order(&setup.device, command("DeviceLocation", [])).await;
    let silent = setup.server.order(&setup.device, command("EnableLostMode", [])).await;
    setup.server.order(&setup.device, on()).await;
    let text = setup.device.snapshot().lost_mode;
    let place = setup.server.order(&setup.device, command("DeviceLocation", [])).await;
    setup.server.order(&setup.device, command("DisableLostMode", [])).await;

    assert_eq!((refused.kind(), error_code(&refused)), ("Error", 12021));
    assert_eq!((early.kind(), silent.kind()), ("Error", "CommandFormatError"));
    assert_eq!(text.as_deref(), Some("Please call 4100"));
    assert!(place.body["Latitude"].as_real().is_some_and(|degrees| (52.0..53.0).contains(&degrees)));
    assert_eq!(setup.device.snapshot().lost_mode, None);
}

fn dictionary_setting(item: &str, name: &str) -> Value {
    Value::Dictionary(crate::fake_server::dictionary([("Item", item.into()), ("DeviceName", name.into())]))
}

#[tokio::test]
async fn security_and_certificates_can_be_asked_for() {
    let setup = manual().await;

    let security = setup.server.order(&setup.device, command("SecurityInfo", [])).await;
    let certificates = setup.server.order(&setup.device, command("CertificateList", [])).await;

    let info = security.body["SecurityInfo"].as_dictionary().unwrap();
    assert_eq!(info["PasscodePresent"].as_boolean(), Some(true));
    assert_eq!(certificates.body["CertificateList"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_signed_profile_is_installed_as_what_it_contains() {
    let setup = manual().await;
    // Made with `openssl smime -sign -nodetach -outform der`.
    let signed = include_bytes!("fixtures/signed-profile.der").to_vec();

    let install = command("InstallProfile", [("Payload", Value::Data(signed))]);
    let answer = setup.server.order(&setup.device, install).await;

    assert_eq!(answer.kind(), "Acknowledged");
    let snapshot = setup.device.snapshot();
    assert_eq!(snapshot.icon("Signed").unwrap().url, "https://example.org/");
    assert!(snapshot.profile("test.signed").unwrap().plist().contains_key("PayloadContent"));
}

fn on_phone(payload_type: &str, keys: Vec<(&str, Value)>) -> plist::Dictionary {
    let Value::Dictionary(mut inside) = payload(payload_type, "a.inside", []) else { unreachable!() };
    inside.extend(keys.into_iter().map(|(key, value)| (key.to_owned(), value)));
    profile_plist("a.profile", "A", vec![Value::Dictionary(inside)])
}

#[tokio::test]
async fn restrictions_hold_until_their_profile_goes() {
    let setup = manual().await;
    let keys =
        vec![("allowCamera", false.into()), ("blockedAppBundleIDs", Value::Array(vec!["com.apple.news".into()]))];

    setup.server.order(&setup.device, install_profile(on_phone("com.apple.applicationaccess", keys))).await;

    let snapshot = setup.device.snapshot();
    let restrictions: Vec<_> = snapshot.profile("a.profile").unwrap().restrictions().collect();
    assert_eq!(restrictions, [("allowCamera", "false"), ("blockedAppBundleIDs", "com.apple.news")]);
    setup.server.order(&setup.device, command("RemoveProfile", [("Identifier", "a.profile".into())])).await;
    assert!(setup.device.snapshot().profile("a.profile").is_none());
}

#[tokio::test]
async fn an_identity_is_installed_with_its_password_only() {
    let setup = manual().await;
    let file = pkcs12();
    let identity = |password: &str| {
        let keys = vec![("PayloadContent", Value::Data(file.clone())), ("Password", password.into())];
        install_profile(on_phone("com.apple.security.pkcs12", keys))
    };

    let refused = setup.server.order(&setup.device, identity("wrong")).await;
    assert_eq!((refused.kind(), error_code(&refused)), ("Error", 9001));
    assert!(setup.device.snapshot().profile("a.profile").is_none());

    setup.server.order(&setup.device, identity("test")).await;
    let list = setup.server.order(&setup.device, command("CertificateList", [])).await;
    assert_eq!(list.body["CertificateList"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_icon_that_is_no_picture_is_refused() {
    let setup = manual().await;
    let keys = vec![("Label", "A".into()), ("URL", "http://x/1".into()), ("Icon", Value::Data(b"GIF89a".to_vec()))];

    let refused = setup.server.order(&setup.device, install_profile(on_phone("com.apple.webClip.managed", keys))).await;

    assert_eq!((refused.kind(), error_code(&refused)), ("Error", 13001));
}
