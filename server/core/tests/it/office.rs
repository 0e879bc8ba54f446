//! An organisation that tests work in: Baton over a database, a clock that only moves when told to, people, a catalogue,
//! and the way that pushes and messages take.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use baton_core::{
    Actor, Core, CoreConfig, Vault,
    catalogue::{ContentForm, DistributionChange, ItemForm},
    clip::Visit,
    enrollment::LinkForm,
    live::LiveConfig,
    push::{PushService, PushTransport, TransportError},
};
use baton_identity::Passwords;
use baton_mdm::{
    ca::CertificateAuthority,
    push::{PushOutcome, PushRequest},
};
use baton_model::{DeviceId, ItemId, Role, Timestamp, User, UserGroupId, UserId, id};
use baton_policy::{CustomDistribution, Distribution};
use baton_store::{Engine, Store, StoreOptions};
use sqlx::{AnyPool, AssertSqlSafe, Row, any::AnyPoolOptions};
use tokio::sync::Mutex;

/// Everybody's password.
pub const PASSWORD: &str = "two quiet herons";
/// Its hash, with the least cost that there is: tests compare it hundreds of times.
const PASSWORD_HASH: &str = "$argon2id$v=19$m=8,t=1,p=1$c2FsdCBvZiB0ZXN0cw$a/z4P+gTiFVhFZ70uEia0HC0Z908Pygjtiu7//ScP9w";
/// When the tests begin.
const START: i64 = 1_760_000_000;
pub const PUBLIC_URL: &str = "https://baton.example";

/// Baton as somebody runs it.
pub struct Office {
    pub engine: Engine,
    pub address: String,
    pub core: Core,
    pub store: Store,
    pub config: CoreConfig,
    master_key: [u8; 32],
    /// Past Baton, for looking into the database.
    pool: AnyPool,
    clock: AtomicI64,
    /// The tokens of the phones that a push reached and that did not connect yet, in hex.
    pub pushed: Arc<Mutex<BTreeSet<String>>>,
}

impl Office {
    pub async fn open(engine: Engine, address: &str) -> Self {
        let config = CoreConfig {
            organisation: "Heron Clinic".to_owned(),
            public_url: PUBLIC_URL.to_owned(),
            push_topic: "com.apple.mgmt.External.heron".to_owned(),
            local_push: true,
            failure_floor: Duration::from_millis(1),
            shared_device_limit: 1,
            wipes_per_hour: 3,
            provider_authorities: None,
            directory_patience: Duration::from_millis(400),
            live: LiveConfig::default(),
        };
        let store = connect(address).await;
        let master_key = [42; 32];
        Self {
            engine,
            address: address.to_owned(),
            core: core_over(&store, &config, master_key),
            master_key,
            store,
            config,
            pool: AnyPoolOptions::new().max_connections(1).connect_lazy(address).unwrap(),
            clock: AtomicI64::new(START * Timestamp::SECOND),
            pushed: Arc::default(),
        }
    }

    /// Ends Baton as a lost process does, and starts it again over the same database.
    pub async fn restart(&mut self) {
        let old = std::mem::replace(&mut self.store, connect(&self.address).await);
        self.core = core_over(&self.store, &self.config, self.master_key);
        old.close().await;
    }

    /// Passwords are compared like this from now on.
    pub fn compare_with(&mut self, passwords: Passwords) {
        self.core = core_comparing_with(passwords, &self.store, &self.config, self.master_key);
    }

    /// Baton with another configuration over the same database.
    pub fn reconfigure(&mut self, change: impl FnOnce(&mut CoreConfig)) {
        change(&mut self.config);
        self.core = core_over(&self.store, &self.config, self.master_key);
    }

    /// Baton with another key over the same database, as when only the database was restored.
    pub fn use_master_key(&mut self, key: [u8; 32]) {
        self.master_key = key;
        self.core = core_over(&self.store, &self.config, key);
    }

    /// Another instance of Baton over the same database.
    pub async fn another_instance(&self) -> Core {
        core_over(&connect(&self.address).await, &self.config, self.master_key)
    }

    /// The time: a moment later than the last time somebody asked.
    pub fn now(&self) -> Timestamp {
        Timestamp(self.clock.fetch_add(10_000, Ordering::SeqCst))
    }

    pub fn pass_seconds(&self, seconds: i64) {
        self.clock.fetch_add(seconds * Timestamp::SECOND, Ordering::SeqCst);
    }

    pub fn pass_until(&self, time: Timestamp) {
        self.clock.fetch_max(time.0, Ordering::SeqCst);
    }

    // ---- People

    pub async fn add_person(&self, name: &str) -> UserId {
        self.add_person_as(name, Role::User).await
    }

