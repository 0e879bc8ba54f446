//! Services over a database of their own, with the names that are taken in it.

use std::{cell::RefCell, collections::BTreeSet, path::Path, time::Duration};

use baton_core::{
    Actor, Core, CoreConfig, Vault,
    accounts::UserForm,
    authority,
    enrollment::OwnDeviceChoice,
    groups::GroupForm,
    live::LiveConfig,
    managed_accounts::{AccountChoice, AccountPattern, AccountRule},
};
use baton_identity::Passwords;
use baton_model::{Role, Timestamp, fold::fold};
use baton_store::{Store, StoreOptions};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// The manual groups there are.
pub const GROUPS: [&str; 2] = ["Nurses", "Night shift"];
/// After so many imports everything begins anew.
const MOST_IMPORTS: usize = 200;

pub struct Office {
    pub core: Core,
    store: Store,
    pub runtime: Runtime,
    /// Folded.
    pub taken: BTreeSet<String>,
    pub imports: usize,
    _folder: TempDir,
}

pub fn now() -> Timestamp {
    Timestamp(1_760_000_000 * Timestamp::SECOND)
}

impl Office {
    fn open() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let folder = TempDir::with_prefix("baton-fuzz.").expect("a folder");
        let (core, store) = runtime.block_on(core(folder.path()));
        let taken = ["nobody", "ada"].map(str::to_owned).into();
        Self { core, store, runtime, taken, imports: 0, _folder: folder }
    }

    /// How many people there are.
    pub fn people(&self) -> usize {
        let found = self.runtime.block_on(async {
            let names: Vec<String> = self.taken.iter().cloned().collect();
            self.store.read().await.expect("a database").taken_user_names(&names).await
        });
        found.expect("a database").len()
    }
}

async fn core(folder: &Path) -> (Core, Store) {
    let address = folder.join("baton.db");
    let address = address.to_str().expect("a path in UTF-8");
    let store = Store::connect(address, StoreOptions::default()).await.expect("a database");
    let vault = Vault::new([42; 32]);
    let authority = authority::load_or_create(&store, &vault, "Heron Clinic", now()).await.expect("an authority");
    let config = CoreConfig {
        organisation: "Heron Clinic".to_owned(),
        public_url: "https://baton.example".to_owned(),
        push_topic: "com.apple.mgmt.External.heron".to_owned(),
        local_push: true,
        failure_floor: Duration::from_millis(1),
        shared_device_limit: 1,
        wipes_per_hour: 3,
        provider_authorities: None,
        directory_patience: Duration::from_secs(1),
        live: LiveConfig::default(),
    };
    let core = Core::new(store.clone(), vault, Passwords::new(1, 1), authority, config);
    for name in GROUPS {
        let form =
            GroupForm { name: name.to_owned(), description: String::new(), members: Some(Vec::new()), previewed: None };
        core.create_user_group(&Actor::System, &form, now()).await.expect("a group");
    }
    let accounts = AccountRule { pattern: AccountPattern::Mail, subdomain: true };
    core.save_local_account_rule(&Actor::System, accounts, now()).await.expect("a rule");
    let ada = UserForm {
        user_name: "ada".to_owned(),
        display_name: "Ada".to_owned(),
        email: String::new(),
        role: Role::User,
        enabled: true,
        groups: BTreeSet::new(),
        managed_account: AccountChoice::Unchanged,
        own_devices: OwnDeviceChoice::Unchanged,
        revision: None,
    };
    core.create_user(&Actor::System, &ada, now()).await.expect("a user");
    (core, store)
}

thread_local! {
    static OFFICE: RefCell<Option<Office>> = const { RefCell::new(None) };
}

/// Works in the office; a new one when the last one is full.
pub fn within(work: impl FnOnce(&mut Office)) {
    OFFICE.with_borrow_mut(|office| {
        if office.as_ref().is_some_and(|office| office.imports >= MOST_IMPORTS) {
            *office = None;
        }
        work(office.get_or_insert_with(Office::open));
    });
}

/// Whether a name is taken.
pub fn is_taken(office: &Office, name: &str) -> bool {
    office.taken.contains(&fold(name))
}
