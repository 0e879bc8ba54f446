//! Property: any file is a plan or a list of what is wrong with which line; a plan obeys the rules of user names; what is
//! planned is what is imported, all of it; what is refused changes nothing; and no cell that Baton writes is a formula.
//!
//! The people imported stay for some hundred inputs, so that names are taken. A finding that needs those before it does
//! not happen again alone; its message has what was there.

#![no_main]

mod import;
mod office;
mod web;
#[path = "../words.rs"]
mod words;
mod written;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    import::check(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        written::check(text);
    }
});
