//! BER to DER, as far as CMS needs it.
//!
//! Apple's CMS encoder streams: it writes lengths as indefinite and may cut octet strings into pieces.
//! The decoder wants DER. This rewrites lengths and joins pieces; values stay byte for byte, so that
//! what was signed and the certificates inside stay what they were.

use super::SignatureError;

/// How deep CMS may nest. A certificate inside SignedData reaches about fifteen levels.
const MAX_DEPTH: usize = 32;

const CONSTRUCTED: u8 = 0x20;
const OCTET_STRING: u8 = 0x04;

/// Rewrites one BER value, and nothing after it, as DER.
pub(crate) fn to_der(ber: &[u8]) -> Result<Vec<u8>, SignatureError> {
    let mut input = Input(ber);
    let mut output = Vec::with_capacity(ber.len());
    input.element(MAX_DEPTH, &mut output)?;
    if !input.0.is_empty() {
        return Err(SignatureError::Malformed);
    }
    Ok(output)
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], SignatureError> {
        let (head, rest) = self.0.split_at_checked(count).ok_or(SignatureError::Malformed)?;
        self.0 = rest;
        Ok(head)
    }

    fn byte(&mut self) -> Result<u8, SignatureError> {
        Ok(self.take(1)?[0])
    }

    /// None stands for the indefinite length.
    fn length(&mut self) -> Result<Option<usize>, SignatureError> {
        let first = self.byte()?;
        match first {
            0x80 => Ok(None),
            0..0x80 => Ok(Some(usize::from(first))),
            0x81..=0x84 => {
                let mut length = 0_usize;
                for byte in self.take(usize::from(first & 0x7f))? {
                    length = (length << 8) | usize::from(*byte);
                }
                Ok(Some(length))
            }
            _ => Err(SignatureError::Malformed),
        }
    }

    fn at_end_of_contents(&self) -> bool {
        self.0.starts_with(&[0, 0])
    }

    fn element(&mut self, depth: usize, output: &mut Vec<u8>) -> Result<(), SignatureError> {
        let depth = depth.checked_sub(1).ok_or(SignatureError::Malformed)?;
        let tag = self.byte()?;
        // Tags above 30 take several bytes and do not occur in CMS.
        if tag & 0x1f == 0x1f {
            return Err(SignatureError::Malformed);
        }
        let length = self.length()?;
        if tag & CONSTRUCTED == 0 {
            let value = self.take(length.ok_or(SignatureError::Malformed)?)?;
            write(output, tag, value);
            return Ok(());
        }
        if tag == OCTET_STRING | CONSTRUCTED {
            let mut joined = Vec::new();
            self.children(length, |input| input.octets(depth, &mut joined))?;
            write(output, OCTET_STRING, &joined);
            return Ok(());
        }
        let mut content = Vec::new();
        self.children(length, |input| input.element(depth, &mut content))?;
        write(output, tag, &content);
        Ok(())
    }

    /// The pieces of a constructed octet string, joined.
    fn octets(&mut self, depth: usize, joined: &mut Vec<u8>) -> Result<(), SignatureError> {
        let depth = depth.checked_sub(1).ok_or(SignatureError::Malformed)?;
        let tag = self.byte()?;
        let length = self.length()?;
        match tag {
            OCTET_STRING => {
                joined.extend_from_slice(self.take(length.ok_or(SignatureError::Malformed)?)?);
                Ok(())
            }
            _ if tag == OCTET_STRING | CONSTRUCTED => self.children(length, |input| input.octets(depth, joined)),
            _ => Err(SignatureError::Malformed),
        }
    }

    fn children(
        &mut self,
        length: Option<usize>,
        mut read: impl FnMut(&mut Input<'a>) -> Result<(), SignatureError>,
    ) -> Result<(), SignatureError> {
        if let Some(length) = length {
            let mut inner = Input(self.take(length)?);
            while !inner.0.is_empty() {
                read(&mut inner)?;
            }
            return Ok(());
        }
        while !self.at_end_of_contents() {
            read(self)?;
        }
        self.take(2).map(drop)
    }
}

fn write(output: &mut Vec<u8>, tag: u8, value: &[u8]) {
    output.push(tag);
    let length = value.len();
    if let (Ok(short), true) = (u8::try_from(length), length < 0x80) {
        output.push(short);
    } else {
        let bytes = length.to_be_bytes();
        let significant = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
        // INVARIANT: a length has at most eight bytes, so that the cast keeps its value.
        output.push(0x80 | significant.len() as u8);
        output.extend_from_slice(significant);
    }
    output.extend_from_slice(value);
}
