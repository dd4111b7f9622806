//! The bundle of the live case.

fn main() {
    app::attendee::start_case();
}
