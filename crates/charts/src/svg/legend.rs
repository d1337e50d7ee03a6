//! What each series looks like, in rows under the title.

use super::canvas::{Anchor, Canvas, Rectangle, Words};
use super::layout::{Layout, NAME, RIM, SMALL};
use super::marks::{dashes, symbol};
use super::text::{fit, width};
use crate::figure::ColourBar;
use crate::mark::{Mark, Shape, Stroke, Symbol, Texture};
use crate::number::written_number;
use crate::theme::{Ink, Theme};

const SWATCH: f64 = 24.0;
const ROW: f64 = 19.0;

/// One series in the legend, with its place from the legend's top left.
#[derive(Debug, Clone)]
pub(crate) struct LegendEntry {
    pub(crate) text: String,
    x: f64,
    row: usize,
    ink: Ink,
    swatch: Swatch,
}

#[derive(Debug, Clone, Copy)]
enum Swatch {
    Line(Stroke),
    Band(f64, Option<Stroke>),
    Block(f64),
    Cell(Texture),
    Point(Symbol),
    Span,
}

/// The series of all marks that do not carry their own words.
pub(crate) fn entries(marks: &[Mark], room: f64) -> Vec<LegendEntry> {
    let mut entries: Vec<LegendEntry> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    let (mut x, mut row) = (0.0, 0);
    let mut in_order: Vec<&Mark> = marks.iter().collect();
    in_order.sort_by_key(|mark| order(&mark.shape));
    for mark in in_order {
        let Some(swatch) = swatch(&mark.shape) else {
            continue;
        };
        if names.contains(&mark.series.as_str()) {
            continue;
        }
        names.push(&mark.series);
        let text = fit(&mark.series, NAME, room / 2.0);
        let length = SWATCH + 6.0 + width(&text, NAME) + 18.0;
        if x > 0.0 && x + length > room {
            (x, row) = (0.0, row + 1);
        }
        entries.push(LegendEntry { text, x, row, ink: mark.ink, swatch });
        x += length;
    }
    entries
}

pub(crate) fn height(entries: &[LegendEntry]) -> f64 {
    let rows = entries.last().map_or(0, |entry| entry.row + 1);
    rows as f64 * ROW
}

/// Values before limits before stretches.
fn order(shape: &Shape) -> u8 {
    match shape {
        Shape::Bar { .. } | Shape::Cell { .. } => 0,
        Shape::Line { .. } => 1,
        Shape::Point { .. } => 2,
        Shape::Band { .. } => 3,
        Shape::Span { .. } | Shape::Rule { .. } | Shape::Label { .. } => 4,
    }
}

fn swatch(shape: &Shape) -> Option<Swatch> {
    match shape {
        Shape::Line { stroke, .. } => Some(Swatch::Line(*stroke)),
        Shape::Band { edge, opacity, .. } => Some(Swatch::Band(*opacity, *edge)),
        Shape::Bar { opacity, .. } => Some(Swatch::Block(*opacity)),
        Shape::Cell { texture, .. } => Some(Swatch::Cell(*texture)),
        Shape::Point { symbol, .. } => Some(Swatch::Point(*symbol)),
        Shape::Span { .. } => Some(Swatch::Span),
        Shape::Rule { .. } | Shape::Label { .. } => None,
    }
}

pub(crate) fn draw(canvas: &mut Canvas, layout: &Layout, theme: Theme) {
    for entry in &layout.legend {
        let left = RIM + entry.x;
        let middle = layout.legend_top + entry.row as f64 * ROW + ROW / 2.0;
        draw_swatch(canvas, entry, (left, middle), theme);
        canvas.words(&Words {
            text: &entry.text,
            x: left + SWATCH + 6.0,
            y: middle + 0.35 * NAME,
            size: NAME,
            colour: theme.page().text,
            anchor: Anchor::Start,
        });
    }
}

