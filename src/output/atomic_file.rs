//! A file that gets its name when it is whole: a reader of that name never sees half of
//! one, and what stood there before stays until then.

use std::fs::{self, Metadata, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tempfile::NamedTempFile;

use super::own_links::resolve;

/// A file in the making, beside the place where it will stand. Until then it is the user's alone: one
/// that a killed run leaves behind may hold the half of an incident.
pub(super) struct AtomicFile {
    path: PathBuf,
    out: BufWriter<NamedTempFile>,
    permissions: Option<Permissions>,
}

impl AtomicFile {
    /// Begins a file; fails before anything is spent on a run whose output has no place.
    pub(super) fn create(given: &Path) -> Result<Self> {
        let at = || format!("{} cannot be written", given.display());
        // A link of the user's own stays one: what it points to is replaced.
        let path = resolve(given).with_context(at)?;
        let before = fs::metadata(&path).ok();
        if before.as_ref().is_some_and(|before| !before.is_file()) {
            bail!("{}: it is no regular file; name a new file or one to replace", at());
        }
        let folder = path.parent().unwrap_or(Path::new("/"));
        if !folder.is_dir() {
            bail!("{}: there is no folder {}", at(), given.parent().unwrap_or(folder).display());
        }
        let permissions = permissions(before.as_ref());
        let mut builder = tempfile::Builder::new();
        builder.prefix(".vtscan-").suffix(".part");
        let file = builder.tempfile_in(folder).with_context(at)?;
        Ok(Self { path, out: BufWriter::with_capacity(1 << 16, file), permissions })
    }

    /// Gives the file its name.
    pub(super) fn finish(self) -> io::Result<()> {
        let file = self.out.into_inner().map_err(io::IntoInnerError::into_error)?;
        // A name must not outlive its content when the power fails.
        file.as_file().sync_all()?;
        if let Some(permissions) = self.permissions {
            file.as_file().set_permissions(permissions)?;
        }
        file.persist(&self.path)?;
        Ok(())
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// What the file will allow: as the one before it, if that is the user's own, else what the umask leaves.
#[cfg(unix)]
fn permissions(before: Option<&Metadata>) -> Option<Permissions> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    use rustix::fs::Mode;
    use rustix::process::{geteuid, umask};

    if let Some(before) = before.filter(|before| before.uid() == geteuid().as_raw()) {
        return Some(before.permissions());
    }
    // It can only be asked by setting it; what is created in between is the user's alone.
    let mask = umask(Mode::RWXG | Mode::RWXO);
    umask(mask);
    Some(Permissions::from_mode(0o666 & !mask.as_raw_mode()))
}

#[cfg(not(unix))]
fn permissions(_before: Option<&Metadata>) -> Option<Permissions> {
    None
}
