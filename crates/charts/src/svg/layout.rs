//! Where everything goes: words above, marks in the middle, words below.

use super::canvas::Rectangle;
use super::legend::{self, LegendEntry};
use super::rules::{self, UprightLabel};
use super::scale::Scale;
use super::text::{width, wrap};
use super::y_axis::{self, YTick};
use crate::figure::{Figure, Frame, XAxis, YAxis};
use crate::mark::Side;

/// The empty rim around the picture.
pub(crate) const RIM: f64 = 16.0;
pub(crate) const TITLE: f64 = 17.0;
pub(crate) const SUBTITLE: f64 = 12.5;
/// Legends and names.
pub(crate) const NAME: f64 = 11.5;
/// Ticks, axis titles and captions.
pub(crate) const SMALL: f64 = 11.0;
/// From one line of small words to the next.
pub(crate) const LINE: f64 = 15.0;
/// The room that a panel takes beside the picture.
pub(crate) const PANEL: f64 = 208.0;
/// The longest row name.
const ROW_NAME: f64 = 210.0;

/// The places of everything in a picture, in pixels.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) title: Vec<String>,
    pub(crate) subtitle: Vec<String>,
    pub(crate) caption: Vec<String>,
    pub(crate) legend: Vec<LegendEntry>,
    pub(crate) legend_top: f64,
    pub(crate) colour_bar_top: f64,
    /// The baseline of the axis titles.
    pub(crate) axis_titles: f64,
    pub(crate) upright_labels: Vec<UprightLabel>,
    /// The area inside the axes.
    pub(crate) plot: Rectangle,
    pub(crate) x: Scale,
    pub(crate) left: Scale,
    pub(crate) right: Option<Scale>,
    pub(crate) left_ticks: Vec<YTick>,
    pub(crate) right_ticks: Vec<YTick>,
    pub(crate) caption_top: f64,
}

impl Layout {
    pub(crate) fn new(figure: &Figure) -> Self {
        let frame = &figure.frame;
        let width = f64::from(frame.width);
        let room = width - 2.0 * RIM;
        let height = f64::from(frame.plot_height);
        let left_ticks = y_axis::ticks(&frame.left, height, ROW_NAME);
        let right_ticks = match &frame.right {
            Some(axis) => y_axis::ticks(axis, height, ROW_NAME),
            None => Vec::new(),
        };
        let left = RIM + 8.0 + widest(&left_ticks).max(24.0);
        let right = width - RIM - 8.0 - right_room(frame, &right_ticks);
        let x = x_scale(&frame.x, left, right);
        let upright_labels = rules::upright_labels(&figure.marks, &x);
        let lanes = upright_labels.iter().map(|label| label.lane + 1).max();

        let title = wrap(&frame.title, TITLE, room, 2);
        let subtitle = wrap(&frame.subtitle, SUBTITLE, room, 2);
        let legend = legend::entries(&figure.marks, room);
        let legend_top = RIM + title.len() as f64 * 22.0 + subtitle.len() as f64 * 17.0 + 6.0;
        let colour_bar_top = legend_top + legend::height(&legend);
        let bar = if frame.colour_bar.is_some() { 36.0 } else { 0.0 };
        let axis_titles = colour_bar_top + bar + 16.0;
        let top = axis_titles + 8.0 + lanes.unwrap_or(0) as f64 * LINE;
        let plot = Rectangle { left, top, right, bottom: top + height };
        let caption = wrap(&frame.caption, SMALL, room, 6);
        let caption_top = plot.bottom + below(&frame.x, &plot);
        Self {
            width,
            height: caption_top + caption.len() as f64 * LINE + RIM,
            left: y_axis::scale(&frame.left, &plot),
            right: frame.right.as_ref().map(|axis| y_axis::scale(axis, &plot)),
            title,
            subtitle,
            caption,
            legend,
            legend_top,
            colour_bar_top,
            axis_titles,
            upright_labels,
            plot,
            x,
            left_ticks,
            right_ticks,
            caption_top,
        }
    }

    /// The scale of an axis; the left one if there is but one.
    pub(crate) fn y(&self, side: Side) -> &Scale {
        match (side, &self.right) {
            (Side::Right, Some(scale)) => scale,
            _ => &self.left,
        }
    }

    /// The room that the right axis takes with its labels.
    pub(crate) fn right_ticks_room(&self) -> f64 {
        6.0 + widest(&self.right_ticks)
    }
}

fn widest(ticks: &[YTick]) -> f64 {
    let widths = ticks.iter().map(|tick| width(&tick.text, SMALL));
    widths.fold(0.0, f64::max)
}

/// The room to the right of the axes: tick labels, names of row groups, and the panel.
fn right_room(frame: &Frame, ticks: &[YTick]) -> f64 {
    let groups = match &frame.left {
        YAxis::Rows { groups, .. } => groups.as_slice(),
        YAxis::Number { .. } => &[],
    };
    let names = groups.iter().map(|(name, _)| width(name, NAME).min(y_axis::GROUP_NAME) + 14.0);
    let names = names.fold(0.0, f64::max);
    let panel = if frame.panel.is_some() { PANEL } else { 0.0 };
    widest(ticks).max(names).max(24.0) + panel
}

fn x_scale(axis: &XAxis, left: f64, right: f64) -> Scale {
    let (from, to) = match axis {
        XAxis::Time { from, to, .. } | XAxis::Number { from, to, .. } => (*from, *to),
        XAxis::Category { names, .. } => (0.0, names.len().max(1) as f64),
    };
    Scale::new(from, to, left, right)
}

/// The room below the axes for tick labels and the axis title.
fn below(axis: &XAxis, plot: &Rectangle) -> f64 {
    match axis {
        XAxis::Time { .. } | XAxis::Number { .. } => 46.0,
        XAxis::Category { names, .. } => super::x_axis::category_room(names, plot) + 30.0,
    }
}
