//! Users and groups of a directory.

use serde::{Deserialize, de::IgnoredAny};

use super::{
    client::{Graph, Index, checked_id},
    error::GraphError,
    page::Page,
};

/// What is asked about users.
pub(super) const USER_FIELDS: &str = "id,userPrincipalName,displayName,mail,accountEnabled,userType";
/// What is asked about groups.
pub(super) const GROUP_FIELDS: &str = "id,displayName,securityEnabled";
/// How many a page holds; the most that Graph gives.
const PAGE: &str = "999";
/// How many a search finds.
const FOUND: &str = "25";
/// The longest text to search for, in letters.
const LONGEST_SEARCH: usize = 100;

/// A user. What Graph does not say is `None`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryUser {
    /// The object id: with the tenant, what the person is recognised by (B3).
    pub id: String,
    /// The user principal name.
    pub user_principal_name: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
    /// The mail address.
    pub mail: Option<String>,
    /// Whether the person may sign in.
    pub account_enabled: Option<bool>,
    /// `Member` or `Guest`.
    pub user_type: Option<String>,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryGroup {
    /// The object id.
    pub id: String,
    /// The name to show.
    pub display_name: Option<String>,
    /// Whether it is a security group.
    pub security_enabled: Option<bool>,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// The first of them.
    pub items: Vec<T>,
    /// Whether there are more.
    pub more: bool,
}

/// Any object of a directory.
#[derive(Deserialize)]
struct Object {
    #[serde(rename = "@odata.type")]
    kind: String,
    id: String,
}

impl Graph {
    /// All users.
    ///
    /// # Errors
    /// [`GraphError`]; never a part of them instead.
    pub async fn users(&self) -> Result<Vec<DirectoryUser>, GraphError> {
        let url = self.address(&["users"], &[("$select", USER_FIELDS), ("$top", PAGE)]);
        Ok(self.pages(url).await?.0)
    }

    /// All groups.
    ///
    /// # Errors
    /// [`GraphError`]; never a part of them instead.
    pub async fn groups(&self) -> Result<Vec<DirectoryGroup>, GraphError> {
        let url = self.address(&["groups"], &[("$select", GROUP_FIELDS), ("$top", PAGE)]);
        Ok(self.pages(url).await?.0)
    }

    /// The object ids of all users in a group, and in groups in it.
    ///
    /// # Errors
    /// [`GraphError`]; never a part of them instead.
    pub async fn members_of(&self, group: &str) -> Result<Vec<String>, GraphError> {
        self.objects(&["groups", checked_id(group)?, "transitiveMembers"], "#microsoft.graph.user").await
    }

    /// The object ids of all groups that a user is in, by way of others too. For tokens with too many to name
    /// ([`Groups::Overage`](crate::openid::Groups::Overage)).
    ///
    /// # Errors
    /// [`GraphError`]; never a part of them instead.
    pub async fn groups_of(&self, user: &str) -> Result<Vec<String>, GraphError> {
        self.objects(&["users", checked_id(user)?, "transitiveMemberOf"], "#microsoft.graph.group").await
    }

    /// Users whose name, mail address or user principal name begins like this.
    ///
    /// # Errors
    /// [`GraphError`].
    pub async fn search_users(&self, text: &str) -> Result<Found<DirectoryUser>, GraphError> {
        self.search("users", USER_FIELDS, &["displayName", "mail", "userPrincipalName"], text).await
    }

    /// Groups whose name has a word that begins like this.
    ///
    /// # Errors
    /// [`GraphError`].
    pub async fn search_groups(&self, text: &str) -> Result<Found<DirectoryGroup>, GraphError> {
        self.search("groups", GROUP_FIELDS, &["displayName"], text).await
    }

    /// The ids of objects of one kind. Graph could leave out the other kinds, but only by an index that lags behind.
    async fn objects(&self, path: &[&str], kind: &str) -> Result<Vec<String>, GraphError> {
        let url = self.address(path, &[("$select", "id"), ("$top", PAGE)]);
        let (objects, _) = self.pages::<Object>(url).await?;
        Ok(objects.into_iter().filter(|object| object.kind == kind).map(|object| object.id).collect())
    }

    async fn search<T: serde::de::DeserializeOwned>(
        &self,
        what: &str,
        fields: &str,
        properties: &[&str],
        text: &str,
    ) -> Result<Found<T>, GraphError> {
        let Some(search) = search_expression(properties, text) else {
            return Ok(Found { items: Vec::new(), more: false });
        };
        let url = self.address(&[what], &[("$search", &search), ("$select", fields), ("$top", FOUND)]);
        let page: Page<T> = self.get(&url, Index::Eventual).await?;
        Ok(Found { items: page.value, more: page.next.is_some() })
    }

    /// Whether the application may read users and groups at all: for the console's connection test.
    ///
    /// # Errors
    /// [`GraphError`] says what is wrong.
    pub async fn check(&self) -> Result<(), GraphError> {
        for what in ["users", "groups"] {
            let url = self.address(&[what], &[("$select", "id"), ("$top", "1")]);
            self.get::<Page<IgnoredAny>>(&url, Index::Current).await?;
        }
        Ok(())
    }
}

/// What Graph's `$search` takes: each property with the text, quoted.
fn search_expression(properties: &[&str], text: &str) -> Option<String> {
    let text: String = text.trim().chars().filter(|letter| !letter.is_control()).take(LONGEST_SEARCH).collect();
    if text.is_empty() {
        return None;
    }
    let text = text.replace('\\', r"\\").replace('"', "\\\"");
    let terms: Vec<String> = properties.iter().map(|property| format!("\"{property}:{text}\"")).collect();
    Some(terms.join(" OR "))
}
