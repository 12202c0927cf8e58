//! The command line of azrkit.
fn main() {}
