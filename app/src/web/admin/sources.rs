//! Sources of people (B2, B3): the list, one source, testing and deleting it.

use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use baton_core::{
    CoreError, Permission,
    sources::{
        CheckError, LdapSource, LoginError, OpenIdSource, ProviderShape, SourceDetail, SourceSettings, SyncOutcome,
    },
};
use baton_identity::ldap::{NestedGroups, Security};
use baton_model::{Source, SyncState};

use super::{
    desk::{Answer, Asked},
    managed_accounts, phrases, source_check, source_forms, source_select, source_words as words,
};
use crate::{
    locale::Texts,
    pages::admin::{
        confirm::{Confirm, confirm},
        list::Link,
        sources::{
            PATH, SourceKind, SourceRow, SourcesView, SyncView, add_source,
            openid_form::Registered,
            page::{Fact, SourceView, source, source_kept},
            select::{FindGroupView, find_group},
            sources,
        },
    },
    shell::console::{Flash, Section},
    web::{
        Console, Web,
        answer::{PageError, see_other},
        context::moment,
        provider,
    },
};

const SECTION: Section = Section::Settings;

pub fn routes() -> Router<Web> {
    Router::new()
        .route(PATH, get(list))
        .route("/admin/settings/sources/add", get(show_add))
        .route("/admin/settings/sources/add/{kind}", get(source_forms::show_add).post(source_forms::take_add))
        .route("/admin/settings/sources/{id}", get(show))
        .route("/admin/settings/sources/{id}/edit", get(source_forms::show_edit).post(source_forms::take_edit))
        .route("/admin/settings/sources/{id}/groups", get(find))
        .route("/admin/settings/sources/{id}/check", post(check).get(to_source))
        .route("/admin/settings/sources/{id}/delete", get(show_delete).post(take_delete))
}

/// Refuses whoever may not change sources.
pub(super) async fn demand(console: &Console, action: &'static str, id: &str) -> Result<(), PageError> {
    console.demand(SECTION, Permission::ManageSettings, action, ("source", id)).await
}

pub(super) async fn detail(console: &Console, id: &str) -> Result<SourceDetail, PageError> {
    let detail = console.core().source_detail(&console.actor, &id.into(), console.now()).await;
    console.ask(SECTION, detail)
}

