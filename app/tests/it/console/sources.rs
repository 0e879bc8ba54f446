//! Sources of people (B2, B3): added, tested, selected from, followed and deleted, against the fakes of their protocols.

use axum::http::StatusCode;
use baton_app::locale::{Locale, Texts};
use baton_identity::{
    graph::fake::{CLIENT as GRAPH_CLIENT, FakeGraph},
    ldap::{
        Security,
        fake::{BASE, FakeEntry, FakeLdap},
    },
    openid::fake::{CLIENT, CLIENT_SECRET, FakeProvider, Fault, Shape, TENANT},
};
use baton_model::{SourceId, SyncState};

use super::site::{Answer, Browser, ORIGIN, Part, Site, now, on_a_site};

const SOURCES: &str = "/admin/settings/sources";

fn t() -> &'static Texts {
    Locale::En.texts()
}

fn person(uid: &str) -> FakeEntry {
    let number = uid.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    FakeEntry::new(&format!("uid={uid},{BASE}"), "inetOrgPerson")
        .with("uid", uid)
        .with("cn", format!("The {uid}"))
        .with("mail", format!("{uid}@example.test"))
        .with("entryUUID", format!("00000000-0000-4000-8000-{number:012x}"))
        .with_password("reeds and herons")
}

/// Nurses are berta, carl and ada; a user of Baton's own has ada's name already.
fn clinic() -> Vec<FakeEntry> {
    let members = ["berta", "carl", "ada"];
    let nurses = FakeEntry::new(&format!("cn=nurses,{BASE}"), "groupOfNames")
        .with("cn", "nurses")
        .with("entryUUID", "00000000-0000-4000-9000-000000000001");
    let nurses = members.iter().fold(nurses, |group, uid| group.with("member", format!("uid={uid},{BASE}")));
    let mut entries: Vec<FakeEntry> = members.iter().map(|uid| person(uid)).collect();
    entries.extend([person("dora"), nurses]);
    entries
}

/// The form as it is filled in for this directory.
fn ldap_form(fake: &FakeLdap) -> Vec<(&'static str, String)> {
    let settings = fake.settings(Security::Ldaps);
    vec![
        ("name", "Clinic".to_owned()),
        ("enabled", "yes".to_owned()),
        ("host", settings.host),
        ("port", settings.port.to_string()),
        ("security", "ldaps".to_owned()),
        ("authorities", settings.authorities_pem.unwrap_or_default()),
        ("bindDn", settings.bind_dn),
        ("bindPassword", settings.bind_password.expose().to_owned()),
        ("peopleBase", settings.people_base),
        ("peopleFilter", settings.people_filter),
        ("loginAttributes", "uid, mail".to_owned()),
        ("idAttribute", "entryUUID".to_owned()),
        ("idForm", "text".to_owned()),
        ("userNameAttribute", "uid".to_owned()),
        ("displayNameAttribute", "cn".to_owned()),
        ("mailAttribute", "mail".to_owned()),
        ("groupBase", String::new()),
        ("groupFilter", settings.group_filter),
        ("groupNameAttribute", "cn".to_owned()),
        ("nestedGroups", "automatic".to_owned()),
        ("syncMinutes", "60".to_owned()),
    ]
}

fn openid_form(issuer: &str) -> Vec<(&'static str, String)> {
    vec![
        ("name", "Heron login".to_owned()),
        ("enabled", "yes".to_owned()),
        ("issuer", issuer.to_owned()),
        ("clientId", CLIENT.to_owned()),
        ("clientSecret", CLIENT_SECRET.to_owned()),
        ("scopes", "profile email".to_owned()),
        ("userNameClaim", "preferred_username".to_owned()),
        ("displayNameClaim", "name".to_owned()),
        ("mailClaim", "email".to_owned()),
    ]
}

