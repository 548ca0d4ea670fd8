//! A run that is watched while it goes on.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::env::Run;

/// Longer than any run here takes that does what it should.
const LONGEST: Duration = Duration::from_secs(120);

/// A child that is killed if the test gives up on it.
pub(crate) struct Running {
    child: Child,
    /// Both are read from the start: a full pipe would hold the child up.
    stdout: Option<JoinHandle<String>>,
    stderr: Receiver<String>,
    heard: String,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("vtscan starts");
        let mut stdout = child.stdout.take().unwrap();
        let stdout = std::thread::spawn(move || {
            let mut text = String::new();
            stdout.read_to_string(&mut text).unwrap();
            text
        });
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (tell, stderr) = channel();
        std::thread::spawn(move || {
            // Where the test has given up nobody listens.
            lines.map_while(Result::ok).try_for_each(|line| tell.send(line))
        });
        Self { child, stdout: Some(stdout), stderr, heard: String::new() }
    }

    /// Waits until stderr holds a text.
    #[track_caller]
    pub(crate) fn hears(&mut self, text: &str) {
        let deadline = Instant::now() + LONGEST;
        while !self.heard.contains(text) {
            assert!(self.hears_more(deadline), "it ended without {text:?}:\n{}", self.heard);
        }
    }

    /// Waits for the next line of stderr; false at its end.
    #[track_caller]
    fn hears_more(&mut self, deadline: Instant) -> bool {
        match self.stderr.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => self.heard += &format!("{line}\n"),
            Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) => panic!("it goes on and on:\n{}", self.heard),
        }
        true
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits for the end.
    #[track_caller]
    pub(crate) fn end(mut self) -> Run {
        let deadline = Instant::now() + LONGEST;
        while self.hears_more(deadline) {}
        let stdout = self.stdout.take().unwrap().join().unwrap();
        let code = self.child.wait().unwrap().code();
        Run { stdout, stderr: std::mem::take(&mut self.heard), code }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // After the end there is nothing left to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
