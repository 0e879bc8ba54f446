//! Baton's pages: the web clip, the portal and the console.
//!
//! Every page is a function from a plain view struct to a whole HTML document. The functions know no
//! service, no database and no clock; the handlers beside them fill the views. Three features build three things:
//! `pages` the pages alone, `ssr` pages with their handlers for the server, `hydrate` the islands for the browser.

pub mod fill;
pub mod icons;
pub mod islands;
pub mod what_if;

#[cfg(feature = "pages")]
pub mod document;
#[cfg(feature = "pages")]
pub mod locale;
#[cfg(feature = "pages")]
pub mod markup;
#[cfg(feature = "pages")]
pub mod pages;
#[cfg(feature = "pages")]
pub mod shell;
#[cfg(feature = "pages")]
pub mod ui;
#[cfg(feature = "ssr")]
pub mod web;

/// Starts the islands; called by the console's loader script once the WebAssembly module is there.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
