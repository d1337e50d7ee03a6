//! From files as they come to rows of text with a name, a place and an origin.
//!
//! A [`TextReader`] finds out how a delimited file is packed, encoded and cut
//! and gives its rows in chunks, in bounded memory. A [`SourceSpec`] says which
//! files feed what and which of their columns mean what; a [`FeedReader`]
//! applies it. [`propose`] writes a first `SourceSpec` from headers and values,
//! with a reason for every column and a question where it cannot know.
//!
//! Used by `contracts`, which judges the rows, and by the verbs `init` and
//! `ingest`. No value is judged or dropped here: a row that does not fit its
//! header travels on with a note. Tables, types and rules are elsewhere.

mod chunk;
mod dates;
mod dialect;
mod encoding;
mod error;
mod feed_reader;
mod input;
mod numbers;
mod propose;
mod reader;
mod records;
mod spec;
#[cfg(test)]
mod tests;

pub use chunk::{RaggedRow, TextChunk, TextColumn};
pub use dates::{DateFormat, ZoneRules};
pub use dialect::delimiter_name;
pub use encoding::Encoding;
pub use error::SourceError;
pub use feed_reader::FeedReader;
pub use input::Compression;
pub use numbers::NumberFormat;
pub use propose::{
    Certainty, FileNote, Proposal, ProposedColumn, ProposedSource, Question, propose,
};
pub use reader::{FileProfile, ReadOptions, TextReader};
pub use spec::{ColumnSource, SourceSpec};
