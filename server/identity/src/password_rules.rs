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

/// Words that lead the public lists of leaked passwords, or that people at work think of first. Digits and signs around
/// them, and letters written as digits, make them no better.
const COMMON_WORDS: &[&str] = &[
    "abc",
    "abcd",
    "access",
    "admin",
    "administrator",
    "angel",
    "anthony",
    "apple",
    "arbeit",
    "arsenal",
    "asdf",
    "ashley",
    "august",
    "autumn",
    "bailey",
    "barcelona",
    "baseball",
    "basketball",
    "batman",
    "baton",
    "bayern",
    "berlin",
    "blink",
    "borussia",
    "butterfly",
    "buster",
    "cameron",
    "changeme",
    "charlie",
    "cheese",
    "chelsea",
    "chicken",
    "chocolate",
    "christian",
    "computer",
    "cookie",
    "daniel",
    "december",
    "default",
    "dezember",
    "diamond",
    "dragon",
    "eintracht",
    "februar",
    "february",
    "ferrari",
    "flower",
    "football",
    "formula",
    "frankfurt",
    "freedom",
    "freitag",
    "friday",
    "fruhling",
    "frühling",
    "fussball",
    "george",
    "geheim",
    "ginger",
    "guest",
    "hallo",
    "hallowelt",
    "hamburg",
    "hannah",
    "harley",
    "heaven",
    "hello",
    "helloworld",
    "herbst",
    "hockey",
    "hospital",
    "hunter",
    "iloveyou",
    "internet",
    "iphone",
    "jackson",
    "january",
    "januar",
    "jasmine",
    "jennifer",
    "jessica",
    "jordan",
    "joshua",
    "juli",
    "july",
    "juni",
    "june",
    "justin",
    "killer",
    "klinik",
    "krankenhaus",
    "letmein",
    "liverpool",
    "login",
    "london",
    "love",
    "lovely",
    "loveyou",
    "maggie",
    "march",
    "master",
    "matrix",
    "matthew",
    "mercedes",
    "merlin",
    "michael",
    "michelle",
    "minecraft",
    "monday",
    "monkey",
    "montag",
    "monster",
    "mustang",
    "naruto",
    "nicole",
    "november",
    "october",
    "oktober",
    "onedirection",
    "ostern",
    "pass",
    "passwd",
    "password",
    "passwort",
    "patrick",
    "peanut",
    "pepper",
    "phoenix",
    "pikachu",
    "pokemon",
    "princess",
    "purple",
    "qwert",
    "qwerty",
    "qwertz",
    "ranger",
    "robert",
    "root",
    "samantha",
    "samsung",
    "schalke",
    "schalkenullvier",
    "schatz",
    "secret",
    "september",
    "service",
    "shadow",
    "silver",
    "soccer",
    "sommer",
    "sonne",
    "sonnenschein",
    "sophie",
    "spiderman",
    "spring",
    "start",
    "starwars",
    "station",
    "summer",
    "sunday",
    "sunshine",
    "superman",
    "superuser",
    "support",
    "sweet",
    "sysadmin",
    "taylor",
    "temp",
    "temporary",
    "test",
    "testing",
    "thomas",
    "thunder",
    "tigger",
    "trustno",
    "trustnoone",
    "user",
    "vanessa",
    "victoria",
    "volkswagen",
    "ward",
    "weihnachten",
    "welcome",
    "whatever",
    "william",
    "willkommen",
    "winter",
    "wizard",
    "yankees",
    "yellow",
    "zaq",
    "zaqwsx",
];

/// Rows of keys and of the alphabet that fingers and thoughts run along.
const ROWS: &[&str] = &[
    "1234567890",
    "0987654321",
    "qwertyuiop",
    "qwertzuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
    "1qaz2wsx3edc4rfv5tgb",
    "1q2w3e4r5t6z7u8i9o0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5z6u7i8o9p0",
    "q1w2e3r4t5y6u7i8o9p0",
    "zaq12wsxcde3",
    "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcba",
];
/// A piece of a row is one from so many characters on.
const SHORTEST_RUN: usize = 3;
/// What is written around a common word may be so long before it makes a password of its own.
const LONGEST_DECORATION: usize = 5;

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
    let own = user_name.to_lowercase();
    if is_repeated(&folded) || is_runs(&folded) || is_decorated(&folded, &own) {
        return Err(PasswordRuleError::Guessable);
    }
    Ok(())
}

