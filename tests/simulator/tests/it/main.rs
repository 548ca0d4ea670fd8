//! The simulator as a client sees it.

mod analyses;
mod answers;
mod client;
mod faults;
mod limits;
mod record;
mod transport;
