//! Baton's pages over a database of their own, and browsers that talk to them.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode, header, response::Parts},
};
use baton_app::web::{Web, router};
use baton_core::{
    Actor, Core, CoreConfig, Vault, authority,
    catalogue::{ContentForm, DistributionChange, ItemForm},
    enrollment::LinkForm,
    groups::GroupForm,
    live::LiveConfig,
    managed_accounts::AccountRule,
    policy_tests::PolicyTestForm,
    sources::{LdapSource, SourceForm, SourceSettings},
};
use baton_identity::{Passwords, ldap::LdapSettings};
use baton_model::{
    AuditEntry, CommandKind, Device, DeviceItem, DeviceState, Enrollment, EnrollmentState, ItemProgress, NewCommand,
    Role, Timestamp, User, id,
    item::{InHouseApp, WiFiSecurity},
};
use baton_policy::{Distribution, EnrollmentType, Ownership, Presence};
use baton_store::{AuditFilter, Store, StoreOptions};
use futures::{FutureExt as _, future::LocalBoxFuture};
use tempfile::TempDir;
use tower::ServiceExt as _;

/// Everybody's password.
pub const PASSWORD: &str = "two quiet herons";
/// Its hash, with the least cost that there is: tests compare it hundreds of times.
const PASSWORD_HASH: &str = "$argon2id$v=19$m=8,t=1,p=1$c2FsdCBvZiB0ZXN0cw$a/z4P+gTiFVhFZ70uEia0HC0Z908Pygjtiu7//ScP9w";
pub const ORIGIN: &str = "https://baton.example";

/// The time of all requests.
pub fn now() -> Timestamp {
    Timestamp(1_760_000_000 * Timestamp::SECOND)
}

/// Baton with nothing in it but two administrators, a help desk, an auditor and a user.
pub struct Site {
    pub core: Core,
    pub store: Store,
    web: Web,
    router: Router,
    folder: TempDir,
}

impl Site {
    /// With these limits for open pages.
    pub async fn open(live: LiveConfig) -> Self {
        // TLS needs to know who does its arithmetic, which the program says when it starts.
        drop(rustls::crypto::ring::default_provider().install_default());
        let folder = TempDir::with_prefix("baton-console.").unwrap();
        let address = folder.path().join("baton.db");
        let store = Store::connect(address.to_str().unwrap(), StoreOptions::default()).await.unwrap();
        let vault = Vault::new([42; 32]);
        let authority = authority::load_or_create(&store, &vault, "Heron Clinic", now()).await.unwrap();
        let config = CoreConfig {
            organisation: "Heron Clinic".to_owned(),
            public_url: ORIGIN.to_owned(),
            push_topic: "com.apple.mgmt.External.heron".to_owned(),
            local_push: true,
            failure_floor: Duration::from_millis(1),
            shared_device_limit: 1,
            wipes_per_hour: 3,
            provider_authorities: None,
            directory_patience: Duration::from_secs(10),
            live,
        };
        let core = Core::new(store.clone(), vault, Passwords::new(2, 100), authority, config);
        let web = Web { core: core.clone(), now, zone: time::UtcOffset::UTC, secure: true, origin: ORIGIN.to_owned() };
        let site = Self { core, store, router: router(web.clone()), web, folder };
        for (name, role) in [
            ("petra", Role::Administrator),
            ("otto", Role::Administrator),
            ("hugo", Role::HelpDesk),
            ("ines", Role::Auditor),
            ("ada", Role::User),
        ] {
            site.add_user(name, &format!("Person {name}"), role).await;
        }
        site
    }

    /// The same site for people who reach it over plain http, as in development.
    pub fn over_http(self) -> Self {
        let web = Web { secure: false, ..self.web };
        Self { router: router(web.clone()), web, ..self }
    }

    /// Every byte of the database: what is not in here did not happen.
    pub fn database(&self) -> Vec<u8> {
        let files = ["baton.db", "baton.db-wal"].map(|name| self.folder.path().join(name));
        files.map(|file| std::fs::read(file).unwrap()).concat()
    }

