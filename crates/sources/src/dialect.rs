use csv_core::{ReadRecordResult, ReaderBuilder};

/// The delimiters that are looked for, the likelier first.
const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Records of the sample that are judged.
const MAX_RECORDS: usize = 200;

/// The delimiter that cuts the sample into the most regular records.
///
/// For each candidate the records with as many fields as the header are
/// counted; the largest share wins, then the most fields, then the order
/// `,` `;` tab `|`. A file of one column has no delimiter and gets the comma.
pub(crate) fn sniff_delimiter(sample: &str, sample_is_all: bool, quote: u8) -> u8 {
    let mut best = (0.0, 1, CANDIDATES[0]);
    let stands = |delimiter: &u8| *delimiter != quote && sample.as_bytes().contains(delimiter);
    for delimiter in CANDIDATES.into_iter().filter(stands) {
        let fields = fields_per_record(sample, sample_is_all, delimiter, quote);
        let Some((&header, rows)) = fields.split_first() else { continue };
        if header < 2 {
            continue;
        }
        let regular = rows.iter().filter(|n_fields| **n_fields == header).count();
        let share = if rows.is_empty() { 1.0 } else { regular as f64 / rows.len() as f64 };
        if (share, header) > (best.0, best.1) {
            best = (share, header, delimiter);
        }
    }
    best.2
}

fn fields_per_record(sample: &str, sample_is_all: bool, delimiter: u8, quote: u8) -> Vec<usize> {
    let mut splitter = ReaderBuilder::new().delimiter(delimiter).quote(quote).build();
    // What is written there is not looked at: when it is full it is written over.
    let (mut fields, mut ends) = ([0; 4096], [0; 256]);
    let mut rest = sample.as_bytes();
    let mut counts = Vec::new();
    let mut n_ends = 0;
    while counts.len() < MAX_RECORDS {
        let (outcome, n_read, _, n_new) = splitter.read_record(rest, &mut fields, &mut ends);
        rest = &rest[n_read..];
        n_ends += n_new;
        match outcome {
            ReadRecordResult::Record => counts.push(std::mem::take(&mut n_ends)),
            ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {}
            // The last record of a cut sample is not whole.
            ReadRecordResult::InputEmpty if sample_is_all => {}
            _ => break,
        }
    }
    counts
}

/// How a delimiter is called in messages.
pub fn delimiter_name(delimiter: u8) -> String {
    match delimiter {
        b'\t' => "tab".to_owned(),
        other => format!("`{}`", char::from(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_delimiter_is_found() {
        for delimiter in [',', ';', '\t', '|'] {
            let text = format!("a{delimiter}b{delimiter}c\n1{delimiter}2{delimiter}3\n");
            assert_eq!(sniff_delimiter(&text, true, b'"'), delimiter as u8, "{text:?}");
        }
    }

    #[test]
    fn decimal_commas_do_not_hide_the_semicolon() {
        let text = "id;price;note\n1;13,75;a, b\n2;9,10;c\n3;1,00;d, e, f\n";
        assert_eq!(sniff_delimiter(text, true, b'"'), b';');
    }

    #[test]
    fn delimiters_inside_quotes_do_not_count() {
        let text = "id,note\n1,\"a;b;c\"\n2,\"d;e;f\"\n";
        assert_eq!(sniff_delimiter(text, true, b'"'), b',');
    }

    #[test]
    fn a_single_column_gets_the_comma() {
        assert_eq!(sniff_delimiter("id\n1\n2\n", true, b'"'), b',');
    }

    #[test]
    fn long_records_of_many_fields_are_counted_whole() {
        let wide = vec!["x".repeat(20); 1_000].join(";");
        let text = format!("{wide}\n{wide}\n");
        assert_eq!(fields_per_record(&text, true, b';', b'"'), [1_000, 1_000]);
    }

    #[test]
    fn the_cut_record_of_a_sample_does_not_count() {
        assert_eq!(fields_per_record("a,b\n1,2\n3", false, b',', b'"'), [2, 2]);
        assert_eq!(fields_per_record("a,b\n1,2\n3", true, b',', b'"'), [2, 2, 1]);
    }
}
