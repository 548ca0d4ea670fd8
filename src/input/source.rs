//! Where text comes from: files, FIFOs and stdin.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::blocks::Blocks;
use super::decode;
use super::document::{Document, Told};

/// A source of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file or a FIFO.
    File(PathBuf),
    /// Standard input, written `-`.
    Stdin,
}

/// A source that is open.
pub enum Opened {
    /// Text, in blocks.
    Text(Blocks),
    /// A document.
    Document(Document),
}

impl Source {
    /// The source's name in `origin`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Stdin => "-".to_owned(),
        }
    }

    /// Whether another program writes to it, whose failing would look like an empty input.
    #[must_use]
    pub fn is_pipe(&self) -> bool {
        let path = match self {
            Self::File(path) => path,
            Self::Stdin => Path::new("/dev/stdin"),
        };
        is_written_to(path)
    }

    /// Refuses a device, which may never end: `/dev/zero`. `/dev/null` ends at once.
    ///
    /// # Errors
    /// It is one.
    pub fn refuse_devices(&self) -> Result<()> {
        match self {
            Self::File(path) if is_device(path) => bail!("is a device and no file"),
            _ => Ok(()),
        }
    }

    /// The source's text, in blocks, whatever it is.
    ///
    /// # Errors
    /// The source cannot be opened or its beginning not be read, or it is something that holds no
    /// text. The message names it.
    pub fn open_as_text(&self) -> Result<Blocks> {
        let text = decode::text(self.raw()?).with_context(|| self.cannot_be_read())?;
        Ok(Blocks::new(text))
    }

    /// The source as what it is: text, or a document.
    ///
    /// # Errors
    /// The source cannot be opened or its beginning not be read. The message names it.
    pub fn open(&self) -> Result<Opened> {
        let told = Document::tell(self.raw()?, &self.name());
        Ok(match told.with_context(|| self.cannot_be_read())? {
            Told::Document(document) => Opened::Document(document),
            Told::Text(raw) => {
                let text = decode::text(raw).with_context(|| self.cannot_be_read())?;
                Opened::Text(Blocks::new(text))
            }
        })
    }

    /// The source's bytes.
    fn raw(&self) -> Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::Stdin => Box::new(io::stdin()),
            Self::File(path) => Box::new(File::open(path).with_context(|| self.cannot_be_read())?),
        })
    }

    /// The source's whole lines, one by one, with their numbers from 1 and without their ends.
    ///
    /// # Errors
    /// As for [`Self::open`]; and the rest of the source cannot be read.
    pub fn for_each_line(&self, mut each: impl FnMut(u64, &[u8]) -> Result<()>) -> Result<()> {
        let mut blocks = self.open_as_text()?;
        let (mut number, mut begun) = (0, Vec::new());
        while let Some(block) = blocks.next(Vec::new()).with_context(|| self.cannot_be_read())? {
            begun.extend_from_slice(&block.bytes);
            if block.is_unfinished {
                continue;
            }
            for line in lines(&begun) {
                number += 1;
                each(number, line)?;
            }
            begun.clear();
        }
        if !begun.is_empty() {
            each(number + 1, &begun)?;
        }
        Ok(())
    }

    /// What an error of reading is told to be about.
    #[must_use]
    pub fn cannot_be_read(&self) -> String {
        match self {
            Self::File(path) => format!("{} cannot be read", path.display()),
            Self::Stdin => "stdin cannot be read".to_owned(),
        }
    }
}

/// Lines end at LF, CR LF, or a CR by itself (classic Mac OS).
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let (line, tail) = rest.split_at(end);
        let ended = if tail.starts_with(b"\r\n") { 2 } else { tail.len().min(1) };
        rest = &tail[ended..];
        Some(line)
    })
}

#[cfg(unix)]
fn is_written_to(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    // Some programs connect their children by sockets instead.
    let is_one = |kind: std::fs::FileType| kind.is_fifo() || kind.is_socket();
    path.metadata().is_ok_and(|file| is_one(file.file_type()))
}

#[cfg(unix)]
fn is_device(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    let is_one = |kind: std::fs::FileType| kind.is_char_device() || kind.is_block_device();
    path != Path::new("/dev/null") && path.metadata().is_ok_and(|file| is_one(file.file_type()))
}

#[cfg(not(unix))]
fn is_device(_path: &Path) -> bool {
    false
}

#[cfg(not(unix))]
fn is_written_to(_path: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_lf_crlf_and_cr() {
        let found: Vec<&[u8]> = lines(b"one\r\ntwo\n\nthree\rfour\r\r\nfive").collect();
        let expected: [&[u8]; 7] = [b"one", b"two", b"", b"three", b"four", b"", b"five"];
        assert_eq!(found, expected);
        assert_eq!(lines(b"").count(), 0);
        assert_eq!(lines(b"\n").count(), 1);
    }
}
