use baton_app::document::Frame;
use baton_app::pages::clip::sign_in::SignInError;
use baton_app::pages::portal::account::{AccountView, account};
use baton_app::pages::portal::home::{HomeView, MyDevice, home};
use baton_app::pages::portal::passkeys::{AddPasskeyView, ConfirmPersonView, add_passkey, confirm_person};
use baton_app::pages::portal::password::{PasswordView, password, password_closed};
use baton_app::pages::portal::set_up::{SetUpClosed, SetUpView, set_up, set_up_closed};
use baton_app::pages::portal::sign_in::{Arrival, PortalSignInView, portal_sign_in};
use baton_app::shell::portal::Person;
use baton_app::ui::confirmation::{ConfirmationProblem, ConfirmationView};
use baton_app::ui::form::{Input, Problem};
use baton_app::ui::item::ItemState;
use baton_app::ui::passkeys::{PasskeyProblem, PasskeyRow};
use baton_app::ui::sessions::OpenSession;
use time::Duration;

use super::{NOW, Sample};

pub fn samples(frame: &Frame) -> Vec<Sample> {
    vec![
        Sample::light("portal-sign-in", portal_sign_in(frame, &arrived(Some(Arrival::SetUpDone)))),
        Sample::light("portal-sign-in-session", portal_sign_in(frame, &arrived(Some(Arrival::SessionNeeded)))),
        Sample::light("portal-sign-in-out", portal_sign_in(frame, &arrived(Some(Arrival::SignedOut)))),
        Sample::light(
            "portal-sign-in-wrong",
            portal_sign_in(
                frame,
                &PortalSignInView {
                    user_name: "anna".to_owned(),
                    error: Some(SignInError::WrongCredentials),
                    ..arrived(None)
                },
            ),
        ),
        Sample::light(
            "portal-sign-in-passkey",
            portal_sign_in(
                frame,
                &PortalSignInView { passkey_problem: Some(PasskeyProblem::Unknown), ..arrived(None) },
            ),
        ),
        Sample::light("portal-set-up", set_up(frame, &set_up_view())),
        Sample::light("portal-set-up-refused", set_up(frame, &set_up_refused())),
        Sample::light("portal-set-up-used", set_up_closed(frame, SetUpClosed::Used)),
        Sample::light("portal-set-up-expired", set_up_closed(frame, SetUpClosed::Expired)),
        Sample::light("portal-password", password(frame, &password_view())),
        Sample::light(
            "portal-password-refused",
            password(frame, &PasswordView { password: Input::refused("", Problem::Guessable), ..password_view() }),
        ),
        Sample::light("portal-password-closed", password_closed(frame)),
        Sample::portal("portal-account", account(frame, &account_view())),
        Sample::portal("portal-account-refused", account(frame, &account_refused())),
        Sample::portal(
            "portal-account-throttled",
            account(frame, &AccountView { throttled: Some(40), ..account_view() }),
        ),
        Sample::portal(
            "portal-account-no-passkeys",
            account(frame, &AccountView { passkeys: Some(Vec::new()), ..account_view() }),
        ),
        Sample::portal("portal-passkey-add", add_passkey(frame, &passkey_view())),
        Sample::portal(
            "portal-passkey-add-refused",
            add_passkey(
                frame,
                &AddPasskeyView {
                    name: Input::refused("", Problem::Missing),
                    problem: Some(PasskeyProblem::Late),
                    ..passkey_view()
                },
            ),
        ),
        Sample::portal(
            "portal-confirm",
            confirm_person(frame, &confirm_view(ConfirmationView { problem: None, ..anna() })),
        ),
        Sample::portal("portal-confirm-throttled", confirm_person(frame, &confirm_view(anna()))),
        Sample::portal(
            "portal-confirm-provider",
            confirm_person(
                frame,
                &confirm_view(ConfirmationView {
                    password: false,
                    provider: Some("Contoso".to_owned()),
                    problem: None,
                    ..anna()
                }),
            ),
        ),
        Sample::portal(
            "portal-confirm-passkey-only",
            confirm_person(
                frame,
                &confirm_view(ConfirmationView {
                    password: false,
                    problem: Some(ConfirmationProblem::Passkey(PasskeyProblem::OtherPerson)),
                    ..anna()
                }),
            ),
        ),
        Sample::portal(
            "portal-confirm-neither",
            confirm_person(
                frame,
                &confirm_view(ConfirmationView { password: false, passkey: false, problem: None, ..anna() }),
            ),
        ),
        Sample::portal("portal-home", home(frame, &home_view())),
        Sample::portal("portal-home-empty", home(frame, &HomeView { devices: Vec::new(), ..home_view() })),
    ]
}

