use flate2::write::GzEncoder;
use std::io::Write;

/// How text files are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// gzip, `.gz`.
    Gzip,
    /// Zstandard, `.zst`.
    Zstd,
}

impl Compression {
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Gzip => ".gz",
            Self::Zstd => ".zst",
        }
    }

    /// Bytes packed so that packed pieces one after the other are a packed file: members of
    /// gzip (RFC 1952, 2.2), frames of Zstandard (RFC 8878, 3.1).
    pub(crate) fn pack(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::None => bytes.to_vec(),
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
                // Writing into memory cannot fail.
                let _ = encoder.write_all(bytes);
                encoder.finish().unwrap_or_default()
            }
            Self::Zstd => zstd::bulk::compress(bytes, 1).unwrap_or_default(),
        }
    }
}
