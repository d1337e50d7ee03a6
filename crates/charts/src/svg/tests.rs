//! What holds for every picture, whatever its numbers and names.

use proptest::prelude::*;

use super::canvas::Rectangle;
use super::*;
use crate::*;

const TALL: &str =
    "Espresso <dark> & strong, 1 kg, fair trade, roasted this month in small batches";

fn name() -> impl Strategy<Value = String> {
    prop_oneof![Just(TALL.to_owned()), "\\PC{0,12}", Just("Żurek śląski".to_owned())]
}

fn amount() -> impl Strategy<Value = f64> {
    prop_oneof![-20.0..400.0f64, Just(0.0), -1e9..1e12f64, 0.0..1e-6f64, Just(f64::NAN)]
}

fn amounts(most: usize) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(amount(), 0..most)
}

fn period() -> impl Strategy<Value = Period> {
    prop_oneof![Just(Period::Day), Just(Period::Week), Just(Period::Month)]
}

fn periods(amounts: &[f64], first: Day, period: Period) -> Vec<SalesPeriod> {
    let mut start = first;
    let mut periods = Vec::new();
    for units in amounts {
        periods.push(SalesPeriod { start, units: *units });
        start = period.end(start);
    }
    periods
}

prop_compose! {
    fn sales_and_stock()(
        (title, unit) in (name(), name()),
        period in period(),
        first in -30_000..60_000i32,
        (sales, stock, projected) in (amounts(300), amounts(60), amounts(30)),
        reorder_point in prop::option::of(amount()),
        today in prop::option::of(-20..900i32),
    ) -> Figure {
        let basis = |index: usize| match index % 5 {
            0 => StockBasis::Counted,
            1 | 2 => StockBasis::Derived,
            _ => StockBasis::Bound,
        };
        let stock_day = |(index, low): (usize, &f64)| StockDay {
            day: first + index as Day * 3,
            low: *low,
            high: (index % 7 > 0).then_some(low + 4.0),
            basis: basis(index / 6),
        };
        let projected_day = |(index, median): (usize, &f64)| ProjectedStock {
            day: first + 200 + index as Day,
            low: median - 3.0,
            median: *median,
            high: median + 5.0,
        };
        let input = SalesAndStock {
            title,
            unit,
            period,
            subtitle: TALL.into(),
            caption: TALL.repeat(3),
            sales: periods(&sales, first, period),
            stock: stock.iter().enumerate().map(stock_day).collect(),
            projected: projected.iter().enumerate().map(projected_day).collect(),
            stockouts: vec![DaySpan { from: first + 4, to: first + 6 }],
            receipts: vec![Receipt { day: first + 9, units: 4.0 }],
            reorder_point,
            today: today.map(|after| first + after),
            ..SalesAndStock::default()
        };
        input.figure()
    }
}

prop_compose! {
    fn abc()(
        measure in name(),
        items in prop::collection::vec((name(), amount()), 0..120),
    ) -> Figure {
        let count = items.len();
        let item = |(index, (name, value)): (usize, (String, f64))| AbcItem {
            name,
            value,
            class: match index * 3 / count {
                0 => AbcClass::A,
                1 => AbcClass::B,
                _ => AbcClass::C,
            },
        };
        AbcAnalysis {
            title: TALL.repeat(4),
            measure,
            unit: "GBP".into(),
            items: items.into_iter().enumerate().map(item).collect(),
            ..AbcAnalysis::default()
        }
        .figure()
    }
}

prop_compose! {
    fn heatmap()(
        unit in name(),
        period in period(),
        first in -30_000..60_000i32,
        rows in prop::collection::vec((name(), name(), amounts(20)), 0..150),
        today in prop::option::of(-20..900i32),
    ) -> Figure {
        let bases = [
            CellBasis::AtMost,
            CellBasis::Counted,
            CellBasis::Derived,
            CellBasis::AtLeast,
            CellBasis::Projected,
        ];
        let row = |(name, group, amounts): (String, String, Vec<f64>)| HeatmapRow {
            name,
            group,
            cells: periods(&amounts, first, period)
                .into_iter()
                .enumerate()
                .map(|(index, one)| HeatmapCell {
                    start: one.start,
                    value: one.units,
                    basis: bases[index * 5 / amounts.len()],
                    stockout: one.units == 0.0,
                })
                .collect(),
        };
        InventoryHeatmap {
            measure: "stock on hand".into(),
            unit,
            period,
            rows: rows.into_iter().map(row).collect(),
            today: today.map(|after| first + after),
            ..InventoryHeatmap::default()
        }
        .figure()
    }
}

