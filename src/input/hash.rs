//! Files by their SHA-256: what is looked up of a file that is not to be uploaded.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// So much of a file is read at once.
const CHUNK: usize = 1 << 18;

/// Files to be hashed.
#[derive(Debug, Default)]
pub struct Files {
    /// Regular files, and what could not be listed.
    found: Vec<(PathBuf, Option<io::Error>)>,
    passed_over: u64,
}

impl Files {
    /// Finds the regular files that paths name, and all below folders among these: path by path, and
    /// sorted within each. Symbolic links are not followed, for one in a folder of samples may lead
    /// anywhere, also where a shell's glob names it; FIFOs, sockets and devices are no files that
    /// end.
    ///
    /// # Errors
    /// There is nothing at one of the paths.
    pub fn find(paths: &[PathBuf]) -> Result<Self> {
        let mut files = Self::default();
        for path in paths {
            let there = path.symlink_metadata();
            let there = there.with_context(|| format!("--hash {}", path.display()))?;
            let first = files.found.len();
            let mut folders = Vec::new();
            files.sort_out(path.clone(), there.file_type(), &mut folders);
            while let Some(folder) = folders.pop() {
                if let Err(error) = files.list(&folder, &mut folders) {
                    files.found.push((folder, Some(error)));
                }
            }
            files.found[first..].sort_by(|(one, _), (other, _)| one.cmp(other));
        }
        Ok(files)
    }

    /// How many were passed over that are no regular files.
    #[must_use]
    pub fn passed_over(&self) -> u64 {
        self.passed_over
    }

    /// Reads all files, on so many threads: each path, in order, with its SHA-256 in lower-case hex
    /// digits, or why it could not be read.
    #[must_use]
    pub fn digests(self, threads: usize) -> Vec<(PathBuf, io::Result<String>)> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut chunk = vec![0; CHUNK];
            let mut done = Vec::new();
            while let number = next.fetch_add(1, Ordering::Relaxed)
                && let Some((path, error)) = self.found.get(number)
            {
                if error.is_none() {
                    done.push((number, sha256(path, &mut chunk)));
                }
            }
            done
        };
        let mut done = thread::scope(|scope| {
            let others: Vec<_> =
                (1..threads.min(self.found.len())).map(|_| scope.spawn(work)).collect();
            let mut done = work();
            // A panic of one of them is passed on by the scope.
            done.extend(others.into_iter().filter_map(|other| other.join().ok()).flatten());
            done
        });
        done.sort_unstable_by_key(|&(number, _)| number);
        let mut done = done.into_iter().map(|(_, digest)| digest);
        let digest = |(path, error): (PathBuf, Option<io::Error>)| {
            let digest = error.map_or_else(|| done.next(), |error| Some(Err(error)));
            Some((path, digest?))
        };
        self.found.into_iter().filter_map(digest).collect()
    }

    /// Takes in what a folder holds; folders in it are left for later.
    fn list(&mut self, folder: &Path, folders: &mut Vec<PathBuf>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            match entry.file_type() {
                Ok(kind) => self.sort_out(entry.path(), kind, folders),
                Err(error) => self.found.push((entry.path(), Some(error))),
            }
        }
        Ok(())
    }

    fn sort_out(&mut self, path: PathBuf, kind: fs::FileType, folders: &mut Vec<PathBuf>) {
        if kind.is_dir() {
            folders.push(path);
        } else if kind.is_file() {
            self.found.push((path, None));
        } else {
            self.passed_over += 1;
        }
    }
}

/// A file's SHA-256, read chunk by chunk.
fn sha256(path: &Path, chunk: &mut [u8]) -> io::Result<String> {
    let mut file = open(path)?;
    let mut hasher = Sha256::new();
    loop {
        match file.read(chunk) {
            Ok(0) => break,
            Ok(read) => hasher.update(&chunk[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Opens a regular file, and nothing that has taken its place since it was found.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;

        use rustix::fs::OFlags;
        // A FIFO that nobody writes would be waited for.
        options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
    }
    let file = options.open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("no regular file any more"));
    }
    Ok(file)
}
