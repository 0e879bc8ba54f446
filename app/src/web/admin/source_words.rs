//! From the words of directories and providers to sentences that say what happened and what helps.

use baton_core::{
    FieldError, FieldProblem,
    sources::{SyncError, SyncOutcome},
};
use baton_identity::{
    graph::GraphError,
    ldap::{Field, FilterError, LdapError, Problem as LdapProblem, Step},
    openid::{FreshnessError, MetadataError, OpenIdError, Problem as OpenIdProblem},
};

use crate::{
    locale::{Texts, count, fill},
    pages::admin::sources::check::Trouble,
    ui::form::{Input, Problem},
    web::words,
};

/// A field as a form of sources shows it again.
pub(super) fn input(t: &Texts, errors: &[FieldError], field: &str, value: &str) -> Input {
    Input { value: value.to_owned(), problem: problem(t, errors, field) }
}

/// What is wrong with a field of a form of sources.
pub(super) fn problem(t: &Texts, errors: &[FieldError], field: &str) -> Option<Problem> {
    let error = errors.iter().find(|error| error.field == field)?;
    Some(match &error.problem {
        FieldProblem::Ldap(problem) => ldap_problem(t, *problem),
        FieldProblem::OpenId(problem) => openid_problem(t, problem),
        FieldProblem::SentTwice => Problem::Other(t.source_problem_group_twice.to_owned()),
        other => words::problem(other),
    })
}

fn ldap_problem(t: &Texts, problem: LdapProblem) -> Problem {
    let sentence = match problem {
        LdapProblem::Empty => return Problem::Missing,
        LdapProblem::NotAFilter(FilterError::Syntax { at }) => {
            return Problem::Other(fill(t.ldap_problem_filter, &[("at", &at)]));
        }
        LdapProblem::NotAFilter(FilterError::TooDeep | FilterError::TooLong) => t.ldap_problem_filter_long,
        LdapProblem::NotAHost => t.ldap_problem_host,
        LdapProblem::NoCertificate => t.ldap_problem_no_certificate,
        LdapProblem::BadCertificate => t.ldap_problem_bad_certificate,
        LdapProblem::NotADn => t.ldap_problem_dn,
        LdapProblem::NotAnAttribute => t.ldap_problem_attribute,
        LdapProblem::OutOfBounds => t.ldap_problem_bounds,
    };
    Problem::Other(sentence.to_owned())
}

fn openid_problem(t: &Texts, problem: &OpenIdProblem) -> Problem {
    let sentence = match problem {
        OpenIdProblem::Empty => return Problem::Missing,
        OpenIdProblem::NotATenant(tenant) => {
            return Problem::Other(fill(t.openid_problem_tenant, &[("tenant", tenant)]));
        }
        OpenIdProblem::TooLong => t.openid_problem_long,
        OpenIdProblem::Characters => t.openid_problem_characters,
        OpenIdProblem::NotAnAddress => t.openid_problem_address,
        OpenIdProblem::NotHttps => t.openid_problem_https,
        OpenIdProblem::Inside => t.openid_problem_inside,
        OpenIdProblem::MoreThanAnAddress => t.openid_problem_more,
        OpenIdProblem::TenantsNeeded => t.openid_problem_tenants,
    };
    Problem::Other(sentence.to_owned())
}

/// What a setting of a directory is called.
pub(super) const fn ldap_field(t: &Texts, field: Field) -> &'static str {
    match field {
        Field::Host | Field::Limits => t.ldap_host,
        Field::Port => t.ldap_port,
        Field::Authorities => t.ldap_authorities,
        Field::BindDn => t.ldap_bind_dn,
        Field::BindPassword => t.ldap_bind_password,
        Field::PeopleBase => t.ldap_people_base,
        Field::PeopleFilter => t.ldap_people_filter,
        Field::GroupBase => t.ldap_group_base,
        Field::GroupFilter => t.ldap_group_filter,
        Field::LoginAttributes => t.ldap_login_attributes,
        Field::Id => t.ldap_id_attribute,
        Field::UserName => t.ldap_user_name_attribute,
        Field::DisplayName => t.ldap_display_name_attribute,
        Field::Mail => t.ldap_mail_attribute,
        Field::PrincipalName => t.ldap_principal_name_attribute,
        Field::GroupName => t.ldap_group_name_attribute,
    }
}