    /// Adds somebody past the form, because hashing a password for each would take the tests' time.
    pub async fn add_person_as(&self, name: &str, role: Role) -> UserId {
        let user = User {
            id: format!("user-{name}").as_str().into(),
            user_name: name.to_owned(),
            display_name: format!("Person {name}"),
            email: None,
            role,
            enabled: true,
            epoch: 1,
            revision: 1,
            created_at: self.now(),
        };
        let mut tx = self.store.begin().await.unwrap();
        tx.create_user(&user, Some(PASSWORD_HASH)).await.unwrap();
        tx.commit().await.unwrap();
        user.id
    }

    /// A person who just proved who they are.
    pub fn person(&self, id: &UserId, role: Role) -> Actor {
        Actor::Person { id: id.clone(), role, confirmed_at: Some(Timestamp(self.clock.load(Ordering::SeqCst))) }
    }

    /// The same person, who proved just now who they are.
    pub fn proved_again(&self, actor: &Actor) -> Actor {
        let Actor::Person { id, role, .. } = actor else { return actor.clone() };
        self.person(id, *role)
    }

    pub async fn user(&self, id: &UserId) -> User {
        self.store.read().await.unwrap().find_user(id).await.unwrap().unwrap()
    }

    pub async fn add_group(&self, name: &str, members: &[&UserId]) -> UserGroupId {
        let form = baton_core::groups::GroupForm {
            name: name.to_owned(),
            description: String::new(),
            members: Some(members.iter().map(|id| (*id).clone()).collect()),
            previewed: None,
        };
        self.core.create_user_group(&Actor::System, &form, self.now()).await.unwrap()
    }

    pub async fn set_group(&self, id: &UserGroupId, name: &str, members: &[&UserId]) {
        let form = baton_core::groups::GroupForm {
            name: name.to_owned(),
            description: String::new(),
            members: Some(members.iter().map(|id| (*id).clone()).collect()),
            previewed: None,
        };
        self.core.save_user_group(&Actor::System, id, &form, self.now()).await.unwrap();
    }

    // ---- Catalogue

    pub async fn add_item(&self, name: &str, content: ContentForm, distribution: Distribution) -> ItemId {
        let form = ItemForm { name: name.to_owned(), description: String::new(), content };
        let id = self.core.create_item(&Actor::System, &form, self.now()).await.unwrap();
        self.distribute(&id, distribution).await;
        id
    }

    pub async fn change_item(&self, id: &ItemId, name: &str, content: ContentForm) {
        let form = ItemForm { name: name.to_owned(), description: String::new(), content };
        let revision = self.store.read().await.unwrap().find_item(id).await.unwrap().unwrap().revision;
        self.core.save_item(&Actor::System, id, &form, revision, self.now()).await.unwrap();
    }

    pub async fn distribute(&self, id: &ItemId, distribution: Distribution) {
        let revision = self.distribution_revision(id).await;
        let change = DistributionChange { distribution, revision, previewed: None, override_reason: None };
        self.core.save_distribution(&Actor::System, id, &change, self.now()).await.unwrap();
    }

    pub async fn distribution_revision(&self, id: &ItemId) -> i64 {
        self.store.read().await.unwrap().distribution_of(id).await.unwrap().revision
    }

    /// Gives the sign-in clip to every device, as every shared fleet does.
    pub async fn distribute_clip(&self) {
        self.distribute(&id::SECURE_SIGN_IN.into(), Distribution::AllDevices).await;
    }

    // ---- Enrolling, pushing

    pub async fn link(&self, uses: i64, days: i64) -> String {
        let form = LinkForm { label: "Ward 3".to_owned(), uses, days };
        let link = self.core.create_enrollment_link(&Actor::System, &form, self.now()).await.unwrap();
        secret_of(&link.address, "/enroll/device/")
    }

    /// Sends what is due and notes which phones it reached. Returns how many.
    pub async fn push(&self) -> usize {
        self.core.send_due_pushes(&Air(self.pushed.clone()), self.now()).await.unwrap()
    }

    /// When the device is to be pushed next.
    pub async fn next_push(&self, device: &DeviceId) -> Option<Timestamp> {
        let sql = format!(
            "SELECT MIN(CASE WHEN push_due_at > push_not_before THEN push_due_at ELSE push_not_before END) \
             FROM enrollments WHERE device_id = '{device}' AND push_due_at IS NOT NULL"
        );
        self.maybe_number(&sql).await.map(Timestamp)
    }

    // ---- The database

    pub async fn number(&self, sql: &str) -> i64 {
        self.maybe_number(sql).await.unwrap()
    }

    pub async fn maybe_number(&self, sql: &str) -> Option<i64> {
        sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_one(&self.pool).await.unwrap().get(0)
    }

