//! Where a path leads, by the user's own links alone: in a folder that others can write, a link of
//! theirs would have a file of the user's replaced.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Elsewhere than on Unix links are rare, and need rights of their own.
#[cfg(not(unix))]
pub(super) fn resolve(path: &Path) -> Result<PathBuf> {
    Ok(std::path::absolute(path)?)
}

/// As many links as Linux follows (path_resolution(7)).
const MOST_LINKS: u32 = 40;

/// The path without links. Its last name may be new.
///
/// # Errors
/// A link on the way is another user's, or leads in a circle. The system's own links (root's) are
/// followed to a folder, and not in place of the file itself.
pub(super) fn resolve(path: &Path) -> Result<PathBuf> {
    let mut at = std::path::absolute(path)?;
    let mut ahead = names(&at);
    at = PathBuf::from("/");
    let mut links = 0;
    while let Some(name) = ahead.pop_front() {
        if name == ".." {
            at.pop();
            continue;
        }
        let next = at.join(&name);
        let found = match fs::symlink_metadata(&next) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                at = next;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        if !found.is_symlink() {
            at = next;
            continue;
        }
        let stands_for = if ahead.is_empty() { StandsFor::File } else { StandsFor::Folder };
        if !may_follow(&found, stands_for) {
            bail!("{} is another user's link: name the file itself", next.display());
        }
        links += 1;
        if links > MOST_LINKS {
            bail!("{} leads in a circle", next.display());
        }
        let target = fs::read_link(&next).with_context(|| next.display().to_string())?;
        if target.is_absolute() {
            at = PathBuf::from("/");
        }
        for name in names(&target).into_iter().rev() {
            ahead.push_front(name);
        }
    }
    Ok(at)
}

/// The names of a path, `..` among them.
fn names(path: &Path) -> VecDeque<OsString> {
    let name = |component: Component<'_>| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        Component::Prefix(_) | Component::RootDir | Component::CurDir => None,
    };
    path.components().filter_map(name).collect()
}

/// What a link stands in place of.
#[derive(PartialEq, Eq)]
enum StandsFor {
    File,
    Folder,
}

fn may_follow(link: &fs::Metadata, stands_for: StandsFor) -> bool {
    use std::os::unix::fs::MetadataExt;
    let user = rustix::process::geteuid().as_raw();
    link.uid() == user || link.uid() == 0 && stands_for == StandsFor::Folder
}
