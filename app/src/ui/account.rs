//! A person's Managed Apple Account (spec B4), masked (G4).

use leptos::prelude::*;

use super::{Tone, badge};
use crate::document::Frame;
use crate::icons::Icon;
use crate::locale::{Texts, fill};
use crate::markup::{IntoMarkup, Markup};
use crate::ui::facts::none;
use crate::ui::form::{Choice, checkbox, select};

/// How it stands with somebody's account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The account, masked; `None` without one.
    pub masked: Option<String>,
    /// An administrator set it, or set that there is none.
    pub by_hand: bool,
    /// It is the person's mail address, user name or user principal name, which others see.
    pub is_seen: bool,
    /// Why the pattern gives none, or another.
    pub problem: Option<AccountProblem>,
}

/// Why a pattern gives a person no account, or another than they have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountProblem {
    /// Another person has it.
    Taken,
    /// There is no mail address.
    NoMail,
    /// There is no user principal name.
    NoPrincipalName,
    /// What the pattern gives is no address.
    NotAnAddress,
}

impl AccountProblem {
    /// The problem as a sentence.
    #[must_use]
    pub const fn sentence(self, t: &Texts) -> &'static str {
        match self {
            Self::Taken => t.account_problem_taken,
            Self::NoMail => t.account_problem_no_mail,
            Self::NoPrincipalName => t.account_problem_no_principal_name,
            Self::NotAnAddress => t.account_problem_not_an_address,
        }
    }
}

/// What accounts of people of one origin are made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AccountPattern {
    /// Nothing.
    #[default]
    None,
    /// The mail address.
    Mail,
    /// The user principal name.
    PrincipalName,
}

impl AccountPattern {
    const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Mail => "mail",
            Self::PrincipalName => "principal-name",
        }
    }

    const fn word(self, t: &Texts) -> &'static str {
        match self {
            Self::None => t.accounts_pattern_none,
            Self::Mail => t.accounts_pattern_mail,
            Self::PrincipalName => t.accounts_pattern_principal_name,
        }
    }
}

/// How people of one origin get their accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountRule {
    /// What they are made of.
    pub pattern: AccountPattern,
    /// They are in the subdomain `appleid`.
    pub subdomain: bool,
}

impl AccountRule {
    /// The rule in words.
    #[must_use]
    pub fn sentence(self, t: &Texts) -> String {
        let pattern = self.pattern.word(t);
        if self.subdomain && self.pattern != AccountPattern::None {
            fill(t.accounts_with_subdomain, &[("pattern", &pattern)])
        } else {
            pattern.to_owned()
        }
    }

    /// Fields for it: `accountPattern` (`none`, `mail`, `principal-name`) and `accountSubdomain`. `principal_names` where
    /// people have such names.
    #[must_use]
    pub fn fields(self, frame: &Frame, principal_names: bool) -> Markup {
        let t = frame.texts();
        let choices: Vec<_> = [AccountPattern::None, AccountPattern::Mail, AccountPattern::PrincipalName]
            .into_iter()
            .filter(|pattern| principal_names || *pattern != AccountPattern::PrincipalName)
            .map(|pattern| Choice::new(pattern.code(), pattern.word(t), pattern == self.pattern))
            .collect();
        let hint = t.accounts_subdomain_hint;
        view! {
            {select("accountPattern", t.accounts_pattern, Some(t.accounts_pattern_hint), &choices)}
            {checkbox("accountSubdomain", "yes", t.accounts_subdomain, Some(hint), self.subdomain, false)}
            {self.warning(t)}
        }
        .into_markup()
    }

    /// What is to be thought of where masking hides nothing.
    #[must_use]
    pub fn warning(self, t: &Texts) -> Option<Markup> {
        let same = self.pattern != AccountPattern::None && !self.subdomain;
        same.then(|| view! { <p class="fine">{t.accounts_same_warning}</p> }.into_markup())
    }
}

/// The account as a list shows it: masked, or a dash.
#[must_use]
pub fn masked(frame: &Frame, account: Option<&str>) -> Markup {
    match account {
        Some(account) => view! { <span class="address">{address(account)}</span> }.into_markup(),
        None => none(frame),
    }
}

/// An address that breaks before its domain and after its dots, rather than anywhere.
#[must_use]
pub fn address(address: &str) -> Markup {
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let domain = format!("@{domain}");
            let labels = domain.split_inclusive('.').map(|label| view! { <wbr />{label.to_owned()} }).collect_view();
            view! { {local.to_owned()}{labels} }.into_markup()
        }
        None => address.to_owned().into_markup(),
    }
}

/// The account as a person's page shows it. `reveal` leads to where it is revealed.
#[must_use]
pub fn account(frame: &Frame, account: &Account, reveal: Option<&str>) -> Markup {
    let t = frame.texts();
    let fine = |sentence: &'static str| view! { <p class="fine">{sentence}</p> };
    let origin = match (&account.masked, account.by_hand) {
        (Some(_), true) => Some(t.account_by_hand),
        (None, true) => Some(t.account_none_by_hand),
        (Some(_), false) => Some(t.account_by_pattern),
        (None, false) => None,
    };
    let reveal = reveal.filter(|_| account.masked.is_some()).map(|path| {
        view! { <p><a class="button small" href=path.to_owned()>{t.account_reveal}</a></p> }
    });
    let problem = account.problem.map(|problem| badge(Tone::Warn, Icon::Warning, problem.sentence(t)));
    view! {
        {masked(frame, account.masked.as_deref())}
        {origin.map(fine)}
        {account.is_seen.then(|| fine(t.account_same))}
        {problem}
        {reveal}
    }
    .into_markup()
}
