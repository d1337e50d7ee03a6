//! From files as they come to rows of text with a name, a place and an origin.
//!
//! A [`TextReader`] is the one door for files of any format: it finds out how a
//! file is packed, encoded and cut and gives its rows in chunks, in bounded
//! memory. A [`SourceSpec`] says which files feed what and which of their columns
//! mean what; a [`FeedReader`] applies it, with an [`Expression`] where a column
//! is computed. [`propose`] writes a first `SourceSpec` from headers and values,
//! with a reason for every column and a question where it cannot know.
//!
//! Used by `contracts`, which judges the rows, and by the verbs `init` and
//! `ingest`. No value is judged or dropped here: a row that does not fit its
//! header travels on with a note. Tables, types and rules are elsewhere.

mod chunk;
mod chunk_builder;
mod columnar;
mod compute;
mod dates;
mod delimited;
mod dialect;
mod encoding;
mod error;
mod feed_reader;
mod fixed;
mod guard;
mod header;
mod input;
mod join;
mod lookup;
mod numbers;
mod options;
mod origin;
mod propose;
mod reader;
mod records;
mod spec;
#[cfg(test)]
mod tests;
mod text;
mod wide;
mod workbook;

pub use chunk::{RaggedRow, RowTexts, TextChunk, TextColumn, UnmatchedRow};
pub use compute::Expression;
pub use dates::{DateFormat, Moment, NumberedPeriods};
pub use dialect::delimiter_name;
pub use encoding::Encoding;
pub use error::SourceError;
pub use feed_reader::FeedReader;
pub use guard::is_guarded;
pub use input::Compression;
pub use lookup::Lookups;
pub use numbers::NumberFormat;
pub use options::{FileProfile, ReadOptions};
pub use propose::{
    Answers, Certainty, Choice, FileNote, Proposal, ProposedColumn, ProposedSource, Question,
    UnusedColumn, propose, propose_with,
};
pub use reader::TextReader;
pub use spec::{
    ColumnSource, Corrections, Duplicates, FileFormat, FixedField, HeaderSource, KindRule,
    LookupSpec, SourceSpec, WideBlank, WideColumns,
};
