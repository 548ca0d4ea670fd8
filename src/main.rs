//! vtscan, told in one screen.

fn main() {}
