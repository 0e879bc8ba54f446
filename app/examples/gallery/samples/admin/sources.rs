use baton_app::document::Frame;
use baton_app::locale::fill;
use baton_app::pages::admin::confirm::{Confirm, confirm};
use baton_app::pages::admin::sources::check::{
    Checked, DirectoryCheckView, ProviderCheckView, ProviderFound, StepState, Trouble, directory_check, provider_check,
};
use baton_app::pages::admin::sources::fields::{RoleRow, SourceFields};
use baton_app::pages::admin::sources::ldap_form::{LdapFormView, ldap_form};
use baton_app::pages::admin::sources::openid_form::{OpenIdFormView, Registered, openid_form};
use baton_app::pages::admin::sources::page::{Fact, SourceView, source, source_kept};
use baton_app::pages::admin::sources::select::{
    EntryKind, FindGroupView, FoundEntries, FoundRow, SelectView, SelectedRow, find_group, invite, select_users,
};
use baton_app::pages::admin::sources::sync::{Cut, SyncPreviewView, SyncedPerson, sync_failed, sync_preview};
use baton_app::pages::admin::sources::{SourceKind, SourceRow, SourcesView, SyncView, add_source, sources};
use baton_app::shell::console::{Chrome, Flash};
use baton_app::ui::confirmation::ConfirmationView;
use baton_app::ui::form::{Choice, Input, Problem};
use baton_app::ui::role::Role;
use time::Duration;

use super::super::{NOW, Sample};
use super::{chrome, link, sample};

const NAME: &str = "Heron Clinic directory";

pub fn samples(frame: &Frame) -> Vec<Sample> {
    let mut samples = of_sources(frame);
    samples.extend(of_forms(frame));
    samples.extend(of_checks(frame));
    samples.extend(of_selections(frame));
    samples.extend(of_syncs(frame));
    samples
}

fn of_sources(frame: &Frame) -> Vec<Sample> {
    let t = frame.texts();
    let page = |view: SourceView| source(frame, &chrome(), &view);
    let many = fill(t.sync_many_leave, &[("n", &38), ("of", &212)]);
    let waits = SyncView { problem: Some((many, NOW - Duration::minutes(3))), waits: true, ..synced() };
    let failed = SyncView { problem: Some((t.ldap_error_bind.to_owned(), NOW - Duration::hours(5))), ..synced() };
    let row = |id: &str, name: &str, kind, enabled, people, sync| SourceRow {
        id: id.to_owned(),
        name: name.to_owned(),
        kind,
        enabled,
        people,
        sync,
    };
    let rows = vec![
        row("a", NAME, SourceKind::Ldap, true, 212, synced()),
        row("b", "Heron Entra ID", SourceKind::OpenId, true, 1840, waits.clone()),
        row("c", "Laboratory", SourceKind::Ldap, true, 17, failed.clone()),
        row("d", "Guests (Keycloak)", SourceKind::OpenId, false, 3, SyncView::default()),
    ];
    let delete = Confirm::DeleteSource { id: "a".to_owned(), name: NAME.to_owned() };
    vec![
        sample("admin-sources", sources(frame, &chrome(), &SourcesView { rows })),
        sample("admin-sources-empty", sources(frame, &chrome(), &SourcesView::default())),
        sample("admin-sources-add", add_source(frame, &chrome())),
        sample("admin-source", page(directory(frame))),
        sample(
            "admin-source-new",
            source(
                frame,
                &Chrome { flash: Some(Flash::Created), ..chrome() },
                &SourceView {
                    selected: Vec::new(),
                    people: 0,
                    roles: Vec::new(),
                    sync: SyncView::default(),
                    ..directory(frame)
                },
            ),
        ),
        sample("admin-source-waits", page(SourceView { sync: waits, ..directory(frame) })),
        sample("admin-source-failed", page(SourceView { sync: failed, enabled: false, ..directory(frame) })),
        sample("admin-source-reader", page(SourceView { may_edit: false, ..directory(frame) })),
        sample("admin-source-entra", page(entra(frame))),
        sample("admin-source-kept", source_kept(frame, &chrome(), "a", NAME, 212)),
        sample("admin-source-delete", confirm(frame, &chrome(), &delete)),
    ]
}

