//! Demand, its forecast with intervals, and how the forecast did on periods held out.

use shelfcast_charts::{
    DaySpan, DemandForecast, Figure, ForecastBand, ForecastPeriod, HoldoutPeriod, Interval, Level,
    Period, SalesPeriod,
};

use super::{described, tidy, unit};
use crate::data::{
    Availability, ForecastRow, HoldoutRow, Measure, ModelRow, PartRow, ReportData, SalesRow,
};
use crate::index::{Choice, SeriesRows};
use std::collections::BTreeMap;

/// The picture in a measure; `None` in money if there is neither a history nor a forecast in it.
pub(super) fn figure(
    data: &ReportData,
    rows: &SeriesRows<'_>,
    choice: &Choice,
    measure: Measure,
) -> Option<Figure> {
    let drawn = Drawn { data, rows, measure, frequency: rows.frequency(measure) };
    let forecast: Vec<&ForecastRow> = drawn.forecasts().collect();
    // A history in money without a forecast in money says no more than sales and stock do.
    if measure == Measure::Revenue && forecast.is_empty() {
        return None;
    }
    let picture = DemandForecast {
        title: format!("Demand forecast: {}", choice.name),
        subtitle: described(choice),
        caption: drawn.caption(forecast.is_empty()),
        unit: unit(data, measure),
        period: drawn.frequency,
        history: drawn.history(),
        forecast: forecast.iter().map(|row| period(row)).collect(),
        without_drivers: drawn.without_drivers(),
        bands: bands(&forecast),
        holdout: drawn.holdout().filter_map(held_out).collect(),
        holdout_level: Level::EIGHTY,
        censored: drawn.censored(),
        today: Some(data.run.business_date),
    };
    Some(picture.figure())
}

/// The rows of one series in one measure and frequency.
struct Drawn<'a> {
    data: &'a ReportData,
    rows: &'a SeriesRows<'a>,
    measure: Measure,
    frequency: Period,
}

impl<'a> Drawn<'a> {
    fn sales(&self) -> impl Iterator<Item = &'a SalesRow> {
        let frequency = self.frequency;
        self.rows.sales.iter().copied().filter(move |row| row.frequency == frequency)
    }

    fn forecasts(&self) -> impl Iterator<Item = &'a ForecastRow> {
        let wanted = (self.measure, self.frequency);
        let rows = self.rows.forecasts.iter().copied();
        rows.filter(move |row| (row.measure, row.frequency) == wanted)
    }

    fn holdout(&self) -> impl Iterator<Item = &'a HoldoutRow> {
        let wanted = (self.measure, self.frequency);
        let rows = self.rows.holdout.iter().copied();
        rows.filter(move |row| (row.measure, row.frequency) == wanted)
    }

    fn parts(&self) -> impl Iterator<Item = &'a PartRow> {
        let wanted = (self.measure, self.frequency);
        let rows = self.rows.parts.iter().copied();
        rows.filter(move |row| (row.measure, row.frequency) == wanted)
    }

    /// What would be expected without drivers; nothing where none acts in any period.
    fn without_drivers(&self) -> Vec<SalesPeriod> {
        let mut plain: BTreeMap<i32, f64> = BTreeMap::new();
        for row in self.parts().filter(|row| !is_driver(row)) {
            *plain.entry(row.period_start).or_default() += row.contribution;
        }
        match self.parts().any(|row| is_driver(row) && row.contribution != 0.0) {
            true => plain
                .into_iter()
                .map(|(start, units)| SalesPeriod { start, units: tidy(units) })
                .collect(),
            false => Vec::new(),
        }
    }

    /// What each driver adds over all periods ahead, and which the model cannot use.
    fn drivers(&self) -> Option<String> {
        let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
        for row in self.parts().filter(|row| is_driver(row)) {
            *sums.entry(&row.part).or_default() += row.contribution;
        }
        let sums = sums.iter().filter(|(_, units)| units.abs() >= 0.05);
        let parts: Vec<String> =
            sums.map(|(driver, units)| format!("{} {units:+.1}", words(driver))).collect();
        let adds = (!parts.is_empty())
            .then(|| format!("Drivers add over these periods: {}.", parts.join(", ")));
        let unused = self.model().map(|model| model.unused_drivers.as_str());
        let unused = unused.filter(|unused| !unused.is_empty());
        let unused = unused.map(|unused| format!("Not used: {}.", words(unused)));
        let notes: Vec<String> = adds.into_iter().chain(unused).collect();
        (!notes.is_empty()).then(|| notes.join(" "))
    }

    /// The model of what is drawn; without a forecast, that of any frequency says why.
    fn model(&self) -> Option<&'a ModelRow> {
        let rows = self.rows.models.iter().copied().filter(|row| row.measure == self.measure);
        rows.min_by_key(|row| row.frequency != self.frequency)
    }

    fn history(&self) -> Vec<SalesPeriod> {
        let seen = self.sales().filter(|row| row.availability != Availability::Missing);
        seen.filter_map(|row| {
            let value = match self.measure {
                Measure::Units => Some(row.units),
                Measure::Revenue => row.revenue,
            };
            value.map(|value| SalesPeriod { start: row.period_start, units: tidy(value) })
        })
        .collect()
    }

    /// Stretches in which demand could not be seen in full.
    fn censored(&self) -> Vec<DaySpan> {
        let cut = self.sales().filter(|row| row.availability != Availability::Observed);
        let mut spans: Vec<DaySpan> = cut
            .map(|row| DaySpan {
                from: row.period_start,
                to: self.frequency.end(row.period_start).saturating_sub(1),
            })
            .collect();
        spans.sort_unstable_by_key(|span| span.from);
        spans.dedup_by(|next, span| {
            let touches = next.from <= span.to.saturating_add(1);
            if touches {
                span.to = span.to.max(next.to);
            }
            touches
        });
        spans
    }

    fn caption(&self, no_forecast: bool) -> String {
        let mut notes = Vec::new();
        if no_forecast {
            notes.push(self.why_no_forecast());
        } else {
            notes.push(self.coverage());
            notes.extend(self.model().map(method));
            notes.extend(self.drivers());
        }
        notes.extend(self.rows.left_out());
        notes.join(" ")
    }

    fn why_no_forecast(&self) -> String {
        let Some(model) = self.model() else {
            return "There is no forecast of this series.".into();
        };
        let mut note = format!("There is no forecast: {}", words(&model.status));
        for part in [&model.reason, &model.fallback] {
            if !part.is_empty() {
                note.push_str("; ");
                note.push_str(part);
            }
        }
        note.push('.');
        note
    }

    /// How often the 80 % interval held what happened, in the series and in its pool.
    fn coverage(&self) -> String {
        let wanted = (self.measure, self.frequency);
        let mut accuracy = self.rows.accuracy.iter();
        let own = accuracy.find(|row| (row.measure, row.frequency) == wanted && row.points > 0);
        let class = self.model().map_or("", |model| model.demand_class.as_str());
        let mut pools = self.data.coverage.iter();
        let pool = pools.find(|row| {
            (row.measure, row.frequency) == wanted && row.demand_class == class && row.points > 0
        });
        let own = own.map(|row| format!("{} of {} in this series", row.covered_80, row.points));
        let pool = pool.map(|row| {
            let percent = row.covered_80 as f64 / row.points as f64 * 100.0;
            format!(
                "{percent:.0} % in its pool ({} {} series)",
                row.series,
                adjective(self.frequency)
            )
        });
        let parts: Vec<String> = own.into_iter().chain(pool).collect();
        if parts.is_empty() {
            return "Coverage is not known: no period was held out.".into();
        }
        format!("Held-out periods inside the 80 % interval: {}.", parts.join("; "))
    }
}

