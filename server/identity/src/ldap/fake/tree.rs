//! The entries of the fake, and which ones a filter matches.

use std::collections::HashSet;

use crate::ldap::{
    dn::Dn,
    entry::Entry,
    filter::Filter,
    groups::{IN_CHAIN, MEMBER_OF},
};

/// Active Directory's rule for bits that are all set ([MS-ADTS] 3.1.1.3.4.4.1).
const ALL_BITS: &str = "1.2.840.113556.1.4.803";

/// An entry of the fake.
#[derive(Clone, Debug)]
pub struct FakeEntry {
    pub(super) entry: Entry,
    pub(super) name: Dn,
    pub(super) password: Option<String>,
}

impl FakeEntry {
    /// An entry of this name and class.
    ///
    /// # Panics
    /// When it is no name.
    #[must_use]
    pub fn new(dn: &str, class: &str) -> Self {
        let name = Dn::parse(dn).expect("a distinguished name");
        Self { entry: Entry { dn: dn.to_owned(), attributes: Vec::new() }, name, password: None }
            .with("objectClass", class)
    }

    /// With this value of this attribute, beside those that it has.
    #[must_use]
    pub fn with(mut self, attribute: &str, value: impl AsRef<[u8]>) -> Self {
        self.add(attribute, value.as_ref());
        self
    }

    fn add(&mut self, attribute: &str, value: &[u8]) {
        match self.entry.attributes.iter_mut().find(|(name, _)| name == attribute) {
            Some((_, values)) => values.push(value.to_vec()),
            None => self.entry.attributes.push((attribute.to_owned(), vec![value.to_vec()])),
        }
    }

    /// Without this attribute.
    #[must_use]
    pub fn without(mut self, attribute: &str) -> Self {
        self.entry.attributes.retain(|(name, _)| name != attribute);
        self
    }

    /// With this password.
    #[must_use]
    pub fn with_password(mut self, password: &str) -> Self {
        self.password = Some(password.to_owned());
        self
    }
}

/// All entries.
pub(super) struct Tree(Vec<FakeEntry>);

impl Tree {
    /// These entries, with `memberOf` wherever a group has them as `member`.
    pub(super) fn new(mut entries: Vec<FakeEntry>) -> Self {
        let members = |group: &FakeEntry| -> HashSet<Dn> {
            group.entry.texts("member").filter_map(|dn| Dn::parse(dn).ok()).collect()
        };
        let groups: Vec<_> = entries.iter().map(|group| (group.entry.dn.clone(), members(group))).collect();
        let groups: Vec<_> = groups.into_iter().filter(|(_, members)| !members.is_empty()).collect();
        for entry in &mut entries {
            let name = entry.name.clone();
            for (group, _) in groups.iter().filter(|(_, members)| members.contains(&name)) {
                entry.add(MEMBER_OF, group.as_bytes());
            }
        }
        Self(entries)
    }

    pub(super) fn find(&self, name: &Dn) -> Option<&FakeEntry> {
        self.0.iter().find(|entry| entry.name == *name)
    }

    /// The entries below this base, itself included, that match.
    pub(super) fn search(&self, base: &Dn, base_alone: bool, filter: &Filter) -> Vec<&Entry> {
        let reached = |entry: &&FakeEntry| if base_alone { entry.name == *base } else { entry.name.is_within(base) };
        self.0.iter().filter(reached).map(|entry| &entry.entry).filter(|entry| self.matches(entry, filter)).collect()
    }

    fn matches(&self, entry: &Entry, filter: &Filter) -> bool {
        let any = |name: &str, test: &dyn Fn(&[u8]) -> bool| entry.values(name).any(test);
        match filter {
            Filter::And(parts) => parts.iter().all(|part| self.matches(entry, part)),
            Filter::Or(parts) => parts.iter().any(|part| self.matches(entry, part)),
            Filter::Not(part) => !self.matches(entry, part),
            Filter::Present(name) => entry.values(name).next().is_some(),
            Filter::Equal(name, value) | Filter::Approximate(name, value) => any(name, &|found| same(found, value)),
            Filter::AtLeast(name, value) => any(name, &|found| found >= value.as_slice()),
            Filter::AtMost(name, value) => any(name, &|found| found <= value.as_slice()),
            Filter::Substrings { attribute, initial, any: middle, last } => {
                any(attribute, &|found| has_parts(&fold(found), initial.as_deref(), middle, last.as_deref()))
            }
            Filter::Extensible { attribute: Some(name), rule, value, .. } => match rule.as_deref() {
                Some(IN_CHAIN) => self.reaches(entry, name, value),
                Some(ALL_BITS) => any(name, &|found| number(found) & number(value) == number(value)),
                _ => any(name, &|found| same(found, value)),
            },
            Filter::Extensible { attribute: None, .. } => false,
        }
    }

    /// Whether this attribute leads from here to there, through as many entries as it takes.
    fn reaches(&self, from: &Entry, attribute: &str, to: &[u8]) -> bool {
        let Some(to) = str::from_utf8(to).ok().and_then(|dn| Dn::parse(dn).ok()) else { return false };
        let mut seen = HashSet::new();
        let mut ahead: Vec<&Entry> = vec![from];
        while let Some(entry) = ahead.pop() {
            for name in entry.texts(attribute).filter_map(|dn| Dn::parse(dn).ok()) {
                if name == to {
                    return true;
                }
                if seen.insert(name.clone()) {
                    ahead.extend(self.find(&name).map(|found| &found.entry));
                }
            }
        }
        false
    }
}

fn fold(value: &[u8]) -> Vec<u8> {
    str::from_utf8(value).map_or_else(|_| value.to_vec(), |text| text.to_lowercase().into_bytes())
}

fn same(found: &[u8], value: &[u8]) -> bool {
    fold(found) == fold(value)
}

fn number(value: &[u8]) -> u32 {
    str::from_utf8(value).ok().and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn has_parts(value: &[u8], initial: Option<&[u8]>, middle: &[Vec<u8>], last: Option<&[u8]>) -> bool {
    let Some(mut rest) = value.strip_prefix(fold(initial.unwrap_or_default()).as_slice()) else { return false };
    for part in middle.iter().map(|part| fold(part)) {
        let Some(at) = rest.windows(part.len().max(1)).position(|window| window == part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(&fold(last.unwrap_or_default()))
}
