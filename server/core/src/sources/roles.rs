//! Groups of a source that give a role (B5).

use baton_model::{Role, SourceRole};

/// The role that allows most of these: administrator, help desk, auditor, user.
fn most_powerful(roles: impl IntoIterator<Item = Role>) -> Option<Role> {
    const ASCENDING: [Role; 4] = [Role::User, Role::Auditor, Role::HelpDesk, Role::Administrator];
    roles.into_iter().max_by_key(|role| ASCENDING.iter().position(|known| known == role))
}

/// The role of whoever is in these groups. Where no group gives a role, or the groups are not known, roles are given by
/// hand; where some do and the person is in none of them, they are a user.
pub(super) fn role_of(given: &[SourceRole], groups: Option<&[String]>) -> Option<Role> {
    let groups = groups.filter(|_| !given.is_empty())?;
    let held = given.iter().filter(|role| groups.contains(&role.group)).map(|role| role.role);
    Some(most_powerful(held).unwrap_or(Role::User))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(pairs: &[(&str, Role)]) -> Vec<SourceRole> {
        let role = |(group, role): &(&str, Role)| SourceRole {
            group: (*group).to_owned(),
            name: (*group).to_owned(),
            role: *role,
        };
        pairs.iter().map(role).collect()
    }

    fn groups(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_most_powerful_role_of_several_groups_counts() {
        let given = given(&[("desk", Role::HelpDesk), ("it", Role::Administrator), ("audit", Role::Auditor)]);
        assert_eq!(role_of(&given, Some(&groups(&["audit", "desk"]))), Some(Role::HelpDesk));
        assert_eq!(role_of(&given, Some(&groups(&["audit", "it"]))), Some(Role::Administrator));
    }

    #[test]
    fn whoever_is_in_no_group_that_gives_a_role_is_a_user() {
        assert_eq!(role_of(&given(&[("it", Role::Administrator)]), Some(&groups(&["nurses"]))), Some(Role::User));
    }

    #[test]
    fn roles_stay_where_no_group_gives_one_or_groups_are_not_known() {
        assert_eq!(role_of(&[], Some(&groups(&["it"]))), None);
        assert_eq!(role_of(&given(&[("it", Role::Administrator)]), None), None);
    }
}
