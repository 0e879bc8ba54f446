//! Distinguished names (RFC 4514): reading them, comparing them, and writing values into them.

use thiserror::Error;

use super::filter::is_attribute;

/// The longest name, in bytes.
const MAX_BYTES: usize = 2048;

/// A text is no distinguished name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this is no distinguished name")]
pub struct DnError;

/// A distinguished name in a form that can be compared: two spellings of one name are equal.
///
/// Case is folded, because names in directories ignore it (the few attributes that do not are never the only difference
/// between two people or groups).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Dn(Vec<Vec<(String, Vec<u8>)>>);

impl Dn {
    /// Reads a name.
    ///
    /// # Errors
    /// [`DnError`].
    pub fn parse(text: &str) -> Result<Self, DnError> {
        if text.len() > MAX_BYTES {
            return Err(DnError);
        }
        if text.trim().is_empty() {
            return Ok(Self(Vec::new()));
        }
        let mut parts = vec![Vec::new()];
        for (pair, ends) in split(text)? {
            let mut pair = read_pair(&pair)?;
            pair.1 = fold(pair.1);
            let part = parts.last_mut().ok_or(DnError)?;
            part.push(pair);
            if ends {
                // In a part of several values their order says nothing.
                part.sort();
                parts.push(Vec::new());
            }
        }
        parts.last_mut().ok_or(DnError)?.sort();
        Ok(Self(parts))
    }

    /// Whether this is the root of everything: the empty name.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this name is `base` or below it.
    #[must_use]
    pub fn is_within(&self, base: &Self) -> bool {
        self.0.ends_with(&base.0)
    }
}

/// Escapes a value for a distinguished name (RFC 4514, 2.4).
#[must_use]
pub fn escape_dn_value(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    let end = value.len() - usize::from(value.ends_with(' '));
    for (at, character) in value.char_indices() {
        match character {
            '\0' => escaped.push_str("\\00"),
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' | '=' => escaped.extend(['\\', character]),
            '#' if at == 0 => escaped.push_str("\\#"),
            ' ' if at == 0 || at == end => escaped.push_str("\\ "),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// The pairs of name and value, each with whether it ends its part.
fn split(text: &str) -> Result<Vec<(String, bool)>, DnError> {
    let mut pairs = Vec::new();
    let mut pair = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => pair.extend([character, characters.next().ok_or(DnError)?]),
            ',' | ';' => pairs.push((std::mem::take(&mut pair), true)),
            '+' => pairs.push((std::mem::take(&mut pair), false)),
            '\0' | '"' | '<' | '>' => return Err(DnError),
            _ => pair.push(character),
        }
    }
    pairs.push((pair, false));
    Ok(pairs)
}

fn read_pair(pair: &str) -> Result<(String, Vec<u8>), DnError> {
    let (name, value) = pair.split_once('=').ok_or(DnError)?;
    let name = name.trim().to_ascii_lowercase();
    if !is_attribute(&name) {
        return Err(DnError);
    }
    let value = value.trim_start_matches(' ');
    if let Some(digits) = value.strip_prefix('#') {
        return Ok((name, hexadecimal(digits.trim_end())?));
    }
    let mut bytes = Vec::with_capacity(value.len());
    // Spaces at the end belong to the value only where they are escaped.
    let mut kept = 0;
    let mut rest = value.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            push(&mut bytes, character);
            if character != ' ' {
                kept = bytes.len();
            }
            continue;
        }
        let digits: String = rest.as_str().chars().take(2).collect();
        match hexadecimal(&digits) {
            Ok(byte) if digits.len() == 2 => {
                bytes.extend(byte);
                rest.nth(1);
            }
            _ => push(&mut bytes, rest.next().ok_or(DnError)?),
        }
        kept = bytes.len();
    }
    bytes.truncate(kept);
    Ok((name, bytes))
}

fn push(bytes: &mut Vec<u8>, character: char) {
    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

fn hexadecimal(digits: &str) -> Result<Vec<u8>, DnError> {
    if digits.is_empty() || !digits.len().is_multiple_of(2) || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(DnError);
    }
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| DnError)).collect()
}

fn fold(value: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(value) {
        Ok(text) => text.to_lowercase().into_bytes(),
        Err(error) => error.into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_escaped_value_stays_one_value(value in any::<String>()) {
            let name = Dn::parse(&format!("cn={},dc=test", escape_dn_value(&value))).unwrap();
            let expected = vec![
                vec![("cn".to_owned(), value.to_lowercase().into_bytes())],
                vec![("dc".to_owned(), b"test".to_vec())],
            ];
            prop_assert_eq!(name, Dn(expected));
        }

        #[test]
        fn any_text_is_a_name_or_an_error(text in any::<String>()) {
            drop(Dn::parse(&text));
        }
    }

    #[test]
    fn spellings_of_one_name_are_equal() {
        let name = Dn::parse("cn=Jürgen\\, Dr.,ou=People,dc=example,dc=test").unwrap();
        for spelling in [
            "CN=jürgen\\, dr. , OU = people,dc=Example,dc=test",
            "cn=J\\c3\\bcrgen\\2c Dr.;ou=People;dc=example;dc=test",
        ] {
            assert_eq!(Dn::parse(spelling).unwrap(), name, "{spelling}");
        }
        assert_eq!(Dn::parse("cn=a+uid=b").unwrap(), Dn::parse("uid=b+cn=a").unwrap());
    }

    #[test]
    fn what_is_below_a_base_is_told_by_whole_parts() {
        let base = Dn::parse("dc=example,dc=test").unwrap();
        assert!(Dn::parse("ou=people,dc=example,dc=test").unwrap().is_within(&base));
        assert!(base.is_within(&base));
        assert!(!Dn::parse("dc=notexample,dc=test").unwrap().is_within(&base));
        assert!(!Dn::parse("dc=test").unwrap().is_within(&base));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["people", "=x", "ou=people,", "ou=people,dc", "ou=a\\", "cn=\"a\"", "cn=a\0", "cn=#4"] {
            assert_eq!(Dn::parse(text), Err(DnError), "{text}");
        }
        assert!(Dn::parse(&format!("cn={}", "x".repeat(3000))).is_err());
    }
}
