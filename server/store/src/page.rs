//! Lists, page by page. A page begins after the last row of the page before (keyset paging), so that rows added or
//! removed meanwhile neither repeat nor hide others.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use baton_model::fold::fold;
use serde_json::Value as Json;
use sqlx::{Row as _, any::AnyRow};

use crate::{
    error::StoreError,
    row::{Record, Row},
    statement::Statement,
    store::Tx,
};

/// The most rows on one page, whatever is asked.
pub const MAX_PAGE: u32 = 500;
/// The most words of a search that count.
const MAX_WORDS: usize = 8;
/// The most characters of a word of a search that count.
const MAX_WORD: usize = 100;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the order of the list.
    pub rows: Vec<T>,
    /// The cursor of the next page; `None` on the last one.
    pub next: Option<String>,
}

/// Which part of a list is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListQuery {
    /// Words that must all occur, in any case and order.
    pub search: Option<String>,
    /// The `next` of the page before.
    pub cursor: Option<String>,
    /// How many rows, 1 to [`MAX_PAGE`].
    pub limit: u32,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self { search: None, cursor: None, limit: 50 }
    }
}

impl ListQuery {
    /// How many rows the page has at most.
    fn rows(&self) -> u32 {
        self.limit.clamp(1, MAX_PAGE)
    }
}

/// The columns by which a list is ordered. Together they are unique, and the SELECT gives them out.
pub(crate) struct Order {
    pub(crate) columns: &'static [(&'static str, Key)],
    pub(crate) newest_first: bool,
}

/// What a column of an order holds.
#[derive(Clone, Copy)]
pub(crate) enum Key {
    /// A text.
    Text,
    /// A number or time.
    Number,
}

impl Statement {
    /// Adds a condition for each word of the search on the column `search_key`.
    pub(crate) fn search(&mut self, search: Option<&str>) -> &mut Self {
        self.search_also(search, &[])
    }

    /// Adds a condition for each word of the search: it occurs in the column `search_key`, or in that of a row of another
    /// table, each given as its name and the condition by which the row belongs to the one searched for.
    pub(crate) fn search_also(&mut self, search: Option<&str>, others: &[(&str, &str)]) -> &mut Self {
        let folded = fold(search.unwrap_or_default());
        for word in folded.split(' ').filter(|word| !word.is_empty()).take(MAX_WORDS) {
            let mut pattern = String::from("%");
            for character in word.chars().take(MAX_WORD) {
                if matches!(character, '%' | '_' | '!') {
                    pattern.push('!');
                }
                pattern.push(character);
            }
            pattern.push('%');
            self.push(" AND (search_key LIKE ").argument(&pattern).push(" ESCAPE '!'");
            for (table, belongs) in others {
                self.push(" OR EXISTS (SELECT 1 FROM ").push(table).push(" AS other WHERE ").push(belongs);
                self.push(" AND other.search_key LIKE ").argument(&pattern).push(" ESCAPE '!')");
            }
            self.push(")");
        }
        self
    }
}

/// Adds to a SELECT, whose text ends within its WHERE, what makes it one page: one row more than wanted, which tells
/// whether there is a next page.
pub(crate) fn paged(mut select: Statement, order: &Order, query: &ListQuery) -> Result<Statement, StoreError> {
    let names: Vec<&str> = order.columns.iter().map(|(name, _)| *name).collect();
    if let Some(cursor) = &query.cursor {
        let sign = if order.newest_first { "<" } else { ">" };
        select.push(&format!(" AND ({}) {sign} (", names.join(", ")));
        for (index, key) in read_cursor(cursor, order)?.iter().enumerate() {
            if index > 0 {
                select.push(", ");
            }
            match key {
                Json::String(text) => select.argument(text),
                other => select.argument(other.as_i64()),
            };
        }
        select.push(")");
    }
    let direction = if order.newest_first { " DESC" } else { "" };
    let ordered: Vec<String> = names.iter().map(|name| format!("{name}{direction}")).collect();
    select.push(&format!(" ORDER BY {} LIMIT ", ordered.join(", "))).argument(i64::from(query.rows()) + 1);
    Ok(select)
}

impl Tx {
    /// Runs a SELECT, whose text ends within its WHERE, for one page.
    pub(crate) async fn page<T: Record>(
        &mut self,
        select: Statement,
        order: &Order,
        query: &ListQuery,
    ) -> Result<Page<T>, StoreError> {
        let limit = query.rows() as usize;
        let mut found = self.rows(paged(select, order, query)?).await?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = match found.last() {
            Some(last) if more => Some(cursor_of(last, order)?),
            _ => None,
        };
        let rows = found.iter().map(Row::record).collect::<Result<_, _>>()?;
        Ok(Page { rows, next })
    }
}

fn cursor_of(row: &AnyRow, order: &Order) -> Result<String, StoreError> {
    let keys: Result<Vec<Json>, sqlx::Error> = order
        .columns
        .iter()
        .map(|(name, key)| match key {
            Key::Text => row.try_get_unchecked::<String, _>(name).map(Json::from),
            Key::Number => row.try_get_unchecked::<i64, _>(name).map(Json::from),
        })
        .collect();
    let keys = keys.map_err(|_| StoreError::corrupt("the columns by which a list is ordered"))?;
    Ok(URL_SAFE_NO_PAD.encode(Json::Array(keys).to_string()))
}

fn read_cursor(cursor: &str, order: &Order) -> Result<Vec<Json>, StoreError> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| StoreError::Cursor)?;
    let Ok(Json::Array(keys)) = serde_json::from_slice(&bytes) else {
        return Err(StoreError::Cursor);
    };
    let fits = |(key, (_, kind)): (&Json, &(&str, Key))| match kind {
        Key::Text => key.is_string(),
        Key::Number => key.is_i64(),
    };
    if keys.len() == order.columns.len() && keys.iter().zip(order.columns).all(fits) {
        Ok(keys)
    } else {
        Err(StoreError::Cursor)
    }
}
