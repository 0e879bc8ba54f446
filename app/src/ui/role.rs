//! Roles (spec B5).

use crate::locale::Texts;

/// What a user may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Uses devices.
    #[default]
    User,
    /// Helps people: sees devices, releases them.
    HelpDesk,
    /// Reads everything, changes nothing.
    Auditor,
    /// Manages everything.
    Administrator,
}

impl Role {
    /// All roles, the least first.
    pub const ALL: [Self; 4] = [Self::User, Self::HelpDesk, Self::Auditor, Self::Administrator];

    /// The value in forms.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::HelpDesk => "help-desk",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }

    /// The word.
    #[must_use]
    pub fn word(self, t: &Texts) -> &'static str {
        match self {
            Self::User => t.role_user,
            Self::HelpDesk => t.role_help_desk,
            Self::Auditor => t.role_auditor,
            Self::Administrator => t.role_administrator,
        }
    }

    /// What the role is for.
    #[must_use]
    pub fn sentence(self, t: &Texts) -> &'static str {
        match self {
            Self::User => t.role_user_help,
            Self::HelpDesk => t.role_help_desk_help,
            Self::Auditor => t.role_auditor_help,
            Self::Administrator => t.role_administrator_help,
        }
    }
}
