//! An authenticator in place of a phone or a security key, with the browser around it.
//!
//! It does what it is asked, with ECDSA over P-256 and without attestation. Everything that it says can be made wrong:
//! its fields are what it says.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest,
    rand::{SecureRandom as _, SystemRandom},
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde_json::{Value, json};

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const HOLDS_CREDENTIAL: u8 = 0x40;

/// An authenticator with one credential.
#[derive(Clone, Debug)]
pub struct Authenticator {
    /// The origin of the page that the browser shows.
    pub origin: String,
    /// The relying party that it signs for.
    pub relying_party: String,
    /// Whether it checks who uses it.
    pub verifies: bool,
    /// Whether its owner's devices share what it has.
    pub is_synced: bool,
    /// How often it signed; goes up before each signature. `None` counts nothing, as shared passkeys do.
    pub counter: Option<u32>,
    /// Its credential id.
    pub credential: Vec<u8>,
    /// The handle of the person that it was asked to keep.
    pub handle: String,
    /// What it answers instead of the challenge that it was given, in base64url.
    pub challenge: Option<String>,
    /// Its private key, in PKCS#8.
    pub key: Vec<u8>,
}

impl Authenticator {
    /// A security key in a browser that shows this site, whose name is its relying party.
    ///
    /// # Panics
    /// Without randomness.
    #[must_use]
    pub fn new(origin: &str) -> Self {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random)
            .expect("invariant: the system has randomness");
        let mut credential = vec![0; 32];
        random.fill(&mut credential).expect("invariant: the system has randomness");
        let host = url::Url::parse(origin).ok().and_then(|url| url.host_str().map(str::to_owned));
        Self {
            origin: origin.to_owned(),
            relying_party: host.unwrap_or_default(),
            verifies: true,
            is_synced: false,
            counter: Some(0),
            credential,
            handle: String::new(),
            challenge: None,
            key: key.as_ref().to_vec(),
        }
    }

    /// Answers the question to make a credential.
    ///
    /// # Panics
    /// When the options are none.
    pub fn register(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).expect("invariant: options are JSON");
        self.handle = text(&options["user"]["id"]);
        let client = self.client_data("webauthn.create", &options["challenge"]);
        let mut data = self.authenticator_data(HOLDS_CREDENTIAL);
        data.extend_from_slice(&[0; 16]);
        data.extend_from_slice(&length(&self.credential).to_be_bytes());
        data.extend_from_slice(&self.credential);
        data.extend_from_slice(&self.cose_key());
        // {"fmt": "none", "attStmt": {}, "authData": bytes}
        let mut attestation = vec![0xa3, 0x63];
        attestation.extend_from_slice(b"fmt\x64none\x67attStmt\xa0\x68authData\x58");
        attestation.push(u8::try_from(data.len()).expect("invariant: with a short credential id it fits a byte"));
        attestation.extend_from_slice(&data);
        self.answer(&json!({
            "clientDataJSON": encoded(&client),
            "attestationObject": encoded(&attestation),
            "transports": ["usb"],
        }))
    }

    /// Answers the question for a credential.
    ///
    /// # Panics
    /// When the options are none.
    pub fn assert(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).expect("invariant: options are JSON");
        let client = self.client_data("webauthn.get", &options["challenge"]);
        self.counter = self.counter.map(|counter| counter + 1);
        let data = self.authenticator_data(0);
        let signed = [&data, digest::digest(&digest::SHA256, &client).as_ref()].concat();
        let random = SystemRandom::new();
        let signature = self.pair().sign(&random, &signed).expect("invariant: the system has randomness");
        self.answer(&json!({
            "clientDataJSON": encoded(&client),
            "authenticatorData": encoded(&data),
            "signature": encoded(signature.as_ref()),
            "userHandle": self.handle,
        }))
    }

    fn answer(&self, response: &Value) -> String {
        let id = encoded(&self.credential);
        json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
            "authenticatorAttachment": "cross-platform",
        })
        .to_string()
    }

    fn client_data(&self, kind: &str, challenge: &Value) -> Vec<u8> {
        let challenge = self.challenge.clone().unwrap_or_else(|| text(challenge));
        let origin = &self.origin;
        // In this order, as browsers write it.
        format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#).into_bytes()
    }

    fn authenticator_data(&self, more: u8) -> Vec<u8> {
        let mut flags = USER_PRESENT | more;
        if self.verifies {
            flags |= USER_VERIFIED;
        }
        if self.is_synced {
            flags |= BACKUP_ELIGIBLE | BACKED_UP;
        }
        let mut data = digest::digest(&digest::SHA256, self.relying_party.as_bytes()).as_ref().to_vec();
        data.push(flags);
        data.extend_from_slice(&self.counter.unwrap_or_default().to_be_bytes());
        data
    }

    /// The public key in COSE: {1: 2, 3: -7, -1: 1, -2: x, -3: y}.
    fn cose_key(&self) -> Vec<u8> {
        let pair = self.pair();
        let point = pair.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        [&[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20], x, &[0x22, 0x58, 0x20], y].concat()
    }

    fn pair(&self) -> EcdsaKeyPair {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &self.key, &SystemRandom::new())
            .expect("invariant: the key was made here")
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn length(bytes: &[u8]) -> u16 {
    u16::try_from(bytes.len()).expect("invariant: what an authenticator says is short")
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
