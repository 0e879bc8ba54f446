mod catalogue;
mod configurations;
mod devices;
mod managed_accounts;
mod overview;
mod people;
mod policy_tests;
mod settings;
mod sources;
mod what_if;

use baton_app::document::{Frame, Shell};
use baton_app::pages::admin::list::{Link, Paging};
use baton_app::shell::console::Chrome;
use baton_app::shell::portal::Person;

use super::Sample;

pub fn samples(frame: &Frame) -> Vec<Sample> {
    let mut samples = overview::samples(frame);
    samples.extend(people::samples(frame));
    samples.extend(devices::samples(frame));
    samples.extend(catalogue::samples(frame));
    samples.extend(settings::samples(frame));
    samples.extend(sources::samples(frame));
    samples.extend(managed_accounts::samples(frame));
    samples.extend(what_if::samples(frame));
    samples.extend(policy_tests::samples(frame));
    samples
}

fn sample(name: &'static str, html: String) -> Sample {
    Sample { name, shell: Shell::Console, html }
}

fn chrome() -> Chrome {
    Chrome { person: Person { name: "Petra Lindqvist".to_owned(), console: true }, manages: true, flash: None }
}

fn link(name: &str, path: &str) -> Link {
    Link::new(name, path)
}

fn more(path: &str) -> Paging {
    Paging { first: None, next: Some(format!("{path}?after=sample")) }
}
