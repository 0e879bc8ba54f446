//! A small MDM server: one queue for all devices, at-least-once delivery, and a memory of everything it heard.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use baton_simulator::{DeviceHandle, DeviceSpec, Fleet, FleetConfig};
use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKeyChain};
use plist::{Dictionary, Value};

use crate::signature::{self, Signature};

pub const TOPIC: &str = "com.apple.mgmt.External.test";

#[derive(Debug, Clone)]
pub struct Message {
    pub content_type: String,
    pub body: Dictionary,
    pub signature: Signature,
}

impl Message {
    pub fn text(&self, key: &str) -> Option<&str> {
        self.body.get(key)?.as_string()
    }

    /// `Authenticate`, `Idle`, `Acknowledged` and so on.
    pub fn kind(&self) -> &str {
        self.text("MessageType").or(self.text("Status")).unwrap()
    }
}

type Refusal = (StatusCode, &'static str);

struct Queued {
    uuid: String,
    xml: Vec<u8>,
    put_off: bool,
}

#[derive(Default)]
struct Memory {
    messages: Vec<Message>,
    queue: VecDeque<Queued>,
    refusal: Option<(u16, &'static str)>,
    commands: u32,
    profile: Vec<u8>,
    profile_type: &'static str,
    manifest: Vec<u8>,
}

#[derive(Clone)]
pub struct FakeServer {
    memory: Arc<Mutex<Memory>>,
    pub url: String,
}

impl FakeServer {
    pub async fn start() -> Self {
        Self::with_identity(&pkcs12()).await
    }

    pub async fn with_identity(p12: &[u8]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = Self { memory: Arc::default(), url: url.clone() };
        server.offer_profile(xml(enrollment_profile(&url, p12)), "application/x-apple-aspen-config");
        let router = Router::new()
            .route("/profile", get(profile))
            .route("/manifest", get(manifest))
            .route("/checkin", put(check_in))
            .route("/mdm", put(command_channel))
            .with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        server
    }

    pub fn profile_url(&self) -> String {
        format!("{}/profile", self.url)
    }

    pub fn offer_profile(&self, profile: Vec<u8>, content_type: &'static str) {
        let mut memory = self.memory.lock().unwrap();
        memory.profile = profile;
        memory.profile_type = content_type;
    }

    pub fn offer_manifest(&self, manifest: Vec<u8>) -> String {
        self.memory.lock().unwrap().manifest = manifest;
        format!("{}/manifest", self.url)
    }

    /// Queues a command and gives its UUID.
    pub fn queue(&self, command: Dictionary) -> String {
        let mut memory = self.memory.lock().unwrap();
        memory.commands += 1;
        let uuid = format!("command-{}", memory.commands);
        let xml = xml(dictionary([("CommandUUID", uuid.as_str().into()), ("Command", Value::Dictionary(command))]));
        memory.queue.push_back(Queued { uuid: uuid.clone(), xml, put_off: false });
        uuid
    }

    /// How many commands have not been answered for good.
    pub fn queued(&self) -> usize {
        self.memory.lock().unwrap().queue.len()
    }

    /// Answers everything with this status from now on; `None` = works again.
    pub fn refuse(&self, refusal: Option<(u16, &'static str)>) {
        self.memory.lock().unwrap().refusal = refusal;
    }

    pub fn messages(&self) -> Vec<Message> {
        self.memory.lock().unwrap().messages.clone()
    }

    pub fn kinds(&self) -> Vec<String> {
        let kind = |message: &Message| message.kind().to_owned();
        self.messages().iter().map(kind).collect()
    }

    pub fn message(&self, kind: &str) -> Message {
        let found = self.messages().into_iter().rfind(|m| m.kind() == kind);
        found.unwrap_or_else(|| panic!("no {kind} among {:?}", self.kinds()))
    }

    /// All answers to the command, in order.
    pub fn answers(&self, uuid: &str) -> Vec<Message> {
        let mut messages = self.messages();
        messages.retain(|message| message.text("CommandUUID") == Some(uuid));
        messages
    }

    /// Queues a command, lets the phone connect, and gives its answer.
    pub async fn order(&self, device: &DeviceHandle, command: Dictionary) -> Message {
        let uuid = self.queue(command);
        soon(device.connect_now()).await.unwrap();
        self.answers(&uuid).pop().expect("an answer")
    }

    fn hear(&self, headers: &HeaderMap, body: &[u8]) -> Result<Message, Refusal> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let message = Message {
            content_type: header("content-type").unwrap_or_default().to_owned(),
            body: plist::from_bytes(body).unwrap(),
            signature: signature::check(header("mdm-signature"), body),
        };
        let mut memory = self.memory.lock().unwrap();
        if let Some((status, body)) = memory.refusal {
            return Err((StatusCode::from_u16(status).unwrap(), body));
        }
        memory.messages.push(message.clone());
        Ok(message)
    }

    fn next_command(&self, message: &Message) -> Vec<u8> {
        let mut memory = self.memory.lock().unwrap();
        if message.kind() == "Idle" {
            memory.queue.iter_mut().for_each(|q| q.put_off = false);
        }
        if let Some(uuid) = message.text("CommandUUID") {
            if message.kind() == "NotNow" {
                let answered = memory.queue.iter_mut().filter(|q| q.uuid == uuid);
                answered.for_each(|q| q.put_off = true);
            } else {
                memory.queue.retain(|q| q.uuid != uuid);
            }
        }
        let next = memory.queue.iter().find(|q| !q.put_off);
        next.map(|q| q.xml.clone()).unwrap_or_default()
    }
}

async fn profile(State(server): State<FakeServer>) -> Response {
    let memory = server.memory.lock().unwrap();
    ([(CONTENT_TYPE, memory.profile_type)], memory.profile.clone()).into_response()
}

async fn manifest(State(server): State<FakeServer>) -> Vec<u8> {
    server.memory.lock().unwrap().manifest.clone()
}

async fn check_in(State(server): State<FakeServer>, headers: HeaderMap, body: Bytes) -> Response {
    match server.hear(&headers, &body) {
        Ok(_) => StatusCode::OK.into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

async fn command_channel(State(server): State<FakeServer>, headers: HeaderMap, body: Bytes) -> Response {
    match server.hear(&headers, &body) {
        Ok(message) => server.next_command(&message).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

pub fn dictionary<const N: usize>(pairs: [(&str, Value); N]) -> Dictionary {
    let owned = pairs.into_iter().map(|(key, value)| (key.to_owned(), value));
    owned.collect()
}

pub fn xml(dictionary: Dictionary) -> Vec<u8> {
    let mut xml = Vec::new();
    Value::Dictionary(dictionary).to_writer_xml(&mut xml).unwrap();
    xml
}

pub fn command<const N: usize>(request: &str, pairs: [(&str, Value); N]) -> Dictionary {
    let mut command = dictionary(pairs);
    command.insert("RequestType".to_owned(), request.into());
    command
}

pub fn payload<const N: usize>(kind: &str, id: &str, pairs: [(&str, Value); N]) -> Value {
    let mut payload = dictionary(pairs);
    payload.insert("PayloadType".to_owned(), kind.into());
    payload.insert("PayloadIdentifier".to_owned(), id.into());
    payload.insert("PayloadUUID".to_owned(), format!("uuid of {id}").into());
    payload.insert("PayloadVersion".to_owned(), 1.into());
    Value::Dictionary(payload)
}

pub fn profile_plist(id: &str, name: &str, payloads: Vec<Value>) -> Dictionary {
    dictionary([
        ("PayloadType", "Configuration".into()),
        ("PayloadVersion", 1.into()),
        ("PayloadIdentifier", id.into()),
        ("PayloadUUID", format!("uuid of {id}").into()),
        ("PayloadDisplayName", name.into()),
        ("PayloadContent", Value::Array(payloads)),
    ])
}

pub fn install_profile(profile: Dictionary) -> Dictionary {
    command("InstallProfile", [("Payload", Value::Data(xml(profile)))])
}

/// InstallProfile with a Wi-Fi network in it.
pub fn install_wifi(id: &str, ssid: &str) -> Dictionary {
    let wifi = payload("com.apple.wifi.managed", &format!("{id}.wifi"), [("SSID_STR", ssid.into())]);
    install_profile(profile_plist(id, ssid, vec![wifi]))
}

pub fn enrollment_profile(url: &str, p12: &[u8]) -> Dictionary {
    let identity = payload(
        "com.apple.security.pkcs12",
        "test.identity",
        [("PayloadContent", Value::Data(p12.to_vec())), ("Password", "test".into())],
    );
    let mdm = payload(
        "com.apple.mdm",
        "test.mdm",
        [
            ("IdentityCertificateUUID", "uuid of test.identity".into()),
            ("Topic", TOPIC.into()),
            ("ServerURL", format!("{url}/mdm").into()),
            ("CheckInURL", format!("{url}/checkin").into()),
            ("SignMessage", true.into()),
            ("CheckOutWhenRemoved", true.into()),
            ("AccessRights", 8191.into()),
        ],
    );
    profile_plist("test.enrollment", "Test Management", vec![identity, mdm])
}

/// The same for a person's own phone: User Enrollment.
pub fn user_enrollment_profile(url: &str, p12: &[u8]) -> Dictionary {
    let mut profile = enrollment_profile(url, p12);
    let payloads = profile.get_mut("PayloadContent").and_then(Value::as_array_mut).unwrap();
    let mdm = payloads[1].as_dictionary_mut().unwrap();
    mdm.remove("AccessRights");
    mdm.insert("EnrollmentMode".to_owned(), "BYOD".into());
    mdm.insert("AssignedManagedAppleID".to_owned(), "anna@example.com".into());
    profile
}

/// A fresh P-256 identity with the password `test`.
pub fn pkcs12() -> Vec<u8> {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap();
    let chain = PrivateKeyChain::new(key.serialize_der(), [1], [Certificate::from_der(certificate.der()).unwrap()]);
    let mut store = KeyStore::new();
    store.add_entry("identity", KeyStoreEntry::PrivateKeyChain(chain));
    store.writer("test").encryption_iterations(100).mac_iterations(100).write().unwrap()
}

/// A server, a fleet and one phone, enrolled and under manual control.
pub struct Setup {
    pub server: FakeServer,
    pub fleet: Fleet,
    pub device: DeviceHandle,
}

pub async fn manual() -> Setup {
    enrolled(DeviceSpec::numbered(1, 1), true).await
}

pub async fn manual_supervised() -> Setup {
    enrolled(DeviceSpec::numbered(1, 1).supervised(), true).await
}

/// A person's own phone under User Enrollment.
pub async fn manual_own() -> Setup {
    let server = FakeServer::start().await;
    let profile = user_enrollment_profile(&server.url, &pkcs12());
    server.offer_profile(xml(profile), "application/x-apple-aspen-config");
    let config = FleetConfig { manual: true, ..FleetConfig::default() };
    let fleet = Fleet::start(config).await.unwrap();
    let device = soon(fleet.enrol(DeviceSpec::numbered(1, 1), &server.profile_url())).await.unwrap();
    Setup { server, fleet, device }
}

pub async fn automatic() -> Setup {
    enrolled(DeviceSpec::numbered(1, 1), false).await
}

async fn enrolled(spec: DeviceSpec, manual: bool) -> Setup {
    let server = FakeServer::start().await;
    let config = FleetConfig { manual, ..FleetConfig::default() };
    let fleet = Fleet::start(config).await.unwrap();
    let device = soon(fleet.enrol(spec, &server.profile_url())).await.unwrap();
    Setup { server, fleet, device }
}

/// A limit far above what anything here takes.
pub async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), what).await.expect("it should have happened long ago")
}
