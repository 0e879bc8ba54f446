//! The twin of a page's decisions about actions.

use baton_policy::{Actor, DeviceFacts};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::island::island;

/// Decides about every action on the page once more, in the browser and from the same facts, and says whether it comes to
/// the same. A page that is older than the rules is found out by it.
#[derive(Serialize, Deserialize)]
pub struct ActionTwin {
    /// What is known of the device.
    pub facts: DeviceFacts,
    /// Who looks at the page.
    pub viewer: Actor,
    /// Said when both come to the same.
    pub agrees: String,
    /// Said when they do not.
    pub differs: String,
}

impl ActionTwin {
    /// On the page, as the server sends it.
    #[must_use]
    pub fn island(self) -> impl IntoView {
        island("ActionTwin", self, twin)
    }
}

fn twin(ActionTwin { facts, viewer, agrees, differs }: ActionTwin) -> impl IntoView {
    let said = RwSignal::new(String::new());
    Effect::new(move |_| {
        let same = decide_again(&facts, &viewer);
        said.set(if same { agrees.clone() } else { differs.clone() });
    });
    view! { <p class="twin" role="status">{said}</p> }
}

/// Called by the page's loader.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen(js_name = ActionTwin)]
pub fn wake(element: &web_sys::HtmlElement) {
    super::island::wake(element, twin);
}

/// Puts each action of the page as the rules have it; whether all stood so.
#[cfg(feature = "hydrate")]
fn decide_again(facts: &DeviceFacts, viewer: &Actor) -> bool {
    use leptos::wasm_bindgen::JsCast;

    let Ok(rows) = document().query_selector_all("[data-action]") else { return false };
    let mut same = rows.length() > 0;
    for index in 0..rows.length() {
        let Some(row) = rows.get(index).and_then(|node| node.dyn_into::<web_sys::Element>().ok()) else { continue };
        let name = row.get_attribute("data-action").unwrap_or_default();
        let Some(permitted) = super::policy::permits(&name, facts, viewer) else { continue };
        let shown = row.get_attribute("data-may").as_deref() == Some("yes");
        same &= permitted == shown;
        let decided = if permitted { "yes" } else { "no" };
        // What cannot be written stays as the server said.
        drop(row.set_attribute("data-decided", decided));
    }
    same
}

#[cfg(not(feature = "hydrate"))]
fn decide_again(_facts: &DeviceFacts, _viewer: &Actor) -> bool {
    true
}
