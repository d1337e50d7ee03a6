//! Sales per period beside stock on hand.

use crate::calendar::{Day, DaySpan, Period, SalesPeriod, written_day};
use crate::figure::{Figure, Frame, XAxis, YAxis};
use crate::level::Level;
use crate::mark::{Bar, Limits, Mark, Shape, Side, Stroke, Symbol};
use crate::number::{axis_range, is_drawable, written_number};
use crate::theme::Ink;

const AT_MOST: &str = "stock at most, if nothing was received";
const AT_LEAST: &str = "stock at least, if nothing was received";
const WITHIN: &str = "stock within limits";

/// From this many periods on, sales are a line: bars would be hairs.
const MOST_BARS: usize = 160;

/// Sales per period (left axis) and stock on hand (right axis) of one product at one place.
///
/// Stock is drawn as sure as it is: counts as circles, stock derived from counts and movements
/// as a full line, limits as a pale band with a dashed edge, the future as a dotted line in a
/// band. Numbers that are not finite, or not below 10^15, are left out.
///
/// Series: `sales`, `stock, counted`, `stock, derived`, `stock at most, if nothing was received`,
/// `stock within limits`, `stock at least, if nothing was received`, `projected stock, median`,
/// `projected stock, 80 % band`, `stockout`, `receipt`, `reorder point`, `today`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SalesAndStock {
    /// The product and place.
    pub title: String,
    /// A line under the title.
    pub subtitle: String,
    /// What was assumed; written after the picture's own notes.
    pub caption: String,
    /// The unit of quantities, as in `units`.
    pub unit: String,
    /// How long each of `sales` lasts.
    pub period: Period,
    /// Units sold per period.
    pub sales: Vec<SalesPeriod>,
    /// Closing stock at any spacing. A line or band breaks where days are more than twice as far
    /// apart as usual.
    pub stock: Vec<StockDay>,
    /// Stock in the future.
    pub projected: Vec<ProjectedStock>,
    /// The share of outcomes that the band around `projected` should hold.
    pub projected_level: Level,
    /// Days known to have had no stock.
    pub stockouts: Vec<DaySpan>,
    /// Goods known to have been received.
    pub receipts: Vec<Receipt>,
    /// The inventory position at which an order is due.
    pub reorder_point: Option<f64>,
    /// The business date.
    pub today: Option<Day>,
}

/// Closing stock on one day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StockDay {
    /// The day.
    pub day: Day,
    /// Units on hand, or the least there can have been.
    pub low: f64,
    /// The most there can have been; `None` if nothing limits it.
    pub high: Option<f64>,
    /// How sure the numbers are.
    pub basis: StockBasis,
}

/// How sure a day's stock is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockBasis {
    /// Counted on that day; `low` is the count.
    Counted,
    /// Follows from a count and all that moved since; `low` is the stock.
    Derived,
    /// Only limits can be said.
    Bound,
}

/// Stock on one day in the future.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProjectedStock {
    /// The day.
    pub day: Day,
    /// Lower end of the band.
    pub low: f64,
    /// As likely above as below.
    pub median: f64,
    /// Upper end of the band.
    pub high: f64,
}

/// Goods received on one day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Receipt {
    /// The day.
    pub day: Day,
    /// Units received.
    pub units: f64,
}

impl SalesAndStock {
    /// Lays the picture out.
    pub fn figure(&self) -> Figure {
        let input = self.drawable();
        let Some((from, to)) = input.extent() else {
            return Figure::nothing(&self.title, "no sales and no stock are known");
        };
        let mut marks = Vec::new();
        input.mark_spans(&mut marks);
        input.mark_sales(&mut marks);
        input.mark_stock(&mut marks);
        input.mark_projection(&mut marks);
        input.mark_events(&mut marks);
        let mut frame = Frame::new(self.title.clone(), 300);
        frame.subtitle.clone_from(&self.subtitle);
        frame.caption = input.notes();
        frame.x = XAxis::Time { from, to, period: self.period };
        let (low, high) = axis_range(input.sales.iter().map(|sale| sale.units));
        let per = format!("sales, {} per {}", self.unit, self.period.name());
        frame.left = YAxis::number(per, low, high);
        frame.right = input.stock_axis();
        Figure { frame, marks }
    }

