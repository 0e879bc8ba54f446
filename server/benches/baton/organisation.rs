//! Ten thousand phones. Some enrol over the protocol, so that people can sign in on them; the rest are rows like theirs.

use std::net::TcpListener;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, SaltString},
};
use baton_core::{
    Actor,
    catalogue::ContentForm,
    groups::GroupForm,
    push::{PushService, PushTransport, TransportError},
};
use baton_mdm::{
    fake::FakeDevice,
    push::{PushOutcome, PushRequest},
};
use baton_model::{
    Device, DeviceId, Enrollment, ItemId, Role, User, UserGroupId, UserId, id,
    item::{StoreApp, WiFiSecurity},
};
use baton_policy::{CustomDistribution, Distribution};
use baton_store::Engine;

use crate::{
    office::{Office, PASSWORD, icon, now},
    server::Launch,
    site::Site,
};

/// How many phones there are.
pub const PHONES: usize = 10_000;
/// How many of them enrol over the protocol; each has a person to sign in on it.
pub const REAL: usize = 400;
/// How many rows are made in one transaction.
const AT_ONCE: usize = 500;

/// The services over a database full of phones.
pub struct Organisation {
    pub office: Office,
    pub engine: Engine,
    /// Where the server of this organisation listens.
    pub launch: Launch,
    pub origin: String,
    /// The phones that enrolled over the protocol.
    pub phones: Vec<Phone>,
    pub staff: UserGroupId,
    /// An item that staff get, for edits.
    pub edited: ItemId,
}

/// A phone that enrolled over the protocol, and who signs in on it.
pub struct Phone {
    pub id: DeviceId,
    pub icon: String,
    pub user_name: String,
}

/// A push service that takes everything.
pub struct Air;

impl PushTransport for Air {
    async fn send(&self, _: &PushService, _: &PushRequest) -> Result<PushOutcome, TransportError> {
        Ok(PushOutcome::Accepted)
    }
}

impl Organisation {
    /// Makes the organisation at an empty site.
    pub async fn found(site: &Site) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let origin = format!("http://{address}");
        let launch = Launch::at(site).set("BATON_ADDR", address).set("BATON_PUBLIC_URL", &origin);
        // The first start makes the tables and the key.
        launch.start().await.kill().await;
        let office = Office::open(site, &origin).await;
        let people = add_people(&office).await;
        let (staff, edited) = furnish(&office, &people).await;
        let profile = Secret::of(&office.enrollment_profile(i64::try_from(REAL).unwrap()).await);
        let mut phones = Vec::new();
        for (number, user_name) in people.iter().enumerate() {
            phones.push(enrol(&office, &profile, number, user_name).await);
        }
        let organisation = Self { office, engine: site.engine, launch, origin, phones, staff, edited };
        organisation.copy_phones().await;
        organisation
    }

    /// Rows like those of the first phone, as often as it takes.
    async fn copy_phones(&self) {
        let mut tx = self.office.store.read().await.unwrap();
        let device = tx.find_device(&self.phones[0].id).await.unwrap().unwrap();
        let enrollment = tx.active_enrollment_of(&device.id).await.unwrap().unwrap();
        let items = tx.items_of_device(&device.id).await.unwrap();
        let holder = tx.find_user(&id::NOBODY.into()).await.unwrap().unwrap();
        let catalogue = tx.catalogue_revision().await.unwrap();
        drop(tx);
        let numbers: Vec<usize> = (REAL..PHONES).collect();
        for chunk in numbers.chunks(AT_ONCE) {
            let mut tx = self.office.store.begin().await.unwrap();
            for number in chunk {
                let copy = Device {
                    id: format!("copy-{number:05}").as_str().into(),
                    name: format!("Ward {} – iPhone {number}", number % 40),
                    udid: Some(format!("copy-udid-{number}")),
                    serial_number: Some(format!("COPY{number:05}")),
                    clip_generation: 0,
                    clip_confirmed: 0,
                    custody_seq: 0,
                    ..device.clone()
                };
                tx.create_device(&copy).await.unwrap();
                tx.create_enrollment(&Enrollment {
                    id: format!("copy-{number:05}").as_str().into(),
                    device_id: Some(copy.id.clone()),
                    fingerprint: format!("copy-{number:05}"),
                    ..enrollment.clone()
                })
                .await
                .unwrap();
                for item in &items {
                    let item = baton_model::DeviceItem { device_id: copy.id.clone(), ..item.clone() };
                    tx.save_device_item(&item).await.unwrap();
                }
                tx.add_clip_generation(&copy.id, 1, &format!("copy-{number:05}"), now()).await.unwrap();
                tx.confirm_clip(&copy.id, 1).await.unwrap();
                let revision = tx.find_device(&copy.id).await.unwrap().unwrap().revision;
                assert!(tx.mark_decided(&copy.id, revision, holder.revision, catalogue).await.unwrap());
            }
            tx.commit().await.unwrap();
        }
        let left = self.office.core.reconcile_lagging(1, now()).await.unwrap();
        assert_eq!(left, 0, "the organisation is at rest before anything is measured");
    }
}

