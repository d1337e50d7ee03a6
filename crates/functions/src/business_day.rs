use crate::columns::argument;
use arrow::array::{Array, ArrayRef, AsArray, Date32Array, StringArray};
use arrow::datatypes::{DataType, Date32Type, TimeUnit, TimestampMicrosecondType};
use datafusion_common::Result;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use shelfcast_retail::{Day, ZoneRules};
use std::collections::HashMap;
use std::sync::Arc;

/// `business_day(instant, written, source_zone, place_zone)`: the day on the clocks of the place
/// where a thing happened; `written` is the day on the clocks of its source.
///
/// Times of a source without a zone are those of the place already, so their date holds. With one
/// they are instants, which the place's zone turns into days; where the place has none, or one that
/// is not known, the source's day holds. So does midnight on the source's clocks: a date that named
/// no time.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct BusinessDay {
    signature: Signature,
}

impl BusinessDay {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::any(4, Volatility::Immutable) }
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
        let written = argument(&args, 1, &DataType::Date32)?;
        let written = written.as_primitive::<Date32Type>();
        let sources = argument(&args, 2, &DataType::Utf8)?;
        let places = argument(&args, 3, &DataType::Utf8)?;
        let (sources, places) = (sources.as_string::<i32>(), places.as_string::<i32>());
        let mut zones = Zones::default();
        let days: Date32Array = (0..args.number_rows)
            .map(|row| {
                let instant = instants.is_valid(row).then(|| instants.value(row))?;
                let written = written.is_valid(row).then(|| written.value(row))?;
                let moved = zones.day(instant, text(sources, row), text(places, row));
                Some(moved.unwrap_or(written))
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

    /// The day on the clocks of the place, where it may be another than the one written.
    fn day(
        &mut self,
        instant: i64,
        source: Option<&'a str>,
        place: Option<&'a str>,
    ) -> Option<i32> {
        let source = self.rules(source)?;
        let is_midnight = source.day(instant - 1) < source.day(instant);
        let place = self.rules(place).filter(|_| !is_midnight)?;
        place.day(instant).map(Day::epoch_days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(instant: &str, source: Option<&str>, place: Option<&str>) -> Option<String> {
        let instant = instant.parse::<i64>().unwrap() * 1_000_000;
        let day = Zones::default().day(instant, source, place)?;
        Some(Day::from_epoch_days(day).to_string())
    }

    #[test]
    fn an_evening_in_new_york_is_not_the_next_day() {
        // date -u -d 2024-08-26T02:30:00Z +%s
        let found = day("1724639400", Some("UTC"), Some("America/New_York"));
        assert_eq!(found.as_deref(), Some("2024-08-25"));
    }

    #[test]
    fn what_is_written_holds_where_no_zone_says_otherwise() {
        let instant = "1724639400";
        assert_eq!(day(instant, None, Some("America/New_York")), None);
        assert_eq!(day(instant, Some("Asia/Tokyo"), None), None);
        assert_eq!(day(instant, Some("America/New_York"), Some("Mars/Olympus")), None);
        // Midnight of 26 August 2024 in Berlin: date -u -d 2024-08-25T22:00:00Z +%s
        assert_eq!(day("1724623200", Some("Europe/Berlin"), Some("Europe/London")), None);
    }

    #[test]
    fn a_second_past_midnight_is_an_instant() {
        let found = day("1724623201", Some("Europe/Berlin"), Some("Europe/London"));
        assert_eq!(found.as_deref(), Some("2024-08-25"));
    }
}
