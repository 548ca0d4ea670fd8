//! The digests that name a file, told by their length.

/// Which hash of a file a run of hex digits is: one of the three by which VirusTotal finds a file.
///
/// ```
/// use iocs::indicator::Digest;
///
/// assert_eq!(Digest::of("d41d8cd98f00b204e9800998ecf8427e"), Some(Digest::Md5));
/// assert_eq!(Digest::of("d41d8cd98f00b204"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Digest {
    /// 32 digits (RFC 1321).
    Md5,
    /// 40 digits (FIPS 180-4).
    Sha1,
    /// 64 digits (FIPS 180-4).
    Sha256,
}

impl Digest {
    /// By length alone, which is all that a hash tells about itself. `None` unless `hex` is hex
    /// digits.
    #[must_use]
    pub fn of(hex: &str) -> Option<Digest> {
        let digest = match hex.len() {
            32 => Digest::Md5,
            40 => Digest::Sha1,
            64 => Digest::Sha256,
            _ => return None,
        };
        hex.bytes().all(|b| b.is_ascii_hexdigit()).then_some(digest)
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Digest::Md5 => "md5",
            Digest::Sha1 => "sha1",
            Digest::Sha256 => "sha256",
        }
    }
}