/// Base and season are what is expected anyway.
fn is_driver(row: &PartRow) -> bool {
    !matches!(row.part.as_str(), "base" | "season")
}

fn adjective(frequency: Period) -> &'static str {
    match frequency {
        Period::Day => "daily",
        Period::Week => "weekly",
        Period::Month => "monthly",
    }
}

fn method(model: &ModelRow) -> String {
    let mut note = format!("Method: {}", model.method);
    if !model.demand_class.is_empty() {
        note.push_str(&format!("; demand is {}", model.demand_class));
    }
    if let (Some(wape), Some(naive)) = (model.wape, model.naive_wape) {
        note.push_str(&format!(
            "; absolute error {:.0} % of demand, naive forecast {:.0} %",
            wape * 100.0,
            naive * 100.0
        ));
    }
    note.push('.');
    if !model.fallback.is_empty() {
        note.push_str(&format!(" Instead of its own model: {}.", model.fallback));
    }
    note
}

/// A mart's word for a reader.
fn words(status: &str) -> String {
    status.replace('_', " ")
}

fn period(row: &ForecastRow) -> ForecastPeriod {
    ForecastPeriod { start: row.period_start, mean: tidy(row.mean), median: row.median.map(tidy) }
}

fn bands(forecast: &[&ForecastRow]) -> Vec<ForecastBand> {
    let band = |level, limits: fn(&ForecastRow) -> (f64, f64)| {
        let interval = |row: &&ForecastRow| {
            let (low, high) = limits(row);
            Interval { start: row.period_start, low: tidy(low), high: tidy(high) }
        };
        ForecastBand { level, intervals: forecast.iter().map(interval).collect() }
    };
    vec![
        band(Level::NINETY_FIVE, |row| (row.lower_95, row.upper_95)),
        band(Level::EIGHTY, |row| (row.lower_80, row.upper_80)),
    ]
}

fn held_out(row: &HoldoutRow) -> Option<HoldoutPeriod> {
    Some(HoldoutPeriod {
        start: row.period_start,
        mean: tidy(row.mean),
        low: tidy(row.lower_80),
        high: tidy(row.upper_80),
        actual: tidy(row.actual?),
    })
}
