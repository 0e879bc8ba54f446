//! The policy in the browser. This is the one place where islands ask the rules: the same crate as on the server, linked
//! into the same module. Its answers are previews; the server decides again.

use baton_policy::{Action, Actor, DeviceFacts, decide_action};

/// Whether the rules permit the action with this name; `None` for a name that is none.
pub(super) fn permits(action: &str, facts: &DeviceFacts, actor: &Actor) -> Option<bool> {
    let action: Action = action.parse().ok()?;
    Some(decide_action(action, facts, actor).permits())
}

#[cfg(test)]
mod tests {
    use baton_policy::{EnrollmentType, Ownership, Platform, Role};

    use super::*;

    #[test]
    fn the_browser_decides_by_name_as_the_server_does() {
        let mut facts = DeviceFacts::new(EnrollmentType::User, Ownership::User);
        facts.platform = Platform::Ios.into();
        let owner = Actor { role: Role::User, is_holder: true, device_is_shared: false };
        assert_eq!(permits("lock", &facts, &owner), Some(true));
        assert_eq!(permits("wipe", &facts, &owner), Some(false));
        assert_eq!(permits("makeCoffee", &facts, &owner), None);
    }
}