    /// The answer to a request that no helper of [`Browser`] makes.
    pub async fn ask(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Adds somebody past the form, because hashing a password for each would take the tests' time.
    pub async fn add_user(&self, name: &str, display_name: &str, role: Role) {
        let user = User {
            id: name.into(),
            user_name: name.to_owned(),
            display_name: display_name.to_owned(),
            email: None,
            role,
            enabled: true,
            epoch: 1,
            revision: 1,
            created_at: now(),
        };
        let mut tx = self.store.begin().await.unwrap();
        tx.create_user(&user, Some(PASSWORD_HASH)).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn user(&self, name: &str) -> User {
        self.store.read().await.unwrap().find_user(&name.into()).await.unwrap().unwrap()
    }

    pub async fn device(&self, id: &str) -> Device {
        self.store.read().await.unwrap().find_device(&id.into()).await.unwrap().unwrap()
    }

    /// Adds an enrolled phone that this user holds, with an item that failed and a command that was refused.
    pub async fn add_phone(&self, id: &str, name: &str, holder: &str) {
        let device = phone(id, name, holder);
        let enrollment = Enrollment {
            id: format!("enrollment-{id}").as_str().into(),
            link_id: None,
            device_id: Some(device.id.clone()),
            fingerprint: format!("fingerprint-{id}"),
            topic: "com.apple.mgmt.External.heron".to_owned(),
            push_token: None,
            push_magic: None,
            unlock_token: None,
            state: EnrollmentState::Ended,
            created_at: now(),
        };
        let failed = DeviceItem {
            device_id: device.id.clone(),
            item_id: "gone".into(),
            rendering: "r".to_owned(),
            is_app: false,
            identifier: "baton.item.gone".to_owned(),
            label: "Old Wi-Fi".to_owned(),
            presence: Presence::Present,
            progress: ItemProgress::Failed,
            removable: true,
            failure: Some("profile-invalid".to_owned()),
            failures: 1,
            updated_at: now(),
        };
        let command = NewCommand {
            id: format!("command-{id}").as_str().into(),
            device_id: device.id.clone(),
            enrollment_id: enrollment.id.clone(),
            handover_id: None,
            item_id: Some("gone".into()),
            rendering: Some("r".to_owned()),
            kind: CommandKind::RemoveProfile,
            identifier: Some("baton.item.gone".to_owned()),
            label: "Old Wi-Fi".to_owned(),
            body: b"sealed".to_vec(),
            not_before: Timestamp(0),
        };
        let mut tx = self.store.begin().await.unwrap();
        tx.create_device(&device).await.unwrap();
        tx.create_enrollment(&enrollment).await.unwrap();
        tx.save_device_item(&failed).await.unwrap();
        tx.queue_command(&command, now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// One of everything, under the names that [`Things`] gives.
    pub async fn furnish(&self) -> Things {
        let actor = Actor::System;
        self.add_phone("phone", "Ward 3 · Phone 1", "ada").await;
        let users = GroupForm {
            name: "Nurses".to_owned(),
            description: "Ward 3".to_owned(),
            members: Some(vec!["ada".into()]),
            previewed: None,
        };
        let devices = GroupForm {
            name: "Ward phones".to_owned(),
            description: String::new(),
            members: Some(vec!["phone".into()]),
            previewed: None,
        };
        let wifi = ItemForm {
            name: "Ward Wi-Fi".to_owned(),
            description: "For everybody".to_owned(),
            content: ContentForm::WiFi {
                ssid: "ward-3".to_owned(),
                security: WiFiSecurity::Wpa2,
                password: "reeds and shallow water".to_owned(),
                hidden: false,
                auto_join: true,
            },
        };
        let app = ItemForm {
            name: "Records".to_owned(),
            description: String::new(),
            content: ContentForm::InHouseApp(InHouseApp {
                bundle_id: "com.example.records".to_owned(),
                manifest_url: "https://apps.example/records.plist".to_owned(),
                reset_between_people: false,
            }),
        };
        let policy_test = PolicyTestForm { name: "Sign-out".to_owned(), text: POLICY_TEST.to_owned() };
        let link = LinkForm { label: "Ward 3".to_owned(), uses: 3, days: 2 };
        // Nobody listens there, and nobody is sent there.
        let directory = LdapSettings {
            host: "127.0.0.1".to_owned(),
            port: 1,
            bind_dn: "cn=baton,dc=example".to_owned(),
            bind_password: "reeds".into(),
            ..LdapSettings::open_ldap("dc=example")
        };
        let source = SourceForm {
            name: "Directory".to_owned(),
            enabled: false,
            settings: SourceSettings::Ldap(LdapSource {
                directory,
                admits_anyone: false,
                accounts: AccountRule::default(),
            }),
            sync_minutes: None,
            roles: Vec::new(),
            revision: None,
        };
        Things {
            user_group: self.core.create_user_group(&actor, &users, now()).await.unwrap().to_string(),
            device_group: self.core.create_device_group(&actor, &devices, now()).await.unwrap().to_string(),
            wifi: self.core.create_item(&actor, &wifi, now()).await.unwrap().to_string(),
            app: self.core.create_item(&actor, &app, now()).await.unwrap().to_string(),
            policy_test: self.core.create_policy_test(&actor, &policy_test, now()).await.unwrap().to_string(),
            link: self.core.create_enrollment_link(&actor, &link, now()).await.unwrap().id.to_string(),
            source: self.core.create_source(&actor, &source, now()).await.unwrap().to_string(),
        }
    }

    pub async fn distribute(&self, item: &str, distribution: Distribution) {
        let revision = self.core.item_detail(&Actor::System, &item.into(), now()).await.unwrap().stored.revision;
        let change = DistributionChange {
            distribution,
            revision,
            previewed: None,
            override_reason: Some("as the test needs it".to_owned()),
        };
        self.core.save_distribution(&Actor::System, &item.into(), &change, now()).await.unwrap();
    }

    /// The audit log, the latest first.
    pub async fn audit(&self) -> Vec<AuditEntry> {
        let mut filter = AuditFilter::default();
        filter.query.limit = baton_store::MAX_PAGE;
        self.store.read().await.unwrap().list_audit(&filter).await.unwrap().rows
    }

    /// The paths of all routes, sorted. Axum tells them only in its debug text.
    pub fn routes(&self) -> Vec<String> {
        let text = format!("{:?}", self.router);
        let (own, _) = text.split_once("fallback_router").unwrap();
        let mut paths: Vec<String> = own
            .split("RouteId(")
            .filter_map(|entry| entry.split_once("): \"")?.1.split('"').next())
            .map(str::to_owned)
            .collect();
        paths.sort();
        assert!(paths.iter().any(|path| path == "/clip/{secret}"), "axum's debug text has another form: {text}");
        paths
    }

    /// A browser in which nobody is signed in.
    pub fn browser(&self) -> Browser<'_> {
        Browser { site: self, cookies: BTreeMap::new() }
    }

    /// A browser in which this person signed in through the form.
    pub async fn signed_in(&self, name: &str) -> Browser<'_> {
        let mut browser = self.browser();
        let answer = browser.post("/sign-in", &[("username", name), ("password", PASSWORD), ("next", "/")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name} cannot sign in: {}", answer.body);
        browser
    }
}

/// The ids of what [`Site::furnish`] made.
pub struct Things {
    pub user_group: String,
    pub device_group: String,
    pub wifi: String,
    pub app: String,
    pub policy_test: String,
    pub link: String,
    pub source: String,
}

/// What the office expects: the second one is not met.
pub const POLICY_TEST: &str = "[[expect]]\nname = \"Guests get no records\"\nitem = \"Records\"\ngets = false\n\n\
                               [[expect]]\nname = \"Nobody keeps the Wi-Fi\"\nitem = \"Ward Wi-Fi\"\n\
                               holder = \"nobody\"\ngets = true\n";

pub fn phone(id: &str, name: &str, holder: &str) -> Device {
    Device {
        id: id.into(),
        name: name.to_owned(),
        name_tag: String::new(),
        udid: Some(format!("udid-{id}")),
        apple_enrollment_id: None,
        serial_number: Some(format!("serial-{id}")),
        model_name: Some("iPhone SE".to_owned()),
        product_name: Some("iPhone14,6".to_owned()),
        os_version: Some("17.4".to_owned()),
        enrollment_type: EnrollmentType::Device,
        supervised: Some(false),
        ownership: Ownership::Company,
        shared: true,
        lost_mode: None,
        reported_lost_at: None,
        state: DeviceState::Enrolled,
        holder_id: holder.into(),
        held_since: now(),
        custody_seq: 0,
        clip_generation: 0,
        clip_confirmed: 0,
        revision: 1,
        enrolled_at: now(),
        last_seen_at: Some(now()),
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub headers: axum::http::HeaderMap,
    pub body: String,
}

impl Answer {
    /// Whether the page has this text as people read it.
    pub fn says(&self, text: &str) -> bool {
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        self.body.contains(text) || self.body.contains(&escaped)
    }
}

/// A browser with its cookies.
pub struct Browser<'s> {
    site: &'s Site,
    pub cookies: BTreeMap<String, String>,
}

impl Browser<'_> {
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, String::new(), None).await
    }

