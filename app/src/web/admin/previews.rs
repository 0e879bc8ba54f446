//! Previews in forms: what saving would change, and the revision that Save carries (C6).

use baton_core::what_if::Edit;
use baton_model::PolicyRevision;

use super::desk::Asked;
use crate::{
    pages::admin::what_if::WhatIfView,
    shell::console::Section,
    web::{Console, Fields, answer::PageError},
    what_if::{ALL_SHOWN, SHOWN},
};

/// The name of the field that carries the revision.
const PREVIEWED: &str = "previewed";

/// The revision of the difference that the form showed. What cannot be read never was a revision: with it nothing is saved.
pub(super) fn previewed(fields: &Fields) -> Option<PolicyRevision> {
    let never = PolicyRevision { catalogue: -1, memberships: -1 };
    fields.is_ticked(PREVIEWED).then(|| fields.get(PREVIEWED).parse().unwrap_or(never))
}

/// The panel of a form that comes back without a difference, because a field is wrong: Save must not forget what it was
/// that was previewed.
pub(super) fn kept(view: WhatIfView, fields: &Fields) -> WhatIfView {
    let posted = fields.get(PREVIEWED);
    if posted.is_empty() { view } else { WhatIfView { revision: posted.to_owned(), ..view } }
}

/// The panel with what saving would change now. The address asks with `show=all` for more than the first changes.
pub(super) async fn shown(
    console: &Console,
    section: Section,
    view: WhatIfView,
    edit: &Edit,
    asked: &Asked,
) -> Result<WhatIfView, PageError> {
    let limit = if asked.get("show") == "all" { ALL_SHOWN } else { SHOWN };
    let preview = console.core().preview(&console.actor, edit, limit, console.now()).await;
    let preview = console.ask(section, preview)?;
    Ok(WhatIfView { revision: preview.revision.to_string(), preview: Some(preview), ..view })
}
