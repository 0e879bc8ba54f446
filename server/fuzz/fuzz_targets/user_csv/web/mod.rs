//! The app's writer of tables and what it needs of its neighbours: its own file, taken in here so that no page has to be
//! built.

mod context;
#[path = "../../../../../app/src/web/csv.rs"]
#[allow(dead_code, reason = "the media type is for browsers, times for single columns")]
mod csv;

/// The writer, out of its neighbourhood.
pub fn table<const N: usize>(columns: [&str; N], rows: Vec<[String; N]>) -> String {
    csv::table(columns, rows)
}
