//! Demand as it was, as it is forecast, and as it had been forecast for periods held out.

use crate::calendar::{Day, DaySpan, Period, SalesPeriod};
use crate::figure::{Figure, Frame, XAxis, YAxis};
use crate::level::Level;
use crate::mark::{Limits, Mark, Shape, Side, Stroke, Symbol};
use crate::number::{axis_range, is_drawable};
use crate::sales_and_stock::today_rule;
use crate::theme::Ink;

/// The demand of one series with its forecast, bands, and a test on the last periods.
///
/// Each value is drawn at its period's first day. Numbers that are not finite, or
/// not below 10^15, are left out.
///
/// Series: `demand`, `forecast, mean`, `forecast, median`, `forecast, 80 % band` and so on for
/// each band, `forecast, without drivers`, `held out: forecast`, `held out: 80 % band`, `held out: what happened`,
/// `censored: shelf was empty`, `today`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DemandForecast {
    /// The product and place, or the group of series.
    pub title: String,
    /// A line under the title.
    pub subtitle: String,
    /// What was measured and assumed; written after the picture's own notes.
    pub caption: String,
    /// The unit of quantities, as in `units`.
    pub unit: String,
    /// How long each value lasts.
    pub period: Period,
    /// Demand as known; may include the periods held out.
    pub history: Vec<SalesPeriod>,
    /// The forecast.
    pub forecast: Vec<ForecastPeriod>,
    /// Expected units of the same periods if no promotion, price or event acted, where any does.
    pub without_drivers: Vec<SalesPeriod>,
    /// Bands around the forecast, in any order.
    pub bands: Vec<ForecastBand>,
    /// The last known periods, forecast without having been seen.
    pub holdout: Vec<HoldoutPeriod>,
    /// The share of periods that the bands of `holdout` should hold.
    pub holdout_level: Level,
    /// Days on which an empty shelf cut demand short.
    pub censored: Vec<DaySpan>,
    /// The business date.
    pub today: Option<Day>,
}

/// The forecast of one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ForecastPeriod {
    /// The period's first day.
    pub start: Day,
    /// Expected units.
    pub mean: f64,
    /// Units as likely exceeded as not.
    pub median: Option<f64>,
}

/// Intervals that should hold the same share of outcomes.
#[derive(Debug, Clone, PartialEq)]
pub struct ForecastBand {
    /// The share.
    pub level: Level,
    /// One interval a period.
    pub intervals: Vec<Interval>,
}

/// The interval of one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The period's first day.
    pub start: Day,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// One period held out: what had been forecast and what happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HoldoutPeriod {
    /// The period's first day.
    pub start: Day,
    /// Expected units.
    pub mean: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// What happened.
    pub actual: f64,
}

impl DemandForecast {
    /// Lays the picture out.
    pub fn figure(&self) -> Figure {
        let input = self.drawable();
        let Some((from, to)) = input.extent() else {
            return Figure::nothing(&self.title, "no demand and no forecast are known");
        };
        let mut marks = Vec::new();
        input.mark_censored(&mut marks);
        input.mark_bands(&mut marks);
        input.mark_history(&mut marks);
        input.mark_forecast(&mut marks);
        input.mark_holdout(&mut marks);
        marks.extend(input.today.map(today_rule));
        let mut frame = Frame::new(self.title.clone(), 300);
        frame.subtitle.clone_from(&self.subtitle);
        frame.caption = input.notes();
        frame.x = XAxis::Time { from, to, period: self.period };
        let (low, high) = axis_range(input.values().into_iter());
        let title = format!("demand, {} per {}", self.unit, self.period.name());
        frame.left = YAxis::number(title, low, high);
        Figure { frame, marks }
    }

    fn drawable(&self) -> Self {
        let mut input = self.clone();
        input.history.retain(|period| is_drawable(period.units));
        input.history.sort_by_key(|period| period.start);
        input.forecast.retain(|period| is_drawable(period.mean));
        for period in &mut input.forecast {
            period.median = period.median.filter(|median| is_drawable(*median));
        }
        input.forecast.sort_by_key(|period| period.start);
        input.without_drivers.retain(|period| is_drawable(period.units));
        input.without_drivers.sort_by_key(|period| period.start);
        for band in &mut input.bands {
            band.intervals
                .retain(|interval| is_drawable(interval.low) && is_drawable(interval.high));
            band.intervals.sort_by_key(|interval| interval.start);
        }
        input.bands.retain(|band| !band.intervals.is_empty());
        // The widest lies at the bottom.
        input.bands.sort_by(|one, other| other.level.share().total_cmp(&one.level.share()));
        input.holdout.retain(|period| {
            [period.mean, period.low, period.high, period.actual]
                .iter()
                .all(|value| is_drawable(*value))
        });
        input.holdout.sort_by_key(|period| period.start);
        input.censored.retain(|span| span.from <= span.to);
        input.censored.sort();
        input
    }

