//! Readers of stdout that pause, and stdout that is not there.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::env::{Env, Run};
use crate::lists::{clean, lines};

const SOON: Duration = Duration::from_secs(60);
/// More records than a pipe holds.
const MANY: usize = 600;

/// A run whose stdout nobody reads yet, when all its answers are there.
fn unread(env: &Env) -> Child {
    let path = env.write("input.txt", lines(&clean(MANY)));
    let mut command = env.vtscan();
    command.args(["-f", "jsonl", "-j", "8"]).arg(path);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    env.simulator.wait_for(300, SOON);
    child
}

fn signal(child: &Child) {
    kill_process(Pid::from_child(child), Signal::INT).unwrap();
}

#[test]
fn a_reader_that_paused_gets_every_record_once() {
    let env = Env::new();
    let mut child = unread(&env);
    let mut text = String::new();
    child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    let run = Run::from(child.wait_with_output().unwrap()).exits(0);
    let run = Run { stdout: text, ..run }.says("600 undetected");
    assert_eq!(run.of_verdict("undetected").len(), MANY);
    assert_eq!(env.simulator.lookups().len(), MANY, "none is asked twice");
}

#[test]
fn an_interrupt_was_not_heard_while_the_reader_of_stdout_paused() {
    let env = Env::new();
    let mut child = unread(&env);
    let start = Instant::now();
    signal(&child);
    let code = child.wait().unwrap().code();
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    assert_eq!(code, Some(130));
}

#[test]
fn a_second_interrupt_was_not_heard_while_the_reader_of_stdout_paused() {
    let env = Env::new();
    let mut child = unread(&env);
    signal(&child);
    let said = BufReader::new(child.stderr.as_mut().unwrap()).lines();
    assert!(said.map_while(Result::ok).any(|line| line.contains("interrupted")));
    let start = Instant::now();
    signal(&child);
    let code = child.wait().unwrap().code();
    // Half a second is promised; a busy machine needs some for the rest.
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!(code, Some(130));
}