/// The form with other values in some fields.
fn with(form: &[(&'static str, String)], other: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let mut form = form.to_vec();
    for (name, value) in other {
        match form.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = (*value).to_owned(),
            None => form.push((name, (*value).to_owned())),
        }
    }
    form
}

async fn send(browser: &mut Browser<'_>, path: &str, form: &[(&'static str, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(path, &fields).await
}

/// Adds a source; its id.
async fn add(browser: &mut Browser<'_>, kind: &str, form: &[(&'static str, String)]) -> String {
    let answer = send(browser, &format!("{SOURCES}/add/{kind}"), form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.location.strip_prefix(&format!("{SOURCES}/")).unwrap().to_owned()
}

/// What a refused form says beside a field.
fn beside<'a>(page: &'a Answer, field: &str) -> &'a str {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.body);
    let error = page.body.split(&format!("id=\"{field}-error\"")).nth(1);
    error.unwrap_or_else(|| panic!("no error beside {field}: {}", page.body)).split("</p>").next().unwrap()
}

/// The value of a hidden field or a button of this name, the first behind this text.
fn value_of(page: &Answer, name: &str, behind: &str) -> String {
    let (_, rest) = page.body.split_once(behind).unwrap_or_else(|| panic!("no {behind}: {}", page.body));
    let rest = rest.split(&format!("name=\"{name}\" value=\"")).nth(1);
    let value = rest.unwrap_or_else(|| panic!("no {name}: {}", page.body)).split('"').next().unwrap();
    value.replace("&quot;", "\"").replace("&amp;", "&")
}

/// Selects the nurses of this source.
async fn select_nurses(browser: &mut Browser<'_>, id: &str) {
    let found = browser.get(&format!("/admin/users/invite/{id}?kind=group&q=nurs")).await;
    let nurses = value_of(&found, "only", "id=\"found\"");
    let added = browser
        .post(&format!("/admin/users/invite/{id}"), &[("only", &nurses), ("kind", "group"), ("q", "nurs")])
        .await;
    let back = format!("/admin/users/invite/{id}?kind=group&q=nurs");
    assert_eq!((added.status, &*added.location), (StatusCode::SEE_OTHER, &*back), "{}", added.body);
}

/// Agrees to what a sync would do.
async fn sync(browser: &mut Browser<'_>, id: &str) -> Answer {
    let path = format!("/admin/users/invite/{id}/sync");
    let preview = browser.get(&path).await;
    let previewed = value_of(&preview, "previewed", "<form");
    let done = browser.post(&path, &[("previewed", &previewed)]).await;
    assert_eq!((done.status, &*done.location), (StatusCode::SEE_OTHER, &*format!("{SOURCES}/{id}")), "{}", done.body);
    browser.get(&done.location).await
}

/// With somebody from a directory: its id, and theirs.
async fn imported(site: &Site, browser: &mut Browser<'_>, fake: &FakeLdap) -> (String, String) {
    let id = add(browser, "open-ldap", &ldap_form(fake)).await;
    select_nurses(browser, &id).await;
    sync(browser, &id).await;
    let berta = site.store.read().await.unwrap().find_user_by_name("berta").await.unwrap().unwrap();
    (id, berta.id.to_string())
}

#[test]
fn a_directory_is_added_and_tested_before_anybody_is_imported() {
    on_a_site(|site| async move {
        let fake = FakeLdap::start(clinic()).await.unwrap();
        let mut petra = site.signed_in("petra").await;
        assert!(petra.get("/admin/settings").await.says(t().sources_title));
        assert!(petra.get(SOURCES).await.says(t().sources_empty_text));
        assert!(petra.get(&format!("{SOURCES}/add")).await.says(t().source_kind_active_directory));
        assert!(petra.get(&format!("{SOURCES}/add/active-directory")).await.says("sAMAccountName"));
        assert!(petra.get(&format!("{SOURCES}/add/open-ldap")).await.says("(objectClass=inetOrgPerson)"));

        let id = add(&mut petra, "open-ldap", &ldap_form(&fake)).await;
        let page = petra.get(&format!("{SOURCES}/{id}")).await;
        let tested = petra.post(&format!("{SOURCES}/{id}/check"), &[]).await;

        assert!(page.says("Clinic") && page.says(t().source_selected_none), "{}", page.body);
        assert_eq!(tested.status, StatusCode::OK);
        for said in [t().check_ldap_works, t().check_step_search, "berta", "4", t().check_groups] {
            assert!(tested.says(said), "{said}: {}", tested.body);
        }
        assert_eq!(petra.get(&format!("{SOURCES}/{id}/check")).await.location, format!("{SOURCES}/{id}"));
    });
}

