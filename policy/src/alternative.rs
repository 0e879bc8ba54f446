//! What helps instead of an action that is denied (spec E7, E10).

use crate::capability::{Action, Actor, Role, decide_action};
use crate::decision::Outcome;
use crate::facts::DeviceFacts;
use crate::name::named;

named! {
    /// Another way to what somebody wanted. Sentences for people are in `policy/locales`.
    pub enum Alternative {
        /// End the management: what the organisation put on the device goes, the rest stays.
        RemoveWorkData = "remove-work-data",
        /// The owner unlocks the device, or uses Apple's recovery for a forgotten passcode, which may
        /// erase it.
        OwnerUnlocks = "owner-unlocks",
        /// The person who has the device does it there.
        DoItOnTheDevice = "do-it-on-the-device",
        /// Lock the screen.
        Lock = "lock",
        /// Turn lost mode on first.
        LostModeFirst = "lost-mode-first",
        /// The owner looks for it with Apple's own service.
        FindMy = "find-my",
        /// Ask the device for its facts; the answer may change.
        RefreshInventory = "refresh-inventory",
        /// The help desk may do it.
        AskHelpDesk = "ask-help-desk",
        /// An administrator may do it.
        AskAdministrator = "ask-administrator",
    }
}

const ADMINISTRATOR: Actor = Actor { role: Role::Administrator, is_holder: false, device_is_shared: true };
const HELP_DESK: Actor = Actor { role: Role::HelpDesk, ..ADMINISTRATOR };

/// What helps this actor instead. Nothing when the action is not denied, and nothing that is denied
/// itself.
#[must_use]
pub fn alternative(action: Action, facts: &DeviceFacts, actor: &Actor) -> Option<Alternative> {
    let may = |other: Action| decide_action(other, facts, actor).permits();
    if may(action) {
        return None;
    }
    let possible = decide_action(action, facts, &ADMINISTRATOR);
    if possible.permits() {
        return match actor.role {
            Role::User if actor.is_holder && decide_action(action, facts, &HELP_DESK).permits() => {
                Some(Alternative::AskHelpDesk)
            }
            Role::User if !actor.is_holder => None,
            Role::User | Role::HelpDesk | Role::Auditor | Role::Administrator => Some(Alternative::AskAdministrator),
        };
    }
    if possible.outcome == Outcome::Unknown && may(Action::RefreshInventory) {
        return Some(Alternative::RefreshInventory);
    }
    match action {
        Action::Wipe => may(Action::RemoveWorkData).then_some(Alternative::RemoveWorkData),
        Action::ClearPasscode => Some(Alternative::OwnerUnlocks),
        Action::Restart | Action::ShutDown => Some(Alternative::DoItOnTheDevice),
        Action::EnableLostMode => may(Action::Lock).then_some(Alternative::Lock),
        Action::Locate if may(Action::EnableLostMode) => Some(Alternative::LostModeFirst),
        Action::Locate => Some(Alternative::FindMy),
        Action::Lock
        | Action::RemoveWorkData
        | Action::ReportLost
        | Action::DisableLostMode
        | Action::ForceCheckIn
        | Action::Rename
        | Action::Message
        | Action::InstallApp
        | Action::RemoveApp
        | Action::RefreshInventory => None,
    }
}
