//! Whether a source works: the pages after a test connection and a test login (B2, B3, A5).

use axum::{http::StatusCode, response::Response};
use baton_core::{
    Permission,
    sources::{ProviderCheck, SourceSettings},
};
use baton_identity::{
    ldap::{self, ConnectionReport, Count, LdapError, StepOutcome},
    openid::{self, ClaimPurpose, Groups, OpenIdError},
};
use baton_model::{Source, SourceId, UserId};

use super::source_words as words;
use crate::{
    locale::{Texts, count, fill},
    pages::admin::sources::check::{
        Checked, DirectoryCheckView, ProviderCheckView, ProviderFound, StepState, Trouble, directory_check,
        provider_check,
    },
    shell::console::Section,
    web::{Console, Request, answer::PageError, context::SignedInPerson},
};

const SECTION: Section = Section::Settings;

/// What a test login found, for the administrator who began it and for nobody else.
pub(in crate::web) async fn show(
    request: Request,
    source: &SourceId,
    administrator: &UserId,
    check: &ProviderCheck,
) -> Result<Response, PageError> {
    let person = request.person().await?.filter(|person| person.user.id == *administrator);
    let person = person.ok_or_else(|| request.forbidden())?;
    let console = Console::of(SignedInPerson { request, person }).await?;
    // What they were at its beginning they may be no more.
    let target = ("source", source.as_str());
    console.demand(SECTION, Permission::ManageSettings, "source.check", target).await?;
    let detail = console.core().source_detail(&console.actor, source, console.now()).await;
    let detail = console.ask(SECTION, detail)?;
    let groups = match &detail.settings {
        SourceSettings::OpenId(provider) => provider.claims.groups.clone().unwrap_or_default(),
        SourceSettings::Ldap(_) => String::new(),
    };
    let source = detail.source;
    let found = match &check.report {
        Ok(report) => Ok(found(console.t(), check, report, &groups)),
        Err(error) => Err(words::openid(console.t(), error)),
    };
    Ok(provider_page(&console, &source, found))
}

/// A test login that did not even begin.
pub(super) fn not_begun(console: &Console, source: &Source, error: &OpenIdError) -> Response {
    provider_page(console, source, Err(words::openid(console.t(), error)))
}

fn provider_page(console: &Console, source: &Source, found: Result<ProviderFound, Trouble>) -> Response {
    let view = ProviderCheckView { of: checked(source), found };
    console.page(StatusCode::OK, provider_check(console.frame(), &console.chrome, &view))
}

fn checked(source: &Source) -> Checked {
    Checked { id: source.id.to_string(), name: source.name.clone() }
}

/// `groups` is what the claim of groups is called.
fn found(t: &Texts, check: &ProviderCheck, report: &openid::ConnectionReport, groups: &str) -> ProviderFound {
    let mut claims: Vec<(&'static str, String, Option<String>)> = report
        .claims
        .iter()
        .map(|claim| (claim_purpose(t, claim.purpose), claim.name.clone(), claim.value.clone()))
        .collect();
    let said = match &report.groups {
        Groups::Values(values) if values.is_empty() => Some(t.check_groups_none.to_owned()),
        Groups::Values(values) => Some(values.join(", ")),
        Groups::Overage => Some(t.check_groups_many.to_owned()),
        Groups::Absent => None,
    };
    if said.is_some() {
        claims.push((t.nav_groups, groups.to_owned(), said));
    }
    // The claims whose values are not in the report: groups, and when the person authenticated.
    let known: Vec<&str> = report.claims.iter().map(|claim| claim.name.as_str()).collect();
    for name in check.missing.iter().filter(|name| !known.contains(&name.as_str())) {
        let purpose = if name == "auth_time" { t.check_claim_auth_time } else { t.nav_groups };
        claims.push((purpose, name.clone(), None));
    }
    if report.auth_time.is_some() {
        claims.push((t.check_claim_auth_time, "auth_time".to_owned(), Some(t.check_auth_time_there.to_owned())));
    }
    let has_name =
        report.claims.iter().any(|claim| claim.purpose != ClaimPurpose::DisplayName && claim.value.is_some());
    ProviderFound {
        claims,
        shared_phones: match report.freshness {
            Ok(()) => Ok(()),
            Err(error) => Err(words::freshness(t, error)),
        },
        ends_session: report.offers_end_session,
        graph: check.directory.as_ref().map(|read| match read {
            Ok(()) => Ok(()),
            Err(error) => Err(words::graph(t, error)),
        }),
        nameless: !has_name,
    }
}

const fn claim_purpose(t: &Texts, purpose: ClaimPurpose) -> &'static str {
    match purpose {
        ClaimPurpose::UserName => t.field_user_name,
        ClaimPurpose::DisplayName => t.field_display_name,
        ClaimPurpose::Mail => t.field_email,
        ClaimPurpose::Upn => t.user_principal_name,
    }
}

/// What a test connection to a directory found, or why it was not made.
pub(super) fn directory(console: &Console, source: &Source, report: Result<&ConnectionReport, &LdapError>) -> Response {
    let t = console.t();
    let mut view = DirectoryCheckView { of: checked(source), ..DirectoryCheckView::default() };
    match report {
        Err(error) => view.steps = vec![(t.check_step_settings, StepState::Failed(words::ldap(t, error)))],
        Ok(report) => {
            view.steps =
                report.steps.iter().map(|(step, outcome)| (words::step(t, *step), state(t, outcome))).collect();
            if let Some(people) = &report.people {
                view.counts.push((t.check_people, up_to(t, people.count)));
                view.sample.clone_from(&people.sample);
                view.missing = people.missing.iter().map(|missing| missing_sentence(t, missing)).collect();
            }
            if let Some(groups) = report.groups {
                view.counts.push((t.check_groups, up_to(t, groups)));
            }
        }
    }
    console.page(StatusCode::OK, directory_check(console.frame(), &console.chrome, &view))
}

fn state(t: &Texts, outcome: &StepOutcome) -> StepState {
    match outcome {
        StepOutcome::Ok => StepState::Good,
        StepOutcome::NotReached => StepState::NotReached,
        StepOutcome::Failed(error) => StepState::Failed(words::ldap(t, error)),
    }
}

fn up_to(t: &Texts, found: Count) -> String {
    if found.more { fill(t.check_more_than, &[("n", &found.counted)]) } else { found.counted.to_string() }
}

fn missing_sentence(t: &Texts, missing: &ldap::MissingIn) -> String {
    let sentence = count(missing.people, t.check_missing_one, t.check_missing_many);
    fill(&sentence, &[("attribute", &missing.attribute), ("field", &words::ldap_field(t, missing.field))])
}