/// One short piece again and again.
fn is_repeated(password: &str) -> bool {
    let characters: Vec<char> = password.chars().collect();
    let most = characters.len() / 2;
    (1..=most.min(4)).any(|length| characters.chunks(length).all(|piece| characters.starts_with(piece)))
}

/// Nothing but pieces of rows and repeated characters, one after the other.
fn is_runs(password: &str) -> bool {
    let mut rest = password;
    while let Some(first) = rest.chars().next() {
        let repeated = rest.len() - rest.trim_start_matches(first).len();
        let run = (SHORTEST_RUN..=rest.len())
            .rev()
            .filter(|end| rest.is_char_boundary(*end))
            .find(|end| ROWS.iter().any(|row| row.contains(&rest[..*end])));
        match run {
            Some(end) => rest = &rest[end..],
            None if repeated > first.len_utf8() => rest = &rest[repeated..],
            None => return false,
        }
    }
    true
}

/// A common word, or the user's own name, with a little around it.
fn is_decorated(password: &str, own: &str) -> bool {
    let own_word = own.trim_matches(|character: char| !character.is_alphabetic());
    let is_common = |word: &str| {
        COMMON_WORDS.contains(&word) || (!own.is_empty() && word == own) || (!own_word.is_empty() && word == own_word)
    };
    if !own.is_empty() && password.contains(own) {
        let around = password.chars().count() - own.chars().count();
        if around <= LONGEST_DECORATION {
            return true;
        }
    }
    [password.to_owned(), plain(password, 'i'), plain(password, 'l')].iter().any(|spelling| {
        let word = spelling.trim_matches(|character: char| !character.is_alphabetic());
        let around = spelling.chars().count() - word.chars().count();
        let twice = word.split_at_checked(word.len() / 2).filter(|(one, two)| one == two).map_or(word, |(one, _)| one);
        around <= LONGEST_DECORATION && (is_common(word) || is_common(twice) || (!own.is_empty() && spelling == own))
    })
}

/// The word that is meant where letters are written as digits and signs; a one is an i or an l. What stands at the end is
/// decoration, and stays.
fn plain(password: &str, one: char) -> String {
    let last = password.trim_end_matches(|character: char| !character.is_alphabetic()).len();
    let (word, end) = password.split_at(last);
    let letter = |character| match character {
        '0' => 'o',
        '1' | '!' => one,
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    word.chars().map(letter).chain(end.chars()).collect()
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
    fn the_users_own_name_is_refused_with_a_little_around_it() {
        for password in ["nurse07!", "Nurse07-2026", "nurse2026"] {
            assert_eq!(check_new_password(password, "nurse07"), Err(PasswordRuleError::Guessable), "{password}");
        }
        for password in ["Ada.Lovelace", "ada.lovelace1", "Ada.Lovelace2026!"] {
            assert_eq!(check_new_password(password, "ada.lovelace"), Err(PasswordRuleError::Guessable), "{password}");
        }
    }

    #[test]
    fn common_words_stay_common_in_disguise() {
        for password in [
            "password",
            "P@ssw0rd!",
            "Passwort123",
            "welcome1",
            "Willkommen1!",
            "Sommer2026",
            "winter2025!",
            "!!letmein!!",
            "trustno1",
            "5un5h1ne",
            "admin123",
            "Administrator",
            "MonkeyMonkey",
            "iloveyou1234",
            "Klinik2026",
            "b4t0n2026",
        ] {
            assert_eq!(check_new_password(password, "ada"), Err(PasswordRuleError::Guessable), "{password}");
        }
    }

    #[test]
    fn what_fingers_run_along_is_refused() {
        for password in [
            "12345678",
            "87654321",
            "qwertzuiop",
            "qwerty123",
            "1q2w3e4r",
            "1qaz2wsx",
            "asdfghjkl",
            "abcd1234",
            "aaaaaaaa",
            "abcabcabc",
            "12121212",
            "zaq12wsx",
            "aa123456",
        ] {
            assert_eq!(check_new_password(password, "ada"), Err(PasswordRuleError::Guessable), "{password}");
        }
    }

    #[test]
    fn words_in_a_row_are_fine_even_common_ones() {
        for password in
            ["monkey summer phoenix", "kl1nik-und-s0mmer", "herons2026wade", "xqfzbwmk", "äöüäöüäß", "passwordless-joy"]
        {
            assert_eq!(check_new_password(password, "ada"), Ok(()), "{password}");
        }
    }

    #[test]
    fn no_composition_is_demanded() {
        assert_eq!(check_new_password("two quiet herons", "ada"), Ok(()));
    }
}
