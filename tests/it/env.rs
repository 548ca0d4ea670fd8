//! A scrubbed environment to run the real binary in: fresh HOME and XDG
//! folders, a current folder of its own, no proxy, no key but the test's.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;
use tempfile::TempDir;
use vt_simulator::{Config, KEY, Simulator};

/// A folder to run vtscan in, and a simulator for it to ask.
pub(crate) struct Env {
    pub(crate) simulator: Simulator,
    folder: TempDir,
}

impl Env {
    /// An environment whose simulator has no limits and answers at once.
    pub(crate) fn new() -> Self {
        Self::with(Config::default())
    }

    pub(crate) fn with(config: Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["home", "cache", "config", "work"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        Self { simulator: Simulator::start(config), folder }
    }

    /// The current folder of every run.
    pub(crate) fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Where the file of defaults is looked for.
    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("config/vtscan")
    }

    /// Where the default store is.
    pub(crate) fn store(&self) -> PathBuf {
        self.folder.path().join("cache/vtscan/store.db")
    }

    /// Writes a file into the current folder.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.work().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// vtscan as a user without any settings would start it: no key, VirusTotal's own address.
    pub(crate) fn bare(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vtscan"));
        scrub(&mut command, self.folder.path());
        command.current_dir(self.work()).stdin(Stdio::null());
        command
    }

    /// vtscan with the simulator's key and address, at its full speed.
    pub(crate) fn vtscan(&self) -> Command {
        let mut command = self.bare();
        command.env("VT_API_KEY", KEY).env("VTSCAN_API_URL", self.simulator.url());
        command.args(["--rate", "unlimited"]);
        command
    }

    /// Runs vtscan over a list with these arguments.
    pub(crate) fn scan<A: AsRef<OsStr>>(
        &self,
        list: &str,
        args: impl IntoIterator<Item = A>,
    ) -> Run {
        let path = self.write("input.txt", list);
        Run::of(self.vtscan().args(args).arg(path))
    }
}

/// Nothing of the developer's own environment: a key or proxy there must neither help nor hurt.
fn scrub(command: &mut Command, folder: &Path) {
    command.env_clear();
    for name in ["PATH", "LLVM_PROFILE_FILE"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    command
        .env("HOME", folder.join("home"))
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .env("XDG_CONFIG_HOME", folder.join("config"));
}

/// Whether a program is there that only some tests need. CI installs them all.
pub(crate) fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there = std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    if !is_there {
        assert!(std::env::var_os("CI").is_none(), "CI has {program}");
        println!("not tested: there is no {program}");
    }
    is_there
}

/// A disk that is soon full, a tmpfs, for as long as the value lives.
pub(crate) struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Only root may mount it, as CI is.
    pub(crate) fn mount(folder: PathBuf, kib: u32) -> Option<Self> {
        std::fs::create_dir(&folder).unwrap();
        let size = format!("size={kib}k");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "none"]).arg(&folder).stderr(Stdio::null());
        let is_mounted = rustix::process::geteuid().is_root()
            && mount.status().is_ok_and(|status| status.success());
        if !is_mounted {
            assert!(std::env::var_os("CI").is_none(), "CI is root and can mount");
            println!("not tested: only root can mount a disk that is soon full");
        }
        is_mounted.then_some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Where it stays mounted the folder cannot be removed, which does no harm.
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

/// What a run printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: Option<i32>,
}

impl Run {
    /// Runs a command to its end.
    pub(crate) fn of(command: &mut Command) -> Self {
        Self::from(command.output().unwrap())
    }

    /// Runs a command to its end whose stdout goes elsewhere.
    pub(crate) fn of_output(command: &mut Command) -> Self {
        let child = command.stderr(Stdio::piped()).spawn().unwrap();
        Self::from(child.wait_with_output().unwrap())
    }

    /// Runs a command to its end, with this on its stdin.
    pub(crate) fn with_stdin(command: &mut Command, stdin: impl AsRef<[u8]>) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that does not read its stdin may close it.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_ref());
        Self::from(child.wait_with_output().unwrap())
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// Asserts that stderr holds a text.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "no {text:?} in:\n{}", self.stderr);
        self
    }

    /// The records, read as JSON and held against the schema.
    #[track_caller]
    pub(crate) fn records(&self) -> Vec<Value> {
        static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
            let printed = Command::new(env!("CARGO_BIN_EXE_vtscan")).arg("--schema").output();
            let schema = serde_json::from_slice(&printed.unwrap().stdout).unwrap();
            jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
        });
        let record = |line| {
            let record = serde_json::from_str(line).expect(line);
            if let Err(error) = SCHEMA.validate(&record) {
                panic!("{error} at {}:\n{line}", error.instance_path());
            }
            record
        };
        self.stdout.lines().map(record).collect()
    }

    /// The indicators of one verdict, in the order in which they were printed.
    #[track_caller]
    pub(crate) fn of_verdict(&self, verdict: &str) -> Vec<String> {
        let is_one = |record: &&Value| record["verdict"] == verdict;
        let indicator = |record: &Value| record["indicator"].as_str().unwrap().to_owned();
        self.records().iter().filter(is_one).map(indicator).collect()
    }

    /// How many requests the last line speaks of.
    #[track_caller]
    pub(crate) fn requests(&self) -> u64 {
        let (before, _) = self.stderr.split_once(" requests,").expect(&self.stderr);
        before.rsplit(' ').next().unwrap().parse().unwrap()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code(),
        }
    }
}
