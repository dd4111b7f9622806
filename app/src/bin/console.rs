//! The staff bundle.

fn main() {
    app::staff::start();
}
