//! The words of actions on devices (spec E9), and their places in addresses.

pub use baton_policy::Action;

use crate::icons::Icon;
use crate::locale::Texts;

/// What an action is called: on its button, in lists and in the log.
#[must_use]
pub const fn name(t: &Texts, action: Action) -> &'static str {
    match action {
        Action::Lock => t.do_lock,
        Action::ClearPasscode => t.do_clear_passcode,
        Action::Wipe => t.do_wipe,
        Action::RemoveWorkData => t.do_remove_work_data,
        Action::Restart => t.do_restart,
        Action::ShutDown => t.do_shut_down,
        Action::ReportLost => t.do_report_lost,
        Action::EnableLostMode => t.do_lost_mode_on,
        Action::DisableLostMode => t.do_lost_mode_off,
        Action::Locate => t.do_locate,
        Action::ForceCheckIn => t.do_check_in,
        Action::Rename => t.do_rename,
        Action::Message => t.do_message,
        Action::InstallApp => t.action_install_app,
        Action::RemoveApp => t.action_remove_app,
        Action::RefreshInventory => t.do_refresh,
    }
}

/// What it does, in a few words.
#[must_use]
pub const fn help(t: &Texts, action: Action) -> &'static str {
    match action {
        Action::Lock => t.do_lock_help,
        Action::ClearPasscode => t.do_clear_passcode_help,
        Action::Wipe => t.do_wipe_help,
        Action::RemoveWorkData => t.do_remove_work_data_help,
        Action::Restart => t.do_restart_help,
        Action::ShutDown => t.do_shut_down_help,
        Action::ReportLost => t.do_report_lost_help,
        Action::EnableLostMode => t.do_lost_mode_on_help,
        Action::DisableLostMode => t.do_lost_mode_off_help,
        Action::Locate => t.do_locate_help,
        Action::ForceCheckIn => t.do_check_in_help,
        Action::Rename => t.do_rename_help,
        Action::Message | Action::InstallApp | Action::RemoveApp => "",
        Action::RefreshInventory => t.do_refresh_help,
    }
}

/// What happens, said before it does.
#[must_use]
pub const fn consequence(t: &Texts, action: Action) -> &'static str {
    match action {
        Action::Lock => t.ask_lock,
        Action::ClearPasscode => t.ask_clear_passcode,
        Action::Wipe => t.ask_wipe,
        Action::RemoveWorkData => t.ask_remove_work_data,
        Action::Restart => t.ask_restart,
        Action::ShutDown => t.ask_shut_down,
        Action::ReportLost => t.ask_report_lost,
        Action::EnableLostMode => t.ask_lost_mode_on,
        Action::DisableLostMode => t.ask_lost_mode_off,
        Action::Locate => t.ask_locate,
        Action::ForceCheckIn => t.ask_check_in,
        Action::Rename => t.ask_rename,
        Action::Message | Action::InstallApp | Action::RemoveApp => "",
        Action::RefreshInventory => t.ask_refresh,
    }
}

/// Whether it takes something away that does not come back.
#[must_use]
pub const fn is_destructive(action: Action) -> bool {
    matches!(action, Action::Wipe | Action::RemoveWorkData)
}

/// Its mark in lists.
#[must_use]
pub const fn mark(action: Action) -> Icon {
    match action {
        Action::Lock => Icon::Lock,
        Action::ClearPasscode => Icon::Key,
        Action::Wipe | Action::RemoveWorkData | Action::RemoveApp => Icon::Bin,
        Action::Restart | Action::RefreshInventory => Icon::Again,
        Action::ShutDown => Icon::Power,
        Action::ReportLost => Icon::Warning,
        Action::EnableLostMode | Action::DisableLostMode => Icon::Shield,
        Action::Locate => Icon::Place,
        Action::ForceCheckIn => Icon::Send,
        Action::Rename => Icon::Pen,
        Action::Message => Icon::Info,
        Action::InstallApp => Icon::App,
    }
}

/// Its place in addresses.
#[must_use]
pub const fn slug(action: Action) -> &'static str {
    match action {
        Action::Lock => "lock",
        Action::ClearPasscode => "clear-passcode",
        Action::Wipe => "wipe",
        Action::RemoveWorkData => "remove-work-data",
        Action::Restart => "restart",
        Action::ShutDown => "shut-down",
        Action::ReportLost => "report-lost",
        Action::EnableLostMode => "lost-mode-on",
        Action::DisableLostMode => "lost-mode-off",
        Action::Locate => "locate",
        Action::ForceCheckIn => "check-in",
        Action::Rename => "rename",
        Action::Message => "message",
        Action::InstallApp => "install-app",
        Action::RemoveApp => "remove-app",
        Action::RefreshInventory => "refresh",
    }
}

/// The action of an address.
#[must_use]
pub fn from_slug(text: &str) -> Option<Action> {
    Action::ALL.iter().copied().find(|action| slug(*action) == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_an_address_of_its_own() {
        for &action in Action::ALL {
            assert_eq!(from_slug(slug(action)), Some(action));
        }
        assert_eq!(from_slug("make-coffee"), None);
    }
}
