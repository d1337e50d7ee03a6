//! What an order is planned from, read out of one struct column by field name.

mod fields;
mod row;

use crate::columns::{argument, calibration_from, external, model_from};
use crate::demand_series::retail;
use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::datatypes::DataType;
use datafusion_common::{Result, exec_datafusion_err, exec_err};
use datafusion_expr::ScalarFunctionArgs;
use shelfcast_forecast::{Calibration, Frequency};
use shelfcast_inventory::DemandPaths;
use shelfcast_retail::{Day, TradingCalendar};

use fields::FieldReader;
pub use row::closure_days;
pub(crate) use row::{InputRow, Planned};

/// A decimal wide enough for every sum that the models make.
pub(crate) const EXACT: DataType = DataType::Decimal128(38, 4);

/// The first three arguments of a planning function: model, calibration and the struct of inputs.
pub(crate) struct Inputs {
    function: &'static str,
    models: ArrayRef,
    calibrations: Calibrations,
    fields: StructArray,
}

/// The calibrations of a batch: few, each of many rows.
struct Calibrations {
    distinct: Vec<Calibration>,
    /// Of each row the place in `distinct`.
    of_row: Vec<Option<usize>>,
}

impl Calibrations {
    fn read(column: &ArrayRef) -> Result<Self> {
        let mut known: Vec<&[u8]> = Vec::new();
        let mut read = Self { distinct: Vec::new(), of_row: Vec::with_capacity(column.len()) };
        for bytes in column.as_binary::<i32>() {
            let place = bytes.map(|bytes| {
                let place = known.iter().position(|other| *other == bytes);
                place.unwrap_or_else(|| {
                    known.push(bytes);
                    known.len() - 1
                })
            });
            if read.distinct.len() < known.len() {
                read.distinct.extend(calibration_from(bytes)?);
            }
            read.of_row.push(place);
        }
        Ok(read)
    }

    fn of(&self, row: usize) -> Option<&Calibration> {
        self.of_row[row].map(|place| &self.distinct[place])
    }
}

impl Inputs {
    pub(crate) fn new(function: &'static str, args: &ScalarFunctionArgs) -> Result<Self> {
        let fields = args.args[2].clone().into_array(args.number_rows)?;
        let Some(fields) = fields.as_struct_opt() else {
            return exec_err!("{function} takes named_struct(...) as its third argument");
        };
        Ok(Self {
            function,
            models: argument(args, 0, &DataType::Binary)?,
            calibrations: Calibrations::read(&argument(args, 1, &DataType::Binary)?)?,
            fields: fields.clone(),
        })
    }

    /// The rows, in order; one that cannot be planned says why.
    pub(crate) fn rows(&self) -> Result<Vec<Planned<InputRow>>> {
        row::read(&FieldReader { inputs: self })
    }

    /// Sample paths of the `n_days` from the order day of `row` on. Paths depend on the seed and
    /// the series alone. Those of a model of weeks or months are drawn by its period and spread
    /// over the days of each.
    pub(crate) fn paths(&self, row: &InputRow, n_days: usize) -> Result<DemandPaths> {
        self.some_paths(row, n_days, row.n_paths)
    }

    /// The same, `n_paths` of them.
    pub(crate) fn some_paths(
        &self,
        row: &InputRow,
        n_days: usize,
        n_paths: usize,
    ) -> Result<DemandPaths> {
        if !row.has_model {
            return DemandPaths::new(&vec![0.0; n_days], 1, n_days).map_err(external);
        }
        let model = model_from(self.models.as_binary::<i32>().value(row.row))?;
        let calibration = self.calibrations.of(row.row);
        let seed = row.seed ^ hash(&row.series_id);
        let first =
            TradingCalendar::default().period_after(row.last_period, retail(model.frequency()), 1);
        // Demand may be known only until some days before the stock is.
        let skipped = row.stock_day.plus(1).days_since(first).max(0) as usize;
        let sampled = match model.frequency() {
            Frequency::Day => model.sample_paths(skipped + n_days, n_paths, seed, calibration),
            longer => {
                let open = open_days(row, longer, first, skipped + n_days);
                let drawn = model.sample_paths(open.len(), n_paths, seed, calibration);
                drawn.over_days(&open, model.is_whole(), seed)
            }
        };
        let sampled = sampled.within(skipped..skipped + n_days);
        DemandPaths::new(sampled.values(), n_paths, n_days).map_err(external)
    }
}

/// Of each week or month from `first` on until there are `n_days` days: whether there is trade on
/// its days.
fn open_days(row: &InputRow, frequency: Frequency, first: Day, n_days: usize) -> Vec<Vec<bool>> {
    let calendar = TradingCalendar::default();
    let last = first.plus(n_days as i32 - 1);
    let mut periods = Vec::new();
    let mut start = first;
    while start <= last {
        let next = calendar.period_after(start, retail(frequency), 1);
        let days = (0..next.days_since(start)).map(|day| start.plus(day));
        periods.push(days.map(|day| !row.closed_days.contains(&day)).collect());
        start = next;
    }
    periods
}

pub(crate) fn whole(value: i64) -> Result<u32> {
    u32::try_from(value)
        .map_err(|_| exec_datafusion_err!("a number of days or paths is 0 or more, found {value}"))
}

/// FNV-1a (Fowler, Noll, Vo): the same on every platform.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
