//! *Invite Users from LDAP*, *Select Users* (B2, B3): whom of a source to import.

use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use baton_core::{
    Permission,
    sources::{DirectoryEntries, SelectError, SourceSettings},
};
use baton_model::{SelectionKind, SourceId, SourceSelection};

use super::{
    desk::{Answer, Asked},
    source_sync, source_words as words, sources,
};
use crate::{
    locale::Texts,
    pages::admin::{
        list::Link,
        sources::{
            PATH,
            select::{EntryKind, FoundEntries, FoundRow, INVITE, SelectView, SelectedRow, invite, select_users},
        },
    },
    shell::console::{Flash, Section},
    web::{
        Console, Fields, Web,
        answer::{PageError, see_other},
    },
};

const SECTION: Section = Section::Users;

pub fn routes() -> Router<Web> {
    Router::new()
        .route(INVITE, get(choose))
        .route("/admin/users/invite/{id}", get(show).post(add))
        .route("/admin/users/invite/{id}/remove", post(remove).get(to_selection))
        .route("/admin/users/invite/{id}/sync", get(source_sync::show).post(source_sync::take))
}

/// Refuses whoever may not add people.
pub(super) async fn demand(console: &Console, action: &'static str, id: &str) -> Result<(), PageError> {
    console.demand(SECTION, Permission::ManageUsers, action, ("source", id)).await
}

/// The source, where there are several; with one there is nothing to choose.
async fn choose(console: Console) -> Answer {
    demand(&console, "source.select", "").await?;
    let all = console.core().list_sources(&console.actor, console.now()).await;
    let mut choices = Vec::new();
    for summary in console.ask(SECTION, all)? {
        let detail = sources::detail(&console, summary.source.id.as_str()).await?;
        if kinds(&detail.settings).is_some() {
            let path = format!("{INVITE}/{}", summary.source.id);
            choices.push((Link::new(summary.source.name, path), sources::kind(summary.shape)));
        }
    }
    match choices.as_slice() {
        [(only, _)] => Ok(see_other(&only.path)),
        choices => Ok(console.page(StatusCode::OK, invite(console.frame(), &console.chrome, choices))),
    }
}

/// What can be searched for in a source; nothing in one without a directory.
fn kinds(settings: &SourceSettings) -> Option<&'static [EntryKind]> {
    match settings {
        SourceSettings::Ldap(_) => Some(&EntryKind::SEARCHED),
        // Entra ID has no units.
        SourceSettings::OpenId(provider) => provider.graph.as_ref().map(|_| &EntryKind::SEARCHED[..2]),
    }
}

async fn show(console: Console, Path(id): Path<String>, asked: Asked) -> Answer {
    demand(&console, "source.search", &id).await?;
    let detail = sources::detail(&console, &id).await?;
    let Some(kinds) = kinds(&detail.settings) else { return Ok(see_other(&format!("{PATH}/{id}"))) };
    let kind = kinds.iter().copied().find(|kind| kind.code() == asked.get("kind")).unwrap_or_default();
    let all = whole();
    let takes_all = matches!(detail.settings, SourceSettings::OpenId(_))
        && !detail.selections.iter().any(|selected| selected.kind == SelectionKind::Everybody);
    let mut view = SelectView {
        name: detail.source.name.clone(),
        kinds: kinds.to_vec(),
        kind,
        q: asked.get("q").to_owned(),
        selected: selected(console.t(), &detail.selections),
        everybody: takes_all.then(|| value_of(&all)),
        found: None,
        id,
    };
    if asked.has("q") {
        let found = search(&console, &detail.source.id, stored_kind(kind), &view.q).await?;
        view.found = Some(found.map(found_entries));
    }
    Ok(console.page(StatusCode::OK, select_users(console.frame(), &console.chrome, &view)))
}

/// What a search found, or why it found nothing, in the page's language.
pub(super) async fn search(
    console: &Console,
    id: &SourceId,
    kind: SelectionKind,
    text: &str,
) -> Result<Result<DirectoryEntries, String>, PageError> {
    let t = console.t();
    match console.core().search_source(&console.actor, id, kind, text, console.now()).await {
        Ok(found) => Ok(Ok(found)),
        Err(SelectError::Ldap(error)) => Ok(Err(words::ldap(t, &error).text)),
        Err(SelectError::Graph(error)) => Ok(Err(words::graph(t, &error).text)),
        Err(SelectError::NoDirectory) => Ok(Err(t.sync_no_directory.to_owned())),
        Err(SelectError::Core(error)) => Err(console.fail(SECTION, &error)),
    }
}

