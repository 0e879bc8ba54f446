//! Search filters (RFC 4515), as a tree: what a person typed becomes a value in it and can never become structure.

use std::fmt;

use thiserror::Error;

use super::wire::ber::{OCTET_STRING, Writer};

/// The deepest nesting of a filter that an administrator may write.
const MAX_DEPTH: usize = 16;
/// The longest filter that an administrator may write, in bytes.
const MAX_BYTES: usize = 4096;

/// The filters' tags (RFC 4511, 4.5.1.7).
pub(crate) mod tag {
    pub(crate) const AND: u8 = 0xa0;
    pub(crate) const OR: u8 = 0xa1;
    pub(crate) const NOT: u8 = 0xa2;
    pub(crate) const EQUAL: u8 = 0xa3;
    pub(crate) const SUBSTRINGS: u8 = 0xa4;
    pub(crate) const AT_LEAST: u8 = 0xa5;
    pub(crate) const AT_MOST: u8 = 0xa6;
    pub(crate) const PRESENT: u8 = 0x87;
    pub(crate) const APPROXIMATE: u8 = 0xa8;
    pub(crate) const EXTENSIBLE: u8 = 0xa9;
    /// Inside of substrings.
    pub(crate) const INITIAL: u8 = 0x80;
    pub(crate) const ANY: u8 = 0x81;
    pub(crate) const FINAL: u8 = 0x82;
    /// Inside of an extensible match.
    pub(crate) const RULE: u8 = 0x81;
    pub(crate) const TYPE: u8 = 0x82;
    pub(crate) const VALUE: u8 = 0x83;
    pub(crate) const DN_ATTRIBUTES: u8 = 0x84;
}

/// A filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// All of these.
    And(Vec<Filter>),
    /// Any of these.
    Or(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// The attribute has this value.
    Equal(String, Vec<u8>),
    /// The attribute has a value with these parts in this order.
    Substrings {
        /// The attribute.
        attribute: String,
        /// What the value begins with.
        initial: Option<Vec<u8>>,
        /// What comes in the middle.
        any: Vec<Vec<u8>>,
        /// What the value ends with.
        last: Option<Vec<u8>>,
    },
    /// The attribute has a value at or above this.
    AtLeast(String, Vec<u8>),
    /// The attribute has a value at or below this.
    AtMost(String, Vec<u8>),
    /// The attribute has a value like this.
    Approximate(String, Vec<u8>),
    /// The attribute has a value.
    Present(String),
    /// The attribute has a value that matches by a rule.
    Extensible {
        /// The attribute, if not any.
        attribute: Option<String>,
        /// Whether the parts of the entry's name count too.
        dn_attributes: bool,
        /// The rule, if not the attribute's own.
        rule: Option<String>,
        /// What it is matched with.
        value: Vec<u8>,
    },
}

/// Why a text is no filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FilterError {
    /// It does not follow the grammar.
    #[error("the filter cannot be read from character {at} on")]
    Syntax {
        /// The byte where reading ended, counted from 1.
        at: usize,
    },
    /// It is nested deeper than anybody needs.
    #[error("the filter is nested more than {MAX_DEPTH} deep")]
    TooDeep,
    /// It is longer than anybody needs.
    #[error("the filter has more than {MAX_BYTES} bytes")]
    TooLong,
}

impl Filter {
    /// The attribute has exactly this value, whatever characters are in it.
    #[must_use]
    pub fn equal(attribute: &str, value: impl AsRef<[u8]>) -> Self {
        Self::Equal(attribute.to_owned(), value.as_ref().to_vec())
    }

    /// The attribute has a value with this in it, whatever characters are in it.
    #[must_use]
    pub fn contains(attribute: &str, value: impl AsRef<[u8]>) -> Self {
        let any = vec![value.as_ref().to_vec()];
        Self::Substrings { attribute: attribute.to_owned(), initial: None, any, last: None }
    }

    /// The attribute matches this value by this rule.
    #[must_use]
    pub fn by_rule(attribute: &str, rule: &str, value: impl AsRef<[u8]>) -> Self {
        Self::Extensible {
            attribute: Some(attribute.to_owned()),
            dn_attributes: false,
            rule: Some(rule.to_owned()),
            value: value.as_ref().to_vec(),
        }
    }