/// What a step of a connection is called.
pub(super) const fn step(t: &Texts, step: Step) -> &'static str {
    match step {
        Step::Name => t.check_step_name,
        Step::Tcp => t.check_step_tcp,
        Step::Tls => t.check_step_tls,
        Step::Bind => t.check_step_bind,
        Step::Search => t.check_step_search,
    }
}

/// Why a directory did not do what it was asked.
pub(super) fn ldap(t: &Texts, error: &LdapError) -> Trouble {
    let detail = match error {
        LdapError::Unreachable(text) | LdapError::Tls(text) | LdapError::NotPermitted(text) => Some(text.clone()),
        LdapError::BindRefused { code, text }
        | LdapError::StartTlsRefused { code, text }
        | LdapError::Unavailable { code, text }
        | LdapError::Refused { code, text, .. }
        | LdapError::SignInRefused { code, text } => Some(format!("{code} {text}").trim_end().to_owned()),
        LdapError::BaseNotFound(dn) | LdapError::Gone(dn) | LdapError::NoMemberOf(dn) => Some(dn.clone()),
        LdapError::MissingAttribute { dn, attribute } => Some(format!("{dn}: {attribute}")),
        LdapError::Settings(error) => Some(ldap_field(t, error.field).to_owned()),
        _ => None,
    };
    let text = match error {
        // A server that hangs up on STARTTLS, or on a handshake, listens there for the other of the two.
        LdapError::ConnectionLost(Step::Tls) => t.ldap_error_tls,
        error => ldap_code(t, error.code()),
    };
    Trouble { text: text.to_owned(), detail: detail.filter(|detail| !detail.is_empty()) }
}

fn ldap_code(t: &Texts, code: &str) -> &'static str {
    match code {
        "settings" => t.ldap_error_settings,
        "name-not-found" => t.ldap_error_name,
        "name-timed-out" => t.ldap_error_name_slow,
        "connection-refused" => t.ldap_error_refused_connection,
        "unreachable" | "tcp-timed-out" => t.ldap_error_unreachable,
        "certificate-not-trusted" => t.ldap_error_not_trusted,
        "certificate-expired" | "certificate-not-yet-valid" | "certificate-revoked" => t.ldap_error_certificate_date,
        "certificate-other-name" => t.ldap_error_other_name,
        "certificate" => t.ldap_error_certificate,
        "tls" => t.ldap_error_tls,
        "tls-timed-out" => t.ldap_error_tls_slow,
        "starttls-refused" => t.ldap_error_starttls,
        "starttls-injection" => t.ldap_error_injection,
        "bind-timed-out" | "search-timed-out" | "connection-lost" | "unavailable" => t.ldap_error_busy,
        "nonsense" => t.ldap_error_nonsense,
        "answer-too-large" => t.ldap_error_too_large,
        "bind-refused" => t.ldap_error_bind,
        "bind-account" => t.ldap_error_bind_account,
        "base-not-found" => t.ldap_error_base,
        "not-permitted" => t.ldap_error_not_permitted,
        "referral" => t.ldap_error_referral,
        "cut-off" => t.ldap_error_cut_off,
        "gone" => t.ldap_error_gone,
        "no-member-of" => t.ldap_error_no_member_of,
        "no-people" => t.ldap_error_no_people,
        "missing-attribute" => t.ldap_error_missing_attribute,
        "too-long" | "nul" => t.ldap_error_typed,
        _ => t.ldap_error_other,
    }
}

