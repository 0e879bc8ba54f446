//! What makes a view an island. Leptos's own `#[island]` reads what travels with the page with serde_json, which the
//! browser would have to carry; here the policy's small reader does it, which is there anyway.

use leptos::prelude::*;
use leptos::tachys::{html::islands::Island, reactive_graph::OwnedView};
use serde::Serialize;

/// The island on the page. The browser's function of this name, beside each island, gives it life.
pub(super) fn island<P: Serialize + 'static, V: IntoView + 'static>(
    name: &'static str,
    props: P,
    view: fn(P) -> V,
) -> Island<OwnedView<V>> {
    let json = baton_policy::json::to_string(&props).expect("what islands take has no fractions, and texts for keys");
    Island::new(name, living(props, view)).with_props(json)
}

/// Gives life to an element that [`island`] wrote. One that cannot be read stays as the server sent it.
#[cfg(feature = "hydrate")]
pub(super) fn wake<P: serde::de::DeserializeOwned + 'static, V: IntoView + 'static>(
    element: &web_sys::HtmlElement,
    view: fn(P) -> V,
) {
    use leptos::tachys::view::Position;

    let props = element.get_attribute("data-props").unwrap_or_default();
    let Ok(props) = baton_policy::json::from_str(&props) else { return };
    // It lives as long as its page.
    std::mem::forget(living(props, view).hydrate_from_position::<true>(element, Position::FirstChild));
}

fn living<P: 'static, V: IntoView + 'static>(props: P, view: fn(P) -> V) -> OwnedView<V> {
    Owner::new().with(|| Owner::with_hydration(move || OwnedView::new(untrack(move || view(props)))))
}