prop_compose! {
    fn forecast()(
        unit in name(),
        period in period(),
        first in -30_000..60_000i32,
        (history, ahead) in (amounts(80), amounts(20)),
        today in prop::option::of(-20..900i32),
    ) -> Figure {
        let after = first + 31 * history.len() as Day;
        let ahead = periods(&ahead, after, period);
        let band = |level: Level, half: f64| ForecastBand {
            level,
            intervals: ahead
                .iter()
                .map(|one| Interval { start: one.start, low: one.units - half, high: one.units + half })
                .collect(),
        };
        DemandForecast {
            title: TALL.into(),
            unit,
            period,
            bands: vec![band(Level::EIGHTY, 3.0), band(Level::NINETY_FIVE, 6.0)],
            forecast: ahead
                .iter()
                .map(|one| ForecastPeriod { start: one.start, mean: one.units, median: None })
                .collect(),
            history: periods(&history, first, period),
            censored: vec![DaySpan { from: first, to: first }],
            today: today.map(|days| first + days),
            ..DemandForecast::default()
        }
        .figure()
    }
}

fn figure() -> impl Strategy<Value = Figure> {
    prop_oneof![sales_and_stock(), abc(), heatmap(), forecast()]
}

/// The boxes of all words, and the picture's own.
fn boxes(figure: &Figure) -> (Vec<(String, Rectangle)>, Rectangle) {
    let layout = Layout::new(figure);
    let mut canvas = Canvas::default();
    figure.draw(&mut canvas, &layout, Theme::Light);
    let page = Rectangle { left: 0.0, top: 0.0, right: layout.width, bottom: layout.height };
    (canvas.boxes, page)
}

/// The places (x, y) of a mark's data in pixels; what spans the picture has only one of them.
fn places(mark: &Mark, layout: &Layout) -> Vec<(Option<f64>, Option<f64>)> {
    let x = |value: f64| Some(layout.x.at(value));
    let y = |value: f64| Some(layout.y(mark.side).at(value));
    match &mark.shape {
        Shape::Line { points, .. } | Shape::Point { points, .. } => {
            points.iter().map(|point| (x(point.0), y(point.1))).collect()
        }
        Shape::Band { limits, .. } => limits
            .iter()
            .flat_map(|limit| [(x(limit.x), y(limit.low)), (x(limit.x), y(limit.high))])
            .collect(),
        Shape::Bar { bars, .. } => {
            bars.iter().flat_map(|bar| [(x(bar.from), y(bar.value)), (x(bar.to), y(0.0))]).collect()
        }
        Shape::Cell { cells, .. } => cells
            .iter()
            .flat_map(|cell| [(x(cell.from), y(cell.row as f64)), (x(cell.to), None)])
            .collect(),
        Shape::Rule { upright: true, at, .. } => vec![(x(*at), None)],
        Shape::Rule { at, .. } => vec![(None, y(*at))],
        Shape::Span { spans } => {
            spans.iter().flat_map(|span| [(x(span.0), None), (x(span.1), None)]).collect()
        }
        Shape::Label { x: at, y: height, .. } => vec![(x(*at), y(*height))],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_words_overlap_and_none_leave_the_page(figure in figure()) {
        prop_assume!(figure.frame().nothing.is_none());
        let (boxes, page) = boxes(&figure);
        for (index, (text, one)) in boxes.iter().enumerate() {
            prop_assert!(
                one.left >= 0.0 && one.right <= page.right && one.top >= 0.0 && one.bottom <= page.bottom,
                "{text:?} at {one:?} leaves {page:?}"
            );
            for (other, second) in &boxes[index + 1..] {
                prop_assert!(!one.overlaps(second), "{text:?} {one:?} meets {other:?} {second:?}");
            }
        }
    }

    #[test]
    fn marks_stay_inside_the_axes(figure in figure()) {
        let layout = Layout::new(&figure);
        let plot = layout.plot;
        let across = plot.left - 0.01..=plot.right + 0.01;
        let along = plot.top - 0.01..=plot.bottom + 0.01;
        for mark in figure.marks() {
            for (x, y) in places(mark, &layout) {
                prop_assert!(x.is_none_or(|x| across.contains(&x)), "{}: x {x:?}", mark.series);
                prop_assert!(y.is_none_or(|y| along.contains(&y)), "{}: y {y:?}", mark.series);
            }
        }
        prop_assert!(!figure.to_svg(Theme::Dark).contains("NaN"));
    }

    #[test]
    fn every_picture_is_svg_with_the_same_bytes_each_time(figure in figure()) {
        let svg = figure.to_svg(Theme::Light);
        prop_assert_eq!(&svg, &figure.to_svg(Theme::Light));
        let tree = resvg::usvg::Tree::from_str(&svg, &resvg::usvg::Options::default());
        prop_assert!(tree.is_ok(), "{:?}", tree.err());
    }

    #[test]
    fn json_holds_the_numbers(figure in figure()) {
        let read: serde_json::Value = serde_json::from_str(&figure.to_json()).unwrap();
        let kinds = read["marks"].as_array().unwrap().iter().all(|mark| mark["kind"].is_string());
        prop_assert!(kinds);
        prop_assert_eq!(read["marks"].as_array().unwrap().len(), figure.marks().len());
    }
}
