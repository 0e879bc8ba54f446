//! Configuration profiles and their payloads.

use baton_mdm::ca::CertificateAuthority;
use baton_mdm::payload::{
    Certificate, CertificateKind, DEFAULT_CLIP_ICON, Identity, Passcode, Payload, Restrictions, WebClip, WiFi,
    WiFiEncryption, WiFiProxy,
};
use baton_mdm::profile::{Profile, web_clip_profile};
use plist::Value;

use crate::support::{NOW, assert_golden, dictionary, fixture, payload, text};

fn profile(payloads: Vec<Payload>) -> Profile {
    Profile {
        identifier: "com.example.baton.item.7".to_owned(),
        display_name: "Ward 3".to_owned(),
        organization: Some("Example Hospital".to_owned()),
        description: Some("For shared phones".to_owned()),
        removal_disallowed: false,
        payloads,
    }
}

fn wifi() -> WiFi {
    WiFi {
        ssid: "Ward <3>".to_owned(),
        encryption: WiFiEncryption::Wpa2,
        password: Some("correct horse".to_owned()),
        hidden: false,
        auto_join: true,
        proxy: WiFiProxy::None,
    }
}

fn clip() -> WebClip {
    WebClip {
        url: "https://intranet.example/start?a=1&b=2".to_owned(),
        label: "Intranet".to_owned(),
        icon: None,
        removable: true,
        full_screen: false,
        ignore_manifest_scope: false,
        precomposed: false,
        target_application: Some("com.example.browser".to_owned()),
    }
}

/// What is wrong with a profile that holds only this payload.
fn problem(payload: Payload) -> String {
    profile(vec![payload]).to_plist().unwrap_err().to_string()
}

#[test]
fn a_wifi_profile_has_these_bytes() {
    let bytes = profile(vec![Payload::WiFi(wifi())]).to_plist().unwrap();

    assert_golden("profile-wifi.plist", &bytes);
}

#[test]
fn a_wifi_profile_with_every_key_has_these_bytes() {
    let wifi = WiFi {
        encryption: WiFiEncryption::Any,
        hidden: true,
        auto_join: false,
        proxy: WiFiProxy::Manual {
            server: "proxy.example".to_owned(),
            port: 3128,
            user_name: Some("ward".to_owned()),
            password: Some("secret".to_owned()),
        },
        ..wifi()
    };
    let open = WiFi {
        ssid: "Guest".to_owned(),
        encryption: WiFiEncryption::None,
        password: None,
        proxy: WiFiProxy::Automatic {
            pac_url: Some("https://proxy.example/proxy.pac".to_owned()),
            fallback_allowed: true,
        },
        ..wifi.clone()
    };

    let bytes = profile(vec![Payload::WiFi(wifi), Payload::WiFi(open)]).to_plist().unwrap();

    assert_golden("profile-wifi-all.plist", &bytes);
}

#[test]
fn a_web_clip_profile_has_these_bytes() {
    let bytes = profile(vec![Payload::WebClip(clip())]).to_plist().unwrap();

    assert_golden("profile-web-clip.plist", &bytes);
}

#[test]
fn a_passcode_profile_has_these_bytes() {
    let passcode = Passcode {
        required: true,
        allow_simple: Some(false),
        require_alphanumeric: false,
        min_length: Some(6),
        min_complex_characters: Some(1),
        max_failed_attempts: Some(10),
        max_inactivity_minutes: Some(5),
        max_grace_period_minutes: Some(0),
        max_age_days: Some(365),
        history: Some(5),
    };

    let bytes = Profile { removal_disallowed: true, ..profile(vec![Payload::Passcode(passcode)]) }.to_plist().unwrap();

    assert_golden("profile-passcode.plist", &bytes);
}

#[test]
fn a_certificate_profile_has_these_bytes() {
    let root = Certificate::from_file("Example root", &fixture("root.pem")).unwrap();

    let bytes = profile(vec![Payload::Certificate(root)]).to_plist().unwrap();

    assert_golden("profile-certificate.plist", &bytes);
}

