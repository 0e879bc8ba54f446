//! The table's files. A text that no program reads at run time is not linked.

pub(crate) const COMMANDS: &str = include_str!("commands.txt");
pub(crate) const PROFILES: &str = include_str!("profiles.txt");
pub(crate) const RESTRICTIONS: &str = include_str!("restrictions.txt");
pub(super) const CHECKINS: &str = include_str!("checkins.txt");
pub(super) const DECLARATIONS: &str = include_str!("declarations.txt");
pub(super) const MACHINE_INFO: &str = include_str!("machineinfo.txt");
