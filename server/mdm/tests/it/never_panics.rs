//! Whatever a stranger sends, the answer is a value.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use baton_mdm::ca::CertificateAuthority;
use baton_mdm::message::{parse_answer, parse_check_in};
use baton_mdm::mobileconfig::{Keep, MobileConfig, Outer};
use baton_mdm::payload::{Certificate, DEFAULT_CLIP_ICON, check_icon};
use baton_mdm::pkcs12;
use baton_mdm::push::PushOutcome;
use baton_mdm::push_certificate::{CertificateFile, PrivateKey};
use baton_mdm::signature::verify;
use proptest::collection::vec;
use proptest::prelude::*;
use time::Duration;

use crate::support::{NOW, binary, fixture, xml};

/// Messages that are read in full, so that a mutation can break anything in them.
fn valid_messages() -> Vec<Vec<u8>> {
    let xml_messages = [
        "<key>MessageType</key><string>TokenUpdate</string><key>Topic</key><string>t</string>
         <key>UDID</key><string>u</string><key>PushMagic</key><string>m</string>
         <key>Token</key><data>AQIDBA==</data><key>AwaitingConfiguration</key><true/>",
        "<key>Status</key><string>Acknowledged</string><key>CommandUUID</key><string>c</string>
         <key>UDID</key><string>u</string><key>ProfileList</key><array><dict>
         <key>PayloadIdentifier</key><string>p</string><key>IsManaged</key><true/></dict></array>",
        "<key>Status</key><string>Error</string><key>CommandUUID</key><string>c</string>
         <key>UDID</key><string>ü</string><key>ErrorChain</key><array><dict>
         <key>ErrorCode</key><integer>-12</integer></dict></array>
         <key>x</key><date>2026-01-01T00:00:00Z</date><key>y</key><real>1.5</real>",
    ]
    .map(xml);
    let binary_messages = xml_messages.each_ref().map(|message| binary(message));
    xml_messages.into_iter().chain(binary_messages).collect()
}

fn read_everything(bytes: &[u8]) {
    let _ = parse_check_in(bytes);
    let _ = parse_answer(bytes);
    let _ = Certificate::from_file("x", bytes);
    let _ = PushOutcome::from_answer(400, None, bytes);
    let _ = CertificateFile::read(bytes, "password");
    let _ = PrivateKey::from_file(bytes);
    let _ = check_icon(bytes);
    let _ = pkcs12::open(bytes, "reeds and water");
    inspect(bytes);
}

/// Takes an uploaded profile as far as to a device. What was taken can be kept, read again and sent.
fn inspect(bytes: &[u8]) {
    let Ok(upload) = MobileConfig::from_file(bytes) else { return };
    let config = MobileConfig::from_stored(&upload.config.to_stored()).unwrap();
    assert_eq!(config, upload.config);
    let (payloads, _) = (config.payloads(), config.placeholders());
    let outer = Outer { identifier: "item", display_name: "Item", organization: "Clinic", description: "" };
    let sent = config.rewrite(outer, &[], str::to_owned).unwrap();
    let again = MobileConfig::from_file(&sent.plist).unwrap();
    assert_eq!(again.config.payloads(), payloads);
    let _ = config.rewrite(outer, &vec![Keep::Nothing; payloads.len()], |_| String::new());
}

fn fixture_in_base64(name: &str) -> Vec<u8> {
    STANDARD.decode(fixture(&format!("{name}.b64"))).unwrap()
}

/// Overwrites, cuts or doubles parts of a message.
fn mutate(mut message: Vec<u8>, edits: &[(usize, u8, u8)]) -> Vec<u8> {
    for (at, byte, kind) in edits {
        if message.is_empty() {
            break;
        }
        let at = at % message.len();
        match kind % 4 {
            0 => message[at] = *byte,
            1 => message[at] ^= 1 << (byte % 8),
            2 => message.truncate(at),
            _ => {
                let piece = message[at..].to_vec();
                message.extend_from_slice(&piece[..piece.len().min(usize::from(*byte))]);
            }
        }
    }
    message
}

