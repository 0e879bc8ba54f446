//! Reading everybody whom a source's selections stand for. An answer is whole or an error: who is missing in it gets disabled.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use baton_identity::{
    graph::{Change, DeltaLink, DirectoryUser, Graph, GraphError, GraphSettings, Property, UserChange},
    ldap::{self, EntryKind, LdapSettings, Selection},
    openid::Http,
};
use baton_model::{Role, SelectionKind, SourceId, SourceRole, SourceSelection, Timestamp, UserIdentity};
use serde::{Deserialize, Serialize};

use super::{SyncError, clock::PassingTime, plan::Reading};
use crate::sources::{
    found::Found,
    roles::role_of,
    settings::{LdapSource, OpenIdSource},
};

/// What is read for.
pub(super) struct Wanted<'a> {
    pub source: &'a SourceId,
    pub selections: &'a [SourceSelection],
    pub roles: &'a [SourceRole],
    pub known: &'a [UserIdentity],
}

/// Reads a directory.
pub(super) async fn from_directory(wanted: &Wanted<'_>, settings: &LdapSource) -> Result<Reading, SyncError> {
    let directory = &settings.directory;
    let mut selections: Vec<Selection> = wanted.selections.iter().filter_map(selection).collect();
    if selections.is_empty() && !settings.admits_anyone {
        return Err(SyncError::NothingSelected);
    }
    let mut people = ldap::people_in(directory, &selections).await?;
    if settings.admits_anyone {
        // People who came by themselves are in no selection; whether they are still there has to be asked one by one.
        let seen: BTreeSet<&str> = people.people.iter().map(|person| person.id.as_str()).collect();
        let nameless: BTreeSet<&str> = people.nameless.iter().map(|person| person.id.as_str()).collect();
        selections = wanted
            .known
            .iter()
            .map(|identity| identity.key.subject.as_str())
            .filter(|id| !seen.contains(id) && !nameless.contains(id))
            .map(|id| Selection { kind: EntryKind::Person, id: Some(id.to_owned()), dn: String::new() })
            .collect();
        if !selections.is_empty() {
            let more = ldap::people_in(directory, &selections).await?;
            people.people.extend(more.people);
            people.nameless.extend(more.nameless);
            people.elsewhere |= more.elsewhere;
        }
    }
    let members = members_in_directory(directory, wanted.roles).await?;
    let found = people.people.iter().map(|person| Found {
        role: role_in(wanted.roles, &members, &person.id),
        ..Found::in_directory(wanted.source, person)
    });
    Ok(Reading {
        found: found.collect(),
        nameless: people.nameless.into_iter().map(|person| (String::new(), person.id)).collect(),
        elsewhere: people.elsewhere,
        delta_link: None,
    })
}

/// Who is in which of the groups that give a role: a question for each group is less than one for each person.
async fn members_in_directory(
    directory: &LdapSettings,
    roles: &[SourceRole],
) -> Result<BTreeMap<String, BTreeSet<String>>, SyncError> {
    let mut members = BTreeMap::new();
    for role in roles {
        let group = Selection { kind: EntryKind::Group, id: Some(role.group.clone()), dn: role.name.clone() };
        let people = ldap::people_in(directory, &[group]).await?;
        members.insert(role.group.clone(), people.people.into_iter().map(|person| person.id).collect());
    }
    Ok(members)
}

fn role_in(roles: &[SourceRole], members: &BTreeMap<String, BTreeSet<String>>, person: &str) -> Option<Role> {
    let groups: Vec<String> =
        members.iter().filter(|(_, people)| people.contains(person)).map(|(group, _)| group.clone()).collect();
    role_of(roles, Some(&groups))
}

fn selection(selected: &SourceSelection) -> Option<Selection> {
    let kind = match selected.kind {
        SelectionKind::Person => EntryKind::Person,
        SelectionKind::Group => EntryKind::Group,
        SelectionKind::OrganisationalUnit => EntryKind::OrganisationalUnit,
        SelectionKind::Everybody => return None,
    };
    let id = Some(selected.entry_id.clone()).filter(|id| !id.is_empty());
    Some(Selection { kind, id, dn: selected.dn.clone() })
}

/// Where the changes of each tenant's users and groups will be.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct DeltaLinks(BTreeMap<String, (DeltaLink, DeltaLink)>);

/// Whether anything changed in a provider's directories since the links were given. `None` when that is not known any
/// more; else the new links if nothing did.
pub(super) async fn unchanged_since(
    http: &Http,
    settings: &OpenIdSource,
    links: &str,
    now: Timestamp,
) -> Result<Option<String>, SyncError> {
    let Ok(DeltaLinks(links)) = serde_json::from_str(links) else { return Ok(None) };
    let mut after = BTreeMap::new();
    for directory in settings.directories() {
        let Some((users, groups)) = links.get(&directory.tenant) else { return Ok(None) };
        let tenant = directory.tenant.clone();
        let graph = graph(http, directory, now)?;
        let users = graph.users_delta(Some(users)).await;
        let groups = graph.groups_delta(Some(groups)).await;
        match (users, groups) {
            (Err(GraphError::ResyncNeeded), _) | (_, Err(GraphError::ResyncNeeded)) => return Ok(None),
            (users, groups) => {
                let (users, groups) = (users?, groups?);
                if !users.changes.is_empty() || !groups.changes.is_empty() {
                    return Ok(None);
                }
                after.insert(tenant, (users.link, groups.link));
            }
        }
    }
    Ok(serde_json::to_string(&DeltaLinks(after)).ok())
}

