//! Actions on devices, in portal and console.

use baton_app::document::{Frame, Shell};
use baton_app::locale::Locale;
use baton_app::pages::action::{AskView, RefusedView};
use baton_app::pages::admin::action::{ask_in_console, refused_in_console};
use baton_app::pages::admin::confirm::{Confirm, confirm_with};
use baton_app::pages::admin::device::actions::DeviceActionsView;
use baton_app::pages::admin::device::log::CommandStatus;
use baton_app::pages::portal::action::{ask_in_portal, refused_in_portal};
use baton_app::pages::portal::device::{MyDeviceView, my_device};
use baton_app::shell::console::{Chrome, Flash};
use baton_app::shell::portal::Person;
use baton_app::ui::action::Action;
use baton_app::ui::actions::{ActionsView, Allowed, Denied, Instead, Source};
use baton_app::ui::confirmation::{ConfirmationProblem, ConfirmationView};
use baton_app::ui::form::{Input, Problem};
use baton_app::ui::item::{ItemKind, ItemState};
use baton_app::ui::orders::{OrderRow, Place};
use baton_policy::{Actor, DeviceFacts, EnrollmentType, Ownership, Role};
use time::Duration;

use super::{NOW, Sample, line};

pub fn samples(frame: &Frame) -> Vec<Sample> {
    let person = Person { name: "Chloe Marchetti".to_owned(), console: false };
    let chrome =
        Chrome { person: Person { name: "Petra Lindqvist".to_owned(), console: true }, manages: true, flash: None };
    let device =
        |name, view: MyDeviceView| Sample { name, shell: Shell::PortalWithIslands, html: my_device(frame, &view) };
    let portal = |name, html| Sample { name, shell: Shell::Portal, html };
    let console = |name, html| Sample { name, shell: Shell::Console, html };
    vec![
        device("portal-device-own", own(frame, &person)),
        device("portal-device-moving", moving(frame, &person)),
        device("portal-device-shared", shared(frame, &person)),
        device("portal-device-gone", MyDeviceView { actions: nothing("/devices/1"), ..own(frame, &person) }),
        portal("portal-action-lock", ask_in_portal(frame, &person, &ask(Action::Lock))),
        portal("portal-action-rename", ask_in_portal(frame, &person, &rename(frame))),
        portal("portal-action-remove", ask_in_portal(frame, &person, &remove())),
        portal(
            "portal-action-remove-refused",
            ask_in_portal(frame, &person, &AskView { unconfirmed: true, ..remove() }),
        ),
        portal("portal-action-under-way", ask_in_portal(frame, &person, &under_way(frame))),
        portal(
            "portal-action-wipe-confirm",
            ask_in_portal(
                frame,
                &person,
                &AskView { needs_reason: false, ..wipe_confirm(Some(ConfirmationProblem::Missing)) },
            ),
        ),
        portal("portal-action-denied", refused_in_portal(frame, &person, &denied_wipe(frame))),
        console("admin-action-wipe", ask_in_console(frame, &chrome, &wipe())),
        console("admin-action-wipe-refused", ask_in_console(frame, &chrome, &wipe_refused())),
        console("admin-action-wipe-confirm", ask_in_console(frame, &chrome, &wipe_confirm(None))),
        console(
            "admin-action-wipe-wrong-password",
            ask_in_console(frame, &chrome, &wipe_confirm(Some(ConfirmationProblem::WrongPassword))),
        ),
        console("admin-wipe-agree", confirm_with(frame, &chrome, &agree(), Some(&petra(None)))),
        console("admin-action-lost-mode", ask_in_console(frame, &chrome, &ask(Action::EnableLostMode))),
        console("admin-action-denied", refused_in_console(frame, &chrome, &denied_wipe(frame))),
    ]
}

/// A sentence of the policy in the page's language.
pub fn say(frame: &Frame, en: &str, de: &str) -> String {
    if frame.locale == Locale::De { de.to_owned() } else { en.to_owned() }
}