#[test]
fn an_identity_profile_has_these_bytes() {
    let identity = Identity {
        name: "Ward identity".to_owned(),
        file: b"not looked into".to_vec(),
        password: "a <b> & c".to_owned(),
    };

    let bytes = profile(vec![Payload::Identity(identity)]).to_plist().unwrap();

    assert_golden("profile-identity.plist", &bytes);
}

#[test]
fn a_restrictions_profile_has_these_bytes() {
    let restrictions = Restrictions {
        flags: [("forceEncryptedBackup".to_owned(), true), ("allowCamera".to_owned(), false)].into(),
        apps: [("blockedAppBundleIDs".to_owned(), vec!["com.apple.news".to_owned(), "com.example.b".to_owned()])]
            .into(),
    };

    let bytes = profile(vec![Payload::Restrictions(restrictions)]).to_plist().unwrap();

    assert_golden("profile-restrictions.plist", &bytes);
}

#[test]
fn a_web_clip_with_an_icon_has_these_bytes() {
    let clip = WebClip { icon: Some(DEFAULT_CLIP_ICON.to_vec()), precomposed: true, ..clip() };

    let bytes = profile(vec![Payload::WebClip(clip)]).to_plist().unwrap();

    assert_golden("profile-web-clip-icon.plist", &bytes);
}

#[test]
fn restrictions_that_say_nothing_or_nonsense_are_refused() {
    let with = |key: &str| Restrictions { flags: [(key.to_owned(), true)].into(), ..Restrictions::default() };
    let apps = Restrictions {
        apps: [("blockedAppBundleIDs".to_owned(), vec!["com/example".to_owned()])].into(),
        ..Restrictions::default()
    };
    assert_eq!(problem(Payload::Restrictions(Restrictions::default())), "`payloads[0].restrictions` must not be empty");
    assert_eq!(
        problem(Payload::Restrictions(with("allow camera"))),
        "`payloads[0].restrictions` has a key that is none of Apple's"
    );
    assert!(problem(Payload::Restrictions(apps)).starts_with("`payloads[0].blockedAppBundleIDs` may hold only"));
}

#[test]
fn an_identity_needs_its_file_and_its_password() {
    let identity = |file: &[u8], password: &str| {
        Payload::Identity(Identity { name: "x".to_owned(), file: file.to_vec(), password: password.to_owned() })
    };
    assert_eq!(problem(identity(b"", "p")), "`payloads[0].file` must not be empty");
    assert_eq!(problem(identity(b"f", "")), "`payloads[0].password` must not be empty");
}

#[test]
fn the_same_profile_gives_the_same_bytes() {
    let make = || profile(vec![Payload::WiFi(wifi()), Payload::WebClip(clip())]).to_plist();

    assert_eq!(make(), make());
}

#[test]
fn other_content_gives_another_payload_uuid() {
    let uuid = |password: &str| {
        let wifi = WiFi { password: Some(password.to_owned()), ..wifi() };
        let bytes = profile(vec![Payload::WiFi(wifi)]).to_plist().unwrap();
        let inner = payload(&bytes, "com.apple.wifi.managed");
        [text(&dictionary(&bytes), "PayloadUUID").unwrap().to_owned(), text(&inner, "PayloadUUID").unwrap().to_owned()]
    };

    let (one, other) = (uuid("password one"), uuid("password two"));

    assert!(one[0] != other[0] && one[1] != other[1]);
    assert!(one[0] != one[1]);
}

#[test]
fn payloads_of_one_profile_have_identifiers_of_their_own() {
    let bytes = profile(vec![Payload::WiFi(wifi()), Payload::WiFi(wifi())]).to_plist().unwrap();

    let profile = dictionary(&bytes);
    let payloads = profile.get("PayloadContent").and_then(Value::as_array).unwrap();
    let name = |index: usize, key| text(payloads[index].as_dictionary().unwrap(), key);
    assert_ne!(name(0, "PayloadIdentifier"), name(1, "PayloadIdentifier"));
    assert_ne!(name(0, "PayloadUUID"), name(1, "PayloadUUID"));
}

