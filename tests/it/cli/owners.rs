//! Files that decide over a run, and whose they are.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};

use vt_simulator::KEY;

use super::{ADDRESS, is_root, keyless, refused};
use crate::env::{Env, Run};

const NOBODY: u32 = 65534;

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

/// A file that decides, its folder, and what it has of the user's where it is another's.
struct Decides {
    env: Env,
    file: PathBuf,
    instead: &'static str,
}

impl Decides {
    fn run(&self) -> Run {
        Run::of(keyless(&self.env).args(["-q", ADDRESS]))
    }
}

/// `.env`, `~/.vt.toml` and the config, each the user's own, and each what the run goes by.
fn all() -> [Decides; 3] {
    let (dot_env, vt_toml, config) = (Env::new(), Env::new(), Env::new());
    let dot_env_file = dot_env.write(".env", format!("VT_API_KEY={KEY}\n"));
    let vt_toml_file = vt_toml.home().join(".vt.toml");
    fs::write(&vt_toml_file, format!("apikey = \"{KEY}\"\n")).unwrap();
    fs::create_dir_all(config.config()).unwrap();
    let config_file = config.config().join("config.toml");
    let key_file = config.write("key", KEY);
    set_mode(&key_file, 0o600);
    fs::write(&config_file, format!("key-file = \"{}\"\n", key_file.display())).unwrap();
    let all = [
        (dot_env, dot_env_file, "--key-file"),
        (vt_toml, vt_toml_file, "--key-file"),
        (config, config_file, "--no-config"),
    ];
    all.map(|(env, file, instead)| {
        set_mode(&file, 0o600);
        Decides { env, file, instead }
    })
}

#[test]
fn a_file_of_the_users_own_decides() {
    for decides in all() {
        let run = decides.run();
        assert_eq!(decides.env.simulator.lookups().len(), 1, "{run:?}");
        let is_dot_env = decides.file.ends_with(".env");
        assert_eq!(
            run.stderr.contains("using the API key in .env of the current folder"),
            is_dot_env,
            "said with -q too: {run:?}"
        );
    }
}

#[test]
fn a_file_that_others_can_write_was_obeyed() {
    for decides in all() {
        set_mode(&decides.file, 0o602);
        refused(&decides.env, decides.run(), "can be written by other users");
        let run = decides.run().says("chmod go-w ");
        assert!(
            run.stderr.trim_end().ends_with(decides.file.file_name().unwrap().to_str().unwrap())
        );
        set_mode(&decides.file, 0o600);
        let folder = decides.file.parent().unwrap();
        set_mode(folder, 0o757);
        refused(&decides.env, decides.run(), "can be written by other users");
        // In a sticky folder nobody can put another file in its place.
        set_mode(folder, 0o1777);
        assert!(!decides.run().stderr.contains("other users"));
        assert_eq!(decides.env.simulator.lookups().len(), 1);
    }
}

#[test]
fn a_file_of_another_user_was_obeyed() {
    if !is_root() {
        return println!("not tested: only root can give a file away");
    }
    for decides in all() {
        chown(&decides.file, Some(NOBODY), None).unwrap();
        refused(&decides.env, decides.run(), "belongs to the user nobody, not to you");
        decides.run().says(decides.instead);
        chown(&decides.file, Some(0), None).unwrap();
        let folder = decides.file.parent().unwrap();
        chown(folder, Some(NOBODY), None).unwrap();
        refused(&decides.env, decides.run(), "belongs to the user nobody, not to you");
        chown(folder, Some(0), None).unwrap();
        assert_eq!(decides.run().code, Some(0));
    }
}

