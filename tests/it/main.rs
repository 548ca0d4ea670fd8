//! The real binary against a simulated VirusTotal, a module a subject.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

mod attachments;
mod cli;
mod docs;
mod documents;
mod env;
mod evidence;
mod exclude;
mod exit_codes;
mod extraction;
mod faults;
mod formats;
mod hash;
mod inputs;
mod layout;
mod limits;
mod lists;
mod log;
mod lookups;
mod outputs;
mod paced;
mod passwords;
mod processes;
mod quota;
mod readers;
mod refusals;
mod refusing;
mod report;
mod running;
mod secrets;
mod sharing;
mod signals;
mod store;
mod submit;
mod terminal;
