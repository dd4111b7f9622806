//! The staff bundle.

fn main() {}
