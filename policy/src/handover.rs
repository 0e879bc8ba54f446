//! What must change on a device so that it has what is desired and nothing else
//! (spec A3, A10, A15, A21; design "What a device has").

mod clean;
mod planning;
mod state;

pub use clean::{is_clean, removals_confirmed};
pub use planning::{HolderChange, Plan, PlanReason, Step, Wait, plan};
pub use state::{ItemState, Presence, Rendering, Target};