#[test]
fn a_test_names_the_step_that_failed_and_what_helps() {
    on_a_site(|site| async move {
        let fake = FakeLdap::start(clinic()).await.unwrap();
        let mut petra = site.signed_in("petra").await;
        for (name, other, says) in [
            ("wrong password", ("bindPassword", "weeds"), t().ldap_error_bind),
            ("no such place", ("peopleBase", "ou=nowhere,dc=example,dc=test"), t().ldap_error_base),
            ("nobody there", ("peopleFilter", "(objectClass=heron)"), t().ldap_error_no_people),
            ("other encryption", ("security", "starttls"), t().ldap_error_nonsense),
        ] {
            let id = add(&mut petra, "open-ldap", &with(&ldap_form(&fake), &[("name", name), other])).await;
            let tested = petra.post(&format!("{SOURCES}/{id}/check"), &[]).await;
            assert!(tested.says(t().check_ldap_fails), "{name}: {}", tested.body);
            assert!(tested.says(says), "{name}: {}", tested.body);
        }
    });
}

#[test]
fn groups_are_searched_selected_and_their_people_imported_after_a_preview() {
    on_a_site(|site| async move {
        let fake = FakeLdap::start(clinic()).await.unwrap();
        let mut petra = site.signed_in("petra").await;
        assert!(petra.get("/admin/users/invite").await.says(t().invite_empty_title));
        let id = add(&mut petra, "open-ldap", &ldap_form(&fake)).await;
        assert_eq!(petra.get("/admin/users/invite").await.location, format!("/admin/users/invite/{id}"));

        select_nurses(&mut petra, &id).await;
        let again = petra.get(&format!("/admin/users/invite/{id}?kind=group&q=nurs")).await;
        assert!(again.says(t().select_added) && again.says("1 selected"), "{}", again.body);

        let preview = petra.get(&format!("/admin/users/invite/{id}/sync")).await;
        for said in ["2 are added", "1 user name is taken", "The berta", "carl@example.test", t().sync_clashes] {
            assert!(preview.says(said), "{said}: {}", preview.body);
        }
        assert!(!petra.get("/admin/users?q=berta").await.says("The berta"), "a preview imports nobody");

        let page = sync(&mut petra, &id).await;
        for said in [t().flash_synced, "2 added", "1 user name is taken: ada"] {
            assert!(page.says(said), "{said}: {}", page.body);
        }
        let list = petra.get("/admin/users?q=berta").await;
        assert!(list.says("The berta") && list.says("Clinic"), "{}", list.body);
        assert!(petra.get(SOURCES).await.says("2 added"));
        assert_eq!(site.user("ada").await.display_name, "Person ada");

        // What was selected is removed, and with it whoever came with it.
        let page = petra.get(&format!("{SOURCES}/{id}")).await;
        let entry = value_of(&page, "entry", "/remove");
        let fields = [("entry", &*entry), ("back", "source")];
        let removed = petra.post(&format!("/admin/users/invite/{id}/remove"), &fields).await;
        assert_eq!(removed.location, format!("{SOURCES}/{id}"));
        let nothing = petra.get(&format!("/admin/users/invite/{id}/sync")).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nothing.says(t().sync_nothing_selected), "{}", nothing.body);
    });
}

