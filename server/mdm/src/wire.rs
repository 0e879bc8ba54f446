//! Property lists from devices, read under limits.
//!
//! Devices are strangers until their signature is verified, and even then they may be broken. The
//! reader therefore bounds what a message may cost: its size, how deep it nests, how many values it
//! holds and how much text those values expand to. The last two matter for binary property lists,
//! where one object may be referenced many times.

use std::io::Cursor;

use plist::stream::{Event, Reader};
use plist::{Dictionary, Value};

use crate::message::MessageError;

/// The largest check-in message, in bytes. Real ones are below 10 kB, most of it the unlock token.
pub const MAX_CHECK_IN_BYTES: usize = 128 * 1024;

/// The largest answer to a command, in bytes. The app and profile lists of a full device stay well
/// below it.
pub const MAX_ANSWER_BYTES: usize = 2 * 1024 * 1024;

/// How deep arrays and dictionaries may nest. Apple's deepest answer nests about eight levels.
pub const MAX_DEPTH: usize = 32;

/// How many values, keys included, one message may hold.
pub const MAX_VALUES: u64 = 100_000;

/// How many bytes a single text may have before it is refused.
pub const MAX_TEXT_BYTES: usize = 4096;

/// Reads the dictionary that every message is.
///
/// Accepts XML and binary property lists, as devices may send either.
pub(crate) fn read_dictionary(body: &[u8], max_bytes: usize) -> Result<Dictionary, MessageError> {
    if body.len() > max_bytes {
        return Err(MessageError::TooLarge { limit: max_bytes, actual: body.len() });
    }
    if !looks_like_plist(body) {
        return Err(MessageError::NotAPropertyList);
    }
    // Content may not expand beyond what an honest message of this size can hold.
    read_root(body, body.len().saturating_mul(2))
}

/// Reads the dictionary of a file that somebody uploaded. Its texts and data may have `max_content` bytes in all: honest
/// binary files repeat short texts, so their own size bounds nothing.
pub(crate) fn read_file(body: &[u8], max_content: usize) -> Result<Dictionary, MessageError> {
    if !looks_like_plist(body) {
        return Err(MessageError::NotAPropertyList);
    }
    read_root(body, max_content)
}

fn read_root(body: &[u8], max_content: usize) -> Result<Dictionary, MessageError> {
    match read_value(body, max_content)? {
        Value::Dictionary(dictionary) => Ok(dictionary),
        _ => Err(MessageError::NotADictionary),
    }
}

/// Where a property list breaks; the reader's own words for why are names from its source code.
fn malformed(error: &plist::Error) -> MessageError {
    let text = error.to_string();
    let place = text.rsplit_once(" (offset ").and_then(|(_, rest)| rest.strip_suffix(')'));
    MessageError::Malformed(match place {
        _ if error.is_eof() => "unexpected end".to_owned(),
        Some(offset) => format!("it breaks at byte {offset}"),
        None => "it breaks".to_owned(),
    })
}

/// Keeps the reader away from the old OpenStep text format, which no device sends.
fn looks_like_plist(body: &[u8]) -> bool {
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    body.starts_with(b"bplist00") || text.trim_ascii_start().starts_with(b"<")
}

enum Open {
    Array(Vec<Value>),
    Dictionary(Dictionary, Option<String>),
}

fn read_value(body: &[u8], max_content: usize) -> Result<Value, MessageError> {
    let mut budget = Budget { values: MAX_VALUES, content_bytes: max_content };
    let mut stack: Vec<Open> = Vec::new();
    let mut root = None;
    for event in Reader::new(Cursor::new(body)) {
        let event = event.map_err(|error| malformed(&error))?;
        budget.charge(&event)?;
        let value = match event {
            Event::StartArray(_) => {
                push(&mut stack, Open::Array(Vec::new()))?;
                continue;
            }
            Event::StartDictionary(_) => {
                push(&mut stack, Open::Dictionary(Dictionary::new(), None))?;
                continue;
            }
            Event::EndCollection => match stack.pop() {
                Some(Open::Array(items)) => Value::Array(items),
                Some(Open::Dictionary(dictionary, None)) => Value::Dictionary(dictionary),
                Some(Open::Dictionary(_, Some(_))) => {
                    return Err(MessageError::Malformed("a key has no value".to_owned()));
                }
                None => return Err(MessageError::Malformed("unexpected end tag".to_owned())),
            },
            Event::Boolean(value) => Value::Boolean(value),
            Event::Data(value) => Value::Data(value.into_owned()),
            Event::Date(value) => Value::Date(value),
            Event::Integer(value) => Value::Integer(value),
            Event::Real(value) => Value::Real(value),
            Event::String(value) => Value::String(value.into_owned()),
            Event::Uid(value) => Value::Uid(value),
            _ => return Err(MessageError::Malformed("unknown kind of value".to_owned())),
        };
        if root.is_some() {
            return Err(MessageError::Malformed("more than one root".to_owned()));
        }
        match stack.last_mut() {
            None => root = Some(value),
            Some(Open::Array(items)) => items.push(value),
            Some(Open::Dictionary(dictionary, pending)) => match (pending.take(), value) {
                (None, Value::String(key)) => *pending = Some(key),
                (None, _) => return Err(MessageError::Malformed("a value has no key".to_owned())),
                (Some(key), value) => {
                    if dictionary.contains_key(&key) {
                        return Err(MessageError::DuplicateKey { key: shorten(&key) });
                    }
                    dictionary.insert(key, value);
                }
            },
        }
    }
    match root {
        Some(value) if stack.is_empty() => Ok(value),
        _ => Err(MessageError::Malformed("unexpected end".to_owned())),
    }
}

fn push(stack: &mut Vec<Open>, open: Open) -> Result<(), MessageError> {
    if stack.len() >= MAX_DEPTH {
        return Err(MessageError::TooDeep { limit: MAX_DEPTH });
    }
    stack.push(open);
    Ok(())
}

struct Budget {
    values: u64,
    content_bytes: usize,
}

impl Budget {
    fn charge(&mut self, event: &Event<'_>) -> Result<(), MessageError> {
        let (values, bytes) = match event {
            // A binary list announces its length; charging it at once stops a message whose lists
            // overlap in the file before the reader has walked them.
            Event::StartArray(Some(length)) => (length.saturating_add(1), 0),
            Event::StartDictionary(Some(length)) => (length.saturating_mul(2).saturating_add(1), 0),
            Event::EndCollection => (0, 0),
            Event::Data(data) => (1, data.len()),
            Event::String(text) => (1, text.len()),
            _ => (1, 0),
        };
        self.values = self.values.checked_sub(values).ok_or(MessageError::TooManyValues { limit: MAX_VALUES })?;
        self.content_bytes = self.content_bytes.checked_sub(bytes).ok_or(MessageError::ContentRepeated)?;
        Ok(())
    }
}

/// A piece of foreign text that is safe to show in an error or a log line.
pub(crate) fn shorten(text: &str) -> String {
    const LONGEST: usize = 64;
    let mut short: String = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(LONGEST).collect();
    if text.chars().count() > LONGEST {
        short.push('…');
    }
    short
}
