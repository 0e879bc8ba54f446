//! Cookies: what they are called, what they may do, and who gets which.

use std::collections::BTreeSet;

use axum::http::{HeaderMap, StatusCode, header};
use baton_core::{
    Actor,
    sources::{OpenIdSource, SourceForm, SourceSettings},
    vault::secret_hash,
};
use baton_identity::openid::fake::{CLIENT, CLIENT_SECRET, FakeProvider, Shape};
use baton_model::SourceId;

use super::{
    headers::Scheme,
    survey::{Seen, at_the_phone},
};
use crate::console::site::{Answer, PASSWORD, Site, now, on_a_site};

/// Every cookie that there is, without its prefix.
const ALL: [&str; 6] = ["baton", "baton-device", "baton-flash", "baton-holder", "baton-known", "baton-login"];

/// A cookie as it is set.
struct SetCookie<'h> {
    /// Without the prefix that it has over https.
    name: &'h str,
    value: &'h str,
    attributes: Vec<&'h str>,
}

fn set_by<'h>(headers: &'h HeaderMap, scheme: Scheme) -> Vec<SetCookie<'h>> {
    let lines = headers.get_all(header::SET_COOKIE).iter().map(|line| line.to_str().unwrap());
    lines
        .map(|line| {
            let mut parts = line.split("; ");
            let (name, value) = parts.next().unwrap().split_once('=').unwrap();
            let name = match scheme {
                Scheme::Https => name.strip_prefix("__Host-").unwrap_or_else(|| panic!("{line} has no prefix")),
                Scheme::Http => name,
            };
            SetCookie { name, value, attributes: parts.collect() }
        })
        .collect()
}

/// Checks all cookies of an answer.
pub fn check(answer: &Seen, scheme: Scheme) {
    check_all(&answer.name(), &answer.headers, scheme);
}

/// The names of the cookies that an answer sets.
fn check_all(name: &str, headers: &HeaderMap, scheme: Scheme) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for cookie in set_by(headers, scheme) {
        assert!(ALL.contains(&cookie.name), "{name}: nobody knows the cookie {}", cookie.name);
        let mut rest: BTreeSet<&str> = cookie.attributes.iter().copied().collect();
        assert_eq!(rest.len(), cookie.attributes.len(), "{name}: {:?}", cookie.attributes);
        for needed in ["Path=/", "HttpOnly", "SameSite=Lax"] {
            assert!(rest.remove(needed), "{name}: {} without {needed}", cookie.name);
        }
        assert_eq!(rest.remove("Secure"), scheme == Scheme::Https, "{name}: {}", cookie.name);
        // What is left says how long it is kept; a domain would be left too.
        let [ends] = rest.into_iter().collect::<Vec<_>>()[..] else { panic!("{name}: {:?}", cookie.attributes) };
        if cookie.value.is_empty() {
            assert_eq!(ends, "Max-Age=0", "{name}: {}", cookie.name);
        } else {
            let date = ends.strip_prefix("Expires=").unwrap_or_else(|| panic!("{name}: {} never ends", cookie.name));
            assert!(date.len() == 29 && date.ends_with(" GMT"), "{name}: {date}");
        }
        assert!(names.insert(cookie.name.to_owned()), "{name}: {} is set twice", cookie.name);
    }
    names
}

/// Goes the ways on which cookies are set, and gives all of them by name.
async fn tour(site: &Site, scheme: Scheme) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut note = |what: &str, answer: &Answer| found.extend(check_all(what, &answer.headers, scheme));
    at_the_phone(site).await;
    let mut browser = site.browser();
    let fields = [("username", "petra"), ("password", PASSWORD), ("next", "/")];
    note("sign-in", &browser.post("/sign-in", &fields).await);
    note("a form", &browser.post("/admin/devices/phone/release", &[("reason", "found")]).await);
    note("the page after it", &browser.get("/admin/devices/phone").await);
    note("sign-out", &browser.post("/sign-out", &[]).await);
    // The first phone was released, and is not clean: nobody can sign in there now.
    site.add_phone("other", "Ward 3 · Phone 2", "ada").await;
    let mut tx = site.store.begin().await.unwrap();
    tx.add_clip_generation(&"other".into(), 1, &secret_hash("other icon"), now()).await.unwrap();
    tx.commit().await.unwrap();
    let mut clip = site.browser();
    note("the icon", &clip.get("/clip/other%20icon").await);
    let fields = [("device", "other"), ("username", "ada"), ("password", PASSWORD)];
    note("sign-in at a phone", &clip.post("/clip/sign-in", &fields).await);
    let provider = FakeProvider::start(Shape::Plain, now()).await.unwrap();
    let source = add_provider(site, &provider).await;
    note("leaving for a provider", &site.browser().post("/sign-in/with", &[("source", source.as_str())]).await);
    found
}

async fn add_provider(site: &Site, provider: &FakeProvider) -> SourceId {
    let settings = OpenIdSource {
        issuer: provider.issuer(),
        client_id: CLIENT.to_owned(),
        client_secret: CLIENT_SECRET.into(),
        ..OpenIdSource::plain()
    };
    let form = SourceForm {
        name: "Keyhouse".to_owned(),
        enabled: true,
        settings: SourceSettings::OpenId(settings),
        sync_minutes: None,
        roles: Vec::new(),
        revision: None,
    };
    site.core.create_source(&Actor::System, &form, now()).await.unwrap()
}

#[test]
fn over_https_every_cookie_is_for_this_host_alone() {
    on_a_site(|site| async move {
        assert_eq!(tour(&site, Scheme::Https).await, ALL.map(str::to_owned).into());
    });
}

#[test]
fn over_http_cookies_have_other_names() {
    on_a_site(|site| async move {
        assert_eq!(tour(&site.over_http(), Scheme::Http).await, ALL.map(str::to_owned).into());
    });
}

/// Checks that nobody is given a session who did not sign in.
pub fn check_visitor(answer: &Seen) {
    let signs_in = answer.route.ends_with("/sign-in") && answer.method == "POST";
    if answer.who != "nobody signed in" || signs_in {
        return;
    }
    for cookie in set_by(&answer.headers, Scheme::Https) {
        assert!(cookie.value.is_empty(), "{} sets {}", answer.name(), cookie.name);
    }
}

#[test]
fn a_wrong_password_sets_no_cookie() {
    on_a_site(|site| async move {
        let mut browser = site.browser();
        let answer = browser.post("/sign-in", &[("username", "ada"), ("password", "not this"), ("next", "/")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(set_by(&answer.headers, Scheme::Https).is_empty());
    });
}
