//! What is asked, and what its answer must be.

use std::{cell::OnceCell, collections::HashSet, time::Duration};

use baton_identity::ldap::{
    DirectoryUser, EntryKind, IdForm, LdapSettings, Limits, NestedGroups, People, Secret, Selection,
    fake::{BASE, READER, Script},
};
use tokio::runtime::{Builder, Runtime};

use crate::{
    script::{Kind, Said},
    words::check_words,
};

const ENTRIES: usize = 20;

fn settings(what: u8) -> LdapSettings {
    let mut settings = LdapSettings::open_ldap(BASE);
    settings.host = "directory.example".to_owned();
    settings.bind_dn = READER.to_owned();
    settings.bind_password = Secret::new("a password");
    settings.nested_groups = match what >> 6 {
        0 => NestedGroups::Automatic,
        1 => NestedGroups::MatchingRule,
        _ => NestedGroups::MemberOf,
    };
    if what & 0x20 != 0 {
        settings.attributes.id = "objectGUID".to_owned();
        settings.attributes.id_form = IdForm::Guid;
    }
    settings.limits = Limits { step: Duration::from_secs(10), entries: ENTRIES, bytes: 1024, page: 5, groups: 4 };
    settings
}

/// Asks, and checks the answer.
pub fn ask(what: u8, said: &Said, piece: usize) {
    let settings = settings(what);
    let script = Script::new(&said.bytes, piece);
    // Of what is odd nobody can say what it means.
    let kinds = said.kinds.as_deref().filter(|kinds| !kinds.contains(&Kind::Odd));
    match what & 0x1f {
        0..=9 => match run(script.authenticate(&settings, "ada", "two quiet herons")) {
            Ok(user) => check_sign_in(&user, kinds),
            Err(error) => check_words(&error.to_string()),
        },
        10 => match run(script.root(&settings)) {
            Ok(root) => assert!(format!("{:?}", root.kind).len() <= 2000),
            Err(error) => check_words(&error.to_string()),
        },
        other => {
            let selections = selections(other);
            match run(script.people_in(&settings, &selections)) {
                Ok(people) => check_people(&people, &selections, kinds),
                Err(error) => check_words(&error.to_string()),
            }
        }
    }
}

fn selections(which: u8) -> Vec<Selection> {
    let kinds = [EntryKind::Person, EntryKind::Group, EntryKind::OrganisationalUnit];
    let names = ["uid=ada,dc=example,dc=test", "cn=nurses,dc=example,dc=test", "ou=wards,dc=example,dc=test"];
    let chosen = (0..3).filter(|place| which & (1 << place) != 0);
    let id = (which & 8 != 0).then(|| "11111111-2222-3333-4444-555555555555".to_owned());
    chosen.map(|place| Selection { kind: kinds[place], id: id.clone(), dn: names[place].to_owned() }).collect()
}

/// Nobody signs in but after: yes to Baton's bind, one entry, the end of the search, yes to the person's bind.
fn check_sign_in(user: &DirectoryUser, kinds: Option<&[Kind]>) {
    check_user(user);
    assert!(!user.disabled);
    let Some(kinds) = kinds else { return };
    let due: Vec<Kind> = kinds.iter().copied().filter(|kind| *kind != Kind::Aside).take(4).collect();
    let [Kind::Bind(0), Kind::Entry, Kind::Done(0, _), Kind::Bind(0)] = due[..] else {
        panic!("signed in by {due:?}");
    };
}

/// A list of people is whole: everybody once, and each search came to a good end.
fn check_people(people: &People, selections: &[Selection], kinds: Option<&[Kind]>) {
    let mut ids = HashSet::new();
    for user in &people.people {
        check_user(user);
        assert!(ids.insert(&user.id), "{} is there twice", user.id);
    }
    for nameless in &people.nameless {
        assert!(ids.insert(&nameless.id), "{} is there twice", nameless.id);
        check_text(&nameless.id);
    }
    assert!(people.gone.iter().all(|gone| selections.contains(gone)));
    let Some(kinds) = kinds else { return };
    assert_eq!(kinds.first(), Some(&Kind::Bind(0)), "an answer before Baton is let in");
    let entries = kinds.iter().filter(|kind| matches!(kind, Kind::Entry)).count();
    assert!(people.people.len() + people.nameless.len() <= entries, "somebody is made up");
    if selections.iter().any(|selection| selection.kind != EntryKind::Person) {
        assert!(kinds.contains(&Kind::Done(0, false)), "no search ended, and the list counts as whole");
    }
}

fn check_user(user: &DirectoryUser) {
    check_text(&user.id);
    check_text(&user.user_name);
    for text in [&user.display_name, &user.mail, &user.principal_name].into_iter().flatten() {
        check_text(text);
    }
}

/// What is stored and shown is something, in one line.
fn check_text(text: &str) {
    assert!(!text.is_empty() && text.trim() == text, "{text:?}");
    assert!(!text.chars().any(char::is_control), "{text:?} breaks its line");
}

fn run<T>(work: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: OnceCell<Runtime> = const { OnceCell::new() };
    }
    RUNTIME.with(|runtime| {
        let runtime = runtime.get_or_init(|| Builder::new_current_thread().enable_time().build().expect("a runtime"));
        runtime.block_on(work)
    })
}
