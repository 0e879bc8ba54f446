//! Items on a device, and how each one stands (spec A12).

use leptos::prelude::*;

use super::{Tone, badge};
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::Texts;
use crate::markup::{IntoMarkup, Markup};

/// What an item is, in the user's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// An app, in-house or from the store.
    App,
    /// Wi-Fi.
    Wifi,
    /// An icon on the Home Screen that opens a page.
    WebClip,
    /// Passcode rules.
    Passcode,
    /// A certificate.
    Certificate,
    /// A certificate with its private key.
    Identity,
    /// What the device allows.
    Restrictions,
    /// A profile that somebody uploaded.
    Profile,
    /// The built-in sign-in page.
    SignIn,
    /// A configuration whose kind is not known any more, because it was deleted.
    Configuration,
}

impl ItemKind {
    /// The word.
    #[must_use]
    pub fn word(self, t: &Texts) -> &'static str {
        match self {
            Self::App => t.kind_app,
            Self::Wifi => t.kind_wifi,
            Self::WebClip => t.kind_web_clip,
            Self::Passcode => t.kind_passcode,
            Self::Certificate => t.kind_certificate,
            Self::Identity => t.kind_identity,
            Self::Restrictions => t.kind_restrictions,
            Self::Profile => t.kind_profile,
            Self::SignIn => t.kind_sign_in,
            Self::Configuration => t.kind_configuration,
        }
    }
}

/// How an item stands on its way to or from the device (spec A12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemState {
    /// The device has not fetched it yet.
    Waiting,
    /// Sent; no answer yet, so it might be there.
    Sent,
    /// The device took the order; an app is not installed yet.
    Accepted,
    /// The person has to tap *Install*.
    TapInstall,
    /// The device must be unlocked first.
    DeviceLocked,
    /// The device took the removal; its own list has yet to confirm it.
    Removing,
    /// There, as the device itself says.
    Installed,
    /// Gone, as the device itself says.
    Removed,
    /// Did not work; a plain sentence in the page's language.
    Failed(String),
}

impl ItemState {
    /// The word for the state.
    #[must_use]
    pub fn word(&self, t: &Texts) -> &'static str {
        match self {
            Self::Waiting => t.state_waiting,
            Self::Sent => t.state_sent,
            Self::Accepted => t.state_accepted,
            Self::TapInstall => t.state_tap_install,
            Self::DeviceLocked => t.state_device_locked,
            Self::Removing => t.state_removing,
            Self::Installed => t.state_installed,
            Self::Removed => t.state_removed,
            Self::Failed(_) => t.state_failed,
        }
    }

    fn look(&self) -> (Tone, Icon) {
        match self {
            Self::Waiting => (Tone::Plain, Icon::Clock),
            Self::Sent => (Tone::Busy, Icon::Send),
            Self::Accepted => (Tone::Busy, Icon::Clock),
            Self::TapInstall => (Tone::Warn, Icon::Tap),
            Self::DeviceLocked => (Tone::Warn, Icon::Lock),
            Self::Removing => (Tone::Busy, Icon::Clock),
            Self::Installed => (Tone::Good, Icon::Check),
            Self::Removed => (Tone::Good, Icon::Minus),
            Self::Failed(_) => (Tone::Bad, Icon::Cross),
        }
    }

    /// The sentence below the word, where the person can do or should know something.
    fn sentence(&self, t: &Texts) -> Option<String> {
        match self {
            Self::TapInstall => Some(t.state_tap_install_help.to_owned()),
            Self::DeviceLocked => Some(t.state_device_locked_help.to_owned()),
            Self::Failed(sentence) => Some(sentence.clone()),
            _ => None,
        }
    }

    /// Whether somebody has to do something about it, or should know.
    #[must_use]
    pub fn calls_for_somebody(&self) -> bool {
        matches!(self, Self::TapInstall | Self::DeviceLocked | Self::Failed(_))
    }

    /// Icon and word.
    #[must_use]
    pub fn badge(&self, t: &Texts) -> Markup {
        let (tone, icon) = self.look();
        badge(tone, icon, self.word(t))
    }
}

/// An item by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemName {
    /// Its name in the console, such as "Ward Wi-Fi".
    pub name: String,
    /// What it is.
    pub kind: ItemKind,
}

/// An item with its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemLine {
    /// Which item.
    pub item: ItemName,
    /// How it stands.
    pub state: ItemState,
}

/// The list of items with their states, for a person with the phone in hand.
#[must_use]
pub fn progress_list(frame: &Frame, lines: &[ItemLine]) -> Markup {
    let t = frame.texts();
    let rows = lines
        .iter()
        .map(|line| {
            let sentence = line.state.sentence(t).map(|text| view! { <p class="item-note">{text}</p> });
            view! {
                <li>
                    <div class="item-name">
                        <span>{line.item.name.clone()}</span>
                        <small>{line.item.kind.word(t)}</small>
                    </div>
                    {line.state.badge(t)}
                    {sentence}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="items">{rows}</ul> }.into_markup()
}

/// A list of items, each with a mark and perhaps a reason.
#[must_use]
pub fn plan_list(t: &Texts, mark: Icon, lines: &[(ItemName, Option<String>)]) -> Markup {
    let rows = lines
        .iter()
        .map(|(item, reason)| {
            let reason = reason.clone().map(|text| view! { <p class="item-note">{text}</p> });
            view! {
                <li>
                    <div class="item-name">
                        <span>{item.name.clone()}</span>
                        <small>{item.kind.word(t)}</small>
                    </div>
                    <span class="item-mark">{icon(mark)}</span>
                    {reason}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="items">{rows}</ul> }.into_markup()
}