fn facts() -> DeviceFacts {
    DeviceFacts::new(EnrollmentType::User, Ownership::User)
}

const OWNER: Actor = Actor { role: Role::User, is_holder: true, device_is_shared: false };

fn nothing(base: &str) -> ActionsView {
    ActionsView { base: base.to_owned(), allowed: Vec::new(), denied: Vec::new(), facts: facts(), viewer: OWNER }
}

fn allowed(actions: &[Action]) -> Vec<Allowed> {
    actions.iter().map(|&action| Allowed { action, limit: None }).collect()
}

fn apple_under_ue(frame: &Frame) -> String {
    say(
        frame,
        "Apple does not allow this on a personal device with User Enrollment.",
        "Auf einem persönlichen Gerät mit Benutzerregistrierung lässt Apple das nicht zu.",
    )
}

fn remove_instead(frame: &Frame) -> Instead {
    Instead {
        text: say(
            frame,
            "Remove the work data instead: what the organisation put on the device goes, everything else stays.",
            "Entfernen Sie stattdessen die Arbeitsdaten: Was die Organisation auf das Gerät gebracht hat, verschwindet, alles andere bleibt.",
        ),
        action: Some(Action::RemoveWorkData),
    }
}

fn only(text: String) -> Option<Instead> {
    Some(Instead { text, action: None })
}

fn own(frame: &Frame, person: &Person) -> MyDeviceView {
    let mut may = allowed(&[
        Action::Lock,
        Action::Rename,
        Action::RefreshInventory,
        Action::ForceCheckIn,
        Action::ReportLost,
        Action::RemoveWorkData,
    ]);
    may[1].limit = Some(say(
        frame,
        "The name changes here; the name shown on the device stays as it is.",
        "Der Name ändert sich hier; der Name auf dem Gerät bleibt, wie er ist.",
    ));
    let on_device = say(
        frame,
        "Whoever has the device in hand can do it there.",
        "Wer das Gerät in der Hand hat, kann es dort tun.",
    );
    let unlock = say(
        frame,
        "The owner unlocks the device. Whoever forgot the passcode uses Apple’s recovery on the device itself, which may erase it.",
        "Entsperrt wird es am Gerät selbst. Ist der Code vergessen, hilft dort Apples Wiederherstellung; sie löscht das Gerät womöglich.",
    );
    let lock =
        Instead { text: say(frame, "Lock it instead.", "Sperren Sie es stattdessen."), action: Some(Action::Lock) };
    let find_my =
        say(frame, "The owner can look for it with Apple’s Find My.", "Mit Apples „Wo ist?“ lässt es sich suchen.");
    let denied = vec![Denied {
        reason: apple_under_ue(frame),
        source: Source::Apple,
        is_open: false,
        actions: vec![
            (Action::Wipe, Some(remove_instead(frame))),
            (Action::ClearPasscode, only(unlock)),
            (Action::EnableLostMode, Some(lock)),
            (Action::Locate, only(find_my)),
            (Action::DisableLostMode, None),
            (Action::Restart, only(on_device.clone())),
            (Action::ShutDown, only(on_device)),
        ],
    }];
    MyDeviceView {
        person: person.clone(),
        id: "1".to_owned(),
        name: "Chloe’s iPhone".to_owned(),
        model: "iPhone 15 · iOS 18.5".to_owned(),
        shared: false,
        is_user_enrollment: true,
        reported_lost: None,
        actions: ActionsView { allowed: may, denied, ..nothing("/devices/1") },
        orders: Vec::new(),
        items: vec![
            line("Ward Wi-Fi", ItemKind::Wifi, ItemState::Installed),
            line("Clinic passcode", ItemKind::Passcode, ItemState::Installed),
            line("Microsoft Teams", ItemKind::App, ItemState::TapInstall),
        ],
        flash: None,
    }
}

