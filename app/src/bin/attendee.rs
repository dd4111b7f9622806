//! The attendee bundle.

fn main() {
    app::attendee::start();
}
