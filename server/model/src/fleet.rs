//! How devices stand, for those who look after them.

use crate::text_enum;

text_enum!(
    /// How a device stands: one word that is derived from its state, its last handover and its items.
    FleetState {
        /// Somebody has it.
        InUse = "in-use",
        /// Nobody has it, and it is ready for the next person.
        Free = "free",
        /// A handover is under way.
        Changing = "changing",
        /// An item failed, or cleaning or enrolling takes too long.
        Attention = "attention",
        /// Enrollment has begun and is not finished.
        Enrolling = "enrolling",
        /// It left management.
        Gone = "gone",
    }
);
