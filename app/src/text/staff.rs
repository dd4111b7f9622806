//! Keys of what staff read: console, security, lead, organiser, sign-in.

crate::text::keys::keys! {
    /// What staff read.
    StaffKey in "staff" {
        // Sign-in and the organiser's pages
        JoinTitle = "join_title",
        JoinAs = "join_as",
        JoinName = "join_name",
        JoinStart = "join_start",
        JoinSpentTitle = "join_spent_title",
        JoinSpent = "join_spent",
        Role = "role",
        RoleAgent = "role_agent",
        RoleSecurity = "role_security",
        RoleLead = "role_lead",
        RoleOrganiser = "role_organiser",
        NeedsScript = "needs_script",
        SignedOutTitle = "signed_out_title",
        SignedOut = "signed_out",
        SignOut = "sign_out",
        Venue = "venue",
        VenueNone = "venue_none",
        VenueFile = "venue_file",
        VenueImport = "venue_import",
        VenueReport = "venue_report",
        VenueRefused = "venue_refused",
        VenueTooLarge = "venue_too_large",
        Posters = "posters",
        PosterCount = "poster_count",
        People = "people",
        Remove = "remove",
        Appearance = "appearance",
        InviteMake = "invite_make",
        InviteMade = "invite_made",
        InviteAgain = "invite_again",
        // Console
        Queue = "queue",
    }
}
