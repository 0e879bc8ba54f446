//! The whole table, read once when it is first asked for.

use std::ops::Range;
use std::sync::OnceLock;

use super::entry::{Entry, PerSystem};
use super::parse::{Line, entry, key_systems, next_line, split};
use super::texts;
use crate::name::named;

named! {
    /// What Apple's schema describes.
    pub enum Kind {
        /// A command of the server, by its `RequestType`.
        Command = "command",
        /// A message of the device, by its `MessageType`.
        CheckIn = "checkin",
        /// A payload of a configuration profile, by its `PayloadType`.
        Profile = "profile",
        /// A declaration, by its `Type`.
        Declaration = "declaration",
        /// What a device tells when it asks for an enrollment profile.
        MachineInfo = "machineinfo",
    }
}

impl Kind {
    /// The folder of Apple's schema.
    #[must_use]
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Command => "mdm/commands",
            Self::CheckIn => "mdm/checkin",
            Self::Profile => "mdm/profiles",
            Self::Declaration => "declarative/declarations",
            Self::MachineInfo => "other",
        }
    }
}

/// One file of Apple's schema.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// Apple's name; six payloads share `com.apple.MCX`, two `com.apple.extensiblesso`.
    pub id: &'static str,
    /// The file without folder and ending; unique within a kind.
    pub stem: &'static str,
    /// Declarations: how several of a type are applied, `single`, `multiple` or `combined`.
    pub apply: Option<&'static str>,
    /// Whether every key is listed; else only keys that have a rule of their own are.
    pub lists_every_key: bool,
    /// What holds for the whole.
    pub systems: PerSystem,
    keys: Vec<Key>,
}

impl Item {
    /// Its keys, in Apple's order.
    #[must_use]
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// A key of it.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// The file's path in Apple's repository.
    #[must_use]
    pub fn file(&self) -> String {
        format!("{}/{}.yaml", self.kind.folder(), self.stem)
    }
}

/// A key of an item, with what it takes over from the whole filled in.
#[derive(Clone, Debug)]
pub struct Key {
    /// Its path: `Settings/DeviceName`.
    pub name: &'static str,
    /// Whether it stands in the device's answer and not in what is sent.
    pub in_answer: bool,
    /// What holds for it.
    pub systems: PerSystem,
}

/// Apple's table.
#[derive(Debug, Default)]
pub struct Table {
    /// In the order of their texts; within each text in the order of their files.
    items: Vec<Item>,
    /// Where each text's items are.
    texts: Vec<(Kind, Range<usize>)>,
    unreadable: Vec<&'static str>,
}

impl Table {
    /// The table. It is read at the first call, which takes about a millisecond.
    #[must_use]
    pub fn get() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| {
            Self::of(&[
                (Kind::Command, texts::COMMANDS),
                (Kind::CheckIn, texts::CHECKINS),
                (Kind::Profile, texts::PROFILES),
                (Kind::Profile, texts::RESTRICTIONS),
                (Kind::Declaration, texts::DECLARATIONS),
                (Kind::MachineInfo, texts::MACHINE_INFO),
            ])
        })
    }

    /// The part about payloads. Who asks about nothing else, such as a what-if in the browser, does not carry the rest.
    pub(super) fn profiles() -> &'static Self {
        static PROFILES: OnceLock<Table> = OnceLock::new();
        PROFILES.get_or_init(|| Self::of(&[(Kind::Profile, texts::PROFILES), (Kind::Profile, texts::RESTRICTIONS)]))
    }

    fn of(texts: &[(Kind, &'static str)]) -> Self {
        let mut table = Self::default();
        for (kind, text) in texts {
            let begin = table.items.len();
            table.read(*kind, text);
            table.texts.push((*kind, begin..table.items.len()));
        }
        table
    }

    fn read(&mut self, kind: Kind, text: &'static str) {
        let mut rest = text;
        loop {
            let before = rest;
            let Some(line) = next_line(&mut rest) else { return };
            let understood = match line {
                Line::Nothing => true,
                Line::Item(header) => self.begin(kind, header),
                Line::System(system, words) => match (entry(Entry::BLANK, words), self.items.last_mut()) {
                    (Some(entry), Some(item)) => {
                        item.systems.0[system] = Some(entry);
                        true
                    }
                    _ => false,
                },
                Line::Key { in_answer, name, systems } => self.add_key(in_answer, name, systems),
                Line::Unreadable => false,
            };
            if !understood {
                self.unreadable.push(split(before, b'\n').0);
            }
        }
    }

    fn begin(&mut self, kind: Kind, header: &'static str) -> bool {
        let mut words = header.split(' ');
        let id = words.next().unwrap_or_default();
        let mut item = Item {
            kind,
            id,
            stem: id,
            apply: None,
            lists_every_key: false,
            systems: PerSystem::NOWHERE,
            keys: Vec::new(),
        };
        let mut understood = true;
        for word in words {
            match word.split_once('=') {
                None => item.stem = word,
                Some(("apply", apply)) => item.apply = Some(apply),
                Some(("keys", "all")) => item.lists_every_key = true,
                Some(_) => understood = false,
            }
        }
        self.items.push(item);
        understood
    }

    fn add_key(&mut self, in_answer: bool, name: &'static str, systems: &str) -> bool {
        let Some(item) = self.items.last_mut() else { return false };
        let Some(systems) = key_systems(&item.systems, systems) else { return false };
        item.keys.push(Key { name, in_answer, systems });
        true
    }

    /// Every item, in the order of kinds and files.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter()
    }

    /// The item of this kind with this file, or, where no other has it, this name.
    #[must_use]
    pub fn item(&self, kind: Kind, file_or_id: &str) -> Option<&Item> {
        self.item_of_file(kind, file_or_id).or_else(|| {
            let mut namesakes = self.items.iter().filter(|item| item.kind == kind && item.id == file_or_id);
            namesakes.next().filter(|_| namesakes.next().is_none())
        })
    }

    fn item_of_file(&self, kind: Kind, stem: &str) -> Option<&Item> {
        self.texts.iter().filter(|(of, _)| *of == kind).find_map(|(_, items)| {
            let items = self.items.get(items.clone())?;
            let place = items.binary_search_by(|item| item.stem.cmp(stem)).ok()?;
            items.get(place)
        })
    }

    /// Lines that say nothing this program knows; a test holds that there are none.
    #[must_use]
    pub fn unreadable(&self) -> &[&'static str] {
        &self.unreadable
    }
}
