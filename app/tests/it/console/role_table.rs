//! docs/roles.md: which role may do what (B5), for every route that there is.
//!
//! Each route is opened, and a form without fields is sent to it, by somebody who is not signed in and by somebody of each
//! role, each at a site of their own, so that nothing that one of them does stands in another's way. What the services
//! answer becomes the table. A route without a row cannot be: the rows come from the router.

use std::{collections::BTreeMap, env, fs, path::Path};

use axum::http::{HeaderMap, Method, StatusCode, header};
use serde_json::json;

use super::site::{ORIGIN, POLICY_TEST, Things, on_a_site};

/// Who asks: how the table calls them, and who it is at the site.
const ROLES: [(&str, Option<&str>); 5] = [
    ("nobody signed in", None),
    ("user", Some("ada")),
    ("auditor", Some("ines")),
    ("help desk", Some("hugo")),
    ("administrator", Some("petra")),
];
const BEGIN: &str = "<!-- what follows is written by app/tests/it/console/role_table.rs -->\n";

/// An address of the route at which there is something.
fn address(route: &str, things: &Things) -> String {
    let Things { user_group, device_group, wifi, app, policy_test, link, source } = things;
    let of = |list: &str, id: &str| format!("/admin/{list}/{{id}}").as_str().to_owned() + "\0" + id;
    let ids = [
        of("apps", app),
        of("configurations", wifi),
        of("device-groups", device_group),
        of("user-groups", user_group),
        of("policy-tests", policy_test),
        of("settings/sources", source),
        of("users/invite", source),
        of("users", "ada"),
        of("devices/links", link),
        of("devices", "phone"),
    ];
    let mut address = route.to_owned();
    for (pattern, id) in ids.iter().filter_map(|pair| pair.split_once('\0')) {
        if address.starts_with(pattern) {
            address = address.replacen("{id}", id, 1);
        }
    }
    let kind = match route {
        _ if route.starts_with("/admin/apps") => "store",
        _ if route.starts_with("/admin/settings/sources") => "open-ldap",
        _ => "wifi",
    };
    address
        .replace("{kind}", kind)
        .replace("{command}", "command-phone")
        .replace("{action}", "lock")
        .replace("{what}", "withdraw")
        .replace("{id}", "phone")
        .replace("{group}", if route.contains("device-groups") { device_group } else { user_group })
        .replace("{file}", policy_test)
        .replace("{item}", wifi)
        .replace("{device}", "phone")
        .replace("{secret}", "unknown")
}

/// What a program sends there, so that the service gets to decide about it.
fn body(route: &str) -> String {
    let sent = match route {
        _ if route.contains("/items/") => json!({ "distribution": "noDevices" }),
        _ if route.contains("-groups/") => json!({ "join": [], "leave": [] }),
        _ if route.ends_with("{file}") => json!({ "name": "Staff", "text": POLICY_TEST, "revision": 1 }),
        _ => json!({ "name": "Staff", "text": POLICY_TEST }),
    };
    sent.to_string()
}

/// What an answer says of permission.
fn verdict(route: &str, method: &Method, status: StatusCode, location: &str) -> &'static str {
    let signs_in = status == StatusCode::SEE_OTHER && location.starts_with("/sign-in?next=");
    match status {
        _ if signs_in => "signs in",
        StatusCode::UNAUTHORIZED if route.starts_with("/clip") => "no phone",
        StatusCode::UNAUTHORIZED => "signs in",
        StatusCode::FORBIDDEN => "no",
        StatusCode::NOT_FOUND | StatusCode::GONE => "nothing there",
        StatusCode::METHOD_NOT_ALLOWED => "",
        StatusCode::SEE_OTHER if *method == Method::GET => "leads on",
        _ => "yes",
    }
}

fn location(headers: &HeaderMap) -> String {
    headers.get(header::LOCATION).and_then(|location| location.to_str().ok()).unwrap_or_default().to_owned()
}

fn column_of(name: Option<&'static str>) -> BTreeMap<(String, String), &'static str> {
    let (send, receive) = std::sync::mpsc::channel();
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut column = BTreeMap::new();
        let mut routes = site.routes();
        // What takes something away comes last.
        routes.sort_by_key(|route| route.ends_with("/delete") || route.ends_with("/disable"));
        for route in routes {
            let address = address(&route, &things);
            for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE] {
                // Each time anew: some of what is sent ends the session.
                let mut browser = match name {
                    Some(name) => site.signed_in(name).await,
                    None => site.browser(),
                };
                // The stream of a page that is followed has no end, so only its head is looked at.
                let verdict = if route.ends_with("/events") && method == Method::GET {
                    let answer = browser.begin(&address).await;
                    verdict(&route, &method, answer.status(), &location(answer.headers()))
                } else if route.starts_with("/api/") {
                    let answer = browser.send_json_by(method.clone(), &address, &body(&route), Some(ORIGIN)).await;
                    verdict(&route, &method, answer.status, &answer.location)
                } else {
                    let answer = browser.send(method.clone(), &address, String::new(), Some(ORIGIN)).await;
                    verdict(&route, &method, answer.status, &answer.location)
                };
                column.insert((route.clone(), method.to_string()), verdict);
            }
        }
        send.send(column).unwrap();
    });
    receive.recv().unwrap()
}

fn table() -> String {
    let columns = ROLES.map(|(_, name)| column_of(name));
    let head = ROLES.map(|(role, _)| role).join(" | ");
    let mut table = format!("| route | method | {head} |\n|---|---|{}\n", "---|".repeat(ROLES.len()));
    for key in columns[0].keys() {
        let cells = columns.each_ref().map(|column| column[key]);
        if cells.iter().all(|cell| cell.is_empty()) {
            continue;
        }
        table.push_str(&format!("| `{}` | {} | {} |\n", key.0, key.1, cells.join(" | ")));
    }
    table
}

#[test]
fn the_table_of_roles_is_what_every_route_answers() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/roles.md");
    let text = fs::read_to_string(&file).unwrap();
    let (head, written) = text.split_once(BEGIN).expect("docs/roles.md says where the table begins");
    let found = table();
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&file, format!("{head}{BEGIN}\n{found}")).unwrap();
        return;
    }
    assert_eq!(written.trim_start(), found, "docs/roles.md is not what Baton does; UPDATE_GOLDEN=1 rewrites it");
}
