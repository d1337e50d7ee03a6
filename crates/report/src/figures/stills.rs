//! Pictures that stand by themselves: they belong to no series.

use std::collections::BTreeMap;

use shelfcast_charts::{
    CoverageBySteps, ExchangeCurve, ExchangeLine, Figure, Period, StepCoverage, written_day,
};

use super::money_unit;
use crate::data::{CoverageStepRow, Measure, ReportData};
use crate::decimal::Exact;

/// The row of a replay that is no policy's.
const WHAT_HAPPENED: &str = "what happened";

/// The exchange curve of the last replay, where it was traced.
pub(super) fn exchange_curve(data: &ReportData) -> Option<Figure> {
    let mut lines: Vec<ExchangeLine> = Vec::new();
    for row in &data.replay_curves {
        let point = (row.mean_stock_value, row.value_fill_rate);
        match lines.iter_mut().find(|line| line.name == row.policy) {
            Some(line) => line.points.push(point),
            None => lines.push(ExchangeLine { name: row.policy.clone(), points: vec![point] }),
        }
    }
    if lines.is_empty() {
        return None;
    }
    let happened = data.replays.iter().find(|replay| replay.policy == WHAT_HAPPENED);
    if let Some((stock, rate)) =
        happened.and_then(|past| past.mean_stock_value.zip(past.value_fill_rate))
    {
        lines.push(ExchangeLine { name: WHAT_HAPPENED.into(), points: vec![(stock, rate)] });
    }
    let subtitle = data.replays.first().map_or_else(String::new, |replay| {
        let [from, until] = [replay.measured_from, replay.measured_until].map(written_day);
        format!("{} products at places, {from} to {until}", replay.n_items)
    });
    let title = "Service against stock".into();
    Some(ExchangeCurve { title, subtitle, unit: money_unit(data), lines }.figure())
}

/// Coverage of forecasts in units by steps ahead, of the frequency with the most periods held out.
pub(super) fn coverage(data: &ReportData) -> Option<Figure> {
    let frequency = commonest(&data.coverage_by_step)?;
    let rows = || {
        let rows = data.coverage_by_step.iter();
        rows.filter(|row| row.measure == Measure::Units && row.frequency == frequency)
    };
    let mut ranges: BTreeMap<u64, Vec<&CoverageStepRow>> = BTreeMap::new();
    for row in rows().filter(|row| row.points > 0) {
        ranges.entry(row.first_step).or_default().push(row);
    }
    let points = Exact::from(rows().map(|row| row.points).sum::<u64>()).trimmed();
    Some(
        CoverageBySteps {
            title: "Coverage by periods ahead".into(),
            subtitle: format!("units by the {}, {points} periods held out", frequency.name()),
            caption: "Intervals of whole numbers claim more than their level.".into(),
            steps: ranges.values().map(|rows| step(rows)).collect(),
        }
        .figure(),
    )
}

/// The frequency with the most periods held out.
fn commonest(rows: &[CoverageStepRow]) -> Option<Period> {
    let frequencies = [Period::Day, Period::Week, Period::Month];
    let held_out = |frequency: &Period| {
        let rows = rows.iter().filter(|row| row.measure == Measure::Units);
        rows.filter(|row| row.frequency == *frequency).map(|row| row.points).sum::<u64>()
    };
    let most = frequencies.into_iter().rev().max_by_key(|frequency| held_out(frequency))?;
    (held_out(&most) > 0).then_some(most)
}

fn step(rows: &[&CoverageStepRow]) -> StepCoverage {
    let points = rows.iter().map(|row| row.points).sum::<u64>() as f64;
    let covered = |of: fn(&CoverageStepRow) -> u64| {
        rows.iter().map(|row| of(row)).sum::<u64>() as f64 / points
    };
    let claimed = |of: fn(&CoverageStepRow) -> Option<f64>, level: f64| {
        rows.iter().map(|row| of(row).unwrap_or(level) * row.points as f64).sum::<f64>() / points
    };
    StepCoverage {
        steps: rows[0].steps.clone(),
        covered: [covered(|row| row.covered_80), covered(|row| row.covered_95)],
        claimed: [claimed(|row| row.claimed_80, 0.80), claimed(|row| row.claimed_95, 0.95)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ReplayCurveRow, ReplayRow};

    #[test]
    fn coverage_of_all_classes_is_that_of_their_periods_together() {
        let row = |demand_class: &str, points, covered_80| CoverageStepRow {
            demand_class: demand_class.into(),
            steps: "1".into(),
            first_step: 1,
            points,
            covered_80,
            covered_95: points,
            claimed_80: Some(0.8),
            claimed_95: Some(0.95),
            ..CoverageStepRow::default()
        };
        let rows = vec![row("smooth", 100, 70), row("lumpy", 300, 290)];
        let data = ReportData { coverage_by_step: rows, ..ReportData::default() };
        let figure = coverage(&data).unwrap();
        assert_eq!(figure.points("80 % interval"), [(0.5, 0.9)]);
        assert!(coverage(&ReportData::default()).is_none());
    }

    #[test]
    fn the_curve_has_a_line_for_each_policy() {
        let point = |policy: &str, stock, rate| ReplayCurveRow {
            policy: policy.into(),
            mean_stock_value: stock,
            value_fill_rate: rate,
            ..ReplayCurveRow::default()
        };
        let curves =
            vec![point("ours", 10.0, 0.9), point("other", 12.0, 0.9), point("ours", 20.0, 0.95)];
        let replays = vec![ReplayRow { n_items: 3, ..ReplayRow::default() }];
        let data = ReportData { replay_curves: curves, replays, ..ReportData::default() };
        let figure = exchange_curve(&data).unwrap();
        assert_eq!(figure.points("ours"), [(10.0, 0.9), (20.0, 0.95)]);
        assert!(exchange_curve(&ReportData::default()).is_none());
    }
}
