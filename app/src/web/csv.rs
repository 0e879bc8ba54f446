//! Tables for spreadsheets and programs (RFC 4180).

use baton_model::Timestamp;
use time::format_description::well_known::Rfc3339;

use super::context::moment;

/// What such a file is to browsers.
pub(super) const MEDIA_TYPE: &str = "text/csv; charset=utf-8; header=present";

/// A line of columns and a line for each row.
pub(super) fn table<const N: usize>(columns: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut csv = columns.join(",");
    csv.push_str("\r\n");
    for row in rows {
        csv.push_str(&row.map(|text| cell(&text)).join(","));
        csv.push_str("\r\n");
    }
    csv
}

/// A point in time; empty without one.
pub(super) fn time(at: Option<Timestamp>) -> String {
    at.and_then(moment).and_then(|at| at.format(&Rfc3339).ok()).unwrap_or_default()
}

/// A cell in quotes where it needs them. A spreadsheet must not take what people entered for a formula, so such a text
/// gets an apostrophe in front.
fn cell(text: &str) -> String {
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\r', '\n', ';', '\'']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn what_people_entered_is_no_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "＝1"] {
            assert!(cell(formula).starts_with("\"'"), "{formula}");
        }
    }

    #[test]
    fn quotes_commas_and_new_lines_stay_in_their_cell() {
        assert_eq!(cell("Berg, \"Anna\"\nWard 3"), "\"Berg, \"\"Anna\"\"\nWard 3\"");
        assert_eq!(cell("Anna Berg"), "Anna Berg");
    }
}