    fn drawable(&self) -> Self {
        let mut input = self.clone();
        input.sales.retain(|sale| is_drawable(sale.units));
        input.sales.sort_by_key(|sale| sale.start);
        input.stock.retain(|day| is_drawable(day.low));
        for day in &mut input.stock {
            day.high = day.high.filter(|high| is_drawable(*high));
        }
        input.stock.sort_by_key(|day| day.day);
        input
            .projected
            .retain(|day| is_drawable(day.low) && is_drawable(day.median) && is_drawable(day.high));
        input.projected.sort_by_key(|day| day.day);
        input.receipts.retain(|receipt| is_drawable(receipt.units));
        input.receipts.sort_by_key(|receipt| receipt.day);
        input.stockouts.retain(|span| span.from <= span.to);
        input.stockouts.sort();
        input.reorder_point = input.reorder_point.filter(|level| is_drawable(*level));
        input
    }

    /// The days drawn, or nothing if neither sales nor stock are known.
    fn extent(&self) -> Option<(f64, f64)> {
        let mut days: Vec<Day> = Vec::new();
        for sale in &self.sales {
            days.extend([sale.start, self.period.end(sale.start)]);
        }
        days.extend(self.stock.iter().map(|day| day.day));
        days.extend(self.projected.iter().map(|day| day.day));
        if days.is_empty() {
            return None;
        }
        days.extend(self.receipts.iter().map(|receipt| receipt.day));
        for span in &self.stockouts {
            days.extend([span.from, span.to.saturating_add(1)]);
        }
        days.extend(self.today);
        let first = *days.iter().min()?;
        let last = *days.iter().max()?;
        let (first, last) = (f64::from(first), f64::from(last));
        let room = if last - first < 14.0 { 7.0 } else { 1.0 };
        Some((first - room, last + room))
    }

    fn stock_axis(&self) -> Option<YAxis> {
        let stock = self.stock.iter().map(|day| day.high.unwrap_or(day.low));
        let least = self.stock.iter().map(|day| day.low);
        let projected = self.projected.iter().flat_map(|day| [day.low, day.high]);
        let values: Vec<f64> =
            stock.chain(least).chain(projected).chain(self.reorder_point).collect();
        if values.is_empty() && self.receipts.is_empty() {
            return None;
        }
        let (low, high) = axis_range(values.into_iter());
        let title = format!("stock, {} on hand", self.unit);
        Some(YAxis::number(title, low, high))
    }

    fn mark_spans(&self, marks: &mut Vec<Mark>) {
        if !self.stockouts.is_empty() {
            let spans = self.stockouts.iter().map(|span| span.stretch()).collect();
            let shape = Shape::Span { spans };
            marks.push(Mark::new("stockout", Side::Left, Ink::Stockout, shape));
        }
    }

    fn mark_sales(&self, marks: &mut Vec<Mark>) {
        if self.sales.is_empty() {
            return;
        }
        let shape = if self.sales.len() <= MOST_BARS {
            Shape::Bar {
                bars: self.sales.iter().map(|sale| self.bar(sale)).collect(),
                opacity: 0.5,
            }
        } else {
            Shape::Line {
                points: self.sales.iter().map(|sale| (f64::from(sale.start), sale.units)).collect(),
                stroke: Stroke::Full,
            }
        };
        marks.push(Mark::new("sales", Side::Left, Ink::Sales, shape));
    }

    fn bar(&self, sale: &SalesPeriod) -> Bar {
        Bar {
            from: f64::from(sale.start),
            to: f64::from(self.period.end(sale.start)),
            value: sale.units,
        }
    }

    fn mark_stock(&self, marks: &mut Vec<Mark>) {
        self.mark_limits(marks);
        for run in runs(&self.stock, |day| day.basis != StockBasis::Bound) {
            if run.iter().any(|day| day.basis == StockBasis::Derived) {
                let points = run.iter().map(|day| (f64::from(day.day), day.low));
                let shape = Shape::Line { points: points.collect(), stroke: Stroke::Full };
                marks.push(Mark::new("stock, derived", Side::Right, Ink::Stock, shape));
            }
        }
        let counted: Vec<(f64, f64)> = self
            .stock
            .iter()
            .filter(|day| day.basis == StockBasis::Counted)
            .map(|day| (f64::from(day.day), day.low))
            .collect();
        if !counted.is_empty() {
            let shape = Shape::Point { points: counted, symbol: Symbol::Circle, notes: Vec::new() };
            marks.push(Mark::new("stock, counted", Side::Right, Ink::Stock, shape));
        }
    }

