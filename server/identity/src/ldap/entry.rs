//! An entry of a directory as it was sent.

/// The longest text of a person's, in letters, as with other providers; longer ones count as missing.
const LONGEST: usize = 1024;

/// A name with its attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) dn: String,
    /// In the order sent; the names as the server writes them, options such as `;binary` included.
    pub(crate) attributes: Vec<(String, Vec<Vec<u8>>)>,
}

impl Entry {
    /// The values of the attribute of this name, whatever its case and options.
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let same = |found: &str| found.split(';').next().is_some_and(|found| found.eq_ignore_ascii_case(name));
        self.attributes.iter().filter(move |(found, _)| same(found)).flat_map(|(_, values)| values).map(Vec::as_slice)
    }

    /// The first value, if it is text that people can read: not blank, in one line, and no longer than a name.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let text = self.values(name).next().and_then(|value| str::from_utf8(value).ok())?.trim();
        let fits = !text.is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
        fits.then_some(text)
    }

    /// Every value that is text.
    pub(crate) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.values(name).filter_map(|value| str::from_utf8(value).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, values: &[&[u8]]) -> Entry {
        let values = values.iter().map(|value| value.to_vec()).collect();
        Entry { dn: String::new(), attributes: vec![(name.to_owned(), values)] }
    }

    #[test]
    fn an_attribute_is_found_in_any_case_and_with_options() {
        assert_eq!(entry("userCertificate;binary", &[b"x"]).values("usercertificate").count(), 1);
        assert_eq!(entry("mail", &[b"x"]).values("mai").count(), 0);
    }

    #[test]
    fn text_that_is_none_counts_as_missing() {
        for value in [b"\xff\xfe".as_slice(), b"  ", b"", b"ada\nroot", b"ada\0", &[b'a'; 1025]] {
            assert_eq!(entry("mail", &[value]).text("mail"), None);
        }
    }
}