#[test]
fn a_link_of_another_user_was_followed_to_a_file_that_decides() {
    if !is_root() {
        return println!("not tested: only root can make another user's link");
    }
    for decides in all() {
        let real = decides.file.with_extension("real");
        fs::rename(&decides.file, &real).unwrap();
        symlink(&real, &decides.file).unwrap();
        assert_eq!(decides.run().code, Some(0), "a link of the user's own");
        std::os::unix::fs::lchown(&decides.file, Some(NOBODY), None).unwrap();
        refused_after(&decides, "belongs to the user nobody");
    }
}

#[track_caller]
fn refused_after(decides: &Decides, says: &str) {
    decides.env.simulator.forget();
    refused(&decides.env, decides.run(), says);
}

#[test]
fn a_group_whose_only_member_is_the_user_is_nobody_else() {
    if !is_root() {
        return println!("not tested: only root can give a file to any group");
    }
    for decides in all() {
        set_mode(&decides.file, 0o620);
        chown(&decides.file, None, Some(0)).unwrap();
        assert_eq!(decides.run().code, Some(0), "root is root's only member");
        chown(&decides.file, None, Some(NOBODY)).unwrap();
        refused_after(&decides, "can be written by other users");
    }
}

#[test]
fn a_file_that_is_not_needed_is_not_looked_at() {
    for decides in all() {
        set_mode(&decides.file, 0o666);
        let mut command = keyless(&decides.env);
        command.env("VT_API_KEY", KEY).args(["--no-config", ADDRESS]);
        let run = Run::of(&mut command).exits(0);
        assert!(!run.stderr.contains("other users"), "{run:?}");
    }
}

#[test]
fn a_vt_toml_without_a_key_is_not_needed() {
    let env = Env::new();
    let path = env.home().join(".vt.toml");
    fs::write(&path, "quiet = true\n").unwrap();
    set_mode(&path, 0o666);
    let run = Run::of(keyless(&env).arg(ADDRESS));
    refused(&env, run, "no API key");
}

#[test]
fn a_key_file_is_read_whoever_owns_it_with_a_warning() {
    if !is_root() {
        return println!("not tested: only root can give a file away");
    }
    let env = Env::new();
    let path = env.write("key", KEY);
    set_mode(&path, 0o600);
    chown(&path, Some(NOBODY), None).unwrap();
    let run = || Run::of(keyless(&env).args(["--key-file", "key", ADDRESS])).exits(0);
    run().says("key belongs to the user nobody, who can change the key");
    chown(&path, Some(0), None).unwrap();
    set_mode(&path, 0o602);
    run().says("key can be written by other users: chmod go-w key");
}

#[test]
fn a_store_and_a_log_with_open_modes_were_used_as_they_were() {
    let env = Env::new();
    env.scan(ADDRESS, ["--log-file", "run.log"]).exits(0);
    let paths = [env.store(), env.work().join("run.log")];
    for path in &paths {
        assert_eq!(mode(path), 0o600);
        set_mode(path, 0o664);
    }
    let run = env.scan(ADDRESS, ["--log-file", "run.log"]).exits(0);
    for path in &paths {
        assert_eq!(mode(path), 0o600, "{}", path.display());
        let said = format!("{} was open to other users: it is yours alone now", path.display());
        assert!(run.stderr.contains(&said), "{said}: {}", run.stderr);
    }
    // What is no file of the user's is left alone.
    env.scan(ADDRESS, ["--log-file", "/dev/null"]).exits(0);
    assert_eq!(mode(Path::new("/dev/null")), 0o666);
}

#[test]
fn a_store_and_a_log_of_another_user_that_are_open_were_used() {
    if !is_root() {
        return println!("not tested: only root can give a file away");
    }
    let env = Env::new();
    let path = env.write("theirs", "");
    set_mode(&path, 0o666);
    chown(&path, Some(NOBODY), None).unwrap();
    for options in [["--log-file", "theirs"], ["--store", "sqlite:theirs"]] {
        let run = env.scan(ADDRESS, options).exits(2);
        run.says("is open to other users and belongs to the user nobody");
    }
    assert!(env.simulator.arrivals().is_empty());
}
