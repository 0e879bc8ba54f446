//! What the provider answers when Baton asks.

use crate::login::{Login, Parts};

/// Any metadata: the login goes on with those of the configured issuer alone.
pub fn check_metadata(login: &Login, bytes: &[u8]) {
    let finished = login.finish(&Parts { metadata: Some(bytes), ..Parts::default() });
    if finished.is_ok() {
        // In a member that Baton does not know, text may be none.
        let Ok(metadata) = serde_json::from_slice::<serde_json::Value>(bytes) else { return };
        assert_eq!(metadata["issuer"], *login.settings.issuer);
        for name in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
            let address = url::Url::parse(metadata[name].as_str().expect("an address")).expect("an address");
            assert_eq!(address.scheme(), "https", "{name}");
        }
    }
}

/// Any keys: nobody is signed in by a token that none of them made, and the right one is not among made-up ones.
pub fn check_keys(login: &Login, bytes: &[u8]) {
    let finished = login.finish(&Parts { keys: Some(bytes), ..Parts::default() });
    assert!(finished.is_err(), "a key that the input cannot know: {finished:?}");
}

/// Any answer of the token endpoint: without the provider's signature nobody is signed in.
pub fn check_tokens(login: &Login, bytes: &[u8]) {
    let finished = login.finish(&Parts { tokens: Some(bytes), ..Parts::default() });
    assert!(finished.is_err(), "a token that the input cannot know: {finished:?}");
}

/// Anything said about the person: it may fail the login or describe the person, and never says who it is.
pub fn check_user_info(login: &Login, bytes: &[u8]) {
    let Ok(right) = login.finish(&Parts::default()) else { panic!("the login that is right fails") };
    if let Ok(identity) = login.finish(&Parts { user_info: Some(bytes), ..Parts::default() }) {
        assert_eq!(identity.key, right.key);
    }
}
