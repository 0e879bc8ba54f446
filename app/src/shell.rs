//! What stands around a page's content.

pub mod light;
pub mod portal;
