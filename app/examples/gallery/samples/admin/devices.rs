use baton_app::document::Frame;
use baton_app::pages::admin::command::{CommandError, CommandView, OrderView, command};
use baton_app::pages::admin::confirm::{Confirm, confirm};
use baton_app::pages::admin::device::actions::DeviceActionsView;
use baton_app::pages::admin::device::custody::{ChainVerdict, CustodyCause, CustodySpan, CustodyView};
use baton_app::pages::admin::device::items::DeviceItem;
use baton_app::pages::admin::device::log::{CommandLogView, CommandRow, CommandStatus};
use baton_app::pages::admin::device::{DeviceFacts, DeviceForm, DeviceView, EnrollmentKind, device};
use baton_app::pages::admin::devices::{DeviceRow, DevicesView, devices};
use baton_app::pages::admin::enrollment::{AddDevicesView, LinkRow, NewLink, Reach, add_devices};
use baton_app::ui::actions::ActionsView;
use baton_app::ui::fleet::FleetState;
use baton_app::ui::form::{Choice, Input, Problem};
use baton_app::ui::item::{ItemKind, ItemState};
use baton_app::ui::live::Live;
use time::Duration;

use super::super::{NOW, Sample, actions};
use super::what_if::explained;
use super::{chrome, link, more, sample};

pub fn samples(frame: &Frame) -> Vec<Sample> {
    let chrome = chrome();
    vec![
        sample("admin-devices", devices(frame, &chrome, &devices_view())),
        sample("admin-devices-empty", devices(frame, &chrome, &DevicesView::default())),
        sample(
            "admin-devices-nothing",
            devices(frame, &chrome, &DevicesView { state: Some(FleetState::Gone), ..DevicesView::default() }),
        ),
        sample("admin-device", device(frame, &chrome, &held(frame))),
        sample("admin-device-still", device(frame, &chrome, &DeviceView { live: None, ..held(frame) })),
        sample("admin-device-refused", device(frame, &chrome, &signed_out(frame))),
        sample("admin-device-new", device(frame, &chrome, &enrolling(frame))),
        sample("admin-device-release", confirm(frame, &chrome, &release(Input::default()))),
        sample("admin-device-release-refused", confirm(frame, &chrome, &release(Input::refused("", Problem::Missing)))),
        sample("admin-command", command(frame, &chrome, &failed_command())),
        sample(
            "admin-command-done",
            command(
                frame,
                &chrome,
                &CommandView { status: CommandStatus::Acknowledged, error: None, ..failed_command() },
            ),
        ),
        sample("admin-command-ordered", command(frame, &chrome, &ordered_command())),
        sample("admin-add-devices", add_devices(frame, &chrome, &add_view())),
        sample("admin-add-devices-made", add_devices(frame, &chrome, &made())),
    ]
}

fn devices_view() -> DevicesView {
    let row = |n: u32, state, holder: Option<&str>, minutes: i64| DeviceRow {
        id: n.to_string(),
        name: format!("Ward 3 · Phone {n:02}"),
        model: "iPhone SE · iOS 17.4".to_owned(),
        serial: Some(format!("DX3G{n:02}T0HJ")),
        state,
        holder: holder.map(|name| link(name, "/admin/users/a")),
        since: Some(NOW - Duration::minutes(minutes * 20)),
        last_seen: (minutes > 0).then(|| NOW - Duration::minutes(minutes)),
    };
    DevicesView {
        rows: vec![
            row(1, FleetState::InUse, Some("Anna Berg"), 3),
            row(2, FleetState::Free, None, 14),
            row(3, FleetState::Changing, Some("Ben Okafor"), 1),
            row(4, FleetState::Attention, None, 4300),
            row(5, FleetState::Enrolling, None, 0),
            DeviceRow { serial: None, ..row(6, FleetState::Gone, None, 90_000) },
        ],
        paging: more("/admin/devices"),
        ..DevicesView::default()
    }
}

