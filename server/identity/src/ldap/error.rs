//! Why a directory did not do what it was asked.

use std::fmt;

use thiserror::Error;

use super::validate::SettingsError;

/// A step on the way to an answer; each has the time that [`Limits::step`](super::Limits::step) gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Finding the addresses of the host's name.
    Name,
    /// Connecting.
    Tcp,
    /// Encrypting: with STARTTLS the request for it, then the handshake.
    Tls,
    /// Binding as Baton, or as the person who signs in.
    Bind,
    /// Searching.
    Search,
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Name => "finding the name",
            Self::Tcp => "connecting",
            Self::Tls => "encrypting",
            Self::Bind => "the bind",
            Self::Search => "the search",
        })
    }
}

/// Why nothing was learned from a directory, or nobody signed in.
///
/// The texts are for the log and for administrators. Somebody who signs in sees one and the same text for every error that
/// [concerns the credentials](Self::concern).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LdapError {
    /// The settings cannot work.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// What was typed cannot be right; nothing was sent.
    #[error("what was typed is refused: {0}")]
    Typed(TypedProblem),

    /// The host's name has no address.
    #[error("the server's name cannot be found")]
    NameNotFound,
    /// Nobody listens there.
    #[error("the server refuses the connection")]
    ConnectionRefused,
    /// The network does not lead there.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// The server presented a certificate that is not accepted.
    #[error("the server's certificate is not accepted: {0}")]
    Certificate(CertificateProblem),
    /// What answers speaks no TLS that Baton speaks.
    #[error("no encrypted connection comes about: {0}")]
    Tls(String),
    /// The server will not encrypt.
    #[error("the server refuses STARTTLS (code {code}: {text})")]
    StartTlsRefused {
        /// The result code.
        code: u32,
        /// The server's words.
        text: String,
    },
    /// The server sent more than the answer to STARTTLS before encrypting: somebody may have put it there.
    #[error("something was sent in the clear after the answer to STARTTLS")]
    StartTlsInjection,

    /// A step took too long.
    #[error("{0} took too long")]
    TimedOut(Step),
    /// The connection ended in a step.
    #[error("the connection ended during {0}")]
    ConnectionLost(Step),
    /// The server sent what is no LDAP.
    #[error("the server's answer makes no sense: {0}")]
    Nonsense(&'static str),
    /// An answer has more bytes than [`Limits::bytes`](super::Limits::bytes).
    #[error("the server's answer is too large")]
    AnswerTooLarge,

    /// The bind DN or its password is wrong.
    #[error("the directory refuses the bind DN or its password (code {code}: {text})")]
    BindRefused {
        /// The result code.
        code: u32,
        /// The server's words.
        text: String,
    },
    /// The account that Baton binds with is disabled, locked or expired.
    #[error("the account that Baton binds with cannot be used: {0}")]
    BindAccount(AccountProblem),
    /// A base DN does not exist, or may not be seen.
    #[error("there is no `{0}` in the directory, or it may not be seen")]
    BaseNotFound(String),
    /// The account that Baton binds with may not search there.
    #[error("the bind DN may not search there: {0}")]
    NotPermitted(String),
    /// The directory is too busy, or about to go.
    #[error("the directory is unavailable (code {code}: {text})")]
    Unavailable {
        /// The result code.
        code: u32,
        /// The server's words.
        text: String,
    },
    /// The directory says that another server knows. Baton asks no server that nobody named.
    #[error("the directory refers to another server, which is not followed")]
    Referral,
    /// The directory refuses for another reason.
    #[error("the directory refuses {step} (code {code}: {text})")]
    Refused {
        /// What it refuses.
        step: Step,
        /// The result code.
        code: u32,
        /// The server's words.
        text: String,
    },
    /// There is more than was sent. What was sent is thrown away: it must not pass for the whole.
    #[error("the directory's answer is cut off: {0}")]
    CutOff(CutOff),
    /// A selected group or unit, or the person whose groups are asked for, is gone or may not be seen. Nothing says who left.
    #[error("`{0}` is not in the directory any more, or may not be seen")]
    Gone(String),
    /// A group has members, and the directory does not say so of the members: it keeps no `memberOf`.
    #[error("`{0}` has members, but the directory keeps no memberOf that leads to them")]
    NoMemberOf(String),
    /// The filter matches nobody.
    #[error("the filter finds no people")]
    NoPeople,
    /// An entry has no stable id, or one that is none.
    #[error("`{dn}` has no usable `{attribute}`")]
    MissingAttribute {
        /// The entry.
        dn: String,
        /// What it should have.
        attribute: String,
    },

    /// Nobody is called that.
    #[error("no person has this name")]
    UnknownUser,
    /// Several people are called that.
    #[error("several people have this name")]
    SeveralUsers,
    /// The password is wrong.
    #[error("the password is wrong")]
    WrongPassword,
    /// The directory refuses the person's bind for another reason than the password.
    #[error("the directory refuses this person's bind (code {code}: {text})")]
    SignInRefused {
        /// The result code.
        code: u32,
        /// The server's words.
        text: String,
    },
    /// The person is known and may not sign in.
    #[error("the account may not sign in: {0}")]
    Account(AccountProblem),
}