fn moving(frame: &Frame, person: &Person) -> MyDeviceView {
    let t = frame.texts();
    MyDeviceView {
        reported_lost: Some(NOW - Duration::minutes(12)),
        flash: Some(Flash::ActionQueued),
        orders: vec![
            OrderRow {
                note: Some(t.order_queued_help.to_owned()),
                may_withdraw: true,
                ..order(Action::Lock, CommandStatus::Queued, 0)
            },
            order(Action::RefreshInventory, CommandStatus::Acknowledged, 40),
        ],
        ..own(frame, person)
    }
}

fn shared(frame: &Frame, person: &Person) -> MyDeviceView {
    let help = only(say(frame, "Ask the help desk.", "Fragen Sie den Helpdesk."));
    let administrator = only(say(frame, "Ask an administrator.", "Fragen Sie die Administration."));
    let reason = say(
        frame,
        "On a shared device you can only lock it or report it lost.",
        "Ein gemeinsam genutztes Gerät können Sie nur sperren oder als verloren melden.",
    );
    let denied = vec![
        Denied {
            reason,
            source: Source::Organisation,
            is_open: false,
            actions: vec![
                (Action::Rename, help.clone()),
                (Action::RefreshInventory, help.clone()),
                (Action::ClearPasscode, help),
                (Action::RemoveWorkData, administrator.clone()),
                (Action::Wipe, administrator),
            ],
        },
        Denied {
            reason: say(
                frame,
                "The device has not reported yet whether it is supervised.",
                "Das Gerät hat noch nicht gemeldet, ob es betreut ist.",
            ),
            source: Source::Apple,
            is_open: true,
            actions: vec![(Action::Restart, None), (Action::Locate, None)],
        },
    ];
    let may = allowed(&[Action::Lock, Action::ReportLost]);
    MyDeviceView {
        name: "Ward 3 · Phone 07".to_owned(),
        model: "iPhone SE · iOS 17.4".to_owned(),
        shared: true,
        is_user_enrollment: false,
        actions: ActionsView { allowed: may, denied, ..nothing("/devices/1") },
        items: Vec::new(),
        ..own(frame, person)
    }
}

fn order(action: Action, status: CommandStatus, minutes: i64) -> OrderRow {
    OrderRow {
        id: format!("c{minutes}"),
        action,
        status,
        by: Some("Chloe Marchetti".to_owned()),
        approver: None,
        reason: None,
        at: NOW - Duration::minutes(minutes),
        note: None,
        place: None,
        may_release: false,
        may_withdraw: false,
        may_confirm: false,
    }
}

/// The console's panel with an order in every state.
pub fn panel(frame: &Frame) -> DeviceActionsView {
    let t = frame.texts();
    let by = |name: &str, row: OrderRow| OrderRow { by: Some(name.to_owned()), ..row };
    let all = allowed(&[
        Action::Lock,
        Action::Rename,
        Action::RefreshInventory,
        Action::ForceCheckIn,
        Action::ReportLost,
        Action::ClearPasscode,
        Action::RemoveWorkData,
        Action::Wipe,
    ]);
    let supervised =
        say(frame, "Apple allows this on supervised devices only.", "Apple lässt das nur auf betreuten Geräten zu.");
    let denied = vec![Denied {
        reason: supervised,
        source: Source::Apple,
        is_open: false,
        actions: vec![
            (Action::EnableLostMode, None),
            (Action::Locate, None),
            (Action::Restart, None),
            (Action::ShutDown, None),
        ],
    }];
    DeviceActionsView {
        actions: ActionsView { allowed: all, denied, ..nothing("/admin/devices/7/actions") },
        orders: vec![
            OrderRow {
                reason: Some("Stolen from ward 3, police report 4711".to_owned()),
                note: Some(t.order_held_help.to_owned()),
                may_release: true,
                may_withdraw: true,
                ..by("Ines Carvalho", order(Action::Wipe, CommandStatus::Held, 2))
            },
            OrderRow {
                note: Some(t.order_unknown_wipe_help.to_owned()),
                approver: Some("Olga Petrova".to_owned()),
                may_confirm: true,
                ..by("Ines Carvalho", order(Action::Wipe, CommandStatus::OutcomeUnknown, 55))
            },
            OrderRow {
                place: Some(Place {
                    latitude: 52.520_01,
                    longitude: 13.404_95,
                    accuracy: Some(12.0),
                    at: Some(NOW - Duration::minutes(80)),
                }),
                ..by("Hugo Brandt", order(Action::Locate, CommandStatus::Acknowledged, 80))
            },
            OrderRow {
                note: Some(say(
                    frame,
                    "Only the person the device is assigned to may do this.",
                    "Das darf nur die Person, der das Gerät zugewiesen ist.",
                )),
                ..by("Anna Berg", order(Action::Lock, CommandStatus::Withheld, 200))
            },
        ],
        reported_lost: Some(NOW - Duration::hours(3)),
        may_find: true,
        mail: Some("anna@example.com".to_owned()),
    }
}

