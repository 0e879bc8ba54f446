//! Cookies. Over https they carry the `__Host-` prefix; over plain http (development) they have another name, because
//! browsers refuse the prefix there.

use axum::http::{HeaderMap, HeaderValue, header};
use baton_model::Timestamp;
use time::{OffsetDateTime, format_description::well_known::Rfc2822};

use super::Web;

/// What a cookie is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The session in portal and console.
    Portal,
    /// The device whose page this browser shows (A20).
    Visit,
    /// The session of the holder on that page.
    Holder,
    /// Who signed in in this browser before, for the server alone to read; it signs nobody in.
    Known,
    /// What a browser that left for an identity provider must hold to come back.
    Login,
    /// What the last form did, for the page after it.
    Flash,
}

impl Cookie {
    const fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Portal, true) => "__Host-baton",
            (Self::Portal, false) => "baton",
            (Self::Visit, true) => "__Host-baton-device",
            (Self::Visit, false) => "baton-device",
            (Self::Holder, true) => "__Host-baton-holder",
            (Self::Holder, false) => "baton-holder",
            (Self::Known, true) => "__Host-baton-known",
            (Self::Known, false) => "baton-known",
            (Self::Login, true) => "__Host-baton-login",
            (Self::Login, false) => "baton-login",
            (Self::Flash, true) => "__Host-baton-flash",
            (Self::Flash, false) => "baton-flash",
        }
    }

    /// The value that the browser sent.
    #[must_use]
    pub fn read(self, web: &Web, headers: &HeaderMap) -> Option<String> {
        let name = self.name(web.secure);
        let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        pairs
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(known, value)| *known == name && !value.is_empty())
            .map(|(_, value)| value.to_owned())
    }

    /// The header that sets it until `expires`. Expiring cookies outlive a full-screen clip that iOS puts away.
    #[must_use]
    pub fn set(self, web: &Web, value: &str, expires: Timestamp) -> Option<HeaderValue> {
        let expires = OffsetDateTime::from_unix_timestamp(expires.unix_seconds()).ok()?;
        let expires = expires.format(&Rfc2822).ok()?.replace("+0000", "GMT");
        let secure = if web.secure { "; Secure" } else { "" };
        let name = self.name(web.secure);
        HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Expires={expires}{secure}"))
            .ok()
    }

    /// The header that forgets it.
    #[must_use]
    pub fn forget(self, web: &Web) -> HeaderValue {
        let secure = if web.secure { "; Secure" } else { "" };
        let text = format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}", self.name(web.secure));
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}
