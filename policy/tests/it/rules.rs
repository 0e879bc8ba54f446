//! The rules language (spec C1, C2, C3).

mod errors;
mod logic;
mod samples;
mod text;
mod values;
