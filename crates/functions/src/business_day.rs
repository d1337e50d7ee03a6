use crate::columns::argument;
use arrow::array::{Array, ArrayRef, AsArray, Date32Array, StringArray};
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use datafusion_common::Result;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use shelfcast_retail::{Day, ZoneRules};
use std::collections::HashMap;
use std::sync::Arc;

const DAY: i64 = 86_400_000_000;

/// `business_day(instant, source_zone, place_zone)`: the day on the clocks of the place where a
/// thing happened.
///
/// Times of a source without a zone are those of the place already, so their date holds. With one
/// they are instants, which the place's zone turns into days (the source's, where the place has
/// none or one that is not known). Midnight on the source's clocks is a date that named no time,
/// and holds as it was written.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct BusinessDay {
    signature: Signature,
}

impl BusinessDay {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::any(3, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for BusinessDay {
    fn name(&self) -> &str {
        "business_day"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Date32)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let instant = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let instants = argument(&args, 0, &instant)?;
        let instants = instants.as_primitive::<TimestampMicrosecondType>();
        let sources = argument(&args, 1, &DataType::Utf8)?;
        let places = argument(&args, 2, &DataType::Utf8)?;
        let (sources, places) = (sources.as_string::<i32>(), places.as_string::<i32>());
        let mut zones = Zones::default();
        let days: Date32Array = (0..args.number_rows)
            .map(|row| {
                let instant = instants.is_valid(row).then(|| instants.value(row))?;
                zones.day(instant, text(sources, row), text(places, row))
            })
            .collect();
        Ok(ColumnarValue::Array(Arc::new(days) as ArrayRef))
    }
}

fn text(texts: &StringArray, row: usize) -> Option<&str> {
    texts.is_valid(row).then(|| texts.value(row))
}

/// Zones by name, each looked up once a batch.
#[derive(Default)]
struct Zones<'a>(HashMap<&'a str, Option<ZoneRules>>);

impl<'a> Zones<'a> {
    fn rules(&mut self, name: Option<&'a str>) -> Option<&ZoneRules> {
        let name = name?;
        self.0.entry(name).or_insert_with(|| ZoneRules::named(name).ok()).as_ref()
    }

    fn day(
        &mut self,
        instant: i64,
        source: Option<&'a str>,
        place: Option<&'a str>,
    ) -> Option<i32> {
        let written = i32::try_from(instant.div_euclid(DAY)).ok();
        let Some(rules) = self.rules(source) else { return written };
        let day = rules.day(instant)?;
        let is_midnight = rules.day(instant - 1) < Some(day);
        let local = match self.rules(place) {
            Some(rules) if !is_midnight => rules.day(instant)?,
            _ => day,
        };
        Some(Day::epoch_days(local))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(instant: &str, source: Option<&str>, place: Option<&str>) -> String {
        let instant = instant.parse::<i64>().unwrap() * 1_000_000;
        let day = Zones::default().day(instant, source, place).unwrap();
        Day::from_epoch_days(day).to_string()
    }

    #[test]
    fn an_evening_in_new_york_is_not_the_next_day() {
        // date -u -d 2024-08-26T02:30:00Z +%s
        let instant = "1724639400";
        assert_eq!(day(instant, None, Some("America/New_York")), "2024-08-26");
        assert_eq!(day(instant, Some("UTC"), Some("America/New_York")), "2024-08-25");
        assert_eq!(day(instant, Some("Asia/Tokyo"), None), "2024-08-26");
        assert_eq!(day(instant, Some("America/New_York"), Some("Mars/Olympus")), "2024-08-25");
    }

    #[test]
    fn a_date_without_a_time_holds_as_it_was_written() {
        // Midnight of 26 August 2024 in Berlin: date -u -d 2024-08-25T22:00:00Z +%s
        assert_eq!(day("1724623200", Some("Europe/Berlin"), Some("Europe/London")), "2024-08-26");
        assert_eq!(day("1724623201", Some("Europe/Berlin"), Some("Europe/London")), "2024-08-25");
    }
}
