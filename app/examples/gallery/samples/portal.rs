use baton_app::document::Frame;
use baton_app::pages::clip::sign_in::SignInError;
use baton_app::pages::portal::home::{HomeView, MyDevice, home};
use baton_app::pages::portal::set_up::{SetUpClosed, SetUpView, set_up, set_up_closed};
use baton_app::pages::portal::sign_in::{Arrival, PortalSignInView, portal_sign_in};
use baton_app::shell::portal::Person;
use baton_app::ui::form::{Input, Problem};
use baton_app::ui::item::ItemState;
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
        Sample::light("portal-set-up", set_up(frame, &set_up_view())),
        Sample::light("portal-set-up-refused", set_up(frame, &set_up_refused())),
        Sample::light("portal-set-up-used", set_up_closed(frame, SetUpClosed::Used)),
        Sample::light("portal-set-up-expired", set_up_closed(frame, SetUpClosed::Expired)),
        Sample::portal("portal-home", home(frame, &home_view())),
        Sample::portal("portal-home-empty", home(frame, &HomeView { devices: Vec::new(), ..home_view() })),
    ]
}

fn arrived(arrival: Option<Arrival>) -> PortalSignInView {
    PortalSignInView { arrival, next: Some("/admin".to_owned()), ..PortalSignInView::default() }
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