    /// Sends a form as a page of Baton does.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, body, Some(ORIGIN)).await
    }

    /// Sends a form with files as a page of Baton does.
    pub async fn post_parts(&mut self, path: &str, parts: &[Part<'_>]) -> Answer {
        const BOUNDARY: &str = "----WebKitFormBoundary7MA4YWxkTrZu0gW";
        let mut body = Vec::new();
        for part in parts {
            let (head, content) = match part {
                Part::Field(name, value) => (format!("name=\"{name}\""), value.as_bytes()),
                Part::File(name, file, content) => {
                    let head =
                        format!("name=\"{name}\"; filename=\"{file}\"\r\nContent-Type: application/octet-stream");
                    (head, *content)
                }
            };
            body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n").into_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
        self.post_raw(path, &format!("multipart/form-data; boundary={BOUNDARY}"), body).await
    }

    /// Sends a form of some other kind.
    pub async fn post_raw(&mut self, path: &str, content_type: &str, body: Vec<u8>) -> Answer {
        let request = Request::builder().method(Method::POST).uri(path).header(header::ORIGIN, ORIGIN);
        let request = request.header(header::CONTENT_TYPE, content_type);
        let (parts, body) = self.answer(request, Body::from(body)).await;
        Self::as_text(parts, body)
    }

    /// Fetches something that is no text: its status, type and content.
    pub async fn get_bytes(&mut self, path: &str) -> (StatusCode, String, Vec<u8>) {
        let (parts, body) = self.answer(Request::builder().uri(path), Body::empty()).await;
        let kind = parts.headers.get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap().to_owned());
        (parts.status, kind.unwrap_or_default(), body)
    }

    /// Asks for something that does not end by itself; nothing of the body is read.
    pub async fn begin(&self, path: &str) -> axum::response::Response {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder().uri(path).header(header::COOKIE, cookies.join("; "));
        self.site.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    /// Sends JSON as an island does.
    pub async fn send_json(&mut self, path: &str, body: &str, origin: Option<&str>) -> Answer {
        self.send_json_by(Method::POST, path, body, origin).await
    }

    pub async fn send_json_by(&mut self, method: Method, path: &str, body: &str, origin: Option<&str>) -> Answer {
        self.send_as(method, path, body.to_owned(), "application/json", origin).await
    }

    pub async fn send(&mut self, method: Method, path: &str, body: String, origin: Option<&str>) -> Answer {
        let kind = if body.is_empty() { "" } else { "application/x-www-form-urlencoded" };
        self.send_as(method, path, body, kind, origin).await
    }

    async fn send_as(&mut self, method: Method, path: &str, body: String, kind: &str, origin: Option<&str>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        if !kind.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let (parts, body) = self.answer(request, Body::from(body)).await;
        Self::as_text(parts, body)
    }

    async fn answer(&mut self, request: axum::http::request::Builder, body: Body) -> (Parts, Vec<u8>) {
        let mut request = request.header(header::ACCEPT_LANGUAGE, "en");
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let answer = self.site.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        (parts, to_bytes(body, usize::MAX).await.unwrap().to_vec())
    }

    fn as_text(parts: Parts, body: Vec<u8>) -> Answer {
        let location = parts.headers.get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned());
        let body = String::from_utf8(body).unwrap();
        Answer { status: parts.status, location: location.unwrap_or_default(), headers: parts.headers, body }
    }
}

