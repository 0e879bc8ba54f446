//! What a directory answers (RFC 4511, 4.1.9, 4.2.2, 4.5.2, 4.12).

use super::{
    ber::{self, ENUMERATED, INTEGER, Malformed, OCTET_STRING, Reader, SEQUENCE, SET},
    request::{CONTROLS, PAGED_RESULTS},
};
use crate::ldap::entry::Entry;

/// The answers' tags.
pub(crate) const BIND: u8 = 0x61;
pub(crate) const ENTRY: u8 = 0x64;
pub(crate) const SEARCH_DONE: u8 = 0x65;
pub(crate) const REFERENCE: u8 = 0x73;
pub(crate) const EXTENDED: u8 = 0x78;
pub(crate) const INTERMEDIATE: u8 = 0x79;
/// The referral inside of a result.
pub(crate) const REFERRAL: u8 = 0xa3;
/// The name of what is answered to an extended operation.
pub(crate) const EXTENDED_NAME: u8 = 0x8a;

/// Notice of disconnection (RFC 4511, 4.4.1).
pub(crate) const DISCONNECTION: &str = "1.3.6.1.4.1.1466.20036";

/// The most characters kept of the text that a server explains itself with.
const MAX_TEXT: usize = 300;

/// One message of a server.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) id: i32,
    pub(crate) answer: Answer,
    /// What the next page is asked for with (RFC 2696); empty after the last one.
    pub(crate) cookie: Option<Vec<u8>>,
}

/// What a message holds.
#[derive(Debug)]
pub(crate) enum Answer {
    Bind(Outcome),
    Entry(Entry),
    /// A part of the tree that another server has.
    Reference,
    SearchDone(Outcome),
    Extended(Outcome),
    /// The server ends the connection.
    Disconnection,
    /// What may come before a result and changes nothing.
    Intermediate,
}

/// How an operation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) code: u32,
    /// The server's words, in one line.
    pub(crate) text: String,
}

/// Reads one whole message.
pub(crate) fn read(bytes: &[u8]) -> Result<Message, Malformed> {
    let mut outer = Reader::new(bytes);
    let mut message = Reader::new(outer.expect(SEQUENCE, "a message is no sequence")?);
    let id = ber::integer(message.expect(INTEGER, "a message has no id")?)?;
    let (tag, content) = message.next()?;
    let answer = match tag {
        BIND => Answer::Bind(outcome(&mut Reader::new(content))?),
        ENTRY => Answer::Entry(entry(content)?),
        SEARCH_DONE => Answer::SearchDone(outcome(&mut Reader::new(content))?),
        REFERENCE => Answer::Reference,
        EXTENDED => extended(content)?,
        INTERMEDIATE => Answer::Intermediate,
        _ => return Err(Malformed("a message is no answer")),
    };
    let cookie = match message.optional(CONTROLS)? {
        Some(controls) => cookie(controls)?,
        None => None,
    };
    Ok(Message { id, answer, cookie })
}

fn outcome(result: &mut Reader<'_>) -> Result<Outcome, Malformed> {
    let code = ber::integer(result.expect(ENUMERATED, "a result has no code")?)?;
    let code = u32::try_from(code).map_err(|_| Malformed("a result's code is negative"))?;
    result.expect(OCTET_STRING, "a result has no matched name")?;
    let text = one_line(result.expect(OCTET_STRING, "a result has no text")?);
    result.optional(REFERRAL)?;
    Ok(Outcome { code, text })
}

fn extended(content: &[u8]) -> Result<Answer, Malformed> {
    let mut result = Reader::new(content);
    let outcome = outcome(&mut result)?;
    let name = result.optional(EXTENDED_NAME)?;
    Ok(if name == Some(DISCONNECTION.as_bytes()) { Answer::Disconnection } else { Answer::Extended(outcome) })
}

fn entry(content: &[u8]) -> Result<Entry, Malformed> {
    let mut parts = Reader::new(content);
    let dn = text(parts.expect(OCTET_STRING, "an entry has no name")?, "an entry's name is no UTF-8")?;
    let mut list = Reader::new(parts.expect(SEQUENCE, "an entry has no attributes")?);
    let mut attributes = Vec::new();
    while !list.is_empty() {
        let mut attribute = Reader::new(list.expect(SEQUENCE, "an attribute is no sequence")?);
        let name =
            text(attribute.expect(OCTET_STRING, "an attribute has no name")?, "an attribute's name is no UTF-8")?;
        let mut set = Reader::new(attribute.expect(SET, "an attribute has no values")?);
        let mut values = Vec::new();
        while !set.is_empty() {
            values.push(set.expect(OCTET_STRING, "a value is no octet string")?.to_vec());
        }
        attributes.push((name, values));
    }
    Ok(Entry { dn, attributes })
}

/// The cookie of the control of paged results, if there is one among these.
fn cookie(controls: &[u8]) -> Result<Option<Vec<u8>>, Malformed> {
    let mut controls = Reader::new(controls);
    while !controls.is_empty() {
        let mut control = Reader::new(controls.expect(SEQUENCE, "a control is no sequence")?);
        let name = control.expect(OCTET_STRING, "a control has no name")?;
        control.optional(ber::BOOLEAN)?;
        let value = control.optional(OCTET_STRING)?;
        if name != PAGED_RESULTS.as_bytes() {
            continue;
        }
        let mut value = Reader::new(value.ok_or(Malformed("the control of paged results is empty"))?);
        let mut value = Reader::new(value.expect(SEQUENCE, "the control of paged results is no sequence")?);
        value.expect(INTEGER, "the control of paged results has no size")?;
        return Ok(Some(value.expect(OCTET_STRING, "the control of paged results has no cookie")?.to_vec()));
    }
    Ok(None)
}

fn text(bytes: &[u8], otherwise: &'static str) -> Result<String, Malformed> {
    String::from_utf8(bytes.to_vec()).map_err(|_| Malformed(otherwise))
}

/// A server's words for the log: in one line, without control characters, and not too many.
pub(crate) fn one_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let printable = text.chars().map(|character| if character.is_control() { ' ' } else { character });
    printable.take(MAX_TEXT).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ldap::wire::request::message;

    /// An entry as a server sends it.
    fn an_entry() -> Vec<u8> {
        let bytes = message(7, |message| {
            message.constructed(ENTRY, |entry| {
                entry.text("uid=ada,dc=example,dc=test");
                entry.constructed(SEQUENCE, |attributes| {
                    attributes.constructed(SEQUENCE, |attribute| {
                        attribute.text("uid");
                        attribute.constructed(SET, |values| values.text("ada"));
                    });
                });
            });
        });
        bytes.to_vec()
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_message_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..128)) {
            drop(read(&bytes));
        }

        #[test]
        fn a_message_with_any_byte_changed_is_a_message_or_an_error(at in 0..128_usize, byte: u8) {
            let mut bytes = an_entry();
            let at = at % bytes.len();
            bytes[at] = byte;
            drop(read(&bytes));
        }

        #[test]
        fn a_message_that_ends_early_is_an_error(length in 0..128_usize) {
            let bytes = an_entry();
            let length = length % bytes.len();
            prop_assert!(read(&bytes[..length]).is_err());
        }
    }

    #[test]
    fn a_servers_words_are_kept_in_one_line() {
        assert_eq!(one_line(b" data 52e,\nv4563\0"), "data 52e, v4563");
        assert_eq!(one_line(&[b'x'; 5000]).len(), MAX_TEXT);
    }
}
