//! The pages, one file each: a view struct and the function that renders it.

pub mod clip;
pub mod portal;
