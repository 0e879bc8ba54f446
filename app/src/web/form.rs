//! Fields of a form, as plain texts. Whatever is sent, reading them never fails: what is missing is empty, and the
//! services say what is wrong.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request as HttpRequest},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{Web, answer};
use crate::pages::clip::message::Message;

/// The fields that were sent, in their order. Names may repeat.
#[derive(Clone, Debug, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn parse(body: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(body).into_owned().collect())
    }

    /// The first field of this name; empty when there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Every field of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a box of this name was ticked.
    #[must_use]
    pub fn is_ticked(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }
}

impl FromRequest<Web> for Fields {
    type Rejection = Response;

    async fn from_request(request: HttpRequest, web: &Web) -> Result<Self, Self::Rejection> {
        let frame = answer::frame_of(web, &request);
        match Bytes::from_request(request, web).await {
            Ok(body) => Ok(Self::parse(&body)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(answer::message_page(&frame, StatusCode::PAYLOAD_TOO_LARGE, Message::TooLarge))
            }
            Err(rejection) => Err(rejection.into_response()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Fields;

    #[test]
    fn names_may_repeat() {
        let fields = Fields::parse(b"group=a&group=b&name=Ward+3");
        assert_eq!(fields.all("group").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(fields.get("name"), "Ward 3");
    }

    #[test]
    fn nonsense_is_no_field() {
        let fields = Fields::parse(&[0xff, 0xfe, b'=', b'%', b'z']);
        assert_eq!(fields.get("name"), "");
    }
}
