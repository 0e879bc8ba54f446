//! Choosing people or devices where there may be very many: who is chosen as tick boxes, and a field to add one more.

use leptos::prelude::*;

use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::markup::{IntoMarkup, Markup};
use crate::ui::form::{Choice, Input, Kind, TextField, checkboxes};

/// What a picker shows.
#[derive(Clone, Debug, Default)]
pub struct PickerView {
    /// Who is chosen; sent as repeated values, an unticked one is taken off.
    pub chosen: Vec<Choice>,
    /// The name typed to be added; sent with the button `action=more`, and with *Save* too.
    pub add: Input,
    /// Names offered while typing.
    pub suggestions: Vec<String>,
}

/// The words of a picker.
#[derive(Clone, Copy, Debug)]
pub struct PickerWords {
    /// Name of the repeated value.
    pub name: &'static str,
    /// Name of the field that adds one more.
    pub add_name: &'static str,
    /// Heading.
    pub legend: &'static str,
    /// While nobody is chosen.
    pub empty: &'static str,
    /// Label of the field.
    pub add: &'static str,
}

/// Renders a picker.
#[must_use]
pub fn picker(frame: &Frame, words: PickerWords, view: &PickerView) -> Markup {
    let t = frame.texts();
    let list = format!("{}-list", words.add_name);
    let field = TextField { list: Some(&list), ..TextField::new(words.add_name, words.add, Kind::Code).at_times() };
    let suggestions = view.suggestions.iter().map(|name| view! { <option value=name.clone()></option> }).collect_view();
    view! {
        <div class="picker">
            {checkboxes(words.name, words.legend, None, words.empty, &view.chosen)}
            <div class="picker-add">
                {field.render(frame, &view.add)}
                <button class="button" type="submit" name="action" value="more">{icon(Icon::Plus)}<span>{t.add}</span></button>
            </div>
            <datalist id=list.clone()>{suggestions}</datalist>
        </div>
    }
    .into_markup()
}
