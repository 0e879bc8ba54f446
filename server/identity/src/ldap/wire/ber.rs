//! The subset of BER that LDAP uses (RFC 4511, 5.1): one-byte tags and definite lengths.

use zeroize::Zeroizing;

/// Universal tags.
pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const ENUMERATED: u8 = 0x0a;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// Room for a message without moving it: what moved would leave a copy behind, perhaps of a password.
const ROOM: usize = 8 * 1024;
/// The most bytes of a length: 4 GiB are more than any limit here.
const MAX_LENGTH_BYTES: usize = 4;

/// What is wrong with bytes that should be a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed(pub(crate) &'static str);

/// Bytes in the making. They are wiped when dropped.
pub(crate) struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    pub(crate) fn new() -> Self {
        Self(Zeroizing::new(Vec::with_capacity(ROOM)))
    }

    pub(crate) fn finish(self) -> Zeroizing<Vec<u8>> {
        self.0
    }

    /// An element whose content are other elements.
    pub(crate) fn constructed(&mut self, tag: u8, content: impl FnOnce(&mut Self)) {
        self.0.push(tag);
        let start = self.0.len();
        content(self);
        let length = length(self.0.len() - start);
        self.0.splice(start..start, length);
    }

    pub(crate) fn primitive(&mut self, tag: u8, content: &[u8]) {
        self.0.push(tag);
        self.0.extend(length(content.len()));
        self.0.extend_from_slice(content);
    }

    pub(crate) fn text(&mut self, content: &str) {
        self.primitive(OCTET_STRING, content.as_bytes());
    }

    pub(crate) fn boolean(&mut self, tag: u8, value: bool) {
        self.primitive(tag, &[if value { 0xff } else { 0 }]);
    }

    /// In as few bytes as hold the value with its sign.
    pub(crate) fn integer(&mut self, tag: u8, value: i32) {
        let bytes = value.to_be_bytes();
        let redundant = (0..bytes.len() - 1)
            .take_while(|&at| {
                let next_is_negative = bytes[at + 1] & 0x80 != 0;
                bytes[at] == if next_is_negative { 0xff } else { 0 }
            })
            .count();
        self.primitive(tag, &bytes[redundant..]);
    }
}

fn length(length: usize) -> Vec<u8> {
    if length < 0x80 {
        return vec![u8::try_from(length).unwrap_or_default()];
    }
    let bytes = length.to_be_bytes();
    let used: Vec<u8> = bytes.into_iter().skip_while(|&byte| byte == 0).collect();
    let count = u8::try_from(used.len()).unwrap_or_default();
    [vec![0x80 | count], used].concat()
}

/// Reads the elements of a content one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next element: its tag and its content.
    pub(crate) fn next(&mut self) -> Result<(u8, &'b [u8]), Malformed> {
        let Some(frame) = frame(self.0)? else { return Err(Malformed("an element ends early")) };
        let whole = frame.whole().ok_or(Malformed("an element is longer than memory"))?;
        let element = self.0.get(..whole).ok_or(Malformed("an element ends early"))?;
        self.0 = &self.0[whole..];
        Ok((element[0], &element[frame.header..]))
    }

    /// The content of the next element, which must have this tag.
    pub(crate) fn expect(&mut self, tag: u8, otherwise: &'static str) -> Result<&'b [u8], Malformed> {
        match self.next()? {
            (found, content) if found == tag => Ok(content),
            _ => Err(Malformed(otherwise)),
        }
    }

    /// The content of the next element if it has this tag; else nothing is read.
    pub(crate) fn optional(&mut self, tag: u8) -> Result<Option<&'b [u8]>, Malformed> {
        if self.peek() == Some(tag) { self.next().map(|(_, content)| Some(content)) } else { Ok(None) }
    }
}

/// How long an element is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// Bytes of tag and length.
    pub(crate) header: usize,
    /// Bytes of the content.
    pub(crate) content: usize,
}

impl Frame {
    pub(crate) fn whole(self) -> Option<usize> {
        self.header.checked_add(self.content)
    }
}

/// The frame of the element that starts here, or nothing when that takes more bytes to say.
pub(crate) fn frame(bytes: &[u8]) -> Result<Option<Frame>, Malformed> {
    let [tag, first, rest @ ..] = bytes else { return Ok(None) };
    if tag & 0x1f == 0x1f {
        return Err(Malformed("a tag has several bytes"));
    }
    if first & 0x80 == 0 {
        return Ok(Some(Frame { header: 2, content: usize::from(*first) }));
    }
    let count = usize::from(first & 0x7f);
    if count == 0 || count > MAX_LENGTH_BYTES {
        return Err(Malformed("a length is indefinite or absurd"));
    }
    let Some(length) = rest.get(..count) else { return Ok(None) };
    let content = length.iter().fold(0_usize, |sum, &byte| sum << 8 | usize::from(byte));
    Ok(Some(Frame { header: 2 + count, content }))
}

/// The value of an integer or an enumeration.
pub(crate) fn integer(content: &[u8]) -> Result<i32, Malformed> {
    let Some(&first) = content.first() else { return Err(Malformed("an integer is empty")) };
    if content.len() > 4 {
        return Err(Malformed("an integer is too large"));
    }
    let sign = if first & 0x80 == 0 { 0 } else { -1 };
    Ok(content.iter().fold(sign, |sum, &byte| sum << 8 | i32::from(byte)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_integer_reads_back(value: i32) {
            let mut writer = Writer::new();
            writer.integer(INTEGER, value);
            let bytes = writer.finish();
            let content = Reader::new(&bytes).expect(INTEGER, "").unwrap();
            prop_assert_eq!(integer(content), Ok(value));
        }

        #[test]
        fn nested_elements_read_back(parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..9)) {
            let mut writer = Writer::new();
            writer.constructed(SEQUENCE, |sequence| parts.iter().for_each(|part| sequence.primitive(0x80, part)));
            let bytes = writer.finish();
            let mut elements = Reader::new(Reader::new(&bytes).expect(SEQUENCE, "").unwrap());
            for part in &parts {
                prop_assert_eq!(elements.next(), Ok((0x80, part.as_slice())));
            }
            prop_assert!(elements.is_empty());
        }

        #[test]
        fn any_bytes_end_in_an_element_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let mut reader = Reader::new(&bytes);
            while !reader.is_empty() && reader.next().is_ok() {}
        }
    }

    #[test]
    fn an_integer_takes_as_few_bytes_as_it_can() {
        for (value, bytes) in [(0, vec![0]), (127, vec![127]), (128, vec![0, 128]), (-1, vec![255]), (256, vec![1, 0])]
        {
            let mut writer = Writer::new();
            writer.integer(INTEGER, value);
            assert_eq!(writer.finish()[2..], bytes, "{value}");
        }
    }
}