fn found_entries(found: DirectoryEntries) -> FoundEntries {
    let row = |entry: baton_core::sources::DirectoryEntry| FoundRow {
        value: value_of(&entry.selection),
        name: entry.selection.name,
        beside: entry.beside,
        selected: entry.selected,
    };
    FoundEntries { rows: found.entries.into_iter().map(row).collect(), more: found.more }
}

const fn stored_kind(kind: EntryKind) -> SelectionKind {
    match kind {
        EntryKind::Person => SelectionKind::Person,
        EntryKind::Group => SelectionKind::Group,
        EntryKind::Unit => SelectionKind::OrganisationalUnit,
        EntryKind::Everybody => SelectionKind::Everybody,
    }
}

const fn shown_kind(kind: SelectionKind) -> EntryKind {
    match kind {
        SelectionKind::Person => EntryKind::Person,
        SelectionKind::Group => EntryKind::Group,
        SelectionKind::OrganisationalUnit => EntryKind::Unit,
        SelectionKind::Everybody => EntryKind::Everybody,
    }
}

/// Everybody there is.
fn whole() -> SourceSelection {
    SourceSelection { kind: SelectionKind::Everybody, entry_id: String::new(), dn: String::new(), name: String::new() }
}

/// What is selected, as pages show it.
pub(super) fn selected(t: &Texts, selections: &[SourceSelection]) -> Vec<SelectedRow> {
    let name = |selected: &SourceSelection| match selected.kind {
        SelectionKind::Everybody => t.select_everybody_name.to_owned(),
        _ => selected.name.clone(),
    };
    selections
        .iter()
        .map(|selected| SelectedRow {
            value: value_of(selected),
            kind: shown_kind(selected.kind),
            name: name(selected),
        })
        .collect()
}

/// An entry as a form sends it.
fn value_of(selected: &SourceSelection) -> String {
    serde_json::json!([selected.kind.as_str(), selected.entry_id, selected.dn, selected.name]).to_string()
}

/// The entry that a form sends; nothing if it is none.
fn entry_of(value: &str) -> Option<SourceSelection> {
    let (kind, entry_id, dn, name): (String, String, String, String) = serde_json::from_str(value).ok()?;
    let kind = SelectionKind::ALL.iter().copied().find(|known| known.as_str() == kind)?;
    Some(SourceSelection { kind, entry_id, dn, name })
}

/// One entry by its own button, or all that are ticked.
async fn add(console: Console, Path(id): Path<String>, fields: Fields) -> Answer {
    demand(&console, "source.select", &id).await?;
    let only = Some(fields.get("only")).filter(|only| !only.is_empty());
    let entries: Vec<SourceSelection> = match only {
        Some(only) => entry_of(only).into_iter().collect(),
        None => fields.all("entry").filter_map(entry_of).collect(),
    };
    if entries.is_empty() {
        sources::detail(&console, &id).await?;
        return Ok(see_other(&back(&id, &fields)));
    }
    let added = console.core().select_in_source(&console.actor, &id.as_str().into(), &entries, console.now()).await;
    console.ask(SECTION, added)?;
    Ok(console.done(&back(&id, &fields), Flash::Selected))
}

async fn remove(console: Console, Path(id): Path<String>, fields: Fields) -> Answer {
    demand(&console, "source.deselect", &id).await?;
    let entries: Vec<SourceSelection> = fields.all("entry").filter_map(entry_of).collect();
    let removed = console.core().deselect_in_source(&console.actor, &id.as_str().into(), &entries, console.now()).await;
    console.ask(SECTION, removed)?;
    let back = if fields.get("back") == "source" { format!("{PATH}/{id}") } else { back(&id, &fields) };
    Ok(console.done(&back, Flash::Deselected))
}

/// The page of the search that a form was sent from.
fn back(id: &str, fields: &Fields) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for name in ["kind", "q"].into_iter().filter(|name| fields.is_ticked(name)) {
        query.append_pair(name, fields.get(name));
    }
    let query = query.finish();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{INVITE}/{id}{mark}{query}")
}

/// A form's address opened by hand, or after signing in again.
async fn to_selection(_: Console, Path(id): Path<String>) -> Response {
    see_other(&format!("{INVITE}/{id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_survives_the_form() {
        let group = SourceSelection {
            kind: SelectionKind::Group,
            entry_id: "1".to_owned(),
            dn: "cn=\"Nurses\", ou=ward,dc=example".to_owned(),
            name: "Nurses".to_owned(),
        };
        for entry in [group, whole()] {
            assert_eq!(entry_of(&value_of(&entry)), Some(entry));
        }
        for nonsense in ["", "[]", "{}", "[\"king\",\"\",\"\",\"\"]"] {
            assert_eq!(entry_of(nonsense), None, "{nonsense}");
        }
    }
}
