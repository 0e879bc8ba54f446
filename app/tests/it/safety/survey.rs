//! Every answer there is: each route with each method, asked for by each kind of person, and what no route is for.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};

use baton_core::vault::secret_hash;

use crate::console::{
    addresses::{address, body},
    site::{Browser, ORIGIN, PASSWORD, Site, Things, now},
};

/// Every method that a browser can send, and one that none does.
pub const METHODS: [&str; 8] = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "PROPFIND", "POST"];
/// Who asks, and who that is at the site.
const PEOPLE: [(&str, Option<&str>); 3] =
    [("nobody signed in", None), ("user", Some("ada")), ("administrator", Some("petra"))];
/// Addresses that are none, or that no route takes as they are.
const STRAYS: [&str; 7] = [
    "/nothing/here",
    "/admin/nothing/here",
    "/api/v1/nothing",
    "/api/v2",
    "/admin/users/%ff",
    "/admin/users?q=%ff%00&after=%ff",
    "/clip/sign-in/",
];

/// An answer, and the question.
pub struct Seen {
    /// The route, or the address where there is none.
    pub route: String,
    pub method: String,
    pub who: &'static str,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Seen {
    /// How messages name it.
    pub fn name(&self) -> String {
        format!("{} {} by {}: {}", self.method, self.route, self.who, self.status)
    }

    /// The only value of a header, if it is there.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let first = values.next()?.to_str().unwrap();
        assert!(values.next().is_none(), "{}: more than one {name}", self.name());
        Some(first)
    }

    pub fn is_page(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.starts_with("text/html"))
    }
}

/// One of everything, and a phone whose page this browser has open; its holder signed in there.
pub async fn at_the_phone(site: &Site) -> (Things, Browser<'_>) {
    let things = site.furnish().await;
    let mut tx = site.store.begin().await.unwrap();
    let secret = secret_hash("icon");
    tx.add_clip_generation(&"phone".into(), 1, &secret, now()).await.unwrap();
    tx.commit().await.unwrap();
    let mut browser = site.browser();
    assert_eq!(browser.get("/clip/icon").await.status, StatusCode::SEE_OTHER);
    let fields = [("device", "phone"), ("username", "ada"), ("password", PASSWORD)];
    let signed_in = browser.post("/clip/sign-in", &fields).await;
    assert_eq!(signed_in.status, StatusCode::SEE_OTHER, "{}", signed_in.body);
    (things, browser)
}

/// Routes with the address of each; what ends something comes last.
pub fn addresses(site: &Site, things: &Things) -> Vec<(String, String)> {
    let mut routes = site.routes();
    routes
        .sort_by_key(|route| route.ends_with("/delete") || route.ends_with("/disable") || route.ends_with("sign-out"));
    let mut found: Vec<_> = routes.into_iter().map(|route| (address(&route, things), route)).collect();
    found.extend(STRAYS.map(|stray| (stray.to_owned(), stray.to_owned())));
    found.into_iter().map(|(address, route)| (route, address)).collect()
}

/// A request as a page of Baton makes it.
pub fn request(method: &str, route: &str, address: &str, browser: &Browser<'_>) -> Request<Body> {
    let (kind, content) = if route.starts_with("/api/") {
        ("application/json", body(route))
    } else {
        ("application/x-www-form-urlencoded", format!("username=petra&password={PASSWORD}&userName=x&device=phone"))
    };
    let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = Request::builder()
        .method(Method::from_bytes(method.as_bytes()).unwrap())
        .uri(address)
        .header(header::COOKIE, cookies.join("; "))
        .header(header::CONTENT_TYPE, kind);
    request.body(Body::from(content)).unwrap()
}

async fn ask(site: &Site, method: &str, (route, address): &(String, String), browser: &Browser<'_>) -> Seen {
    let mut request = request(method, route, address, browser);
    request.headers_mut().insert(header::ORIGIN, ORIGIN.parse().unwrap());
    let (parts, body) = site.ask(request).await.into_parts();
    // The events of a page that is followed have no end.
    let is_endless = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
    let body = if is_endless { Vec::new() } else { to_bytes(body, usize::MAX).await.unwrap().to_vec() };
    let body = String::from_utf8_lossy(&body).into_owned();
    let (route, method) = (route.clone(), method.to_owned());
    Seen { route, method, who: "", status: parts.status, headers: parts.headers, body }
}

/// Every address, opened by this person.
pub async fn open_all(site: &Site, things: &Things, name: &str) -> Vec<Seen> {
    let browser = site.signed_in(name).await;
    let mut seen = Vec::new();
    for place in addresses(site, things) {
        seen.push(ask(site, "GET", &place, &browser).await);
    }
    seen
}

/// All of it.
pub async fn survey(site: &Site) -> Vec<Seen> {
    let (things, phone) = at_the_phone(site).await;
    let addresses = addresses(site, &things);
    let mut seen = Vec::new();
    for (who, name) in PEOPLE {
        let mut browser = browser_of(site, name).await;
        for place in &addresses {
            for method in METHODS {
                let answer = ask(site, method, place, &browser).await;
                // Some of what is sent ends the session.
                let changed = method == "POST" && answer.status != StatusCode::METHOD_NOT_ALLOWED;
                seen.push(Seen { who, ..answer });
                if changed {
                    browser = browser_of(site, name).await;
                }
            }
        }
    }
    for place in addresses.iter().filter(|(route, _)| route.starts_with("/clip")) {
        for method in METHODS {
            seen.push(Seen { who: "holder at the phone", ..ask(site, method, place, &phone).await });
        }
    }
    seen.push(too_large(site).await);
    seen
}

async fn browser_of<'s>(site: &'s Site, name: Option<&str>) -> Browser<'s> {
    match name {
        Some(name) => site.signed_in(name).await,
        None => site.browser(),
    }
}

async fn too_large(site: &Site) -> Seen {
    let mut petra = site.signed_in("petra").await;
    let answer = petra.post("/admin/users/add", &[("userName", &*"a".repeat(300 * 1024))]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let (route, method) = ("/admin/users/add".to_owned(), "POST".to_owned());
    Seen { route, method, who: "administrator", status: answer.status, headers: answer.headers, body: answer.body }
}
