//! Foreign parsers, each in a process of its own: this program once more, with a hidden argument.
//!
//! A parser that crashes, hangs or eats memory costs its document and nothing else. The document goes
//! in on stdin, its parts come out on stdout, each as a tag and fields with their lengths in front.

use std::env;
use std::io::{self, BufReader, BufWriter, Write};
use std::ops::ControlFlow;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::frame;
use iocs::document::{DocumentType, Options, Sink, TYPES, Unread, read_here};

/// The argument by which this program knows that it is the child.
const ARGUMENT: &str = "--parse-one-document";

/// The longest that one document may take.
const LONGEST: Duration = Duration::from_secs(30);

/// The address space that one document may take, in bytes: the program's own, and a multiple of the
/// length of the document.
const OWN_MEMORY: u64 = 160 << 20;
const MEMORY_FOR_EACH_BYTE: u64 = 4;

/// Reads a document: here, or in a process of its own where its type asks for it.
pub(super) fn read(
    kind: &DocumentType,
    file: &[u8],
    options: &Options,
    sink: &mut Sink<'_>,
) -> Result<(), Unread> {
    if !kind.is_isolated {
        return read_here(kind, file, options, sink);
    }
    let failed = |why: String| Unread { why, ..Unread::default() };
    let child =
        start().map_err(|error| failed(format!("its reader cannot be started: {error}")))?;
    let (Some(stdin), Some(stdout)) = (child.1, child.2) else {
        return Err(failed("its reader cannot be reached".to_owned()));
    };
    let child = Mutex::new(child.0);
    thread::scope(|scope| {
        let (ended, is_ended) = channel();
        scope.spawn(move || give(stdin, kind, file, options));
        let watch = scope.spawn(|| watch(&child, is_ended));
        let read = frame::read_parts(BufReader::new(stdout), sink);
        // It is not waited for where it is of no more use.
        if !matches!(read, Ok(ControlFlow::Continue(()))) {
            kill(&child);
        }
        drop(ended);
        let is_late = watch.join().unwrap_or(false);
        let _ = child.lock().unwrap_or_else(PoisonError::into_inner).wait();
        match read {
            Ok(_) => Ok(()),
            Err(_) if is_late => {
                Err(failed(format!("reading it took more than {} s", LONGEST.as_secs())))
            }
            Err(frame::Ended::Unread(unread)) => Err(unread),
            Err(frame::Ended::Cut) => Err(failed(
                "its reader crashed, or needed too much memory: it is damaged, or made to do so"
                    .to_owned(),
            )),
        }
    })
}

type Pipes = (Child, Option<std::process::ChildStdin>, Option<std::process::ChildStdout>);

fn start() -> io::Result<Pipes> {
    let mut child = Command::new(env::current_exe()?)
        .arg(ARGUMENT)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    Ok((child, stdin, stdout))
}

/// Writes what is to be read. A child that has ended takes no more, and that is found elsewhere.
fn give(stdin: impl Write, kind: &DocumentType, file: &[u8], options: &Options) {
    let mut stdin = BufWriter::new(stdin);
    let _ = frame::write_request(&mut stdin, kind.name, file, options).and_then(|()| stdin.flush());
}

/// Ends the child when its time is over; whether it was.
fn watch(child: &Mutex<Child>, is_ended: Receiver<()>) -> bool {
    let is_late = is_ended.recv_timeout(LONGEST) == Err(std::sync::mpsc::RecvTimeoutError::Timeout);
    if is_late {
        kill(child);
    }
    is_late
}

fn kill(child: &Mutex<Child>) {
    let _ = child.lock().unwrap_or_else(PoisonError::into_inner).kill();
}

/// Whether this process is such a child.
#[must_use]
pub fn is_child() -> bool {
    env::args_os().nth(1).is_some_and(|argument| argument == ARGUMENT)
}

/// The work of the child: reads one document, and writes its parts to its parent.
#[must_use]
pub fn serve(parent: impl Write) -> ExitCode {
    match parse(parent) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Binds this process to its limits. Where the system knows none, the time alone is bound.
fn limit(length: u64) {
    #[cfg(not(unix))]
    let _ = length;
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let most = |limit| Rlimit { current: Some(limit), maximum: Some(limit) };
        let memory = OWN_MEMORY.saturating_add(length.saturating_mul(MEMORY_FOR_EACH_BYTE));
        let _ = setrlimit(Resource::As, most(memory));
        let _ = setrlimit(Resource::Cpu, most(LONGEST.as_secs() + 1));
        let _ = setrlimit(Resource::Core, most(0));
    }
}

fn parse(parent: impl Write) -> io::Result<()> {
    let (name, options, file) = frame::read_request(io::stdin().lock())?;
    limit(file.len() as u64);
    let kind = TYPES
        .iter()
        .find(|kind| kind.name == name)
        .ok_or_else(|| io::Error::other("no such type"))?;
    let mut parent = BufWriter::new(parent);
    let mut written = Ok(());
    let read = read_here(kind, &file, &options, &mut |part| {
        written = frame::write_part(&mut parent, &part);
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    written?;
    frame::write_end(&mut parent, read)?;
    parent.flush()
}
