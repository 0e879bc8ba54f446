//! How a source's people get their accounts.

use baton_model::{AccountProblem, ManagedAppleAccount, text_enum};
use serde::{Deserialize, Serialize};

text_enum!(
    /// What an account is made of.
    AccountPattern {
        /// Nothing: accounts are set by hand.
        None = "none",
        /// The mail address.
        Mail = "mail",
        /// The user principal name.
        PrincipalName = "principal-name",
    }
);

/// How people of one origin get their accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccountRule {
    /// What an account is made of.
    pub pattern: AccountPattern,
    /// Whether it is in the subdomain `appleid` of the address's domain: `ada@appleid.example.com`.
    pub subdomain: bool,
}

impl Default for AccountRule {
    fn default() -> Self {
        Self { pattern: AccountPattern::None, subdomain: false }
    }
}

impl AccountRule {
    /// Whether it gives anybody an account.
    #[must_use]
    pub fn is_none(self) -> bool {
        self.pattern == AccountPattern::None
    }

    /// A stable word for what it gave, which is stored beside each account.
    pub(crate) const fn code(self) -> &'static str {
        match (self.pattern, self.subdomain) {
            (AccountPattern::None, _) => "none",
            (AccountPattern::Mail, false) => "mail",
            (AccountPattern::Mail, true) => "mail-appleid",
            (AccountPattern::PrincipalName, false) => "principal-name",
            (AccountPattern::PrincipalName, true) => "principal-name-appleid",
        }
    }

    /// The account of somebody with this mail address and user principal name; `None` without a pattern.
    ///
    /// # Errors
    /// Why the pattern gives none.
    pub fn account_of(
        self,
        mail: Option<&str>,
        principal_name: Option<&str>,
    ) -> Result<Option<ManagedAppleAccount>, AccountProblem> {
        let address = match self.pattern {
            AccountPattern::None => return Ok(None),
            AccountPattern::Mail => mail.ok_or(AccountProblem::NoMail)?,
            AccountPattern::PrincipalName => principal_name.ok_or(AccountProblem::NoPrincipalName)?,
        };
        let address = match address.rsplit_once('@') {
            Some((local, domain)) if self.subdomain => format!("{local}@appleid.{domain}"),
            _ => address.to_owned(),
        };
        ManagedAppleAccount::new(&address).map(Some).ok_or(AccountProblem::NotAnAddress)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: Option<&str> = Some("ada@heron.example");
    const UPN: Option<&str> = Some("ada.l@corp.heron.example");

    fn account(pattern: AccountPattern, subdomain: bool) -> Result<Option<String>, AccountProblem> {
        let account = AccountRule { pattern, subdomain }.account_of(MAIL, UPN)?;
        Ok(account.map(|account| account.expose().to_owned()))
    }

    #[test]
    fn each_pattern_with_and_without_the_subdomain() {
        use AccountPattern::{Mail, None, PrincipalName};
        for (pattern, subdomain, expected) in [
            (None, false, Option::None),
            (None, true, Option::None),
            (Mail, false, Some("ada@heron.example")),
            (Mail, true, Some("ada@appleid.heron.example")),
            (PrincipalName, false, Some("ada.l@corp.heron.example")),
            (PrincipalName, true, Some("ada.l@appleid.corp.heron.example")),
        ] {
            assert_eq!(account(pattern, subdomain), Ok(expected.map(str::to_owned)), "{pattern} {subdomain}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let rule = |pattern| AccountRule { pattern, subdomain: true };
        assert_eq!(rule(AccountPattern::Mail).account_of(None, UPN), Err(AccountProblem::NoMail));
        assert_eq!(rule(AccountPattern::PrincipalName).account_of(MAIL, None), Err(AccountProblem::NoPrincipalName));
    }

    #[test]
    fn a_principal_name_that_is_no_address_gives_none() {
        let rule = AccountRule { pattern: AccountPattern::PrincipalName, subdomain: false };
        let long = format!("ada@{}.example", "x".repeat(250));
        for name in ["ada", "HERON\\ada", "ada@corp", "@heron.example", &long] {
            assert_eq!(rule.account_of(None, Some(name)), Err(AccountProblem::NotAnAddress), "{name}");
        }
    }
}
