//! Small helpers around property lists.

use plist::{Dictionary, Value};

/// Reads a property list, XML or binary, whose root is a dictionary.
pub(crate) fn dictionary(bytes: &[u8]) -> Option<Dictionary> {
    Value::from_reader(std::io::Cursor::new(bytes)).ok()?.into_dictionary()
}

/// Writes a dictionary as XML, the form in which devices speak to their server.
pub(crate) fn to_xml(dictionary: Dictionary) -> Vec<u8> {
    let mut xml = Vec::new();
    Value::Dictionary(dictionary)
        .to_writer_xml(&mut xml)
        .expect("invariant: a dictionary of plain values can be written to memory");
    xml
}

/// The string under `key`, when there is one and it is not empty.
pub(crate) fn string<'a>(dictionary: &'a Dictionary, key: &str) -> Option<&'a str> {
    dictionary.get(key).and_then(Value::as_string).filter(|text| !text.is_empty())
}

/// The whole number under `key`.
pub(crate) fn integer(dictionary: &Dictionary, key: &str) -> Option<u64> {
    dictionary.get(key).and_then(Value::as_unsigned_integer)
}

/// The truth value under `key`; false when absent, which is Apple's default nearly everywhere.
pub(crate) fn flag(dictionary: &Dictionary, key: &str) -> bool {
    dictionary.get(key).and_then(Value::as_boolean).unwrap_or(false)
}

/// The strings of the array under `key`; `None` when the key is absent.
pub(crate) fn strings(dictionary: &Dictionary, key: &str) -> Option<Vec<String>> {
    let array = dictionary.get(key)?.as_array()?;
    Some(array.iter().filter_map(|value| value.as_string().map(str::to_owned)).collect())
}

/// A dictionary from pairs, for answers and messages.
pub(crate) fn from_pairs<const N: usize>(pairs: [(&str, Value); N]) -> Dictionary {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}
