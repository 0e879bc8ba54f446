//! Fields of a form, as plain texts. Whatever is sent, reading them never fails: what is missing is empty, and the
//! services say what is wrong.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request as HttpRequest},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use baton_core::SentFile;
use futures::StreamExt as _;

use super::{
    Web, answer,
    multipart::{self, Upload},
};
use crate::{pages::clip::message::Message, what_if::fields::FormFields};

/// The most bytes of a form with files that are read. What is beyond the largest file is passed over, so that browsers,
/// which send the whole file before they look at the answer, get to see it.
const MAX_PASSED_BYTES: usize = 64 * 1024 * 1024;

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

impl FormFields for Fields {
    fn first(&self, name: &str) -> String {
        self.get(name).to_owned()
    }

    fn every(&self, name: &str) -> Vec<String> {
        self.all(name).map(str::to_owned).collect()
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

/// A form that may hold files.
#[derive(Clone, Debug, Default)]
pub struct Posted {
    /// Its fields.
    pub fields: Fields,
    files: Vec<(String, Upload)>,
}

/// What was chosen in a file field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen<'a> {
    /// Nothing.
    Nothing,
    /// This file.
    File(&'a SentFile),
    /// A file that is too large for any field.
    TooLarge,
}

impl Posted {
    /// What was chosen in the field of this name.
    #[must_use]
    pub fn file(&self, name: &str) -> Chosen<'_> {
        match self.files.iter().find(|(known, _)| known == name) {
            None => Chosen::Nothing,
            Some((_, Upload::Whole(file))) => Chosen::File(file),
            Some((_, Upload::TooLarge)) => Chosen::TooLarge,
        }
    }

    /// All that was chosen in the field of this name, which takes several.
    pub fn files<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Chosen<'a>> {
        self.files.iter().filter(move |(known, _)| known == name).map(|(_, upload)| match upload {
            Upload::Whole(file) => Chosen::File(file),
            Upload::TooLarge => Chosen::TooLarge,
        })
    }

    /// Whether a file was too large to be read.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.files.iter().any(|(_, upload)| *upload == Upload::TooLarge)
    }
}

impl FromRequest<Web> for Posted {
    type Rejection = Response;

    async fn from_request(request: HttpRequest, web: &Web) -> Result<Self, Self::Rejection> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let Some(boundary) = content_type.and_then(multipart::boundary).map(str::to_owned) else {
            let fields = Fields::from_request(request, web).await?;
            return Ok(Self { fields, files: Vec::new() });
        };
        let frame = answer::frame_of(web, &request);
        let mut reader = multipart::Reader::new(&boundary);
        let mut stream = request.into_body().into_data_stream();
        let mut bytes = 0;
        let mut is_cut = false;
        while let Some(piece) = stream.next().await {
            let Ok(piece) = piece else { return Err(StatusCode::BAD_REQUEST.into_response()) };
            bytes += piece.len();
            if bytes > MAX_PASSED_BYTES {
                is_cut = true;
                break;
            }
            if reader.take(&piece).is_err() {
                return Err(answer::message_page(&frame, StatusCode::PAYLOAD_TOO_LARGE, Message::TooLarge));
            }
        }
        let parts = reader.finish(is_cut);
        Ok(Self { fields: Fields(parts.fields), files: parts.files })
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