    fn extent(&self) -> Option<(f64, f64)> {
        let history = self.history.iter().map(|period| period.start);
        let forecast = self.forecast.iter().map(|period| period.start);
        let holdout = self.holdout.iter().map(|period| period.start);
        let intervals = self.bands.iter().flat_map(|band| &band.intervals);
        let starts: Vec<Day> = history
            .chain(forecast)
            .chain(holdout)
            .chain(intervals.map(|interval| interval.start))
            .collect();
        if starts.is_empty() {
            return None;
        }
        let ends = starts.iter().map(|start| self.period.end(*start));
        let censored = self.censored.iter().flat_map(|span| [span.from, span.to.saturating_add(1)]);
        let days: Vec<Day> =
            starts.iter().copied().chain(ends).chain(censored).chain(self.today).collect();
        let first = days.iter().min()?;
        let last = days.iter().max()?;
        Some((f64::from(*first) - 1.0, f64::from(*last) + 1.0))
    }

    fn values(&self) -> Vec<f64> {
        let mut values: Vec<f64> = self.history.iter().map(|period| period.units).collect();
        for period in &self.forecast {
            values.push(period.mean);
            values.extend(period.median);
        }
        values.extend(self.without_drivers.iter().map(|period| period.units));
        for interval in self.bands.iter().flat_map(|band| &band.intervals) {
            values.extend([interval.low, interval.high]);
        }
        for period in &self.holdout {
            values.extend([period.mean, period.low, period.high, period.actual]);
        }
        values
    }

    fn mark_censored(&self, marks: &mut Vec<Mark>) {
        if !self.censored.is_empty() {
            let spans = self.censored.iter().map(|span| span.stretch()).collect();
            let shape = Shape::Span { spans };
            let name = "censored: shelf was empty";
            marks.push(Mark::new(name, Side::Left, Ink::Censored, shape));
        }
    }

    fn mark_bands(&self, marks: &mut Vec<Mark>) {
        for (index, band) in self.bands.iter().enumerate() {
            let limits = band.intervals.iter().map(|interval| Limits {
                x: f64::from(interval.start),
                low: interval.low,
                high: interval.high,
            });
            let shape = Shape::Band {
                limits: limits.collect(),
                edge: if index == 0 { Some(Stroke::Dotted) } else { None },
                opacity: (0.14 + 0.12 * index as f64).min(0.5),
            };
            let name = format!("forecast, {} band", band.level);
            marks.push(Mark::new(name, Side::Left, Ink::Forecast, shape));
        }
    }

    fn mark_history(&self, marks: &mut Vec<Mark>) {
        let points = self.history.iter();
        push_line(
            marks,
            "demand",
            Ink::Sales,
            Stroke::Full,
            points.map(|period| (f64::from(period.start), period.units)),
        );
    }

    fn mark_forecast(&self, marks: &mut Vec<Mark>) {
        let start = |period: &ForecastPeriod| f64::from(period.start);
        let plain = self.without_drivers.iter();
        let plain = plain.map(|period| (f64::from(period.start), period.units));
        push_line(marks, "forecast, without drivers", Ink::Forecast, Stroke::Dashed, plain);
        let means = self.forecast.iter().map(|period| (start(period), period.mean));
        push_line(marks, "forecast, mean", Ink::Forecast, Stroke::Full, means);
        let medians = self.forecast.iter().filter_map(|period| {
            let median = period.median?;
            Some((start(period), median))
        });
        push_line(marks, "forecast, median", Ink::Median, Stroke::Dotted, medians);
    }

    fn mark_holdout(&self, marks: &mut Vec<Mark>) {
        if self.holdout.is_empty() {
            return;
        }
        let start = |period: &HoldoutPeriod| f64::from(period.start);
        let limits = self.holdout.iter().map(|period| Limits {
            x: start(period),
            low: period.low,
            high: period.high,
        });
        let band =
            Shape::Band { limits: limits.collect(), edge: Some(Stroke::Dashed), opacity: 0.16 };
        let name = format!("held out: {} band", self.holdout_level);
        marks.push(Mark::new(name, Side::Left, Ink::Holdout, band));
        let means = self.holdout.iter().map(|period| (start(period), period.mean));
        push_line(marks, "held out: forecast", Ink::Holdout, Stroke::Dashed, means);
        let actual = Shape::Point {
            points: self.holdout.iter().map(|period| (start(period), period.actual)).collect(),
            symbol: Symbol::Diamond,
            notes: Vec::new(),
        };
        let name = "held out: what happened";
        marks.push(Mark::new(name, Side::Left, Ink::Actual, actual));
    }