#[test]
fn several_that_are_ticked_are_added_together_and_the_search_stays() {
    on_a_site(|site| async move {
        let fake = FakeLdap::start(clinic()).await.unwrap();
        let mut petra = site.signed_in("petra").await;
        let id = add(&mut petra, "open-ldap", &ldap_form(&fake)).await;
        let path = format!("/admin/users/invite/{id}");
        let found = petra.get(&format!("{path}?kind=person&q=")).await;
        let boxes: Vec<String> = found
            .body
            .split("name=\"entry\" value=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().replace("&quot;", "\""))
            .collect();
        assert_eq!(boxes.len(), 4, "{}", found.body);

        let added =
            petra.post(&path, &[("q", ""), ("kind", "person"), ("entry", &boxes[1]), ("entry", &boxes[2])]).await;

        assert_eq!(added.location, format!("{path}?kind=person&q="));
        assert!(petra.get(&added.location).await.says("2 selected"));
        let none = petra.post(&path, &[("q", "xyz"), ("kind", "person"), ("entry", "[\"nonsense\"]")]).await;
        assert_eq!(none.location, format!("{path}?kind=person&q=xyz"));
        assert!(petra.get(&none.location).await.says(t().select_nothing));
    });
}

#[test]
fn what_was_agreed_to_is_done_and_nothing_else() {
    on_a_site(|site| async move {
        let fake = FakeLdap::start(clinic()).await.unwrap();
        let mut petra = site.signed_in("petra").await;
        let id = add(&mut petra, "open-ldap", &ldap_form(&fake)).await;
        select_nurses(&mut petra, &id).await;

        let stale = petra.post(&format!("/admin/users/invite/{id}/sync"), &[("previewed", "another plan")]).await;

        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.says(t().sync_stale) && stale.says("2 are added"), "{}", stale.body);
        assert!(!petra.get("/admin/users?q=berta").await.says("The berta"));
    });
}

