//! The periodic sync: everybody whom a selection stands for, or an error. Who is missing gets disabled.

use baton_identity::ldap::{
    CutOff, EntryKind, LdapError, LdapSettings, NestedGroups, People, Selection, Step,
    fake::{BASE, FakeEntry, FakeLdap, Fault, Moment},
    people_in,
};

use super::support::{group, person, settings, uuid_of, with_active_directory, with_fake};

fn selection(kind: EntryKind, dn: &str) -> Selection {
    Selection { kind, id: None, dn: format!("{dn},{BASE}") }
}

fn everybody() -> Selection {
    Selection { kind: EntryKind::OrganisationalUnit, id: None, dn: format!("ou=people,{BASE}") }
}

/// A unit with so many people.
fn unit_of(count: usize) -> Vec<FakeEntry> {
    let unit = FakeEntry::new(&format!("ou=people,{BASE}"), "organizationalUnit").with("ou", "people");
    let person = |number: usize| {
        FakeEntry::new(&format!("uid=p{number},ou=people,{BASE}"), "inetOrgPerson")
            .with("uid", format!("p{number}"))
            .with("entryUUID", uuid_of(&format!("p{number}")))
    };
    std::iter::once(unit).chain((0..count).map(person)).collect()
}

/// In pages of ten.
fn paged(fake: &FakeLdap) -> LdapSettings {
    let mut settings = settings(fake);
    settings.limits.page = 10;
    settings
}

fn names(people: &People) -> Vec<&str> {
    let mut names: Vec<_> = people.people.iter().map(|user| user.user_name.as_str()).collect();
    names.sort_unstable();
    names
}

#[test]
fn every_page_is_fetched() {
    for count in [0, 9, 10, 11, 35] {
        with_fake(unit_of(count), move |fake| async move {
            let found = people_in(&paged(&fake), &[everybody()]).await.unwrap();
            assert_eq!(found.people.len(), count);
        });
    }
}

#[test]
fn people_selected_in_several_ways_come_once() {
    let entries = [unit_of(2), vec![group("staff", &["uid=p0,ou=people", "uid=p1,ou=people"])]].concat();
    with_fake(entries, |fake| async move {
        let selections =
            [everybody(), selection(EntryKind::Group, "cn=staff"), selection(EntryKind::Person, "uid=p0,ou=people")];
        assert_eq!(names(&people_in(&settings(&fake), &selections).await.unwrap()), ["p0", "p1"]);
    });
}

#[test]
fn a_group_stands_for_the_people_in_its_groups_too_though_they_run_in_a_cycle() {
    let entries = vec![
        person("ada"),
        person("bob"),
        person("eve"),
        group("staff", &["uid=ada", "cn=engineers"]),
        group("engineers", &["uid=bob", "cn=staff"]),
    ];
    with_fake(entries.clone(), |fake| async move {
        let found = people_in(&settings(&fake), &[selection(EntryKind::Group, "cn=staff")]).await.unwrap();
        assert_eq!(names(&found), ["ada", "bob"]);
    });
    with_active_directory(entries, |fake| async move {
        let preset = settings(&fake);
        let settings = LdapSettings {
            nested_groups: NestedGroups::Automatic,
            people_filter: "(objectClass=inetOrgPerson)".to_owned(),
            group_filter: "(objectClass=groupOfNames)".to_owned(),
            attributes: LdapSettings::open_ldap(BASE).attributes,
            ..preset
        };
        let found = people_in(&settings, &[selection(EntryKind::Group, "cn=staff")]).await.unwrap();
        assert_eq!(names(&found), ["ada", "bob"]);
    });
}

#[test]
fn a_person_who_left_is_gone_and_the_others_are_there() {
    with_fake(vec![person("ada")], |fake| async move {
        let left = selection(EntryKind::Person, "uid=bob");
        let found =
            people_in(&settings(&fake), &[selection(EntryKind::Person, "uid=ada"), left.clone()]).await.unwrap();
        assert_eq!((names(&found), &found.gone), (vec!["ada"], &vec![left]));
    });
}

#[test]
fn a_person_who_was_renamed_is_found_by_id() {
    with_fake(vec![person("ada")], |fake| async move {
        let before = Selection { id: Some(uuid_of("ada")), ..selection(EntryKind::Person, "uid=maiden") };
        assert_eq!(names(&people_in(&settings(&fake), &[before]).await.unwrap()), ["ada"]);
    });
}

#[test]
fn somebody_else_with_a_name_that_became_free_is_not_taken_for_who_left() {
    with_fake(vec![person("ada")], |fake| async move {
        let left = Selection { id: Some(uuid_of("another ada")), ..selection(EntryKind::Person, "uid=ada") };
        let found = people_in(&settings(&fake), &[left]).await.unwrap();
        assert_eq!((found.people.len(), found.gone.len()), (0, 1));
    });
}

#[test]
fn somebody_without_a_user_name_is_not_imported_and_not_gone() {
    with_fake(vec![person("ada").without("uid")], |fake| async move {
        let found = people_in(&settings(&fake), &[selection(EntryKind::Person, "uid=ada")]).await.unwrap();
        assert_eq!((found.people.len(), found.gone.len()), (0, 0));
        assert_eq!(found.nameless[0].id, uuid_of("ada"));
    });
}