pub(super) fn count(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

async fn list(console: Console) -> Answer {
    let found = console.core().list_sources(&console.actor, console.now()).await;
    let rows = console
        .ask(SECTION, found)?
        .into_iter()
        .map(|summary| SourceRow {
            id: summary.source.id.to_string(),
            name: summary.source.name.clone(),
            kind: kind(summary.shape),
            enabled: summary.source.enabled,
            people: count(summary.people),
            sync: sync_view(console.t(), &summary.source, &summary.sync, summary.outcome().as_ref()),
        })
        .collect();
    Ok(console.page(StatusCode::OK, sources(console.frame(), &console.chrome, &SourcesView { rows })))
}

/// What a source is, as pages call it.
pub(super) const fn kind(shape: Option<ProviderShape>) -> SourceKind {
    match shape {
        None => SourceKind::Ldap,
        Some(ProviderShape::Entra) => SourceKind::Entra,
        Some(ProviderShape::Plain) => SourceKind::OpenId,
    }
}

fn sync_view(t: &Texts, source: &Source, state: &SyncState, outcome: Option<&SyncOutcome>) -> SyncView {
    let problem = state.problem.as_deref();
    SyncView {
        succeeded: state.succeeded_at.and_then(moment),
        outcome: outcome.map(|outcome| words::outcome(t, outcome)).unwrap_or_default(),
        problem: problem.zip(state.tried_at.and_then(moment)).map(|(code, at)| (words::sync_code(t, code), at)),
        waits: problem.is_some_and(words::waits_for_somebody),
        next: state.due_at.filter(|_| source.enabled).and_then(moment),
    }
}

async fn show_add(console: Console) -> Answer {
    demand(&console, "source.create", "").await?;
    Ok(console.page(StatusCode::OK, add_source(console.frame(), &console.chrome)))
}

async fn show(console: Console, Path(id): Path<String>) -> Answer {
    let detail = detail(&console, &id).await?;
    let t = console.t();
    let (facts, kind, imports, addresses) = match &detail.settings {
        SourceSettings::Ldap(ldap) => (ldap_facts(t, ldap), SourceKind::Ldap, true, None),
        SourceSettings::OpenId(provider) => {
            let kind = kind(Some(provider.shape));
            (openid_facts(t, provider), kind, provider.graph.is_some(), Some(addresses(&console)))
        }
    };
    let view = SourceView {
        name: detail.source.name.clone(),
        kind,
        enabled: detail.source.enabled,
        admits_anyone: detail.settings.admits_anyone(),
        accounts: managed_accounts::rule(detail.settings.accounts()),
        people: count(detail.people),
        facts,
        roles: detail.roles.iter().map(|given| (given.name.clone(), phrases::role(given.role))).collect(),
        imports,
        selected: source_select::selected(t, &detail.selections),
        sync: sync_view(t, &detail.source, &detail.sync, detail.outcome().as_ref()),
        addresses,
        may_edit: console.may(Permission::ManageSettings) && console.may(Permission::ManageUsers),
        id,
    };
    Ok(console.page(StatusCode::OK, source(console.frame(), &console.chrome, &view)))
}

/// What a provider has to know of this server.
pub(super) fn addresses(console: &Console) -> Registered {
    let origin = &console.request.web.origin;
    Registered {
        redirect: format!("{origin}/sign-in/callback"),
        after_sign_out: vec![format!("{origin}/sign-in"), format!("{origin}/clip")],
    }
}

fn ldap_facts(t: &Texts, ldap: &LdapSource) -> Vec<(&'static str, Fact)> {
    let directory = &ldap.directory;
    let security = match directory.security {
        Security::Ldaps => t.ldap_ldaps,
        Security::StartTls => t.ldap_start_tls,
    };
    let vouches = if directory.authorities_pem.is_some() { t.ldap_authorities_own } else { t.ldap_authorities_system };
    let nested = match directory.nested_groups {
        NestedGroups::Automatic => t.ldap_nested_automatic,
        NestedGroups::MemberOf => t.ldap_nested_member_of,
        NestedGroups::MatchingRule => t.ldap_nested_matching_rule,
    };
    vec![
        (t.ldap_host, Fact::Code(format!("{}:{}", directory.host, directory.port))),
        (t.ldap_security, Fact::Text(security.to_owned())),
        (t.ldap_authorities_title, Fact::Text(vouches.to_owned())),
        (t.ldap_bind_dn, Fact::Code(directory.bind_dn.clone())),
        (t.ldap_people_base, Fact::Code(directory.people_base.clone())),
        (t.ldap_people_filter, Fact::Code(directory.people_filter.clone())),
        (t.ldap_login_attributes, Fact::Codes(directory.login_attributes.clone())),
        (t.ldap_nested_groups, Fact::Text(nested.to_owned())),
    ]
}

fn openid_facts(t: &Texts, provider: &OpenIdSource) -> Vec<(&'static str, Fact)> {
    let claims = &provider.claims;
    let optional = |claim: &Option<String>| claim.clone().map_or(Fact::None, Fact::Code);
    let mut facts = Vec::new();
    match provider.shape {
        ProviderShape::Entra => {
            facts.push((t.openid_tenants, Fact::Codes(provider.tenants.clone())));
            facts.push((t.openid_client_id_entra, Fact::Code(provider.client_id.clone())));
            let graph = if provider.graph.is_some() { t.yes } else { t.no };
            facts.push((t.openid_graph, Fact::Text(graph.to_owned())));
        }
        ProviderShape::Plain => {
            facts.push((t.openid_issuer, Fact::Code(provider.issuer.clone())));
            facts.push((t.openid_client_id, Fact::Code(provider.client_id.clone())));
        }
    }
    facts.extend([
        (t.openid_user_name_claim, Fact::Code(claims.user_name.clone())),
        (t.openid_display_name_claim, Fact::Code(claims.display_name.clone())),
        (t.openid_mail_claim, Fact::Code(claims.mail.clone())),
        (t.openid_groups_claim, optional(&claims.groups)),
    ]);
    facts
}

/// A form's address opened by hand, or after signing in again.
async fn to_source(_: Console, Path(id): Path<String>) -> Response {
    see_other(&format!("{PATH}/{id}"))
}

/// Tests a directory here and now; a provider is tested by a login, which ends in [`source_check::show`].
async fn check(console: Console, Path(id): Path<String>) -> Answer {
    demand(&console, "source.check", &id).await?;
    let detail = detail(&console, &id).await?;
    match &detail.settings {
        SourceSettings::Ldap(_) => {
            let report = console.core().check_directory(&console.actor, &detail.source.id, console.now()).await;
            match report {
                Ok(report) => Ok(source_check::directory(&console, &detail.source, Ok(&report))),
                Err(CheckError::Ldap(error)) => Ok(source_check::directory(&console, &detail.source, Err(&error))),
                Err(CheckError::Core(error)) => Err(console.fail(SECTION, &error)),
            }
        }
        SourceSettings::OpenId(_) => {
            match console.core().begin_check(&console.actor, &detail.source.id, console.now()).await {
                Ok(begun) => Ok(provider::leave(&console.request, &begun)),
                Err(LoginError::Provider { source, .. }) => {
                    Ok(source_check::not_begun(&console, &detail.source, &source))
                }
                Err(LoginError::Core(error)) => Err(console.fail(SECTION, &error)),
            }
        }
    }
}

/// Finds a group that gives a role; each leads to the form with the group filled in.
async fn find(console: Console, Path(id): Path<String>, asked: Asked) -> Answer {
    demand(&console, "source.search", &id).await?;
    let detail = detail(&console, &id).await?;
    let mut view = FindGroupView {
        name: detail.source.name.clone(),
        q: asked.get("q").to_owned(),
        id: id.clone(),
        ..FindGroupView::default()
    };
    if asked.has("q") {
        let kind = baton_model::SelectionKind::Group;
        view.found = Some(match source_select::search(&console, &detail.source.id, kind, &view.q).await? {
            Ok(found) => {
                view.more = found.more;
                let link = |entry: baton_core::sources::DirectoryEntry| {
                    let group = entry.selection;
                    let query = url::form_urlencoded::Serializer::new(String::new())
                        .append_pair("group", &group.entry_id)
                        .append_pair("groupName", &group.name)
                        .finish();
                    (Link::new(group.name, format!("{PATH}/{id}/edit?{query}#roles")), entry.beside)
                };
                // Without an id that lasts a group cannot give a role.
                Ok(found.entries.into_iter().filter(|entry| !entry.selection.entry_id.is_empty()).map(link).collect())
            }
            Err(problem) => Err(problem),
        });
    }
    Ok(console.page(StatusCode::OK, find_group(console.frame(), &console.chrome, &view)))
}

async fn show_delete(console: Console, Path(id): Path<String>) -> Answer {
    demand(&console, "source.delete", &id).await?;
    let detail = detail(&console, &id).await?;
    if detail.people > 0 {
        return Ok(kept(&console, StatusCode::OK, &detail));
    }
    let what = Confirm::DeleteSource { id, name: detail.source.name };
    Ok(console.page(StatusCode::OK, confirm(console.frame(), &console.chrome, &what)))
}

fn kept(console: &Console, status: StatusCode, detail: &SourceDetail) -> Response {
    let (source, people) = (&detail.source, count(detail.people));
    console.page(status, source_kept(console.frame(), &console.chrome, source.id.as_str(), &source.name, people))
}

async fn take_delete(console: Console, Path(id): Path<String>) -> Answer {
    match console.core().delete_source(&console.actor, &id.as_str().into(), console.now()).await {
        Ok(()) => Ok(console.done(PATH, Flash::Deleted)),
        Err(CoreError::KeptBySource) => Ok(kept(&console, StatusCode::CONFLICT, &detail(&console, &id).await?)),
        Err(error) => Err(console.fail(SECTION, &error)),
    }
}
