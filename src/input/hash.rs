//! Files by their SHA-256: what is looked up of a file that is not to be uploaded.

use std::fs::{File, FileType, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::pool::{self, Work};

/// How many bytes of a file are read at once.
const CHUNK: u64 = 1 << 18;

/// Files to be hashed.
#[derive(Debug, Default)]
pub struct FilesToHash {
    /// Regular files, and what could not be listed.
    found: Vec<(PathBuf, Found)>,
    passed_over: u64,
}

/// How a file was found.
#[derive(Debug)]
enum Found {
    InFolder,
    /// By itself, so that a link is followed.
    ByName,
    Unreadable(io::Error),
}

impl FilesToHash {
    /// Finds the regular files that paths name, and all below folders among these: path by path, and
    /// sorted within each. A symbolic link that is named is followed, one in a folder is not, for it
    /// may lead anywhere. FIFOs, sockets and devices are no files that end: in a folder they are
    /// passed over, and one that is named cannot be read.
    ///
    /// # Errors
    /// There is nothing at one of the paths.
    pub fn find(paths: &[PathBuf]) -> Result<Self> {
        let mut files = Self::default();
        for path in paths {
            path.symlink_metadata().with_context(|| format!("--hash {}", path.display()))?;
            for entry in WalkDir::new(path).sort_by_file_name() {
                match entry {
                    Ok(entry) if entry.depth() == 0 => files.add_named(path),
                    Ok(entry) => files.add(entry.file_type(), entry.into_path()),
                    Err(error) => {
                        let path = error.path().unwrap_or(path).to_owned();
                        // Its own text repeats the path.
                        let loops = || io::Error::other("a loop of links");
                        let why = error.into_io_error().unwrap_or_else(loops);
                        files.found.push((path, Found::Unreadable(why)));
                    }
                }
            }
        }
        Ok(files)
    }

    /// The paths in order, each with why it cannot be listed.
    pub fn into_paths(self) -> impl Iterator<Item = (PathBuf, Option<io::Error>)> {
        let unreadable = |found| match found {
            Found::Unreadable(error) => Some(error),
            Found::InFolder | Found::ByName => None,
        };
        self.found.into_iter().map(move |(path, found)| (path, unreadable(found)))
    }

    /// How many were passed over that are no regular files.
    #[must_use]
    pub fn passed_over(&self) -> u64 {
        self.passed_over
    }

    /// Reads all files, on up to `threads` threads: each path, in order, with its SHA-256 in lower-case hex
    /// digits, or why it could not be read.
    ///
    /// # Errors
    /// A thread has panicked.
    pub fn digests(self, threads: usize) -> Result<Vec<(PathBuf, io::Result<String>)>> {
        let mut digests = Vec::with_capacity(self.found.len());
        let mut files = self.found.into_iter();
        // Even a few files may be large.
        let next = || Ok(files.next().map(|input| Work { input, bytes: pool::WORTH_THREADS }));
        let work = |(path, found): (PathBuf, Found)| {
            let digest = match found {
                Found::InFolder => sha256(&path),
                Found::ByName => path.canonicalize().and_then(|path| sha256(&path)),
                Found::Unreadable(error) => Err(error),
            };
            (path, digest)
        };
        pool::ordered_map(threads, next, work, |digest| digests.push(digest))?;
        Ok(digests)
    }

    /// Adds a file that is named by itself, with what a link leads to.
    fn add_named(&mut self, path: &Path) {
        let found = match path.metadata() {
            Ok(there) if there.is_dir() => return,
            Ok(there) if there.is_file() => Found::ByName,
            Ok(_) => Found::Unreadable(io::Error::other("it is no regular file")),
            Err(error) => Found::Unreadable(error),
        };
        self.found.push((path.to_owned(), found));
    }

    fn add(&mut self, file_type: FileType, path: PathBuf) {
        if file_type.is_file() {
            self.found.push((path, Found::InFolder));
        } else if !file_type.is_dir() {
            self.passed_over += 1;
        }
    }
}

/// A file's SHA-256, read chunk by chunk.
fn sha256(path: &Path) -> io::Result<String> {
    let (mut file, length) = open(path)?;
    // A small file needs no more than one byte to see its end.
    let size = CHUNK.min(length + 1);
    let mut chunk = vec![0; usize::try_from(size).map_err(io::Error::other)?];
    let mut hasher = Sha256::new();
    loop {
        match file.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => hasher.update(&chunk[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Opens a regular file, and nothing that has taken its place since it was found; also its length.
fn open(path: &Path) -> io::Result<(File, u64)> {
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
    let there = file.metadata()?;
    if !there.is_file() {
        return Err(io::Error::other("no regular file any more"));
    }
    Ok((file, there.len()))
}