#[test]
fn a_disabled_person_says_so() {
    with_fake(vec![person("ada").with("userAccountControl", "514")], |fake| async move {
        let found = people_in(&settings(&fake), &[selection(EntryKind::Person, "uid=ada")]).await.unwrap();
        assert!(found.people[0].disabled);
    });
}

#[test]
fn parts_of_the_tree_that_are_elsewhere_are_mentioned() {
    with_fake(unit_of(1), |fake| async move {
        assert!(!people_in(&settings(&fake), &[everybody()]).await.unwrap().elsewhere);
        fake.always(Moment::Search, Fault::Reference("ldaps://elsewhere.example.test".to_owned()));
        assert!(people_in(&settings(&fake), &[everybody()]).await.unwrap().elsewhere);
    });
}

/// A row of the fault table: what happens instead of the second page of people.
fn second_page(fault: Fault, expected: LdapError) {
    with_fake(unit_of(25), move |fake| async move {
        fake.on(Moment::Search, [Fault::Behave, Fault::Behave, fault]);
        assert_eq!(people_in(&paged(&fake), &[everybody()]).await.unwrap_err(), expected);
    });
}

#[test]
fn the_servers_size_limit_in_the_middle_of_pages_is_an_error() {
    second_page(Fault::CutOff(5, 4), LdapError::CutOff(CutOff::SizeLimit));
}

#[test]
fn the_servers_time_limit_in_the_middle_of_pages_is_an_error() {
    second_page(Fault::CutOff(5, 3), LdapError::CutOff(CutOff::TimeLimit));
}

#[test]
fn another_limit_of_the_server_in_the_middle_of_pages_is_an_error() {
    second_page(Fault::CutOff(5, 11), LdapError::CutOff(CutOff::AdminLimit));
}

#[test]
fn a_connection_lost_between_pages_is_an_error() {
    second_page(Fault::Close, LdapError::ConnectionLost(Step::Search));
}

#[test]
fn a_connection_lost_in_the_middle_of_a_page_is_an_error() {
    second_page(Fault::CloseAfter(3), LdapError::ConnectionLost(Step::Search));
}

#[test]
fn a_server_that_goes_down_between_pages_is_an_error() {
    second_page(Fault::Disconnection, LdapError::ConnectionLost(Step::Search));
}

#[test]
fn a_refusal_of_a_later_page_is_an_error() {
    let expected = LdapError::Unavailable { code: 52, text: "cookie is old".to_owned() };
    second_page(Fault::Result(52, "cookie is old"), expected);
}

#[test]
fn pages_without_an_end_are_an_error() {
    with_fake(unit_of(25), |fake| async move {
        fake.on(Moment::Search, [Fault::Behave]);
        fake.always(Moment::Search, Fault::EmptyPage);
        let error = people_in(&paged(&fake), &[everybody()]).await.unwrap_err();
        assert_eq!(error, LdapError::CutOff(CutOff::Pages));
    });
}

#[test]
fn more_people_than_the_bound_are_an_error() {
    with_fake(unit_of(25), |fake| async move {
        let mut settings = paged(&fake);
        settings.limits.entries = 24;
        let error = people_in(&settings, &[everybody()]).await.unwrap_err();
        assert_eq!(error, LdapError::CutOff(CutOff::Entries));
    });
}

#[test]
fn more_groups_in_a_group_than_the_bound_are_an_error() {
    let entries = vec![person("ada"), group("outer", &["cn=inner"]), group("inner", &["uid=ada"])];
    with_fake(entries, |fake| async move {
        let mut settings = settings(&fake);
        settings.limits.groups = 1;
        let error = people_in(&settings, &[selection(EntryKind::Group, "cn=outer")]).await.unwrap_err();
        assert_eq!(error, LdapError::CutOff(CutOff::Groups));
    });
}

#[test]
fn a_group_or_unit_that_is_gone_is_an_error_because_nobody_knows_who_left() {
    with_fake(vec![person("ada")], |fake| async move {
        for missing in [selection(EntryKind::Group, "cn=staff"), selection(EntryKind::OrganisationalUnit, "ou=people")]
        {
            let error = people_in(&settings(&fake), std::slice::from_ref(&missing)).await.unwrap_err();
            assert_eq!(error, LdapError::Gone(missing.dn));
        }
    });
}

#[test]
fn a_group_with_members_in_a_directory_without_member_of_is_an_error() {
    let entries = vec![person("ada"), group("staff", &["uid=nobody-knows"])];
    with_fake(entries, |fake| async move {
        let error = people_in(&settings(&fake), &[selection(EntryKind::Group, "cn=staff")]).await.unwrap_err();
        assert_eq!(error, LdapError::NoMemberOf(format!("cn=staff,{BASE}")));
    });
}

#[test]
fn a_group_of_nobody_we_know_is_empty_where_the_directory_keeps_member_of() {
    let entries = vec![person("ada"), group("empty", &["cn=reader"]), group("staff", &["uid=ada"])];
    with_fake(entries, |fake| async move {
        let found = people_in(&settings(&fake), &[selection(EntryKind::Group, "cn=empty")]).await.unwrap();
        assert_eq!(found, People::default());
    });
}

#[test]
fn a_person_without_a_stable_id_is_an_error() {
    let mut entries = unit_of(3);
    entries[2] = entries[2].clone().without("entryUUID");
    with_fake(entries, |fake| async move {
        let error = people_in(&settings(&fake), &[everybody()]).await.unwrap_err();
        assert!(matches!(error, LdapError::MissingAttribute { .. }), "{error:?}");
    });
}
