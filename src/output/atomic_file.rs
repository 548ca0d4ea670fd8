//! A file that gets its name when it is whole: whoever reads it under that name never sees half of
//! one, and what stood there before stays until then.

use std::fs::{self, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tempfile::NamedTempFile;

/// A file in the making, beside the place where it will stand.
pub(super) struct AtomicFile {
    path: PathBuf,
    out: BufWriter<NamedTempFile>,
}

impl AtomicFile {
    /// Begins a file; fails before anything is spent on a run whose output has no place.
    pub(super) fn create(path: &Path) -> Result<Self> {
        let at = || format!("{} cannot be written", path.display());
        // A link stays one: what it points to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let before = fs::metadata(&path).ok();
        if before.as_ref().is_some_and(|before| !before.is_file()) {
            bail!("{}: it is no regular file; name a new file or one to replace", at());
        }
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        if !folder.is_dir() {
            bail!("{}: there is no folder {}", at(), folder.display());
        }
        let permissions = before.map_or_else(fresh, |before| Some(before.permissions()));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".vtscan-").suffix(".part");
        if let Some(permissions) = permissions {
            builder.permissions(permissions);
        }
        let file = builder.tempfile_in(folder).with_context(at)?;
        Ok(Self { path, out: BufWriter::with_capacity(1 << 16, file) })
    }

    /// Gives the file its name.
    pub(super) fn finish(self) -> io::Result<()> {
        let file = self.out.into_inner().map_err(io::IntoInnerError::into_error)?;
        // A name must not outlive its content when the power fails.
        file.as_file().sync_all()?;
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

/// A new file's permissions: what the user's umask leaves of these.
#[cfg(unix)]
fn fresh() -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn fresh() -> Option<Permissions> {
    None
}
