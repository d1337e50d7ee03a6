//! Lines, bands, bars, points, spans and labels.

use super::canvas::{Anchor, Canvas, Rectangle, Words, pixels};
use super::layout::{Layout, SMALL};
use super::scale::Scale;
use super::{cells, rules};
use crate::figure::{Figure, YAxis};
use crate::mark::{Bar, Limits, Mark, Shape, Stroke, Symbol};
use crate::theme::{Ink, Theme};

/// Draws all marks in their order, then the words that belong to them.
pub(crate) fn draw(canvas: &mut Canvas, layout: &Layout, figure: &Figure, theme: Theme) {
    for mark in &figure.marks {
        canvas.open_series(&mark.series);
        draw_mark(canvas, layout, mark, figure, theme);
        canvas.close();
    }
    for mark in &figure.marks {
        rules::draw_level_label(canvas, layout, &figure.frame, mark, theme);
    }
    rules::draw_upright_labels(canvas, layout, theme);
}

fn draw_mark(canvas: &mut Canvas, layout: &Layout, mark: &Mark, figure: &Figure, theme: Theme) {
    let colour = theme.colour(mark.ink);
    let scales = (&layout.x, layout.y(mark.side));
    match &mark.shape {
        Shape::Line { points, stroke } => draw_line(canvas, scales, points, *stroke, colour),
        Shape::Band { limits, edge, opacity } => {
            draw_band(canvas, scales, limits, (*edge, *opacity), colour);
        }
        Shape::Bar { bars, opacity } => draw_bars(canvas, scales, bars, (colour, *opacity)),
        Shape::Cell { cells, texture } => cells::draw(canvas, layout, cells, *texture, theme),
        Shape::Rule { .. } => rules::draw(canvas, layout, mark, theme),
        Shape::Point { points, symbol, .. } => {
            draw_points(canvas, layout, figure, mark, (points, *symbol), theme);
        }
        Shape::Span { spans } => draw_spans(canvas, layout, spans, colour),
        Shape::Label { x, y, text } => canvas.rimmed_words(
            &Words {
                text,
                x: layout.x.at(*x),
                y: scales.1.at(*y),
                size: SMALL,
                colour: theme.page().text,
                anchor: Anchor::Middle,
            },
            theme.page().background,
        ),
    }
}

/// The dash attribute of a stroke.
pub(crate) fn dashes(stroke: Stroke) -> &'static str {
    match stroke {
        Stroke::Full => "",
        Stroke::Dashed => " stroke-dasharray=\"6 4\"",
        Stroke::Dotted => " stroke-dasharray=\"1.5 3.5\" stroke-linecap=\"round\"",
    }
}

/// A path through points.
fn path(scales: (&Scale, &Scale), points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut path = String::new();
    for (x, y) in points {
        path.push(if path.is_empty() { 'M' } else { 'L' });
        path.push_str(&pixels(scales.0.at(x)));
        path.push(' ');
        path.push_str(&pixels(scales.1.at(y)));
    }
    path
}

fn draw_line(
    canvas: &mut Canvas,
    scales: (&Scale, &Scale),
    points: &[(f64, f64)],
    stroke: Stroke,
    colour: &str,
) {
    if let [(x, y)] = points {
        let (x, y) = (pixels(scales.0.at(*x)), pixels(scales.1.at(*y)));
        canvas.write(format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"2\" fill=\"{colour}\"/>"));
        return;
    }
    canvas.write(format_args!(
        "<path d=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-linejoin=\"round\"{}/>",
        path(scales, points.iter().copied()),
        dashes(stroke),
    ));
}

fn draw_band(
    canvas: &mut Canvas,
    scales: (&Scale, &Scale),
    limits: &[Limits],
    (edge, opacity): (Option<Stroke>, f64),
    colour: &str,
) {
    let widened = widened(scales.0, limits);
    let above = widened.iter().map(|limit| (limit.x, limit.high));
    let below = widened.iter().map(|limit| (limit.x, limit.low));
    canvas.write(format_args!(
        "<path d=\"{}Z\" fill=\"{colour}\" fill-opacity=\"{opacity}\"/>",
        path(scales, above.clone().chain(below.clone().rev())),
    ));
    // The lower edge of what is only limited from above would look like a value.
    let on_zero = limits.iter().all(|limit| limit.low == 0.0);
    if let Some(stroke) = edge {
        canvas.write(format_args!(
            "<path d=\"{}{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.3\"{}/>",
            path(scales, above),
            if on_zero { String::new() } else { path(scales, below) },
            dashes(stroke),
        ));
    }
}

/// A band of one place would have no area: it gets six pixels.
fn widened(scale: &Scale, limits: &[Limits]) -> Vec<Limits> {
    let [one] = limits else {
        return limits.to_vec();
    };
    let half = 3.0 / scale.unit();
    let at = |x: f64| Limits { x, ..*one };
    vec![at(one.x - half), at(one.x + half)]
}

