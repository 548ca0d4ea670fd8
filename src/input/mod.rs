//! What is read: INPUT arguments, files, FIFOs and stdin in blocks of text, whatever their encoding,
//! and files to be hashed; and the threads that share such work.

mod arg;
mod blocks;
mod child;
mod cut;
mod decode;
mod document;
mod frame;
mod hash;
pub mod pool;
mod source;
mod utf8;

pub use self::arg::{DEFAULT_INPUT, InputArg, default_input, understand_all};
pub use self::blocks::{Block, Blocks};
pub use self::child::{is_child, serve as serve_as_child};
#[cfg(fuzzing)]
pub use self::decode::open_bytes;
pub use self::document::{Document, Mailbox};
pub use self::hash::FilesToHash;
pub use self::source::{Opened, Source};
pub use self::utf8::escape_invalid_utf8;
