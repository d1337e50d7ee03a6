//! Vertical axes: numbers or rows.

use super::canvas::{Anchor, Canvas, Rectangle, Words, pixels};
use super::layout::{Layout, NAME, SMALL};
use super::scale::Scale;
use super::text::fit;
use crate::figure::{Frame, YAxis};
use crate::mark::Side;
use crate::number::{nice_step, ticks as round_ticks, written_tick};
use crate::theme::{Page, Theme};

/// The longest name of a group of rows.
pub(crate) const GROUP_NAME: f64 = 110.0;

/// A label at a height on a vertical axis.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct YTick {
    pub(crate) at: f64,
    pub(crate) text: String,
}

/// The labels that fit on an axis of a height in pixels.
pub(crate) fn ticks(axis: &YAxis, height: f64, longest: f64) -> Vec<YTick> {
    match axis {
        YAxis::Number { from, to, percent, .. } => number_ticks(*from, *to, *percent, height),
        YAxis::Rows { names, .. } => row_ticks(names, height, longest),
    }
}

fn number_ticks(from: f64, to: f64, percent: bool, height: f64) -> Vec<YTick> {
    let mut values = round_ticks(from, to, ((height / 50.0) as usize).max(2));
    if percent {
        values.retain(|share| *share >= 0.0);
    }
    let step = match values.as_slice() {
        [first, second, ..] => second - first,
        _ => 1.0,
    };
    let write = |value: f64| {
        if percent {
            format!("{} %", written_tick(value * 100.0, step * 100.0))
        } else {
            written_tick(value, step)
        }
    };
    let tick = |at: f64| YTick { at, text: write(at) };
    values.into_iter().map(tick).collect()
}

/// Names of rows where at least every third fits, else their numbers.
fn row_ticks(names: &[String], height: f64, longest: f64) -> Vec<YTick> {
    let row = height / names.len().max(1) as f64;
    let every = (13.0 / row).ceil() as usize;
    if every <= 3 {
        let name = |(index, name): (usize, &String)| YTick {
            at: index as f64 + 0.5,
            text: fit(name, SMALL, longest),
        };
        return names.iter().enumerate().step_by(every).map(name).collect();
    }
    let every = nice_step(24.0 / row);
    round_ticks(1.0, names.len() as f64, (names.len() as f64 / every).ceil() as usize)
        .into_iter()
        .filter(|number| *number >= 1.0)
        .map(|number| YTick {
            at: number - 0.5,
            text: format!("row {}", written_tick(number, 1.0)),
        })
        .collect()
}

pub(crate) fn scale(axis: &YAxis, plot: &Rectangle) -> Scale {
    match axis {
        YAxis::Number { from, to, .. } => Scale::new(*from, *to, plot.bottom, plot.top),
        YAxis::Rows { names, .. } => {
            Scale::new(0.0, names.len().max(1) as f64, plot.top, plot.bottom)
        }
    }
}

/// Grid, tick labels, titles and groups.
pub(crate) fn draw(canvas: &mut Canvas, layout: &Layout, frame: &Frame, theme: Theme) {
    let page = theme.page();
    let is_number = matches!(frame.left, YAxis::Number { .. });
    draw_side(canvas, layout, &page, Side::Left, is_number);
    draw_side(canvas, layout, &page, Side::Right, false);
    draw_titles(canvas, layout, frame, &page);
    if let YAxis::Rows { groups, .. } = &frame.left {
        draw_groups(canvas, layout, groups, &page);
    }
}

fn draw_side(canvas: &mut Canvas, layout: &Layout, page: &Page, side: Side, grid: bool) {
    let plot = &layout.plot;
    let (ticks, scale, x, anchor) = match (side, &layout.right) {
        (Side::Left, _) => (&layout.left_ticks, &layout.left, plot.left - 6.0, Anchor::End),
        (Side::Right, Some(scale)) => (&layout.right_ticks, scale, plot.right + 6.0, Anchor::Start),
        (Side::Right, None) => return,
    };
    for tick in ticks {
        let y = scale.at(tick.at);
        if grid {
            let colour = if tick.at == 0.0 { page.axis } else { page.grid };
            canvas.line((plot.left, y), (plot.right, y), colour, "");
        }
        canvas.words(&Words {
            text: &tick.text,
            x,
            y: y + 0.35 * SMALL,
            size: SMALL,
            colour: page.muted,
            anchor,
        });
    }
}

fn draw_titles(canvas: &mut Canvas, layout: &Layout, frame: &Frame, page: &Page) {
    let outer_right = layout.plot.right + layout.right_ticks_room();
    let room = (outer_right - 16.0) / if frame.right.is_some() { 2.0 } else { 1.0 } - 16.0;
    let titles = [
        (Some(&frame.left), super::layout::RIM, Anchor::Start),
        (frame.right.as_ref(), outer_right, Anchor::End),
    ];
    for (axis, x, anchor) in titles {
        let Some(YAxis::Number { title, .. } | YAxis::Rows { title, .. }) = axis else {
            continue;
        };
        canvas.words(&Words {
            text: &fit(title, SMALL, room),
            x,
            y: layout.axis_titles,
            size: SMALL,
            colour: page.text,
            anchor,
        });
    }
}

/// A bracket and a name for each group of rows, names only where they fit.
fn draw_groups(canvas: &mut Canvas, layout: &Layout, groups: &[(String, usize)], page: &Page) {
    let x = layout.plot.right + 5.0;
    let mut first = 0;
    let mut free = f64::NEG_INFINITY;
    for (name, count) in groups {
        let top = layout.left.at(first as f64);
        let bottom = layout.left.at((first + count) as f64);
        first += count;
        if name.is_empty() {
            continue;
        }
        canvas.write(format_args!(
            "<path d=\"M{x0} {y0}H{x1}V{y1}H{x0}\" fill=\"none\" stroke=\"{}\"/>",
            page.axis,
            x0 = pixels(x - 3.0),
            x1 = pixels(x),
            y0 = pixels(top + 1.0),
            y1 = pixels((bottom - 1.0).max(top + 1.0)),
        ));
        let y = (top + bottom) / 2.0 + 0.35 * NAME;
        if y - NAME >= free {
            canvas.words(&Words {
                text: &fit(name, NAME, GROUP_NAME),
                x: x + 5.0,
                y,
                size: NAME,
                colour: page.text,
                anchor: Anchor::Start,
            });
            free = y + 2.0;
        }
    }
}