#[test]
fn the_sign_in_clip_cannot_be_removed_and_stays_inside_itself() {
    let bytes = web_clip_profile(
        "com.example.baton.clip",
        Some("Example Hospital"),
        "Sign in",
        "https://baton.example/clip/s3cret",
    )
    .to_plist()
    .unwrap();

    let clip = payload(&bytes, "com.apple.webClip.managed");
    let flag = |key| clip.get(key).and_then(Value::as_boolean);
    assert_eq!(flag("IsRemovable"), Some(false));
    assert_eq!(flag("FullScreen"), Some(true));
    assert_eq!(flag("IgnoreManifestScope"), Some(true));
    assert_eq!(clip.get("Icon").and_then(Value::as_data), Some(DEFAULT_CLIP_ICON));
}

#[test]
fn the_secret_of_the_sign_in_clip_is_not_shown_in_a_log() {
    let profile = web_clip_profile("id", None, "Sign in", "https://baton.example/clip/s3cret");

    let shown = format!("{profile:?}");

    assert!(!shown.contains("s3cret"), "{shown}");
}

#[test]
fn the_built_in_icon_is_small() {
    assert!(DEFAULT_CLIP_ICON.len() < 20_000);
}

#[test]
fn a_bad_profile_names_its_field() {
    let cases = [
        (
            Profile { identifier: "com.example/wifi".to_owned(), ..profile(vec![Payload::WiFi(wifi())]) },
            "`identifier` may hold only letters, digits, dots, hyphens and underscores",
        ),
        (
            Profile { display_name: " ".to_owned(), ..profile(vec![Payload::WiFi(wifi())]) },
            "`display_name` must not be empty",
        ),
        (profile(vec![]), "`payloads` must not be empty"),
    ];
    for (profile, expected) in cases {
        assert_eq!(profile.to_plist().unwrap_err().to_string(), expected);
    }
}

#[test]
fn bad_wifi_names_its_field() {
    let with = |change: &dyn Fn(&mut WiFi)| {
        let mut wifi = wifi();
        change(&mut wifi);
        problem(Payload::WiFi(wifi))
    };
    let password = "`payloads[0].password` must have 8 to 63 plain characters, or 64 hexadecimal digits";

    assert_eq!(with(&|wifi| wifi.ssid = String::new()), "`payloads[0].ssid` must have 1 to 32 bytes");
    assert_eq!(with(&|wifi| wifi.ssid = "ö".repeat(17)), "`payloads[0].ssid` must have 1 to 32 bytes");
    for bad in ["short", "pässword-1", &"x".repeat(64)] {
        assert_eq!(with(&|wifi| wifi.password = Some(bad.to_owned())), password);
    }
    assert_eq!(
        with(&|wifi| wifi.encryption = WiFiEncryption::None),
        "`payloads[0].password` must be absent for an open network"
    );
    assert_eq!(
        with(&|wifi| {
            wifi.proxy =
                WiFiProxy::Manual { server: "http://proxy".to_owned(), port: 1, user_name: None, password: None };
        }),
        "`payloads[0].proxy.server` must be a host name or an address"
    );
}

#[test]
fn a_key_of_64_hexadecimal_digits_is_a_password() {
    let wifi = WiFi { password: Some("0123456789abcdef".repeat(4)), ..wifi() };

    assert!(profile(vec![Payload::WiFi(wifi)]).to_plist().is_ok());
}

#[test]
fn a_web_clip_leads_to_a_web_page() {
    for bad in
        ["", "intranet.example", "javascript:alert(1)", "https://", "https:///path", "https://a b", "https://a\nb"]
    {
        let clip = WebClip { url: bad.to_owned(), ..clip() };
        let problem = problem(Payload::WebClip(clip));
        assert!(problem.starts_with("`payloads[0].url`"), "{bad}: {problem}");
    }
}

