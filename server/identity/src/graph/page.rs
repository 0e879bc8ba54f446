//! Answers in pages.

use std::collections::HashSet;

use serde::{Deserialize, de::DeserializeOwned};
use url::Url;

use super::{
    client::{Graph, Index},
    error::GraphError,
};

/// More pages than any directory has.
const MAX_PAGES: usize = 20_000;

/// A page. Without `value` it is none: an empty list is written as such.
#[derive(Deserialize)]
pub(super) struct Page<T> {
    pub value: Vec<T>,
    #[serde(rename = "@odata.nextLink")]
    pub next: Option<String>,
    #[serde(rename = "@odata.deltaLink")]
    pub delta: Option<String>,
}

impl Graph {
    /// Everything on this page and those after it, and where changes since then will be, if the last page says so. All or
    /// nothing.
    pub(super) async fn pages<T: DeserializeOwned>(&self, first: Url) -> Result<(Vec<T>, Option<String>), GraphError> {
        let mut all = Vec::new();
        let mut seen = HashSet::new();
        let mut url = first;
        loop {
            let page: Page<T> = self.get(&url, Index::Current).await?;
            all.extend(page.value);
            let Some(next) = page.next else { return Ok((all, page.delta)) };
            let next = self.own_link(&next)?;
            seen.insert(url);
            if seen.contains(&next) || seen.len() >= MAX_PAGES {
                return Err(GraphError::Endless);
            }
            url = next;
        }
    }
}
