//! Which groups a person is in, directly or through other groups.

use std::collections::{HashSet, VecDeque};

use super::{
    dn::Dn,
    entry::Entry,
    error::{CutOff, LdapError},
    filter::Filter,
    find::{self, EntryKind},
    session::{Plan, Session},
    settings::{LdapSettings, NestedGroups},
    user::{self, DirectoryUser},
    wire::{request::Scope, response::one_line},
};

/// Active Directory's rule that follows a chain of names ([MS-ADTS] 3.1.1.3.4.4.3).
pub(crate) const IN_CHAIN: &str = "1.2.840.113556.1.4.1941";
/// Where directories keep which groups an entry is in.
pub(crate) const MEMBER_OF: &str = "memberOf";
/// Where directories keep who is in a group.
pub(crate) const MEMBER: &str = "member";
/// The same, in groups of another class (RFC 4519).
pub(crate) const UNIQUE_MEMBER: &str = "uniqueMember";

/// A group of a directory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DirectoryGroup {
    /// Never changes; what Baton knows the group by.
    pub id: String,
    /// Where the entry is now.
    pub dn: String,
    /// Its name.
    pub name: String,
    /// Whether the person is in it directly, and not only through another group.
    pub direct: bool,
}

/// The groups that a person is in, nested ones included, each once. The person is found by id, wherever they are now. Only groups below the base DN of groups that match
/// the filter of groups count; what is reached through others does not. Active Directory's primary group (usually Domain
/// Users) is kept elsewhere and is not among them.
///
/// # Errors
/// Every [`LdapError`] that is not about a sign-in; [`LdapError::Gone`] when the person is, [`LdapError::CutOff`] for more
/// than [`Limits::groups`](super::Limits::groups), [`LdapError::NoMemberOf`] when a group has the person as a member and the
/// person says nothing of it.
pub async fn groups_of(settings: &LdapSettings, user: &DirectoryUser) -> Result<Vec<DirectoryGroup>, LdapError> {
    let plan = Plan::new(settings)?;
    let mut session = plan.open().await?;
    let person = find::by_id(&plan, &mut session, EntryKind::Person, &user.id, &[MEMBER_OF]).await?;
    let person = person.ok_or_else(|| LdapError::Gone(user.dn.clone()))?;
    let direct: Vec<String> = person.texts(MEMBER_OF).map(str::to_owned).collect();
    if direct.is_empty() {
        check_nobody_lists(&plan, &mut session, &person.dn).await?;
    }
    let groups = match session.nested_groups(settings.nested_groups).await? {
        NestedGroups::MatchingRule => by_rule(&plan, &mut session, &person.dn, &direct).await?,
        NestedGroups::MemberOf | NestedGroups::Automatic => by_walking(&plan, &mut session, &direct).await?,
    };
    session.close().await;
    Ok(groups)
}

/// Somebody in no group must not be on any group's list either: else the directory keeps no `memberOf`, and no groups are
/// not the answer.
async fn check_nobody_lists(plan: &Plan<'_>, session: &mut Session, person: &str) -> Result<(), LdapError> {
    let lists = [MEMBER, UNIQUE_MEMBER].map(|list| Filter::equal(list, person)).to_vec();
    let filter = Filter::And(vec![plan.group_filter.clone(), Filter::Or(lists)]);
    let query = session.query(&plan.settings.group_base, Scope::Subtree, filter, attributes(plan.settings));
    let (groups, _) = session.some(&query, 1).await?;
    groups.into_iter().next().map_or(Ok(()), |group| Err(LdapError::NoMemberOf(one_line(group.dn.as_bytes()))))
}

/// The server follows the chain.
async fn by_rule(
    plan: &Plan<'_>,
    session: &mut Session,
    person: &str,
    direct: &[String],
) -> Result<Vec<DirectoryGroup>, LdapError> {
    let direct: HashSet<Dn> = direct.iter().filter_map(|dn| Dn::parse(dn).ok()).collect();
    let filter = Filter::And(vec![plan.group_filter.clone(), Filter::by_rule(MEMBER, IN_CHAIN, person)]);
    let query = session.query(&plan.settings.group_base, Scope::Subtree, filter, attributes(plan.settings));
    let found = session.all(&query).await?;
    if found.len() > plan.settings.limits.groups {
        return Err(LdapError::CutOff(CutOff::Groups));
    }
    let is_direct = |entry: &Entry| Dn::parse(&entry.dn).is_ok_and(|dn| direct.contains(&dn));
    found.iter().map(|entry| read(plan.settings, entry, is_direct(entry))).collect()
}

/// From group to group, each once, so that a cycle ends.
async fn by_walking(
    plan: &Plan<'_>,
    session: &mut Session,
    direct: &[String],
) -> Result<Vec<DirectoryGroup>, LdapError> {
    let settings = plan.settings;
    let base = Dn::parse(&settings.group_base).map_err(|_| LdapError::BaseNotFound(settings.group_base.clone()))?;
    let wanted = [attributes(settings), vec![MEMBER_OF.to_owned()]].concat();
    let mut seen = HashSet::new();
    let mut groups = Vec::new();
    let mut ahead: VecDeque<(String, bool)> = direct.iter().map(|dn| (dn.clone(), true)).collect();
    while let Some((dn, is_direct)) = ahead.pop_front() {
        // A name that cannot be read, or that is elsewhere, is no group of ours.
        let Ok(name) = Dn::parse(&dn) else { continue };
        if !name.is_within(&base) || !seen.insert(name) {
            continue;
        }
        if seen.len() > settings.limits.groups {
            return Err(LdapError::CutOff(CutOff::Groups));
        }
        let Some(entry) = session.entry(&dn, &plan.group_filter, &wanted).await? else { continue };
        ahead.extend(entry.texts(MEMBER_OF).map(|dn| (dn.to_owned(), false)));
        groups.push(read(settings, &entry, is_direct)?);
    }
    Ok(groups)
}

/// What to ask for to know a group.
pub(crate) fn attributes(settings: &LdapSettings) -> Vec<String> {
    vec![settings.attributes.id.clone(), settings.attributes.group_name.clone()]
}

fn read(settings: &LdapSettings, entry: &Entry, direct: bool) -> Result<DirectoryGroup, LdapError> {
    Ok(DirectoryGroup {
        id: user::id(settings, entry)?,
        dn: entry.dn.clone(),
        name: entry.text(&settings.attributes.group_name).unwrap_or(&entry.dn).to_owned(),
        direct,
    })
}
