//! What changed in a directory since it was last read (Graph's delta queries).

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};

use super::{client::Graph, directory::USER_FIELDS, error::GraphError};

/// Where the changes after an answer will be. To be kept with what the answer said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeltaLink(pub String);

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta<T> {
    /// The changes in their order; there may be several of one object.
    pub changes: Vec<Change<T>>,
    /// Whether these are all objects there are, because no link was given: what is not among them is not in the directory.
    pub complete: bool,
    /// Where the next changes will be.
    pub link: DeltaLink,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<T> {
    /// It is there, new or changed.
    Present(T),
    /// It is gone.
    Removed {
        /// Its id.
        id: String,
        /// Whether it can still be restored there.
        restorable: bool,
    },
}

/// A property in a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Property<T> {
    /// It is as it was.
    #[default]
    Unsaid,
    /// There is none (any more).
    Cleared,
    /// It is this now.
    Set(T),
}

/// A user who is new or changed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserChange {
    /// The object id.
    pub id: String,
    /// The user principal name.
    #[serde(default)]
    pub user_principal_name: Property<String>,
    /// The name to show.
    #[serde(default)]
    pub display_name: Property<String>,
    /// The mail address.
    #[serde(default)]
    pub mail: Property<String>,
    /// Whether the person may sign in.
    #[serde(default)]
    pub account_enabled: Property<bool>,
    /// `Member` or `Guest`.
    #[serde(default)]
    pub user_type: Property<String>,
}

/// A group that is new or changed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupChange {
    /// The object id.
    pub id: String,
    /// The name to show.
    #[serde(default)]
    pub display_name: Property<String>,
    /// Direct members that came or went. A large group's come with several changes of that group.
    #[serde(default, rename = "members@delta")]
    pub members: Vec<MemberChange>,
}

/// A direct member that came or went.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "RawMember")]
pub struct MemberChange {
    /// The object id.
    pub id: String,
    /// What it is, such as `#microsoft.graph.user`, if Graph says.
    pub kind: Option<String>,
    /// Whether it went.
    pub removed: bool,
}

#[derive(Deserialize)]
struct RawMember {
    id: String,
    #[serde(rename = "@odata.type")]
    kind: Option<String>,
    #[serde(rename = "@removed")]
    removed: Option<Removal>,
}

#[derive(Deserialize)]
struct Removal {
    #[serde(default)]
    reason: String,
}

impl From<RawMember> for MemberChange {
    fn from(raw: RawMember) -> Self {
        Self { id: raw.id, kind: raw.kind, removed: raw.removed.is_some() }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Property<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Cleared, Self::Set))
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Gone {
            id: String,
            #[serde(rename = "@removed")]
            removed: Removal,
        }
        let value = serde_json::Value::deserialize(deserializer)?;
        let wrong = <D::Error as serde::de::Error>::custom::<serde_json::Error>;
        if value.get("@removed").is_some() {
            let Gone { id, removed } = serde_json::from_value(value).map_err(wrong)?;
            return Ok(Self::Removed { id, restorable: removed.reason == "changed" });
        }
        serde_json::from_value(value).map(Self::Present).map_err(wrong)
    }
}

impl Graph {
    /// Which users changed since this link, or all there are.
    ///
    /// # Errors
    /// [`GraphError`], [`GraphError::ResyncNeeded`] among them; never a part of the changes instead.
    pub async fn users_delta(&self, since: Option<&DeltaLink>) -> Result<Delta<UserChange>, GraphError> {
        self.delta("users", USER_FIELDS, since).await
    }

    /// Which groups and direct memberships changed since this link, or all there are.
    ///
    /// # Errors
    /// As of [`Self::users_delta`].
    pub async fn groups_delta(&self, since: Option<&DeltaLink>) -> Result<Delta<GroupChange>, GraphError> {
        self.delta("groups", "id,displayName,members", since).await
    }

    async fn delta<T: DeserializeOwned>(
        &self,
        what: &str,
        fields: &str,
        since: Option<&DeltaLink>,
    ) -> Result<Delta<T>, GraphError> {
        let first = match since {
            Some(DeltaLink(link)) => self.own_link(link)?,
            None => self.address(&[what, "delta"], &[("$select", fields)]),
        };
        let (changes, link) = self.pages(first).await?;
        // Without a link the last page is missing.
        let link = link.ok_or(GraphError::Malformed)?;
        self.own_link(&link)?;
        Ok(Delta { changes, complete: since.is_none(), link: DeltaLink(link) })
    }
}
