//! What is read: INPUT arguments, files, FIFOs and stdin in blocks of text, whatever their encoding,
//! and files to be hashed; and the threads that share such work.

mod arg;
mod blocks;
mod cut;
mod decode;
mod hash;
pub mod pool;
mod source;
mod utf8;

pub use self::arg::{DEFAULT_INPUT, InputArg, default_input, understand_all};
pub use self::blocks::{Block, Blocks};
#[cfg(fuzzing)]
pub use self::decode::open_bytes;
pub use self::hash::FilesToHash;
pub use self::source::Source;
pub use self::utf8::escape_invalid_utf8;
