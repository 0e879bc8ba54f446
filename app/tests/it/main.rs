//! Rules that hold for every page.

#[path = "../../examples/gallery/samples/mod.rs"]
mod samples;

#[cfg(feature = "ssr")]
mod console;
#[cfg(feature = "ssr")]
mod live;
mod pages;
#[cfg(feature = "ssr")]
mod safety;
mod weight;