fn held(frame: &Frame) -> DeviceView {
    DeviceView {
        id: "7".to_owned(),
        name: "Ward 3 · Phone 07".to_owned(),
        state: FleetState::InUse,
        alerts: Vec::new(),
        holder: Some(link("Anna Berg", "/admin/users/anna")),
        since: Some(NOW - Duration::hours(3)),
        facts: DeviceFacts {
            model: Some("iPhone SE (iPhone14,6)".to_owned()),
            system: Some("iOS 17.4".to_owned()),
            serial: Some("DX3G07T0HJ".to_owned()),
            udid: Some("00008110-001A2C3E0E87801E".to_owned()),
            apple_enrollment_id: None,
            enrollment: EnrollmentKind::Device,
            supervised: Some(false),
            name_tag: Some("Belongs to Ward 3, St. Mary’s.\nFound it? Bring it to reception.".to_owned()),
            enrolled: Some(NOW - Duration::days(40)),
            last_seen: Some(NOW - Duration::minutes(3)),
        },
        groups: vec![link("Phones of ward 3", "/admin/device-groups/1")],
        items: device_items(frame),
        custody: custody_view(),
        log: log_view(),
        actions: actions::panel(frame),
        form: Some(DeviceForm { name: Input::new("Ward 3 · Phone 07"), name_tag: Input::new("Belongs to Ward 3.") }),
        may_release: true,
        live: Some(Live {
            events: "/admin/devices/7/events?of=sample".to_owned(),
            home: "/admin/devices/7".to_owned(),
            revision: "12-4-7".to_owned(),
            seconds: None,
        }),
    }
}

fn signed_out(frame: &Frame) -> DeviceView {
    DeviceView {
        state: FleetState::Attention,
        alerts: vec![
            "Cleaning has waited for an answer since 9:30. Is the phone switched on and connected?".to_owned(),
        ],
        holder: None,
        form: Some(DeviceForm { name: Input::refused("", Problem::Missing), name_tag: Input::default() }),
        custody: CustodyView { verdict: Some(ChainVerdict::Altered { entry: 14 }), ..custody_view() },
        actions: actions::nothing_allowed(frame),
        ..held(frame)
    }
}

fn enrolling(frame: &Frame) -> DeviceView {
    DeviceView {
        state: FleetState::Enrolling,
        holder: None,
        since: None,
        facts: DeviceFacts::default(),
        groups: Vec::new(),
        items: Vec::new(),
        custody: CustodyView::default(),
        log: CommandLogView::default(),
        form: None,
        actions: DeviceActionsView {
            actions: ActionsView { allowed: Vec::new(), denied: Vec::new(), ..actions::panel(frame).actions },
            orders: Vec::new(),
            reported_lost: None,
            ..actions::panel(frame)
        },
        ..held(frame)
    }
}

fn device_items(frame: &Frame) -> Vec<DeviceItem> {
    let item = |name: &str, kind, wanted, state, reason: &str| DeviceItem {
        item: link(name, "/admin/configurations/x"),
        kind,
        wanted,
        state,
        reason: reason.to_owned(),
        explained: Some(explained(frame)),
    };
    vec![
        item(
            "Multi-user Secure Sign-in for iOS",
            ItemKind::SignIn,
            Some(true),
            Some(ItemState::Installed),
            "It goes to all devices.",
        ),
        item("Ward Wi-Fi", ItemKind::Wifi, Some(true), Some(ItemState::Installed), "It goes to a group of the device."),
        item(
            "Patient records",
            ItemKind::App,
            Some(true),
            Some(ItemState::TapInstall),
            "It goes to a group of the user.",
        ),
        item(
            "Duty roster",
            ItemKind::WebClip,
            Some(true),
            Some(ItemState::Failed("The phone did not accept the address.".to_owned())),
            "It goes to a group of the user.",
        ),
        item("Theatre Wi-Fi", ItemKind::Wifi, Some(false), Some(ItemState::Sent), "A group of the user is excluded."),
        item(
            "Supervised restrictions",
            ItemKind::Passcode,
            None,
            None,
            "The device has not reported yet whether it is supervised.",
        ),
    ]
}

fn custody_view() -> CustodyView {
    let span = |holder: Option<&str>, from: i64, until: Option<i64>, began, by: Option<&str>| CustodySpan {
        holder: holder.map(|name| link(name, "/admin/users/a")),
        from: NOW - Duration::hours(from),
        until: until.map(|hours| NOW - Duration::hours(hours)),
        began,
        by: by.map(str::to_owned),
    };
    CustodyView {
        spans: vec![
            span(Some("Anna Berg"), 3, None, CustodyCause::SignedIn, None),
            span(None, 5, Some(3), CustodyCause::Released, Some("Ben Okafor")),
            span(Some("Clara Hoffmann-Meyer"), 26, Some(5), CustodyCause::SignedIn, None),
            span(None, 30, Some(26), CustodyCause::Possession, None),
        ],
        verdict: Some(ChainVerdict::Intact { entries: 23 }),
        more: true,
    }
}

