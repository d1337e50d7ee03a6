//! What an order is planned from, read out of one struct column by field name.

use crate::columns::{calibration_from, element, external, missing, model_from};
use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Decimal128Array, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Fields, Int64Type};
use datafusion_common::{Result, exec_datafusion_err, exec_err};
use datafusion_expr::ScalarFunctionArgs;
use shelfcast_inventory::{
    Constraints, DemandPaths, Economics, OpenOrder, Policy, Position, Unmet,
};
use shelfcast_retail::{Day, Money, Quantity, Rate};

use crate::columns::{argument, nullable};

/// A decimal wide enough for every sum that the models make.
pub(crate) const EXACT: DataType = DataType::Decimal128(38, 4);

/// The three arguments of a planning function: model, calibration and the struct of inputs.
pub(crate) struct Inputs {
    function: &'static str,
    models: ArrayRef,
    calibrations: ArrayRef,
    fields: StructArray,
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
            calibrations: argument(args, 1, &DataType::Binary)?,
            fields: fields.clone(),
        })
    }

    /// The rows, in order; `None` where there is no model or no lead time to plan with.
    pub(crate) fn rows(&self) -> Result<Vec<Option<InputRow>>> {
        let reader = FieldReader { inputs: self };
        let texts = reader.cast("series_id", &DataType::Utf8)?;
        let stock_days = reader.days("stock_day")?;
        let last_periods = reader.days("last_period")?;
        let on_hand = reader.decimals("on_hand")?;
        let open_orders = reader.open_orders()?;
        let lead_times = reader.cast("lead_time_days", &DataType::Int64)?;
        let reviews = reader.cast("review_days", &DataType::Int64)?;
        let targets = reader.decimals("service_target")?;
        let unmet = reader.cast("unmet", &DataType::Utf8)?;
        let multiples = reader.decimals("order_multiple")?;
        let minimums = reader.decimals("min_order_quantity")?;
        let maximums = reader.decimals("max_quantity")?;
        let displays = reader.decimals("display_minimum")?;
        let blocks = reader.cast("order_block", &DataType::Boolean)?;
        let ends = reader.days("ends_on")?;
        let costs = reader.decimals("unit_cost")?;
        let prices = reader.decimals("unit_price")?;
        let assumptions = reader.cast("assumptions", &DataType::List(element(DataType::Utf8)))?;
        let paths = reader.cast("paths", &DataType::Int64)?;
        let seeds = reader.cast("seed", &DataType::Int64)?;
        let decimal =
            |array: &Decimal128Array, row: usize| array.is_valid(row).then(|| array.value(row));
        let mut rows = Vec::with_capacity(self.fields.len());
        for row in 0..self.fields.len() {
            let lead_times = lead_times.as_primitive::<Int64Type>();
            if self.models.is_null(row) || lead_times.is_null(row) {
                rows.push(None);
                continue;
            }
            let need = |what: &str| missing(self.function, what);
            let day = |array: &Date32Array, what: &str| {
                let valid = array.is_valid(row).then(|| Day::from_epoch_days(array.value(row)));
                valid.ok_or_else(|| need(what))
            };
            let target = decimal(&targets, row).ok_or_else(|| need("service_target"))?;
            rows.push(Some(InputRow {
                row,
                series_id: texts.as_string::<i32>().value(row).to_owned(),
                stock_day: day(&stock_days, "stock_day")?,
                last_period: day(&last_periods, "last_period")?,
                position: Position {
                    on_hand: Quantity::from_parts(decimal(&on_hand, row).unwrap_or(0)),
                    open_orders: open_orders.at(row),
                    reserved: Quantity::ZERO,
                },
                policy: Policy {
                    service_target: Rate::from_parts(target).map_err(external)?,
                    review_days: whole(reviews.as_primitive::<Int64Type>().value(row))?,
                    lead_time_days: whole(lead_times.value(row))?,
                    unmet: match unmet.as_string::<i32>().value(row) {
                        "backordered" => Unmet::Backordered,
                        _ => Unmet::Lost,
                    },
                    assumptions: texts_at(&assumptions, row),
                },
                constraints: Constraints {
                    order_multiple: Quantity::from_parts(
                        decimal(&multiples, row).unwrap_or(10_000),
                    ),
                    min_order_quantity: Quantity::from_parts(decimal(&minimums, row).unwrap_or(0)),
                    max_quantity: decimal(&maximums, row).map(Quantity::from_parts),
                    display_minimum: Quantity::from_parts(decimal(&displays, row).unwrap_or(0)),
                    order_block: blocks.is_valid(row) && blocks.as_boolean().value(row),
                    ends_on: ends.is_valid(row).then(|| Day::from_epoch_days(ends.value(row))),
                },
                economics: Economics {
                    unit_cost: decimal(&costs, row).map(Money::from_parts),
                    unit_price: decimal(&prices, row).map(Money::from_parts),
                },
                n_paths: whole(paths.as_primitive::<Int64Type>().value(row))? as usize,
                seed: seeds.as_primitive::<Int64Type>().value(row) as u64,
            }));
        }
        Ok(rows)
    }

    /// Sample paths of the `n_days` from the order day of `row` on. Paths depend on the seed and
    /// the series alone.
    pub(crate) fn paths(&self, row: &InputRow, n_days: usize) -> Result<DemandPaths> {
        let model = model_from(self.models.as_binary::<i32>().value(row.row))?;
        let calibrations = self.calibrations.as_binary::<i32>();
        let calibration = calibrations.is_valid(row.row).then(|| calibrations.value(row.row));
        let calibration = calibration_from(calibration)?;
        // Demand may be known only until some days before the stock is.
        let skipped = row.stock_day.days_since(row.last_period).max(0) as usize;
        let seed = row.seed ^ hash(&row.series_id);
        let sampled = model.sample_paths(skipped + n_days, row.n_paths, seed, calibration.as_ref());
        let units: Vec<f64> =
            sampled.iter().flat_map(|path| path[skipped..].iter().copied()).collect();
        DemandPaths::new(&units, row.n_paths, n_days).map_err(external)
    }

    /// The proposed quantity and the day it can be sold from, where the struct has one.
    pub(crate) fn proposals(&self) -> Result<Vec<Option<OpenOrder>>> {
        let reader = FieldReader { inputs: self };
        let quantities = reader.decimals("proposed_quantity")?;
        let days = reader.days("proposed_on")?;
        Ok((0..self.fields.len())
            .map(|row| {
                let known = quantities.is_valid(row) && days.is_valid(row);
                known.then(|| OpenOrder {
                    due_on: Day::from_epoch_days(days.value(row)),
                    quantity: Quantity::from_parts(quantities.value(row)),
                })
            })
            .collect())
    }

    /// The days to project, by row.
    pub(crate) fn days(&self) -> Result<Vec<usize>> {
        let days = FieldReader { inputs: self }.cast("n_days", &DataType::Int64)?;
        let days = days.as_primitive::<Int64Type>();
        days.iter().map(|days| Ok(whole(days.unwrap_or(0))? as usize)).collect()
    }
}

