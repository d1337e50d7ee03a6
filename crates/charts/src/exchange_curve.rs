//! Service against stock: what more stock buys under each policy.

use crate::figure::{Figure, Frame, XAxis, YAxis};
use crate::mark::{Mark, Shape, Side, Stroke, Symbol};
use crate::theme::Ink;

/// Inks of the lines, in their order.
const INKS: [Ink; 4] = [Ink::Forecast, Ink::Level, Ink::Median, Ink::Stockout];
/// Strokes of the lines: colour never tells alone.
const STROKES: [Stroke; 4] = [Stroke::Full, Stroke::Dashed, Stroke::Dotted, Stroke::Full];
const SYMBOLS: [Symbol; 4] = [Symbol::Circle, Symbol::Triangle, Symbol::Diamond, Symbol::Cross];

/// The exchange curve of several policies: the mean value of stock to the right, the share of
/// demand met at once upwards. A line with one point is a single setting, or what happened.
///
/// ```
/// use shelfcast_charts::{ExchangeCurve, ExchangeLine};
/// let line = |name: &str, points: &[(f64, f64)]| ExchangeLine {
///     name: name.into(),
///     points: points.to_vec(),
/// };
/// let figure = ExchangeCurve {
///     title: "Service against stock".into(),
///     unit: "EUR".into(),
///     lines: vec![line("ours", &[(900.0, 0.98), (500.0, 0.90)]), line("past", &[(800.0, 0.91)])],
///     ..ExchangeCurve::default()
/// }
/// .figure();
/// // Points stand in the order of the stock.
/// assert_eq!(figure.points("ours")[0], (500.0, 0.90));
/// assert_eq!(figure.points("past"), [(800.0, 0.91)]);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExchangeCurve {
    /// What the picture shows, in one line.
    pub title: String,
    /// The line under the title.
    pub subtitle: String,
    /// The money that stock is counted in.
    pub unit: String,
    /// The policies, at most four in inks of their own.
    pub lines: Vec<ExchangeLine>,
}

/// One policy at several settings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExchangeLine {
    /// The policy.
    pub name: String,
    /// Mean stock value and fill rate (0-1) of each setting, in any order.
    pub points: Vec<(f64, f64)>,
}

impl ExchangeCurve {
    /// Lays the picture out.
    pub fn figure(&self) -> Figure {
        let drawable = |point: &&(f64, f64)| point.0.is_finite() && point.1.is_finite();
        let points = || self.lines.iter().flat_map(|line| &line.points).filter(drawable);
        if points().next().is_none() {
            return Figure::nothing(&self.title, "no policy was replayed");
        }
        let most = points().map(|point| point.0).fold(0.0, f64::max);
        let least = points().map(|point| point.1).fold(1.0, f64::min);
        let mut frame = Frame::new(self.title.clone(), 360);
        frame.subtitle.clone_from(&self.subtitle);
        frame.x = XAxis::Number {
            title: format!("mean stock at cost, {}", self.unit),
            from: 0.0,
            to: if most > 0.0 { most * 1.05 } else { 1.0 },
        };
        frame.left = YAxis::Number {
            title: "share of demand met at once, by value".into(),
            from: (least * 20.0 - 0.5).floor().max(0.0) / 20.0,
            to: 1.0,
            percent: true,
        };
        let marks = self.lines.iter().enumerate().flat_map(|(index, line)| marks(index, line));
        Figure { frame, marks: marks.collect() }
    }
}

fn marks(index: usize, line: &ExchangeLine) -> Vec<Mark> {
    let ink = INKS[index % INKS.len()];
    let mut points = line.points.clone();
    points.retain(|point| point.0.is_finite() && point.1.is_finite());
    points.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
    let mark = |shape| Mark::new(line.name.clone(), Side::Left, ink, shape);
    match points.as_slice() {
        [] => Vec::new(),
        [_] => {
            let symbol = SYMBOLS[index % SYMBOLS.len()];
            vec![mark(Shape::Point { points, symbol, notes: Vec::new() })]
        }
        _ => vec![mark(Shape::Line { points, stroke: STROKES[index % STROKES.len()] })],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Theme, png};

    #[test]
    fn no_two_lines_look_alike() {
        let line =
            |name: &str| ExchangeLine { name: name.into(), points: vec![(1.0, 0.9), (2.0, 0.95)] };
        let lines = ["one", "two", "three", "four"].map(line).to_vec();
        let figure = ExchangeCurve { lines, ..ExchangeCurve::default() }.figure();
        let colours = figure.marks().iter().map(|mark| Theme::Light.colour(mark.ink));
        let inks: std::collections::BTreeSet<&str> = colours.collect();
        assert_eq!(inks.len(), 4);
    }

    #[test]
    fn nothing_to_draw_is_said() {
        let figure = ExchangeCurve::default().figure();
        assert!(figure.frame().nothing.is_some());
    }

    #[test]
    fn the_axes_hold_every_point() {
        let lines = vec![ExchangeLine {
            name: "ours".into(),
            points: vec![(100.0, 0.62), (400.0, 0.99), (f64::NAN, 0.1)],
        }];
        let figure =
            ExchangeCurve { lines, unit: "EUR".into(), ..ExchangeCurve::default() }.figure();
        assert_eq!(figure.points("ours"), [(100.0, 0.62), (400.0, 0.99)]);
        let XAxis::Number { from, to, .. } = figure.frame().x else { panic!("numbers") };
        assert!(from <= 100.0 && to >= 400.0);
        let YAxis::Number { from, to, .. } = figure.frame().left else { panic!("numbers") };
        assert!(from <= 0.62 && (to - 1.0).abs() < 1e-12);
        assert!(!png(&figure.to_svg(Theme::Light), 1.0).unwrap().is_empty());
    }
}