fn synced() -> SyncView {
    SyncView {
        succeeded: Some(NOW - Duration::minutes(12)),
        outcome: "2 added · 1 changed · 1 disabled".to_owned(),
        problem: None,
        waits: false,
        next: Some(NOW + Duration::minutes(48)),
    }
}

fn selected() -> Vec<SelectedRow> {
    let row = |kind, name: &str| SelectedRow { value: "[]".to_owned(), kind, name: name.to_owned() };
    vec![
        row(EntryKind::Group, "Nurses"),
        row(EntryKind::Unit, "Ward 3"),
        row(EntryKind::Person, "Clara Hoffmann-Meyer"),
    ]
}

fn directory(frame: &Frame) -> SourceView {
    let t = frame.texts();
    let code = |value: &str| Fact::Code(value.to_owned());
    SourceView {
        id: "a".to_owned(),
        name: NAME.to_owned(),
        kind: SourceKind::Ldap,
        enabled: true,
        admits_anyone: false,
        accounts: super::managed_accounts::RULE,
        people: 212,
        facts: vec![
            (t.ldap_host, code("ldap.heron-clinic.example:636")),
            (t.ldap_security, Fact::Text(t.ldap_ldaps.to_owned())),
            (t.ldap_authorities_title, Fact::Text(t.ldap_authorities_own.to_owned())),
            (t.ldap_bind_dn, code("cn=baton,ou=services,dc=heron-clinic,dc=example")),
            (t.ldap_people_base, code("ou=people,dc=heron-clinic,dc=example")),
            (t.ldap_people_filter, code("(objectClass=inetOrgPerson)")),
            (t.ldap_login_attributes, Fact::Codes(vec!["uid".to_owned(), "mail".to_owned()])),
            (t.ldap_nested_groups, Fact::Text(t.ldap_nested_automatic.to_owned())),
        ],
        roles: vec![("IT operations".to_owned(), Role::Administrator), ("Service desk".to_owned(), Role::HelpDesk)],
        imports: true,
        selected: selected(),
        sync: synced(),
        addresses: None,
        may_edit: true,
    }
}

fn addresses() -> Registered {
    Registered {
        redirect: "https://phones.heron-clinic.example/sign-in/callback".to_owned(),
        after_sign_out: vec![
            "https://phones.heron-clinic.example/sign-in".to_owned(),
            "https://phones.heron-clinic.example/clip".to_owned(),
        ],
    }
}

fn entra(frame: &Frame) -> SourceView {
    let t = frame.texts();
    let code = |value: &str| Fact::Code(value.to_owned());
    SourceView {
        name: "Heron Entra ID".to_owned(),
        kind: SourceKind::Entra,
        admits_anyone: true,
        people: 1840,
        facts: vec![
            (t.openid_tenants, Fact::Codes(vec!["11111111-2222-3333-4444-555555555555".to_owned()])),
            (t.openid_client_id_entra, code("7c1f6c4a-9d2e-4f5b-8a57-2f0d7a9f3b11")),
            (t.openid_graph, Fact::Text(t.yes.to_owned())),
            (t.openid_user_name_claim, code("preferred_username")),
            (t.openid_display_name_claim, code("name")),
            (t.openid_mail_claim, code("email")),
            (t.openid_groups_claim, Fact::None),
        ],
        roles: Vec::new(),
        selected: vec![SelectedRow {
            value: "[]".to_owned(),
            kind: EntryKind::Everybody,
            name: t.select_everybody_name.to_owned(),
        }],
        addresses: Some(addresses()),
        ..directory(frame)
    }
}

