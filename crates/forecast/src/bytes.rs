//! Little-endian state: magic, version, fields. Reading checks everything and never panics.

use crate::StateError;

/// One kind of stored state.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) magic: [u8; 4],
    pub(crate) version: u16,
}

/// Longest name in a state, in bytes.
pub(crate) const LONGEST_TEXT: usize = 256;

pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn new(kind: &Kind) -> Self {
        let mut bytes = Vec::with_capacity(1024);
        bytes.extend_from_slice(&kind.magic);
        bytes.extend_from_slice(&kind.version.to_le_bytes());
        Self { bytes }
    }

    pub(crate) fn byte(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub(crate) fn count(&mut self, value: usize) {
        // Every counted thing is bounded by `MAXIMUM_PERIODS` or by a histogram's size.
        self.bytes.extend_from_slice(&(value as u32).to_le_bytes());
    }

    pub(crate) fn word(&mut self, value: u64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn wide(&mut self, value: i128) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn float(&mut self, value: f64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn half(&mut self, value: f32) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn floats(&mut self, values: &[f64]) {
        self.count(values.len());
        values.iter().for_each(|value| self.float(*value));
    }

    pub(crate) fn halves(&mut self, values: &[f32]) {
        self.count(values.len());
        for value in values {
            self.bytes.extend_from_slice(&value.to_le_bytes());
        }
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.bytes.extend_from_slice(text.as_bytes());
    }

    pub(crate) fn optional(&mut self, value: Option<f64>) {
        self.byte(u8::from(value.is_some()));
        value.into_iter().for_each(|value| self.float(value));
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    length: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8], kind: &Kind) -> Result<Self, StateError> {
        let mut reader = Self { rest: bytes, length: bytes.len() };
        if !bytes.starts_with(&kind.magic) {
            return Err(StateError::WrongKind { expected: kind.name });
        }
        reader.rest = &bytes[kind.magic.len()..];
        let found = u16::from_le_bytes(reader.array()?);
        if found != kind.version {
            return Err(StateError::UnknownVersion {
                kind: kind.name,
                found,
                supported: kind.version,
            });
        }
        Ok(reader)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], StateError> {
        let (head, rest) = self
            .rest
            .split_first_chunk::<N>()
            .ok_or(StateError::Truncated { length: self.length })?;
        self.rest = rest;
        Ok(*head)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, StateError> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    /// A flag, stored as 0 or 1.
    pub(crate) fn flag(&mut self) -> Result<bool, StateError> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(StateError::Invalid { field: "flag" }),
        }
    }

    /// A count up to `maximum`.
    pub(crate) fn count(&mut self, maximum: usize) -> Result<usize, StateError> {
        let value = u32::from_le_bytes(self.array()?) as usize;
        if value <= maximum { Ok(value) } else { Err(StateError::Invalid { field: "count" }) }
    }

    pub(crate) fn word(&mut self) -> Result<u64, StateError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    pub(crate) fn wide(&mut self) -> Result<i128, StateError> {
        Ok(i128::from_le_bytes(self.array()?))
    }

    /// A finite number.
    pub(crate) fn float(&mut self) -> Result<f64, StateError> {
        let value = f64::from_le_bytes(self.array()?);
        if value.is_finite() { Ok(value) } else { Err(StateError::Invalid { field: "number" }) }
    }

    /// A finite short number.
    pub(crate) fn half(&mut self) -> Result<f64, StateError> {
        let value = f64::from(f32::from_le_bytes(self.array()?));
        if value.is_finite() { Ok(value) } else { Err(StateError::Invalid { field: "number" }) }
    }

    /// A finite number in `0..=maximum`.
    pub(crate) fn positive(&mut self, maximum: f64) -> Result<f64, StateError> {
        let value = self.float()?;
        if (0.0..=maximum).contains(&value) {
            Ok(value)
        } else {
            Err(StateError::Invalid { field: "number" })
        }
    }

    /// A finite number of at most `maximum` in size.
    pub(crate) fn within(&mut self, maximum: f64) -> Result<f64, StateError> {
        let value = self.float()?;
        if value.abs() <= maximum {
            Ok(value)
        } else {
            Err(StateError::Invalid { field: "number" })
        }
    }

    /// Up to `count` numbers, each of at most `maximum` in size.
    pub(crate) fn floats_within(
        &mut self,
        count: usize,
        maximum: f64,
    ) -> Result<Vec<f64>, StateError> {
        let count = self.count(count)?;
        (0..count).map(|_| self.within(maximum)).collect()
    }

    /// Up to `maximum` finite numbers.
    pub(crate) fn floats(&mut self, maximum: usize) -> Result<Vec<f64>, StateError> {
        let count = self.count(maximum)?;
        (0..count).map(|_| self.float()).collect()
    }

    /// Up to `maximum` short numbers, NaN included: it stands for "not scored".
    pub(crate) fn halves(&mut self, maximum: usize) -> Result<Vec<f32>, StateError> {
        let count = self.count(maximum)?;
        (0..count).map(|_| Ok(f32::from_le_bytes(self.array()?))).collect()
    }

    /// A short text.
    pub(crate) fn text(&mut self) -> Result<String, StateError> {
        let length = self.count(LONGEST_TEXT)?;
        let (head, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(StateError::Truncated { length: self.length })?;
        self.rest = rest;
        let text = std::str::from_utf8(head).map_err(|_| StateError::Invalid { field: "text" })?;
        Ok(text.to_owned())
    }

    pub(crate) fn optional(&mut self) -> Result<Option<f64>, StateError> {
        if self.flag()? { self.float().map(Some) } else { Ok(None) }
    }

    pub(crate) fn finish(self) -> Result<(), StateError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(StateError::TrailingBytes { extra: self.rest.len() })
        }
    }
}
