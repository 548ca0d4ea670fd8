//! The streams of a message, by the property that each holds.

use std::io::{self, Cursor, Read as _};

use cfb::CompoundFile;

use super::super::charset;
use super::properties;

/// A message's compound file.
pub(super) struct Storage<'f> {
    file: CompoundFile<Cursor<&'f [u8]>>,
    /// The longest stream that is read.
    most: u64,
}

/// Types of properties, as the names of streams end (MS-OXCDATA, section 2.11.1).
const UNICODE: &str = "001F";
const STRING: &str = "001E";
const BINARY: &str = "0102";
const OBJECT: &str = "000D";

impl<'f> Storage<'f> {
    pub(super) fn open(file: &'f [u8], most: u64) -> io::Result<Self> {
        Ok(Self { file: CompoundFile::open(Cursor::new(file))?, most })
    }

    fn stream(&mut self, path: &str) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.file.open_stream(path)?.take(self.most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn path(storage: &str, property: u16, kind: &str) -> String {
        format!("{}/__substg1.0_{property:04X}{kind}", storage.trim_end_matches('/'))
    }

    /// A property that is bytes; `None` where the message has none.
    pub(super) fn bytes(&mut self, storage: &str, property: u16) -> io::Result<Option<Vec<u8>>> {
        let path = Self::path(storage, property, BINARY);
        if self.file.is_stream(&path) { self.stream(&path).map(Some) } else { Ok(None) }
    }

    /// A property that is text, without the NUL at its end.
    pub(super) fn text(&mut self, storage: &str, property: u16, code_page: u32) -> Option<String> {
        if let Ok(bytes) = self.stream(&Self::path(storage, property, UNICODE)) {
            let units = bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair));
            let text = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
            return Some(text.filter(|c| *c != '\0').collect());
        }
        let bytes = self.stream(&Self::path(storage, property, STRING)).ok()?;
        let text = charset::decode(&bytes, charset::of_code_page(code_page));
        Some(text.replace('\0', ""))
    }

    /// The code page of a message's texts; 0 where it names none.
    pub(super) fn code_page(&mut self, storage: &str) -> u32 {
        let path = format!("{}/__properties_version1.0", storage.trim_end_matches('/'));
        self.stream(&path).ok().and_then(|stream| properties::code_page(&stream)).unwrap_or(0)
    }

    /// The storages of a message's attachments.
    pub(super) fn attachments(&self, storage: &str) -> Vec<String> {
        self.storages(storage, "__attach_version1.0_")
    }

    /// The storages of a message's recipients.
    pub(super) fn recipients(&self, storage: &str) -> Vec<String> {
        self.storages(storage, "__recip_version1.0_")
    }

    fn storages(&self, storage: &str, begin: &str) -> Vec<String> {
        let Ok(entries) = self.file.read_storage(storage) else { return Vec::new() };
        entries
            .filter(|entry| entry.is_storage() && entry.name().starts_with(begin))
            .map(|entry| format!("{}/{}", storage.trim_end_matches('/'), entry.name()))
            .collect()
    }

    /// The storage of the message that an attachment is.
    pub(super) fn message_in(&self, attachment: &str) -> Option<String> {
        let path = Self::path(attachment, properties::ATTACHED, OBJECT);
        let has_properties = self.file.is_stream(format!("{path}/__properties_version1.0"));
        (has_properties && self.file.is_storage(&path)).then_some(path)
    }
}
