use baton_app::document::Frame;
use baton_app::pages::away::{Away, AwayView, away};
use baton_app::pages::clip::cleaning::{CleaningView, cleaning};
use baton_app::pages::clip::end_session::{EndSessionView, end_session};
use baton_app::pages::clip::holder::{HolderView, holder};
use baton_app::pages::clip::in_use::{InUseView, in_use};
use baton_app::pages::clip::message::{Message, MessageView, message};
use baton_app::pages::clip::sign_in::{Provider, ProviderProblem, SignInError, SignInView, sign_in};
use baton_app::pages::clip::sign_out::{Checklist, ChecklistLine, SignOutProblem, SignOutView, StayReason, sign_out};
use baton_app::pages::enroll::{EnrollView, enroll};
use baton_app::ui::item::{ItemKind, ItemLine, ItemState};
use baton_app::ui::live::Live;
use time::Duration;

use super::{NOW, Sample, item, line};

const DEVICE: &str = "Ward 3 · Phone 07";

pub fn samples(frame: &Frame) -> Vec<Sample> {
    let mut samples = vec![
        Sample::light("clip-sign-in", sign_in(frame, &signed_out())),
        Sample::light("clip-sign-in-clean", sign_in(frame, &SignInView { clean: true, ..signed_out() })),
        Sample::light(
            "clip-sign-in-plain",
            sign_in(frame, &SignInView { name_tag: None, providers: Vec::new(), ..signed_out() }),
        ),
        Sample::light("clip-away", away(frame, &leaving(Away::ToSignIn))),
        Sample::light("clip-away-out", away(frame, &leaving(Away::ToSignOut))),
        Sample::light("clip-cleaning", cleaning(frame, &cleaning_view())),
        Sample::light("clip-cleaning-slow", cleaning(frame, &cleaning_slow())),
        Sample::light(
            "clip-cleaning-checking",
            cleaning(frame, &CleaningView { device_name: DEVICE.to_owned(), ..CleaningView::default() }),
        ),
        Sample::light("clip-holder-busy", holder(frame, &holder_view(&busy()))),
        Sample::light("clip-holder-still", holder(frame, &HolderView { live: None, ..holder_view(&busy()) })),
        Sample::light(
            "clip-holder-lost",
            holder(frame, &holder_view(&busy())).replace("live-lost\" hidden", "live-lost\""),
        ),
        Sample::light("clip-holder-ready", holder(frame, &holder_view(&ready()))),
        Sample::light("clip-holder-failed", holder(frame, &holder_view(&failed()))),
        Sample::light("clip-holder-waiting", holder(frame, &holder_waiting())),
        Sample::light("clip-sign-out", sign_out(frame, &dry_run())),
        Sample::light(
            "clip-sign-out-open",
            sign_out(frame, &SignOutView { problem: Some(SignOutProblem::ChecklistOpen), ..dry_run() }),
        ),
        Sample::light(
            "clip-sign-out-changed",
            sign_out(frame, &SignOutView { problem: Some(SignOutProblem::PlanChanged), ..dry_run() }),
        ),
        Sample::light(
            "clip-sign-out-nothing",
            sign_out(
                frame,
                &SignOutView { device_name: DEVICE.to_owned(), plan: "p".to_owned(), ..SignOutView::default() },
            ),
        ),
        Sample::light("clip-in-use", in_use(frame, &in_use_view())),
        Sample::light("clip-end-session", end_session(frame, &end_session_view())),
    ];
    samples.push(Sample::light("enroll", enroll(frame, &enroll_view())));
    samples.extend(sign_in_errors(frame));
    samples.extend(messages(frame));
    samples
}

pub fn providers() -> Vec<Provider> {
    vec![Provider { id: "p1".to_owned(), name: "Contoso".to_owned() }]
}

fn signed_out() -> SignInView {
    SignInView {
        device_name: DEVICE.to_owned(),
        name_tag: Some("Belongs to Ward 3, St. Mary’s.\nFound it? Bring it to reception, claim code 4711.".to_owned()),
        providers: providers(),
        ..SignInView::default()
    }
}

