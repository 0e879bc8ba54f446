//! A phone whose messages a test can take apart: it signs what it is told to, and shows what the server answers.

use baton_mdm::fake::{FakeDevice, SignedMessage};
use reqwest::{Client, Method};

use crate::{browser::Page, office::now};

pub struct RawPhone {
    pub fake: FakeDevice,
    pub origin: String,
    client: Client,
}

impl RawPhone {
    /// Fetches an enrollment profile and enrols with it.
    pub async fn enrol(profile_address: &str, number: usize) -> Self {
        let client = client();
        let profile = client.get(profile_address).send().await.unwrap().bytes().await.unwrap();
        let (udid, serial) = (format!("00008120-{number:016}"), format!("SERIAL{number:04}"));
        let fake = FakeDevice::enrol(&profile, &udid, &serial, &format!("iPhone {number}")).unwrap();
        let origin = fake.server_url.strip_suffix("/mdm/connect").unwrap().to_owned();
        let phone = Self { fake, origin, client };
        for message in [phone.fake.authenticate().unwrap(), phone.fake.token_update().unwrap()] {
            let answer = phone.send("/mdm/checkin", &message).await;
            assert_eq!(answer.status, 200, "{}", answer.html);
        }
        phone
    }

    /// Fetches and obeys commands until there are none.
    pub async fn connect(&mut self) {
        let mut message = self.fake.idle().unwrap();
        loop {
            let answer = self.send("/mdm/connect", &message).await;
            assert_eq!(answer.status, 200, "{}", answer.html);
            if answer.html.is_empty() {
                return;
            }
            message = self.fake.answer(answer.html.as_bytes()).unwrap().unwrap();
        }
    }

    pub async fn send(&self, path: &str, message: &SignedMessage) -> Page {
        self.put(path, message.body.clone(), Some(&message.signature)).await
    }

    /// Sends a body that the phone's own identity signs.
    pub async fn send_signed(&self, path: &str, body: &[u8]) -> Page {
        let signature = self.fake.identity.sign(body).unwrap();
        self.put(path, body.to_vec(), Some(&signature)).await
    }

    /// Sends anything.
    pub async fn put(&self, path: &str, body: Vec<u8>, signature: Option<&str>) -> Page {
        self.request(Method::PUT, path, body, signature).await
    }

    pub async fn request(&self, method: Method, path: &str, body: Vec<u8>, signature: Option<&str>) -> Page {
        let answer = loop {
            let mut request = self.client.request(method.clone(), format!("{}{path}", self.origin)).body(body.clone());
            if let Some(signature) = signature {
                request = request.header("Mdm-Signature", signature);
            }
            match request.send().await {
                Ok(answer) => break answer,
                // Whoever is still sending when the server has refused may lose the answer.
                Err(error) => assert!(body.len() > 1024 * 1024, "{error}"),
            }
        };
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Page { status, headers, html: answer.text().await.unwrap() }
    }

    /// The path behind the sign-in icon.
    pub fn icon(&self) -> String {
        let profile =
            plist::Value::from_reader_xml(self.fake.profiles["baton.item.secure-sign-in"].as_slice()).unwrap();
        let payloads = profile.as_dictionary().unwrap()["PayloadContent"].as_array().unwrap();
        let url = payloads[0].as_dictionary().unwrap()["URL"].as_string().unwrap();
        url.strip_prefix(&self.origin).unwrap().to_owned()
    }
}

/// An identity as another organisation's authority would issue it.
pub fn foreign_identity() -> baton_mdm::signature::SigningIdentity {
    let now = time::OffsetDateTime::from_unix_timestamp(now().unix_seconds()).unwrap();
    let authority = baton_mdm::ca::CertificateAuthority::create("Heron Clinic", now).unwrap();
    let identity = authority.issue_identity("Baton", now, time::Duration::days(30)).unwrap();
    baton_mdm::signature::SigningIdentity::from_pkcs12(&identity.pkcs12, &identity.password).unwrap()
}

fn client() -> Client {
    Client::builder().no_proxy().tls_certs_only([]).build().unwrap()
}
