//! The real binary against a simulated VirusTotal, a module a subject.

#![allow(clippy::unwrap_used, missing_docs)]

mod classify;
mod cli;
mod env;
mod faults;
mod limits;
mod lists;
mod lookups;
mod processes;
mod quota;
mod refusals;
mod rooms;
mod running;
mod signals;
mod store;
mod submit;
