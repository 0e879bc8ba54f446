//! An action on a device, from the console: asking once more, and saying why one is not to be had.

use crate::document::Frame;
use crate::pages::action::{AskView, RefusedView, ask, refused};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::action;

/// The page that asks once more.
#[must_use]
pub fn ask_in_console(frame: &Frame, chrome: &Chrome, view: &AskView) -> String {
    let title = action::name(frame.texts(), view.action);
    let page = ConsolePage::new(Section::Devices, title).up(&view.device, view.back.clone());
    console(frame, chrome, page, || ask(frame, view))
}

/// The page that says why not.
#[must_use]
pub fn refused_in_console(frame: &Frame, chrome: &Chrome, view: &RefusedView) -> String {
    let title = action::name(frame.texts(), view.action);
    let page = ConsolePage::new(Section::Devices, title).up(&view.device, view.back.clone());
    console(frame, chrome, page, || refused(frame, view))
}