/// The secret of an enrollment link.
struct Secret(String);

impl Secret {
    fn of(profile_address: &str) -> Self {
        let rest = profile_address.split("/enroll/device/").nth(1).unwrap();
        Self(rest.split('/').next().unwrap().to_owned())
    }
}

/// People whose passwords cost next to nothing to compare.
async fn add_people(office: &Office) -> Vec<String> {
    let params = Params::new(8, 1, 1, None).unwrap();
    let salt = SaltString::from_b64("aGVyb25zd2FkZXF1aWV0bHk").unwrap();
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = hasher.hash_password(PASSWORD.as_bytes(), &salt).unwrap().to_string();
    let mut names = Vec::new();
    let mut tx = office.store.begin().await.unwrap();
    for number in 0..REAL {
        let name = format!("person{number:04}");
        let user = User {
            id: user_id(&name),
            user_name: name.clone(),
            display_name: format!("Person Number {number:04}"),
            email: None,
            role: Role::User,
            enabled: true,
            epoch: 1,
            revision: 1,
            created_at: now(),
        };
        tx.create_user(&user, Some(&hash)).await.unwrap();
        names.push(name);
    }
    tx.commit().await.unwrap();
    names
}

fn user_id(name: &str) -> UserId {
    format!("user-{name}").as_str().into()
}

/// What a ward's phones carry: some for everybody, some personal, some for staff only.
async fn furnish(office: &Office, people: &[String]) -> (UserGroupId, ItemId) {
    office.distribute_clip().await;
    let form = GroupForm {
        name: "Staff".to_owned(),
        description: String::new(),
        members: Some(people.iter().map(|name| user_id(name)).collect()),
        previewed: None,
    };
    let staff = office.core.create_user_group(&Actor::System, &form, now()).await.unwrap();
    let only_staff = to_group(&staff);
    let wifi = |ssid: &str| ContentForm::WiFi {
        ssid: ssid.to_owned(),
        security: WiFiSecurity::Wpa2,
        password: "reeds and shallow water".to_owned(),
        hidden: false,
        auto_join: true,
    };
    let app = |bundle_id: &str, store_id| {
        ContentForm::StoreApp(StoreApp { bundle_id: bundle_id.to_owned(), store_id, reset_between_people: false })
    };
    let mine = icon("My shift", "https://rota.heron.example/${user.name}");
    office.add_item("Ward Wi-Fi", wifi("Heron-Wards"), Distribution::AllDevices).await;
    office.add_item("Staff Wi-Fi", wifi("Heron-Staff"), only_staff.clone()).await;
    office.add_item("My shift", mine, only_staff.clone()).await;
    office.add_item("Teams", app("com.microsoft.skype.teams", 1_113_153_706), only_staff.clone()).await;
    office.add_item("Outlook", app("com.microsoft.Office.Outlook", 951_937_596), only_staff.clone()).await;
    let edited = office.add_item("Directory", icon("Directory", "https://directory.heron.example/"), only_staff).await;
    (staff, edited)
}

/// To the members of this group and nobody else.
pub fn to_group(group: &UserGroupId) -> Distribution {
    let include_user_groups = [group.clone()].into_iter().collect();
    Distribution::Custom(CustomDistribution { include_user_groups, ..CustomDistribution::default() })
}

/// Enrols a phone and lets it fetch everything that a signed-out phone has.
async fn enrol(office: &Office, link: &Secret, number: usize, user_name: &str) -> Phone {
    let profile = office.core.enrollment_profile(&link.0, now()).await.unwrap();
    let udid = format!("udid-{number:05}");
    let mut fake = FakeDevice::enrol(&profile, &udid, &format!("HRN{number:05}"), &format!("Phone {number}")).unwrap();
    for message in [fake.authenticate().unwrap(), fake.token_update().unwrap()] {
        office.core.check_in(Some(&message.signature), &message.body, now()).await.unwrap();
    }
    let mut message = fake.idle().unwrap();
    loop {
        let command = office.core.exchange(Some(&message.signature), &message.body, now()).await.unwrap();
        let Some(command) = command else { break };
        message = fake.answer(&command).unwrap().expect("a phone without faults answers");
    }
    while office.core.send_due_pushes(&Air, now()).await.unwrap() > 0 {}
    let found = office.store.read().await.unwrap().find_devices_by_udid(&udid).await.unwrap();
    let clip = String::from_utf8(fake.profiles["baton.item.secure-sign-in"].clone()).unwrap();
    let start = clip.find("/clip/").expect("the sign-in icon has an address");
    let icon = clip[start..].split('<').next().unwrap().to_owned();
    Phone { id: found[0].id.clone(), icon, user_name: user_name.to_owned() }
}