/// Whose affair an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Concern {
    /// The person's: show "user name or password is wrong", whichever it was.
    Credentials,
    /// The network's or the server's: show that the directory cannot be asked now; trying again may help.
    Availability,
    /// The administrator's: show that the directory cannot be asked; only other settings help, here or there.
    Configuration,
}

impl LdapError {
    /// Whose affair this is.
    #[must_use]
    pub fn concern(&self) -> Concern {
        match self {
            Self::Typed(_)
            | Self::UnknownUser
            | Self::SeveralUsers
            | Self::WrongPassword
            | Self::SignInRefused { .. }
            | Self::Account(_) => Concern::Credentials,
            Self::NameNotFound
            | Self::ConnectionRefused
            | Self::Unreachable(_)
            | Self::TimedOut(_)
            | Self::ConnectionLost(_)
            | Self::Nonsense(_)
            | Self::StartTlsInjection
            | Self::Unavailable { .. } => Concern::Availability,
            Self::Settings(_)
            | Self::Certificate(_)
            | Self::Tls(_)
            | Self::StartTlsRefused { .. }
            | Self::AnswerTooLarge
            | Self::BindRefused { .. }
            | Self::BindAccount(_)
            | Self::BaseNotFound(_)
            | Self::NotPermitted(_)
            | Self::Referral
            | Self::Refused { .. }
            | Self::CutOff(_)
            | Self::Gone(_)
            | Self::NoMemberOf(_)
            | Self::NoPeople
            | Self::MissingAttribute { .. } => Concern::Configuration,
        }
    }
}

impl LdapError {
    /// A stable word for audit, tests and locale files.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Settings(_) => "settings",
            Self::Typed(problem) => problem.code(),
            Self::NameNotFound => "name-not-found",
            Self::ConnectionRefused => "connection-refused",
            Self::Unreachable(_) => "unreachable",
            Self::Certificate(problem) => problem.code(),
            Self::Tls(_) => "tls",
            Self::StartTlsRefused { .. } => "starttls-refused",
            Self::StartTlsInjection => "starttls-injection",
            Self::TimedOut(step) => step.time_out_code(),
            Self::ConnectionLost(_) => "connection-lost",
            Self::Nonsense(_) => "nonsense",
            Self::AnswerTooLarge => "answer-too-large",
            Self::BindRefused { .. } => "bind-refused",
            Self::BindAccount(_) => "bind-account",
            Self::BaseNotFound(_) => "base-not-found",
            Self::NotPermitted(_) => "not-permitted",
            Self::Unavailable { .. } => "unavailable",
            Self::Referral => "referral",
            Self::Refused { .. } => "refused",
            Self::CutOff(_) => "cut-off",
            Self::Gone(_) => "gone",
            Self::NoMemberOf(_) => "no-member-of",
            Self::NoPeople => "no-people",
            Self::MissingAttribute { .. } => "missing-attribute",
            Self::UnknownUser => "unknown-user",
            Self::SeveralUsers => "several-users",
            Self::WrongPassword => "wrong-password",
            Self::SignInRefused { .. } => "sign-in-refused",
            Self::Account(problem) => problem.code(),
        }
    }
}

impl Step {
    const fn time_out_code(self) -> &'static str {
        match self {
            Self::Name => "name-timed-out",
            Self::Tcp => "tcp-timed-out",
            Self::Tls => "tls-timed-out",
            Self::Bind => "bind-timed-out",
            Self::Search => "search-timed-out",
        }
    }
}

/// Why what was typed cannot be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
pub enum TypedProblem {
    /// No user name.
    #[error("no user name")]
    NoName,
    /// No password. A server may take a bind without one for a visit by nobody and let it pass (RFC 4513, 5.1.2).
    #[error("no password")]
    NoPassword,
    /// A NUL, which some servers take for the end.
    #[error("a NUL character")]
    Nul,
    /// Longer than any name or password.
    #[error("too long")]
    TooLong,
}

