//! The groups of a person, nested ones included.

use baton_identity::ldap::{
    CutOff, DirectoryUser, LdapError, LdapSettings, NestedGroups, authenticate,
    fake::{BASE, FakeEntry, FakeLdap, Received},
    groups_of,
};

use super::support::{group, password_of, person, settings, uuid_of, with_active_directory, with_fake};

async fn ada(fake: &FakeLdap) -> DirectoryUser {
    authenticate(&settings(fake), "ada", &password_of("ada")).await.unwrap()
}

/// Name and directness of each group, by name.
async fn groups(settings: &LdapSettings, user: &DirectoryUser) -> Vec<(String, bool)> {
    let groups = groups_of(settings, user).await.unwrap();
    let mut groups: Vec<_> = groups.into_iter().map(|group| (group.name, group.direct)).collect();
    groups.sort();
    groups
}

/// Ada is in backend, backend in engineers, engineers in staff, and staff in backend again.
fn cycle() -> Vec<FakeEntry> {
    vec![
        group("backend", &["uid=ada", "cn=staff"]),
        group("engineers", &["cn=backend"]),
        group("staff", &["cn=engineers"]),
        group("others", &["uid=bob"]),
    ]
}

fn expected() -> Vec<(String, bool)> {
    [("backend", true), ("engineers", false), ("staff", false)].map(|(name, direct)| (name.to_owned(), direct)).to_vec()
}

#[test]
fn nested_groups_are_found_each_once_though_they_run_in_a_cycle() {
    with_fake([vec![person("ada"), person("bob")], cycle()].concat(), |fake| async move {
        let user = ada(&fake).await;
        assert_eq!(groups(&settings(&fake), &user).await, expected());
    });
}

#[test]
fn active_directory_follows_the_chain_itself() {
    let ad_group = |entry: FakeEntry, name: u8| entry.with("objectClass", "group").with("objectGUID", [name; 16]);
    let mut entries: Vec<_> = cycle().into_iter().zip(1..).map(|(entry, name)| ad_group(entry, name)).collect();
    entries.push(
        FakeEntry::new(&format!("uid=ada,{BASE}"), "user")
            .with("objectCategory", "person")
            .with("sAMAccountName", "ada")
            .with("objectGUID", [9; 16])
            .with_password(&password_of("ada")),
    );
    with_active_directory(entries, |fake| async move {
        let user = ada(&fake).await;
        let automatic = LdapSettings { nested_groups: NestedGroups::Automatic, ..settings(&fake) };

        assert_eq!(groups(&automatic, &user).await, expected());
        let chain = "member:1.2.840.113556.1.4.1941:=uid=ada";
        let by_rule =
            |received: &Received| matches!(received, Received::Search { filter, .. } if filter.contains(chain));
        assert_eq!(fake.received().iter().filter(|received| by_rule(received)).count(), 1);
    });
}

#[test]
fn any_other_directory_is_walked() {
    with_fake([vec![person("ada")], cycle()].concat(), |fake| async move {
        let user = ada(&fake).await;
        let automatic = LdapSettings { nested_groups: NestedGroups::Automatic, ..settings(&fake) };
        assert_eq!(groups(&automatic, &user).await, expected());
    });
}

#[test]
fn a_group_is_known_by_the_id_that_never_changes() {
    with_fake(vec![person("ada"), group("staff", &["uid=ada"])], |fake| async move {
        let user = ada(&fake).await;
        let found = groups_of(&settings(&fake), &user).await.unwrap();
        assert_eq!((found[0].id.clone(), found[0].dn.clone()), (uuid_of("staff"), format!("cn=staff,{BASE}")));
    });
}

#[test]
fn groups_elsewhere_or_of_another_kind_do_not_count() {
    let list = FakeEntry::new(&format!("cn=list,{BASE}"), "mailingList").with("member", format!("uid=ada,{BASE}"));
    with_fake(vec![person("ada"), group("staff", &["uid=ada"]), list], |fake| async move {
        let user = ada(&fake).await;
        assert_eq!(groups(&settings(&fake), &user).await, [("staff".to_owned(), true)]);

        let elsewhere = LdapSettings { group_base: format!("ou=groups,{BASE}"), ..settings(&fake) };
        assert_eq!(groups(&elsewhere, &user).await, []);
    });
}

#[test]
fn a_person_who_was_moved_is_found_by_id() {
    with_fake(vec![person("ada"), group("staff", &["uid=ada"])], |fake| async move {
        let before = DirectoryUser { dn: format!("uid=ada,ou=elsewhere,{BASE}"), ..ada(&fake).await };
        assert_eq!(groups(&settings(&fake), &before).await, [("staff".to_owned(), true)]);
    });
}

#[test]
fn a_person_who_left_is_not_a_person_without_groups() {
    with_fake(vec![person("ada")], |fake| async move {
        let left = DirectoryUser { id: uuid_of("eve"), dn: format!("uid=eve,{BASE}"), ..ada(&fake).await };
        assert_eq!(groups_of(&settings(&fake), &left).await.unwrap_err(), LdapError::Gone(left.dn));
    });
}

#[test]
fn a_directory_without_member_of_is_not_a_directory_without_groups() {
    let group = group("staff", &[]).with("uniqueMember", format!("uid=ada,{BASE}"));
    with_fake(vec![person("ada"), group], |fake| async move {
        let error = groups_of(&settings(&fake), &ada(&fake).await).await.unwrap_err();
        assert_eq!(error, LdapError::NoMemberOf(format!("cn=staff,{BASE}")));
    });
}

#[test]
fn who_is_on_no_groups_list_has_no_groups() {
    with_fake(vec![person("ada"), group("staff", &["uid=bob"])], |fake| async move {
        let user = ada(&fake).await;
        assert_eq!(groups(&settings(&fake), &user).await, []);
    });
}

#[test]
fn more_groups_than_the_bound_are_an_error() {
    with_fake([vec![person("ada")], cycle()].concat(), |fake| async move {
        let user = ada(&fake).await;
        for nested_groups in [NestedGroups::MemberOf, NestedGroups::MatchingRule] {
            let mut settings = LdapSettings { nested_groups, ..settings(&fake) };
            settings.limits.groups = 2;
            assert_eq!(groups_of(&settings, &user).await.unwrap_err(), LdapError::CutOff(CutOff::Groups));
        }
    });
}