/// Why a provider's directory did not do what it was asked.
pub(super) fn graph(t: &Texts, error: &GraphError) -> Trouble {
    let detail = match error {
        GraphError::Forbidden(text) | GraphError::ClientRefused(text) => Some(text.clone()),
        GraphError::Refused { status, code } => Some(format!("{status} {code}")),
        _ => None,
    };
    Trouble { text: graph_code(t, &error.code()).to_owned(), detail: detail.filter(|detail| !detail.is_empty()) }
}

fn graph_code(t: &Texts, code: &str) -> &'static str {
    match code {
        "graph-unreachable" | "graph-slow" => t.graph_error_unreachable,
        "graph-settings" | "graph-redirected" => t.graph_error_settings,
        "graph-client-refused" => t.graph_error_client,
        "graph-unauthorized" | "graph-forbidden" => t.graph_error_forbidden,
        "graph-not-found" => t.graph_error_not_found,
        "graph-busy" => t.graph_error_busy,
        _ => t.graph_error_other,
    }
}

/// Why a login with a provider does not succeed.
pub(super) fn openid(t: &Texts, error: &OpenIdError) -> Trouble {
    let code = error.code();
    let detail = match error {
        OpenIdError::Status { status, .. } => Some(status.to_string()),
        OpenIdError::Metadata(
            error @ (MetadataError::Issuer { .. } | MetadataError::Missing(_) | MetadataError::Endpoint { .. }),
        ) => Some(error.to_string()),
        OpenIdError::Http { .. } => None,
        _ => Some(code.clone()),
    };
    Trouble { text: openid_code(t, &code).to_owned(), detail }
}

fn openid_code(t: &Texts, code: &str) -> &'static str {
    match code {
        "settings" => t.openid_error_settings,
        "metadata-unreachable" | "metadata-slow" => t.openid_error_unreachable,
        "metadata-issuer" => t.openid_error_issuer,
        "metadata-missing" | "metadata-endpoint" | "keys-none" => t.openid_error_metadata,
        code if code.starts_with("metadata-") => t.openid_error_no_metadata,
        code if code.ends_with("-unreachable") || code.ends_with("-slow") => t.openid_error_unreachable,
        "token-client-refused" | "token-client-authentication" => t.openid_error_client,
        "token-code-refused" => t.openid_error_code,
        "token-refused" | "token-status" => t.openid_error_token,
        "id-token-issuer" => t.openid_error_token_issuer,
        "id-token-tenant" => t.openid_error_tenant,
        "id-token-audience" | "id-token-authorized-party" => t.openid_error_audience,
        "id-token-expired" | "id-token-not-yet-valid" | "id-token-issued-in-future" => t.openid_error_clock,
        "id-token-claim" => t.openid_error_claim,
        "access-denied" | "login-required" => t.openid_error_denied,
        "interaction-required" => t.openid_error_interaction,
        "temporarily-unavailable" => t.openid_error_busy,
        "refused" => t.openid_error_refused,
        "transaction-expired" => t.openid_error_expired,
        _ => t.openid_error_other,
    }
}

/// Why a login was not fresh, and what helps (A5).
pub(super) fn freshness(t: &Texts, error: FreshnessError) -> Trouble {
    let text = match error {
        FreshnessError::AuthTimeMissing => t.openid_error_auth_time_missing,
        FreshnessError::AuthTimeOld => t.openid_error_auth_time_old,
        FreshnessError::AuthTimeFuture => t.openid_error_auth_time_future,
    };
    Trouble { text: text.to_owned(), detail: None }
}

/// Why a sync did nothing.
pub(super) fn sync(t: &Texts, error: &SyncError) -> Trouble {
    match error {
        SyncError::Ldap(error) => ldap(t, error),
        SyncError::Graph(error) => graph(t, error),
        SyncError::SelectionGone(name) => {
            Trouble { text: t.sync_selection_gone.to_owned(), detail: Some(name.clone()) }
        }
        SyncError::ManyLeave { disabled, of } => Trouble { text: many_leave(t, *disabled, *of), detail: None },
        error => Trouble { text: sync_code(t, &error.code()), detail: None },
    }
}

