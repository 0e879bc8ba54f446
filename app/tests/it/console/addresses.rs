//! From a route to an address, and to what a program sends there.

use serde_json::json;

use super::site::{POLICY_TEST, Things};

/// An address of the route at which there is something.
pub fn address(route: &str, things: &Things) -> String {
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
pub fn body(route: &str) -> String {
    let sent = match route {
        _ if route.contains("/items/") => json!({ "distribution": "noDevices" }),
        _ if route.contains("-groups/") => json!({ "join": [], "leave": [] }),
        _ if route.ends_with("{file}") => json!({ "name": "Staff", "text": POLICY_TEST, "revision": 1 }),
        _ => json!({ "name": "Staff", "text": POLICY_TEST }),
    };
    sent.to_string()
}
