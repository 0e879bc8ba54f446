//! Property: whatever a directory sends, the question ends, in an answer or in an error of one line, with memory in
//! proportion to what was sent. Nobody signs in without the server's yes to their own bind after exactly one entry; nobody
//! is left out of a list of people that counts as whole; and who is found can be stored and shown.
//!
//! The first two bytes say what is asked and how it arrives. The rest is what the directory says: its bytes as they are,
//! or orders for messages that are well formed at least outside (`script.rs`), which reach further.

#![no_main]

mod memory;
mod question;
mod script;
#[path = "../words.rs"]
mod words;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let [how, what, rest @ ..] = bytes else { return };
    let said = if how & 1 == 0 { script::Said::raw(rest) } else { script::Said::composed(rest) };
    // One byte at a time, or many.
    let piece = if how & 2 == 0 { usize::MAX } else { 1 + usize::from(how >> 2) };
    memory::within(&said.bytes, || question::ask(*what, &said, piece));
});
