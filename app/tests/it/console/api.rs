//! `/api/v1`: as its description says, for those who may, and with errors that programs understand.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use baton_app::web::api;
use baton_policy::engine::Remedy;
use baton_policy::what_if::{ChangeKind, Danger};
use baton_policy::{Distribution, ItemKind, ReasonCode};
use serde_json::{Value, json};

use super::site::{Answer, Browser, ORIGIN, POLICY_TEST, SECURE_SIGN_IN, Site, Things, on_a_site};

fn description() -> Value {
    serde_json::from_str(api::DESCRIPTION).unwrap()
}

/// A path of the description with something in its places.
fn address(path: &str, things: &Things) -> String {
    let group = if path.contains("user-groups") { &things.user_group } else { &things.device_group };
    let path = path.replace("{item}", &things.wifi).replace("{group}", group).replace("{device}", "phone");
    let path = path.replace("{file}", &things.policy_test);
    format!("/api/v1{path}")
}

fn body(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.body))
}

/// Whether the answer is a problem document with this status and code.
fn is_problem(answer: &Answer, status: StatusCode, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let problem = body(answer);
    assert_eq!((&problem["code"], &problem["status"]), (&json!(code), &json!(status.as_u16())));
    fits(&problem, &json!({ "$ref": "#/components/schemas/Problem" }), "problem");
}

/// Checks a value against a schema of the description, as far as the description uses JSON Schema.
fn fits(value: &Value, schema: &Value, at: &str) {
    if let Err(why) = check(value, schema, at) {
        panic!("{why}");
    }
}

fn check(value: &Value, schema: &Value, at: &str) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        let description = description();
        let name = name.strip_prefix("#/components/schemas/").ok_or_else(|| format!("{at}: foreign {name}"))?;
        let found = &description["components"]["schemas"][name];
        assert!(found.is_object(), "{at}: no schema {name}");
        return check(value, found, at);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fitting = choices.iter().filter(|choice| check(value, choice, at).is_ok()).count();
        return if fitting == 1 { Ok(()) } else { Err(format!("{at}: {fitting} of the choices fit {value}")) };
    }
    let fails = |what: &str| Err(format!("{at}: {value} is not {what}"));
    match schema["type"].as_str() {
        Some("object") => {
            let Some(fields) = value.as_object() else { return fails("an object") };
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if !fields.contains_key(name) {
                    return Err(format!("{at}: {name} is missing in {value}"));
                }
            }
            for (name, value) in fields {
                let described = &schema["properties"][name];
                if described.is_object() {
                    check(value, described, &format!("{at}.{name}"))?;
                } else if schema["additionalProperties"] == json!(false) {
                    return Err(format!("{at}: {name} is not described"));
                }
            }
            Ok(())
        }
        Some("array") => {
            let Some(values) = value.as_array() else { return fails("an array") };
            values.iter().try_for_each(|value| check(value, &schema["items"], &format!("{at}[]")))
        }
        Some("string") => {
            let Some(text) = value.as_str() else { return fails("a string") };
            let allowed = schema["enum"].as_array();
            if allowed.is_some_and(|allowed| !allowed.contains(&json!(text))) {
                fails("among the words")
            } else {
                Ok(())
            }
        }
        Some("integer") => {
            if value.as_i64().is_some_and(|number| number >= 0) {
                Ok(())
            } else {
                fails("a count")
            }
        }
        Some("boolean") => {
            if value.is_boolean() {
                Ok(())
            } else {
                fails("yes or no")
            }
        }
        other => Err(format!("{at}: the schema has the type {other:?}")),
    }
}

/// The schema of the answer that the description promises.
fn promised(path: &str, method: &str) -> Value {
    description()["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"].clone()
}

async fn send(browser: &mut Browser<'_>, path: &str, edit: &Value) -> Answer {
    browser.send_json(path, &edit.to_string(), Some(ORIGIN)).await
}

