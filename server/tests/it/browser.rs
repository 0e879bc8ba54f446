//! A browser: cookies, redirects by hand, forms filled in as the page offers them, and the headers that Safari sends.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use reqwest::{
    Client, Method,
    header::{HeaderMap, HeaderName, HeaderValue},
    redirect::Policy,
};

use crate::{
    events::Events,
    html::{self, Form},
};

/// Marks a request that the wire neither counts nor disturbs: a look, not a step.
pub const LOOK: &str = "x-test-look";

/// One browser with its cookies; clones share them.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    origin: String,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    /// Everything that must stay secret in what this browser was given or typed.
    pub secrets: Arc<Mutex<Vec<String>>>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub html: String,
}

/// The connection broke before there was a whole answer.
#[derive(Debug)]
pub struct Broken(#[expect(dead_code, reason = "it is shown where nobody expected it")] String);

impl Browser {
    /// A browser that has been nowhere yet. `origin` is what stands in its address bar before every path.
    pub fn at(origin: &str) -> Self {
        let client = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .timeout(Duration::from_secs(60))
            .tls_certs_only([])
            .build()
            .unwrap();
        Self { client, origin: origin.to_owned(), cookies: Arc::default(), secrets: Arc::default() }
    }

    /// Another browser with a copy of this one's cookies.
    pub fn copy(&self) -> Self {
        let copy = Self::at(&self.origin);
        copy.cookies.lock().unwrap().clone_from(&self.cookies.lock().unwrap());
        copy
    }

    /// One request of the person's.
    pub async fn get(&self, path: &str) -> Result<Page, Broken> {
        self.send(Method::GET, path, HeaderMap::new(), None).await
    }

    /// A page and where it leads to.
    pub async fn open(&self, path: &str) -> Result<Page, Broken> {
        let first = self.get(path).await?;
        self.follow(first, HeaderMap::new()).await
    }

    /// As [`Browser::open`], but as a look that the wire does not count.
    pub async fn look(&self, path: &str) -> Result<Page, Broken> {
        let look = HeaderMap::from_iter([(HeaderName::from_static(LOOK), HeaderValue::from_static("1"))]);
        let first = self.send(Method::GET, path, look.clone(), None).await?;
        self.follow(first, look).await
    }

    /// Sends a form and stays at its answer.
    pub async fn submit(&self, form: &Form) -> Result<Page, Broken> {
        self.post(&form.action, &form.fields()).await
    }

    /// Sends a form and goes where the answer leads.
    pub async fn submit_and_follow(&self, form: &Form) -> Result<Page, Broken> {
        let answer = self.submit(form).await?;
        self.follow(answer, HeaderMap::new()).await
    }

    /// Sends fields as a form of this origin would.
    pub async fn post(&self, path: &str, fields: &[(String, String)]) -> Result<Page, Broken> {
        let mut headers = HeaderMap::new();
        headers.insert("origin", HeaderValue::from_str(&self.origin).unwrap());
        headers.insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
        self.send(Method::POST, path, headers, Some(encode(fields))).await
    }

    /// Sends whatever is wanted, with the browser's cookies.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Option<Vec<u8>>,
    ) -> Result<Page, Broken> {
        let address = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.origin) };
        let is_form = !headers.contains_key("content-type");
        let mut request = self.client.request(method, address).headers(headers);
        let cookies = self.cookie_header();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies);
        }
        if let Some(body) = body {
            if is_form {
                request = request.header("content-type", "application/x-www-form-urlencoded");
            }
            request = request.body(body);
        }
        let answer = request.send().await.map_err(broken)?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let html = answer.text().await.map_err(broken)?;
        self.keep_cookies(&headers);
        Ok(Page { status, headers, html })
    }

    /// Opens the events of a page, as its script does.
    pub async fn events(&self, address: &str, headers: HeaderMap) -> Events {
        let address =
            if address.starts_with("http") { address.to_owned() } else { format!("{}{address}", self.origin) };
        let request = self.client.get(address).headers(headers).header("cookie", self.cookie_header());
        Events::of(request.timeout(Duration::from_secs(600)).send().await.unwrap())
    }

    async fn follow(&self, mut page: Page, headers: HeaderMap) -> Result<Page, Broken> {
        for _ in 0..10 {
            let Some(location) = page.location() else { return Ok(page) };
            page = self.send(Method::GET, &location, headers.clone(), None).await?;
        }
        panic!("redirected in circles: {page:?}");
    }

    fn cookie_header(&self) -> String {
        let cookies = self.cookies.lock().unwrap();
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        for cookie in headers.get_all("set-cookie") {
            let (pair, attributes) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.lock().unwrap().remove(name);
            } else {
                self.set_cookie(name, value);
            }
        }
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    /// Has this cookie from now on.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
        self.secrets.lock().unwrap().push(value.to_owned());
    }
}

impl Page {
    /// Where a redirect leads.
    pub fn location(&self) -> Option<String> {
        let is_redirect = (300..400).contains(&self.status);
        self.headers.get("location").filter(|_| is_redirect).map(|value| value.to_str().unwrap().to_owned())
    }

    /// The form that is sent to this address.
    pub fn form(&self, action: &str) -> Form {
        html::form(&self.html, action).unwrap_or_else(|| panic!("there is no form for {action}: {}", self.text()))
    }

    pub fn has_form(&self, action: &str) -> bool {
        html::form(&self.html, action).is_some()
    }

    /// Where the page's events come from, if it follows what it shows.
    pub fn events(&self) -> Option<String> {
        html::attribute_of(&self.html, "data-events")
    }

    pub fn heading(&self) -> String {
        html::heading(&self.html)
    }

    pub fn text(&self) -> String {
        html::text(&self.html)
    }
}

/// `application/x-www-form-urlencoded`.
pub fn encode(fields: &[(String, String)]) -> Vec<u8> {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes()
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn broken(error: reqwest::Error) -> Broken {
    Broken(error.to_string())
}