fn fields() -> SourceFields {
    SourceFields {
        name: Input::new(NAME),
        enabled: true,
        sync_minutes: Input::new("60"),
        accounts: super::managed_accounts::RULE,
        roles: vec![RoleRow::default(); 3],
        ..SourceFields::default()
    }
}

fn ldap(frame: &Frame) -> LdapFormView {
    let t = frame.texts();
    let choice = |value: &str, label: &str, chosen| Choice::new(value, label, chosen);
    LdapFormView {
        preset: "open-ldap",
        fields: SourceFields { name: Input::default(), ..fields() },
        port: Input::new("636"),
        security: vec![choice("ldaps", t.ldap_ldaps, true), choice("starttls", t.ldap_start_tls, false)],
        people_filter: Input::new("(objectClass=inetOrgPerson)"),
        login_attributes: Input::new("uid mail"),
        id_attribute: Input::new("entryUUID"),
        id_form: vec![choice("text", t.ldap_id_text, true), choice("guid", t.ldap_id_guid, false)],
        user_name_attribute: Input::new("uid"),
        display_name_attribute: Input::new("cn"),
        mail_attribute: Input::new("mail"),
        group_filter: Input::new("(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames))"),
        group_name_attribute: Input::new("cn"),
        nested_groups: vec![
            choice("automatic", t.ldap_nested_automatic, true),
            choice("member-of", t.ldap_nested_member_of, false),
            choice("matching-rule", t.ldap_nested_matching_rule, false),
        ],
        ..LdapFormView::default()
    }
}

fn ldap_refused(frame: &Frame) -> LdapFormView {
    let t = frame.texts();
    let other = |sentence: &str| Problem::Other(sentence.to_owned());
    LdapFormView {
        fields: SourceFields {
            name: Input::refused(NAME, Problem::Taken),
            roles_problem: Some(other(t.source_problem_group_twice)),
            roles: roles(),
            ..fields()
        },
        host: Input::refused("ldaps://ldap.heron-clinic.example", other(t.ldap_problem_host)),
        port: Input::refused("ldaps", Problem::NotBetween(1, 65_535)),
        authorities: Input::refused("MIIC…", other(t.ldap_problem_no_certificate)),
        bind_dn: Input::refused("baton", other(t.ldap_problem_dn)),
        bind_password: Input::refused("", Problem::SecretNeededAgain),
        people_filter: Input::refused("(uid=*", other(&fill(t.ldap_problem_filter, &[("at", &7)]))),
        ..ldap(frame)
    }
}

fn roles() -> Vec<RoleRow> {
    let row = |name: &str, group: &str, role| RoleRow { group: group.to_owned(), name: name.to_owned(), role };
    vec![
        row("IT operations", "7c1f6c4a-9d2e-4f5b-8a57-2f0d7a9f3b11", Role::Administrator),
        row("Service desk", "1f0de1c8-5f0e-4a53-9f63-0b1f3f1a7c22", Role::HelpDesk),
        RoleRow::default(),
        RoleRow::default(),
        RoleRow::default(),
    ]
}

fn openid(entra: bool) -> OpenIdFormView {
    OpenIdFormView {
        entra,
        fields: SourceFields { name: Input::default(), ..fields() },
        scopes: Input::new("profile email"),
        user_name_claim: Input::new("preferred_username"),
        display_name_claim: Input::new("name"),
        mail_claim: Input::new("email"),
        upn_claim: Input::new(if entra { "upn" } else { "" }),
        graph: entra,
        addresses: addresses(),
        ..OpenIdFormView::default()
    }
}

