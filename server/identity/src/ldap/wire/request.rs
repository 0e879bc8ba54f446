//! What Baton asks: bind, search, STARTTLS, unbind (RFC 4511, 4.2 to 4.5 and 4.14).

use zeroize::Zeroizing;

use super::ber::{BOOLEAN, ENUMERATED, INTEGER, SEQUENCE, Writer};
use crate::ldap::filter::Filter;

/// The operations' tags.
pub(crate) const BIND: u8 = 0x60;
pub(crate) const UNBIND: u8 = 0x42;
pub(crate) const SEARCH: u8 = 0x63;
pub(crate) const EXTENDED: u8 = 0x77;
/// The list of controls beside an operation.
pub(crate) const CONTROLS: u8 = 0xa0;
/// A password in a bind.
pub(crate) const SIMPLE: u8 = 0x80;
/// The name of an extended operation.
pub(crate) const EXTENDED_NAME: u8 = 0x80;
/// STARTTLS (RFC 4511, 4.14).
pub(crate) const START_TLS: &str = "1.3.6.1.4.1.1466.20037";
/// Paged results (RFC 2696).
pub(crate) const PAGED_RESULTS: &str = "1.2.840.113556.1.4.319";

/// How far a search reaches below its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The base alone.
    Base = 0,
    /// The base and everything below it.
    Subtree = 2,
}

/// What to look for.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pub(crate) base: String,
    pub(crate) scope: Scope,
    pub(crate) filter: Filter,
    pub(crate) attributes: Vec<String>,
    /// The most entries that the server should send; 0 leaves it to the server.
    pub(crate) size_limit: u32,
    /// The most seconds that the server should take; 0 leaves it to the server.
    pub(crate) time_limit: u32,
}

/// The part of an answer that is asked for (RFC 2696).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paging<'c> {
    pub(crate) size: u32,
    /// What the answer before this one ended with.
    pub(crate) cookie: &'c [u8],
}

pub(crate) fn bind(id: i32, dn: &str, password: &str) -> Zeroizing<Vec<u8>> {
    message(id, |message| {
        message.constructed(BIND, |bind| {
            bind.integer(INTEGER, 3);
            bind.text(dn);
            bind.primitive(SIMPLE, password.as_bytes());
        });
    })
}

pub(crate) fn unbind(id: i32) -> Zeroizing<Vec<u8>> {
    message(id, |message| message.primitive(UNBIND, &[]))
}

pub(crate) fn start_tls(id: i32) -> Zeroizing<Vec<u8>> {
    message(id, |message| {
        message.constructed(EXTENDED, |extended| extended.primitive(EXTENDED_NAME, START_TLS.as_bytes()));
    })
}

pub(crate) fn search(id: i32, query: &Query, paging: Option<Paging<'_>>) -> Zeroizing<Vec<u8>> {
    const NEVER_FOLLOW_ALIASES: i32 = 0;
    message(id, |message| {
        message.constructed(SEARCH, |search| {
            search.text(&query.base);
            search.integer(ENUMERATED, query.scope as i32);
            search.integer(ENUMERATED, NEVER_FOLLOW_ALIASES);
            search.integer(INTEGER, whole(query.size_limit));
            search.integer(INTEGER, whole(query.time_limit));
            search.boolean(BOOLEAN, false);
            query.filter.encode(search);
            search.constructed(SEQUENCE, |attributes| query.attributes.iter().for_each(|name| attributes.text(name)));
        });
        if let Some(paging) = paging {
            message.constructed(CONTROLS, |controls| {
                controls.constructed(SEQUENCE, |control| {
                    control.text(PAGED_RESULTS);
                    let value = paging_value(whole(paging.size), paging.cookie);
                    control.primitive(super::ber::OCTET_STRING, &value);
                });
            });
        }
    })
}

/// The value of the control: in a request the size of a page, in an answer an estimate of the whole.
pub(crate) fn paging_value(size: i32, cookie: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut value = Writer::new();
    value.constructed(SEQUENCE, |sequence| {
        sequence.integer(INTEGER, size);
        sequence.primitive(super::ber::OCTET_STRING, cookie);
    });
    value.finish()
}

pub(crate) fn message(id: i32, operation: impl FnOnce(&mut Writer)) -> Zeroizing<Vec<u8>> {
    let mut writer = Writer::new();
    writer.constructed(SEQUENCE, |message| {
        message.integer(INTEGER, id);
        operation(message);
    });
    writer.finish()
}

/// A limit as the protocol counts: at most 2³¹ − 1.
fn whole(limit: u32) -> i32 {
    i32::try_from(limit).unwrap_or(i32::MAX)
}