impl TypedProblem {
    const fn code(self) -> &'static str {
        match self {
            Self::NoName => "no-name",
            Self::NoPassword => "no-password",
            Self::Nul => "nul",
            Self::TooLong => "too-long",
        }
    }
}

/// Why a certificate is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Error)]
pub enum CertificateProblem {
    /// No trusted authority vouches for it.
    #[error("no trusted authority vouches for it")]
    NotTrusted,
    /// It has expired.
    #[error("it has expired")]
    Expired,
    /// It is not valid yet.
    #[error("it is not valid yet")]
    NotYetValid,
    /// It is for another name.
    #[error("it is for another name")]
    OtherName,
    /// It was revoked.
    #[error("it was revoked")]
    Revoked,
    /// Something else, in the library's words.
    #[error("{0}")]
    Other(String),
}

impl CertificateProblem {
    const fn code(&self) -> &'static str {
        match self {
            Self::NotTrusted => "certificate-not-trusted",
            Self::Expired => "certificate-expired",
            Self::NotYetValid => "certificate-not-yet-valid",
            Self::OtherName => "certificate-other-name",
            Self::Revoked => "certificate-revoked",
            Self::Other(_) => "certificate",
        }
    }
}

/// Why an answer is not whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
pub enum CutOff {
    /// The server sends no more entries to whoever asks.
    #[error("the server's size limit")]
    SizeLimit,
    /// The server searched for as long as it wants to.
    #[error("the server's time limit")]
    TimeLimit,
    /// The server's administrator set another limit.
    #[error("a limit of the server's administrator")]
    AdminLimit,
    /// More entries than [`Limits::entries`](super::Limits::entries).
    #[error("more entries than Baton takes")]
    Entries,
    /// More groups than [`Limits::groups`](super::Limits::groups).
    #[error("more groups than Baton takes")]
    Groups,
    /// The server announces page after page and sends nothing.
    #[error("pages without an end")]
    Pages,
}

/// Why an account may not sign in. Active Directory says so with code 49 and `data` in its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
pub enum AccountProblem {
    /// It is disabled (533, or bit 2 of `userAccountControl`).
    #[error("it is disabled")]
    Disabled,
    /// It is locked after too many wrong passwords (775).
    #[error("it is locked")]
    Locked,
    /// Its password has expired (532).
    #[error("its password has expired")]
    PasswordExpired,
    /// Its password must be changed first (773).
    #[error("its password must be changed first")]
    PasswordMustChange,
    /// The account has expired (701).
    #[error("it has expired")]
    Expired,
    /// It may not sign in at this hour (530).
    #[error("it may not sign in at this hour")]
    NotNow,
    /// It may not sign in from here (531).
    #[error("it may not sign in from here")]
    NotHere,
}

impl AccountProblem {
    const fn code(self) -> &'static str {
        match self {
            Self::Disabled => "account-disabled",
            Self::Locked => "account-locked",
            Self::PasswordExpired => "password-expired",
            Self::PasswordMustChange => "password-must-change",
            Self::Expired => "account-expired",
            Self::NotNow => "not-at-this-hour",
            Self::NotHere => "not-from-here",
        }
    }

    /// What the text of a refused bind says, if it is Active Directory's: `…, comment: AcceptSecurityContext error, data
    /// 533, v4563`.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let (_, after) = text.split_once("data ")?;
        match after.split(|character: char| !character.is_ascii_alphanumeric()).next()? {
            "533" => Some(Self::Disabled),
            "775" => Some(Self::Locked),
            "532" => Some(Self::PasswordExpired),
            "773" => Some(Self::PasswordMustChange),
            "701" => Some(Self::Expired),
            "530" => Some(Self::NotNow),
            "531" => Some(Self::NotHere),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn active_directorys_sub_codes_are_read() {
        let text = |data: &str| {
            format!("80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data {data}, v4563")
        };
        for (data, problem) in [
            ("533", Some(AccountProblem::Disabled)),
            ("775", Some(AccountProblem::Locked)),
            ("532", Some(AccountProblem::PasswordExpired)),
            ("773", Some(AccountProblem::PasswordMustChange)),
            ("701", Some(AccountProblem::Expired)),
            ("530", Some(AccountProblem::NotNow)),
            ("531", Some(AccountProblem::NotHere)),
            ("52e", None),
            ("525", None),
        ] {
            assert_eq!(AccountProblem::from_text(&text(data)), problem, "{data}");
        }
        assert_eq!(AccountProblem::from_text(""), None);
    }
}
