//! Whose a file is and who else may write it: what decides over a run must be the user's own.

use std::fmt;
use std::fs::{File, Metadata};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// Why a file is not to be obeyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The file, or the folder that holds it, is the user's own, but others can write it.
    WritableByOthers(PathBuf),
    /// The file, its link or its folder belongs to this other user.
    OfAnother(PathBuf, String),
}

impl Unfit {
    /// What to do; `instead` is the way around another user's file.
    #[must_use]
    pub fn advice(&self, instead: &str) -> String {
        match self {
            Self::WritableByOthers(path) => format!("{self}: chmod go-w {}", path.display()),
            Self::OfAnother(..) => format!("{self}: {instead}"),
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WritableByOthers(path) => {
                write!(f, "{} can be written by other users and is not used", path.display())
            }
            Self::OfAnother(path, owner) => {
                write!(f, "{} belongs to {owner}, not to you, and is not used", path.display())
            }
        }
    }
}

/// Whether a file may decide over the run: the user's own and writable by nobody else, like the
/// folder that holds it. `file` is what was read, so that nobody swaps it in between.
///
/// # Errors
/// It may not, and why.
pub fn check(path: &Path, file: &Metadata) -> Result<(), Unfit> {
    platform::check(path, file)
}

/// The other user that a file belongs to, if it is not the user's own.
#[must_use]
pub fn other_owner(file: &Metadata) -> Option<String> {
    platform::other_owner(file)
}

/// Takes from others what they may do with a file of the user's own that is written to, such as a
/// store or a log. Gives what there is to say of it.
///
/// # Errors
/// It is open to others and another user's.
pub fn make_private(file: &File, path: &Path) -> Result<Option<String>> {
    let found = file.metadata()?;
    // A device such as /dev/null is everybody's on purpose.
    if !found.is_file() || !platform::is_open(&found) {
        return Ok(None);
    }
    let name = path.display();
    if let Some(owner) = other_owner(&found) {
        bail!("{name} is open to other users and belongs to {owner}: name a file of your own");
    }
    Ok(Some(match platform::close(file, &found) {
        Ok(()) => format!("{name} was open to other users: it is yours alone now"),
        Err(error) => format!("{name} is open to other users, and stays so: {error}"),
    }))
}

#[cfg(unix)]
mod platform {
    use std::fs::{self, File, Metadata, Permissions};
    use std::io;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::path::Path;

    use super::Unfit;

    const ROOT: u32 = 0;
    const STICKY: u32 = 0o1000;

    fn user() -> u32 {
        rustix::process::geteuid().as_raw()
    }

    pub(super) fn check(path: &Path, file: &Metadata) -> Result<(), Unfit> {
        of_user(path, file)?;
        let link = fs::symlink_metadata(path).ok().filter(Metadata::is_symlink);
        if let Some(owner) = link.filter(|link| link.uid() != ROOT).as_ref().and_then(other_owner) {
            return Err(Unfit::OfAnother(path.to_owned(), owner));
        }
        if is_writable_by_others(path, file) {
            return Err(Unfit::WritableByOthers(path.to_owned()));
        }
        folder_of(path)?;
        // A link leads to a file in another folder.
        match fs::canonicalize(path) {
            Ok(target) => folder_of(&target),
            Err(_) => Ok(()),
        }
    }

    fn of_user(path: &Path, file: &Metadata) -> Result<(), Unfit> {
        match other_owner(file) {
            Some(owner) => Err(Unfit::OfAnother(path.to_owned(), owner)),
            None => Ok(()),
        }
    }

    /// Who can write a folder can put another file in place of one in it. Root can do so anywhere,
    /// and in a sticky folder nobody can but the file's owner (inode(7)).
    fn folder_of(path: &Path) -> Result<(), Unfit> {
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let Ok(found) = fs::metadata(folder) else { return Ok(()) };
        if found.uid() != ROOT {
            of_user(folder, &found)?;
        }
        if found.mode() & STICKY != 0 || !is_writable_by_others(folder, &found) {
            return Ok(());
        }
        Err(match other_owner(&found) {
            Some(owner) => Unfit::OfAnother(folder.to_owned(), owner),
            None => Unfit::WritableByOthers(folder.to_owned()),
        })
    }

    fn is_writable_by_others(path: &Path, file: &Metadata) -> bool {
        let by_all = file.mode() & 0o002 != 0;
        let by_group = file.mode() & 0o020 != 0;
        by_all || by_group && (has_acl(path) || !is_users_own_group(file.gid()))
    }

