//! Stock of many products over time, one row each.

use crate::calendar::{Day, Period};
use crate::figure::{ColourBar, Figure, Frame, XAxis, YAxis};
use crate::mark::{Cell, Mark, Shape, Side, Symbol, Texture};
use crate::number::{is_drawable, written_number};
use crate::sales_and_stock::today_rule;
use crate::shade::ShadeScale;
use crate::theme::Ink;

/// Stock, or days of cover, of each product (rows) in each period (columns).
///
/// A period without a cell is unknown and stays blank. Colours follow a sequential scale, whose
/// form (linear, square root, logarithmic) depends on how wide the values range and is written
/// beside the colours. Values below zero are drawn as zero; values that are not finite, or not
/// below 10^15, are left out.
///
/// Series: `counted`, `derived`, `at most`, `at least`, `projected`, `stockout`, `today`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct InventoryHeatmap {
    /// What is shown.
    pub title: String,
    /// A line under the title.
    pub subtitle: String,
    /// What was assumed; written after the picture's own notes.
    pub caption: String,
    /// What the values are, as in `stock on hand` or `days of cover`.
    pub measure: String,
    /// The values' unit, as in `units` or `days`.
    pub unit: String,
    /// The width of a column.
    pub period: Period,
    /// The products from top to bottom.
    pub rows: Vec<HeatmapRow>,
    /// The business date.
    pub today: Option<Day>,
}

/// One product.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HeatmapRow {
    /// The product's name.
    pub name: String,
    /// Rows of one group stand together and are named at the side, as in `A`; may be empty.
    pub group: String,
    /// What is known, in any order.
    pub cells: Vec<HeatmapCell>,
}

/// One product in one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeatmapCell {
    /// The period's first day.
    pub start: Day,
    /// Stock, or cover, at the period's end.
    pub value: f64,
    /// How sure the value is.
    pub basis: CellBasis,
    /// Whether the product is known to have been out of stock in the period.
    pub stockout: bool,
}

/// How sure a cell's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CellBasis {
    /// Counted in the period.
    Counted,
    /// Follows from a count and all that moved since.
    Derived,
    /// At most this much.
    AtMost,
    /// At least this much.
    AtLeast,
    /// In the future.
    Projected,
}

impl CellBasis {
    const ALL: [Self; 5] =
        [Self::Counted, Self::Derived, Self::AtMost, Self::AtLeast, Self::Projected];

    fn series(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::Derived => "derived",
            Self::AtMost => "at most",
            Self::AtLeast => "at least",
            Self::Projected => "projected",
        }
    }

    fn texture(self) -> Texture {
        match self {
            Self::Counted => Texture::Dotted,
            Self::Derived => Texture::Full,
            Self::AtMost | Self::AtLeast => Texture::Hatched,
            Self::Projected => Texture::Outlined,
        }
    }
}

/// The tallest table of rows, in pixels.
const MOST_HEIGHT: f64 = 760.0;
/// The tallest row, in pixels.
const MOST_ROW: f64 = 20.0;

impl InventoryHeatmap {
    /// Lays the picture out.
    pub fn figure(&self) -> Figure {
        let known: Vec<&HeatmapCell> = self
            .rows
            .iter()
            .flat_map(|row| &row.cells)
            .filter(|cell| is_drawable(cell.value))
            .collect();
        let starts = known.iter().map(|cell| cell.start);
        let (Some(first), Some(last)) = (starts.clone().min(), starts.max()) else {
            let what = if self.measure.is_empty() { "stock" } else { &self.measure };
            return Figure::nothing(&self.title, format!("{what} is known for no product"));
        };
        let scale = ShadeScale::new(known.iter().map(|cell| cell.value));
        let rows_height = (self.rows.len() as f64 * MOST_ROW).clamp(60.0, MOST_HEIGHT);
        let mut frame = Frame::new(self.title.clone(), rows_height as u32);
        frame.subtitle.clone_from(&self.subtitle);
        frame.caption = self.notes();
        let begin = first.min(self.today.unwrap_or(first));
        let end = self.period.end(last).max(self.today.unwrap_or(last));
        frame.x = XAxis::Time { from: f64::from(begin), to: f64::from(end), period: self.period };
        frame.left = YAxis::Rows {
            title: "product".into(),
            names: self.rows.iter().map(|row| row.name.clone()).collect(),
            groups: self.groups(),
        };
        frame.colour_bar = Some(ColourBar {
            title: format!("{}, {} ({})", self.measure, self.unit, scale.name()),
            ticks: scale.ticks(),
        });
        Figure { frame, marks: self.marks(&scale) }
    }

    fn marks(&self, scale: &ShadeScale) -> Vec<Mark> {
        let mut marks = Vec::new();
        for basis in CellBasis::ALL {
            let cells = self.cells_of(basis, scale);
            if !cells.is_empty() {
                let texture = basis.texture();
                let shape = Shape::Cell { cells, texture };
                marks.push(Mark::new(basis.series(), Side::Left, Ink::Scale, shape));
            }
        }
        let points = self.stockouts();
        if !points.is_empty() {
            let shape = Shape::Point { points, symbol: Symbol::Cross, notes: Vec::new() };
            marks.push(Mark::new("stockout", Side::Left, Ink::Stockout, shape));
        }
        marks.extend(self.today.map(today_rule));
        marks
    }

