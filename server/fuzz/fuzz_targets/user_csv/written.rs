//! Writing: what Baton writes as a table is read back, and no cell is a formula.

use csv::ReaderBuilder;

use crate::web;

const COLUMNS: [&str; 3] = ["a", "b", "c"];

/// Cells are parted by a character that has no other use.
pub fn check(text: &str) {
    let cells: Vec<&str> = text.split('\u{1f}').collect();
    let rows: Vec<[String; 3]> = cells
        .chunks(3)
        .map(|row| [0, 1, 2].map(|column| row.get(column).copied().unwrap_or_default().to_owned()))
        .collect();
    let table = web::table(COLUMNS, rows.clone());
    let mut reader = ReaderBuilder::new().from_reader(table.as_bytes());
    assert_eq!(reader.headers().expect("a line of columns"), COLUMNS.as_slice());
    let read: Vec<_> = reader.records().map(|record| record.expect("a line of the table")).collect();
    assert_eq!(read.len(), rows.len(), "{table:?}");
    for (read, row) in read.iter().zip(&rows) {
        assert_eq!(read.len(), 3, "{table:?}");
        for (read, cell) in read.iter().zip(row) {
            assert!(read == cell || read.strip_prefix('\'') == Some(cell), "{cell:?} is read as {read:?}");
            let begins = read.trim_start().chars().next();
            assert!(!begins.is_some_and(|first| "=+-@＝＋－＠".contains(first)), "{read:?} is a formula");
            assert!(!read.starts_with(['\t', '\r', '\n']), "{read:?} may be a formula");
        }
    }
}