#[test]
fn names_of_people_from_a_source_are_changed_there_until_they_are_made_local() {
    on_a_site(|site| async move {
        let fake = FakeLdap::start(clinic()).await.unwrap();
        let mut petra = site.signed_in("petra").await;
        let (id, berta) = imported(&site, &mut petra, &fake).await;
        let path = format!("/admin/users/{berta}");

        let page = petra.get(&path).await;
        assert!(page.says("Clinic") && page.says("In Clinic"), "{}", page.body);
        assert!(!page.says(t().password_link_make), "{}", page.body);
        let form = petra.get(&format!("{path}/edit")).await;
        assert!(form.says("Names and mail address come from Clinic"), "{}", form.body);
        assert!(!form.body.contains("name=\"userName\""), "{}", form.body);
        let saved = petra.post(&format!("{path}/edit"), &[("displayName", "Mallory"), ("role", "auditor")]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let user = site.user(&berta).await;
        assert_eq!((&*user.display_name, user.role), ("The berta", baton_model::Role::Auditor));
        assert_eq!(petra.post(&format!("{path}/password-link"), &[]).await.status, StatusCode::CONFLICT);

        let kept = petra.get(&format!("{SOURCES}/{id}/delete")).await;
        assert!(kept.says("2 people come from this source"), "{}", kept.body);
        assert_eq!(petra.post(&format!("{SOURCES}/{id}/delete"), &[]).await.status, StatusCode::CONFLICT);

        assert!(petra.get(&format!("{path}/make-local")).await.says("Make The berta local?"));
        let made = petra.post(&format!("{path}/make-local"), &[]).await;
        assert_eq!(made.location, path);
        let page = petra.get(&path).await;
        assert!(page.says(t().flash_made_local) && page.says(t().password_link_make), "{}", page.body);
        assert_eq!(petra.get(&format!("{path}/make-local")).await.location, path);
    });
}

#[test]
fn a_source_from_which_nobody_comes_is_deleted() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let id = add(&mut petra, "openid", &openid_form("https://login.example")).await;
        assert!(petra.get(&format!("{SOURCES}/{id}/delete")).await.says("Delete Heron login?"));

        let deleted = petra.post(&format!("{SOURCES}/{id}/delete"), &[]).await;

        assert_eq!(deleted.location, SOURCES);
        assert!(petra.get(SOURCES).await.says(t().sources_empty_title));
        assert_eq!(petra.get(&format!("{SOURCES}/{id}")).await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn what_is_wrong_stands_beside_its_field_and_what_is_no_secret_is_kept() {
    on_a_site(|site| async move {
        let fake = FakeLdap::start(clinic()).await.unwrap();
        let mut petra = site.signed_in("petra").await;
        for (field, value, error, says) in [
            ("name", " ", "name", t().problem_missing),
            ("host", "ldaps://clinic.example", "host", t().ldap_problem_host),
            ("host", "", "host", t().problem_missing),
            ("port", "ldaps", "port", "65535"),
            ("port", "", "port", t().problem_missing),
            ("authorities", "MIIC", "authorities", t().ldap_problem_no_certificate),
            ("bindDn", "baton", "bindDn", t().ldap_problem_dn),
            ("bindPassword", "", "bindPassword", t().problem_missing),
            ("peopleFilter", "(uid=*", "peopleFilter", "character"),
            ("idAttribute", "entry UUID", "idAttribute", t().ldap_problem_attribute),
            ("syncMinutes", "1", "syncMinutes", "5"),
            ("syncMinutes", "often", "syncMinutes", "10080"),
        ] {
            let form = with(&ldap_form(&fake), &[(field, value)]);
            let page = send(&mut petra, &format!("{SOURCES}/add/open-ldap"), &form).await;
            assert!(beside(&page, error).contains(says), "{field} = {value}: {}", page.body);
            assert!(page.says("Clinic") || field == "name", "what was typed is kept");
            assert!(!page.says("reader's password") && !page.body.contains("name=\"bindPassword\" value"));
        }
        for (field, value, error, says) in [
            ("issuer", "http://login.example", "issuer", t().openid_problem_https),
            ("issuer", "login.example", "issuer", t().openid_problem_address),
            ("clientId", "", "clientId", t().problem_missing),
            ("clientSecret", "", "clientSecret", t().problem_missing),
            ("userNameClaim", "", "userNameClaim", t().problem_missing),
        ] {
            let form = with(&openid_form("https://login.example"), &[(field, value)]);
            let page = send(&mut petra, &format!("{SOURCES}/add/openid"), &form).await;
            assert!(beside(&page, error).contains(says), "{field} = {value}: {}", page.body);
            assert!(!page.says(CLIENT_SECRET), "a secret never comes back");
        }
        for (tenants, says) in [("", t().openid_problem_tenants), ("heron.example", "heron.example")] {
            let form = with(&openid_form(""), &[("tenants", tenants)]);
            let page = send(&mut petra, &format!("{SOURCES}/add/entra"), &form).await;
            assert!(beside(&page, "tenants").contains(says), "{tenants}: {}", page.body);
        }
        assert!(petra.get(SOURCES).await.says(t().sources_empty_title), "nothing was added");
    });
}

#[test]
fn certificates_come_as_a_file_too() {
    on_a_site(|site| async move {
        let fake = FakeLdap::start(clinic()).await.unwrap();
        let mut petra = site.signed_in("petra").await;
        let form = ldap_form(&fake);
        let pem = fake.settings(Security::Ldaps).authorities_pem.unwrap();
        let typed: Vec<Part<'_>> = form
            .iter()
            .filter(|(name, _)| *name != "authorities")
            .map(|(name, value)| Part::Field(name, value))
            .collect();
        let mut parts = typed.clone();
        parts.push(Part::File("authoritiesFile", "authority.pem", pem.as_bytes()));
        let added = petra.post_parts(&format!("{SOURCES}/add/open-ldap"), &parts).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
        assert!(petra.post(&format!("{}/check", added.location), &[]).await.says(t().check_ldap_works));

        let mut parts = typed;
        parts.push(Part::File("authoritiesFile", "authority.der", &[0xff, 0xfe]));
        let refused = petra.post_parts(&format!("{SOURCES}/add/open-ldap"), &parts).await;
        assert!(beside(&refused, "authoritiesFile").contains(t().ldap_problem_no_certificate));
    });
}

#[test]
fn a_blank_password_keeps_the_stored_one_only_for_the_same_server() {
    on_a_site(|site| async move {
        let fake = FakeLdap::start(clinic()).await.unwrap();
        let mut petra = site.signed_in("petra").await;
        let id = add(&mut petra, "open-ldap", &ldap_form(&fake)).await;
        let edit = format!("{SOURCES}/{id}/edit");
        let page = petra.get(&edit).await;
        assert!(page.says(t().secret_kept_hint), "{}", page.body);
        let revision = value_of(&page, "revision", "<form");
        let kept = with(&ldap_form(&fake), &[("bindPassword", ""), ("name", "Ward"), ("revision", &revision)]);

        let elsewhere = send(&mut petra, &edit, &with(&kept, &[("host", "elsewhere.example")])).await;
        assert!(beside(&elsewhere, "bindPassword").contains("sent only to where it was meant for"));
        let saved = send(&mut petra, &edit, &kept).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        assert!(petra.post(&format!("{SOURCES}/{id}/check"), &[]).await.says(t().check_ldap_works));

        let stale = send(&mut petra, &edit, &with(&kept, &[("name", "Ward 3")])).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.says(t().source_stale_text) && stale.says("Ward 3"), "{}", stale.body);
    });
}

#[test]
fn groups_give_roles_and_are_found_by_their_names() {
    on_a_site(|site| async move {
        let fake = FakeLdap::start(clinic()).await.unwrap();
        let mut petra = site.signed_in("petra").await;
        let id = add(&mut petra, "open-ldap", &ldap_form(&fake)).await;
        let found = petra.get(&format!("{SOURCES}/{id}/groups?q=nurs")).await;
        let link = found.body.split(&format!("href=\"{SOURCES}/{id}/edit?")).nth(1).unwrap().split('"').next().unwrap();
        let link = link.replace("&amp;", "&");
        let link = link.split('#').next().unwrap();
        let page = petra.get(&format!("{SOURCES}/{id}/edit?{link}")).await;
        assert!(page.says("00000000-0000-4000-9000-000000000001"), "{}", page.body);
        let group = "00000000-0000-4000-9000-000000000001";
        let mut form = with(&ldap_form(&fake), &[("bindPassword", "")]);
        form.extend(
            [("roleGroup", group), ("roleName", "nurses"), ("roleGives", "auditor")]
                .map(|(name, value)| (name, value.to_owned())),
        );
        form.extend(
            [("roleGroup", ""), ("roleName", ""), ("roleGives", "help-desk")]
                .map(|(name, value)| (name, value.to_owned())),
        );

        let saved = send(&mut petra, &format!("{SOURCES}/{id}/edit"), &form).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        select_nurses(&mut petra, &id).await;
        sync(&mut petra, &id).await;

        let berta = site.store.read().await.unwrap().find_user_by_name("berta").await.unwrap().unwrap();
        assert_eq!(berta.role, baton_model::Role::Auditor);
        let edit = petra.get(&format!("/admin/users/{}/edit", berta.id)).await;
        assert!(edit.says("The role comes from groups in Clinic"), "{}", edit.body);
        assert!(!edit.body.contains("name=\"role\""), "{}", edit.body);
        form.extend(
            [("roleGroup", group), ("roleName", "again"), ("roleGives", "help-desk")]
                .map(|(name, value)| (name, value.to_owned())),
        );
        let twice = send(&mut petra, &format!("{SOURCES}/{id}/edit"), &form).await;
        assert!(beside(&twice, "roles").contains(t().source_problem_group_twice));
    });
}

/// Makes a test login as the browser does: to the provider, and back.
async fn log_in_for_test(browser: &mut Browser<'_>, provider: &FakeProvider, id: &str) -> Answer {
    let away = browser.post(&format!("{SOURCES}/{id}/check"), &[]).await;
    assert_eq!(away.status, StatusCode::OK, "{}", away.body);
    let location =
        away.body.split("href=\"").filter_map(|rest| rest.split('"').next()).find(|href| href.contains("state="));
    let location = location.unwrap_or_else(|| panic!("no way to the provider: {}", away.body)).replace("&amp;", "&");
    let back = provider.visit(&location.parse().unwrap());
    browser.get(&format!("{}?{}", back.path(), back.query().unwrap())).await
}

#[test]
fn a_test_login_shows_what_the_provider_said_and_whether_shared_phones_work() {
    on_a_site(|site| async move {
        let provider = FakeProvider::start(Shape::Plain, now()).await.unwrap();
        let mut petra = site.signed_in("petra").await;
        let id = add(&mut petra, "openid", &openid_form(&provider.issuer())).await;
        let page = petra.get(&format!("{SOURCES}/{id}")).await;
        for address in ["/sign-in/callback", "/sign-in", "/clip"] {
            assert!(page.says(&format!("{ORIGIN}{address}")), "{address}: {}", page.body);
        }

        let works = log_in_for_test(&mut petra, &provider, &id).await;
        assert_eq!(works.status, StatusCode::OK, "{}", works.body);
        for said in [
            t().check_openid_works,
            "Alice Anders",
            "alice@mail.example.test",
            t().check_phones_yes,
            t().check_ends_session,
        ] {
            assert!(works.says(said), "{said}: {}", works.body);
        }
        assert!(!petra.get("/admin/users?q=alice").await.says("Alice Anders"), "a test adds nobody");

        provider.misbehave(Fault::NoAuthTime);
        provider.offer_no_logout();
        let old = log_in_for_test(&mut petra, &provider, &id).await;
        for said in [
            t().check_openid_portal_only,
            t().openid_error_auth_time_missing,
            t().check_claim_missing,
            t().check_keeps_session,
        ] {
            assert!(old.says(said), "{said}: {}", old.body);
        }
    });
}

#[test]
fn a_test_login_is_shown_to_nobody_but_whoever_began_it() {
    on_a_site(|site| async move {
        let provider = FakeProvider::start(Shape::Plain, now()).await.unwrap();
        let mut petra = site.signed_in("petra").await;
        let id = add(&mut petra, "openid", &openid_form(&provider.issuer())).await;
        let away = petra.post(&format!("{SOURCES}/{id}/check"), &[]).await;
        let location =
            away.body.split("href=\"").filter_map(|rest| rest.split('"').next()).find(|href| href.contains("state="));
        let back = provider.visit(&location.unwrap().replace("&amp;", "&").parse().unwrap());

        // Somebody else signs in in this browser meanwhile.
        let hugo = site.signed_in("hugo").await.cookies;
        petra.cookies.extend(hugo);
        let shown = petra.get(&format!("{}?{}", back.path(), back.query().unwrap())).await;

        assert_eq!(shown.status, StatusCode::FORBIDDEN);
        assert!(!shown.says("Alice Anders"), "{}", shown.body);
    });
}

#[test]
fn a_provider_that_is_not_there_fails_the_test_in_plain_words() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let id = add(&mut petra, "openid", &openid_form("http://127.0.0.1:1")).await;
        let tested = petra.post(&format!("{SOURCES}/{id}/check"), &[]).await;
        assert!(tested.says(t().check_openid_fails) && tested.says(t().openid_error_unreachable), "{}", tested.body);
    });
}