fn of_forms(frame: &Frame) -> Vec<Sample> {
    let t = frame.texts();
    let other = |sentence: &str| Problem::Other(sentence.to_owned());
    let edited = LdapFormView {
        fields: SourceFields { id: Some("a".to_owned()), revision: Some(3), roles: roles(), ..fields() },
        host: Input::new("ldap.heron-clinic.example"),
        authorities: Input::new("-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU…\n-----END CERTIFICATE-----"),
        bind_dn: Input::new("cn=baton,ou=services,dc=heron-clinic,dc=example"),
        people_base: Input::new("ou=people,dc=heron-clinic,dc=example"),
        group_base: Input::new("ou=groups,dc=heron-clinic,dc=example"),
        ..ldap(frame)
    };
    let asked = ConfirmationView { user_name: "petra".to_owned(), password: true, passkey: true, ..Default::default() };
    let proof =
        LdapFormView { fields: SourceFields { confirmation: Some(asked), ..edited.fields.clone() }, ..edited.clone() };
    let stale = LdapFormView { fields: SourceFields { stale: true, ..edited.fields.clone() }, ..edited.clone() };
    let refused = OpenIdFormView {
        tenants: Input::refused(
            "heron-clinic.example",
            other(&fill(t.openid_problem_tenant, &[("tenant", &"heron-clinic.example")])),
        ),
        client_id: Input::refused("", Problem::Missing),
        client_secret: Input::refused("", Problem::Missing),
        issuer: Input::refused("http://login.example", other(t.openid_problem_https)),
        ..openid(true)
    };
    let plain =
        OpenIdFormView { issuer: Input::new("https://login.heron-clinic.example/realms/clinic"), ..openid(false) };
    vec![
        sample("admin-source-ldap", ldap_form(frame, &chrome(), &ldap(frame))),
        sample("admin-source-ldap-edit", ldap_form(frame, &chrome(), &edited)),
        sample("admin-source-ldap-proof", ldap_form(frame, &chrome(), &proof)),
        sample("admin-source-ldap-stale", ldap_form(frame, &chrome(), &stale)),
        sample("admin-source-ldap-refused", ldap_form(frame, &chrome(), &ldap_refused(frame))),
        sample("admin-source-entra-form", openid_form(frame, &chrome(), &openid(true))),
        sample("admin-source-entra-refused", openid_form(frame, &chrome(), &refused)),
        sample("admin-source-openid-form", openid_form(frame, &chrome(), &plain)),
    ]
}

