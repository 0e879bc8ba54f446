//! What-if before Save (spec C6): the same view on the server and in the browser, over the same preview.

pub mod fields;
mod panel;

use baton_model::Preview;
use serde::{Deserialize, Serialize};

pub use panel::{details, sum};

/// How many changes the panel names before it says how many more there are.
pub const SHOWN: usize = 8;
/// How many changes the page of the whole difference names.
pub const ALL_SHOWN: usize = 500;

/// What the panel can say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing was changed or previewed yet.
    #[default]
    Untouched,
    /// This is what saving would change.
    Shown(Preview),
    /// What was entered cannot be understood yet.
    Unclear,
    /// Something moved since the page was opened.
    Moved,
    /// It cannot be computed here.
    Failed,
}

impl From<Option<Preview>> for State {
    fn from(preview: Option<Preview>) -> Self {
        preview.map_or(Self::Untouched, Self::Shown)
    }
}

/// The panel's words in the page's language. They travel with the page, because the browser's part knows no language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// Before anything was changed.
    pub untouched: String,
    /// When nothing would change.
    pub none: String,
    /// What was entered cannot be understood yet.
    pub unclear: String,
    /// Something moved since the page was opened.
    pub moved: String,
    /// It cannot be computed here.
    pub failed: String,
    /// One device gets it, and several do.
    pub gain: [String; 2],
    /// One device loses it, and several do.
    pub lose: [String; 2],
    /// One device is undecided, and several are.
    pub undecided: [String; 2],
    /// One device stays as it is, and several do.
    pub stay: [String; 2],
    /// Whether devices that keep the one item are counted, and not all that stay as they are.
    pub one_item: bool,
    /// One device is in danger, and several are.
    pub danger: [String; 2],
    /// One policy test would fail, and several would.
    pub tests_fail: [String; 2],
    /// That the policy tests are being checked, and that not all of them could be.
    pub tests_known: [String; 2],
    /// What becomes of a policy test: it would fail, be about nothing, hold.
    pub tests: [String; 3],
    /// A device's change, as a word: gains, loses, undecided.
    pub kinds: [String; 3],
    /// Loses, at sign-out.
    pub loses_at_sign_out: String,
    /// How many changes are not named.
    pub more: String,
    /// The button that shows all of them.
    pub all: String,
    /// Where that button leads; empty where everything is shown already.
    pub all_path: String,
    /// Sentences for reasons, by code.
    pub reasons: Vec<(String, String)>,
    /// Sentences for dangers, by code.
    pub dangers: Vec<(String, String)>,
}

#[cfg(feature = "pages")]
impl Words {
    /// The words for a page. `one_item` tells the editor of one item's distribution from that of a group.
    #[must_use]
    pub fn of(locale: crate::locale::Locale, one_item: bool, all_path: String) -> Self {
        use baton_policy::{ReasonCode, what_if::Danger};

        use crate::locale::rules;

        let t = locale.texts();
        let pair = |one: &str, many: &str| [one.to_owned(), many.to_owned()];
        let [gain, lose, stay] = if one_item {
            [
                pair(t.what_if_gain_one, t.what_if_gain_many),
                pair(t.what_if_lose_one, t.what_if_lose_many),
                pair(t.what_if_keep_one, t.what_if_keep_many),
            ]
        } else {
            [
                pair(t.what_if_gains_one, t.what_if_gains_many),
                pair(t.what_if_loses_one, t.what_if_loses_many),
                pair(t.what_if_unchanged_one, t.what_if_unchanged_many),
            ]
        };
        let (gains, loses, at_sign_out) = if one_item {
            (t.what_if_kind_gain, t.what_if_kind_lose, t.what_if_kind_at_sign_out)
        } else {
            (t.what_if_kind_gains, t.what_if_kind_loses, t.what_if_kind_loses_at_sign_out)
        };
        let kinds = [gains, loses, t.what_if_kind_undecided].map(str::to_owned);
        Self {
            untouched: t.what_if_untouched.to_owned(),
            none: t.what_if_none.to_owned(),
            unclear: t.what_if_unclear.to_owned(),
            moved: t.what_if_moved.to_owned(),
            failed: t.what_if_failed.to_owned(),
            gain,
            lose,
            undecided: pair(t.what_if_undecided_one, t.what_if_undecided_many),
            stay,
            one_item,
            danger: pair(t.what_if_danger_one, t.what_if_danger_many),
            tests_fail: pair(t.what_if_tests_fail_one, t.what_if_tests_fail_many),
            tests_known: [t.what_if_tests_pending, t.what_if_tests_not_all].map(str::to_owned),
            tests: [t.what_if_test_fails, t.what_if_test_idle, t.what_if_test_holds].map(str::to_owned),
            kinds,
            loses_at_sign_out: at_sign_out.to_owned(),
            more: t.what_if_more.to_owned(),
            all: t.what_if_all.to_owned(),
            all_path,
            reasons: ReasonCode::ALL
                .iter()
                .map(|code| (code.as_str().to_owned(), rules::reason(locale, *code)))
                .collect(),
            dangers: Danger::ALL.iter().map(|code| (code.as_str().to_owned(), rules::danger(locale, *code))).collect(),
        }
    }
}