#[test]
fn everybody_of_a_tenant_is_imported_through_graph() {
    on_a_site(|site| async move {
        let graph = FakeGraph::start().await.unwrap();
        graph.user(1, "Berta");
        graph.user(2, "Carl");
        graph.group(9, "Nurses", &[1]);
        let settings = graph.settings();
        let mut petra = site.signed_in("petra").await;
        let form = with(
            &openid_form(&settings.authority),
            &[
                ("tenants", TENANT),
                ("clientId", GRAPH_CLIENT),
                ("graph", "yes"),
                ("graphAddress", &settings.base),
                ("upnClaim", "upn"),
            ],
        );
        let id = add(&mut petra, "entra", &form).await;
        let path = format!("/admin/users/invite/{id}");

        let groups = petra.get(&format!("{path}?kind=group&q=nur")).await;
        assert!(groups.says("Nurses") && !groups.says(t().select_kind_units), "{}", groups.body);
        let everybody = value_of(&groups, "only", "class=\"everybody\"");
        petra.post(&path, &[("only", &everybody)]).await;
        assert!(!petra.get(&path).await.says(t().select_everybody_text), "it is selected");
        let page = sync(&mut petra, &id).await;

        assert!(page.says("2 added") && page.says(t().select_everybody_name), "{}", page.body);
        assert!(petra.get("/admin/users?q=berta").await.says("Heron login"));
    });
}

