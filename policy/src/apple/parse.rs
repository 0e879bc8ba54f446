//! Reads the table's files. Every function is const, so that what is asked often is looked up by the compiler and only
//! the few who need the whole table carry its text.

use super::entry::{Channels, Enrollments, Entry, PerSystem, SYSTEMS, SharedIpad, UserEnrollment};
use super::rights::Right;
use crate::facts::OsVersion;

/// What a line of a table file is.
pub(super) enum Line<'a> {
    /// Empty, or a comment.
    Nothing,
    /// The beginning of a block: name, file and what holds for the whole.
    Item(&'a str),
    /// A system, with what holds there.
    System(usize, &'a str),
    /// A key: whether it stands in the answer, its name, and its systems.
    Key { in_answer: bool, name: &'a str, systems: &'a str },
    /// None of these.
    Unreadable,
}

/// Takes the first line off a text.
pub(super) const fn next_line<'a>(text: &mut &'a str) -> Option<Line<'a>> {
    if text.is_empty() {
        return None;
    }
    let (line, rest) = split(text, b'\n');
    *text = rest;
    Some(classify(line))
}

const fn classify(line: &str) -> Line<'_> {
    let bytes = line.as_bytes();
    if bytes.is_empty() || bytes[0] == b'#' {
        return Line::Nothing;
    }
    if bytes[0] != b' ' {
        return Line::Item(line);
    }
    let line = trim(line);
    if let Some(colon) = position(line, b':', b' ') {
        let (name, systems) = (line.split_at(colon).0, trim(line.split_at(colon + 1).1));
        return match position(name, b'>', b' ') {
            Some(0) => Line::Key { in_answer: true, name: trim(name.split_at(1).1), systems },
            _ => Line::Key { in_answer: false, name, systems },
        };
    }
    let (system, words) = split(line, b' ');
    match system_index(system) {
        Some(index) => Line::System(index, words),
        None => Line::Unreadable,
    }
}

/// Reads what a system's line adds to `start`.
pub(super) const fn entry(start: Entry, words: &str) -> Option<Entry> {
    let mut entry = start;
    let mut rest = words;
    while !rest.is_empty() {
        let (word, after) = split(rest, b' ');
        rest = after;
        let (name, value) = split(word, b'=');
        if value.is_empty() {
            if same(name, "supervised") {
                entry.needs_supervision = true;
            } else if same(name, "ade") {
                entry.needs_automated_enrollment = true;
            } else if same(name, "approved") {
                entry.needs_user_approval = true;
            } else if same(name, "mdm-only") {
                entry.mdm_only = true;
            } else if same(name, "multiple") {
                entry.multiple = true;
            } else {
                match version(name) {
                    Some(introduced) => entry.introduced = introduced,
                    None => return None,
                }
            }
        } else if same(name, "right") {
            match Right::from_word(value) {
                Some(right) => entry.right = right,
                None => return None,
            }
        } else if same(name, "channel") {
            match channels(value) {
                Some(channels) => entry.channels = channels,
                None => return None,
            }
        } else if same(name, "ue") {
            match user_enrollment(value) {
                Some(mode) => entry.user_enrollment = mode,
                None => return None,
            }
        } else if same(name, "shared") {
            match shared_ipad(value) {
                Some(mode) => entry.shared_ipad = mode,
                None => return None,
            }
        } else if same(name, "on") {
            match enrollments(value) {
                Some(enrollments) => entry.enrollments = Some(enrollments),
                None => return None,
            }
        } else {
            match version(value) {
                Some(version) if same(name, "deprecated") => entry.deprecated = Some(version),
                Some(version) if same(name, "removed") => entry.removed = Some(version),
                _ => return None,
            }
        }
    }
    Some(entry)
}

/// Reads the systems of a key: what each adds to the whole. A system that the whole lacks is unreadable.
pub(super) const fn key_systems(whole: &PerSystem, systems: &str) -> Option<PerSystem> {
    let mut key = PerSystem::NOWHERE;
    let mut rest = systems;
    while !rest.is_empty() {
        let (part, after) = split(rest, b';');
        rest = trim(after);
        let (system, words) = split(part, b' ');
        let Some(index) = system_index(system) else { return None };
        let Some(start) = whole.0[index] else { return None };
        key.0[index] = entry(start, words);
        if key.0[index].is_none() {
            return None;
        }
    }
    Some(key)
}

