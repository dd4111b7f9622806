//! The only build scripts.

fn main() {}
