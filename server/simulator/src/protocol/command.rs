//! A command as it comes out of the command channel.

use plist::{Dictionary, Value};

use super::plists;

/// Why the server's answer is not a command.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// Neither empty nor a property list with a dictionary.
    #[error("the body is neither empty nor a property list")]
    NotAPlist,
    /// `CommandUUID` or `Command` with its `RequestType` is missing.
    #[error("`{key}` is missing")]
    Missing {
        /// The key.
        key: &'static str,
    },
}

/// A command to carry out.
#[derive(Debug, Clone)]
pub(crate) struct Command {
    pub(crate) uuid: String,
    pub(crate) request_type: String,
    pub(crate) body: Dictionary,
}

impl Command {
    /// Reads the body of a 200 from the command channel; an empty one means there is nothing to do.
    pub(crate) fn read(bytes: &[u8]) -> Result<Option<Self>, CommandError> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(None);
        }
        let dictionary = plists::dictionary(bytes).ok_or(CommandError::NotAPlist)?;
        if dictionary.is_empty() {
            return Ok(None);
        }
        let missing = |key| CommandError::Missing { key };
        let uuid = plists::string(&dictionary, "CommandUUID").ok_or(missing("CommandUUID"))?;
        let body = dictionary.get("Command").and_then(Value::as_dictionary).ok_or(missing("Command"))?;
        let request_type = plists::string(body, "RequestType").ok_or(missing("Command.RequestType"))?;
        Ok(Some(Self { uuid: uuid.to_owned(), request_type: request_type.to_owned(), body: body.clone() }))
    }

    /// What the command is about, for people and for matching in scripts: a profile or an app.
    pub(crate) fn target(&self) -> Option<String> {
        match self.request_type.as_str() {
            "InstallProfile" => {
                let payload = self.body.get("Payload")?.as_data()?;
                let profile = super::profile::ConfigurationProfile::read(payload).ok()?;
                Some(profile.identifier)
            }
            "InstallApplication" => ["Identifier", "ManifestURL"]
                .iter()
                .find_map(|key| plists::string(&self.body, key).map(str::to_owned))
                .or_else(|| plists::integer(&self.body, "iTunesStoreID").map(|id| id.to_string())),
            _ => plists::string(&self.body, "Identifier").map(str::to_owned),
        }
    }
}
