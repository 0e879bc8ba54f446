//! Somebody who asks through the proxy.

use std::{
    net::Ipv4Addr,
    time::{Duration, Instant},
};

use reqwest::{Client, RequestBuilder, header, redirect::Policy};

use crate::office::PASSWORD;

/// An answer, as far as it matters here.
pub struct Measured {
    pub took: Duration,
    pub status: u16,
    /// Whether it is what was asked for.
    pub is_well: bool,
    /// Cookies that were set, as they are sent back.
    pub cookies: Vec<String>,
}

/// Somebody with a browser.
pub struct Visitor {
    client: Client,
    origin: String,
    pub name: String,
    address: Ipv4Addr,
    pub cookie: String,
}

/// What all browsers share here: connections to the proxy's server.
pub fn client() -> Client {
    let builder = Client::builder().no_proxy().redirect(Policy::none()).timeout(Duration::from_secs(60));
    builder.tls_certs_only([]).build().unwrap()
}

/// A sign-in as the form sends it.
pub fn form(client: &Client, origin: &str, name: &str, password: &str, address: Ipv4Addr) -> RequestBuilder {
    let body = format!("username={name}&password={}&next=/", password.replace(' ', "+"));
    client
        .post(format!("{origin}/sign-in"))
        .header(header::ORIGIN, origin)
        .header("sec-fetch-site", "same-origin")
        .header("x-forwarded-for", address.to_string())
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body)
}

impl Visitor {
    /// Person number so and so, at an address of their own, in a browser that has been nowhere.
    pub fn new(origin: &str, number: usize) -> Self {
        let address = Ipv4Addr::from_bits(0x0a00_0000 + u32::try_from(number).unwrap());
        let name = format!("person{number:04}");
        Self { client: client(), origin: origin.to_owned(), name, address, cookie: String::new() }
    }

    pub async fn sign_in(&self) -> Measured {
        let request = form(&self.client, &self.origin, &self.name, PASSWORD, self.address);
        self.measure(request, 303).await
    }

    pub async fn open(&self, path: &str) -> Measured {
        let request = self.client.get(format!("{}{path}", self.origin));
        self.measure(request.header("x-forwarded-for", self.address.to_string()), 200).await
    }

    async fn measure(&self, request: RequestBuilder, wanted: u16) -> Measured {
        let start = Instant::now();
        let answer = request.header(header::COOKIE, &self.cookie).send().await.unwrap();
        let status = answer.status().as_u16();
        let set = answer.headers().get_all(header::SET_COOKIE).iter();
        let cookies = set.map(|line| line.to_str().unwrap().split(';').next().unwrap().to_owned()).collect();
        answer.bytes().await.unwrap();
        Measured { took: start.elapsed(), status, is_well: status == wanted, cookies }
    }
}
