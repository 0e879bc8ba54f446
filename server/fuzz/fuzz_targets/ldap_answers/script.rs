//! What the directory says.

use baton_identity::ldap::fake::BASE;

/// A message that was composed, as far as properties ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Bind(u8),
    Entry,
    /// The code, and whether another page follows.
    Done(u8, bool),
    /// What changes nothing.
    Aside,
    /// What no rule here can say anything about.
    Odd,
}

pub struct Said {
    pub bytes: Vec<u8>,
    /// What the bytes mean; nothing where they came as they are.
    pub kinds: Option<Vec<Kind>>,
}

impl Said {
    pub fn raw(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), kinds: None }
    }

    /// Takes the bytes for orders, one message after the other. The ids are those of the questions that are due.
    pub fn composed(orders: &[u8]) -> Self {
        let mut orders = Orders(orders);
        let (mut said, mut kinds, mut id) = (Vec::new(), Vec::new(), 1_u8);
        while let Some(order) = orders.byte() {
            let (kind, operation, controls) = match order % 10 {
                0 | 1 => {
                    let code = orders.code();
                    (Kind::Bind(code), outcome(0x61, code, orders.text()), Vec::new())
                }
                2..=5 => (Kind::Entry, entry(&mut orders), Vec::new()),
                6 | 7 => {
                    let code = orders.code();
                    let cookie = if order % 10 == 7 { orders.text() } else { Vec::new() };
                    let done = Kind::Done(code, !cookie.is_empty());
                    (done, outcome(0x65, code, orders.text()), paging(&cookie))
                }
                8 => (Kind::Aside, element(if order & 0x80 == 0 { 0x73 } else { 0x79 }, &orders.text()), Vec::new()),
                _ => (Kind::Odd, element(orders.byte().unwrap_or(0x64), &orders.text()), orders.text()),
            };
            let message = [element(0x02, &[id]), operation, controls].concat();
            said.extend(element(0x30, &message));
            kinds.push(kind);
            if matches!(kind, Kind::Bind(_) | Kind::Done(..)) {
                id = id.saturating_add(1).min(127);
            }
        }
        Self { bytes: said, kinds: Some(kinds) }
    }
}

/// What is left of the orders.
struct Orders<'o>(&'o [u8]);

impl Orders<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// Mostly success.
    fn code(&mut self) -> u8 {
        const CODES: [u8; 8] = [3, 4, 10, 11, 32, 49, 51, 53];
        let byte = self.byte().unwrap_or_default();
        if byte < 0xc0 { 0 } else { CODES[usize::from(byte) % CODES.len()] }
    }

    /// A word of directories, or bytes as they come.
    fn text(&mut self) -> Vec<u8> {
        const WORDS: [&str; 22] = [
            "",
            "ada",
            "Ada Lovelace",
            "uid=ada,dc=example,dc=test",
            "cn=nurses,dc=example,dc=test",
            "ou=wards,dc=example,dc=test",
            "11111111-2222-3333-4444-555555555555",
            "entryUUID",
            "objectGUID",
            "uid",
            "cn",
            "mail",
            "memberOf",
            "userAccountControl",
            "514",
            "objectClass",
            "supportedCapabilities",
            "1.2.840.113556.1.4.800",
            "80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data 533, v4563",
            "namingContexts",
            "ben",
            BASE,
        ];
        match self.byte().unwrap_or_default() {
            byte if byte < 0xc0 => WORDS[usize::from(byte) % WORDS.len()].as_bytes().to_vec(),
            byte => {
                let length = usize::from(byte & 0x3f).min(self.0.len());
                let (text, rest) = self.0.split_at(length);
                self.0 = rest;
                text.to_vec()
            }
        }
    }
}

/// An element of BER.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let head = match length {
        0..0x80 => vec![tag, length as u8],
        _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    [head, content.to_vec()].concat()
}

fn outcome(tag: u8, code: u8, text: Vec<u8>) -> Vec<u8> {
    element(tag, &[element(0x0a, &[code]), element(0x04, &[]), element(0x04, &text)].concat())
}

fn entry(orders: &mut Orders<'_>) -> Vec<u8> {
    let name = element(0x04, &orders.text());
    let mut attributes = Vec::new();
    for _ in 0..orders.byte().unwrap_or_default() % 6 {
        let name = element(0x04, &orders.text());
        let values = orders.byte().unwrap_or_default() % 4;
        let values: Vec<u8> = (0..values).flat_map(|_| element(0x04, &orders.text())).collect();
        attributes.extend(element(0x30, &[name, element(0x31, &values)].concat()));
    }
    element(0x64, &[name, element(0x30, &attributes)].concat())
}

fn paging(cookie: &[u8]) -> Vec<u8> {
    if cookie.is_empty() {
        return Vec::new();
    }
    let value = element(0x30, &[element(0x02, &[0]), element(0x04, cookie)].concat());
    let control = element(0x30, &[element(0x04, b"1.2.840.113556.1.4.319"), element(0x04, &value)].concat());
    element(0xa0, &control)
}
