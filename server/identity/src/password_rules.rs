//! What a new password must be (B1): long enough, not absurdly long, and not what everybody tries first.

use thiserror::Error;

/// The fewest characters of a new password.
pub const MIN_CHARACTERS: usize = 8;
/// The most characters of a new password.
pub const MAX_CHARACTERS: usize = 128;

/// Why a new password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PasswordRuleError {
    /// Fewer than [`MIN_CHARACTERS`].
    #[error("the password has fewer than {MIN_CHARACTERS} characters")]
    TooShort,
    /// More than [`MAX_CHARACTERS`].
    #[error("the password has more than {MAX_CHARACTERS} characters")]
    TooLong,
    /// One of the passwords that are tried first, or the user's own name.
    #[error("the password is one of the first that are guessed")]
    Guessable,
}

/// Passwords of eight characters and more that lead the public lists of leaked ones.
const COMMON: &[&str] = &[
    "00000000",
    "11111111",
    "12341234",
    "12345678",
    "123456789",
    "1234567890",
    "1q2w3e4r",
    "1qaz2wsx",
    "87654321",
    "88888888",
    "aa123456",
    "abc12345",
    "abcd1234",
    "administrator",
    "asdfasdf",
    "asdfghjkl",
    "baseball",
    "changeme",
    "computer",
    "football",
    "iloveyou",
    "internet",
    "jennifer",
    "letmein1",
    "liverpool",
    "michelle",
    "p@ssw0rd",
    "passw0rd",
    "password",
    "password!",
    "password1",
    "password12",
    "password123",
    "princess",
    "q1w2e3r4",
    "qwer1234",
    "qwerty12",
    "qwerty123",
    "qwertyui",
    "qwertyuiop",
    "starwars",
    "sunshine",
    "superman",
    "trustno1",
    "welcome1",
    "welcome123",
    "whatever",
    "willkommen",
    "passwort",
    "passwort1",
    "hallo123",
];

/// Checks a new password for the user with this name.
///
/// # Errors
/// The first rule that the password breaks.
pub fn check_new_password(password: &str, user_name: &str) -> Result<(), PasswordRuleError> {
    let characters = password.chars().count();
    if characters < MIN_CHARACTERS {
        return Err(PasswordRuleError::TooShort);
    }
    if characters > MAX_CHARACTERS {
        return Err(PasswordRuleError::TooLong);
    }
    let folded = password.to_lowercase();
    let is_one_character = folded.chars().all(|character| folded.starts_with(character));
    if is_one_character || folded == user_name.to_lowercase() || COMMON.contains(&folded.as_str()) {
        return Err(PasswordRuleError::Guessable);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_password_is_refused() {
        assert_eq!(check_new_password("seven77", "ada"), Err(PasswordRuleError::TooShort));
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(check_new_password("äöüäöüäß", "ada"), Ok(()));
    }

    #[test]
    fn an_absurdly_long_password_is_refused() {
        assert_eq!(check_new_password(&"correct horse ".repeat(20), "ada"), Err(PasswordRuleError::TooLong));
    }

    #[test]
    fn what_everybody_tries_first_is_refused_in_any_case() {
        assert_eq!(check_new_password("PassWord123", "ada"), Err(PasswordRuleError::Guessable));
    }

    #[test]
    fn the_users_own_name_is_refused() {
        assert_eq!(check_new_password("Ada.Lovelace", "ada.lovelace"), Err(PasswordRuleError::Guessable));
    }

    #[test]
    fn no_composition_is_demanded() {
        assert_eq!(check_new_password("two quiet herons", "ada"), Ok(()));
    }
}