fn leaving(why: Away) -> AwayView {
    // The pictures stay where they are.
    AwayView { location: "#".to_owned(), name: "Contoso".to_owned(), why }
}

fn sign_in_errors(frame: &Frame) -> Vec<Sample> {
    let errors = [
        ("clip-sign-in-wrong", SignInError::WrongCredentials),
        ("clip-sign-in-pin", SignInError::PinRefused),
        ("clip-sign-in-incomplete", SignInError::Incomplete),
        ("clip-sign-in-directory-down", SignInError::DirectoryDown { names: "Heron Clinic directory".to_owned() }),
        (
            "clip-sign-in-not-fresh",
            SignInError::Provider { name: "Contoso".to_owned(), problem: ProviderProblem::NotFresh },
        ),
        ("clip-sign-in-taken", SignInError::AlreadyTaken { helpers: Some("Help desk, extension 100".to_owned()) }),
        ("clip-sign-in-limit", SignInError::LimitReached { device: Some("Ward 3 · Phone 02".to_owned()) }),
        ("clip-sign-in-throttled", SignInError::Throttled { seconds: 40 }),
        ("clip-sign-in-expired", SignInError::Expired),
    ];
    errors
        .into_iter()
        .map(|(name, error)| {
            let view = SignInView { user_name: "anna".to_owned(), error: Some(error), ..signed_out() };
            Sample::light(name, sign_in(frame, &view))
        })
        .collect()
}

fn messages(frame: &Frame) -> Vec<Sample> {
    let messages = [
        ("clip-retired", Message::RetiredLink, None),
        ("clip-unknown", Message::UnknownLink, None),
        ("clip-none", Message::NoClip, None),
        ("clip-expired", Message::Expired, Some("/clip")),
        ("clip-throttled", Message::Throttled { seconds: 300 }, Some("/clip")),
        ("clip-failure", Message::Failure { reference: "7F3K-02QD".to_owned() }, Some("/clip")),
        ("clip-not-found", Message::NotFound, Some("/")),
        ("clip-forbidden", Message::Forbidden, Some("/")),
        ("clip-too-large", Message::TooLarge, Some("/clip")),
        ("clip-not-managed", Message::NotManaged, None),
        ("enroll-link-over", Message::LinkOver, None),
    ];
    messages
        .into_iter()
        .map(|(name, kind, onward)| {
            let device_name = (onward == Some("/clip")).then(|| DEVICE.to_owned());
            Sample::light(name, message(frame, &MessageView { device_name, message: kind, onward }))
        })
        .collect()
}

fn enroll_view() -> EnrollView {
    EnrollView {
        organisation: "St. Mary’s Hospital".to_owned(),
        label: "Phones of ward 3".to_owned(),
        profile: "/enroll/sample/profile".to_owned(),
    }
}

fn cleaning_view() -> CleaningView {
    CleaningView {
        device_name: DEVICE.to_owned(),
        total: 5,
        done: 2,
        items: vec![
            line("Mail", ItemKind::App, ItemState::Removed),
            line("Duty roster", ItemKind::WebClip, ItemState::Removed),
            line("Patient records", ItemKind::App, ItemState::Sent),
            line("Staff Wi-Fi", ItemKind::Wifi, ItemState::Sent),
            line("Personal certificate", ItemKind::Certificate, ItemState::Waiting),
        ],
        last_contact: Some(NOW - Duration::seconds(12)),
        live: Some(live()),
        ..CleaningView::default()
    }
}

fn cleaning_slow() -> CleaningView {
    CleaningView {
        slow: true,
        items: Vec::new(),
        done: 4,
        helpers: Some("Help desk, extension 100".to_owned()),
        last_contact: Some(NOW - Duration::minutes(7)),
        ..cleaning_view()
    }
}

fn holder_view(items: &[ItemLine]) -> HolderView {
    HolderView {
        device_name: DEVICE.to_owned(),
        person_name: "Anna Berg".to_owned(),
        items: items.to_vec(),
        live: Some(live()),
        ..HolderView::default()
    }
}

