//! The pages, one file each: a view struct and the function that renders it.

pub mod action;
pub mod admin;
pub mod away;
pub mod clip;
pub mod enroll;
pub mod portal;