    fn mark_limits(&self, marks: &mut Vec<Mark>) {
        let known = |day: &&StockDay| day.basis != StockBasis::Bound;
        let first_known = self.stock.iter().find(known).map(|day| day.day);
        let is_closed = |day: &StockDay| day.basis == StockBasis::Bound && day.high.is_some();
        for run in runs(&self.stock, is_closed) {
            let limits = run.iter().filter_map(|day| {
                Some(Limits { x: f64::from(day.day), low: day.low, high: day.high? })
            });
            let before_first = first_known.is_some_and(|first| run[0].day < first);
            let shape =
                Shape::Band { limits: limits.collect(), edge: Some(Stroke::Dashed), opacity: 0.14 };
            let series = if before_first { AT_MOST } else { WITHIN };
            marks.push(Mark::new(series, Side::Right, Ink::Bound, shape));
        }
        let is_open = |day: &StockDay| day.basis == StockBasis::Bound && day.high.is_none();
        for run in runs(&self.stock, is_open) {
            let points = run.iter().map(|day| (f64::from(day.day), day.low));
            let shape = Shape::Line { points: points.collect(), stroke: Stroke::Dashed };
            marks.push(Mark::new(AT_LEAST, Side::Right, Ink::Bound, shape));
        }
    }

    fn mark_projection(&self, marks: &mut Vec<Mark>) {
        if self.projected.is_empty() {
            return;
        }
        let limits = self.projected.iter().map(|day| Limits {
            x: f64::from(day.day),
            low: day.low,
            high: day.high,
        });
        let band =
            Shape::Band { limits: limits.collect(), edge: Some(Stroke::Dotted), opacity: 0.16 };
        let name = format!("projected stock, {} band", self.projected_level);
        marks.push(Mark::new(name, Side::Right, Ink::Projection, band));
        let median = Shape::Line {
            points: self.projected.iter().map(|day| (f64::from(day.day), day.median)).collect(),
            stroke: Stroke::Dotted,
        };
        let name = "projected stock, median";
        marks.push(Mark::new(name, Side::Right, Ink::Projection, median));
    }

    fn mark_events(&self, marks: &mut Vec<Mark>) {
        if !self.receipts.is_empty() {
            let note = |receipt: &Receipt| {
                format!("received {} {}", written_number(receipt.units), self.unit)
            };
            let at = |receipt: &Receipt| (f64::from(receipt.day), 0.0);
            let shape = Shape::Point {
                points: self.receipts.iter().map(at).collect(),
                symbol: Symbol::Triangle,
                notes: self.receipts.iter().map(note).collect(),
            };
            marks.push(Mark::new("receipt", Side::Right, Ink::Receipt, shape));
        }
        if let Some(level) = self.reorder_point {
            let shape = Shape::Rule {
                upright: false,
                at: level,
                stroke: Stroke::Dashed,
                text: format!("reorder point {}", written_number(level)),
            };
            marks.push(Mark::new("reorder point", Side::Right, Ink::Level, shape));
        }
        marks.extend(self.today.map(today_rule));
    }

    fn notes(&self) -> String {
        let mut notes = Vec::new();
        if self.stock.iter().any(|day| day.basis == StockBasis::Bound) {
            notes
                .push("Dashed: limits, where neither a count nor movements tell the stock.".into());
        }
        if !self.projected.is_empty() {
            notes.push(format!(
                "Projected stock: the band should hold {} of outcomes.",
                self.projected_level
            ));
        }
        if !self.caption.is_empty() {
            notes.push(self.caption.clone());
        }
        notes.join(" ")
    }
}

/// The upright rule at the business date.
pub(crate) fn today_rule(today: Day) -> Mark {
    let shape = Shape::Rule {
        upright: true,
        at: f64::from(today),
        stroke: Stroke::Dashed,
        text: format!("business date {}", written_day(today)),
    };
    Mark::new("today", Side::Left, Ink::Today, shape)
}

