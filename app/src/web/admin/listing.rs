//! Lists: what was asked for, and the addresses of the pages of a list.

use baton_store::{ListQuery, Page};

use super::desk::Asked;
use crate::pages::admin::list::Paging;

/// The cursor's name in addresses.
const AFTER: &str = "after";
/// Rows of one page.
const ROWS: u32 = 50;

/// The part of a list that the address asks for.
pub fn query(asked: &Asked) -> ListQuery {
    let given = |name: &str| Some(asked.get(name).to_owned()).filter(|text| !text.is_empty());
    ListQuery { search: given("q"), cursor: given(AFTER), limit: ROWS }
}

/// Where the list stands. `kept` are the filters that its other pages share; `anchor` is where on the page it begins.
pub fn paging<T>(asked: &Asked, page: &Page<T>, path: &str, kept: &[&str], anchor: &str) -> Paging {
    let address = |cursor: Option<&str>| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for name in kept.iter().filter(|name| !asked.get(name).is_empty()) {
            query.append_pair(name, asked.get(name));
        }
        if let Some(cursor) = cursor {
            query.append_pair(AFTER, cursor);
        }
        let query = query.finish();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{path}{mark}{query}{anchor}")
    };
    Paging {
        first: (!asked.get(AFTER).is_empty()).then(|| address(None)),
        next: page.next.as_deref().map(|cursor| address(Some(cursor))),
    }
}
