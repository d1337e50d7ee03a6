//! Products by value, with their cumulative share and classes.

use crate::figure::{Figure, Frame, Panel, PanelGroup, XAxis, YAxis};
use crate::level::Level;
use crate::mark::{Bar, Mark, Shape, Side, Stroke};
use crate::number::{axis_range, is_drawable, written_number};
use crate::theme::Ink;

/// An ABC analysis: products by value from the largest down, coloured by class, with the
/// cumulative share of value (Pareto chart) on the right axis.
///
/// Products below zero are drawn, and add nothing to the cumulative share. Values that are not
/// finite, or not below 10^15, are left out.
///
/// Series: `class A`, `class B`, `class C`, `cumulative share`, `cut A`, `cut B`, `end of A`,
/// `end of B`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AbcAnalysis {
    /// What is analysed.
    pub title: String,
    /// A line under the title.
    pub subtitle: String,
    /// What was assumed; written after the picture's own notes.
    pub caption: String,
    /// What the value is, as in `net revenue, last 365 days`.
    pub measure: String,
    /// The value's unit, as in `GBP`.
    pub unit: String,
    /// The products in any order.
    pub items: Vec<AbcItem>,
    /// Where the classes are cut.
    pub cuts: AbcCuts,
}

/// One product.
#[derive(Debug, Clone, PartialEq)]
pub struct AbcItem {
    /// The product's name.
    pub name: String,
    /// The product's value.
    pub value: f64,
    /// The class it was given.
    pub class: AbcClass,
}

/// A class of products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AbcClass {
    /// The few that bring most of the value.
    A,
    /// Those between.
    B,
    /// The many that bring little.
    C,
}

/// The cumulative shares at which classes A and B end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AbcCuts {
    /// Class A ends here, 80 % by default.
    pub a: Level,
    /// Class B ends here, 95 % by default.
    pub b: Level,
}

impl Default for AbcCuts {
    fn default() -> Self {
        Self { a: Level::EIGHTY, b: Level::NINETY_FIVE }
    }
}

impl AbcClass {
    const ALL: [Self; 3] = [Self::A, Self::B, Self::C];

    fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }

    fn ink(self) -> Ink {
        match self {
            Self::A => Ink::ClassA,
            Self::B => Ink::ClassB,
            Self::C => Ink::ClassC,
        }
    }
}

impl AbcAnalysis {
    /// Lays the picture out.
    pub fn figure(&self) -> Figure {
        let mut items = self.items.clone();
        items.retain(|item| is_drawable(item.value));
        items.sort_by(|one, other| {
            let by_value = other.value.total_cmp(&one.value);
            by_value.then_with(|| one.name.cmp(&other.name))
        });
        let total: f64 = items.iter().map(|item| item.value.max(0.0)).sum();
        if total <= 0.0 {
            let reason = format!("no product has a {} above zero", or_value(&self.measure));
            return Figure::nothing(&self.title, reason);
        }
        let mut frame = Frame::new(self.title.clone(), 320);
        frame.subtitle.clone_from(&self.subtitle);
        frame.caption = self.notes(&items, total);
        let (low, high) = axis_range(items.iter().map(|item| item.value));
        frame.left = YAxis::number(self.axis_title(), low, high);
        frame.right = Some(YAxis::Number {
            title: "cumulative share of value".into(),
            // Zero stands at the same height on both axes.
            from: low / high,
            to: 1.0,
            percent: true,
        });
        frame.x = XAxis::Category {
            title: format!("{}, largest value first", products(items.len())),
            names: items.iter().map(|item| item.name.clone()).collect(),
        };
        frame.panel = Some(panel(&items, total));
        Figure { frame, marks: self.marks(&items, total) }
    }

    fn marks(&self, items: &[AbcItem], total: f64) -> Vec<Mark> {
        let mut marks = Vec::new();
        for class in AbcClass::ALL {
            let bars: Vec<Bar> = items
                .iter()
                .enumerate()
                .filter(|(_, item)| item.class == class)
                .map(|(rank, item)| Bar {
                    from: rank as f64,
                    to: (rank + 1) as f64,
                    value: item.value,
                })
                .collect();
            if !bars.is_empty() {
                let name = format!("class {}", class.letter());
                marks.push(Mark::new(
                    name,
                    Side::Left,
                    class.ink(),
                    Shape::Bar { bars, opacity: 1.0 },
                ));
            }
        }
        marks.extend(class_ends(items));
        for (class, cut) in [(AbcClass::A, self.cuts.a), (AbcClass::B, self.cuts.b)] {
            let shape = Shape::Rule {
                upright: false,
                at: cut.share(),
                stroke: Stroke::Dashed,
                text: format!("{} to {cut}", class.letter()),
            };
            let name = format!("cut {}", class.letter());
            marks.push(Mark::new(name, Side::Right, Ink::Cumulative, shape));
        }
        let shape = Shape::Line { points: cumulative(items, total), stroke: Stroke::Full };
        let name = "cumulative share";
        marks.push(Mark::new(name, Side::Right, Ink::Cumulative, shape));
        marks
    }

