//! How often intervals held what happened, by steps ahead.

use crate::figure::{Figure, Frame, XAxis, YAxis};
use crate::mark::{Mark, Shape, Side, Stroke, Symbol};
use crate::number::is_drawable;
use crate::theme::Ink;

/// Measured coverage of the 80 % and 95 % intervals by steps ahead, beside what they claimed.
///
/// Series: `80 % interval`, `95 % interval`, `80 % claimed`, `95 % claimed`. Intervals of whole
/// numbers claim more than their level. Ranges of steps with a value that is no number are left out.
///
/// ```
/// use shelfcast_charts::{CoverageBySteps, StepCoverage};
/// let figure = CoverageBySteps {
///     title: "Coverage by steps ahead".into(),
///     steps: vec![StepCoverage {
///         steps: "1".into(),
///         covered: [0.81, 0.94],
///         claimed: [0.80, 0.95],
///     }],
///     ..CoverageBySteps::default()
/// }
/// .figure();
/// assert_eq!(figure.points("80 % interval"), [(0.5, 0.81)]);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CoverageBySteps {
    /// What the picture shows.
    pub title: String,
    /// A line under the title.
    pub subtitle: String,
    /// Written under the picture.
    pub caption: String,
    /// Ranges of steps, nearest first.
    pub steps: Vec<StepCoverage>,
}

/// Coverage in a range of steps ahead, as shares from 0 to 1 of the 80 % and the 95 % interval.
#[derive(Debug, Clone, PartialEq)]
pub struct StepCoverage {
    /// The range, as in `4-7`.
    pub steps: String,
    /// Periods held out that fell inside.
    pub covered: [f64; 2],
    /// What the intervals claimed to hold.
    pub claimed: [f64; 2],
}

impl CoverageBySteps {
    /// Lays the picture out.
    pub fn figure(&self) -> Figure {
        let is_whole =
            |step: &&StepCoverage| step.covered.into_iter().chain(step.claimed).all(is_drawable);
        let steps: Vec<&StepCoverage> = self.steps.iter().filter(is_whole).collect();
        if steps.is_empty() {
            return Figure::nothing(&self.title, "no period was held out");
        }
        let mut frame = Frame::new(self.title.clone(), 260);
        frame.subtitle.clone_from(&self.subtitle);
        frame.caption.clone_from(&self.caption);
        let names = steps.iter().map(|step| step.steps.clone()).collect();
        frame.x = XAxis::Category { title: "periods ahead".into(), names };
        let least = steps.iter().flat_map(|step| step.covered).fold(0.8, f64::min);
        let from = (least * 10.0 - 0.5).floor().max(0.0) / 10.0;
        let title = "share inside the interval".into();
        frame.left = YAxis::Number { title, from, to: 1.0, percent: true };
        let line = |name: &str, ink, stroke, value: &dyn Fn(&StepCoverage) -> f64| {
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
            line("80 % claimed", Ink::Level, Stroke::Dotted, &|step| step.claimed[0]),
            line("95 % claimed", Ink::Level, Stroke::Dashed, &|step| step.claimed[1]),
            line("80 % interval", Ink::Forecast, Stroke::Full, &|step| step.covered[0]),
            line("95 % interval", Ink::Median, Stroke::Full, &|step| step.covered[1]),
        ];
        Figure { frame, marks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_the_shares_that_went_in() {
        let step = |steps: &str, covered| StepCoverage {
            steps: steps.into(),
            covered,
            claimed: [0.82, 0.96],
        };
        let mut coverage = CoverageBySteps {
            steps: vec![
                step("1", [0.79, 0.93]),
                step("2-3", [f64::NAN, 0.9]),
                step("4-7", [0.62, 0.91]),
            ],
            ..CoverageBySteps::default()
        };
        let figure = coverage.figure();
        assert_eq!(figure.points("80 % interval"), [(0.5, 0.79), (1.5, 0.62)]);
        assert_eq!(figure.points("95 % claimed"), [(0.5, 0.96), (1.5, 0.96)]);
        let YAxis::Number { from, .. } = figure.frame.left else { panic!("numbers") };
        assert!(from < 0.62, "{from}");
        coverage.steps.clear();
        assert!(coverage.figure().marks.is_empty());
    }
}
