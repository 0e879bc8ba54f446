//! Mail addresses.

/// Whether a text may be a mail address. Whether mail arrives there is another question.
#[must_use]
pub fn is_mail(text: &str) -> bool {
    let parts = text.rsplit_once('@');
    let plausible = parts.is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
    plausible && text.len() <= 254 && !text.chars().any(|letter| letter.is_whitespace() || letter.is_control())
}
