//! Stable ids as canonical text.

use uuid::Uuid;

/// The longest id in text, in bytes.
const MAX_BYTES: usize = 200;

/// The length of a UUID with its hyphens.
const UUID_BYTES: usize = 36;

/// A UUID in its usual spelling, or any other id as it is: it must be found again by what is returned here.
pub(crate) fn from_text(value: &[u8]) -> Option<String> {
    let text = str::from_utf8(value).ok()?.trim();
    if text.is_empty() || text.len() > MAX_BYTES || text.chars().any(char::is_control) {
        return None;
    }
    let uuid = Uuid::try_parse(text).ok().filter(|_| text.len() == UUID_BYTES);
    Some(uuid.map_or_else(|| text.to_owned(), |uuid| uuid.hyphenated().to_string()))
}

/// `objectGUID`: its first three groups have their bytes in reverse ([MS-DTYP] 2.3.4.2).
pub(crate) fn from_bytes(value: &[u8]) -> Option<String> {
    let bytes = <[u8; 16]>::try_from(value).ok()?;
    Some(Uuid::from_bytes_le(bytes).hyphenated().to_string())
}

pub(crate) fn to_bytes(id: &str) -> Option<Vec<u8>> {
    Some(Uuid::try_parse(id).ok()?.to_bytes_le().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_is_written_as_windows_writes_it() {
        let bytes = [0x78, 0x56, 0x34, 0x12, 0xbc, 0x9a, 0xf0, 0xde, 1, 2, 3, 4, 5, 6, 7, 8];
        let text = from_bytes(&bytes).unwrap();
        assert_eq!(text, "12345678-9abc-def0-0102-030405060708");
        assert_eq!(to_bytes(&text).unwrap(), bytes);
    }

    #[test]
    fn a_guid_has_sixteen_bytes() {
        assert_eq!(from_bytes(&[0; 15]), None);
        assert_eq!(from_bytes(b"12345678-9abc-def0-0102-030405060708"), None);
    }

    #[test]
    fn spellings_of_one_uuid_are_one_id() {
        let id = Some("12345678-9abc-def0-0102-030405060708".to_owned());
        assert_eq!(from_text(b"12345678-9ABC-DEF0-0102-030405060708"), id);
        assert_eq!(from_text(b" 12345678-9abc-def0-0102-030405060708 "), id);
        assert_eq!(from_text(b"emp-0042"), Some("emp-0042".to_owned()));
        assert_eq!(from_text(b"123456789ABCDEF00102030405060708"), Some("123456789ABCDEF00102030405060708".to_owned()));
        assert_eq!(from_text(b"\xff"), None);
        assert_eq!(from_text(b"emp\n0042"), None);
    }
}
