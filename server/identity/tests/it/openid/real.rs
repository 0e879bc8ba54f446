//! A real provider (end2end/support/openid-provider.mjs), and a browser to go there with.

use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::Mutex,
};

use baton_identity::openid::{CallbackQuery, ProviderSettings, Secret};
use reqwest::{Client, RequestBuilder, header, redirect::Policy};
use serde_json::{Value, json};
use url::{Url, form_urlencoded::Serializer};

use super::scenario::CALLBACK;

/// Where the provider sends people to after it signed them out.
pub const HOME: &str = "https://baton.example.test/";
/// A person with an account.
pub const ALICE: (&str, &str) = ("alice@example.test", "correct horse");
/// Another one.
pub const BEN: (&str, &str) = ("ben@example.test", "battery staple");

const CLIENT: &str = "baton";
const CLIENT_SECRET: &str = "s3cr&t+%: of Baton";

/// The provider; it ends with this.
pub struct RealProvider {
    issuer: String,
    child: Child,
    // The provider ends when its standard input does.
    _alive: Option<ChildStdin>,
    // It may print more, and must not find nobody there.
    _output: BufReader<ChildStdout>,
}

impl RealProvider {
    /// Starts one of this shape; nothing where its packages are not installed, which must not happen in CI.
    #[expect(clippy::print_stdout, reason = "what is left out is said")]
    pub fn start(shape: &str, skip_prompt_login: bool) -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        if !root.join("node_modules/oidc-provider/package.json").exists() {
            assert_ne!(
                std::env::var("CI").as_deref(),
                Ok("true"),
                "CI tests with a real provider, and it is not installed"
            );
            println!("skipped: npm's oidc-provider is not installed");
            return None;
        }
        let client = json!({
            "client_id": CLIENT,
            "client_secret": CLIENT_SECRET,
            "redirect_uris": [CALLBACK],
            "post_logout_redirect_uris": [HOME],
        });
        let options = json!({ "shape": shape, "clients": [client], "skipPromptLogin": skip_prompt_login });
        let mut child = Command::new("node")
            .arg(root.join("end2end/support/openid-provider.mjs"))
            .arg(options.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let ready = first_json(&mut output);
        let alive = child.stdin.take();
        Some(Self { issuer: ready["issuer"].as_str().unwrap().to_owned(), child, _alive: alive, _output: output })
    }

    /// How to use it as Entra.
    pub fn entra(&self) -> ProviderSettings {
        let tenant = baton_identity::openid::fake::TENANT;
        let authority = self.issuer.strip_suffix(&format!("/{tenant}/v2.0")).unwrap();
        ProviderSettings::entra_at(authority, "real", tenant, CLIENT, Secret::new(CLIENT_SECRET))
    }

    /// How to use it as any other.
    pub fn plain(&self) -> ProviderSettings {
        ProviderSettings::plain("real", &self.issuer, CLIENT, Secret::new(CLIENT_SECRET))
    }
}

impl Drop for RealProvider {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The first line of JSON that the provider prints: that it is ready, and where. Warnings may come before it.
fn first_json(output: &mut BufReader<ChildStdout>) -> Value {
    loop {
        let mut line = String::new();
        assert_ne!(output.read_line(&mut line).unwrap(), 0, "the provider ended before it was ready");
        if let Ok(ready) = serde_json::from_str(&line) {
            return ready;
        }
    }
}

/// A browser, as far as these journeys need one: it keeps cookies, follows redirects and fills in forms.
pub struct Browser {
    client: Client,
    cookies: Mutex<HashMap<String, String>>,
}

/// Where a journey ended.
pub struct Arrival {
    /// The address that leads back to Baton.
    pub url: Url,
    /// How often the person had to give a password.
    pub asked: usize,
}

impl Arrival {
    pub fn callback(&self) -> CallbackQuery {
        CallbackQuery::parse(self.url.query().unwrap_or_default()).unwrap()
    }
}

impl Browser {
    pub fn new() -> Self {
        let client = Client::builder().no_proxy().redirect(Policy::none()).tls_certs_only([]).build().unwrap();
        Self { client, cookies: Mutex::default() }
    }

    /// Goes there as this person and comes back.
    pub async fn sign_in(&self, url: &Url, (username, password): (&str, &str)) -> Arrival {
        self.go(url, &[("username", username), ("password", password)]).await
    }

    /// Goes there, gives up, and comes back.
    pub async fn give_up(&self, url: &Url) -> Arrival {
        self.go(url, &[("cancel", "yes")]).await
    }

    /// Goes there and signs out.
    pub async fn sign_out(&self, url: &Url) -> Arrival {
        self.go(url, &[("logout", "yes")]).await
    }

    /// Goes on until an address leads back to Baton. Every form on the way gets these answers.
    #[expect(clippy::panic, reason = "helpers of tests fail as tests do")]
    async fn go(&self, url: &Url, answers: &[(&str, &str)]) -> Arrival {
        let (mut url, mut asked) = (url.clone(), 0);
        let mut request = self.client.get(url.clone());
        for _ in 0..12 {
            let (next, body) = self.send(request).await;
            if let Some(next) = next {
                url = url.join(&next).unwrap();
                if url.as_str().starts_with(HOME) {
                    return Arrival { url, asked };
                }
                request = self.client.get(url.clone());
                continue;
            }
            asked += usize::from(body.contains("type=\"password\""));
            if let Some(action) = attribute(&body, "action") {
                url = url.join(&action).unwrap();
            }
            let mut form = Serializer::new(String::new());
            form.extend_pairs(answers);
            for input in body.split("<input").skip(1).filter(|input| input.contains("type=\"hidden\"")) {
                form.append_pair(&attribute(input, "name").unwrap(), &attribute(input, "value").unwrap());
            }
            request = self
                .client
                .post(url.clone())
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.finish());
        }
        panic!("the provider does not lead back: {url}");
    }

    /// Where the answer leads, and what it says.
    async fn send(&self, request: RequestBuilder) -> (Option<String>, String) {
        let cookies: Vec<String> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let response = request.header(header::COOKIE, cookies.join("; ")).send().await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
        }
        let next = response.headers().get(header::LOCATION).map(|next| next.to_str().unwrap().to_owned());
        let status = response.status();
        let body = response.text().await.unwrap();
        assert!(status.is_success() || next.is_some(), "{status}: {body}");
        (next, body)
    }
}

/// The value of the first attribute of this name.
fn attribute(html: &str, name: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!("{name}=\""))?;
    Some(rest.split('"').next()?.replace("&amp;", "&"))
}
