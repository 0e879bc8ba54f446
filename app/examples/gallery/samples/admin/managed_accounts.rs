//! Managed Apple Accounts.

use baton_app::document::Frame;
use baton_app::pages::admin::managed_accounts::{
    AccountProblemRow, ManagedAccountsView, RevealView, managed_accounts, reveal, revealed,
};
use baton_app::pages::admin::user::{UserView, user};
use baton_app::pages::admin::user_form::{AccountChosen, AccountFields, UserFormView, user_form};
use baton_app::ui::account::{Account, AccountPattern, AccountProblem, AccountRule};
use baton_app::ui::form::{Input, Problem};

use super::super::Sample;
use super::super::actions::petra;
use super::people::{anna, form_of_anna};
use super::{chrome, link, sample};

/// The usual rule.
pub const RULE: AccountRule = AccountRule { pattern: AccountPattern::Mail, subdomain: true };

pub fn samples(frame: &Frame) -> Vec<Sample> {
    let page = |view: ManagedAccountsView| managed_accounts(frame, &chrome(), &view);
    let of = |account: Account| user(frame, &chrome(), &UserView { account, ..anna() });
    let form = |account: AccountFields| user_form(frame, &chrome(), &UserFormView { account, ..form_of_anna() });
    let asked = |view: RevealView| reveal(frame, &chrome(), &view);
    vec![
        sample("admin-accounts", page(report())),
        sample("admin-accounts-empty", page(ManagedAccountsView { may_edit: true, ..Default::default() })),
        sample("admin-accounts-reader", page(ManagedAccountsView { may_edit: false, ..report() })),
        sample("admin-user-account-by-hand", of(Account { by_hand: true, ..masked("a•••@icloud.stmarys.example") })),
        sample("admin-user-account-is-seen", of(Account { is_seen: true, ..masked("a•••@stmarys.example") })),
        sample("admin-user-account-taken", of(Account { problem: Some(AccountProblem::Taken), ..Account::default() })),
        sample("admin-user-form-account", form(by_hand(Input::default()))),
        sample(
            "admin-user-form-account-refused",
            form(by_hand(Input::refused("a.berg@stmarys.example", Problem::Taken))),
        ),
        sample("admin-account-reveal", asked(RevealView { confirmation: Some(petra(None)), ..asking() })),
        sample(
            "admin-account-reveal-refused",
            asked(RevealView { reason: Input::refused("", Problem::Missing), ..asking() }),
        ),
        sample(
            "admin-account-revealed",
            revealed(frame, &chrome(), "anna", "Anna Berg", "anna.berg@appleid.stmarys.example"),
        ),
    ]
}

/// An account that the pattern gave.
pub fn masked(masked: &str) -> Account {
    Account { masked: Some(masked.to_owned()), ..Account::default() }
}

fn by_hand(account: Input) -> AccountFields {
    let kept = Some("a•••@icloud.stmarys.example".to_owned());
    AccountFields { chosen: AccountChosen::Given, has_pattern: true, kept, account }
}

fn asking() -> RevealView {
    RevealView {
        id: "anna".to_owned(),
        name: "Anna Berg".to_owned(),
        masked: "a•••@appleid.stmarys.example".to_owned(),
        ..RevealView::default()
    }
}

fn report() -> ManagedAccountsView {
    let row = |name: &str, user_name: &str, problem| AccountProblemRow {
        person: link(name, "/admin/users/a"),
        user_name: user_name.to_owned(),
        masked: None,
        problem,
    };
    ManagedAccountsView {
        local: RULE,
        sources: vec![
            (link("Heron Clinic directory", "/admin/settings/sources/a"), RULE),
            (
                link("Microsoft Entra ID", "/admin/settings/sources/b"),
                AccountRule { pattern: AccountPattern::PrincipalName, subdomain: false },
            ),
            (
                link("Partner practices", "/admin/settings/sources/c"),
                AccountRule { pattern: AccountPattern::Mail, subdomain: false },
            ),
        ],
        with: 209,
        failing: 3,
        problems: vec![
            AccountProblemRow {
                masked: Some("b•••@appleid.stmarys.example".to_owned()),
                ..row("Ben Okafor", "ben", AccountProblem::Taken)
            },
            row("Clara Hoffmann-Meyer", "clara.hoffmann-meyer", AccountProblem::NoMail),
            row("Yan Lin", "yan", AccountProblem::NoPrincipalName),
        ],
        may_edit: true,
    }
}
