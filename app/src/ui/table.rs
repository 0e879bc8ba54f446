//! Tables that stack into blocks on a narrow screen.

use crate::markup::{IntoMarkup, Markup};
use leptos::prelude::*;

/// A table. The roles are written out because `display: block`, used on narrow screens, would drop the native ones.
#[must_use]
pub fn table(id: &str, caption: &str, columns: &[&str], rows: Vec<Vec<Markup>>) -> Markup {
    let head = columns
        .iter()
        .map(|column| view! { <th scope="col" role="columnheader">{(*column).to_owned()}</th> })
        .collect_view();
    let columns: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
    let body = rows
        .into_iter()
        .map(|cells| {
            let cells = cells
                .into_iter()
                .zip(&columns)
                .enumerate()
                .map(|(index, (cell, column))| {
                    if index == 0 {
                        view! { <th scope="row" role="rowheader">{cell}</th> }.into_markup()
                    } else {
                        view! { <td role="cell" data-label=column.clone()>{cell}</td> }.into_markup()
                    }
                })
                .collect_view();
            view! { <tr role="row">{cells}</tr> }
        })
        .collect_view();
    view! {
        <table id=id.to_owned() class="table" role="table">
            <caption class="visually-hidden">{caption.to_owned()}</caption>
            <thead role="rowgroup">
                <tr role="row">{head}</tr>
            </thead>
            <tbody role="rowgroup">{body}</tbody>
        </table>
    }
    .into_markup()
}
