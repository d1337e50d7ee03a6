//! How far forecasts of the past were off, by steps ahead, beside naive ones.

use crate::figure::{Figure, Frame, XAxis, YAxis};
use crate::mark::{Mark, Shape, Side, Stroke, Symbol};
use crate::number::is_drawable;
use crate::theme::Ink;

/// Errors over demand (WAPE) by steps ahead: of the forecast, of the same place of the last season
/// and of the last known value.
///
/// Series: `forecast`, `seasonal naive`, `naive`. Ranges of steps in which one of the three is not
/// finite, or not below 10^15, are left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BacktestErrors {
    /// What was forecast.
    pub title: String,
    /// A line under the title.
    pub subtitle: String,
    /// From when forecasts were made; written under the picture.
    pub caption: String,
    /// Ranges of steps, nearest first.
    pub steps: Vec<StepErrors>,
}

/// Errors over demand in a range of steps ahead.
#[derive(Debug, Clone, PartialEq)]
pub struct StepErrors {
    /// The range, as in `4-7`.
    pub steps: String,
    /// The forecast's.
    pub forecast: f64,
    /// The seasonal naive forecast's.
    pub seasonal_naive: f64,
    /// The naive forecast's.
    pub naive: f64,
}

impl BacktestErrors {
    /// Lays the picture out.
    pub fn figure(&self) -> Figure {
        let is_whole = |step: &&StepErrors| {
            [step.forecast, step.seasonal_naive, step.naive].into_iter().all(is_drawable)
        };
        let steps: Vec<&StepErrors> = self.steps.iter().filter(is_whole).collect();
        if steps.is_empty() {
            return Figure::nothing(&self.title, "nothing was forecast and seen");
        }
        let mut frame = Frame::new(self.title.clone(), 260);
        frame.subtitle.clone_from(&self.subtitle);
        frame.caption.clone_from(&self.caption);
        let names = steps.iter().map(|step| step.steps.clone()).collect();
        frame.x = XAxis::Category { title: "periods ahead".into(), names };
        let largest = steps
            .iter()
            .flat_map(|step| [step.forecast, step.seasonal_naive, step.naive])
            .fold(0.0, f64::max);
        let title = "absolute error over demand".into();
        frame.left = YAxis::Number { title, from: 0.0, to: largest * 1.08, percent: true };
        let line = |name: &str, ink, stroke, value: fn(&StepErrors) -> f64| {
            let points = steps.iter().enumerate();
            let points: Vec<(f64, f64)> =
                points.map(|(at, step)| (at as f64 + 0.5, value(step))).collect();
            let shape = match points.len() {
                1 => Shape::Point { points, symbol: Symbol::Circle, notes: Vec::new() },
                _ => Shape::Line { points, stroke },
            };
            Mark::new(name, Side::Left, ink, shape)
        };
        let marks = vec![
            line("naive", Ink::Actual, Stroke::Dotted, |step| step.naive),
            line("seasonal naive", Ink::Holdout, Stroke::Dashed, |step| step.seasonal_naive),
            line("forecast", Ink::Forecast, Stroke::Full, |step| step.forecast),
        ];
        Figure { frame, marks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_the_errors_that_went_in() {
        let step = |steps: &str, forecast| StepErrors {
            steps: steps.into(),
            forecast,
            seasonal_naive: 0.4,
            naive: 0.6,
        };
        let mut errors = BacktestErrors {
            steps: vec![step("1", 0.2), step("2-3", f64::NAN), step("4-7", 0.3)],
            ..BacktestErrors::default()
        };
        let figure = errors.figure();
        assert_eq!(figure.points("forecast"), [(0.5, 0.2), (1.5, 0.3)]);
        assert_eq!(figure.points("naive"), [(0.5, 0.6), (1.5, 0.6)]);
        errors.steps.clear();
        assert!(errors.figure().marks.is_empty());
    }
}