    /// Reads a filter as administrators write it, with its outer brackets: `(&(objectClass=person)(mail=*))`.
    ///
    /// # Errors
    /// [`FilterError`].
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        if text.len() > MAX_BYTES {
            return Err(FilterError::TooLong);
        }
        let mut parser = Parser { text: text.trim_end().as_bytes(), at: 0 };
        parser.skip_spaces();
        let filter = parser.filter(0)?;
        if parser.at < parser.text.len() { Err(parser.wrong()) } else { Ok(filter) }
    }

    pub(crate) fn encode(&self, writer: &mut Writer) {
        let pair = |writer: &mut Writer, tag, attribute: &str, value: &[u8]| {
            writer.constructed(tag, |pair| {
                pair.text(attribute);
                pair.primitive(OCTET_STRING, value);
            });
        };
        match self {
            Self::And(parts) => writer.constructed(tag::AND, |all| parts.iter().for_each(|part| part.encode(all))),
            Self::Or(parts) => writer.constructed(tag::OR, |any| parts.iter().for_each(|part| part.encode(any))),
            Self::Not(part) => writer.constructed(tag::NOT, |not| part.encode(not)),
            Self::Equal(attribute, value) => pair(writer, tag::EQUAL, attribute, value),
            Self::AtLeast(attribute, value) => pair(writer, tag::AT_LEAST, attribute, value),
            Self::AtMost(attribute, value) => pair(writer, tag::AT_MOST, attribute, value),
            Self::Approximate(attribute, value) => pair(writer, tag::APPROXIMATE, attribute, value),
            Self::Present(attribute) => writer.primitive(tag::PRESENT, attribute.as_bytes()),
            Self::Substrings { attribute, initial, any, last } => writer.constructed(tag::SUBSTRINGS, |filter| {
                filter.text(attribute);
                filter.constructed(super::wire::ber::SEQUENCE, |parts| {
                    initial.iter().for_each(|part| parts.primitive(tag::INITIAL, part));
                    any.iter().for_each(|part| parts.primitive(tag::ANY, part));
                    last.iter().for_each(|part| parts.primitive(tag::FINAL, part));
                });
            }),
            Self::Extensible { attribute, dn_attributes, rule, value } => {
                writer.constructed(tag::EXTENSIBLE, |filter| {
                    rule.iter().for_each(|rule| filter.primitive(tag::RULE, rule.as_bytes()));
                    attribute.iter().for_each(|attribute| filter.primitive(tag::TYPE, attribute.as_bytes()));
                    filter.primitive(tag::VALUE, value);
                    if *dn_attributes {
                        filter.boolean(tag::DN_ATTRIBUTES, true);
                    }
                });
            }
        }
    }
}

/// Escapes a value for the text of a filter (RFC 4515, 3): brackets, star, backslash, NUL, and what is not printable
/// ASCII, each as `\` and two hexadecimal digits.
#[must_use]
pub fn escape_filter_value(value: &[u8]) -> String {
    let mut escaped = String::with_capacity(value.len());
    for &byte in value {
        match byte {
            b'*' | b'(' | b')' | b'\\' => escaped.push_str(&format!("\\{byte:02x}")),
            b' '..=b'~' => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("\\{byte:02x}")),
        }
    }
    escaped
}

impl fmt::Display for Filter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |formatter: &mut fmt::Formatter<'_>, sign: char, parts: &[Self]| {
            write!(formatter, "({sign}")?;
            parts.iter().try_for_each(|part| part.fmt(formatter))?;
            formatter.write_str(")")
        };
        let escape = escape_filter_value;
        match self {
            Self::And(parts) => list(formatter, '&', parts),
            Self::Or(parts) => list(formatter, '|', parts),
            Self::Not(part) => write!(formatter, "(!{part})"),
            Self::Equal(attribute, value) => write!(formatter, "({attribute}={})", escape(value)),
            Self::AtLeast(attribute, value) => write!(formatter, "({attribute}>={})", escape(value)),
            Self::AtMost(attribute, value) => write!(formatter, "({attribute}<={})", escape(value)),
            Self::Approximate(attribute, value) => write!(formatter, "({attribute}~={})", escape(value)),
            Self::Present(attribute) => write!(formatter, "({attribute}=*)"),
            Self::Substrings { attribute, initial, any, last } => {
                write!(formatter, "({attribute}={}*", escape(initial.as_deref().unwrap_or_default()))?;
                any.iter().try_for_each(|part| write!(formatter, "{}*", escape(part)))?;
                write!(formatter, "{})", escape(last.as_deref().unwrap_or_default()))
            }
            Self::Extensible { attribute, dn_attributes, rule, value } => {
                write!(formatter, "({}", attribute.as_deref().unwrap_or_default())?;
                formatter.write_str(if *dn_attributes { ":dn" } else { "" })?;
                rule.iter().try_for_each(|rule| write!(formatter, ":{rule}"))?;
                write!(formatter, ":={})", escape(value))
            }
        }
    }
}