async fn distributed(site: &Site) -> Things {
    let things = site.furnish().await;
    let custom = json!({ "custom": {
        "includeUserGroups": [things.user_group],
        "includeDeviceGroups": [things.device_group],
        "excludeUserGroups": ["everyone"],
        "filters": [{ "supervised": true }, { "platform": ["ios"] }, { "minOsVersion": "15.0" }],
    } });
    let custom: Distribution = serde_json::from_value(custom).unwrap();
    site.distribute(&things.wifi, custom).await;
    things
}

#[test]
fn every_route_is_described_with_its_methods_and_nothing_else_is() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let description = description();
        let described: BTreeSet<String> = description["paths"].as_object().unwrap().keys().cloned().collect();
        let routes: BTreeSet<String> = api::paths().into_iter().map(str::to_owned).collect();
        assert_eq!(described, routes);
        let mut petra = site.signed_in("petra").await;
        for path in &routes {
            for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                let answer = petra.send(method.clone(), &address(path, &things), String::new(), Some(ORIGIN)).await;
                let is_described = description["paths"][path].get(method.as_str().to_lowercase()).is_some();
                let is_taken = answer.status != StatusCode::METHOD_NOT_ALLOWED;
                assert_eq!(is_taken, is_described, "{method} {path}: {}", answer.status);
            }
        }
    });
}

#[test]
fn whoever_is_not_signed_in_learns_only_how_to_ask() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut browser = site.browser();
        for path in api::paths() {
            let answer = browser.get(&address(path, &things)).await;
            if path == "/openapi.json" {
                assert_eq!((answer.status, &body(&answer)["openapi"]), (StatusCode::OK, &json!("3.1.0")));
            } else {
                is_problem(&answer, StatusCode::UNAUTHORIZED, "not-signed-in");
            }
        }
        let edit = json!({ "distribution": "allDevices" });
        let answer = send(&mut browser, &format!("/api/v1/items/{}/what-if", things.wifi), &edit).await;
        is_problem(&answer, StatusCode::UNAUTHORIZED, "not-signed-in");
    });
}

#[test]
fn every_answer_is_as_described() {
    on_a_site(|site| async move {
        let things = distributed(&site).await;
        site.add_phone("free", "Ward 1 · Phone 1", "nobody").await;
        let mut petra = site.signed_in("petra").await;
        for path in api::paths() {
            let answer = petra.get(&address(path, &things)).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
            assert_eq!(answer.headers["content-type"], "application/json");
            assert_eq!(answer.headers["cache-control"], "no-store");
            fits(&body(&answer), &promised(path, "get"), path);
        }
        for (path, edit) in [
            ("/items/{item}/what-if", json!({ "distribution": "allDevices", "addUser": "ines" })),
            ("/items/{item}/what-if", json!({ "distribution": { "custom": { "includeUsers": ["ada"] } } })),
            ("/user-groups/{group}/what-if", json!({ "join": ["ines"], "leave": ["ada"], "joinNamed": "hugo" })),
            ("/device-groups/{group}/what-if", json!({ "leave": ["phone"], "joinNamed": "Ward 1 · Phone 1" })),
        ] {
            let request = description()["paths"][path]["post"]["requestBody"].clone();
            fits(&edit, &request["content"]["application/json"]["schema"], path);
            let answer = send(&mut petra, &address(path, &things), &edit).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
            fits(&body(&answer), &promised(path, "post"), path);
        }
    });
}

