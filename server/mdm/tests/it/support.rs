//! What several tests need.

use std::path::PathBuf;

use plist::{Dictionary, Value};
use time::OffsetDateTime;
use time::macros::datetime;

/// The moment the tests happen at.
pub const NOW: OffsetDateTime = datetime!(2026-03-01 09:30 UTC);

/// Compares with the checked-in file `golden/<name>`. `UPDATE_GOLDEN=1` writes it instead.
pub fn assert_golden(name: &str, actual: &[u8]) {
    let path = folder("golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, actual).unwrap();
    }
    let expected = std::fs::read(&path).unwrap_or_default();
    assert!(
        expected == actual,
        "{name} differs from the checked-in file; UPDATE_GOLDEN=1 rewrites it:\n{}",
        String::from_utf8_lossy(actual)
    );
}

/// Reads `fixtures/<name>`.
pub fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(folder("fixtures").join(name)).unwrap()
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it").join(name)
}

/// An XML property list around this dictionary content.
pub fn xml(content: &str) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
         \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\"><dict>{content}</dict></plist>"
    )
    .into_bytes()
}

/// The same property list in binary.
pub fn binary(xml: &[u8]) -> Vec<u8> {
    let value = Value::from_reader_xml(xml).unwrap();
    let mut bytes = Vec::new();
    value.to_writer_binary(&mut bytes).unwrap();
    bytes
}

/// The dictionary a property list holds.
pub fn dictionary(bytes: &[u8]) -> Dictionary {
    Value::from_reader_xml(bytes).unwrap().into_dictionary().unwrap()
}

/// The payload of a profile with this PayloadType.
pub fn payload(profile: &[u8], payload_type: &str) -> Dictionary {
    dictionary(profile)
        .get("PayloadContent")
        .and_then(Value::as_array)
        .unwrap()
        .iter()
        .filter_map(Value::as_dictionary)
        .find(|payload| text(payload, "PayloadType") == Some(payload_type))
        .unwrap()
        .clone()
}

pub fn text<'a>(dictionary: &'a Dictionary, key: &str) -> Option<&'a str> {
    dictionary.get(key).and_then(Value::as_string)
}
