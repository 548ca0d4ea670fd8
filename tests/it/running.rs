//! A run that is watched while it goes on.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread::JoinHandle;

use rustix::process::{Pid, Signal, kill_process};

use crate::env::Run;

/// A child that is killed if the test gives up on it.
pub(crate) struct Running {
    child: Child,
    /// Read from the start: a full pipe would hold the child up.
    stdout: Option<JoinHandle<String>>,
    stderr: BufReader<ChildStderr>,
    heard: String,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("vtscan starts");
        let mut stdout = child.stdout.take().unwrap();
        let reading = std::thread::spawn(move || {
            let mut text = String::new();
            stdout.read_to_string(&mut text).unwrap();
            text
        });
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Self { child, stdout: Some(reading), stderr, heard: String::new() }
    }

    /// Waits until stderr holds a text.
    #[track_caller]
    pub(crate) fn hears(&mut self, text: &str) {
        while !self.heard.contains(text) {
            let read = self.stderr.read_line(&mut self.heard).unwrap();
            assert!(read > 0, "it ended without {text:?}:\n{}", self.heard);
        }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits for the end.
    pub(crate) fn end(mut self) -> Run {
        self.stderr.read_to_string(&mut self.heard).unwrap();
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