/// Unbroken runs of the days that `keep` wants; a gap of more than twice the usual one breaks.
fn runs(days: &[StockDay], keep: impl Fn(&StockDay) -> bool) -> Vec<&[StockDay]> {
    let mut gaps: Vec<Day> =
        days.windows(2).map(|two| two[1].day.saturating_sub(two[0].day)).collect();
    gaps.sort_unstable();
    let usual = gaps.get(gaps.len() / 2).copied().unwrap_or(1).max(1);
    days.chunk_by(|one, next| {
        keep(one) == keep(next) && next.day.saturating_sub(one.day) / 2 <= usual
    })
    .filter(|run| keep(&run[0]))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use StockBasis::{Bound, Counted, Derived};

    fn day(day: Day, low: f64, high: Option<f64>, basis: StockBasis) -> StockDay {
        StockDay { day, low, high, basis }
    }

    fn counted_once_then_again() -> SalesAndStock {
        SalesAndStock {
            unit: "units".into(),
            sales: vec![
                SalesPeriod { start: 107, units: 5.0 },
                SalesPeriod { start: 100, units: 4.0 },
            ],
            stock: vec![
                day(100, 0.0, Some(19.0), Bound),
                day(101, 0.0, Some(17.0), Bound),
                day(102, 15.0, Some(15.0), Counted),
                day(103, 14.0, Some(14.0), Derived),
                day(104, 2.0, Some(14.0), Bound),
                day(105, 12.0, Some(12.0), Counted),
                day(106, 11.0, None, Bound),
            ],
            projected: vec![ProjectedStock { day: 108, low: 1.0, median: 3.0, high: 6.0 }],
            stockouts: vec![DaySpan { from: 103, to: 103 }],
            receipts: vec![Receipt { day: 105, units: 12.0 }],
            reorder_point: Some(8.0),
            today: Some(107),
            ..SalesAndStock::default()
        }
    }

    #[test]
    fn marks_are_the_numbers_that_went_in() {
        let figure = counted_once_then_again().figure();
        let bars = figure.bars("sales");
        let drawn: Vec<_> = bars.iter().map(|bar| (bar.from, bar.to, bar.value)).collect();
        assert_eq!(drawn, [(100.0, 107.0, 4.0), (107.0, 114.0, 5.0)]);
        assert_eq!(figure.points("stock, counted"), [(102.0, 15.0), (105.0, 12.0)]);
        assert_eq!(figure.points("stock, derived"), [(102.0, 15.0), (103.0, 14.0)]);
        assert_eq!(figure.points("projected stock, median"), [(108.0, 3.0)]);
        let band = figure.limits("projected stock, 80 % band");
        assert_eq!(band, [Limits { x: 108.0, low: 1.0, high: 6.0 }]);
        assert_eq!(figure.spans("stockout"), [(103.0, 104.0)]);
        assert_eq!(figure.spans("reorder point"), [(8.0, 8.0)]);
        assert_eq!(figure.spans("today"), [(107.0, 107.0)]);
    }

    #[test]
    fn limits_say_what_they_assume() {
        let figure = counted_once_then_again().figure();
        let before: Vec<f64> = figure.limits(AT_MOST).iter().map(|limit| limit.high).collect();
        assert_eq!(before, [19.0, 17.0]);
        assert_eq!(figure.limits(WITHIN), [Limits { x: 104.0, low: 2.0, high: 14.0 }]);
        assert_eq!(figure.points(AT_LEAST), [(106.0, 11.0)]);
        assert!(figure.frame().caption.contains("limits"));
    }

    #[test]
    fn a_line_breaks_where_days_are_missing() {
        let days = [1, 2, 3, 9, 10].map(|at| day(at, 5.0, Some(5.0), Derived));
        let runs = runs(&days, |_| true);
        assert_eq!(runs.iter().map(|run| run.len()).collect::<Vec<_>>(), [3, 2]);
    }

    #[test]
    fn receipts_say_how_much_came() {
        let figure = counted_once_then_again().figure();
        let notes = figure.marks().iter().find_map(|mark| match &mark.shape {
            Shape::Point { notes, .. } if mark.series == "receipt" => Some(notes.clone()),
            _ => None,
        });
        assert_eq!(notes.unwrap(), ["received 12 units"]);
    }

    #[test]
    fn numbers_that_cannot_be_drawn_are_left_out() {
        let mut input = counted_once_then_again();
        input.sales[0].units = f64::NAN;
        input.stock[0].high = Some(f64::INFINITY);
        let figure = input.figure();
        assert_eq!(figure.bars("sales").len(), 1);
        assert_eq!(figure.limits(AT_MOST).len(), 1);
    }

    #[test]
    fn without_sales_and_stock_the_figure_says_so() {
        let input =
            SalesAndStock { today: Some(5), reorder_point: Some(3.0), ..SalesAndStock::default() };
        let svg = input.figure().to_svg(crate::Theme::Light);
        assert!(svg.contains("nothing to draw: no sales and no stock are known"));
    }
}
