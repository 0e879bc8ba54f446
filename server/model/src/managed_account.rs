//! Managed Apple Accounts (B4): personal data that is shown masked to everybody but its owner (G4).

use std::fmt;

use crate::{UserId, fold::fold, mail::is_mail, text_enum};

/// A person's Managed Apple Account, such as `ada@appleid.example.com`.
///
/// It neither prints nor serialises by itself: whoever writes it out has to say whether it is masked.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ManagedAppleAccount(String);

impl ManagedAppleAccount {
    /// The account with this address; `None` for what is no mail address.
    #[must_use]
    pub fn new(address: &str) -> Option<Self> {
        let address = address.trim();
        is_mail(address).then(|| Self(address.to_owned()))
    }

    /// The whole address. For its owner, for the device that enrols under it, and for an audited reveal.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The first letter and the domain, such as `a•••@appleid.example.com`. The number of dots is always the same.
    #[must_use]
    pub fn masked(&self) -> String {
        let (local, domain) = self.parts();
        let first: String = local.chars().take(1).collect();
        format!("{first}•••@{domain}")
    }

    /// What is compared: two accounts with the same key are the same one.
    #[must_use]
    pub fn key(&self) -> String {
        fold(&self.0)
    }

    /// Whether this is that mail address, so that masking hides nothing.
    #[must_use]
    pub fn is_mail_address(&self, mail: &str) -> bool {
        fold(mail.trim()) == self.key()
    }

    fn parts(&self) -> (&str, &str) {
        self.0.rsplit_once('@').unwrap_or((&self.0, ""))
    }
}

impl fmt::Debug for ManagedAppleAccount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.masked())
    }
}

text_enum!(
    /// Why a pattern gives a person no account, or not the one that it should.
    AccountProblem {
        /// Another person has the account that the pattern gives.
        Taken = "taken",
        /// The person has no mail address.
        NoMail = "no-mail",
        /// The source says no user principal name.
        NoPrincipalName = "no-principal-name",
        /// What the pattern gives is no mail address.
        NotAnAddress = "not-an-address",
    }
);

/// How it stands with a person's Managed Apple Account. A person without one, and without a pattern that should give one,
/// has none of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRecord {
    /// Whose.
    pub user_id: UserId,
    /// The account; `None` where the pattern gives none, or an administrator said that there is none.
    pub account: Option<ManagedAppleAccount>,
    /// Whether an administrator said so, and no pattern changes it.
    pub by_hand: bool,
    /// Why the pattern gives none, or another than this.
    pub problem: Option<AccountProblem>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(address: &str) -> ManagedAppleAccount {
        ManagedAppleAccount::new(address).unwrap()
    }

    #[test]
    fn a_mask_shows_the_first_letter_and_the_domain_and_not_the_length() {
        for (address, masked) in [
            ("ada@appleid.heron.example", "a•••@appleid.heron.example"),
            ("a@heron.example", "a•••@heron.example"),
            ("Özge.K@heron.example", "Ö•••@heron.example"),
            ("\"a@b\"@heron.example", "\"•••@heron.example"),
        ] {
            assert_eq!(account(address).masked(), masked);
        }
    }

    #[test]
    fn what_is_printed_for_developers_is_masked() {
        assert_eq!(format!("{:?}", account("ada@heron.example")), "a•••@heron.example");
    }

    #[test]
    fn one_account_may_be_written_in_several_ways() {
        assert_eq!(account("Ada@Heron.example").key(), account(" ada@heron.example ").key());
        assert_ne!(account("ada@heron.example").key(), account("ada@appleid.heron.example").key());
    }

    #[test]
    fn what_is_no_address_is_no_account() {
        for text in ["", "ada", "@heron.example", "ada@heron", "a da@heron.example", "ada@heron.example\n<"] {
            assert_eq!(ManagedAppleAccount::new(text), None, "{text:?}");
        }
    }

    #[test]
    fn an_account_that_is_the_mail_address_is_told_apart_in_any_case() {
        assert!(account("ada@heron.example").is_mail_address(" Ada@heron.example"));
        assert!(!account("ada@appleid.heron.example").is_mail_address("ada@heron.example"));
    }
}
