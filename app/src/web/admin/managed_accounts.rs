//! Managed Apple Accounts (B4, G4): the patterns, the report, and revealing one.

use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use baton_core::{
    CoreError, FieldError, Permission,
    accounts::UserDetail,
    managed_accounts::{AccountPattern, AccountRule},
};
use baton_model::{AccountProblem, AccountRecord, User};

use super::{desk::Answer, links};
use crate::{
    pages::admin::{
        list::Link,
        managed_accounts::{
            AccountProblemRow, ManagedAccountsView, PATH, RevealView, managed_accounts, reveal, revealed,
        },
    },
    shell::console::{Flash, Section},
    ui::{
        account::{Account, AccountPattern as Pattern, AccountProblem as Problem, AccountRule as Rule},
        confirmation::ConfirmationView,
    },
    web::{
        Console, Fields, PageError, Web,
        answer::see_other,
        confirmation::{Proved, prove},
        words,
    },
};

pub fn routes() -> Router<Web> {
    Router::new()
        .route(PATH, get(show).post(take))
        .route("/admin/users/{id}/managed-account/reveal", get(show_reveal).post(take_reveal))
}

async fn show(console: Console) -> Answer {
    let report = console.core().managed_account_report(&console.actor, console.now()).await;
    let report = console.ask(Section::Settings, report)?;
    let number = |n: i64| usize::try_from(n).unwrap_or_default();
    let view = ManagedAccountsView {
        local: rule(report.local),
        sources: report
            .sources
            .into_iter()
            .map(|source| (Link::new(source.name, format!("/admin/settings/sources/{}", source.id)), rule(source.rule)))
            .collect(),
        with: number(report.counts.with),
        failing: number(report.counts.problems),
        problems: report.problems.iter().filter_map(|(user, record)| problem_row(user, record)).collect(),
        may_edit: console.may(Permission::ManageSettings),
    };
    Ok(console.page(StatusCode::OK, managed_accounts(console.frame(), &console.chrome, &view)))
}

fn problem_row(user: &User, record: &AccountRecord) -> Option<AccountProblemRow> {
    Some(AccountProblemRow {
        person: links::user(user),
        user_name: user.user_name.clone(),
        masked: record.account.as_ref().map(baton_model::ManagedAppleAccount::masked),
        problem: problem(record.problem?),
    })
}

async fn take(console: Console, fields: Fields) -> Answer {
    let rule = rule_from(&fields);
    let saved = console.core().save_local_account_rule(&console.actor, rule, console.now()).await;
    console.ask(Section::Settings, saved)?;
    Ok(console.done(PATH, Flash::Saved))
}

async fn show_reveal(console: Console, Path(id): Path<String>) -> Answer {
    demand(&console, &id).await?;
    // Asked for at once, so that nothing is typed twice.
    let confirmation = console.confirmation().await?;
    reveal_page(&console, StatusCode::OK, &id, ("", &[]), confirmation).await
}

async fn demand(console: &Console, id: &str) -> Result<(), PageError> {
    console.demand(Section::Users, Permission::ManageUsers, "managed-account.reveal", ("user", id)).await
}

async fn take_reveal(console: Console, Path(id): Path<String>, fields: Fields) -> Answer {
    let proved = prove(&console.request, &console.person, &fields).await?;
    let request = console.request.clone();
    proved.finish(&request, reveal_proved(console.proved(&proved), &proved, &id, fields.get("reason")).await)
}

async fn reveal_proved(console: Console, proved: &Proved, id: &str, reason: &str) -> Answer {
    let found = console.core().reveal_managed_account(&console.actor, &id.into(), reason, console.now()).await;
    if matches!(found, Err(CoreError::Unconfirmed)) {
        let (status, confirmation) = proved.again(&console.request).await?;
        return reveal_page(&console, status, id, (reason, &[]), Some(confirmation)).await;
    }
    match console.accepted(Section::Users, found)? {
        Ok(found) => {
            let (name, account) = (&found.user.display_name, found.account.expose());
            Ok(console.page(StatusCode::OK, revealed(console.frame(), &console.chrome, id, name, account)))
        }
        Err(errors) => {
            let confirmation = console.confirmation().await?;
            reveal_page(&console, StatusCode::UNPROCESSABLE_ENTITY, id, (reason, &errors), confirmation).await
        }
    }
}

async fn reveal_page(
    console: &Console,
    status: StatusCode,
    id: &str,
    (reason, errors): (&str, &[FieldError]),
    confirmation: Option<ConfirmationView>,
) -> Result<Response, PageError> {
    let detail = console.core().user_detail(&console.actor, &id.into(), console.now()).await;
    let detail = console.ask(Section::Users, detail)?;
    let Some(account) = detail.managed_account.and_then(|record| record.account) else {
        return Ok(see_other(&format!("/admin/users/{id}")));
    };
    let view = RevealView {
        id: id.to_owned(),
        name: detail.user.display_name,
        masked: account.masked(),
        reason: words::input(errors, "reason", reason),
        confirmation,
    };
    Ok(console.page(status, reveal(console.frame(), &console.chrome, &view)))
}

/// A rule as pages show it.
pub(super) const fn rule(rule: AccountRule) -> Rule {
    let pattern = match rule.pattern {
        AccountPattern::None => Pattern::None,
        AccountPattern::Mail => Pattern::Mail,
        AccountPattern::PrincipalName => Pattern::PrincipalName,
    };
    Rule { pattern, subdomain: rule.subdomain }
}

/// The rule in a form.
pub(super) fn rule_from(fields: &Fields) -> AccountRule {
    AccountRule {
        pattern: AccountPattern::from_text(fields.get("accountPattern")).unwrap_or(AccountPattern::None),
        subdomain: fields.is_ticked("accountSubdomain"),
    }
}

/// How it stands with somebody's account, as pages show it.
pub(super) fn account(detail: &UserDetail) -> Account {
    let Some(record) = &detail.managed_account else { return Account::default() };
    let account = record.account.as_ref();
    let (user, origin) = (&detail.user, detail.origin.as_ref());
    let principal_name = origin.and_then(|origin| origin.principal_name.as_ref());
    let seen = [user.email.as_ref(), Some(&user.user_name), principal_name];
    Account {
        masked: account.map(baton_model::ManagedAppleAccount::masked),
        by_hand: record.by_hand,
        is_seen: account.is_some_and(|account| seen.into_iter().flatten().any(|name| account.is_the_same_as(name))),
        problem: record.problem.map(problem),
    }
}

const fn problem(problem: AccountProblem) -> Problem {
    match problem {
        AccountProblem::Taken => Problem::Taken,
        AccountProblem::NoMail => Problem::NoMail,
        AccountProblem::NoPrincipalName => Problem::NoPrincipalName,
        AccountProblem::NotAnAddress => Problem::NotAnAddress,
    }
}