    pub async fn execute(&self, sql: &str) {
        sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&self.pool).await.unwrap();
    }

    /// Every row of every table as PostgreSQL writes it.
    pub async fn dump(&self) -> String {
        let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'";
        let mut dump = String::new();
        for table in sqlx::query(tables).fetch_all(&self.pool).await.unwrap() {
            let table: String = table.get(0);
            let rows = format!("SELECT COALESCE(STRING_AGG(t::text, ' '), '') FROM {table} AS t");
            let rows: String = sqlx::query(AssertSqlSafe(rows)).fetch_one(&self.pool).await.unwrap().get(0);
            dump.push_str(&rows);
        }
        dump
    }

    pub async fn device(&self, id: &DeviceId) -> baton_model::Device {
        self.store.read().await.unwrap().find_device(id).await.unwrap().unwrap()
    }

    pub async fn rows(&self, id: &DeviceId) -> Vec<baton_model::DeviceItem> {
        self.store.read().await.unwrap().items_of_device(id).await.unwrap()
    }

    pub async fn open_commands(&self, id: &DeviceId) -> Vec<baton_model::Command> {
        self.store.read().await.unwrap().open_commands(id).await.unwrap()
    }

    pub async fn commands(&self, id: &DeviceId) -> Vec<baton_model::Command> {
        let mut filter = baton_store::CommandFilter { device: Some(id.clone()), ..Default::default() };
        filter.query.limit = baton_store::MAX_PAGE;
        self.store.read().await.unwrap().list_commands(&filter).await.unwrap().rows
    }

    pub async fn handover(&self, id: &DeviceId) -> baton_model::Handover {
        self.store.read().await.unwrap().latest_handover(id).await.unwrap().unwrap()
    }

    /// The audit log as `action allowed target detail`, oldest first.
    pub async fn audit(&self) -> Vec<String> {
        let mut filter = baton_store::AuditFilter::default();
        filter.query.limit = baton_store::MAX_PAGE;
        let page = self.core.list_audit(&Actor::System, &filter, self.now()).await.unwrap();
        let line = |entry: &baton_model::AuditEntry| {
            let verdict = if entry.allowed { "done" } else { "refused" };
            format!("{} {verdict} {} {}", entry.action, entry.target_id, entry.detail)
        };
        page.rows.iter().rev().map(line).collect()
    }

    /// The page of the device under its newest address, as if its icon had been tapped.
    pub async fn newest_visit(&self, id: &DeviceId) -> Visit {
        Visit { device_id: id.clone(), generation: self.device(id).await.clip_generation, by_icon: true }
    }
}

/// The push service: it takes everything.
struct Air(Arc<Mutex<BTreeSet<String>>>);

impl PushTransport for Air {
    async fn send(&self, _: &PushService, request: &PushRequest) -> Result<PushOutcome, TransportError> {
        let token = request.path.rsplit('/').next().unwrap_or_default();
        self.0.lock().await.insert(token.to_owned());
        Ok(PushOutcome::Accepted)
    }
}

/// Whoever these are.
pub fn only_users(users: &[&UserId]) -> Distribution {
    let include_users = users.iter().map(|id| (*id).clone()).collect();
    Distribution::Custom(CustomDistribution { include_users, ..Default::default() })
}

/// Whoever is in one of these.
pub fn only_groups(groups: &[&UserGroupId]) -> Distribution {
    let include_user_groups = groups.iter().map(|id| (*id).clone()).collect();
    Distribution::Custom(CustomDistribution { include_user_groups, ..Default::default() })
}

pub fn nobody() -> UserId {
    id::NOBODY.into()
}

/// What follows `before` in an address, up to the next slash.
pub fn secret_of(address: &str, before: &str) -> String {
    let start = address.find(before).unwrap() + before.len();
    address[start..].split('/').next().unwrap().to_owned()
}

async fn connect(address: &str) -> Store {
    let patience = Duration::from_secs(30);
    let options = StoreOptions { max_connections: 12, acquire_timeout: patience, busy_timeout: patience };
    Store::connect(address, options).await.unwrap()
}

fn core_over(store: &Store, config: &CoreConfig, master_key: [u8; 32]) -> Core {
    core_comparing_with(Passwords::new(2, 1000), store, config, master_key)
}

fn core_comparing_with(passwords: Passwords, store: &Store, config: &CoreConfig, master_key: [u8; 32]) -> Core {
    static AUTHORITY: OnceLock<(String, String)> = OnceLock::new();
    let (certificate, key) = AUTHORITY.get_or_init(|| {
        let start = time::OffsetDateTime::from_unix_timestamp(START).unwrap();
        let authority = CertificateAuthority::create("Heron Clinic", start).unwrap();
        (authority.certificate_pem(), authority.key_pem())
    });
    let authority = CertificateAuthority::from_pem(certificate, key).unwrap();
    Core::new(store.clone(), Vault::new(master_key), passwords, authority, config.clone())
}
