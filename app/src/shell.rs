//! What stands around a page's content.

pub mod console;
pub mod light;
pub mod portal;