    /// With an access control list the group's bits say what any listed user may do (acl(5)).
    #[cfg(target_os = "linux")]
    fn has_acl(path: &Path) -> bool {
        let mut size_alone = [0_u8; 0];
        rustix::fs::getxattr(path, "system.posix_acl_access", &mut size_alone)
            .is_ok_and(|size| size > 0)
    }

    #[cfg(not(target_os = "linux"))]
    fn has_acl(_path: &Path) -> bool {
        false
    }

    /// Many systems give each user a group of its own name. Members that only a directory service
    /// knows are not seen, so the user and the group must both stand in the system's files.
    fn is_users_own_group(gid: u32) -> bool {
        let (passwd, group) = (read("/etc/passwd"), read("/etc/group"));
        has_no_other_member(&passwd, &group, gid, user())
    }

    fn read(path: &str) -> String {
        let bytes = fs::read(path).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Whether the group is one of this user alone (root aside), by the lines of passwd(5),
    /// `name:x:uid:gid:…`, and of group(5), `name:x:gid:member,member`.
    fn has_no_other_member(passwd: &str, group: &str, gid: u32, uid: u32) -> bool {
        let field = |line: &str, at: usize| line.split(':').nth(at).unwrap_or_default().to_owned();
        let number = |line: &str, at: usize| field(line, at).parse::<u32>().ok();
        let Some(name) = passwd.lines().find(|line| number(line, 2) == Some(uid)) else {
            return false;
        };
        let (name, mut groups) =
            (field(name, 0), group.lines().filter(|line| number(line, 2) == Some(gid)).peekable());
        let is_nobody_else = |member: &str| [name.as_str(), "root", ""].contains(&member.trim());
        groups.peek().is_some()
            && groups.all(|line| field(line, 3).split(',').all(is_nobody_else))
            && passwd
                .lines()
                .filter(|line| number(line, 3) == Some(gid))
                .all(|line| [Some(uid), Some(ROOT)].contains(&number(line, 2)))
    }

    pub(super) fn other_owner(file: &Metadata) -> Option<String> {
        let uid = file.uid();
        if uid == user() {
            return None;
        }
        let passwd = read("/etc/passwd");
        let is_owner = |line: &&str| line.split(':').nth(2) == Some(uid.to_string().as_str());
        let name = passwd.lines().find(is_owner).and_then(|line| line.split(':').next());
        Some(name.map_or_else(|| format!("the user {uid}"), |name| format!("the user {name}")))
    }

    pub(super) fn is_open(file: &Metadata) -> bool {
        file.mode() & 0o077 != 0
    }

    pub(super) fn close(file: &File, found: &Metadata) -> io::Result<()> {
        file.set_permissions(Permissions::from_mode(found.mode() & 0o7700))
    }

    #[cfg(test)]
    mod tests {
        use super::has_no_other_member;

        #[test]
        fn a_group_of_one_user_is_nobody_else() {
            let passwd = "root:x:0:0::/root:/bin/sh\nann:x:1000:1000:::\nbob:x:1001:1001:::\neve:x:1002:50:::\n";
            let group = "root:x:0:\nann:x:1000:\nbob:x:1001:ann\nstaff:x:50:\nteam:x:60:ann,bob\n\
                         own:x:61:ann,root\n";
            for (gid, is_own) in
                [(1000, true), (61, true), (1001, false), (50, false), (60, false), (99, false)]
            {
                assert_eq!(has_no_other_member(passwd, group, gid, 1000), is_own, "{gid}");
            }
            assert!(has_no_other_member(passwd, group, 0, 0));
            assert!(!has_no_other_member(passwd, group, 61, 4000), "a user from elsewhere");
        }
    }
}

/// Elsewhere than on Unix, a user's folders are the user's own by the system's defaults.
#[cfg(not(unix))]
mod platform {
    use std::fs::{File, Metadata};
    use std::io;
    use std::path::Path;

    use super::Unfit;

    pub(super) fn check(_path: &Path, _file: &Metadata) -> Result<(), Unfit> {
        Ok(())
    }

    pub(super) fn other_owner(_file: &Metadata) -> Option<String> {
        None
    }

    pub(super) fn is_open(_file: &Metadata) -> bool {
        false
    }

    pub(super) fn close(_file: &File, _found: &Metadata) -> io::Result<()> {
        Ok(())
    }
}
