//! A picture before it is drawn: a frame and its marks.

use serde::Serialize;

use crate::calendar::Period;
use crate::mark::{Bar, Cell, Limits, Mark, Shape};
use crate::theme::Ink;

/// A picture as data: what stands around it, and the marks in it.
///
/// Every figure keeps the numbers it draws, so a test or a page can read them back.
///
/// ```
/// use shelfcast_charts::{SalesAndStock, SalesPeriod, Theme};
///
/// let figure = SalesAndStock {
///     title: "Oat milk 1 l, main".into(),
///     unit: "units".into(),
///     sales: vec![
///         SalesPeriod { start: 20_150, units: 12.0 },
///         SalesPeriod { start: 20_157, units: 9.0 },
///     ],
///     ..SalesAndStock::default()
/// }
/// .figure();
/// assert_eq!(figure.bars("sales")[1].value, 9.0);
/// let svg = figure.to_svg(Theme::Light);
/// assert!(svg.starts_with("<svg"));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    pub(crate) frame: Frame,
    pub(crate) marks: Vec<Mark>,
}

/// Everything around the marks: words, axes, size.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Frame {
    /// What the picture shows, in one line.
    pub title: String,
    /// The line under the title.
    pub subtitle: String,
    /// What was assumed, under the picture.
    pub caption: String,
    /// Width of the whole SVG in pixels.
    pub width: u32,
    /// Height of the area inside the axes in pixels.
    pub plot_height: u32,
    /// The horizontal axis.
    pub x: XAxis,
    /// The left axis.
    pub left: YAxis,
    /// The right axis, if the picture has two.
    pub right: Option<YAxis>,
    /// Shares beside the picture.
    pub panel: Option<Panel>,
    /// What the cells' colours stand for.
    pub colour_bar: Option<ColourBar>,
    /// Why there is nothing to draw, if so.
    pub nothing: Option<String>,
}

/// The horizontal axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum XAxis {
    /// Days; x is a [`Day`](crate::Day).
    Time {
        /// The first day drawn.
        from: f64,
        /// The end of the last day drawn.
        to: f64,
        /// How long each value lasts.
        period: Period,
    },
    /// Numbers, to the right.
    Number {
        /// What is measured, with its unit.
        title: String,
        /// The lowest value drawn.
        from: f64,
        /// The highest value drawn.
        to: f64,
    },
    /// Things in order; thing `i`, counted from 0, spans x from `i` to `i + 1`.
    Category {
        /// What the things are, as in `products by revenue`.
        title: String,
        /// Their names.
        names: Vec<String>,
    },
}

/// A vertical axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum YAxis {
    /// Numbers, upwards.
    Number {
        /// What is measured, with its unit.
        title: String,
        /// The lowest value drawn.
        from: f64,
        /// The highest value drawn.
        to: f64,
        /// Written as per cent (1 is 100 %).
        percent: bool,
    },
    /// Rows, downwards from row 0.
    Rows {
        /// What the rows are.
        title: String,
        /// A name for each row.
        names: Vec<String>,
        /// Groups of rows one below the other: name and number of rows.
        groups: Vec<(String, usize)>,
    },
}

/// Shares set side by side, one group below the other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Panel {
    /// The groups from top to bottom.
    pub groups: Vec<PanelGroup>,
}

/// One group of a [`Panel`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PanelGroup {
    /// The group's name.
    pub name: String,
    /// The group's ink.
    pub ink: Ink,
    /// Shares from 0 to 1 with what they are a share of.
    pub shares: Vec<(String, f64)>,
}

/// What the colours of cells stand for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColourBar {
    /// What is measured, with its unit and its scale.
    pub title: String,
    /// Values with their place on the scale, from 0 to 1.
    pub ticks: Vec<(f64, f64)>,
}

impl Figure {
    /// A picture that only says why there is nothing to draw.
    pub fn nothing(title: impl Into<String>, reason: impl Into<String>) -> Self {
        let mut frame = Frame::new(title.into(), 120);
        frame.nothing = Some(reason.into());
        Self { frame, marks: Vec::new() }
    }

    /// Everything around the marks.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// The marks, in the order in which they are drawn.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The points (x, y) of the lines and points of a series, in drawing order.
    pub fn points(&self, series: &str) -> Vec<(f64, f64)> {
        self.collect(series, |shape| match shape {
            Shape::Line { points, .. } | Shape::Point { points, .. } => points.clone(),
            _ => Vec::new(),
        })
    }

    /// The limits of the bands of a series.
    pub fn limits(&self, series: &str) -> Vec<Limits> {
        self.collect(series, |shape| match shape {
            Shape::Band { limits, .. } => limits.clone(),
            _ => Vec::new(),
        })
    }

    /// The bars of a series.
    pub fn bars(&self, series: &str) -> Vec<Bar> {
        self.collect(series, |shape| match shape {
            Shape::Bar { bars, .. } => bars.clone(),
            _ => Vec::new(),
        })
    }

    /// The cells of a series.
    pub fn cells(&self, series: &str) -> Vec<Cell> {
        self.collect(series, |shape| match shape {
            Shape::Cell { cells, .. } => cells.clone(),
            _ => Vec::new(),
        })
    }

    /// The stretches (from, to) of a series, and the places of its rules as empty stretches.
    pub fn spans(&self, series: &str) -> Vec<(f64, f64)> {
        self.collect(series, |shape| match shape {
            Shape::Span { spans } => spans.clone(),
            Shape::Rule { at, .. } => vec![(*at, *at)],
            _ => Vec::new(),
        })
    }

    /// The picture as compact JSON for the interactive script, safe inside an HTML `script`.
    pub fn to_json(&self) -> String {
        let json = serde_json::to_string(self).expect("marks have string keys and plain values");
        json.replace('<', "\\u003c")
            .replace('>', "\\u003e")
            .replace('&', "\\u0026")
            .replace('\u{2028}', "\\u2028")
            .replace('\u{2029}', "\\u2029")
    }

    fn collect<T>(&self, series: &str, read: impl Fn(&Shape) -> Vec<T>) -> Vec<T> {
        self.marks
            .iter()
            .filter(|mark| mark.series == series)
            .flat_map(|mark| read(&mark.shape))
            .collect()
    }
}

impl Frame {
    pub(crate) fn new(title: String, plot_height: u32) -> Self {
        Self {
            title,
            subtitle: String::new(),
            caption: String::new(),
            width: 960,
            plot_height,
            x: XAxis::Category { title: String::new(), names: Vec::new() },
            left: YAxis::number("", 0.0, 1.0),
            right: None,
            panel: None,
            colour_bar: None,
            nothing: None,
        }
    }
}

impl YAxis {
    pub(crate) fn number(title: impl Into<String>, from: f64, to: f64) -> Self {
        Self::Number { title: title.into(), from, to, percent: false }
    }
}
