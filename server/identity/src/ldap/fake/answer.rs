//! Answers of the fake: right ones, and what a fault makes of them.

use super::{Shared, fault::Fault, request::Search};
use crate::ldap::{
    dn::Dn,
    entry::Entry,
    session::code,
    wire::{
        ber::{ENUMERATED, OCTET_STRING, SEQUENCE, SET, Writer},
        request::{CONTROLS, PAGED_RESULTS, message, paging_value},
        response::{self, DISCONNECTION, EXTENDED_NAME, REFERRAL},
    },
};

/// One message of an answer.
pub(super) enum Answer {
    Result { tag: u8, code: u32, text: &'static str, referral: Option<String>, cookie: Option<Vec<u8>> },
    Entry(Entry),
    Reference(String),
}

impl Answer {
    fn result(tag: u8, code: u32, text: &'static str) -> Self {
        Self::Result { tag, code, text, referral: None, cookie: None }
    }

    pub(super) fn extended(code: u32, text: &'static str) -> Self {
        Self::result(response::EXTENDED, code, text)
    }

    pub(super) fn encode(&self, id: i32) -> Vec<u8> {
        message(id, |message| match self {
            Self::Result { tag, code, text, referral, cookie } => {
                message.constructed(*tag, |result| {
                    result_parts(result, *code, text);
                    if let Some(address) = referral {
                        result.constructed(REFERRAL, |addresses| addresses.text(address));
                    }
                });
                if let Some(cookie) = cookie {
                    paging_control(message, cookie);
                }
            }
            Self::Entry(entry) => message.constructed(response::ENTRY, |parts| entry_parts(parts, entry)),
            Self::Reference(address) => message.constructed(response::REFERENCE, |parts| parts.text(address)),
        })
        .to_vec()
    }

