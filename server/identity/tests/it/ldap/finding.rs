//! The dialog *Select Users*: people, groups and units by a part of their name.

use baton_identity::ldap::{
    EntryKind, Hits, LdapError, TypedProblem,
    fake::{BASE, FakeEntry},
    search,
};

use super::support::{group, person, settings, with_fake};

fn names(hits: &Hits) -> Vec<&str> {
    hits.hits.iter().map(|hit| hit.name.as_str()).collect()
}

fn unit(name: &str) -> FakeEntry {
    FakeEntry::new(&format!("ou={name},{BASE}"), "organizationalUnit").with("ou", name)
}

#[test]
fn people_are_found_by_every_name_they_have() {
    with_fake(vec![person("ada"), person("bob")], |fake| async move {
        for text in ["ada", "ADA", "The a", "ada@exa", " ada "] {
            let found = search(&settings(&fake), text, EntryKind::Person, 10).await.unwrap();
            assert_eq!(names(&found), ["The ada"], "{text}");
        }
    });
}

#[test]
fn each_kind_is_found_by_itself() {
    let entries = vec![person("heron"), group("heron keepers", &["uid=heron"]), unit("herons")];
    with_fake(entries, |fake| async move {
        for (kind, name) in [
            (EntryKind::Person, "The heron"),
            (EntryKind::Group, "heron keepers"),
            (EntryKind::OrganisationalUnit, "herons"),
        ] {
            let found = search(&settings(&fake), "heron", kind, 10).await.unwrap();
            assert_eq!((names(&found), found.hits[0].kind), (vec![name], kind));
        }
    });
}

#[test]
fn more_than_the_limit_is_said_and_not_sent() {
    let people = ["a", "b", "c"].map(person).to_vec();
    with_fake(people, |fake| async move {
        let all = search(&settings(&fake), "", EntryKind::Person, 3).await.unwrap();
        let some = search(&settings(&fake), "", EntryKind::Person, 2).await.unwrap();

        assert_eq!((all.hits.len(), all.more), (3, false));
        assert_eq!((some.hits.len(), some.more), (2, true));
    });
}

#[test]
fn what_looks_like_a_filter_is_searched_for_as_it_is() {
    with_fake(vec![person("ada"), group("a*b (c)", &["uid=ada"])], |fake| async move {
        assert_eq!(search(&settings(&fake), "*", EntryKind::Person, 10).await.unwrap().hits, []);
        let found = search(&settings(&fake), "*b (", EntryKind::Group, 10).await.unwrap();
        assert_eq!(names(&found), ["a*b (c)"]);
    });
}

#[test]
fn what_nobody_searches_for_is_refused() {
    with_fake(vec![], |fake| async move {
        for (text, problem) in [("a\0", TypedProblem::Nul), (&*"a".repeat(500), TypedProblem::TooLong)] {
            let error = search(&settings(&fake), text, EntryKind::Person, 10).await.unwrap_err();
            assert_eq!(error, LdapError::Typed(problem));
        }
        assert_eq!(fake.connections(), 0);
    });
}
