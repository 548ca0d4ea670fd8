//! Where lines come from: files and stdin, any bytes, numbered.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// A file's first bytes where it says that it is UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A source of lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file or a FIFO.
    File(PathBuf),
    /// Standard input, written `-`.
    Stdin,
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

    /// Hands every line to `each`, with its number from 1, without its line end.
    ///
    /// # Errors
    /// The source cannot be opened or read; the message names it.
    pub fn for_each_line(&self, each: impl FnMut(u64, &[u8])) -> Result<()> {
        match self {
            Self::Stdin => read_lines(io::stdin().lock(), each).context("stdin cannot be read"),
            Self::File(path) => {
                let file = open(path)?;
                read_lines(BufReader::with_capacity(1 << 16, file), each)
                    .with_context(|| format!("{} cannot be read", path.display()))
            }
        }
    }
}

fn open(path: &Path) -> Result<File> {
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    if file.metadata().is_ok_and(|file| file.is_dir()) {
        bail!(
            "{0} is a folder: name the files in it, such as {0}/*.txt",
            path.display().to_string().trim_end_matches('/')
        );
    }
    Ok(file)
}

fn read_lines(mut reader: impl BufRead, mut each: impl FnMut(u64, &[u8])) -> io::Result<()> {
    let mut line = Vec::new();
    let mut number = 0;
    while reader.read_until(b'\n', &mut line)? > 0 {
        number += 1;
        let mut text = line.strip_suffix(b"\n").unwrap_or(&line);
        text = text.strip_suffix(b"\r").unwrap_or(text);
        if number == 1 {
            text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        }
        each(number, text);
        line.clear();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_numbered_without_their_ends_and_a_byte_order_mark() {
        let mut lines = Vec::new();
        let bytes: &[u8] = b"\xEF\xBB\xBFone\r\ntwo\n\n\xFFfour";
        read_lines(bytes, |number, line| lines.push((number, line.to_vec()))).unwrap();
        let expected: [(u64, &[u8]); 4] = [(1, b"one"), (2, b"two"), (3, b""), (4, b"\xFFfour")];
        assert!(lines.iter().map(|(number, line)| (*number, line.as_slice())).eq(expected));
    }
}
