//! Who asks, and what they may ask for (B5). Every service takes an actor and checks it itself.

use baton_model::{DeviceId, Role, Timestamp, User, UserId};

use crate::accounts::CONFIRMED_SECONDS;

/// Who asks for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person with a session in the portal or the console.
    Person {
        /// Who.
        id: UserId,
        /// With which role at the time of the request.
        role: Role,
        /// When the session's holder last proved who they are (B8). `None` for whoever acts without a session of the
        /// portal.
        confirmed_at: Option<Timestamp>,
    },
    /// Somebody at a device's own page, without a session.
    Possession(DeviceId),
    /// Baton itself: start-up, periodic work, the command line.
    System,
}

impl Actor {
    /// The person, with no proof but that there is such a person: for what Baton does in their name, and for the audit
    /// log.
    #[must_use]
    pub fn of(user: &User) -> Self {
        Self::Person { id: user.id.clone(), role: user.role, confirmed_at: None }
    }

    /// Whether it proved lately who it is, as what does harm requires (B8). Baton itself need not.
    #[must_use]
    pub fn is_confirmed(&self, now: Timestamp) -> bool {
        match self {
            Self::System => true,
            Self::Person { confirmed_at, .. } => {
                confirmed_at.is_some_and(|at| now.seconds_since(at) < CONFIRMED_SECONDS)
            }
            Self::Possession(_) => false,
        }
    }

    /// The person, if it is one.
    #[must_use]
    pub const fn user_id(&self) -> Option<&UserId> {
        match self {
            Self::Person { id, .. } => Some(id),
            Self::Possession(_) | Self::System => None,
        }
    }

    /// Whether this actor has the permission.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        match self {
            Self::System => true,
            Self::Person { role, .. } => permission.is_held_by(*role),
            Self::Possession(_) => false,
        }
    }
}

/// What a role may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// See the console.
    ReadConsole,
    /// End somebody's custody of a device, name devices and their tags (A7, A17).
    AssistDevices,
    /// Create and change users and their groups.
    ManageUsers,
    /// Create and change configurations, apps, groups and distributions.
    ManageCatalogue,
    /// Enrol devices.
    EnrolDevices,
    /// Change how the service works: certificates, connections.
    ManageSettings,
}

impl Permission {
    /// Every permission.
    pub const ALL: &'static [Self] = &[
        Self::ReadConsole,
        Self::AssistDevices,
        Self::ManageUsers,
        Self::ManageCatalogue,
        Self::EnrolDevices,
        Self::ManageSettings,
    ];

    /// Whether the role has it.
    #[must_use]
    pub const fn is_held_by(self, role: Role) -> bool {
        match role {
            Role::User => false,
            Role::Auditor => matches!(self, Self::ReadConsole),
            Role::HelpDesk => matches!(self, Self::ReadConsole | Self::AssistDevices),
            Role::Administrator => true,
        }
    }

    /// Its name in the audit log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadConsole => "read-console",
            Self::AssistDevices => "assist-devices",
            Self::ManageUsers => "manage-users",
            Self::ManageCatalogue => "manage-catalogue",
            Self::EnrolDevices => "enrol-devices",
            Self::ManageSettings => "manage-settings",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(role: Role) -> Vec<&'static str> {
        Permission::ALL.iter().filter(|permission| permission.is_held_by(role)).map(|p| p.as_str()).collect()
    }

    #[test]
    fn an_auditor_reads_everything_and_changes_nothing() {
        assert_eq!(allowed(Role::Auditor), ["read-console"]);
    }

    #[test]
    fn help_desk_reads_and_helps_with_devices() {
        assert_eq!(allowed(Role::HelpDesk), ["read-console", "assist-devices"]);
    }

    #[test]
    fn a_user_has_no_business_in_the_console() {
        assert_eq!(allowed(Role::User), Vec::<&str>::new());
    }

    #[test]
    fn an_administrator_may_everything() {
        assert_eq!(allowed(Role::Administrator).len(), Permission::ALL.len());
    }

    #[test]
    fn a_proof_counts_for_five_minutes() {
        let at = Timestamp(0);
        let actor = Actor::Person { id: "ada".into(), role: Role::Administrator, confirmed_at: Some(at) };
        assert!(actor.is_confirmed(at) && actor.is_confirmed(at.plus_seconds(299)));
        assert!(!actor.is_confirmed(at.plus_seconds(300)));
    }

    #[test]
    fn without_a_proof_nobody_is_confirmed_but_baton_itself() {
        let person = Actor::Person { id: "ada".into(), role: Role::Administrator, confirmed_at: None };
        assert!(!person.is_confirmed(Timestamp(0)));
        assert!(!Actor::Possession("d1".into()).is_confirmed(Timestamp(0)));
        assert!(Actor::System.is_confirmed(Timestamp(0)));
    }

    #[test]
    fn possession_of_a_device_opens_nothing_in_the_console() {
        let actor = Actor::Possession("d1".into());
        assert!(Permission::ALL.iter().all(|permission| !actor.may(*permission)));
    }
}