fn of_checks(frame: &Frame) -> Vec<Sample> {
    let t = frame.texts();
    let of = || Checked { id: "a".to_owned(), name: NAME.to_owned() };
    let steps = [t.check_step_name, t.check_step_tcp, t.check_step_tls, t.check_step_bind, t.check_step_search];
    let works = DirectoryCheckView {
        of: of(),
        steps: steps.map(|step| (step, StepState::Good)).to_vec(),
        counts: vec![(t.check_people, fill(t.check_more_than, &[("n", &1000)])), (t.check_groups, "48".to_owned())],
        sample: ["ada", "anna.lindqvist", "ben.okri", "clara.hoffmann-meyer", "dmitri"].map(str::to_owned).to_vec(),
        missing: Vec::new(),
    };
    let lacks = |n: usize, attribute: &str, field: &str| {
        let sentence = fill(t.check_missing_many, &[("n", &n)]);
        fill(&sentence, &[("attribute", &attribute), ("field", &field)])
    };
    let partly = DirectoryCheckView {
        missing: vec![lacks(14, "mail", t.ldap_mail_attribute), lacks(3, "uid", t.ldap_user_name_attribute)],
        ..works.clone()
    };
    let trouble = Trouble { text: t.ldap_error_not_trusted.to_owned(), detail: None };
    let fails = DirectoryCheckView {
        of: of(),
        steps: steps
            .into_iter()
            .zip([
                StepState::Good,
                StepState::Good,
                StepState::Failed(trouble),
                StepState::NotReached,
                StepState::NotReached,
            ])
            .collect(),
        ..DirectoryCheckView::default()
    };
    let refused =
        Trouble { text: t.ldap_error_base.to_owned(), detail: Some("ou=peple,dc=heron-clinic,dc=example".to_owned()) };
    let last = DirectoryCheckView {
        steps: steps
            .into_iter()
            .enumerate()
            .map(|(index, step)| (step, if index == 4 { StepState::Failed(refused.clone()) } else { StepState::Good }))
            .collect(),
        ..fails.clone()
    };
    let claim = |purpose, name: &str, value: Option<&str>| (purpose, name.to_owned(), value.map(str::to_owned));
    let found = ProviderFound {
        claims: vec![
            claim(t.field_user_name, "preferred_username", Some("petra.lindqvist@heron-clinic.example")),
            claim(t.field_display_name, "name", Some("Petra Lindqvist")),
            claim(t.field_email, "email", Some("petra.lindqvist@heron-clinic.example")),
            claim(t.check_claim_auth_time, "auth_time", Some(t.check_auth_time_there)),
        ],
        shared_phones: Ok(()),
        ends_session: true,
        graph: Some(Ok(())),
        nameless: false,
    };
    let unread =
        Trouble { text: t.graph_error_forbidden.to_owned(), detail: Some("Authorization_RequestDenied".to_owned()) };
    let no_import = ProviderFound { graph: Some(Err(unread)), ..found.clone() };
    let missing = ProviderFound {
        claims: vec![
            claim(t.field_user_name, "preferred_username", Some("petra.lindqvist@heron-clinic.example")),
            claim(t.field_display_name, "name", None),
            claim(t.field_email, "email", None),
            claim(t.check_claim_auth_time, "auth_time", None),
        ],
        shared_phones: Err(Trouble { text: t.openid_error_auth_time_missing.to_owned(), detail: None }),
        ends_session: false,
        graph: None,
        nameless: false,
    };
    let provider = |found| provider_check(frame, &chrome(), &ProviderCheckView { of: of(), found });
    let client = Trouble { text: t.openid_error_client.to_owned(), detail: Some("token-client-refused".to_owned()) };
    vec![
        sample("admin-source-check", directory_check(frame, &chrome(), &works)),
        sample("admin-source-check-no-import", provider(Ok(no_import))),
        sample("admin-source-check-partly", directory_check(frame, &chrome(), &partly)),
        sample("admin-source-check-tls", directory_check(frame, &chrome(), &fails)),
        sample("admin-source-check-search", directory_check(frame, &chrome(), &last)),
        sample("admin-source-login", provider(Ok(found))),
        sample("admin-source-login-missing", provider(Ok(missing))),
        sample("admin-source-login-failed", provider(Err(client))),
    ]
}

fn found() -> FoundEntries {
    let row = |name: &str, beside: &str, selected| FoundRow {
        value: "[]".to_owned(),
        name: name.to_owned(),
        beside: beside.to_owned(),
        selected,
    };
    FoundEntries {
        rows: vec![
            row("Anna Lindqvist", "anna.lindqvist", false),
            row("Annabel Christodoulopoulou-Montgomery", "annabel.christodoulopoulou-montgomery", false),
            row("Clara Hoffmann-Meyer", "clara.hoffmann-meyer", true),
            row("Hannah Adeyemi", "hannah.adeyemi", false),
        ],
        more: true,
    }
}