    fn notes(&self) -> String {
        let mut notes = Vec::new();
        if !self.holdout.is_empty() {
            let periods = match self.holdout.len() {
                1 => self.period.name().to_owned(),
                count => format!("{count} {}s", self.period.name()),
            };
            notes.push(format!("Held out: the last {periods}, forecast without having been seen."));
        }
        if !self.caption.is_empty() {
            notes.push(self.caption.clone());
        }
        notes.join(" ")
    }
}

/// A line, or a circle where there is but one point.
fn push_line(
    marks: &mut Vec<Mark>,
    series: &str,
    ink: Ink,
    stroke: Stroke,
    points: impl Iterator<Item = (f64, f64)>,
) {
    let points: Vec<(f64, f64)> = points.collect();
    let shape = match points.len() {
        0 => return,
        1 => Shape::Point { points, symbol: Symbol::Circle, notes: Vec::new() },
        _ => Shape::Line { points, stroke },
    };
    marks.push(Mark::new(series, Side::Left, ink, shape));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forecast() -> DemandForecast {
        let band = |level: Level, half: f64| ForecastBand {
            level,
            intervals: vec![
                Interval { start: 14, low: 5.0 - half, high: 5.0 + half },
                Interval { start: 21, low: 6.0 - half, high: 6.0 + half },
            ],
        };
        DemandForecast {
            unit: "units".into(),
            history: vec![
                SalesPeriod { start: 0, units: 3.0 },
                SalesPeriod { start: 7, units: 4.0 },
            ],
            forecast: vec![
                ForecastPeriod { start: 14, mean: 5.0, median: Some(4.5) },
                ForecastPeriod { start: 21, mean: 6.0, median: None },
            ],
            without_drivers: vec![SalesPeriod { start: 14, units: 3.0 }],
            bands: vec![band(Level::EIGHTY, 2.0), band(Level::NINETY_FIVE, 4.0)],
            holdout: vec![HoldoutPeriod { start: 7, mean: 3.5, low: 2.0, high: 5.0, actual: 4.0 }],
            censored: vec![DaySpan { from: 2, to: 3 }],
            today: Some(14),
            ..DemandForecast::default()
        }
    }

    #[test]
    fn marks_are_the_numbers_that_went_in() {
        let figure = forecast().figure();
        assert_eq!(figure.points("demand"), [(0.0, 3.0), (7.0, 4.0)]);
        assert_eq!(figure.points("forecast, mean"), [(14.0, 5.0), (21.0, 6.0)]);
        assert_eq!(figure.points("forecast, median"), [(14.0, 4.5)]);
        assert_eq!(figure.points("forecast, without drivers"), [(14.0, 3.0)]);
        let band = figure.limits("forecast, 80 % band");
        assert_eq!(band[1], Limits { x: 21.0, low: 4.0, high: 8.0 });
        let held_out = figure.limits("held out: 80 % band");
        assert_eq!(held_out, [Limits { x: 7.0, low: 2.0, high: 5.0 }]);
        assert_eq!(figure.points("held out: forecast"), [(7.0, 3.5)]);
        assert_eq!(figure.points("held out: what happened"), [(7.0, 4.0)]);
        assert_eq!(figure.spans("censored: shelf was empty"), [(2.0, 4.0)]);
    }

    #[test]
    fn the_widest_band_lies_at_the_bottom() {
        let figure = forecast().figure();
        let names = figure.marks().iter().map(|mark| mark.series.as_str());
        let bands: Vec<&str> = names.filter(|name| name.starts_with("forecast, ")).collect();
        assert_eq!(bands[..2], ["forecast, 95 % band", "forecast, 80 % band"]);
    }

    #[test]
    fn the_axis_holds_every_band() {
        let figure = forecast().figure();
        let YAxis::Number { from, to, title, .. } = &figure.frame().left else {
            panic!("demand is a number");
        };
        assert!(*from <= 0.0 && *to >= 10.0);
        assert_eq!(title, "demand, units per week");
    }

    #[test]
    fn without_numbers_the_figure_says_so() {
        let input = DemandForecast { today: Some(14), ..DemandForecast::default() };
        let reason = input.figure().frame().nothing.clone();
        assert_eq!(reason.unwrap(), "no demand and no forecast are known");
    }
}
