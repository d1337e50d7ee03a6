//! Horizontal axes: days or things in order.

use super::canvas::{Anchor, Canvas, Rectangle, Words};
use super::layout::{Layout, SMALL};
use super::text::{fit, width};
use super::time_ticks::time_ticks;
use crate::figure::{Frame, XAxis};
use crate::number::{ticks, written_number};
use crate::theme::{Page, Theme};

/// How steeply names rise where they do not fit side by side, in degrees.
const RISE: f64 = 40.0;
/// The narrowest thing whose name is written.
const NARROWEST: f64 = 19.0;
/// The longest rising name.
const LONGEST: f64 = 120.0;

pub(crate) fn draw(canvas: &mut Canvas, layout: &Layout, frame: &Frame, theme: Theme) {
    let page = theme.page();
    let plot = &layout.plot;
    let base = (plot.left, plot.bottom);
    canvas.line(base, (plot.right, plot.bottom), page.axis, "");
    match &frame.x {
        XAxis::Time { from, to, .. } => draw_time(canvas, layout, (*from, *to), &page),
        XAxis::Category { title, names } => {
            draw_categories(canvas, layout, names, &page);
            draw_title(canvas, layout, title, &page);
        }
        XAxis::Number { title, from, to } => {
            draw_numbers(canvas, layout, (*from, *to), &page);
            draw_title(canvas, layout, title, &page);
        }
    }
}

fn draw_title(canvas: &mut Canvas, layout: &Layout, title: &str, page: &Page) {
    let plot = &layout.plot;
    canvas.words(&Words {
        text: &fit(title, SMALL, plot.width()),
        x: (plot.left + plot.right) / 2.0,
        y: layout.caption_top - 14.0,
        size: SMALL,
        colour: page.text,
        anchor: Anchor::Middle,
    });
}

fn draw_numbers(canvas: &mut Canvas, layout: &Layout, (from, to): (f64, f64), page: &Page) {
    let plot = &layout.plot;
    for value in ticks(from, to, (plot.width() / 90.0) as usize) {
        let x = layout.x.at(value);
        canvas.line((x, plot.bottom), (x, plot.bottom + 4.0), page.axis, "");
        canvas.words(&Words {
            text: &written_number(value),
            x,
            y: plot.bottom + 16.0,
            size: SMALL,
            colour: page.muted,
            anchor: Anchor::Middle,
        });
    }
}

/// The room for names, or for ranks, under things in order.
pub(crate) fn category_room(names: &[String], plot: &Rectangle) -> f64 {
    let slot = plot.width() / names.len().max(1) as f64;
    if slot < NARROWEST || names_fit(names, slot) {
        return 18.0;
    }
    let rising = |(index, name): (usize, &String)| {
        width(name, SMALL).min(longest_name(plot.left + slot * (index as f64 + 0.5)))
    };
    let longest = names.iter().enumerate().map(rising).fold(0.0, f64::max);
    (longest + SMALL) * RISE.to_radians().sin() + 10.0
}

fn names_fit(names: &[String], slot: f64) -> bool {
    names.iter().all(|name| width(name, SMALL) <= slot - 8.0)
}

/// The room for a name that rises to `x`: it may not leave the picture at its left.
fn longest_name(x: f64) -> f64 {
    ((x - 6.0) / RISE.to_radians().cos()).min(LONGEST)
}

fn draw_time(canvas: &mut Canvas, layout: &Layout, (from, to): (f64, f64), page: &Page) {
    let plot = &layout.plot;
    let most = (plot.width() / 58.0) as usize;
    for tick in time_ticks(from, to, most) {
        let x = layout.x.at(f64::from(tick.day));
        canvas.line((x, plot.bottom), (x, plot.bottom + 4.0), page.axis, "");
        let mut words = Words {
            text: &tick.text,
            x,
            y: plot.bottom + 16.0,
            size: SMALL,
            colour: page.muted,
            anchor: Anchor::Middle,
        };
        canvas.words(&words);
        if let Some(year) = &tick.year {
            words.text = year;
            words.y += 14.0;
            canvas.words(&words);
        }
    }
}

fn draw_categories(canvas: &mut Canvas, layout: &Layout, names: &[String], page: &Page) {
    let plot = &layout.plot;
    let slot = layout.x.unit();
    if slot < NARROWEST {
        return draw_ranks(canvas, layout, names.len(), page);
    }
    let level = names_fit(names, slot);
    for (index, name) in names.iter().enumerate() {
        let x = layout.x.at(index as f64 + 0.5);
        let text = if level { name.clone() } else { fit(name, SMALL, longest_name(x)) };
        let mut words = Words {
            text: &text,
            x,
            y: plot.bottom + 16.0,
            size: SMALL,
            colour: page.muted,
            anchor: Anchor::Middle,
        };
        if level {
            canvas.words(&words);
        } else {
            words.x += 4.0;
            words.y -= 3.0;
            canvas.rising_words(&words, RISE);
        }
    }
}

/// The first rank and round ones.
fn draw_ranks(canvas: &mut Canvas, layout: &Layout, count: usize, page: &Page) {
    let round = ticks(0.0, count as f64, (layout.plot.width() / 90.0) as usize);
    let first_round = round.get(1).copied().unwrap_or(f64::INFINITY);
    let mut ranks: Vec<f64> = round.into_iter().filter(|rank| *rank >= 1.0).collect();
    if layout.x.unit() * (first_round - 1.0) > 40.0 {
        ranks.insert(0, 1.0);
    }
    for rank in ranks {
        let x = layout.x.at(rank - 0.5);
        let bottom = layout.plot.bottom;
        canvas.line((x, bottom), (x, bottom + 4.0), page.axis, "");
        canvas.words(&Words {
            text: &written_number(rank),
            x,
            y: bottom + 16.0,
            size: SMALL,
            colour: page.muted,
            anchor: Anchor::Middle,
        });
    }
}