/// Reads the directories behind a provider.
pub(super) async fn from_graph(
    wanted: &Wanted<'_>,
    http: &Http,
    settings: &OpenIdSource,
    now: Timestamp,
) -> Result<Reading, SyncError> {
    if wanted.selections.is_empty() && !settings.admits_anyone {
        return Err(SyncError::NothingSelected);
    }
    let mut reading = Reading::default();
    let mut links = BTreeMap::new();
    for directory in settings.directories() {
        let tenant = directory.tenant.clone();
        let graph = graph(http, directory, now)?;
        let users = graph.users_delta(None).await?;
        let all = in_order(users.changes);
        // Only for its link: members of groups in groups are asked for below.
        let groups = graph.groups_delta(None).await?;
        links.insert(tenant.clone(), (users.link, groups.link));
        let chosen = chosen(wanted, &graph, &tenant, &all, settings.admits_anyone).await?;
        let mut members = BTreeMap::new();
        for role in wanted.roles {
            let people: BTreeSet<String> = match graph.members_of(&role.group).await {
                Ok(people) => people.into_iter().collect(),
                // A group of another tenant, or one that is gone, has no members here.
                Err(GraphError::NotFound | GraphError::NotAnId(_)) => BTreeSet::new(),
                Err(error) => return Err(error.into()),
            };
            members.insert(role.group.clone(), people);
        }
        for user in all.values().filter(|user| chosen.contains(&user.id)) {
            let found = Found::in_graph(wanted.source, &tenant, user);
            if found.user_name.is_none() {
                reading.nameless.insert((tenant.clone(), user.id.clone()));
            } else {
                reading.found.push(Found { role: role_in(wanted.roles, &members, &user.id), ..found });
            }
        }
    }
    reading.delta_link = serde_json::to_string(&DeltaLinks(links)).ok();
    Ok(reading)
}

fn graph(http: &Http, directory: GraphSettings, now: Timestamp) -> Result<Graph, GraphError> {
    Graph::new(http.clone(), directory, Arc::new(PassingTime::from(now)))
}

/// The users after all changes, by id.
fn in_order(changes: Vec<Change<UserChange>>) -> BTreeMap<String, DirectoryUser> {
    let mut users: BTreeMap<String, DirectoryUser> = BTreeMap::new();
    for change in changes {
        match change {
            Change::Removed { id, .. } => drop(users.remove(&id)),
            Change::Present(change) => {
                let user = users.entry(change.id.clone()).or_insert_with(|| DirectoryUser {
                    id: change.id.clone(),
                    user_principal_name: None,
                    display_name: None,
                    mail: None,
                    account_enabled: None,
                    user_type: None,
                });
                set(&mut user.user_principal_name, change.user_principal_name);
                set(&mut user.display_name, change.display_name);
                set(&mut user.mail, change.mail);
                set(&mut user.account_enabled, change.account_enabled);
                set(&mut user.user_type, change.user_type);
            }
        }
    }
    users
}

fn set<T>(value: &mut Option<T>, property: Property<T>) {
    match property {
        Property::Unsaid => {}
        Property::Cleared => *value = None,
        Property::Set(new) => *value = Some(new),
    }
}

/// The ids of the users whom the selections stand for.
async fn chosen(
    wanted: &Wanted<'_>,
    graph: &Graph,
    tenant: &str,
    all: &BTreeMap<String, DirectoryUser>,
    admits_anyone: bool,
) -> Result<BTreeSet<String>, SyncError> {
    let mut chosen = BTreeSet::new();
    for selected in wanted.selections {
        match selected.kind {
            // Guests are people of other organisations: each is selected by name, or with a group.
            SelectionKind::Everybody => {
                let own = all.values().filter(|user| user.user_type.as_deref() != Some("Guest"));
                chosen.extend(own.map(|user| user.id.clone()));
            }
            SelectionKind::Person => drop(chosen.insert(selected.entry_id.clone())),
            SelectionKind::Group if selected.dn == tenant => match graph.members_of(&selected.entry_id).await {
                Ok(members) => chosen.extend(members),
                Err(GraphError::NotFound) => return Err(SyncError::SelectionGone(selected.name.clone())),
                Err(error) => return Err(error.into()),
            },
            SelectionKind::Group | SelectionKind::OrganisationalUnit => {}
        }
    }
    if admits_anyone {
        let known = wanted.known.iter().filter(|identity| identity.key.authority == tenant);
        chosen.extend(known.map(|identity| identity.key.subject.clone()));
    }
    Ok(chosen)
}
