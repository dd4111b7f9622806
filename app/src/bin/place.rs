//! The bundle of Where: the map and the phone's location.

fn main() {
    app::attendee::start_place();
}
