//! Rules that hold for every page.

#[path = "../../examples/gallery/samples/mod.rs"]
mod samples;

mod pages;
mod weight;
