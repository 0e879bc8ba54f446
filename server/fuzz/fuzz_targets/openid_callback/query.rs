//! The query that the browser brings back.

use baton_identity::openid::{CallbackError, CallbackQuery, MAX_CALLBACK_BYTES, OpenIdError};
use url::form_urlencoded;

use crate::login::{Login, Parts, STATE};

/// Somebody is signed in exactly if the query, read by the rules and not by Baton, is the answer to this login.
pub fn check(login: &Login, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let all = |name: &str| -> Vec<String> {
        let pairs = form_urlencoded::parse(text.as_bytes());
        pairs.filter(|(known, _)| known == name).map(|(_, value)| value.into_owned()).collect()
    };
    let known = ["state", "code", "iss", "error", "error_description"].map(all);
    let repeated = known.iter().any(|values| values.len() > 1);
    let parsed = CallbackQuery::parse(&text);
    if text.len() > MAX_CALLBACK_BYTES {
        assert_eq!(parsed.unwrap_err(), CallbackError::TooLong);
        return;
    }
    assert_eq!(matches!(parsed, Err(CallbackError::Repeated(_))), repeated, "{text:?}");
    let [state, code, issuer, error, _] = &known;
    let answers = !repeated
        && state.first().is_some_and(|state| state == STATE)
        && issuer.first().is_none_or(|issuer| *issuer == login.settings.issuer)
        && error.is_empty()
        && code.first().is_some_and(|code| !code.is_empty());
    let finished = login.finish(&Parts { query: Some(&text), ..Parts::default() });
    assert_eq!(finished.is_ok(), answers, "{text:?}: {finished:?}");
    if let Err(OpenIdError::Callback(error)) = finished {
        assert!(!error.code().is_empty());
    }
}
