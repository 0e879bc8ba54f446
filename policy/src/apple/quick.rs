//! What is asked often, looked up by the compiler: no text is read or even linked for it.

use super::entry::{Entry, PerSystem};
use super::parse::{Line, entry, key_systems, next_line, same, split};

/// A thing of a table file: the name or file of its block, and its key, or nothing for the whole.
pub(crate) type Place<'a> = (&'a str, &'a str);

/// Looks places up in a table file. A place with an empty name stands for nothing and is found nowhere.
pub(crate) const fn find<const N: usize>(text: &str, places: &[Place<'_>; N]) -> [PerSystem; N] {
    let mut found = [PerSystem::NOWHERE; N];
    let mut whole = PerSystem::NOWHERE;
    let mut header = "";
    let mut is_wanted = false;
    let mut rest = text;
    while let Some(line) = next_line(&mut rest) {
        match line {
            Line::Item(line) => {
                header = line;
                whole = PerSystem::NOWHERE;
                is_wanted = false;
                let mut index = 0;
                while index < N {
                    is_wanted = is_wanted || is_named(header, places[index].0);
                    index += 1;
                }
            }
            Line::System(system, words) if is_wanted => {
                whole.0[system] = entry(Entry::BLANK, words);
                put(&mut found, places, header, "", whole);
            }
            Line::Key { name, systems, .. } if is_wanted => {
                let mut index = 0;
                while index < N {
                    if same(places[index].1, name) {
                        if let Some(key) = key_systems(&whole, systems) {
                            put(&mut found, places, header, name, key);
                        }
                        break;
                    }
                    index += 1;
                }
            }
            Line::Nothing | Line::System(..) | Line::Key { .. } | Line::Unreadable => {}
        }
    }
    found
}

const fn put<const N: usize>(
    found: &mut [PerSystem; N],
    places: &[Place<'_>; N],
    header: &str,
    key: &str,
    systems: PerSystem,
) {
    let mut index = 0;
    while index < N {
        if same(places[index].1, key) && is_named(header, places[index].0) {
            found[index] = systems;
        }
        index += 1;
    }
}

/// Whether the first line of a block carries this name, or this file.
const fn is_named(header: &str, name: &str) -> bool {
    if name.is_empty() {
        return false;
    }
    let (id, rest) = split(header, b' ');
    same(id, name) || same(split(rest, b' ').0, name)
}

/// Whether every place that stands for something was found.
pub(crate) const fn is_complete<const N: usize>(found: &[PerSystem; N], places: &[Place<'_>; N]) -> bool {
    let mut index = 0;
    while index < N {
        if found[index].is_nowhere() && !places[index].0.is_empty() {
            return false;
        }
        index += 1;
    }
    true
}