fn log_view() -> CommandLogView {
    let row = |id: &str, action: &str, subject: Option<&str>, status, minutes: i64| CommandRow {
        id: id.to_owned(),
        action: action.to_owned(),
        subject: subject.map(str::to_owned),
        status,
        queued: NOW - Duration::minutes(minutes),
        answered: (status == CommandStatus::Acknowledged || status == CommandStatus::Error)
            .then(|| NOW - Duration::minutes(minutes - 1)),
    };
    CommandLogView {
        actions: vec![
            Choice::new("InstallProfile", "Install profile", false),
            Choice::new("RemoveProfile", "Remove profile", false),
        ],
        rows: vec![
            row("c5", "Install app", Some("Patient records"), CommandStatus::Acknowledged, 3),
            row("c4", "Install profile", Some("Duty roster"), CommandStatus::Error, 3),
            row("c3", "Remove profile", Some("Theatre Wi-Fi"), CommandStatus::Sent, 4),
            row("c2", "List profiles", None, CommandStatus::NotNow, 4),
            row("c1", "Device information", None, CommandStatus::Superseded, 60),
        ],
        paging: more("/admin/devices/7"),
        ..CommandLogView::default()
    }
}

fn release(reason: Input) -> Confirm {
    Confirm::ReleaseDevice {
        id: "7".to_owned(),
        name: "Ward 3 · Phone 07".to_owned(),
        holder: "Anna Berg".to_owned(),
        reason,
    }
}

fn failed_command() -> CommandView {
    CommandView {
        device: link("Ward 3 · Phone 07", "/admin/devices/7"),
        action: "Install profile".to_owned(),
        request_type: "InstallProfile".to_owned(),
        id: "0199c1a2-7d5e-7c11-9a52-3f0a6f0be001".to_owned(),
        enrollment_id: "0199b0c0-11aa-7bb2-8d10-0d9e5d0ac7f3".to_owned(),
        subject: Some(link("Duty roster", "/admin/configurations/x")),
        identifier: Some("baton.item.0199b0c0".to_owned()),
        status: CommandStatus::Error,
        deliveries: 2,
        queued: NOW - Duration::minutes(4),
        sent: Some(NOW - Duration::minutes(3)),
        answered: Some(NOW - Duration::minutes(2)),
        order: None,
        error: Some(CommandError {
            sentence: "The phone did not accept the address of this web clip.".to_owned(),
            original: "MCInstallationErrorDomain 4001: Profile Installation Failed\nMCWebClipErrorDomain 22001: The URL is not valid".to_owned(),
        }),
    }
}

fn ordered_command() -> CommandView {
    CommandView {
        action: "Remove profile".to_owned(),
        request_type: "RemoveProfile".to_owned(),
        subject: None,
        identifier: Some("baton.enrollment".to_owned()),
        status: CommandStatus::OutcomeUnknown,
        answered: None,
        order: Some(OrderView {
            action: "Remove work data".to_owned(),
            by: Some(link("Ines Carvalho", "/admin/users/ines")),
            approver: Some(link("Olga Petrova", "/admin/users/olga")),
            reason: Some("Left the clinic".to_owned()),
        }),
        error: None,
        ..failed_command()
    }
}

fn add_view() -> AddDevicesView {
    AddDevicesView {
        label: Input::default(),
        uses: Input::new("10"),
        days: Input::new("7"),
        links: vec![LinkRow {
            id: "l".to_owned(),
            label: "Phones of ward 3".to_owned(),
            uses_left: 4,
            expires: NOW + Duration::days(3),
        }],
        new: None,
        reach: Reach::All,
    }
}

fn made() -> AddDevicesView {
    AddDevicesView {
        new: Some(NewLink { address: "https://baton.stmarys.example/enroll/q7Yw2mV8rKx0dTnB5hLc3A".to_owned() }),
        days: Input::refused("400", Problem::NotBetween(1, 365)),
        ..add_view()
    }
}
