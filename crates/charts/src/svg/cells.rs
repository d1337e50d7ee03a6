//! Coloured cells in rows.

use std::collections::BTreeMap;

use super::canvas::{Canvas, Rectangle, pixels};
use super::layout::Layout;
use crate::mark::{Cell, Texture};
use crate::theme::Theme;

/// Colours are drawn in this many steps, so that cells of one colour share one element.
const STEPS: f64 = 48.0;

/// The pattern of hatched cells; its name tells its colours, so that pictures on one page agree.
pub(crate) fn define_hatch(canvas: &mut Canvas, theme: Theme) {
    let name = hatch_name(theme);
    let colour = theme.page().muted;
    canvas.write(format_args!(
        "<defs><pattern id=\"{name}\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path d=\"M0 0V5\" stroke=\"{colour}\" stroke-width=\"1.6\" stroke-opacity=\"0.75\"/></pattern></defs>"
    ));
}

/// The fill of hatched areas.
pub(crate) fn hatch(theme: Theme) -> &'static str {
    match theme {
        Theme::Light => "url(#hatch-light)",
        Theme::Dark => "url(#hatch-dark)",
    }
}

fn hatch_name(theme: Theme) -> &'static str {
    match theme {
        Theme::Light => "hatch-light",
        Theme::Dark => "hatch-dark",
    }
}

/// A dotted outline.
pub(crate) fn outline(canvas: &mut Canvas, area: &Rectangle, theme: Theme) {
    canvas.write(format_args!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.6\" stroke-dasharray=\"1.6 2.6\"/>",
        pixels(area.left),
        pixels(area.top),
        pixels(area.width()),
        pixels(area.height()),
        theme.page().text,
    ));
}

/// The dot of a counted cell, rimmed so that it is seen on every shade.
pub(crate) fn dot(canvas: &mut Canvas, (x, y): (f64, f64), theme: Theme) {
    let page = theme.page();
    canvas.write(format_args!(
        "<circle cx=\"{}\" cy=\"{}\" r=\"2.2\" fill=\"{}\" stroke=\"{}\"/>",
        pixels(x),
        pixels(y),
        page.background,
        page.text,
    ));
}

pub(crate) fn draw(
    canvas: &mut Canvas,
    layout: &Layout,
    cells: &[Cell],
    texture: Texture,
    theme: Theme,
) {
    canvas.write(format_args!("<g shape-rendering=\"crispEdges\">"));
    let mut shades: BTreeMap<u8, Vec<Rectangle>> = BTreeMap::new();
    for run in same_rows(cells, step) {
        shades.entry(step(&run[0])).or_default().push(area(layout, run));
    }
    for (step, areas) in shades {
        let place = f64::from(step) / STEPS;
        let colour = match texture {
            Texture::Hatched => theme.pale_shade(place),
            Texture::Full | Texture::Dotted | Texture::Outlined => theme.shade(place),
        };
        canvas.write(format_args!("<path d=\"{}\" fill=\"{colour}\"/>", path(&areas)));
    }
    canvas.close();
    let blocks = blocks(cells);
    let blocks = blocks
        .iter()
        .map(|(from, to, first, last)| rectangle(layout, (*from, *to), (*first, *last + 1)));
    match texture {
        Texture::Full => {}
        Texture::Dotted if layout.left.unit() < 9.0 => {}
        Texture::Dotted => cells.iter().for_each(|cell| {
            let x = layout.x.at((cell.from + cell.to) / 2.0);
            dot(canvas, (x, layout.left.at(cell.row as f64 + 0.5)), theme);
        }),
        Texture::Hatched => {
            let path = path(&blocks.collect::<Vec<_>>());
            canvas.write(format_args!("<path d=\"{path}\" fill=\"{}\"/>", hatch(theme)));
        }
        Texture::Outlined => blocks.for_each(|block| outline(canvas, &block, theme)),
    }
}

fn step(cell: &Cell) -> u8 {
    (cell.shade * STEPS).round() as u8
}

/// Neighbours in one row that agree in `kind`.
fn same_rows(cells: &[Cell], kind: impl Fn(&Cell) -> u8) -> impl Iterator<Item = &[Cell]> {
    cells.chunk_by(move |one, next| {
        one.row == next.row && one.to == next.from && kind(one) == kind(next)
    })
}

/// Rectangles (from, to, first row, last row) that hold all cells: runs of neighbours, put
/// together with runs as wide right below them.
fn blocks(cells: &[Cell]) -> Vec<(f64, f64, usize, usize)> {
    let mut blocks: Vec<(f64, f64, usize, usize)> = Vec::new();
    for run in same_rows(cells, |_| 0) {
        let (from, to, row) = (run[0].from, run[run.len() - 1].to, run[0].row);
        let above = blocks
            .iter_mut()
            .rev()
            .take_while(|block| block.3 + 1 >= row)
            .find(|block| block.0 == from && block.1 == to && block.3 + 1 == row);
        match above {
            Some(block) => block.3 = row,
            None => blocks.push((from, to, row, row)),
        }
    }
    blocks
}

fn area(layout: &Layout, run: &[Cell]) -> Rectangle {
    let ends = (run[0].from, run[run.len() - 1].to);
    rectangle(layout, ends, (run[0].row, run[0].row + 1))
}

fn rectangle(layout: &Layout, (from, to): (f64, f64), rows: (usize, usize)) -> Rectangle {
    let gap = if layout.left.unit() >= 9.0 { 1.0 } else { 0.0 };
    Rectangle {
        left: layout.x.at(from),
        top: layout.left.at(rows.0 as f64),
        right: layout.x.at(to),
        bottom: layout.left.at(rows.1 as f64) - gap,
    }
}

fn path(areas: &[Rectangle]) -> String {
    let mut path = String::new();
    for area in areas {
        path.push_str(&format!(
            "M{} {}H{}V{}H{}Z",
            pixels(area.left),
            pixels(area.top),
            pixels(area.right),
            pixels(area.bottom),
            pixels(area.left),
        ));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(row: usize, from: f64) -> Cell {
        Cell { from, to: from + 7.0, row, value: 1.0, shade: 0.5 }
    }

    #[test]
    fn neighbours_form_one_block() {
        // Rows 0 and 1 have the same two weeks; row 2 one of them; row 4 stands apart.
        let cells =
            [cell(0, 0.0), cell(0, 7.0), cell(1, 0.0), cell(1, 7.0), cell(2, 0.0), cell(4, 0.0)];
        let expected = [(0.0, 14.0, 0, 1), (0.0, 7.0, 2, 2), (0.0, 7.0, 4, 4)];
        assert_eq!(blocks(&cells), expected);
    }
}