/// A field or a file of a form.
#[derive(Clone, Copy)]
pub enum Part<'a> {
    /// Name and value.
    Field(&'a str, &'a str),
    /// Name, file name and content.
    File(&'a str, &'a str, &'a [u8]),
}

/// As [`on_a_site`], with other limits for open pages.
pub fn on_a_site_with<'a, F: Future<Output = ()> + 'a>(live: LiveConfig, test: impl FnOnce(Site) -> F + 'a) {
    block_on(live, Box::new(|site| test(site).boxed_local()));
}

/// A test that lost its type, so that the compiler makes what is around it once and not for each test.
type Test<'a> = Box<dyn FnOnce(Site) -> LocalBoxFuture<'a, ()> + 'a>;

fn block_on(live: LiveConfig, test: Test<'_>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async { test(Site::open(live).await).await });
}

/// Runs a test; every test has a database and a runtime of its own.
pub fn on_a_site<'a, F: Future<Output = ()> + 'a>(test: impl FnOnce(Site) -> F + 'a) {
    on_a_site_with(LiveConfig::default(), test);
}

/// The id of Nobody and of the built-in configuration, for paths.
pub const NOBODY: &str = id::NOBODY;
pub const SECURE_SIGN_IN: &str = id::SECURE_SIGN_IN;
