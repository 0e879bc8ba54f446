//! What needs a browser. Everything here also works, more slowly, as a plain form on the server.

mod table_filter;

pub use table_filter::TableFilter;
