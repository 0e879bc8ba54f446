//! Who signs in at the fake provider.

use serde_json::{Map, Value, json};

/// The fake's tenant.
pub const TENANT: &str = "11111111-2222-3333-4444-555555555555";
/// Another one.
pub const OTHER_TENANT: &str = "99999999-8888-7777-6666-555555555555";

/// A person with an account.
#[derive(Clone, Debug)]
pub struct Person {
    /// `sub`.
    pub subject: String,
    /// `tid`, at a provider in Entra's shape.
    pub tenant: String,
    /// `oid`, at a provider in Entra's shape.
    pub object: String,
    /// What else there is to say.
    pub claims: Map<String, Value>,
}

impl Person {
    /// Alice Anders of [`TENANT`].
    #[must_use]
    pub fn alice() -> Self {
        let claims = json!({
            "preferred_username": "alice@example.test",
            "upn": "alice@example.test",
            "name": "Alice Anders",
            "email": "alice@mail.example.test",
        });
        Self {
            subject: "subject-of-alice".to_owned(),
            tenant: TENANT.to_owned(),
            object: "aaaaaaaa-0000-0000-0000-000000000001".to_owned(),
            claims: claims.as_object().cloned().unwrap_or_default(),
        }
    }

    /// The same person with another claim.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.claims.insert(name.to_owned(), value);
        self
    }

    /// The same person without a claim.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }
}