#[test]
fn an_icon_is_a_png_of_at_most_400_pixels() {
    let with_icon = |icon: Vec<u8>| problem(Payload::WebClip(WebClip { icon: Some(icon), ..clip() }));
    let mut wide = DEFAULT_CLIP_ICON.to_vec();
    wide[16..20].copy_from_slice(&401_u32.to_be_bytes());

    let half = DEFAULT_CLIP_ICON[..DEFAULT_CLIP_ICON.len() / 2].to_vec();
    let mut flat = DEFAULT_CLIP_ICON.to_vec();
    flat[20..24].fill(0);

    assert_eq!(with_icon(b"GIF89a".to_vec()), "`payloads[0].icon` is not a PNG image");
    assert_eq!(with_icon(half), "`payloads[0].icon` is a damaged PNG image");
    assert_eq!(with_icon(flat), "`payloads[0].icon` is a damaged PNG image");
    assert_eq!(with_icon([DEFAULT_CLIP_ICON, b"x"].concat()), "`payloads[0].icon` is a damaged PNG image");
    assert_eq!(with_icon(wide), "`payloads[0].icon` has 401 × 180 pixels, more than 400 × 400");
    assert_eq!(with_icon(vec![0; 1_000_001]), "`payloads[0].icon` has more than 1 MB");
}

#[test]
fn passcode_rules_stay_in_apples_ranges() {
    let with = |change: &dyn Fn(&mut Passcode)| {
        let mut passcode = Passcode::default();
        change(&mut passcode);
        problem(Payload::Passcode(passcode))
    };

    assert_eq!(with(&|passcode| passcode.min_length = Some(17)), "`payloads[0].min_length` must be from 0 to 16");
    assert_eq!(
        with(&|passcode| passcode.max_failed_attempts = Some(1)),
        "`payloads[0].max_failed_attempts` must be from 2 to 11"
    );
    assert_eq!(with(&|passcode| passcode.max_age_days = Some(731)), "`payloads[0].max_age_days` must be from 0 to 730");
    assert_eq!(with(&|passcode| passcode.history = Some(0)), "`payloads[0].history` must be from 1 to 50");
}

#[test]
fn a_certificate_that_issued_itself_is_a_root() {
    let root = Certificate::from_file("Example root", &fixture("root.pem")).unwrap();

    assert_eq!(root.kind, CertificateKind::Root);
    assert_eq!(root.subject().unwrap().subject, "CN=Example root,O=Example");
}

#[test]
fn a_certificate_of_somebody_else_is_no_root() {
    let ca = CertificateAuthority::create("Example", NOW).unwrap();
    let issued = ca.issue_identity("device", NOW, time::Duration::days(1)).unwrap();

    let certificate = Certificate::from_file("Device", &issued.certificate_der).unwrap();

    assert_eq!(certificate.kind, CertificateKind::Other);
    assert_eq!(Payload::Certificate(certificate).payload_type(), "com.apple.security.pkcs1");
}

#[test]
fn pem_and_der_are_the_same_certificate() {
    let pem = Certificate::from_file("x", &fixture("root.pem")).unwrap();

    assert_eq!(Certificate::from_file("x", &pem.der), Ok(pem));
}

#[test]
fn a_file_that_is_not_one_certificate_is_refused() {
    let pem = fixture("root.pem");
    let twice = [pem.clone(), pem.clone()].concat();
    let key = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".to_vec();
    let cases = [
        (vec![], "is not a certificate in PEM or DER"),
        (b"hello".to_vec(), "is not a certificate in PEM or DER"),
        (pem[..pem.len() / 2].to_vec(), "is not a certificate in PEM or DER"),
        (twice, "holds more than one certificate"),
        (key, "holds a private key, which must not be sent to devices this way"),
        (vec![0x30; 200_000], "is too large for a certificate"),
    ];
    for (file, expected) in cases {
        let problem = Certificate::from_file("x", &file).unwrap_err();
        assert_eq!(problem.to_string(), format!("`der` {expected}"));
    }
}
