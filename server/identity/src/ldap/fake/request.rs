//! Questions as the fake reads them.

use crate::ldap::{
    filter::{Filter, tag},
    wire::{
        ber::{self, BOOLEAN, ENUMERATED, INTEGER, Malformed, OCTET_STRING, Reader, SEQUENCE},
        request::{BIND, CONTROLS, EXTENDED, EXTENDED_NAME, PAGED_RESULTS, SEARCH, SIMPLE, START_TLS, UNBIND},
    },
};

/// The deepest filter that is read.
const MAX_DEPTH: usize = 64;

/// A question.
#[derive(Debug)]
pub(super) enum Request {
    Bind { dn: String, password: String },
    Search(Search),
    StartTls,
    Unbind,
}

#[derive(Debug)]
pub(super) struct Search {
    pub(super) base: String,
    pub(super) base_alone: bool,
    pub(super) size_limit: usize,
    pub(super) filter: Filter,
    pub(super) attributes: Vec<String>,
    /// Page size and cookie.
    pub(super) paging: Option<(usize, Vec<u8>)>,
}

/// The id of a question and the question.
pub(super) fn read(bytes: &[u8]) -> Result<(i32, Request), Malformed> {
    let mut message = Reader::new(Reader::new(bytes).expect(SEQUENCE, "no message")?);
    let id = ber::integer(message.expect(INTEGER, "no id")?)?;
    let (operation, content) = message.next()?;
    let mut parts = Reader::new(content);
    let request = match operation {
        BIND => {
            parts.expect(INTEGER, "no version")?;
            let dn = text(parts.expect(OCTET_STRING, "no name")?)?;
            Request::Bind { dn, password: text(parts.expect(SIMPLE, "no password")?)? }
        }
        UNBIND => Request::Unbind,
        EXTENDED if parts.expect(EXTENDED_NAME, "no name")? == START_TLS.as_bytes() => Request::StartTls,
        SEARCH => Request::Search(Search { paging: paging(&mut message)?, ..search(&mut parts)? }),
        _ => return Err(Malformed("an unknown operation")),
    };
    Ok((id, request))
}

fn search(parts: &mut Reader<'_>) -> Result<Search, Malformed> {
    let base = text(parts.expect(OCTET_STRING, "no base")?)?;
    let base_alone = ber::integer(parts.expect(ENUMERATED, "no scope")?)? == 0;
    parts.expect(ENUMERATED, "no word on aliases")?;
    let size_limit = ber::integer(parts.expect(INTEGER, "no size limit")?)?;
    parts.expect(INTEGER, "no time limit")?;
    parts.expect(BOOLEAN, "no word on types")?;
    let filter = filter(parts, 0)?;
    let mut names = Reader::new(parts.expect(SEQUENCE, "no attributes")?);
    let mut attributes = Vec::new();
    while !names.is_empty() {
        attributes.push(text(names.expect(OCTET_STRING, "no attribute")?)?);
    }
    let size_limit = usize::try_from(size_limit).unwrap_or_default();
    Ok(Search { base, base_alone, size_limit, filter, attributes, paging: None })
}

fn paging(message: &mut Reader<'_>) -> Result<Option<(usize, Vec<u8>)>, Malformed> {
    let Some(controls) = message.optional(CONTROLS)? else { return Ok(None) };
    let mut control = Reader::new(Reader::new(controls).expect(SEQUENCE, "no control")?);
    if control.expect(OCTET_STRING, "no name")? != PAGED_RESULTS.as_bytes() {
        return Ok(None);
    }
    let mut value = Reader::new(control.expect(OCTET_STRING, "no value")?);
    let mut value = Reader::new(value.expect(SEQUENCE, "no sequence")?);
    let size = ber::integer(value.expect(INTEGER, "no size")?)?;
    Ok(Some((usize::try_from(size).unwrap_or_default(), value.expect(OCTET_STRING, "no cookie")?.to_vec())))
}

/// Reads back what [`Filter::encode`] writes.
pub(super) fn filter(parts: &mut Reader<'_>, depth: usize) -> Result<Filter, Malformed> {
    if depth > MAX_DEPTH {
        return Err(Malformed("a filter too deep"));
    }
    let (found, content) = parts.next()?;
    let mut inner = Reader::new(content);
    let mut pair = || -> Result<_, Malformed> {
        let attribute = text(inner.expect(OCTET_STRING, "no attribute")?)?;
        Ok((attribute, inner.expect(OCTET_STRING, "no value")?.to_vec()))
    };
    Ok(match found {
        tag::AND => Filter::And(filters(inner, depth)?),
        tag::OR => Filter::Or(filters(inner, depth)?),
        tag::NOT => Filter::Not(Box::new(filter(&mut inner, depth + 1)?)),
        tag::EQUAL => pair().map(|(name, value)| Filter::Equal(name, value))?,
        tag::AT_LEAST => pair().map(|(name, value)| Filter::AtLeast(name, value))?,
        tag::AT_MOST => pair().map(|(name, value)| Filter::AtMost(name, value))?,
        tag::APPROXIMATE => pair().map(|(name, value)| Filter::Approximate(name, value))?,
        tag::PRESENT => Filter::Present(text(content)?),
        tag::SUBSTRINGS => {
            let attribute = text(inner.expect(OCTET_STRING, "no attribute")?)?;
            let mut values = Reader::new(inner.expect(SEQUENCE, "no substrings")?);
            let initial = values.optional(tag::INITIAL)?.map(<[u8]>::to_vec);
            let mut any = Vec::new();
            while let Some(part) = values.optional(tag::ANY)? {
                any.push(part.to_vec());
            }
            Filter::Substrings { attribute, initial, any, last: values.optional(tag::FINAL)?.map(<[u8]>::to_vec) }
        }
        tag::EXTENSIBLE => Filter::Extensible {
            rule: inner.optional(tag::RULE)?.map(text).transpose()?,
            attribute: inner.optional(tag::TYPE)?.map(text).transpose()?,
            value: inner.expect(tag::VALUE, "no value")?.to_vec(),
            dn_attributes: inner.optional(tag::DN_ATTRIBUTES)?.is_some(),
        },
        _ => return Err(Malformed("an unknown filter")),
    })
}

fn filters(mut parts: Reader<'_>, depth: usize) -> Result<Vec<Filter>, Malformed> {
    let mut filters = Vec::new();
    while !parts.is_empty() {
        filters.push(filter(&mut parts, depth + 1)?);
    }
    Ok(filters)
}

fn text(bytes: &[u8]) -> Result<String, Malformed> {
    String::from_utf8(bytes.to_vec()).map_err(|_| Malformed("no UTF-8"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ldap::wire::ber::Writer;

    proptest! {
        #[test]
        fn a_server_reads_the_filter_that_was_meant(typed in any::<String>(), bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let meant = Filter::And(vec![
                Filter::Not(Box::new(Filter::Present("mail".to_owned()))),
                Filter::Or(vec![Filter::equal("uid", &typed), Filter::contains("cn", &bytes)]),
                Filter::by_rule("member", "1.2.840.113556.1.4.1941", &typed),
            ]);
            let mut writer = Writer::new();
            meant.encode(&mut writer);
            prop_assert_eq!(filter(&mut Reader::new(&writer.finish()), 0), Ok(meant));
        }
    }
}
