//! Property: whatever a browser brings back and a provider answers, nobody is signed in but by a query that is the answer to
//! this login, with a token whose claims are this provider's words to Baton about it; who is signed in has a name that can
//! be stored and shown; and every refusal is one line for the log.
//!
//! The first byte says what the rest is: the query, one of the provider's answers, the claims or the header of a token that
//! is signed all the same, or what is changed in a token that was right. Everything else is as it should be then.

#![no_main]

mod login;
mod parts;
mod query;
mod token;
#[path = "../words.rs"]
mod words;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else { return };
    let entra = kind & 0x40 != 0;
    login::with(entra, |login| match kind & 0x0f {
        0 | 1 => query::check(login, rest),
        2 | 3 => token::check_claims(login, rest),
        4 => token::check_header(login, rest),
        5 => token::check_changes(login, rest),
        6 => parts::check_metadata(login, rest),
        7 => parts::check_keys(login, rest),
        8 => parts::check_tokens(login, rest),
        9 => parts::check_user_info(login, rest),
        _ => query::check(login, rest),
    });
});
