//! The command line as a user meets it: what is read, what is refused, what is said.

use std::process::Command;

use crate::env::{Env, Run};

mod config;
mod inputs;
mod keys;
mod lines;
mod network;
mod options;
#[cfg(unix)]
mod owners;
mod shell;
mod talk;

/// A public address that the simulator answers.
const ADDRESS: &str = "185.220.101.42";

/// vtscan with the simulator's address and no key.
fn keyless(env: &Env) -> Command {
    let mut command = env.bare();
    command.env("VTSCAN_API_URL", env.simulator.url());
    command
}

/// Asserts that a run was refused: one line on stderr that says this, exit 2, nothing printed, nothing sent.
#[track_caller]
fn refused(env: &Env, run: Run, says: &str) {
    let run = run.exits(2).says(says);
    let errors: Vec<&str> = run.stderr.lines().filter(|line| line.contains("error: ")).collect();
    assert_eq!(errors.len(), 1, "one line says what is wrong:\n{}", run.stderr);
    assert!(errors[0].starts_with("vtscan: error: "), "{}", run.stderr);
    assert_eq!(run.stdout, "");
    assert_eq!(env.simulator.arrivals().len(), 0, "nothing is sent");
}

/// The same where the command line itself is wrong: clap's words, with a hint at `--help`.
#[track_caller]
fn misused(env: &Env, command: &mut Command, says: &str) -> Run {
    let run = Run::of(command).exits(2).says(says).says("--help");
    assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
    assert_eq!(run.stdout, "");
    assert_eq!(env.simulator.arrivals().len(), 0, "nothing is sent");
    run
}

/// The same command run by the user nobody, where the tests run as root: to root every file is readable.
/// `None` where that cannot be done.
#[cfg(unix)]
pub(crate) fn as_nobody(env: &Env, command: &Command) -> Option<Command> {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    let folder = env.work().parent().unwrap().to_owned();
    let binary = folder.join("vtscan");
    // By another process: one that a test beside this one forks would hold the copy open
    // for writing, and a file that is written to cannot be run.
    let copied = Command::new("cp").arg(command.get_program()).arg(&binary).status().unwrap();
    assert!(copied.success());
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    // A user owns their own folders; here it is enough that they may write them.
    for name in ["home", "cache", "config"] {
        fs::set_permissions(folder.join(name), Permissions::from_mode(0o777)).unwrap();
    }
    let mut by_nobody = if is_root() {
        if Command::new("setpriv").arg("--version").output().is_err() {
            return None;
        }
        let mut setpriv = Command::new("setpriv");
        setpriv.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(binary);
        setpriv
    } else {
        Command::new(binary)
    };
    by_nobody.args(command.get_args()).env_clear();
    by_nobody.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    by_nobody.current_dir(env.work());
    Some(by_nobody)
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
