//! Tests: the routes outside of the layer that refuses other sites' requests. They are few, each has a name here, and none
//! of them knows a person: no cookie changes an answer.

use std::{collections::BTreeSet, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
    routing::get,
};
use baton_app::web::{Web, router as pages};
use baton_core::{Core, CoreConfig, Vault, accounts::Visitor, authority, live::LiveConfig};
use baton_identity::Passwords;
use baton_model::{Role, Timestamp, User};
use baton_store::{Store, StoreOptions};
use tempfile::TempDir;
use tower::ServiceExt as _;
use tower_http::catch_panic::CatchPanicLayer;

use super::{TrustedProxies, protect::protect, router};

/// Every route that is not `baton_app`'s.
const OUTSIDE: [&str; 7] =
    ["/healthz", "/mdm/checkin", "/mdm/connect", "/pkg", "/pkg/", "/pkg/{*__private__axum_nest_tail_param}", "/readyz"];
const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];
const PASSWORD: &str = "two quiet herons";
/// Its hash, with the least cost that there is.
const PASSWORD_HASH: &str = "$argon2id$v=19$m=8,t=1,p=1$c2FsdCBvZiB0ZXN0cw$a/z4P+gTiFVhFZ70uEia0HC0Z908Pygjtiu7//ScP9w";

fn now() -> Timestamp {
    Timestamp(1_760_000_000 * Timestamp::SECOND)
}

/// The service, and the cookies of an administrator who is signed in.
struct Service {
    web: Web,
    folder: TempDir,
    cookies: String,
}

impl Service {
    async fn start() -> Self {
        let folder = TempDir::with_prefix("baton-outside.").unwrap();
        let address = folder.path().join("baton.db");
        let store = Store::connect(address.to_str().unwrap(), StoreOptions::default()).await.unwrap();
        let vault = Vault::new([42; 32]);
        let authority = authority::load_or_create(&store, &vault, "Heron Clinic", now()).await.unwrap();
        let origin = "https://baton.example".to_owned();
        let config = CoreConfig {
            organisation: "Heron Clinic".to_owned(),
            public_url: origin.clone(),
            push_topic: "com.apple.mgmt.External.heron".to_owned(),
            local_push: true,
            failure_floor: Duration::from_millis(1),
            shared_device_limit: 1,
            wipes_per_hour: 3,
            provider_authorities: None,
            directory_patience: Duration::from_secs(10),
            live: LiveConfig::default(),
        };
        let core = Core::new(store.clone(), vault, Passwords::new(2, 100), authority, config);
        let mut tx = store.begin().await.unwrap();
        tx.create_user(&petra(), Some(PASSWORD_HASH)).await.unwrap();
        tx.commit().await.unwrap();
        let visitor = Visitor { browser: None, address: None, known: None };
        let session = core.sign_in("petra", PASSWORD, &visitor, now()).await.unwrap();
        let cookies = format!("__Host-baton={0}; baton={0}; __Host-baton-holder={0}", session.secret);
        Self { web: Web { core, now, zone: time::UtcOffset::UTC, secure: true, origin }, folder, cookies }
    }

    fn router(&self) -> Router {
        std::fs::create_dir_all(self.folder.path().join("pkg")).unwrap();
        std::fs::write(self.folder.path().join("pkg/main.css"), "p { color: red }").unwrap();
        router(self.web.clone(), self.folder.path(), TrustedProxies::default())
    }
}

fn petra() -> User {
    User {
        id: "petra".into(),
        user_name: "petra".to_owned(),
        display_name: "Petra".to_owned(),
        email: None,
        role: Role::Administrator,
        enabled: true,
        epoch: 1,
        revision: 1,
        created_at: now(),
    }
}

/// The paths of all routes. Axum tells them only in its debug text.
fn routes(router: &Router) -> BTreeSet<String> {
    let text = format!("{router:?}");
    let (own, _) = text.split_once("fallback_router").unwrap();
    let paths = own.split("RouteId(").filter_map(|entry| entry.split_once("): \"")?.1.split('"').next());
    paths.map(str::to_owned).collect()
}

/// An address of a route outside.
fn address(route: &str) -> String {
    route.replace("{*__private__axum_nest_tail_param}", "main.css")
}

/// What came back, but for what differs each time.
async fn ask(router: &Router, method: &str, path: &str, cookies: Option<&str>) -> (StatusCode, HeaderMap, Vec<u8>) {
    let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(path);
    if let Some(cookies) = cookies {
        request = request.header(header::COOKIE, cookies);
    }
    let answer = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = answer.into_parts();
    (parts.status, parts.headers, to_bytes(body, usize::MAX).await.unwrap().to_vec())
}

#[tokio::test]
async fn every_route_outside_of_the_layer_is_listed_by_name() {
    let service = Service::start().await;
    let all = routes(&service.router());
    let inside = routes(&pages(service.web.clone()));
    let outside: BTreeSet<&str> = all.difference(&inside).map(String::as_str).collect();
    assert!(inside.contains("/sign-in") && inside.is_subset(&all));
    assert_eq!(outside, OUTSIDE.into());
}

#[tokio::test]
async fn no_route_outside_of_the_layer_takes_or_gives_a_cookie() {
    let service = Service::start().await;
    let router = service.router();
    for route in OUTSIDE {
        for method in METHODS {
            let (path, name) = (address(route), format!("{method} {route}"));
            let without = ask(&router, method, &path, None).await;
            let with = ask(&router, method, &path, Some(&service.cookies)).await;
            assert_eq!(with, without, "{name} differs for who is signed in");
            assert!(!without.1.contains_key(header::SET_COOKIE), "{name}");
        }
    }
}

#[tokio::test]
async fn every_answer_outside_of_the_layer_protects_itself() {
    let service = Service::start().await;
    let (secure, plain) = (service.router(), {
        let web = Web { secure: false, ..service.web.clone() };
        router(web, service.folder.path(), TrustedProxies::default())
    });
    for route in OUTSIDE.iter().map(|route| address(route)).chain(["/pkg/no.css".to_owned(), "/mdm/".to_owned()]) {
        for method in METHODS {
            let (_, headers, _) = ask(&secure, method, &route, None).await;
            let name = format!("{method} {route}: {headers:?}");
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{name}");
            for directive in ["default-src 'none'", "base-uri 'none'", "object-src 'none'", "frame-ancestors 'none'"] {
                assert!(policy.contains(directive), "{name}");
            }
            assert_eq!(headers["x-content-type-options"], "nosniff", "{name}");
            assert_eq!(headers["referrer-policy"], "same-origin", "{name}");
            assert_eq!(headers["strict-transport-security"], "max-age=31536000", "{name}");
            assert!(!headers.contains_key("access-control-allow-origin"), "{name}");
            let (_, headers, _) = ask(&plain, method, &route, None).await;
            assert!(!headers.contains_key("strict-transport-security"), "{name}");
        }
    }
}

#[tokio::test]
async fn an_answer_of_the_layers_around_pages_protects_itself_too() {
    async fn panics() {
        panic!("as a handler should not");
    }
    let router = Router::new().route("/", get(panics)).layer(CatchPanicLayer::new());
    let (status, headers, _) = ask(&protect(router, true), "GET", "/", None).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    for name in ["content-security-policy", "x-content-type-options", "strict-transport-security"] {
        assert!(headers.contains_key(name), "{name}");
    }
}