    /// As [`Self::encode`], with the fault that is in the message itself.
    pub(super) fn faulty(&self, id: i32, fault: &Fault) -> Vec<u8> {
        match fault {
            Fault::WrongId => self.encode(id + 1),
            Fault::WrongOperation => Self::result(0x6b, code::SUCCESS, "").encode(id),
            _ => self.encode(id),
        }
    }
}

/// Notice of disconnection (RFC 4511, 4.4.1).
pub(super) fn disconnection() -> Vec<u8> {
    message(0, |message| {
        message.constructed(response::EXTENDED, |result| {
            result_parts(result, code::UNAVAILABLE, "going down");
            result.primitive(EXTENDED_NAME, DISCONNECTION.as_bytes());
        });
    })
    .to_vec()
}

/// A bind without a password succeeds, as with servers that take it for a visit by nobody: whoever asks must know.
pub(super) fn to_bind(shared: &Shared, dn: &str, password: &str) -> Answer {
    let found = Dn::parse(dn).ok().and_then(|name| shared.tree.find(&name));
    let is_right = password.is_empty() || found.is_some_and(|entry| entry.password.as_deref() == Some(password));
    let code = if is_right { code::SUCCESS } else { code::INVALID_CREDENTIALS };
    Answer::result(response::BIND, code, "")
}

pub(super) fn to_search(shared: &Shared, search: &Search) -> Vec<Answer> {
    let done = |code, cookie| Answer::Result { tag: response::SEARCH_DONE, code, text: "", referral: None, cookie };
    let Ok(base) = Dn::parse(&search.base) else { return vec![done(code::INVALID_DN, None)] };
    if base.is_root() {
        return vec![Answer::Entry(chosen(&shared.root, &search.attributes)), done(code::SUCCESS, None)];
    }
    if shared.tree.find(&base).is_none() {
        return vec![done(code::NO_SUCH_OBJECT, None)];
    }
    let found = shared.tree.search(&base, search.base_alone, &search.filter);
    let entries = |found: &[&Entry]| -> Vec<_> {
        found.iter().map(|entry| Answer::Entry(chosen(entry, &search.attributes))).collect()
    };
    if let Some((size, cookie)) = &search.paging {
        let start: usize = str::from_utf8(cookie).ok().and_then(|start| start.parse().ok()).unwrap_or_default();
        let rest = found.get(start..).unwrap_or_default();
        let page = &rest[..rest.len().min(*size)];
        let next = if page.len() < rest.len() { (start + page.len()).to_string().into_bytes() } else { Vec::new() };
        let mut answers = entries(page);
        answers.push(done(code::SUCCESS, Some(next)));
        return answers;
    }
    let most = if search.size_limit == 0 { found.len() } else { search.size_limit };
    let mut answers = entries(&found[..found.len().min(most)]);
    answers.push(done(if found.len() > most { code::SIZE_LIMIT } else { code::SUCCESS }, None));
    answers
}

/// What a fault makes of the answers to a question.
pub(super) fn spoil(answers: Vec<Answer>, fault: &Fault) -> Vec<Answer> {
    let (mut entries, results): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| matches!(answer, Answer::Entry(_)));
    let tag = results.iter().find_map(|answer| match answer {
        Answer::Result { tag, .. } => Some(*tag),
        _ => None,
    });
    let tag = tag.unwrap_or(response::SEARCH_DONE);
    match fault {
        Fault::Result(code, text) => return vec![Answer::result(tag, *code, text)],
        Fault::Referral(address) => {
            let referral = Some(address.clone());
            return vec![Answer::Result { tag, code: code::REFERRAL, text: "", referral, cookie: None }];
        }
        Fault::CutOff(count, code) => {
            entries.truncate(*count);
            entries.push(Answer::result(tag, *code, ""));
            return entries;
        }
        Fault::EmptyPage => {
            let cookie = Some(b"0".to_vec());
            return vec![Answer::Result { tag, code: code::SUCCESS, text: "", referral: None, cookie }];
        }
        Fault::Reference(address) => entries.push(Answer::Reference(address.clone())),
        Fault::Twice => {
            let again = entries.iter().filter_map(|answer| match answer {
                Answer::Entry(entry) => {
                    Some(Answer::Entry(Entry { dn: format!("cn=again+{}", entry.dn), ..entry.clone() }))
                }
                _ => None,
            });
            let again: Vec<_> = again.collect();
            entries.extend(again);
        }
        Fault::EmptyName => change(&mut entries, |entry| entry.dn.clear()),
        Fault::Huge(bytes) => change(&mut entries, |entry| {
            entry.attributes.push(("jpegPhoto".to_owned(), vec![vec![0xff; *bytes]]));
        }),
        _ => {}
    }
    entries.extend(results);
    entries
}

fn change(answers: &mut [Answer], change: impl Fn(&mut Entry)) {
    for answer in answers {
        if let Answer::Entry(entry) = answer {
            change(entry);
        }
    }
}

/// The entry with the attributes that were asked for.
fn chosen(entry: &Entry, wanted: &[String]) -> Entry {
    let mut entry = entry.clone();
    if !wanted.is_empty() {
        entry.attributes.retain(|(name, _)| wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(name)));
    }
    entry
}

fn result_parts(result: &mut Writer, code: u32, text: &str) {
    result.integer(ENUMERATED, i32::try_from(code).unwrap_or(i32::MAX));
    result.text("");
    result.text(text);
}

fn entry_parts(parts: &mut Writer, entry: &Entry) {
    parts.text(&entry.dn);
    parts.constructed(SEQUENCE, |attributes| {
        for (name, values) in &entry.attributes {
            attributes.constructed(SEQUENCE, |attribute| {
                attribute.text(name);
                attribute.constructed(SET, |set| values.iter().for_each(|value| set.primitive(OCTET_STRING, value)));
            });
        }
    });
}

fn paging_control(message: &mut Writer, cookie: &[u8]) {
    message.constructed(CONTROLS, |controls| {
        controls.constructed(SEQUENCE, |control| {
            control.text(PAGED_RESULTS);
            control.primitive(OCTET_STRING, &paging_value(0, cookie));
        });
    });
}
