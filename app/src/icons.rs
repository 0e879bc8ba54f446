//! Icons as inline SVG, 20 units square, drawn with the colour of the text. Decorative: the word beside an icon
//! carries the meaning, so screen readers skip it.

use leptos::prelude::*;

/// One icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Done, fine.
    Check,
    /// Waiting its turn.
    Clock,
    /// On its way to the device.
    Send,
    /// The person has to do something on the screen.
    Tap,
    /// Locked.
    Lock,
    /// Needs attention.
    Warning,
    /// Failed or refused.
    Cross,
    /// Gone.
    Minus,
    /// Good to know.
    Info,
    /// Open the detail.
    Eye,
    /// A phone.
    Phone,
    /// People.
    People,
    /// One person.
    Person,
    /// A set of devices.
    Devices,
    /// A configuration.
    Sliders,
    /// An app.
    App,
    /// A list of what happened.
    Log,
    /// What is expected, ticked off.
    Checklist,
    /// Overview.
    Gauge,
    /// Built in.
    Shield,
    /// Add.
    Plus,
    /// Menu.
    Menu,
    /// Forward.
    Arrow,
    /// Back, one level up.
    Back,
    /// Change.
    Pen,
    /// Look for something.
    Search,
    /// Take a copy away.
    Download,
    /// A wireless network.
    Wifi,
    /// A page on the web.
    Globe,
    /// A code or a private key.
    Key,
    /// Taken away for good.
    Bin,
    /// Once more.
    Again,
    /// On and off.
    Power,
    /// Where something is.
    Place,
    /// A file.
    File,
    /// How the service works.
    Nut,
    /// A branch of a tree.
    Branch,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Check => "M4 10.5l4 4 8-9",
            Self::Clock => "M10 2.75a7.25 7.25 0 1 0 0 14.5a7.25 7.25 0 1 0 0-14.5M10 6v4.25l3 1.75",
            Self::Send => "M10 16V4.5M5 9l5-5 5 5",
            Self::Tap => {
                "M8 11V4.5a1.5 1.5 0 0 1 3 0V9l4.2.9a1.6 1.6 0 0 1 1.2 1.9L15.5 17H9.6L5.3 12.4a1.3 1.3 0 0 1 1.9-1.8z"
            }
            Self::Lock => "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
            Self::Warning => "M10 3l7.5 13.5h-15zM10 8v4M10 14.2v.1",
            Self::Cross => "M5 5l10 10M15 5L5 15",
            Self::Minus => "M4.5 10h11",
            Self::Info => "M10 2.75a7.25 7.25 0 1 0 0 14.5a7.25 7.25 0 1 0 0-14.5M10 9v5M10 6.2v.1",
            Self::Eye => {
                "M1.5 10S4.5 4.5 10 4.5s8.5 5.5 8.5 5.5S15.5 15.5 10 15.5 1.5 10 1.5 10zM10 7.6a2.4 2.4 0 1 0 0 4.8a2.4 2.4 0 1 0 0-4.8"
            }
            Self::Phone => "M6 2h8a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1zM9 15.5h2",
            Self::People => {
                "M7.5 9.5a3 3 0 1 0 0-6a3 3 0 1 0 0 6M2 17c0-3 2.3-5 5.5-5s5.5 2 5.5 5M13 3.8a3 3 0 0 1 0 5.5M15 12.5c1.9.7 3 2.3 3 4.5"
            }
            Self::Person => {
                "M10 9.5a3.25 3.25 0 1 0 0-6.5a3.25 3.25 0 1 0 0 6.5M3.5 17.5c0-3.3 2.7-5.5 6.5-5.5s6.5 2.2 6.5 5.5"
            }
            Self::Devices => "M3 4h7v13H3zM12.5 7H17v10h-4.5",
            Self::Sliders => "M3 6h6M13 6h4M3 14h2M9 14h8M11 4v4M7 12v4",
            Self::App => "M3.5 3.5h5v5h-5zM11.5 3.5h5v5h-5zM3.5 11.5h5v5h-5zM11.5 11.5h5v5h-5z",
            Self::Log => "M4 5h12M4 10h12M4 15h7",
            Self::Checklist => "M3 5.5L4.5 7l3-3.5M3 13.5L4.5 15l3-3.5M10.5 5.5H17M10.5 13.5H17",
            Self::Gauge => "M3 15a7.5 7.5 0 1 1 14 0M10 12l3.5-4",
            Self::Shield => "M10 2.5l6.5 2.3v4.7c0 4-2.7 6.8-6.5 8-3.8-1.2-6.5-4-6.5-8V4.8zM7 10l2.2 2.2L13.2 8",
            Self::Plus => "M10 4v12M4 10h12",
            Self::Menu => "M3 5.5h14M3 10h14M3 14.5h14",
            Self::Back => "M12 4.5L6.5 10l5.5 5.5",
            Self::Pen => "M4 16l.8-3.5L13 4.3l2.7 2.7-8.2 8.2z",
            Self::Search => "M9 3.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M13 13l4 4",
            Self::Download => "M10 3v9M6 8.5l4 4 4-4M4 16.5h12",
            Self::Wifi => "M2.5 8.5a11 11 0 0 1 15 0M5.3 11.5a7 7 0 0 1 9.4 0M8 14.3a3 3 0 0 1 4 0M10 16.8v.1",
            Self::Globe => {
                "M10 2.75a7.25 7.25 0 1 0 0 14.5a7.25 7.25 0 1 0 0-14.5M2.75 10h14.5M10 2.75c4 4 4 10.5 0 14.5M10 2.75c-4 4-4 10.5 0 14.5"
            }
            Self::Key => "M7 9.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7M9.6 10.6L16.5 3.7M13.5 6.7l2.5 2.5",
            Self::Bin => "M4 5.5h12M8 5.5V3.5h4v2M5.5 5.5l.8 11.5h7.4l.8-11.5M8.5 9v5M11.5 9v5",
            Self::Again => "M15.5 7A6.25 6.25 0 1 0 16.25 10M16 3v4.25h-4.25",
            Self::Power => "M10 2.5v7M6 5a6.25 6.25 0 1 0 8 0",
            Self::Place => {
                "M10 17.5s5.5-5 5.5-9a5.5 5.5 0 1 0-11 0c0 4 5.5 9 5.5 9zM10 6.7a1.8 1.8 0 1 0 0 3.6a1.8 1.8 0 1 0 0-3.6"
            }
            Self::File => "M5 2.5h6.5L15.5 6.5v11h-10.5zM11.5 2.5v4h4M7.5 11h5M7.5 14h5",
            Self::Nut => "M10 2.5l6.5 3.75v7.5L10 17.5l-6.5-3.75v-7.5zM10 7.2a2.8 2.8 0 1 0 0 5.6a2.8 2.8 0 1 0 0-5.6",
            Self::Branch => "M4 3.5h5v4H4zM11.5 12.5h5v4h-5zM6.5 7.5v7h5",
            Self::Arrow => "M4 10h12M11 5l5 5-5 5",
        }
    }
}

/// Draws an icon.
#[must_use]
pub fn icon(icon: Icon) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
            <path d=icon.path() />
        </svg>
    }
    .into_any()
}

/// The product's mark: a baton changing hands.
#[must_use]
pub fn mark() -> AnyView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
            <rect class="mark-ground" width="32" height="32" rx="8" />
            <path class="mark-baton" d="M10 22L22 10" />
            <path class="mark-hands" d="M5.5 19.5a5.5 5.5 0 0 1 5.5-5.5M26.5 12.5a5.5 5.5 0 0 1-5.5 5.5" />
        </svg>
    }
    .into_any()
}
