//! Keys of what staff read: console, security, lead, organiser, sign-in.

crate::text::keys::keys! {
    /// What staff read.
    StaffKey in "staff" {
        Queue = "queue",
    }
}