#[test]
fn policy_tests_are_written_run_and_deleted_over_the_api() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let json_to = async |petra: &mut Browser<'_>, method: Method, path: &str, sent: Value| {
            petra.send_json_by(method, &format!("/api/v1/policy-tests{path}"), &sent.to_string(), Some(ORIGIN)).await
        };

        let new = json!({ "name": "Staff.toml", "text": POLICY_TEST });
        let created = json_to(&mut petra, Method::POST, "", new.clone()).await;
        assert_eq!(created.status, StatusCode::OK, "{}", created.body);
        fits(&body(&created), &promised("/policy-tests", "post"), "created");
        let file = format!("/{}", body(&created)["id"].as_str().unwrap());
        let taken = json_to(&mut petra, Method::POST, "", new).await;
        is_problem(&taken, StatusCode::UNPROCESSABLE_ENTITY, "invalid");

        let bad = json!({ "name": "Bad", "text": POLICY_TEST.replace("Records", "Recods") });
        let refused = json_to(&mut petra, Method::POST, "", bad).await;
        is_problem(&refused, StatusCode::UNPROCESSABLE_ENTITY, "invalid");
        let detail = body(&refused)["detail"].to_string();
        assert!(detail.contains("`text`; line 3: `item`: there is no item `Recods`; did you mean"), "{detail}");

        let run = body(&petra.get("/api/v1/policy-tests").await);
        let test = &run[1]["tests"][1];
        assert_eq!((&test["standing"], &test["line"], &test["failed"]), (&json!("fails"), &json!(6), &json!(1)));
        assert_eq!(test["item"], json!(things.wifi));
        assert_eq!(test["failures"][0]["deviceName"], "Ward 3 · Phone 1");
        assert_eq!(test["failures"][0]["decision"]["reason"], "no-devices");

        let other = |revision: i64| json!({ "name": "Staff", "text": POLICY_TEST, "revision": revision });
        let replaced = json_to(&mut petra, Method::PUT, &file, other(1)).await;
        fits(&body(&replaced), &promised("/policy-tests/{file}", "put"), "replaced");
        is_problem(&json_to(&mut petra, Method::PUT, &file, other(1)).await, StatusCode::CONFLICT, "stale");
        let mut ines = site.signed_in("ines").await;
        for (method, path, sent) in [
            (Method::POST, "", json!({ "name": "a", "text": "b" })),
            (Method::PUT, &*file, other(2)),
            (Method::DELETE, &*file, json!({})),
        ] {
            is_problem(&json_to(&mut ines, method, path, sent).await, StatusCode::FORBIDDEN, "forbidden");
        }
        assert_eq!(body(&ines.get(&format!("/api/v1/policy-tests{file}")).await)["revision"], 2);

        let deleted = json_to(&mut petra, Method::DELETE, &file, json!({})).await;
        fits(&body(&deleted), &promised("/policy-tests/{file}", "delete"), "deleted");
        let again = json_to(&mut petra, Method::DELETE, &file, json!({})).await;
        is_problem(&again, StatusCode::NOT_FOUND, "not-found");
    });
}

#[test]
fn a_preview_over_the_api_is_that_of_the_page() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let custom = json!({ "distribution": { "custom": {} }, "addUser": "ADA" });
        let answer = body(&send(&mut petra, &format!("/api/v1/items/{}/what-if", things.wifi), &custom).await);
        assert_eq!(answer["totals"]["gain"], 1);
        let change = &answer["changes"][0];
        assert_eq!((&change["device"], &change["kind"]), (&json!("phone"), &json!("gain")));
        assert_eq!(
            (&change["before"]["reason"], &change["after"]["reason"]),
            (&json!("no-devices"), &json!("included-user"))
        );
    });
}

#[test]
fn who_may_not_save_may_not_preview_over_the_api_and_is_audited() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        for name in ["hugo", "ines", "ada"] {
            let mut browser = site.signed_in(name).await;
            for path in api::paths().into_iter().filter(|path| path.ends_with("/what-if")) {
                let before = site.audit().await.len();
                let path = address(path, &things);
                is_problem(&browser.get(&path).await, StatusCode::FORBIDDEN, "forbidden");
                let edit = if path.contains("/items/") { json!({ "distribution": "noDevices" }) } else { json!({}) };
                is_problem(&send(&mut browser, &path, &edit).await, StatusCode::FORBIDDEN, "forbidden");
                assert_eq!(site.audit().await.len(), before + 2, "{name} at {path}");
            }
        }
    });
}