fn of_selections(frame: &Frame) -> Vec<Sample> {
    let t = frame.texts();
    let view = || SelectView {
        id: "a".to_owned(),
        name: NAME.to_owned(),
        kinds: EntryKind::SEARCHED.to_vec(),
        ..SelectView::default()
    };
    let page = |view: SelectView| select_users(frame, &chrome(), &view);
    let searched = SelectView { q: "ann".to_owned(), found: Some(Ok(found())), selected: selected(), ..view() };
    let sources = [
        (link(NAME, "/admin/users/invite/a"), SourceKind::Ldap),
        (link("Heron Entra ID", "/admin/users/invite/b"), SourceKind::OpenId),
    ];
    let group = |name: &str, place: &str| (link(name, "/admin/settings/sources/a/edit?group=1"), place.to_owned());
    let groups = FindGroupView {
        id: "a".to_owned(),
        name: NAME.to_owned(),
        q: "ser".to_owned(),
        found: Some(Ok(vec![
            group("Service desk", "cn=Service desk,ou=groups,dc=heron-clinic,dc=example"),
            group("Servers", "cn=Servers,ou=groups,dc=heron-clinic,dc=example"),
        ])),
        more: false,
    };
    vec![
        sample("admin-invite", invite(frame, &chrome(), &sources)),
        sample("admin-invite-empty", invite(frame, &chrome(), &[])),
        sample("admin-select", page(view())),
        sample(
            "admin-select-found",
            select_users(frame, &Chrome { flash: Some(Flash::Selected), ..chrome() }, &searched),
        ),
        sample(
            "admin-select-nothing",
            page(SelectView { found: Some(Ok(FoundEntries::default())), q: "xyz".to_owned(), ..view() }),
        ),
        sample("admin-select-failed", page(SelectView { found: Some(Err(t.ldap_error_busy.to_owned())), ..view() })),
        sample(
            "admin-select-entra",
            page(SelectView { kinds: EntryKind::SEARCHED[..2].to_vec(), everybody: Some("[]".to_owned()), ..view() }),
        ),
        sample("admin-find-group", find_group(frame, &chrome(), &groups)),
    ]
}

fn person(user_name: &str, display_name: &str, mail: &str, role: Role) -> SyncedPerson {
    SyncedPerson { user_name: user_name.to_owned(), display_name: display_name.to_owned(), mail: mail.to_owned(), role }
}

fn of_syncs(frame: &Frame) -> Vec<Sample> {
    let t = frame.texts();
    let anna = person("anna.lindqvist", "Anna Lindqvist", "anna@heron-clinic.example", Role::User);
    let ben = person("ben.okri", "Ben Okri", "", Role::HelpDesk);
    let view = SyncPreviewView {
        id: "a".to_owned(),
        name: NAME.to_owned(),
        previewed: "f".repeat(64),
        added: Cut { shown: vec![ben.clone(), anna.clone()], all: 143 },
        changed: Cut {
            shown: vec![(
                person("clara.meyer", "Clara Meyer", "clara.meyer@heron-clinic.example", Role::User),
                person("clara.hoffmann-meyer", "Clara Hoffmann-Meyer", "", Role::HelpDesk),
            )],
            all: 1,
        },
        disabled: Cut { shown: vec![person("dmitri", "Dmitri Petrov", "", Role::User)], all: 1 },
        enabled: Cut { shown: vec![person("ella", "Ella Roth", "", Role::User)], all: 1 },
        clashes: Cut { shown: vec![("Petra Nowak".to_owned(), "petra".to_owned())], all: 1 },
        accountless: Cut { shown: vec![("Ben Okafor".to_owned(), "ben".to_owned())], all: 1 },
        nameless: 2,
        unchanged: 208,
        elsewhere: true,
        ..SyncPreviewView::default()
    };
    let nothing = SyncPreviewView {
        id: "a".to_owned(),
        name: NAME.to_owned(),
        nothing: true,
        unchanged: 212,
        ..SyncPreviewView::default()
    };
    let gone = Some("cn=Nurses,ou=groups,dc=heron-clinic,dc=example");
    vec![
        sample("admin-sync", sync_preview(frame, &chrome(), &view)),
        sample("admin-sync-stale", sync_preview(frame, &chrome(), &SyncPreviewView { stale: true, ..view })),
        sample("admin-sync-nothing", sync_preview(frame, &chrome(), &nothing)),
        sample("admin-sync-failed", sync_failed(frame, &chrome(), ("a", NAME), t.ldap_error_gone, gone)),
    ]
}
