//! Everybody whom a selection stands for: what the periodic sync compares with the users it has (B2).
//!
//! Who is missing from the answer gets disabled. So there is an answer only when it is whole.

use std::collections::{HashSet, VecDeque};

use super::{
    dn::Dn,
    entry::Entry,
    error::{CutOff, LdapError},
    filter::Filter,
    find::{self, EntryKind},
    groups::{self, IN_CHAIN, MEMBER_OF},
    session::{Plan, Session},
    settings::{LdapSettings, NestedGroups},
    user::{self, DirectoryUser},
    wire::{request::Scope, response::one_line},
};

/// An entry that was selected.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Selection {
    /// What it is.
    pub kind: EntryKind,
    /// Its stable id. With one, the entry is found wherever it is now, and nothing else is taken for it.
    pub id: Option<String>,
    /// Where the entry was when it was selected.
    pub dn: String,
}

/// The people whom selections stand for: all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// Each once.
    pub people: Vec<DirectoryUser>,
    /// People who are there and have no user name: not to be imported, and not to be taken for gone either.
    pub nameless: Vec<Nameless>,
    /// Selected people who are not in the directory any more, or whom the filter does not match any more.
    pub gone: Vec<Selection>,
    /// The directory said that other servers have parts of what was searched, and Baton asks no server that nobody named.
    /// Active Directory says so whenever the base DN is a domain's root, and means no people.
    pub elsewhere: bool,
}

/// Somebody without a user name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nameless {
    /// The stable id.
    pub id: String,
    /// Where the entry is.
    pub dn: String,
}

/// All people of these selections, each once.
///
/// # Errors
/// Every [`LdapError`] that is not about a sign-in. Whatever keeps the answer from being whole is an error: a lost
/// connection, a limit there or here ([`LdapError::CutOff`]), a group or unit that is gone
/// ([`LdapError::Gone`]), an entry without a stable id ([`LdapError::MissingAttribute`]), a directory that
/// does not say who is in a group ([`LdapError::NoMemberOf`]).
pub async fn people_in(settings: &LdapSettings, selections: &[Selection]) -> Result<People, LdapError> {
    let plan = Plan::new(settings)?;
    let mut session = plan.open().await?;
    let people = people_of(&plan, &mut session, selections).await?;
    session.close().await;
    Ok(people)
}

/// The same, over a connection that is there.
pub(super) async fn people_of(
    plan: &Plan<'_>,
    session: &mut Session,
    selections: &[Selection],
) -> Result<People, LdapError> {
    let settings = plan.settings;
    let mut found = Found { settings, seen: HashSet::new(), people: People::default() };
    for selection in selections {
        match (selection.kind, locate(plan, session, selection).await?) {
            (EntryKind::Person, Some(person)) => found.take(&person)?,
            (EntryKind::Person, None) => found.people.gone.push(selection.clone()),
            (_, None) => return Err(LdapError::Gone(selection.dn.clone())),
            (EntryKind::Group, Some(group)) => in_group(plan, session, &group.dn, &mut found).await?,
            (EntryKind::OrganisationalUnit, Some(unit)) => {
                let everybody = people(plan, session, &unit.dn, plan.people_filter.clone());
                found.take_all(&session.all(&everybody).await?)?;
            }
        }
    }
    found.people.elsewhere = session.was_referred();
    Ok(found.people)
}

struct Found<'s> {
    settings: &'s LdapSettings,
    seen: HashSet<String>,
    people: People,
}

impl Found<'_> {
    fn take_all(&mut self, entries: &[Entry]) -> Result<(), LdapError> {
        entries.iter().try_for_each(|entry| self.take(entry))
    }

    fn take(&mut self, entry: &Entry) -> Result<(), LdapError> {
        let id = user::id(self.settings, entry)?;
        if !self.seen.insert(id.clone()) {
            return Ok(());
        }
        match DirectoryUser::read(self.settings, entry) {
            Ok(user) => self.people.people.push(user),
            Err(_) => self.people.nameless.push(Nameless { id, dn: entry.dn.clone() }),
        }
        Ok(())
    }
}