fn draw_swatch(canvas: &mut Canvas, entry: &LegendEntry, (left, middle): (f64, f64), theme: Theme) {
    let colour = theme.colour(entry.ink);
    let right = left + SWATCH;
    let block = Rectangle { left, top: middle - 6.0, right, bottom: middle + 6.0 };
    match entry.swatch {
        Swatch::Line(stroke) => {
            let style = format!(" stroke-width=\"2\"{}", dashes(stroke));
            canvas.line((left, middle), (right, middle), colour, &style);
        }
        Swatch::Band(opacity, edge) => {
            canvas.write(format_args!("<g fill-opacity=\"{opacity}\">"));
            canvas.rectangle(&block, colour);
            canvas.close();
            if let Some(stroke) = edge {
                let style = dashes(stroke);
                canvas.line((left, block.top), (right, block.top), colour, style);
                canvas.line((left, block.bottom), (right, block.bottom), colour, style);
            }
        }
        Swatch::Block(opacity) => {
            canvas.write(format_args!("<g fill-opacity=\"{opacity}\">"));
            canvas.rectangle(&block, colour);
            canvas.close();
        }
        Swatch::Cell(texture) => draw_cell_swatch(canvas, &block, texture, theme),
        Swatch::Point(sign) => {
            symbol(canvas, sign, ((left + right) / 2.0, middle), 4.5, theme, entry.ink)
        }
        Swatch::Span => {
            canvas.write(format_args!("<g fill-opacity=\"0.22\">"));
            canvas.rectangle(&block, colour);
            canvas.close();
        }
    }
}

fn draw_cell_swatch(canvas: &mut Canvas, block: &Rectangle, texture: Texture, theme: Theme) {
    match texture {
        Texture::Full => canvas.rectangle(block, &theme.shade(0.6)),
        Texture::Dotted => {
            canvas.rectangle(block, &theme.shade(0.6));
            let middle = ((block.left + block.right) / 2.0, (block.top + block.bottom) / 2.0);
            super::cells::dot(canvas, middle, theme);
        }
        Texture::Hatched => {
            canvas.rectangle(block, &theme.pale_shade(0.6));
            canvas.rectangle(block, super::cells::hatch(theme));
        }
        Texture::Outlined => {
            canvas.rectangle(block, &theme.shade(0.6));
            super::cells::outline(canvas, block, theme);
        }
    }
}

/// The colours of the scale from left to right, with round values below.
pub(crate) fn draw_colour_bar(canvas: &mut Canvas, layout: &Layout, bar: &ColourBar, theme: Theme) {
    let (left, top, length) = (RIM, layout.colour_bar_top + 6.0, 240.0);
    let steps = 40;
    for step in 0..steps {
        let place = f64::from(step) / f64::from(steps);
        let colour = theme.shade((f64::from(step) + 0.5) / f64::from(steps));
        let block = Rectangle {
            left: left + place * length,
            top,
            right: left + place * length + length / f64::from(steps) + 0.3,
            bottom: top + 11.0,
        };
        canvas.rectangle(&block, &colour);
    }
    let page = theme.page();
    let mut free = f64::NEG_INFINITY;
    for (value, place) in &bar.ticks {
        let x = left + place * length;
        let text = written_number(*value);
        let half = width(&text, SMALL) / 2.0;
        let middle = x.max(left + half);
        if middle - half < free {
            continue;
        }
        free = middle + half + 6.0;
        canvas.line((x, top + 11.0), (x, top + 14.0), page.axis, "");
        canvas.words(&Words {
            text: &text,
            x: middle,
            y: top + 25.0,
            size: SMALL,
            colour: page.muted,
            anchor: Anchor::Middle,
        });
    }
    canvas.words(&Words {
        text: &fit(&bar.title, NAME, layout.width - 2.0 * RIM - length - 24.0),
        x: left + length + 14.0,
        y: top + 10.0,
        size: NAME,
        colour: page.text,
        anchor: Anchor::Start,
    });
}