    fn axis_title(&self) -> String {
        match (self.measure.is_empty(), self.unit.is_empty()) {
            (_, true) => or_value(&self.measure).to_owned(),
            (true, false) => format!("value, {}", self.unit),
            (false, false) => format!("{}, {}", self.measure, self.unit),
        }
    }

    fn notes(&self, items: &[AbcItem], total: f64) -> String {
        let mut notes = vec![format!("Total {} {}.", written_number(total), self.unit)];
        let below = items.iter().filter(|item| item.value < 0.0).count();
        if below > 0 {
            notes.push(format!(
                "Products below zero ({}) add nothing to the cumulative share.",
                written_number(below as f64)
            ));
        }
        if !self.caption.is_empty() {
            notes.push(self.caption.clone());
        }
        notes.join(" ")
    }
}

fn products(count: usize) -> String {
    let noun = if count == 1 { "product" } else { "products" };
    format!("{} {noun}", written_number(count as f64))
}

fn or_value(measure: &str) -> &str {
    if measure.is_empty() { "value" } else { measure }
}

/// Points (products so far, share of value so far), from (0, 0).
fn cumulative(items: &[AbcItem], total: f64) -> Vec<(f64, f64)> {
    let mut sum = 0.0;
    let mut points = vec![(0.0, 0.0)];
    for (rank, item) in items.iter().enumerate() {
        sum += item.value.max(0.0);
        points.push(((rank + 1) as f64, sum / total));
    }
    points
}

/// Upright rules where one class ends and the next begins.
fn class_ends(items: &[AbcItem]) -> Vec<Mark> {
    let ends = items.windows(2).enumerate();
    let mut marks = Vec::new();
    for (rank, two) in ends.filter(|(_, two)| two[0].class < two[1].class) {
        let letter = two[0].class.letter();
        let shape = Shape::Rule {
            upright: true,
            at: (rank + 1) as f64,
            stroke: Stroke::Dotted,
            text: format!("end of {letter}"),
        };
        let name = format!("end of {letter}");
        marks.push(Mark::new(name, Side::Left, Ink::Today, shape));
    }
    marks
}

fn panel(items: &[AbcItem], total: f64) -> Panel {
    let group = |class: AbcClass| {
        let inside = items.iter().filter(|item| item.class == class);
        let count = inside.clone().count();
        // The sum of nothing is -0.0.
        let value: f64 = inside.map(|item| item.value.max(0.0)).sum::<f64>() + 0.0;
        PanelGroup {
            name: format!("{}: {}", class.letter(), products(count)),
            ink: class.ink(),
            shares: vec![
                ("of products".into(), count as f64 / items.len() as f64),
                ("of value".into(), value / total),
            ],
        }
    };
    Panel { groups: AbcClass::ALL.into_iter().map(group).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: &str, value: f64, class: AbcClass) -> AbcItem {
        AbcItem { name: name.into(), value, class }
    }

    fn analysis() -> AbcAnalysis {
        AbcAnalysis {
            unit: "GBP".into(),
            items: vec![
                item("small", 5.0, AbcClass::C),
                item("large", 80.0, AbcClass::A),
                item("middle", 15.0, AbcClass::B),
            ],
            ..AbcAnalysis::default()
        }
    }

    #[test]
    fn bars_fall_and_shares_add_up() {
        let figure = analysis().figure();
        let bar = |series: &str| {
            let bars = figure.bars(series);
            (bars[0].from, bars[0].value)
        };
        assert_eq!(bar("class A"), (0.0, 80.0));
        assert_eq!(bar("class B"), (1.0, 15.0));
        assert_eq!(bar("class C"), (2.0, 5.0));
        let shares = [(0.0, 0.0), (1.0, 0.8), (2.0, 0.95), (3.0, 1.0)];
        assert_eq!(figure.points("cumulative share"), shares);
        assert_eq!(figure.spans("cut A"), [(0.8, 0.8)]);
        assert_eq!(figure.spans("end of B"), [(2.0, 2.0)]);
    }

    #[test]
    fn the_panel_sets_items_beside_value() {
        let figure = analysis().figure();
        let groups = figure.frame().panel.clone().unwrap().groups;
        assert_eq!(groups[0].name, "A: 1 product");
        let of_products = groups.iter().map(|group| group.shares[0].1);
        assert!((of_products.sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(groups[0].shares[1], ("of value".to_owned(), 0.8));
    }

    #[test]
    fn losses_are_drawn_and_add_nothing() {
        let mut input = analysis();
        input.items.push(item("returned", -10.0, AbcClass::C));
        let figure = input.figure();
        assert_eq!(figure.bars("class C")[1].value, -10.0);
        assert_eq!(figure.points("cumulative share")[4], (4.0, 1.0));
        assert!(figure.frame().caption.contains("below zero (1)"));
    }

    #[test]
    fn without_value_the_figure_says_so() {
        let input = AbcAnalysis {
            measure: "net revenue".into(),
            items: vec![item("returned", -10.0, AbcClass::C)],
            ..AbcAnalysis::default()
        };
        let reason = input.figure().frame().nothing.clone();
        assert_eq!(reason.unwrap(), "no product has a net revenue above zero");
    }
}
