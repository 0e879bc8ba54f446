//! What a device has and what it should have, each with the reason.

use leptos::prelude::*;

use crate::document::Frame;
use crate::icons::Icon;
use crate::markup::{IntoMarkup, Markup};
use crate::pages::admin::explain::{Explained, folded};
use crate::pages::admin::list::Link;
use crate::ui::item::{ItemKind, ItemState};
use crate::ui::table::table;
use crate::ui::{Tone, badge};

/// An item in relation to a device.
#[derive(Clone, Debug)]
pub struct DeviceItem {
    /// The item.
    pub item: Link,
    /// What it is.
    pub kind: ItemKind,
    /// Whether the device should have it now; `None` when a fact that decides is not known.
    pub wanted: Option<bool>,
    /// How it stands on the device; `None` when it never was there and is not on its way.
    pub state: Option<ItemState>,
    /// Why it is wanted or not: a sentence in the page's language.
    pub reason: String,
    /// Every rule that was asked; `None` for what no item of the catalogue asks for.
    pub explained: Option<Explained>,
}

/// The table.
pub(super) fn items(frame: &Frame, items: &[DeviceItem]) -> Markup {
    let t = frame.texts();
    if items.is_empty() {
        return view! {
            <p>{t.device_items_none}</p>
            <p><a class="button" href="/admin/configurations">{t.nav_configurations}</a></p>
        }
        .into_markup();
    }
    let rows = items
        .iter()
        .map(|item| {
            let name = view! { {item.item.render()}<small>{item.kind.word(t)}</small> };
            let wanted = match item.wanted {
                Some(true) => badge(Tone::Plain, Icon::Check, t.yes),
                Some(false) => badge(Tone::Plain, Icon::Minus, t.no),
                None => badge(Tone::Warn, Icon::Info, t.not_known),
            };
            let state = match &item.state {
                Some(state) => {
                    let why = match state {
                        ItemState::Failed(sentence) => Some(view! { <small>{sentence.clone()}</small> }),
                        _ => None,
                    };
                    view! { {state.badge(t)}{why} }.into_markup()
                }
                None => view! { <span class="muted">{t.not_on_device}</span> }.into_markup(),
            };
            let why = item.explained.as_ref().map(|explained| folded(frame, explained));
            let reason = view! { <div class="reason"><span>{item.reason.clone()}</span>{why}</div> };
            vec![name.into_markup(), wanted, state, reason.into_markup()]
        })
        .collect();
    let columns = [t.item, t.device_item_wanted, t.device_item_state, t.device_item_reason];
    table("device-items", t.device_items, &columns, rows)
}