/// Whether this is the name or number of an attribute, with options: `mail`, `2.5.4.3`, `cn;lang-de`.
pub(crate) fn is_attribute(name: &str) -> bool {
    let mut parts = name.split(';');
    let first = parts.next().unwrap_or_default();
    let is_word =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_number = first.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let is_name = is_word(first) && first.starts_with(|character: char| character.is_ascii_alphabetic());
    (is_number || is_name) && parts.all(is_word)
}

struct Parser<'t> {
    text: &'t [u8],
    at: usize,
}

impl Parser<'_> {
    fn wrong(&self) -> FilterError {
        FilterError::Syntax { at: self.at + 1 }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Result<(), FilterError> {
        if self.peek() != Some(byte) {
            return Err(self.wrong());
        }
        self.at += 1;
        Ok(())
    }

    /// Spaces and line ends between filters: administrators write long ones over several lines.
    fn skip_spaces(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn filter(&mut self, depth: usize) -> Result<Filter, FilterError> {
        if depth >= MAX_DEPTH {
            return Err(FilterError::TooDeep);
        }
        self.take(b'(')?;
        let filter = match self.peek() {
            Some(b'&') => Filter::And(self.list(depth)?),
            Some(b'|') => Filter::Or(self.list(depth)?),
            Some(b'!') => {
                self.at += 1;
                self.skip_spaces();
                let negated = self.filter(depth + 1)?;
                self.skip_spaces();
                Filter::Not(Box::new(negated))
            }
            _ => self.item()?,
        };
        self.take(b')')?;
        Ok(filter)
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Filter>, FilterError> {
        self.at += 1;
        self.skip_spaces();
        let mut parts = Vec::new();
        while self.peek() == Some(b'(') {
            parts.push(self.filter(depth + 1)?);
            self.skip_spaces();
        }
        // RFC 4526 gives an empty list a meaning (always, never); not every server knows it, and nobody means it.
        if parts.is_empty() { Err(self.wrong()) } else { Ok(parts) }
    }

    fn item(&mut self) -> Result<Filter, FilterError> {
        let start = self.at;
        while self.peek().is_some_and(|byte| !b"=~<>:()&|!* \\".contains(&byte)) {
            self.at += 1;
        }
        let attribute = String::from_utf8_lossy(&self.text[start..self.at]).into_owned();
        if self.peek() == Some(b':') {
            return self.extensible(attribute);
        }
        if !is_attribute(&attribute) {
            self.at = start;
            return Err(self.wrong());
        }
        let sign = self.peek();
        if matches!(sign, Some(b'~' | b'<' | b'>')) {
            self.at += 1;
        }
        self.take(b'=')?;
        let mut parts = self.values()?;
        match (sign, parts.len()) {
            (Some(b'~'), 1) => Ok(Filter::Approximate(attribute, parts.remove(0))),
            (Some(b'<'), 1) => Ok(Filter::AtMost(attribute, parts.remove(0))),
            (Some(b'>'), 1) => Ok(Filter::AtLeast(attribute, parts.remove(0))),
            (Some(b'~' | b'<' | b'>'), _) => Err(self.wrong()),
            (_, 1) => Ok(Filter::Equal(attribute, parts.remove(0))),
            (_, 2) if parts.iter().all(Vec::is_empty) => Ok(Filter::Present(attribute)),
            _ => {
                let filled = |part: Vec<u8>| Some(part).filter(|part| !part.is_empty());
                let last = parts.pop().and_then(filled);
                let initial = filled(parts.remove(0));
                if parts.iter().any(Vec::is_empty) {
                    return Err(self.wrong());
                }
                Ok(Filter::Substrings { attribute, initial, any: parts, last })
            }
        }
    }

    fn extensible(&mut self, attribute: String) -> Result<Filter, FilterError> {
        let mut words = Vec::new();
        loop {
            self.take(b':')?;
            if self.peek() == Some(b'=') {
                self.at += 1;
                break;
            }
            let start = self.at;
            while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte)) {
                self.at += 1;
            }
            words.push(String::from_utf8_lossy(&self.text[start..self.at]).into_owned());
        }
        let dn_attributes = words.first().is_some_and(|word| word.eq_ignore_ascii_case("dn"));
        if dn_attributes {
            words.remove(0);
        }
        let attribute = Some(attribute).filter(|attribute| !attribute.is_empty());
        let rule = words.pop();
        let names = attribute.iter().chain(&rule).map(String::as_str);
        let known = attribute.is_some() || rule.is_some();
        if !known || !words.is_empty() || !names.into_iter().all(is_attribute) {
            return Err(self.wrong());
        }
        let mut parts = self.values()?;
        match (parts.pop(), parts.is_empty()) {
            (Some(value), true) => Ok(Filter::Extensible { attribute, dn_attributes, rule, value }),
            _ => Err(self.wrong()),
        }
    }

    /// The parts between the stars of a value; there is one more than there are stars.
    fn values(&mut self) -> Result<Vec<Vec<u8>>, FilterError> {
        let mut parts = vec![Vec::new()];
        while let Some(byte) = self.peek() {
            let part = match byte {
                b')' => break,
                b'(' | 0 => return Err(self.wrong()),
                b'*' => {
                    parts.push(Vec::new());
                    self.at += 1;
                    continue;
                }
                b'\\' => {
                    let digits = self.text.get(self.at + 1..self.at + 3).and_then(|digits| str::from_utf8(digits).ok());
                    let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
                    let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
                    let byte = byte.ok_or_else(|| self.wrong())?;
                    self.at += 3;
                    byte
                }
                byte => {
                    self.at += 1;
                    byte
                }
            };
            if let Some(last) = parts.last_mut() {
                last.push(part);
            }
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_escaped_value_stays_one_value(value in prop::collection::vec(any::<u8>(), 0..64)) {
            let text = format!("(uid={})", escape_filter_value(&value));
            prop_assert_eq!(Filter::parse(&text), Ok(Filter::equal("uid", &value)));
        }

        #[test]
        fn whatever_a_person_types_stays_one_value_among_the_others(typed in any::<String>()) {
            let filter = Filter::And(vec![
                Filter::parse("(objectClass=person)").unwrap(),
                Filter::Or(vec![Filter::equal("uid", &typed), Filter::equal("mail", &typed)]),
            ]);
            prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
        }

        #[test]
        fn an_escaped_value_is_printable_and_without_structure(value in prop::collection::vec(any::<u8>(), 0..64)) {
            let escaped = escape_filter_value(&value);
            prop_assert!(escaped.bytes().all(|byte| (b' '..=b'~').contains(&byte) && !b"*()".contains(&byte)));
        }

        #[test]
        fn any_text_is_a_filter_or_an_error(text in "[()&|!=*~<>:a-c\\\\0-9 ]{0,40}") {
            if let Ok(filter) = Filter::parse(&text) {
                prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
            }
        }
    }

    #[test]
    fn what_administrators_write_is_read() {
        for text in [
            "(objectClass=inetOrgPerson)",
            "(&(objectCategory=person)(objectClass=user)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))",
            "(|(mail=*@example.test)(mail=a*b*c)(cn=*))",
            "(cn:dn:=Ada)",
            "(:caseExactMatch:=Ada)",
            "(&(a>=1)(b<=2)(c~=3))",
            "(cn;lang-de=J\\c3\\bcrgen)",
        ] {
            assert_eq!(Filter::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Filter::parse(" (& (a=1)\n  (b=2) ) ").unwrap().to_string(), "(&(a=1)(b=2))");
    }

    #[test]
    fn what_is_no_filter_is_refused_where_it_goes_wrong() {
        for (text, at) in [
            ("", 1),
            ("objectClass=person", 1),
            ("(objectClass=person", 20),
            ("(objectClass=person))", 21),
            ("(&)", 3),
            ("(=x)", 2),
            ("(a=\\zz)", 4),
            ("(a=\\+1)", 4),
            ("(a=(b))", 4),
            ("(a=x**y)", 8),
        ] {
            assert_eq!(Filter::parse(text), Err(FilterError::Syntax { at }), "{text}");
        }
    }

    #[test]
    fn depth_and_length_have_a_bound() {
        let deep = format!("{}(a=b){}", "(!".repeat(500), ")".repeat(500));
        assert_eq!(Filter::parse(&deep), Err(FilterError::TooDeep));
        assert_eq!(Filter::parse(&format!("(a={})", "x".repeat(5000))), Err(FilterError::TooLong));
    }
}
