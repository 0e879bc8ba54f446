//! The organisation behind a server: people, items, phones. Seeded through the services over the same database, as the
//! demo does, because what is tested here is what happens on the wire.

use std::{collections::BTreeSet, time::Duration};

use baton_core::{
    Actor, Core, CoreConfig, Vault, authority,
    catalogue::{ContentForm, DistributionChange, ItemForm, WebClipForm},
    custody::{self, ChainVerdict},
    enrollment::LinkForm,
    live::LiveConfig,
};
use baton_identity::Passwords;
use baton_model::{CustodyEntry, DeviceId, Handover, ItemId, Role, Timestamp, User, UserId, id, item::ChecklistLine};
use baton_policy::{CustomDistribution, Distribution};
use baton_store::{Store, StoreOptions};

use crate::{server::ORGANISATION, site::Site};

/// Everybody's password.
pub const PASSWORD: &str = "two quiet herons";
/// Its hash, with the least cost that there is: tests compare it hundreds of times.
const PASSWORD_HASH: &str = "$argon2id$v=19$m=8,t=1,p=1$c2FsdCBvZiB0ZXN0cw$a/z4P+gTiFVhFZ70uEia0HC0Z908Pygjtiu7//ScP9w";

/// The services over a server's database and key.
pub struct Office {
    pub core: Core,
    pub store: Store,
}

impl Office {
    /// Opens the database of a site whose server has made its key. `public_url` must be the server's.
    pub async fn open(site: &Site, public_url: &str) -> Self {
        let key = std::fs::read_to_string(site.data_dir().join("secret.key")).unwrap();
        let vault = Vault::new(hex::decode(key.trim()).unwrap().try_into().unwrap());
        Self::open_with(site, public_url, vault).await
    }

    pub async fn open_with(site: &Site, public_url: &str, vault: Vault) -> Self {
        let options = StoreOptions { max_connections: 2, ..StoreOptions::default() };
        let store = Store::connect(&site.database_url(), options).await.unwrap();
        let authority = authority::load_or_create(&store, &vault, ORGANISATION, now()).await.unwrap();
        let config = CoreConfig {
            organisation: ORGANISATION.to_owned(),
            public_url: public_url.to_owned(),
            push_topic: "com.apple.mgmt.External.baton.local".to_owned(),
            local_push: true,
            failure_floor: Duration::ZERO,
            shared_device_limit: 1,
            wipes_per_hour: 3,
            provider_authorities: None,
            directory_patience: Duration::from_secs(10),
            live: LiveConfig::default(),
        };
        Self { core: Core::new(store.clone(), vault, Passwords::new(2, 1000), authority, config), store }
    }

    /// Leaves the database, so that it can be copied.
    pub async fn close(self) {
        self.store.close().await;
    }

    /// Adds somebody. All passwords are the same, but each is compared.
    pub async fn add_person(&self, user_name: &str, display_name: &str) -> UserId {
        let user = User {
            id: format!("user-{user_name}").as_str().into(),
            user_name: user_name.to_owned(),
            display_name: display_name.to_owned(),
            email: None,
            role: Role::User,
            enabled: true,
            epoch: 1,
            revision: 1,
            created_at: now(),
        };
        let mut tx = self.store.begin().await.unwrap();
        tx.create_user(&user, Some(PASSWORD_HASH)).await.unwrap();
        tx.commit().await.unwrap();
        user.id
    }

    pub async fn add_item(&self, name: &str, content: ContentForm, distribution: Distribution) -> ItemId {
        let form = ItemForm { name: name.to_owned(), description: String::new(), content };
        let item = self.core.create_item(&Actor::System, &form, now()).await.unwrap();
        self.distribute(&item, distribution).await;
        item
    }

    async fn distribute(&self, item: &ItemId, distribution: Distribution) {
        let revision = self.core.item_detail(&Actor::System, item, now()).await.unwrap().stored.revision;
        let change = DistributionChange { distribution, revision, previewed: None, override_reason: None };
        self.core.save_distribution(&Actor::System, item, &change, now()).await.unwrap();
    }

    /// Gives the sign-in icon to every phone, with a checklist of one line that blocks and one that reminds.
    pub async fn distribute_clip(&self) {
        let item = ItemId::from(id::SECURE_SIGN_IN);
        let detail = self.core.item_detail(&Actor::System, &item, now()).await.unwrap();
        let line = |text: &str, blocks| ChecklistLine { text: text.to_owned(), blocks };
        let form = ItemForm {
            name: detail.item.name.clone(),
            description: String::new(),
            content: ContentForm::SecureSignIn {
                label: "Baton".to_owned(),
                help_contact: "the help desk, extension 4100".to_owned(),
                checklist: vec![line("Send unsaved notes", true), line("Put the phone on its charger", false)],
            },
        };
        self.core.save_item(&Actor::System, &item, &form, detail.item.revision, now()).await.unwrap();
        self.distribute(&item, Distribution::AllDevices).await;
    }

    /// The address of an enrollment profile for so many phones.
    pub async fn enrollment_profile(&self, uses: i64) -> String {
        let form = LinkForm { label: "Ward 3".to_owned(), uses, days: 1 };
        self.core.create_enrollment_link(&Actor::System, &form, now()).await.unwrap().profile_address
    }

    /// The only device, or with more than one the first that enrolled.
    pub async fn device(&self) -> DeviceId {
        self.store.read().await.unwrap().all_enrolled_devices().await.unwrap().remove(0).id
    }

    pub async fn custody(&self, device: &DeviceId) -> Vec<CustodyEntry> {
        let chain = self.store.read().await.unwrap().custody_of(device).await.unwrap();
        let verdict = custody::verify(self.core.vault(), &chain, None);
        assert!(matches!(verdict, ChainVerdict::Intact { .. }), "{verdict:?}: {chain:?}");
        chain
    }

    pub async fn handover(&self, device: &DeviceId) -> Handover {
        self.store.read().await.unwrap().latest_handover(device).await.unwrap().unwrap()
    }

    /// Everything that a message or a form could have changed about a device and its people, as one text.
    pub async fn state(&self, device: &DeviceId) -> String {
        let mut tx = self.store.read().await.unwrap();
        let mut seen = tx.find_device(device).await.unwrap().unwrap();
        seen.last_seen_at = None;
        let holders = tx.sessions_of_user(&seen.holder_id).await.unwrap();
        format!(
            "{seen:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n{holders:#?}\n{}",
            tx.items_of_device(device).await.unwrap(),
            tx.open_commands(device).await.unwrap(),
            tx.custody_of(device).await.unwrap(),
            tx.latest_handover(device).await.unwrap(),
            tx.count_users().await.unwrap(),
        )
    }
}

/// To these people and nobody else.
pub fn only(users: &[&UserId]) -> Distribution {
    let include_users: BTreeSet<UserId> = users.iter().map(|user| (*user).clone()).collect();
    Distribution::Custom(CustomDistribution { include_users, ..CustomDistribution::default() })
}

pub fn nobody() -> UserId {
    id::NOBODY.into()
}

/// An icon with this address.
pub fn icon(label: &str, url: &str) -> ContentForm {
    ContentForm::WebClip(WebClipForm { label: label.to_owned(), url: url.to_owned(), ..WebClipForm::default() })
}

#[expect(clippy::disallowed_methods, reason = "the server reads the real clock, and so must those who work beside it")]
pub fn now() -> Timestamp {
    let nanoseconds = time::OffsetDateTime::now_utc().unix_timestamp_nanos();
    Timestamp(i64::try_from(nanoseconds / 1000).unwrap())
}
