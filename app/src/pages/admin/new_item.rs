//! *Add*: which kind of configuration, or of app.

use leptos::prelude::*;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::markup::IntoMarkup;
use crate::shell::console::{Chrome, ConsolePage, Section, console};

/// What is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewItem {
    /// A configuration.
    Configuration,
    /// An app.
    App,
}

/// The page. Each choice leads to `…/add/{kind}`, with the kinds of [`ItemFormKind`](super::item_form::ItemFormKind).
#[must_use]
pub fn new_item(frame: &Frame, chrome: &Chrome, what: NewItem) -> String {
    let t = frame.texts();
    let (section, list, base, title) = match what {
        NewItem::Configuration => {
            (Section::Configurations, t.nav_configurations, "/admin/configurations", t.configurations_add)
        }
        NewItem::App => (Section::Apps, t.nav_apps, "/admin/apps", t.apps_add),
    };
    let choices = match what {
        NewItem::Configuration => vec![
            ("wifi", Icon::Wifi, t.kind_wifi, t.new_wifi_text),
            ("web-clip", Icon::Globe, t.kind_web_clip, t.new_web_clip_text),
            ("passcode", Icon::Lock, t.kind_passcode, t.new_passcode_text),
            ("restrictions", Icon::Sliders, t.kind_restrictions, t.new_restrictions_text),
            ("certificate", Icon::Shield, t.kind_certificate, t.new_certificate_text),
            ("identity", Icon::Key, t.kind_identity, t.new_identity_text),
            ("profile", Icon::File, t.kind_profile, t.new_profile_text),
        ],
        NewItem::App => vec![
            ("store", Icon::App, t.app_store, t.new_store_text),
            ("in-house", Icon::Phone, t.app_in_house, t.new_in_house_text),
        ],
    };
    let page = ConsolePage::new(section, title).up(list, base);
    console(frame, chrome, page, || {
        let tiles = choices
            .into_iter()
            .map(|(kind, mark, word, text)| {
                view! {
                    <li>
                        <a class="choice" href=format!("{base}/add/{kind}")>
                            {icon(mark)}
                            <span><strong>{word}</strong><span>{text}</span></span>
                        </a>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="choices">{tiles}</ul> }.into_markup()
    })
}