fn arrived(arrival: Option<Arrival>) -> PortalSignInView {
    PortalSignInView {
        arrival,
        next: Some("/admin".to_owned()),
        passkeys: true,
        providers: super::clip::providers(),
        ..PortalSignInView::default()
    }
}

fn set_up_view() -> SetUpView {
    SetUpView { token: "sample".to_owned(), shortest_password: 8, ..SetUpView::default() }
}

fn set_up_refused() -> SetUpView {
    SetUpView {
        user_name: Input::refused("anna", Problem::Taken),
        display_name: Input::new("Anna Berg"),
        password: Input::refused("", Problem::TooShort(8)),
        repeated: Input::refused("", Problem::Different),
        ..set_up_view()
    }
}

fn password_view() -> PasswordView {
    PasswordView {
        token: "sample".to_owned(),
        display_name: "Anna Berg".to_owned(),
        user_name: "anna".to_owned(),
        shortest_password: 8,
        ..PasswordView::default()
    }
}

fn account_view() -> AccountView {
    let session = |browser: &str, minutes, hours| OpenSession {
        id: browser.to_owned(),
        browser: Some(browser.to_owned()),
        device: None,
        opened: NOW - Duration::hours(hours),
        last_used: NOW - Duration::minutes(minutes),
        current: false,
    };
    AccountView {
        person: Person { name: "Anna Berg".to_owned(), console: false },
        user_name: "anna".to_owned(),
        managed_account: Some("anna.berg@appleid.stmarys.example".to_owned()),
        sessions: vec![
            OpenSession { current: true, ..session("Safari · iPhone", 0, 1) },
            OpenSession { device: Some("Ward 3 · Phone 07".to_owned()), ..session("Safari · iPhone", 12, 3) },
            OpenSession { browser: None, ..session("x", 25, 6) },
        ],
        passkeys: Some(vec![
            passkey_row("Anna’s iPhone", true),
            PasskeyRow { used: None, ..passkey_row("Blue security key", false) },
        ]),
        shortest_password: 8,
        ..AccountView::default()
    }
}

pub fn passkey_row(name: &str, is_synced: bool) -> PasskeyRow {
    PasskeyRow {
        id: name.chars().filter(char::is_ascii_alphanumeric).collect(),
        name: name.to_owned(),
        is_synced,
        created: NOW - Duration::days(40),
        used: Some(NOW - Duration::hours(3)),
        entered: None,
    }
}

fn passkey_view() -> AddPasskeyView {
    let person = Person { name: "Anna Berg".to_owned(), console: false };
    AddPasskeyView { person, name: Input::new("Safari · iPhone"), problem: None }
}

fn anna() -> ConfirmationView {
    ConfirmationView {
        user_name: "anna".to_owned(),
        password: true,
        passkey: true,
        provider: None,
        problem: Some(ConfirmationProblem::Throttled { seconds: 40 }),
    }
}

fn confirm_view(confirmation: ConfirmationView) -> ConfirmPersonView {
    ConfirmPersonView { person: passkey_view().person, confirmation, next: "/account/passkeys/add".to_owned() }
}

fn account_refused() -> AccountView {
    AccountView {
        present: Input::refused("", Problem::WrongPassword),
        password: Input::refused("", Problem::TooShort(8)),
        ..account_view()
    }
}

fn home_view() -> HomeView {
    let device = |name: &str, shared, state, hours: i64| MyDevice {
        id: hours.to_string(),
        name: name.to_owned(),
        model: "iPhone SE".to_owned(),
        since: NOW - Duration::hours(hours),
        shared,
        state,
    };
    HomeView {
        flash: None,
        person: Person { name: "Anna Berg".to_owned(), console: true },
        devices: vec![
            device("Ward 3 · Phone 07", true, ItemState::Installed, 3),
            device("Ward 3 · Phone 02", true, ItemState::TapInstall, 0),
            device("Anna’s phone", false, ItemState::Waiting, 400),
        ],
    }
}
