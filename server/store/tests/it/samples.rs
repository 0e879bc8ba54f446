//! Things to put into a database, all alike but for a number, and the few that many tests need in place.

use baton_model::item::{InHouseApp, Passcode};
use baton_model::{
    AuditEntry, CommandKind, CustodyCause, CustodyEntry, Device, DeviceId, DeviceItem, DeviceState, Enrollment,
    EnrollmentLink, EnrollmentState, Handover, HandoverKind, HandoverState, Item, ItemContent, ItemProgress,
    NewCommand, Role, Session, SessionKind, Timestamp, User, id,
};
use baton_policy::{EnrollmentType, Ownership, Presence};
use baton_store::Tx;

/// The time at which tests happen, in seconds.
pub const fn at(seconds: i64) -> Timestamp {
    Timestamp(1_760_000_000 * Timestamp::SECOND + seconds * Timestamp::SECOND)
}

pub fn user(number: u32) -> User {
    User {
        id: format!("user-{number:05}").into(),
        user_name: format!("person{number}"),
        display_name: format!("Person {number:05}"),
        email: Some(format!("person{number}@example.com")),
        role: Role::User,
        enabled: true,
        epoch: 1,
        revision: 1,
        created_at: at(0),
    }
}

pub fn device(number: u32) -> Device {
    Device {
        id: format!("device-{number:05}").into(),
        name: format!("iPhone {number:05}"),
        name_tag: String::new(),
        udid: Some(format!("00008110-{number:016}")),
        apple_enrollment_id: None,
        serial_number: Some(format!("C39{number:09}")),
        model_name: Some("iPhone 15".into()),
        product_name: Some("iPhone15,4".into()),
        os_version: Some("18.3.1".into()),
        enrollment_type: EnrollmentType::Device,
        supervised: Some(false),
        ownership: Ownership::Company,
        shared: true,
        lost_mode: None,
        reported_lost_at: None,
        state: DeviceState::Enrolled,
        holder_id: id::NOBODY.into(),
        held_since: at(0),
        custody_seq: 0,
        clip_generation: 0,
        clip_confirmed: 0,
        revision: 1,
        enrolled_at: at(i64::from(number)),
        last_seen_at: None,
    }
}

pub fn enrollment(number: u32, device: Option<&DeviceId>) -> Enrollment {
    Enrollment {
        id: format!("enrollment-{number:05}").as_str().into(),
        link_id: None,
        device_id: device.cloned(),
        fingerprint: format!("{number:064x}"),
        topic: "com.apple.mgmt.External.example".into(),
        push_token: Some(vec![0, 159, 146, 150, 255]),
        push_magic: Some("magic".into()),
        unlock_token: None,
        state: EnrollmentState::Active,
        created_at: at(i64::from(number)),
    }
}

pub fn link(number: u32) -> EnrollmentLink {
    EnrollmentLink {
        id: format!("link-{number:05}").as_str().into(),
        secret_hash: format!("{number:064x}"),
        label: "Ward 3".into(),
        owner: None,
        uses_left: 2,
        expires_at: at(3600),
        created_at: at(i64::from(number)),
    }
}

pub fn passcode(number: u32) -> Item {
    Item {
        id: format!("item-{number:05}").into(),
        name: format!("Passcode {number:05}"),
        description: "Rules".into(),
        content: ItemContent::Passcode(Passcode {
            min_length: 6,
            allow_simple: false,
            require_alphanumeric: false,
            max_inactivity_minutes: Some(5),
            max_failed_attempts: None,
        }),
        revision: 1,
        updated_at: at(0),
    }
}

pub fn app(number: u32) -> Item {
    Item {
        id: format!("app-{number:05}").into(),
        name: format!("App {number:05}"),
        description: String::new(),
        content: ItemContent::InHouseApp(InHouseApp {
            bundle_id: format!("com.example.app{number}"),
            manifest_url: "https://example.com/app.plist".into(),
            reset_between_people: false,
        }),
        revision: 1,
        updated_at: at(0),
    }
}

pub fn device_item(device: &DeviceId, item: &str, presence: Presence) -> DeviceItem {
    DeviceItem {
        device_id: device.clone(),
        item_id: item.into(),
        rendering: "rendering-1".into(),
        is_app: false,
        identifier: "com.example.profile".into(),
        label: "Wi-Fi".into(),
        presence,
        progress: ItemProgress::Waiting,
        removable: true,
        failure: None,
        failures: 0,
        updated_at: at(0),
    }
}

pub fn handover(number: u32, device: &DeviceId) -> Handover {
    Handover {
        id: format!("handover-{number:05}").as_str().into(),
        device_id: device.clone(),
        kind: HandoverKind::SignIn,
        from_user: id::NOBODY.into(),
        to_user: user(1).id,
        state: HandoverState::InProgress,
        started_at: at(i64::from(number)),
        finished_at: None,
    }
}

pub fn custody(device: &DeviceId, seq: i64) -> CustodyEntry {
    CustodyEntry {
        device_id: device.clone(),
        seq,
        at: at(seq),
        holder_id: id::NOBODY.into(),
        cause: CustodyCause::Enrolled,
        actor_id: None,
        previous_mac: if seq == 1 { String::new() } else { format!("mac-{}", seq - 1) },
        mac: format!("mac-{seq}"),
    }
}

pub fn command(number: u32, enrollment: &Enrollment) -> NewCommand {
    NewCommand {
        id: format!("command-{number:05}").as_str().into(),
        device_id: enrollment.device_id.clone().unwrap(),
        enrollment_id: enrollment.id.clone(),
        handover_id: None,
        item_id: Some("item-00001".into()),
        rendering: Some("rendering-1".into()),
        kind: CommandKind::InstallProfile,
        identifier: Some("com.example.profile".into()),
        label: format!("Wi-Fi {number}"),
        body: vec![1, 2, 3, 0, 255],
        not_before: at(0),
    }
}

pub fn session(number: u32, user: &User) -> Session {
    Session {
        id_hash: format!("{number:064x}"),
        user_id: user.id.clone(),
        kind: SessionKind::Portal,
        device_id: None,
        browser: None,
        epoch: user.epoch,
        created_at: at(i64::from(number)),
        last_seen_at: at(i64::from(number)),
        confirmed_at: None,
        expires_at: at(3600),
    }
}

pub fn audit(number: u32) -> AuditEntry {
    AuditEntry {
        id: format!("audit-{number:05}"),
        at: at(i64::from(number)),
        actor_id: Some(user(1).id),
        action: "device.rename".into(),
        allowed: true,
        target_kind: "device".into(),
        target_id: device(1).id.as_str().to_owned(),
        detail: format!(r#"{{"after":"Telefon {number}"}}"#),
    }
}

/// Adds user 1 and device 1 with an active enrollment.
pub async fn device_with_enrollment(tx: &mut Tx) -> (Device, Enrollment) {
    let device = device(1);
    let enrollment = enrollment(1, Some(&device.id));
    tx.create_user(&user(1), None).await.unwrap();
    tx.create_device(&device).await.unwrap();
    tx.create_enrollment(&enrollment).await.unwrap();
    (device, enrollment)
}
