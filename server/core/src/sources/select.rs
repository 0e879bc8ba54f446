//! Choosing people, groups and units of a source to import: *Invite Users from LDAP*, *Select Users* (B2, B3).

use std::sync::Arc;

use baton_identity::{
    graph::{Graph, GraphError},
    ldap::{self, EntryKind, LdapError},
};
use baton_model::{SelectionKind, SourceId, SourceSelection, Timestamp};
use thiserror::Error;

use super::{
    settings::{OpenIdSource, SourceSettings},
    stored,
    sync::PassingTime,
};
use crate::{
    Actor, Core, CoreError, Permission,
    audit::{self, Event},
};

/// A search finds at most so many.
const FOUND: usize = 50;

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirectoryEntries {
    /// The entries, by name.
    pub entries: Vec<DirectoryEntry>,
    /// Whether there are more than these.
    pub more: bool,
}

/// An entry that can be selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// What selecting it would store.
    pub selection: SourceSelection,
    /// A person's user name, a group's or unit's place: what tells two of one name apart.
    pub beside: String,
    /// Whether it is selected already.
    pub selected: bool,
}

/// Why nothing was found.
#[derive(Debug, Error)]
pub enum SelectError {
    /// The directory says no.
    #[error(transparent)]
    Ldap(#[from] LdapError),
    /// Graph says no.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The source has no directory that can be searched.
    #[error("the source has no directory")]
    NoDirectory,
    /// Baton failed, or the actor may not.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl Core {
    /// Searches a source for entries of one kind whose name contains the text.
    ///
    /// # Errors
    /// [`SelectError`]; [`CoreError::Denied`] without [`Permission::ManageUsers`].
    pub async fn search_source(
        &self,
        actor: &Actor,
        id: &SourceId,
        kind: SelectionKind,
        text: &str,
        now: Timestamp,
    ) -> Result<DirectoryEntries, SelectError> {
        self.require(actor, Permission::ManageUsers, Event::new("source.search", "source", id.as_str()), now).await?;
        let mut tx = self.store().read().await.map_err(CoreError::from)?;
        let source = tx.find_source(id).await.map_err(CoreError::from)?.ok_or(CoreError::NotFound("source"))?;
        let selected = tx.source_selections(id).await.map_err(CoreError::from)?;
        drop(tx);
        let mut found = match stored::open(self.vault(), &source)? {
            SourceSettings::Ldap(settings) => in_directory(&settings.directory, kind, text).await?,
            SourceSettings::OpenId(settings) => self.in_graph(&settings, kind, text, now).await?,
        };
        for entry in &mut found.entries {
            entry.selected = selected.iter().any(|selected| is_same(selected, &entry.selection));
        }
        Ok(found)
    }

    async fn in_graph(
        &self,
        settings: &OpenIdSource,
        kind: SelectionKind,
        text: &str,
        now: Timestamp,
    ) -> Result<DirectoryEntries, SelectError> {
        let directories = settings.directories();
        if directories.is_empty() {
            return Err(SelectError::NoDirectory);
        }
        let http = self.connections().http().map_err(|_| SelectError::NoDirectory)?;
        let mut all = DirectoryEntries::default();
        for directory in directories {
            let tenant = directory.tenant.clone();
            let graph = Graph::new(http.clone(), directory, Arc::new(PassingTime::from(now)))?;
            let entry = |id: String, name: Option<String>, beside: String| {
                let name = name.unwrap_or_else(|| id.clone());
                let selection = SourceSelection { kind, entry_id: id, dn: tenant.clone(), name };
                DirectoryEntry { selection, beside, selected: false }
            };
            match kind {
                SelectionKind::Person => {
                    let found = graph.search_users(text).await?;
                    all.more |= found.more;
                    all.entries.extend(found.items.into_iter().map(|user| {
                        let beside = user.user_principal_name.clone().unwrap_or_default();
                        entry(user.id, user.display_name, beside)
                    }));
                }
                SelectionKind::Group => {
                    let found = graph.search_groups(text).await?;
                    all.more |= found.more;
                    let groups = found.items.into_iter();
                    all.entries.extend(groups.map(|group| entry(group.id, group.display_name, String::new())));
                }
                SelectionKind::OrganisationalUnit | SelectionKind::Everybody => {}
            }
        }
        Ok(all)
    }

    /// Selects entries of a source. Their people become users with the next sync.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageUsers`], [`CoreError::NotFound`].
    pub async fn select_in_source(
        &self,
        actor: &Actor,
        id: &SourceId,
        entries: &[SourceSelection],
        now: Timestamp,
    ) -> Result<(), CoreError> {
        self.change_selection(actor, id, entries, true, now).await
    }

    /// Selects entries of a source no longer. People who came with them and with nothing else are disabled with the next
    /// sync.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageUsers`], [`CoreError::NotFound`].
    pub async fn deselect_in_source(
        &self,
        actor: &Actor,
        id: &SourceId,
        entries: &[SourceSelection],
        now: Timestamp,
    ) -> Result<(), CoreError> {
        self.change_selection(actor, id, entries, false, now).await
    }

    async fn change_selection(
        &self,
        actor: &Actor,
        id: &SourceId,
        entries: &[SourceSelection],
        select: bool,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        let action = if select { "source.select" } else { "source.deselect" };
        let event = || Event::new(action, "source", id.as_str());
        self.require(actor, Permission::ManageUsers, event(), now).await?;
        let mut tx = self.store().begin().await?;
        tx.lock_source(id).await?.ok_or(CoreError::NotFound("source"))?;
        for entry in entries {
            if select {
                tx.select_in_source(id, entry).await?;
            } else {
                tx.deselect_in_source(id, entry).await?;
            }
        }
        let entries: Vec<_> = entries.iter().map(|entry| (entry.kind, &entry.entry_id)).collect();
        audit::record(&mut tx, actor, event().with(serde_json::json!({ "entries": entries })), true, now).await?;
        Ok(tx.commit().await?)
    }
}

async fn in_directory(
    directory: &ldap::LdapSettings,
    kind: SelectionKind,
    text: &str,
) -> Result<DirectoryEntries, SelectError> {
    let kind_there = match kind {
        SelectionKind::Person => EntryKind::Person,
        SelectionKind::Group => EntryKind::Group,
        SelectionKind::OrganisationalUnit => EntryKind::OrganisationalUnit,
        SelectionKind::Everybody => return Ok(DirectoryEntries::default()),
    };
    let hits = ldap::search(directory, text, kind_there, FOUND).await?;
    let entries = hits.hits.into_iter().map(|hit| DirectoryEntry {
        beside: hit.user_name.clone().unwrap_or_else(|| hit.dn.clone()),
        selection: SourceSelection {
            kind,
            entry_id: hit.id.clone().unwrap_or_default(),
            dn: hit.dn.clone(),
            name: hit.name.clone(),
        },
        selected: false,
    });
    Ok(DirectoryEntries { entries: entries.collect(), more: hits.more })
}

fn is_same(one: &SourceSelection, other: &SourceSelection) -> bool {
    let by_id = !one.entry_id.is_empty() && one.entry_id == other.entry_id;
    one.kind == other.kind && (by_id || (one.entry_id == other.entry_id && one.dn == other.dn))
}