#[test]
fn a_request_of_another_site_is_refused_in_json() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let path = format!("/api/v1/items/{}/what-if", things.wifi);
        for origin in [Some("https://evil.example"), Some("null"), None] {
            let answer = petra.send_json(&path, "{\"distribution\":\"noDevices\"}", origin).await;
            is_problem(&answer, StatusCode::FORBIDDEN, "foreign-origin");
        }
    });
}

#[test]
fn a_bad_body_is_refused_with_what_is_wrong() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let path = format!("/api/v1/items/{}/what-if", things.wifi);
        let form = petra.post(&path, &[("distribution", "allDevices")]).await;
        is_problem(&form, StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json");
        for (text, says) in [
            ("", "EOF"),
            ("{", "EOF"),
            ("[]", "invalid length 0"),
            ("{}", "distribution"),
            ("{\"distribution\":\"someDevices\"}", "someDevices"),
            ("{\"distribution\":{\"custom\":{\"filters\":[{\"minOsVersion\":\"new\"}]}}}", "`new` is not a version"),
            ("{\"distribution\":\"allDevices\",\"more\":1}", "more"),
        ] {
            let answer = petra.send_json(&path, text, Some(ORIGIN)).await;
            is_problem(&answer, StatusCode::UNPROCESSABLE_ENTITY, "invalid");
            assert!(body(&answer)["detail"].as_str().unwrap().contains(says), "{text}: {}", answer.body);
        }
        let large = format!("{{\"distribution\":\"{}\"}}", "x".repeat(300 * 1024));
        is_problem(&petra.send_json(&path, &large, Some(ORIGIN)).await, StatusCode::PAYLOAD_TOO_LARGE, "too-large");
    });
}

#[test]
fn what_does_not_exist_is_a_problem_and_not_a_page() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        for path in [
            "/api/v1/nowhere".to_owned(),
            "/api/v1/items/ghost/what-if".to_owned(),
            "/api/v1/user-groups/ghost/what-if".to_owned(),
            "/api/v1/device-groups/ghost/what-if".to_owned(),
            "/api/v1/items/%ff/what-if".to_owned(),
            format!("/api/v1/devices/ghost/items/{}/explanation", things.wifi),
            "/api/v1/devices/phone/items/ghost/explanation".to_owned(),
        ] {
            is_problem(&petra.get(&path).await, StatusCode::NOT_FOUND, "not-found");
        }
        let everyone = petra.get("/api/v1/user-groups/everyone/what-if").await;
        is_problem(&everyone, StatusCode::CONFLICT, "built-in");
        let explained = petra.get(&format!("/api/v1/devices/phone/items/{SECURE_SIGN_IN}/explanation")).await;
        assert_eq!(body(&explained)["decision"]["reason"], "no-devices");
    });
}

#[test]
fn the_description_lists_every_code_there_is() {
    let description = description();
    let listed = |schema: &str, field: Option<&str>| -> Vec<String> {
        let schema = &description["components"]["schemas"][schema];
        let schema = field.map_or(schema, |field| &schema["properties"][field]);
        schema["enum"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(listed("Problem", Some("code")), api::Problem::codes());
    assert_eq!(listed("ReasonCode", None), ReasonCode::ALL.iter().map(|code| code.as_str()).collect::<Vec<_>>());
    assert_eq!(listed("Danger", None), Danger::ALL.iter().map(|code| code.as_str()).collect::<Vec<_>>());
    assert_eq!(listed("ChangeKind", None), ChangeKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
    assert_eq!(listed("Remedy", None), Remedy::ALL.iter().map(|remedy| remedy.as_str()).collect::<Vec<_>>());
    assert_eq!(listed("ItemKind", None), ItemKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
}
