//! The eight kinds of mark that every picture is made of.

use serde::Serialize;

use crate::theme::Ink;

/// The axis that a mark's vertical values belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The left axis.
    Left,
    /// The right axis.
    Right,
}

/// How a line is stroked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stroke {
    /// Without gaps: known, or a central estimate.
    Full,
    /// Long dashes: a limit.
    Dashed,
    /// Dots: the future.
    Dotted,
}

/// The sign drawn at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Symbol {
    /// A filled circle.
    Circle,
    /// A diamond.
    Diamond,
    /// A triangle that points up.
    Triangle,
    /// A diagonal cross.
    Cross,
}

/// One value with limits at one place on the horizontal axis.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Limits {
    /// Where on the horizontal axis.
    pub x: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

/// One bar from zero to `value`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bar {
    /// Where the bar begins on the horizontal axis.
    pub from: f64,
    /// Where the bar ends on the horizontal axis.
    pub to: f64,
    /// The bar's height on its axis.
    pub value: f64,
}

/// How sure a cell's value is, and how its cell is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Texture {
    /// Counted: the full colour with a dot, where rows are high enough for one.
    Dotted,
    /// Derived from counts: the full colour.
    Full,
    /// At most this much: pale and hatched.
    Hatched,
    /// In the future: inside a dotted outline.
    Outlined,
}

/// One cell of a table drawn in colours; in JSON the array `[from, to, row, value, shade]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Where the cell begins on the horizontal axis.
    pub from: f64,
    /// Where the cell ends on the horizontal axis.
    pub to: f64,
    /// The row, counted from 0 at the top.
    pub row: usize,
    /// The value that the colour stands for.
    pub value: f64,
    /// The value's place on the colour scale, from 0 to 1.
    pub shade: f64,
}

impl Serialize for Cell {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shade = (self.shade * 1000.0).round() / 1000.0;
        (self.from, self.to, self.row, self.value, shade).serialize(serializer)
    }
}

/// The drawn shape of a mark with its data, in the units of its axes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Shape {
    /// A line through points, in order of x. A gap in the data starts a new mark.
    Line {
        /// Points (x, y).
        points: Vec<(f64, f64)>,
        /// How the line is stroked.
        stroke: Stroke,
    },
    /// The area between two limits.
    Band {
        /// Limits in order of x.
        limits: Vec<Limits>,
        /// How the upper and the lower edge are stroked, if they are.
        edge: Option<Stroke>,
        /// Ink on paper, from 0 (none) to 1 (full).
        opacity: f64,
    },
    /// Bars that stand on zero.
    Bar {
        /// Bars in order of x.
        bars: Vec<Bar>,
        /// Ink on paper, from 0 (none) to 1 (full).
        opacity: f64,
    },
    /// Coloured cells in rows.
    Cell {
        /// Cells, row after row.
        cells: Vec<Cell>,
        /// How sure these cells' values are.
        texture: Texture,
    },
    /// A straight line across the whole picture.
    Rule {
        /// Whether the rule stands upright at an x, or lies at a y.
        upright: bool,
        /// The x or the y.
        at: f64,
        /// How the rule is stroked.
        stroke: Stroke,
        /// What is written beside the rule.
        text: String,
    },
    /// A sign at each point.
    Point {
        /// Points (x, y); in a picture with rows, y is the row.
        points: Vec<(f64, f64)>,
        /// The sign.
        symbol: Symbol,
        /// What the reader is told at each point; empty, or as many as points.
        notes: Vec<String>,
    },
    /// Stretches of the horizontal axis, shaded from bottom to top.
    Span {
        /// Stretches (from, to).
        spans: Vec<(f64, f64)>,
    },
    /// Text at a place.
    Label {
        /// Where on the horizontal axis.
        x: f64,
        /// Where on the vertical axis; in a picture with rows, the row.
        y: f64,
        /// The text.
        text: String,
    },
}

/// One thing drawn: what it is called, which axis it is read on, its ink and its shape.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mark {
    /// The name in the legend, and the key by which a test or a page finds the mark.
    pub series: String,
    /// The axis of the mark's vertical values.
    pub side: Side,
    /// What the mark stands for.
    pub ink: Ink,
    /// Its shape and data.
    #[serde(flatten)]
    pub shape: Shape,
}

impl Mark {
    pub(crate) fn new(series: impl Into<String>, side: Side, ink: Ink, shape: Shape) -> Self {
        Self { series: series.into(), side, ink, shape }
    }
}