    fn cells_of(&self, basis: CellBasis, scale: &ShadeScale) -> Vec<Cell> {
        let mut cells = Vec::new();
        for (row, cell) in self.numbered_cells() {
            if cell.basis == basis {
                cells.push(Cell {
                    from: f64::from(cell.start),
                    to: f64::from(self.period.end(cell.start)),
                    row,
                    value: cell.value,
                    shade: scale.shade(cell.value),
                });
            }
        }
        cells
    }

    /// The middles of the cells in which a product was out of stock.
    fn stockouts(&self) -> Vec<(f64, f64)> {
        self.numbered_cells()
            .filter(|(_, cell)| cell.stockout)
            .map(|(row, cell)| {
                let end = self.period.end(cell.start);
                let middle = (f64::from(cell.start) + f64::from(end)) / 2.0;
                (middle, row as f64)
            })
            .collect()
    }

    /// Finite cells with their row, row after row, each row in order of time.
    fn numbered_cells(&self) -> impl Iterator<Item = (usize, HeatmapCell)> + '_ {
        self.rows.iter().enumerate().flat_map(|(row, line)| {
            let mut cells = line.cells.clone();
            cells.retain(|cell| is_drawable(cell.value));
            cells.sort_by_key(|cell| cell.start);
            cells.into_iter().map(move |cell| (row, cell))
        })
    }

    fn groups(&self) -> Vec<(String, usize)> {
        self.rows
            .chunk_by(|one, next| one.group == next.group)
            .map(|rows| (rows[0].group.clone(), rows.len()))
            .collect()
    }

    fn notes(&self) -> String {
        let products = if self.rows.len() == 1 { "product" } else { "products" };
        let mut notes =
            vec![
                format!("{} {products}. Blank: unknown.", written_number(self.rows.len() as f64),),
            ];
        let bound = |cell: &HeatmapCell| cell.basis.texture() == Texture::Hatched;
        if self.rows.iter().flat_map(|row| &row.cells).any(bound) {
            notes.push("Hatched: only a limit is known.".into());
        }
        if self.rows.iter().flat_map(|row| &row.cells).any(|cell| cell.stockout) {
            notes.push("Cross: out of stock on a day or more, at one place at least.".into());
        }
        if !self.caption.is_empty() {
            notes.push(self.caption.clone());
        }
        notes.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(start: Day, value: f64, basis: CellBasis) -> HeatmapCell {
        HeatmapCell { start, value, basis, stockout: value == 0.0 }
    }

    fn heatmap() -> InventoryHeatmap {
        let row = |name: &str, group: &str, cells: Vec<HeatmapCell>| HeatmapRow {
            name: name.into(),
            group: group.into(),
            cells,
        };
        InventoryHeatmap {
            measure: "stock on hand".into(),
            unit: "units".into(),
            rows: vec![
                row(
                    "milk",
                    "A",
                    vec![cell(7, 4.0, CellBasis::Derived), cell(0, 8.0, CellBasis::Counted)],
                ),
                row("rye", "A", vec![cell(0, f64::NAN, CellBasis::Counted)]),
                row(
                    "beer",
                    "B",
                    vec![
                        cell(0, 9.0, CellBasis::AtMost),
                        cell(7, 0.0, CellBasis::Derived),
                        cell(14, 2.0, CellBasis::Projected),
                    ],
                ),
            ],
            today: Some(14),
            ..InventoryHeatmap::default()
        }
    }

    #[test]
    fn cells_are_the_numbers_that_went_in() {
        let figure = heatmap().figure();
        let read = |series: &str| -> Vec<(usize, f64, f64, f64)> {
            let cells = figure.cells(series).into_iter();
            cells.map(|cell| (cell.row, cell.from, cell.to, cell.value)).collect()
        };
        assert_eq!(read("counted"), [(0, 0.0, 7.0, 8.0)]);
        assert_eq!(read("derived"), [(0, 7.0, 14.0, 4.0), (2, 7.0, 14.0, 0.0)]);
        assert_eq!(read("at most"), [(2, 0.0, 7.0, 9.0)]);
        assert_eq!(read("projected"), [(2, 14.0, 21.0, 2.0)]);
        // The middle of the week from day 7 in row 2.
        assert_eq!(figure.points("stockout"), [(10.5, 2.0)]);
    }

    #[test]
    fn rows_of_one_class_stand_together() {
        let figure = heatmap().figure();
        let YAxis::Rows { groups, names, .. } = &figure.frame().left else {
            panic!("a heatmap has rows");
        };
        assert_eq!(groups, &[("A".to_owned(), 2), ("B".to_owned(), 1)]);
        assert_eq!(names, &["milk", "rye", "beer"]);
    }

    #[test]
    fn the_scale_is_named_with_its_unit() {
        let bar = heatmap().figure().frame().colour_bar.clone().unwrap();
        assert_eq!(bar.title, "stock on hand, units (linear scale)");
    }

    #[test]
    fn without_cells_the_figure_says_so() {
        let mut input = heatmap();
        input.rows.iter_mut().for_each(|row| row.cells.clear());
        let reason = input.figure().frame().nothing.clone();
        assert_eq!(reason.unwrap(), "stock on hand is known for no product");
    }
}
