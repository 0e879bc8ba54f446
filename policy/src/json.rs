//! JSON for the package and the islands: reads and writes with a fraction of the code that a general library takes in
//! WebAssembly, where every kilobyte is downloaded. The server uses serde_json.
//!
//! It is JSON in full, with two limits: a number has at most three places after the point and then twelve digits before
//! it, as the numbers of attributes do, and values nest at most 128 deep.

mod error;
mod path;
mod read;
mod text;
mod write;

pub use error::JsonError;
pub(crate) use path::path_at;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Reads a value.
///
/// # Errors
///
/// What is wrong in the text, with its line and column.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, JsonError> {
    let mut reader = text::Reader::new(text);
    let value = T::deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    value.map_err(|error| error.at(text, reader.position()))
}

/// Writes a value.
///
/// # Errors
///
/// A value that this JSON cannot hold: a number with more than three places, or a key that is no text. No answer of the rules has one.
pub fn to_string(value: &impl Serialize) -> Result<String, JsonError> {
    let mut writer = write::Writer::default();
    value.serialize(&mut writer)?;
    Ok(writer.finish())
}