#[test]
fn a_sync_that_failed_or_waits_says_so_in_plain_words() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let id = add(&mut petra, "openid", &openid_form("https://login.example")).await;
        for (problem, says, word) in [
            ("many-leave:38:212", "38 of 212 people would be disabled", t().sync_waits),
            ("bind-refused", t().ldap_error_bind, t().sync_failed),
            ("graph-client-refused", t().graph_error_client, t().sync_failed),
        ] {
            let state = SyncState { tried_at: Some(now()), problem: Some(problem.to_owned()), ..SyncState::default() };
            let mut tx = site.store.begin().await.unwrap();
            tx.note_sync(&SourceId::from(id.as_str()), 1, &state).await.unwrap();
            tx.commit().await.unwrap();
            for path in [SOURCES.to_owned(), format!("{SOURCES}/{id}")] {
                let page = petra.get(&path).await;
                assert!(page.says(says) && page.says(word), "{path}: {}", page.body);
            }
            assert!(petra.get("/admin/settings").await.says(word));
        }
    });
}

#[test]
fn only_administrators_change_sources_and_the_console_reads_them() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let id = add(&mut petra, "openid", &openid_form("https://login.example")).await;
        for name in ["ines", "hugo"] {
            let mut reader = site.signed_in(name).await;
            let page = reader.get(&format!("{SOURCES}/{id}")).await;
            assert!(page.says("https://login.example") && !page.says(t().source_check), "{name}: {}", page.body);
            assert!(!page.says(CLIENT_SECRET));
            for path in [
                format!("{SOURCES}/add"),
                format!("{SOURCES}/{id}/edit"),
                format!("{SOURCES}/{id}/groups"),
                format!("{SOURCES}/{id}/delete"),
                format!("/admin/users/invite/{id}/sync"),
                "/admin/users/invite".to_owned(),
            ] {
                assert_eq!(reader.get(&path).await.status, StatusCode::FORBIDDEN, "{name}: {path}");
            }
            assert_eq!(reader.post(&format!("{SOURCES}/{id}/check"), &[]).await.status, StatusCode::FORBIDDEN);
        }
        let denied =
            site.audit().await.into_iter().filter(|entry| !entry.allowed && entry.action.starts_with("source."));
        assert!(denied.count() >= 12, "denied attempts are audited");
        assert!(petra.get("/admin/audit?q=source.create").await.says("Heron login"), "the log leads to the source");
    });
}
