//! Straight lines across the picture, with their words.

use super::canvas::{Anchor, Canvas, Rectangle, Words};
use super::layout::{LINE, Layout, SMALL};
use super::marks::dashes;
use super::scale::Scale;
use super::text::width;
use crate::figure::{Frame, XAxis};
use crate::mark::{Mark, Shape};
use crate::theme::Theme;

/// The words of an upright rule, in a lane above the picture; lane 0 is the lowest.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UprightLabel {
    pub(crate) text: String,
    /// The middle of the words.
    pub(crate) x: f64,
    pub(crate) lane: usize,
}

/// Puts the words of upright rules into as many lanes as they need.
pub(crate) fn upright_labels(marks: &[Mark], scale: &Scale) -> Vec<UprightLabel> {
    let mut labels: Vec<UprightLabel> = Vec::new();
    for mark in marks {
        let Shape::Rule { upright: true, at, text, .. } = &mark.shape else {
            continue;
        };
        let half = width(text, SMALL) / 2.0;
        let x = scale
            .at(*at)
            .clamp(scale.start() + half, (scale.end() - half).max(scale.start() + half));
        let clash = |lane: usize| {
            labels.iter().any(|label| {
                let apart = half + width(&label.text, SMALL) / 2.0 + 8.0;
                label.lane == lane && (label.x - x).abs() < apart
            })
        };
        let lane = (0..).find(|lane| !clash(*lane)).unwrap_or(0);
        labels.push(UprightLabel { text: text.clone(), x, lane });
    }
    labels
}

pub(crate) fn draw_upright_labels(canvas: &mut Canvas, layout: &Layout, theme: Theme) {
    for label in &layout.upright_labels {
        canvas.words(&Words {
            text: &label.text,
            x: label.x,
            y: layout.plot.top - 5.0 - label.lane as f64 * LINE,
            size: SMALL,
            colour: theme.page().text,
            anchor: Anchor::Middle,
        });
    }
}

/// The line of a rule.
pub(crate) fn draw(canvas: &mut Canvas, layout: &Layout, mark: &Mark, theme: Theme) {
    let Shape::Rule { upright, at, stroke, .. } = &mark.shape else {
        return;
    };
    let plot = &layout.plot;
    let style = format!(" stroke-width=\"1.5\"{}", dashes(*stroke));
    let colour = theme.colour(mark.ink);
    if *upright {
        let x = layout.x.at(*at);
        canvas.line((x, plot.top - 2.0), (x, plot.bottom), colour, &style);
    } else {
        let y = layout.y(mark.side).at(*at);
        canvas.line((plot.left, y), (plot.right, y), colour, &style);
    }
}

/// The words of a level rule, where they meet no other words.
pub(crate) fn draw_level_label(
    canvas: &mut Canvas,
    layout: &Layout,
    frame: &Frame,
    mark: &Mark,
    theme: Theme,
) {
    let Shape::Rule { upright: false, at, text, .. } = &mark.shape else {
        return;
    };
    let plot = &layout.plot;
    let y = layout.y(mark.side).at(*at);
    let (left, right) = ((plot.left + 5.0, Anchor::Start), (plot.right - 5.0, Anchor::End));
    // Products fall off to the right, the future lies there.
    let sides = match frame.x {
        XAxis::Category { .. } => [right, left],
        XAxis::Time { .. } | XAxis::Number { .. } => [left, right],
    };
    for (x, anchor) in sides {
        for y in [y + 13.0, y - 5.0] {
            let words = Words { text, x, y, size: SMALL, colour: theme.page().text, anchor };
            if is_free(canvas, plot, &words.bounds()) {
                canvas.rimmed_words(&words, theme.page().background);
                return;
            }
        }
    }
}

fn is_free(canvas: &Canvas, plot: &Rectangle, place: &Rectangle) -> bool {
    let inside = place.top >= plot.top && place.bottom <= plot.bottom;
    inside && !canvas.boxes.iter().any(|(_, other)| other.overlaps(place))
}