fn draw_bars(
    canvas: &mut Canvas,
    scales: (&Scale, &Scale),
    bars: &[Bar],
    (colour, opacity): (&str, f64),
) {
    let base = scales.1.at(0.0);
    let mut path = String::new();
    for bar in merged(scales.0, bars) {
        let (left, right) = (scales.0.at(bar.from), scales.0.at(bar.to));
        let gap = if right - left >= 4.0 { 1.0 } else { 0.0 };
        path.push_str(&format!(
            "M{} {}V{}H{}V{}Z",
            pixels(left),
            pixels(base),
            pixels(scales.1.at(bar.value)),
            pixels(right - gap),
            pixels(base),
        ));
    }
    canvas.write(format_args!("<path d=\"{path}\" fill=\"{colour}\" fill-opacity=\"{opacity}\"/>"));
}

/// Bars narrower than a pixel, put together pixel by pixel: the tallest of them stands.
fn merged(scale: &Scale, bars: &[Bar]) -> Vec<Bar> {
    let mut merged: Vec<Bar> = Vec::new();
    for bar in bars {
        match merged.last_mut() {
            Some(last)
                if scale.at(bar.to) - scale.at(last.from) <= 1.0
                    && (bar.from - last.to).abs() < 1e-9 =>
            {
                last.to = bar.to;
                if bar.value.abs() > last.value.abs() {
                    last.value = bar.value;
                }
            }
            _ => merged.push(*bar),
        }
    }
    merged
}

fn draw_points(
    canvas: &mut Canvas,
    layout: &Layout,
    figure: &Figure,
    mark: &Mark,
    (points, sign): (&[(f64, f64)], Symbol),
    theme: Theme,
) {
    let scale = layout.y(mark.side);
    let is_rows = matches!(figure.frame.left, YAxis::Rows { .. });
    let (lift, room) = if is_rows { (0.5, scale.unit() * 0.36) } else { (0.0, 4.5) };
    let crowd = if points.len() > 120 { 2.5 } else { 4.5 };
    for (x, y) in points {
        let place = (layout.x.at(*x), scale.at(*y + lift));
        if is_rows && scale.unit() < 6.0 {
            thin_sign(canvas, place, scale.unit(), theme.colour(mark.ink));
        } else {
            symbol(canvas, sign, place, room.min(crowd), theme, mark.ink);
        }
    }
}

/// A block that is still seen in rows too thin for signs.
fn thin_sign(canvas: &mut Canvas, (x, y): (f64, f64), row: f64, colour: &str) {
    let half = (row / 2.0).max(1.0);
    let block = Rectangle { left: x - 4.0, top: y - half, right: x + 4.0, bottom: y + half };
    canvas.rectangle(&block, colour);
}

/// A sign of a radius in pixels.
pub(crate) fn symbol(
    canvas: &mut Canvas,
    sign: Symbol,
    (x, y): (f64, f64),
    radius: f64,
    theme: Theme,
    ink: Ink,
) {
    let colour = theme.colour(ink);
    let rim = theme.page().background;
    let (left, right) = (pixels(x - radius), pixels(x + radius));
    let (top, bottom) = (pixels(y - radius), pixels(y + radius));
    let (x, y) = (pixels(x), pixels(y));
    let filled = format!("fill=\"{colour}\" stroke=\"{rim}\"");
    match sign {
        Symbol::Circle => canvas.write(format_args!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{}\" {filled}/>",
            pixels(radius)
        )),
        Symbol::Diamond => canvas.write(format_args!(
            "<path d=\"M{x} {top}L{right} {y}L{x} {bottom}L{left} {y}Z\" {filled}/>"
        )),
        Symbol::Triangle => {
            canvas.write(format_args!("<path d=\"M{x} {top}L{right} {bottom}H{left}Z\" {filled}/>"))
        }
        Symbol::Cross => {
            let cross = format!("M{left} {top}L{right} {bottom}M{left} {bottom}L{right} {top}");
            if radius >= 2.5 {
                canvas.write(format_args!(
                    "<path d=\"{cross}\" stroke=\"{rim}\" stroke-width=\"3.6\"/>"
                ));
            }
            let width = if radius >= 2.5 { "1.8" } else { "1.2" };
            canvas.write(format_args!(
                "<path d=\"{cross}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>"
            ));
        }
    }
}

fn draw_spans(canvas: &mut Canvas, layout: &Layout, spans: &[(f64, f64)], colour: &str) {
    canvas.write(format_args!("<g fill-opacity=\"0.16\">"));
    for (from, to) in spans {
        let (left, right) = (layout.x.at(*from), layout.x.at(*to));
        let span = Rectangle { left, right: right.max(left + 1.5), ..layout.plot };
        canvas.rectangle(&span, colour);
    }
    canvas.close();
    // A solid foot, so that a span is seen without its colour.
    for (from, to) in spans {
        let (left, right) = (layout.x.at(*from), layout.x.at(*to));
        let foot = Rectangle {
            left,
            right: right.max(left + 1.5),
            top: layout.plot.bottom - 4.0,
            bottom: layout.plot.bottom,
        };
        canvas.rectangle(&foot, colour);
    }
}