/// The entry of a selection as it is now.
async fn locate(plan: &Plan<'_>, session: &mut Session, selection: &Selection) -> Result<Option<Entry>, LdapError> {
    if let Some(id) = &selection.id {
        return find::by_id(plan, session, selection.kind, id, &[]).await;
    }
    let (_, of_kind, wanted) = find::place(plan, selection.kind);
    session.entry(&selection.dn, &of_kind, &wanted).await
}

/// Asks for people of the directory that match this.
fn people(plan: &Plan<'_>, session: &Session, base: &str, filter: Filter) -> super::wire::request::Query {
    session.query(base, Scope::Subtree, filter, user::attributes(plan.settings))
}

async fn in_group(plan: &Plan<'_>, session: &mut Session, group: &str, found: &mut Found<'_>) -> Result<(), LdapError> {
    match session.nested_groups(plan.settings.nested_groups).await? {
        NestedGroups::MatchingRule => {
            let inside = Filter::by_rule(MEMBER_OF, IN_CHAIN, group);
            let filter = Filter::And(vec![plan.people_filter.clone(), inside]);
            let everybody = people(plan, session, &plan.settings.people_base, filter);
            found.take_all(&session.all(&everybody).await?)
        }
        NestedGroups::MemberOf | NestedGroups::Automatic => by_walking(plan, session, group, found).await,
    }
}

/// From group to the groups inside of it, each once, so that a cycle ends.
async fn by_walking(
    plan: &Plan<'_>,
    session: &mut Session,
    group: &str,
    found: &mut Found<'_>,
) -> Result<(), LdapError> {
    let settings = plan.settings;
    let mut seen = HashSet::new();
    let mut ahead = VecDeque::from([group.to_owned()]);
    while let Some(dn) = ahead.pop_front() {
        let Ok(name) = Dn::parse(&dn) else { return Err(LdapError::Nonsense("a group's name is none")) };
        if !seen.insert(name) {
            continue;
        }
        if seen.len() > settings.limits.groups {
            return Err(LdapError::CutOff(CutOff::Groups));
        }
        let inside = |filter: &Filter| Filter::And(vec![filter.clone(), Filter::equal(MEMBER_OF, &dn)]);
        let everybody = people(plan, session, &settings.people_base, inside(&plan.people_filter));
        let people = session.all(&everybody).await?;
        let filter = inside(&plan.group_filter);
        let query = session.query(&settings.group_base, Scope::Subtree, filter, groups::attributes(settings));
        let groups = session.all(&query).await?;
        if people.is_empty() && groups.is_empty() && !is_kept(plan, session, &dn).await? {
            return Err(LdapError::NoMemberOf(one_line(dn.as_bytes())));
        }
        found.take_all(&people)?;
        ahead.extend(groups.into_iter().map(|group| group.dn));
    }
    Ok(())
}

/// Whether a group that nobody says to be in may be believed to be empty: its own list is empty too, or the directory keeps
/// `memberOf` for others.
async fn is_kept(plan: &Plan<'_>, session: &mut Session, group: &str) -> Result<bool, LdapError> {
    const NOTHING: &str = "1.1";
    let nothing = [NOTHING.to_owned()];
    let lists = [groups::MEMBER, groups::UNIQUE_MEMBER].map(|name| Filter::Present(name.to_owned()));
    if session.entry(group, &Filter::Or(lists.to_vec()), &nothing).await?.is_none() {
        return Ok(true);
    }
    for base in [&plan.settings.people_base, &plan.settings.group_base] {
        let anybody = session.query(base, Scope::Subtree, Filter::Present(MEMBER_OF.to_owned()), nothing.to_vec());
        let (found, more) = session.some(&anybody, 1).await?;
        if more || !found.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}