fn live() -> Live {
    Live {
        events: "/clip/events?of=sample".to_owned(),
        home: "/clip".to_owned(),
        revision: "12-4-7".to_owned(),
        seconds: Some(3),
    }
}

fn holder_waiting() -> HolderView {
    let items = [
        line("Patient records", ItemKind::App, ItemState::Waiting),
        line("Staff Wi-Fi", ItemKind::Wifi, ItemState::Waiting),
    ];
    HolderView { cleaning: Some((1, 3)), resumed: true, ..holder_view(&items) }
}

fn busy() -> [ItemLine; 6] {
    [
        line("Ward Wi-Fi", ItemKind::Wifi, ItemState::Installed),
        line("Personal certificate", ItemKind::Certificate, ItemState::Installed),
        line("Patient records", ItemKind::App, ItemState::TapInstall),
        line("Microsoft Teams", ItemKind::App, ItemState::Accepted),
        line("Duty roster", ItemKind::WebClip, ItemState::Sent),
        line("Passcode for clinical staff", ItemKind::Passcode, ItemState::Waiting),
    ]
}

fn ready() -> [ItemLine; 3] {
    [
        line("Ward Wi-Fi", ItemKind::Wifi, ItemState::Installed),
        line("Patient records", ItemKind::App, ItemState::Installed),
        line("Duty roster", ItemKind::WebClip, ItemState::Installed),
    ]
}

fn failed() -> [ItemLine; 3] {
    [
        line("Ward Wi-Fi", ItemKind::Wifi, ItemState::Installed),
        line("Patient records", ItemKind::App, ItemState::DeviceLocked),
        line(
            "Duty roster",
            ItemKind::WebClip,
            ItemState::Failed("The phone did not accept the address of this web clip.".to_owned()),
        ),
    ]
    .map(|mut line| {
        if line.state == ItemState::DeviceLocked {
            line.state = ItemState::Failed("The installation was declined on the phone.".to_owned());
        }
        line
    })
}

fn checklist() -> Checklist {
    Checklist {
        microsoft_blocks: true,
        microsoft_done: false,
        lines: vec![
            ChecklistLine {
                id: "sync".to_owned(),
                text: "Wait until your notes are synchronised".to_owned(),
                blocks: true,
                done: true,
            },
            ChecklistLine {
                id: "wipe-down".to_owned(),
                text: "Wipe the phone with a disinfectant cloth".to_owned(),
                blocks: false,
                done: false,
            },
        ],
    }
}

fn dry_run() -> SignOutView {
    SignOutView {
        device: "7".to_owned(),
        device_name: DEVICE.to_owned(),
        checklist: checklist(),
        removes: vec![
            item("Patient records", ItemKind::App),
            item("Personal certificate", ItemKind::Certificate),
            item("Duty roster", ItemKind::WebClip),
        ],
        replaces: vec![item("Staff Wi-Fi", ItemKind::Wifi)],
        adds: vec![item("Lost phone", ItemKind::WebClip)],
        stays: vec![
            (item("Ward Wi-Fi", ItemKind::Wifi), StayReason::SignedOutToo),
            (item("Microsoft Teams", ItemKind::App), StayReason::AppKeepsData),
        ],
        stuck: vec![(item("Door badge", ItemKind::App), "It was on the phone before it was managed.".to_owned())],
        plan: "42".to_owned(),
        problem: None,
    }
}

fn in_use_view() -> InUseView {
    InUseView {
        device_name: DEVICE.to_owned(),
        helpers: Some("Help desk, extension 100".to_owned()),
        ..InUseView::default()
    }
}

fn end_session_view() -> EndSessionView {
    EndSessionView {
        device: "7".to_owned(),
        device_name: DEVICE.to_owned(),
        checklist: Checklist { microsoft_blocks: true, ..Checklist::default() },
        removes: 4,
        stays: 1,
        stuck: 0,
        plan: "42".to_owned(),
        problem: None,
    }
}
