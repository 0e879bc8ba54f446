//! The catalogue: configurations and apps.

use baton_model::{Item, ItemContent, ItemId, fold::fold};
use baton_policy::ItemKind;

use crate::{
    changes::Change,
    error::StoreError,
    page::{Key, ListQuery, Order, Page},
    row::{Number, Record, Row},
    statement::{Columns, Statement, sql},
    store::Tx,
};

const COLUMNS: &str = "id, name, description, content, revision, updated_at";
pub(crate) const IN_ORDER: Order =
    Order { columns: &[("name_key", Key::Text), ("id", Key::Text)], newest_first: false };

impl Record for Item {
    const TABLE: &'static str = "items";

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        let content: ItemContent =
            serde_json::from_str(&row.text("content")?).map_err(|_| row.unreadable("content"))?;
        Ok(Self {
            id: row.id("id")?,
            name: row.text("name")?,
            description: row.text("description")?,
            content,
            revision: row.number("revision")?,
            updated_at: row.time("updated_at")?,
        })
    }
}

/// Which items a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemFilter {
    /// Which part; the search looks at name, description and bundle identifier.
    pub query: ListQuery,
    /// Only apps, or only configurations.
    pub apps: Option<bool>,
    /// Only these kinds; all when empty.
    pub kinds: Vec<ItemKind>,
}

impl ItemFilter {
    /// The SELECT up to its WHERE.
    pub(crate) fn select(&self) -> Statement {
        let mut select = sql(&format!("SELECT {COLUMNS}, name_key FROM items WHERE TRUE"));
        if let Some(apps) = self.apps {
            select.push(" AND is_app = ").argument(apps);
        }
        if !self.kinds.is_empty() {
            select.push(" AND kind IN (").arguments(self.kinds.iter().copied()).push(")");
        }
        select.search(self.query.search.as_deref());
        select
    }
}

impl Tx {
    /// The revision of the catalogue: of items and distributions together.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn catalogue_revision(&mut self) -> Result<i64, StoreError> {
        let select = sql("SELECT revision AS number FROM catalogue WHERE id = 1");
        Ok(self.find_existing::<Number>("catalogue", select).await?.0)
    }

    /// Counts the catalogue's revision up; the new one. Others who change the catalogue wait until this transaction
    /// ends.
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`], and those of the engine.
    pub async fn bump_catalogue_revision(&mut self) -> Result<i64, StoreError> {
        let update = sql("UPDATE catalogue SET revision = revision + 1 WHERE id = 1 RETURNING revision AS number");
        let revisions: Vec<Number> = self.change_returning(update).await?;
        self.note_change(Change::Decisions);
        self.note_catalogue_edit();
        revisions.first().map(|number| number.0).ok_or(StoreError::Missing { what: "catalogue" })
    }

    /// Adds an item as given, distributed to no devices, and counts the catalogue up.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `item_name_taken`.
    pub async fn create_item(&mut self, item: &Item) -> Result<(), StoreError> {
        let insert = written(item)?.set("id", &item.id).set("revision", item.revision);
        self.change(insert.insert_into("items")).await?;
        self.create_distribution(&item.id).await?;
        self.bump_catalogue_revision().await.map(|_| ())
    }

    /// The item with this id.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn find_item(&mut self, id: &ItemId) -> Result<Option<Item>, StoreError> {
        self.find(sql(&format!("SELECT {COLUMNS} FROM items WHERE id = $1")).bind(id)).await
    }

    /// Items by name.
    ///
    /// # Errors
    ///
    /// [`StoreError::Cursor`].
    pub async fn list_items(&mut self, filter: &ItemFilter) -> Result<Page<Item>, StoreError> {
        self.page(filter.select(), &IN_ORDER, &filter.query).await
    }

    /// All items, by name.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn all_items(&mut self) -> Result<Vec<Item>, StoreError> {
        self.list(sql(&format!("SELECT {COLUMNS} FROM items ORDER BY name_key, id"))).await
    }

    /// How many configurations there are, and how many apps.
    ///
    /// # Errors
    ///
    /// Those of the engine.
    pub async fn count_items(&mut self) -> Result<(i64, i64), StoreError> {
        let mut count = async |is_app: bool| {
            let select = sql("SELECT COUNT(*) AS number FROM items WHERE is_app = $1").bind(is_app);
            self.find_existing::<Number>("count", select).await.map(|number| number.0)
        };
        Ok((count(false).await?, count(true).await?))
    }

    /// Writes the item, if its revision is still `expected_revision`, and then counts it and the catalogue up; whether
    /// it did.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unique`] `item_name_taken`.
    pub async fn save_item(&mut self, item: &Item, expected_revision: i64) -> Result<bool, StoreError> {
        let mut update = written(item)?.update("items");
        update.push(", revision = revision + 1 WHERE id = ").argument(&item.id);
        update.push(" AND revision = ").argument(expected_revision);
        let saved = self.change_one(update).await?;
        if saved {
            self.bump_catalogue_revision().await?;
        }
        Ok(saved)
    }

    /// Deletes the item with its distribution, and counts the catalogue up. What devices have of it stays noted.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`]; [`StoreError::ForeignKey`] for the built-in one.
    pub async fn delete_item(&mut self, id: &ItemId) -> Result<(), StoreError> {
        self.change_existing("item", sql("DELETE FROM items WHERE id = $1").bind(id)).await?;
        self.bump_catalogue_revision().await.map(|_| ())
    }
}

/// The columns that creating and saving share.
fn written(item: &Item) -> Result<Columns, StoreError> {
    let content = serde_json::to_string(&item.content)
        .map_err(|error| StoreError::corrupt(format!("an item's content cannot be written: {error}")))?;
    let bundle_id = item.content.bundle_id().unwrap_or_default();
    let search = format!("{} {} {bundle_id}", item.name, item.description);
    Ok(Columns::new()
        .set("kind", item.content.kind())
        .set("is_app", item.content.is_app())
        .set("name", &item.name)
        .set("name_key", &fold(&item.name))
        .set("search_key", &fold(&search))
        .set("description", &item.description)
        .set("content", &content)
        .set("updated_at", item.updated_at))
}
