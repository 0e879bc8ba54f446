//! Managed Apple Accounts (B4): personal data that is shown masked to everybody but its owner (G4).

use std::fmt;

use crate::{UserId, fold::fold, mail::is_mail, text_enum};

/// A person's Managed Apple Account, such as `ada@appleid.example.com`.
///
/// It neither prints nor serialises by itself: whoever writes it out has to say whether it is masked.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ManagedAppleAccount(String);

impl ManagedAppleAccount {
    /// The account with this address; `None` for what is none: Apple's are plain ASCII, which leaves no look-alikes.
    #[must_use]
    pub fn new(address: &str) -> Option<Self> {
        let address = address.trim();
        let (local, domain) = address.split_once('@')?;
        let is_label =
            |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let is_local = local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-'+".contains(&byte));
        (is_mail(address) && is_local && domain.split('.').all(is_label)).then(|| Self(address.to_owned()))
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

    /// Whether a mail address or name that others see is the same, so that masking hides nothing.
    #[must_use]
    pub fn is_the_same_as(&self, seen: &str) -> bool {
        fold(seen.trim()) == self.key()
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
    /// The rule that was followed, by a stable word of the core's; `None` by hand. What another rule gave does not stay.
    pub rule: Option<String>,
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
            ("O'Neil.K@heron.example", "O•••@heron.example"),
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
        for text in [
            "",
            "ada",
            "@heron.example",
            "ada@heron",
            "a da@heron.example",
            "ada@heron.example\n<",
            "ada@heron.example.",
            "ada@.heron.example",
            "ada@eve@heron.example",
            "a\u{200b}da@heron.example",
            "аda@heron.example",
            "\"ada\"@heron.example",
        ] {
            assert_eq!(ManagedAppleAccount::new(text), None, "{text:?}");
        }
    }

    #[test]
    fn an_account_that_others_see_anyway_is_told_apart_in_any_case() {
        assert!(account("ada@heron.example").is_the_same_as(" Ada@heron.example"));
        assert!(!account("ada@appleid.heron.example").is_the_same_as("ada@heron.example"));
    }
}
