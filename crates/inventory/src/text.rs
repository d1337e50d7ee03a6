//! Numbers as a buyer reads them.

use shelfcast_retail::{Quantity, Rate};

/// At most one decimal; more where the amount is small.
pub(crate) fn amount(quantity: Quantity) -> String {
    let decimals = match quantity.parts().unsigned_abs() {
        10_000.. => 1,
        1_000..10_000 => 2,
        _ => 4,
    };
    quantity.round_half_even(decimals).to_string()
}

/// A rate in per cent: 0.975 is "97.5 %".
pub(crate) fn percent(rate: Rate) -> String {
    format!("{} %", Quantity::from_parts(rate.parts() * 100))
}

/// "1 day", "2 days".
pub(crate) fn counted(count: impl Into<u64>, singular: &str) -> String {
    match count.into() {
        1 => format!("1 {singular}"),
        count => format!("{count} {singular}s"),
    }
}

/// A clause as a sentence of its own.
pub(crate) fn sentence(clause: &str) -> String {
    let mut letters = clause.trim_end_matches('.').chars();
    letters
        .next()
        .map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_the_decimals_that_matter() {
        let shown = |text: &str| amount(text.parse().unwrap());
        assert_eq!(shown("65.1234"), "65.1");
        assert_eq!(shown("65.04"), "65");
        assert_eq!(shown("0.3333"), "0.33");
        assert_eq!(shown("0.0123"), "0.0123");
        assert_eq!(shown("-12.25"), "-12.2");
    }

    #[test]
    fn rates_read_as_per_cent() {
        let shown = |text: &str| percent(text.parse().unwrap());
        assert_eq!([shown("0.95"), shown("0.975"), shown("1")], ["95 %", "97.5 %", "100 %"]);
    }

    #[test]
    fn clauses_become_sentences() {
        assert_eq!(sentence("lead time is assumed"), "Lead time is assumed.");
        assert_eq!(sentence("Done."), "Done.");
        assert_eq!(sentence(""), "");
    }
}