fn edits() -> impl Strategy<Value = Vec<(usize, u8, u8)>> {
    vec((any::<usize>(), any::<u8>(), any::<u8>()), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn on_arbitrary_bytes(bytes in vec(any::<u8>(), 0..600)) {
        read_everything(&bytes);
        let _ = verify(&STANDARD.encode(&bytes), b"body");
    }

    #[test]
    fn on_arbitrary_text(text in ".{0,300}") {
        read_everything(text.as_bytes());
        read_everything(&xml(&text));
        let _ = verify(&text, b"body");
    }

    #[test]
    fn on_the_inside_of_a_binary_list(mut bytes in vec(any::<u8>(), 40..400), offset in 8_u8..40) {
        bytes[..8].copy_from_slice(b"bplist00");
        let end = bytes.len();
        bytes[end - 32..].fill(0);
        bytes[end - 26] = 1;
        bytes[end - 25] = 1;
        bytes[end - 17] = 8;
        bytes[end - 1] = offset;
        read_everything(&bytes);
    }

    #[test]
    fn on_damaged_messages(which in 0_usize..6, edits in edits()) {
        let message = valid_messages().swap_remove(which);
        read_everything(&mutate(message, &edits));
    }

    #[test]
    fn on_damaged_signatures(which in 0_usize..5, edits in edits()) {
        let name = ["rsa-sha256", "p256-sha256", "p384-sha384", "refused-two-signers",
            "refused-attached-indefinite"][which];
        let header = fixture(&format!("signatures/{name}.b64"));
        let der = STANDARD.decode(header).unwrap();
        let _ = verify(&STANDARD.encode(mutate(der, &edits)), b"body");
    }

    #[test]
    fn on_damaged_certificates(edits in edits()) {
        let certificate = Certificate::from_file("x", &fixture("root.pem")).unwrap().der;
        let damaged = mutate(certificate, &edits);
        if let Ok(certificate) = Certificate::from_file("x", &damaged) {
            let _ = certificate.subject();
        }
        let ca = CertificateAuthority::create("Example", NOW).unwrap();
        let mut issued = ca.certificate_der().to_vec();
        issued = mutate(issued, &edits);
        let _ = ca.verify_issued(&issued, NOW);
    }

    #[test]
    fn on_damaged_pkcs12(edits in edits()) {
        static FILE: LazyLock<(Vec<u8>, String)> = LazyLock::new(|| {
            let ca = CertificateAuthority::create("Example", NOW).unwrap();
            let identity = ca.issue_identity("x", NOW, Duration::days(1)).unwrap();
            (identity.pkcs12, identity.password)
        });
        let (file, password) = &*FILE;
        let _ = CertificateFile::read(&mutate(file.clone(), &edits), password);
    }

    #[test]
    fn on_damaged_storage(edits in edits()) {
        let ca = CertificateAuthority::create("Example", NOW).unwrap();
        let certificate = mutate(ca.certificate_pem().into_bytes(), &edits);
        let key = mutate(ca.key_pem().into_bytes(), &edits);
        let certificate = String::from_utf8_lossy(&certificate);
        let key = String::from_utf8_lossy(&key);
        let _ = CertificateAuthority::from_pem(&certificate, &ca.key_pem());
        let _ = CertificateAuthority::from_pem(&ca.certificate_pem(), &key);
    }

    #[test]
    fn on_damaged_uploads(which in 0_usize..8, edits in edits()) {
        let plain = fixture("mobileconfig/ward.mobileconfig");
        let file = match which {
            0 | 1 => plain,
            2 | 3 => binary(&plain),
            4 => fixture_in_base64("mobileconfig/signed"),
            5 => fixture_in_base64("mobileconfig/signed-streamed"),
            6 => fixture_in_base64("mobileconfig/signed-without-attributes"),
            _ => fixture_in_base64("mobileconfig/encrypted"),
        };
        inspect(&mutate(file, &edits));
    }

    #[test]
    fn on_damaged_icons(edits in edits()) {
        let _ = check_icon(&mutate(DEFAULT_CLIP_ICON.to_vec(), &edits));
    }

    #[test]
    fn on_damaged_identities(which in 0_usize..3, edits in edits()) {
        let file = fixture_in_base64(["pkcs12/plain", "pkcs12/no-mac", "pkcs12/triple-des"][which]);
        let _ = pkcs12::open(&mutate(file, &edits), "reeds and water");
    }
}