const fn channels(value: &str) -> Option<Channels> {
    let mut channels = Channels { device: false, user: false };
    let mut rest = value;
    while !rest.is_empty() {
        let (word, after) = split(rest, b'+');
        rest = after;
        if same(word, "device") {
            channels.device = true;
        } else if same(word, "user") {
            channels.user = true;
        } else {
            return None;
        }
    }
    Some(channels)
}

const fn enrollments(value: &str) -> Option<Enrollments> {
    let mut enrollments = Enrollments { supervised: false, device: false, user: false, local: false };
    let mut rest = value;
    while !rest.is_empty() {
        let (word, after) = split(rest, b'+');
        rest = after;
        if same(word, "supervised") {
            enrollments.supervised = true;
        } else if same(word, "device") {
            enrollments.device = true;
        } else if same(word, "user") {
            enrollments.user = true;
        } else if same(word, "local") {
            enrollments.local = true;
        } else {
            return None;
        }
    }
    Some(enrollments)
}

const fn user_enrollment(value: &str) -> Option<UserEnrollment> {
    let (mode, before) = split(value, b'<');
    if !before.is_empty() {
        return match version(before) {
            Some(version) if same(mode, "forbidden") => Some(UserEnrollment::ForbiddenBefore(version)),
            _ => None,
        };
    }
    if same(mode, "forbidden") {
        Some(UserEnrollment::Forbidden)
    } else if same(mode, "ignored") {
        Some(UserEnrollment::Ignored)
    } else if same(mode, "required") {
        Some(UserEnrollment::Required)
    } else {
        None
    }
}

const fn shared_ipad(value: &str) -> Option<SharedIpad> {
    if same(value, "forbidden") {
        return Some(SharedIpad::Forbidden);
    }
    let (mode, after) = split(value, b':');
    let Some(channels) = channels(if after.is_empty() { mode } else { after }) else { return None };
    if after.is_empty() {
        Some(SharedIpad::Allowed(channels))
    } else if same(mode, "required") {
        Some(SharedIpad::Required(channels))
    } else if same(mode, "ignored") {
        Some(SharedIpad::Ignored(channels))
    } else {
        None
    }
}

/// Reads one to three numbers parted by dots.
const fn version(text: &str) -> Option<OsVersion> {
    let bytes = text.as_bytes();
    let mut parts = [0_u16; 3];
    let mut part = 0;
    let mut digits = 0;
    let mut index = 0;
    while index < bytes.len() {
        match bytes[index] {
            digit @ b'0'..=b'9' if digits < 4 => {
                parts[part] = parts[part] * 10 + (digit - b'0') as u16;
                digits += 1;
            }
            b'.' if digits > 0 && part < 2 => {
                part += 1;
                digits = 0;
            }
            _ => return None,
        }
        index += 1;
    }
    if digits == 0 { None } else { Some(OsVersion::new(parts[0], parts[1], parts[2])) }
}

const fn system_index(name: &str) -> Option<usize> {
    let mut index = 0;
    while index < SYSTEMS.len() {
        if same(name, SYSTEMS[index].as_str()) {
            return Some(index);
        }
        index += 1;
    }
    None
}

/// The text before and after the first separator; nothing after it when there is none.
pub(super) const fn split(text: &str, separator: u8) -> (&str, &str) {
    let bytes = text.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        if bytes[index] == separator {
            let (before, rest) = text.split_at(index);
            return (before, rest.split_at(1).1);
        }
        index += 1;
    }
    (text, "")
}

/// Where a byte stands that is followed by another, or by nothing.
const fn position(text: &str, byte: u8, follower: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        if bytes[index] == byte && (index + 1 == bytes.len() || bytes[index + 1] == follower) {
            return Some(index);
        }
        index += 1;
    }
    None
}

/// Without the spaces at the beginning.
const fn trim(text: &str) -> &str {
    let bytes = text.as_bytes();
    let mut index = 0;
    while index < bytes.len() && bytes[index] == b' ' {
        index += 1;
    }
    text.split_at(index).1
}

/// Whether two texts are the same.
pub(super) const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut index = 0;
    while index < one.len() {
        if one[index] != other[index] {
            return false;
        }
        index += 1;
    }
    true
}