/// The console's panel of somebody who may only look.
pub fn nothing_allowed(frame: &Frame) -> DeviceActionsView {
    let reason = say(frame, "Your role does not include this.", "Ihre Rolle umfasst das nicht.");
    let ask = only(say(frame, "Ask an administrator.", "Fragen Sie die Administration."));
    let denied = vec![Denied {
        reason,
        source: Source::Organisation,
        is_open: false,
        actions: vec![(Action::Lock, ask.clone()), (Action::Wipe, ask)],
    }];
    DeviceActionsView {
        actions: ActionsView { denied, ..nothing("/admin/devices/7/actions") },
        orders: Vec::new(),
        reported_lost: None,
        may_find: false,
        mail: None,
    }
}

fn ask(action: Action) -> AskView {
    AskView {
        action,
        device: "Chloe’s iPhone".to_owned(),
        path: "/devices/1/x".to_owned(),
        back: "/devices/1".to_owned(),
        limit: None,
        is_user_enrollment: true,
        reason: Input::default(),
        needs_reason: false,
        message: Input::default(),
        phone_number: Input::default(),
        name: Input::default(),
        unconfirmed: false,
        refused: None,
        confirmation: None,
    }
}

fn rename(frame: &Frame) -> AskView {
    let limit = say(
        frame,
        "The name changes here; the name shown on the device stays as it is.",
        "Der Name ändert sich hier; der Name auf dem Gerät bleibt, wie er ist.",
    );
    AskView { name: Input::refused("", Problem::Missing), limit: Some(limit), ..ask(Action::Rename) }
}

fn remove() -> AskView {
    ask(Action::RemoveWorkData)
}

fn under_way(frame: &Frame) -> AskView {
    AskView { refused: Some(frame.texts().action_under_way.to_owned()), ..ask(Action::Lock) }
}

fn wipe() -> AskView {
    AskView {
        device: "Ward 3 · Phone 07".to_owned(),
        is_user_enrollment: false,
        needs_reason: true,
        ..ask(Action::Wipe)
    }
}

fn wipe_refused() -> AskView {
    AskView { reason: Input::refused("", Problem::Missing), unconfirmed: true, ..wipe() }
}

/// What is asked of somebody who has not proved lately who they are.
pub fn petra(problem: Option<ConfirmationProblem>) -> ConfirmationView {
    ConfirmationView { user_name: "petra".to_owned(), password: true, passkey: true, provider: None, problem }
}

fn wipe_confirm(problem: Option<ConfirmationProblem>) -> AskView {
    AskView { reason: Input::new("Stolen from the staff room"), confirmation: Some(petra(problem)), ..wipe() }
}

fn agree() -> Confirm {
    Confirm::ReleaseWipe { id: "7".to_owned(), command: "c".to_owned(), name: "Ward 3 · Phone 07".to_owned() }
}

fn denied_wipe(frame: &Frame) -> RefusedView {
    RefusedView {
        action: Action::Wipe,
        device: "Chloe’s iPhone".to_owned(),
        back: "/devices/1".to_owned(),
        base: "/devices/1".to_owned(),
        reason: apple_under_ue(frame),
        source: Source::Apple,
        instead: Some(remove_instead(frame)),
    }
}
