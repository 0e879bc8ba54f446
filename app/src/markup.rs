//! What pages are put together from: parts that are rendered already.
//!
//! Pages are never hydrated, so their parts need none of what Leptos's `AnyView` keeps for the browser (building,
//! rebuilding, resolving, streaming): the compiler would make all of it for every part, which was more than half of this
//! crate's build time. Views of islands stay `AnyView`.

use leptos::{
    prelude::*,
    tachys::{html::InertElement, view::Position},
};

/// A rendered part of a page.
pub type Markup = InertElement;

/// A view as a rendered part of a page.
pub trait IntoMarkup {
    /// Renders the view now.
    fn into_markup(self) -> Markup;
}

impl<V: IntoRender> IntoMarkup for V
where
    V::Output: RenderHtml,
{
    fn into_markup(self) -> Markup {
        let mut html = String::new();
        self.into_render().to_html_with_buf(&mut html, &mut Position::FirstChild, true, false, Vec::new());
        Markup::new(html)
    }
}
