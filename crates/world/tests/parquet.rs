//! Parquet files and record batches: the same values as the text, on any thread count.

#![cfg(feature = "arrow")]
#![expect(clippy::unwrap_used, reason = "a test that cannot make its world should stop")]

mod support;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::TimestampMicrosecondType;
use arrow::util::display::array_value_to_string;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use shelfcast_retail::{Feed, Quantity};
use shelfcast_world::{
    Compression, FileFormat, Part, Split, Table, World, WorldConfig, WorldError, WriteOptions,
};
use support::{Files, rows, small, write, written};

const PARQUET: FileFormat = FileFormat::Parquet;

fn batches(bytes: &[u8]) -> Vec<RecordBatch> {
    let bytes = bytes::Bytes::from(bytes.to_vec());
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().build().unwrap();
    reader.map(|batch| batch.unwrap()).collect()
}

/// Cells as the text files write them: decimals as short as can be, instants with a `Z`.
fn cells(batch: &RecordBatch) -> Vec<Vec<String>> {
    let cell = |column: usize, row: usize| {
        let array = batch.column(column);
        if array.is_null(row) {
            return String::new();
        }
        if let Some(instants) = array.as_primitive_opt::<TimestampMicrosecondType>() {
            // UTC without its name, which Arrow could only show with a table of zones.
            let instants = instants.clone().with_timezone_opt(None::<&str>);
            return array_value_to_string(&instants, row).unwrap() + "Z";
        }
        let text = array_value_to_string(array, row).unwrap();
        match array.data_type() {
            arrow::datatypes::DataType::Decimal128(..) => {
                text.parse::<Quantity>().unwrap().to_string()
            }
            _ => text,
        }
    };
    (0..batch.num_rows())
        .map(|row| (0..batch.num_columns()).map(|column| cell(column, row)).collect())
        .collect()
}

fn as_parquet(config: WorldConfig, threads: usize, split: Split) -> (Files, Files) {
    written(config, |options| WriteOptions { format: PARQUET, threads, split, ..options })
}

#[test]
fn parquet_files_hold_the_values_of_the_text() {
    let text = written(small(7), |options| options);
    let parquet = as_parquet(small(7), 1, Split::No);
    for (texts, parquets) in [(&text.0, &parquet.0), (&text.1, &parquet.1)] {
        assert_eq!(texts.len(), parquets.len());
        for (name, bytes) in texts {
            let columns: Vec<String> = csv::Reader::from_reader(&bytes[..])
                .headers()
                .unwrap()
                .iter()
                .map(str::to_owned)
                .collect();
            let found = &parquets[&name.replace(".csv", ".parquet")];
            let found: Vec<_> = batches(found).iter().flat_map(cells).collect();
            let expected = rows(bytes);
            assert_eq!(found.len(), expected.len(), "{name}");
            // Reals are rounded to six decimals in the text.
            if ["product_laws.csv", "supplier_laws.csv", "seasonality.csv"].contains(&name.as_str())
            {
                continue;
            }
            for (found, expected) in found.iter().zip(&expected) {
                let expected: Vec<_> = columns.iter().map(|column| &expected[column]).collect();
                assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{name}");
            }
        }
    }
}

#[test]
fn threads_change_no_byte_of_parquet() {
    let config = WorldConfig { places: 7, ..small(7) };
    for split in [Split::No, Split::Month, Split::Place] {
        assert_eq!(as_parquet(config, 1, split), as_parquet(config, 3, split), "{split:?}");
    }
}

#[test]
fn batches_hold_all_sales_of_a_place() {
    let world = World::new(small(7)).unwrap();
    let mut days = world.days_of(1);
    let mut n_sales = 0;
    while let Some(day) = days.next_day() {
        n_sales += day.sales.len();
    }
    let mut n_rows = 0;
    for batch in world.batches_of(1, 500) {
        let (table, batch) = batch.unwrap();
        assert_eq!(batch.schema(), table.schema());
        n_rows += if table == Table::Feed(Feed::Sales) { batch.num_rows() } else { 0 };
    }
    assert_eq!(n_rows, n_sales);
}

#[test]
fn what_parquet_cannot_do_is_refused() {
    let outside = tempfile::tempdir().unwrap();
    let (out, truth) = (outside.path().join("feeds"), outside.path().join("truth"));
    let world = World::new(small(7)).unwrap();
    let options = WriteOptions { format: PARQUET, truth: Some(&truth), ..WriteOptions::new(&out) };
    for refused in [
        WriteOptions { compression: Compression::Zstd, ..options },
        WriteOptions { dirt: 0.02, ..options },
        WriteOptions { part: Part::new(1, 2).unwrap(), ..options },
    ] {
        let error = write(&world, &refused).unwrap_err();
        assert!(matches!(error, WorldError::Options { .. }), "{error}");
    }
}
