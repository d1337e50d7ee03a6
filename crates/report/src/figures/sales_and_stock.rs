//! Sales and stock over time, for one series.

use shelfcast_charts::{
    Day, DaySpan, Figure, Level, ProjectedStock, Receipt, SalesAndStock, SalesPeriod, StockBasis,
    StockDay,
};

use super::{described, tidy, unit};
use crate::data::{Basis, Measure, ReportData, SeriesLevel, StockRow};
use crate::index::{Choice, SeriesRows};

/// The picture in a measure; `None` in money if neither sales nor stock are known in money.
pub(super) fn figure(
    data: &ReportData,
    rows: &SeriesRows<'_>,
    choice: &Choice,
    measure: Measure,
) -> Option<Figure> {
    let sales = sales(rows, measure);
    let stock = stock(rows, measure);
    if measure == Measure::Revenue && sales.is_empty() && stock.is_empty() {
        return None;
    }
    let in_units = measure == Measure::Units;
    let picture = SalesAndStock {
        title: format!("Sales and stock: {}", choice.name),
        subtitle: described(choice),
        caption: caption(rows, measure, stock.is_empty()),
        unit: unit(data, measure),
        period: rows.frequency(Measure::Units),
        sales,
        stock,
        projected: if in_units { projected(rows) } else { Vec::new() },
        projected_level: Level::EIGHTY,
        stockouts: stockouts(&rows.stock),
        receipts: if in_units { receipts(rows, choice) } else { Vec::new() },
        reorder_point: in_units.then(|| reorder_point(data, choice)).flatten(),
        today: Some(data.run.business_date),
    };
    Some(picture.figure())
}

fn sales(rows: &SeriesRows<'_>, measure: Measure) -> Vec<SalesPeriod> {
    let frequency = rows.frequency(Measure::Units);
    let drawn = rows.sales.iter().filter(|row| row.frequency == frequency);
    let value = |row: &crate::data::SalesRow| match measure {
        Measure::Units => Some(row.units),
        Measure::Revenue => row.revenue,
    };
    drawn
        .filter_map(|row| {
            value(row).map(|value| SalesPeriod { start: row.period_start, units: tidy(value) })
        })
        .collect()
}

fn stock(rows: &SeriesRows<'_>, measure: Measure) -> Vec<StockDay> {
    let day = |row: &&StockRow| {
        let basis = match row.basis {
            Basis::Counted => StockBasis::Counted,
            Basis::Derived => StockBasis::Derived,
            Basis::Bound => StockBasis::Bound,
            Basis::Projected | Basis::Unknown => return None,
        };
        let (low, high) = match measure {
            Measure::Units => (row.low, row.high),
            Measure::Revenue => (row.low_value?, row.high_value),
        };
        Some(StockDay { day: row.day, low: tidy(low), high: high.map(tidy), basis })
    };
    rows.stock.iter().filter_map(day).collect()
}

fn projected(rows: &SeriesRows<'_>) -> Vec<ProjectedStock> {
    let day = |row: &&crate::data::ProjectedStockRow| ProjectedStock {
        day: row.day,
        low: tidy(row.lower_80),
        median: tidy(row.median),
        high: tidy(row.upper_80),
    };
    rows.projected.iter().map(day).collect()
}

/// Something is received for a sum of products almost every day: only a product's are drawn.
fn receipts(rows: &SeriesRows<'_>, choice: &Choice) -> Vec<Receipt> {
    if choice.level != SeriesLevel::Product {
        return Vec::new();
    }
    let received = rows.stock.iter().filter(|row| row.receipts > 0.0);
    received.map(|row| Receipt { day: row.day, units: tidy(row.receipts) }).collect()
}

/// Days in a row become one stretch.
fn stockouts(stock: &[&StockRow]) -> Vec<DaySpan> {
    let mut days: Vec<Day> = stock.iter().filter(|row| row.stockout).map(|row| row.day).collect();
    days.sort_unstable();
    let mut spans: Vec<DaySpan> = Vec::new();
    for day in days {
        match spans.last_mut() {
            Some(span) if day <= span.to.saturating_add(1) => span.to = day,
            _ => spans.push(DaySpan { from: day, to: day }),
        }
    }
    spans
}

/// A product has one reorder point only if it is kept in one place.
fn reorder_point(data: &ReportData, choice: &Choice) -> Option<f64> {
    if choice.level != SeriesLevel::Product {
        return None;
    }
    let mut places = data.inventory_status.iter().filter(|row| row.product_id == choice.id);
    match (places.next(), places.next()) {
        (Some(only), None) => only.reorder_point.map(tidy),
        _ => None,
    }
}

fn caption(rows: &SeriesRows<'_>, measure: Measure, no_stock: bool) -> String {
    let stock = match (measure, no_stock, rows.stock.is_empty()) {
        (_, _, true) => "Stock is not drawn: there is no count of it.",
        (Measure::Revenue, true, false) => {
            "Stock is not drawn in money: the cost of a product is not known."
        }
        (Measure::Revenue, false, _) => {
            "Sales are net revenue; stock is at cost and is not projected in money."
        }
        (Measure::Units, _, _) if rows.projected.is_empty() => "",
        (Measure::Units, _, _) => "Projected stock has today's orders in it and no later ones.",
    };
    let notes = (!stock.is_empty()).then(|| stock.to_owned()).into_iter().chain(rows.left_out());
    notes.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stockout_days_in_a_row_become_one_stretch() {
        let row = |day, stockout| StockRow { day, stockout, ..StockRow::default() };
        let rows = [row(12, true), row(10, true), row(11, true), row(13, false), row(20, true)];
        let found = stockouts(&rows.iter().collect::<Vec<_>>());
        assert_eq!(found, [DaySpan { from: 10, to: 12 }, DaySpan { from: 20, to: 20 }]);
    }

    #[test]
    fn unknown_and_projected_days_are_not_drawn_as_stock() {
        let row = |day, basis| StockRow { day, low: 5.0, basis, ..StockRow::default() };
        let stock_rows = [row(1, Basis::Unknown), row(2, Basis::Counted), row(3, Basis::Projected)];
        let rows = SeriesRows { stock: stock_rows.iter().collect(), ..SeriesRows::default() };
        let days: Vec<Day> = stock(&rows, Measure::Units).iter().map(|day| day.day).collect();
        assert_eq!(days, [2]);
        assert!(stock(&rows, Measure::Revenue).is_empty());
    }
}