/// One row of inputs.
pub(crate) struct InputRow {
    row: usize,
    series_id: String,
    pub(crate) stock_day: Day,
    last_period: Day,
    pub(crate) position: Position,
    pub(crate) policy: Policy,
    pub(crate) constraints: Constraints,
    pub(crate) economics: Economics,
    n_paths: usize,
    seed: u64,
}

struct FieldReader<'a> {
    inputs: &'a Inputs,
}

impl FieldReader<'_> {
    fn cast(&self, name: &str, data_type: &DataType) -> Result<ArrayRef> {
        let column = self.inputs.fields.column_by_name(name).ok_or_else(|| {
            exec_datafusion_err!("{} needs a field {name} in its inputs", self.inputs.function)
        })?;
        Ok(cast(column, data_type)?)
    }

    fn decimals(&self, name: &str) -> Result<Decimal128Array> {
        Ok(self.cast(name, &EXACT)?.as_primitive::<Decimal128Type>().clone())
    }

    fn days(&self, name: &str) -> Result<Date32Array> {
        Ok(self.cast(name, &DataType::Date32)?.as_primitive::<Date32Type>().clone())
    }

    fn open_orders(&self) -> Result<OpenOrders> {
        let fields =
            Fields::from(vec![nullable("due_on", DataType::Date32), nullable("quantity", EXACT)]);
        let rows = DataType::List(element(DataType::Struct(fields)));
        Ok(OpenOrders { lists: self.cast("open_orders", &rows)? })
    }
}

struct OpenOrders {
    lists: ArrayRef,
}

impl OpenOrders {
    fn at(&self, row: usize) -> Vec<OpenOrder> {
        if self.lists.is_null(row) {
            return Vec::new();
        }
        let orders = self.lists.as_list::<i32>().value(row);
        let orders = orders.as_struct();
        let days = orders.column(0).as_primitive::<Date32Type>();
        let quantities = orders.column(1).as_primitive::<Decimal128Type>();
        (0..orders.len())
            .filter(|order| days.is_valid(*order) && quantities.is_valid(*order))
            .map(|order| OpenOrder {
                due_on: Day::from_epoch_days(days.value(order)),
                quantity: Quantity::from_parts(quantities.value(order)),
            })
            .collect()
    }
}

fn texts_at(lists: &ArrayRef, row: usize) -> Vec<String> {
    if lists.is_null(row) {
        return Vec::new();
    }
    let texts = lists.as_list::<i32>().value(row);
    texts.as_string::<i32>().iter().flatten().map(str::to_owned).collect()
}

fn whole(value: i64) -> Result<u32> {
    u32::try_from(value)
        .map_err(|_| exec_datafusion_err!("a number of days or paths is 0 or more, found {value}"))
}

/// FNV-1a (Fowler, Noll, Vo): the same on every platform.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