fn many_leave(t: &Texts, disabled: impl std::fmt::Display, of: impl std::fmt::Display) -> String {
    fill(t.sync_many_leave, &[("n", &disabled), ("of", &of)])
}

/// Whether a sync waits for an administrator who looks at what it would do.
pub(super) fn waits_for_somebody(code: &str) -> bool {
    code.starts_with("many-leave:")
}

/// Why the last sync did nothing, from the word that is kept for it.
pub(super) fn sync_code(t: &Texts, code: &str) -> String {
    if let Some((disabled, of)) = code.strip_prefix("many-leave:").and_then(|numbers| numbers.split_once(':')) {
        return many_leave(t, disabled, of);
    }
    let sentence = match code {
        "selection-gone" => t.sync_selection_gone,
        "nothing-selected" => t.sync_nothing_selected,
        "no-directory" => t.sync_no_directory,
        "failed" => t.sync_failed_here,
        code if code.starts_with("graph-") => graph_code(t, code),
        code => ldap_code(t, code),
    };
    sentence.to_owned()
}

/// What a sync did, such as "3 added · 1 disabled".
pub(super) fn outcome(t: &Texts, outcome: &SyncOutcome) -> String {
    let parts = [
        (outcome.added, t.sync_added_one, t.sync_added_many),
        (outcome.changed, t.sync_changed_one, t.sync_changed_many),
        (outcome.disabled, t.sync_disabled_one, t.sync_disabled_many),
        (outcome.enabled, t.sync_enabled_one, t.sync_enabled_many),
        (outcome.nameless, t.sync_nameless_one, t.sync_nameless_many),
    ];
    let mut said: Vec<String> =
        parts.into_iter().filter(|(n, _, _)| *n > 0).map(|(n, one, many)| count(n, one, many)).collect();
    if said.is_empty() && outcome.clashes == 0 && outcome.accountless == 0 {
        said.push(t.sync_nothing.to_owned());
    }
    let named = [
        (outcome.clashes, &outcome.clashing, t.sync_clashed_one, t.sync_clashed_many),
        (outcome.accountless, &outcome.without_account, t.sync_accountless_named_one, t.sync_accountless_named_many),
    ];
    for (n, names, one, many) in named.into_iter().filter(|(n, ..)| *n > 0) {
        let more = if n > names.len() { " …" } else { "" };
        said.push(fill(&count(n, one, many), &[("names", &format!("{}{more}", names.join(", ")))]));
    }
    said.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Locale;

    #[test]
    fn every_word_that_a_sync_leaves_has_a_sentence_of_its_own() {
        let t = Locale::En.texts();
        for code in [
            "name-not-found",
            "certificate-not-trusted",
            "bind-refused",
            "gone",
            "no-people",
            "graph-client-refused",
            "graph-forbidden",
            "selection-gone",
            "nothing-selected",
            "no-directory",
            "failed",
        ] {
            let sentence = sync_code(t, code);
            assert!(![t.ldap_error_other, t.graph_error_other].contains(&&*sentence), "{code}");
        }
        let many = sync_code(t, "many-leave:12:40");
        assert!(many.contains("12") && many.contains("40"), "{many}");
        assert!(waits_for_somebody("many-leave:12:40") && !waits_for_somebody("gone"));
    }

    #[test]
    fn an_outcome_names_only_what_there_was() {
        let t = Locale::En.texts();
        assert_eq!(outcome(t, &SyncOutcome { unchanged: 7, ..SyncOutcome::default() }), t.sync_nothing);
        let some = SyncOutcome { added: 2, clashes: 21, clashing: vec!["ada".to_owned()], ..SyncOutcome::default() };
        let said = outcome(t, &some);
        assert!(said.contains("2 added") && said.contains("ada …") && !said.contains("disabled"), "{said}");
    }
}
