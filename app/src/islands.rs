//! What needs a browser. Everything here also works, more slowly, as a plain form on the server.

mod action_twin;
mod island;
mod list_filter;
#[cfg(any(feature = "hydrate", test))]
mod policy;
mod table_filter;
mod what_if;

pub use action_twin::ActionTwin;
pub use list_filter::ListFilter;
pub use table_filter::TableFilter;
pub use what_if::{Subject, WhatIf};
