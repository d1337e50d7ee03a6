//! Reports from outside: what the page holds, and what is on disk.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod facts;
mod fixture;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use shelfcast_report::{
    Measure, PRODUCTS_DRAWN, ReportData, ReportError, SeriesLevel, html, render,
};

/// The marks of all figures by id, read back from a page.
fn figures(page: &str) -> BTreeMap<String, Value> {
    let opening = "<script type=\"application/json\" data-marks=\"";
    page.split(opening)
        .skip(1)
        .map(|part| {
            let (id, rest) = part.split_once("\">").unwrap();
            let (json, _) = rest.split_once("</script>").unwrap();
            (id.replace("&#x2f;", "/").replace("&amp;", "&"), serde_json::from_str(json).unwrap())
        })
        .collect()
}

/// One list of one series' mark.
fn mark<'a>(figure: &'a Value, series: &str, list: &str) -> &'a Vec<Value> {
    let marks = figure["marks"].as_array().unwrap();
    let wanted = |mark: &&Value| mark["series"] == series && mark[list].is_array();
    marks.iter().find(wanted).unwrap_or_else(|| panic!("no {series}"))[list].as_array().unwrap()
}

fn assert_close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        // Drawn numbers are rounded to four decimals.
        assert!((found - expected).abs() <= 0.5e-4 + 1e-9, "{found} is not {expected}");
    }
}

fn numbers(values: &[Value], field: &str) -> Vec<f64> {
    values.iter().map(|value| value[field].as_f64().unwrap()).collect()
}

#[test]
fn sales_in_the_page_are_the_rows_given() {
    let data = fixture::rich(12);
    let figures = figures(&html(&data).unwrap());
    let of = |level, id: &str| {
        let rows = data.sales.iter();
        rows.filter(|row| (row.series_level, row.series_id.as_str()) == (level, id))
            .collect::<Vec<_>>()
    };
    let product = of(SeriesLevel::Product, "P-0003");
    let units: Vec<f64> = product.iter().map(|row| row.units).collect();
    let days: Vec<f64> = product.iter().map(|row| f64::from(row.period_start)).collect();
    let bars = mark(&figures["sales-and-stock/product/P-0003/units"], "sales", "bars");
    assert_close(&numbers(bars, "value"), &units);
    assert_close(&numbers(bars, "from"), &days);
    let total: Vec<f64> =
        of(SeriesLevel::Total, "").iter().map(|row| row.revenue.unwrap()).collect();
    let bars = mark(&figures["sales-and-stock/total/money"], "sales", "bars");
    assert_close(&numbers(bars, "value"), &total);
}

#[test]
fn forecasts_in_the_page_are_the_rows_given() {
    let data = fixture::rich(6);
    let figures = figures(&html(&data).unwrap());
    for (measure, word) in [(Measure::Units, "units"), (Measure::Revenue, "money")] {
        let rows = data.forecasts.iter().filter(|row| {
            row.series_level == SeriesLevel::Category
                && row.series_id == "Bakery"
                && row.measure == measure
        });
        let rows: Vec<_> = rows.collect();
        let figure = &figures[&format!("forecast/category/Bakery/{word}")];
        let means: Vec<f64> = mark(figure, "forecast, mean", "points")
            .iter()
            .map(|point| point[1].as_f64().unwrap())
            .collect();
        assert_close(&means, &rows.iter().map(|row| row.mean).collect::<Vec<_>>());
        let band = numbers(mark(figure, "forecast, 95 % band", "limits"), "high");
        // A band may be drawn to the end of its last period.
        assert_close(&band[..rows.len()], &rows.iter().map(|row| row.upper_95).collect::<Vec<_>>());
    }
}

#[test]
fn the_forecast_says_its_measured_coverage() {
    let data = fixture::rich(6);
    let figures = figures(&html(&data).unwrap());
    let own = data
        .accuracy
        .iter()
        .find(|row| row.series_id == "P-0001" && row.measure == Measure::Units)
        .unwrap();
    let caption = figures["forecast/product/P-0001/units"]["frame"]["caption"].as_str().unwrap();
    let own = format!("{} of {} in this series", own.covered_80, own.points);
    assert!(caption.contains(&own), "{caption}");
    // 109 of 132 points of the smooth pool.
    assert!(caption.contains("83 % in its pool"), "{caption}");
}

#[test]
fn the_heatmap_and_the_abc_analysis_hold_every_product() {
    let data = fixture::rich(9);
    let figures = figures(&html(&data).unwrap());
    let figure = &figures["heatmap/total/units"];
    let cells =
        figure["marks"].as_array().unwrap().iter().filter_map(|mark| mark["cells"].as_array());
    assert_eq!(
        cells.map(Vec::len).sum::<usize>(),
        data.heatmap.iter().filter(|row| row.location_id.is_empty()).count()
    );
    let figure = &figures["abc/total/money"];
    let bars =
        figure["marks"].as_array().unwrap().iter().filter_map(|mark| mark["bars"].as_array());
    let mut values: Vec<f64> = bars.flat_map(|bars| numbers(bars, "value")).collect();
    let mut expected: Vec<f64> =
        data.abc.iter().filter(|row| row.location_id.is_empty()).map(|row| row.value).collect();
    values.sort_by(f64::total_cmp);
    expected.sort_by(f64::total_cmp);
    assert_close(&values, &expected);
}

#[test]
fn a_place_has_a_heatmap_and_an_abc_analysis_of_its_own() {
    let figures = figures(&html(&fixture::rich(9)).unwrap());
    let names = |id: &str| figures[id]["frame"]["left"]["names"].as_array().unwrap().len();
    assert_eq!(names("heatmap/location/station/units"), 9);
    assert_eq!(
        figures["abc/location/outlet/money"]["frame"]["title"],
        "ABC analysis: Outlet, Żory"
    );
}

#[test]
fn every_series_of_the_chooser_leads_to_figures_of_the_page() {
    let page = html(&fixture::rich(7)).unwrap();
    let figures = figures(&page);
    let (_, rest) = page.split_once("id=\"catalog\">").unwrap();
    let catalog: Value = serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap();
    let entries = catalog.as_array().unwrap();
    // The total, 4 categories, 3 places, 7 products.
    assert_eq!(entries.len(), 15);
    for entry in entries {
        for picture in ["sales-and-stock", "abc", "heatmap", "forecast"] {
            let measures = entry["pictures"][picture].as_object().unwrap();
            assert!(!measures.is_empty(), "{} has no {picture}", entry["key"]);
            for id in measures.values() {
                assert!(figures.contains_key(id.as_str().unwrap()), "{id} is not in the page");
            }
        }
    }
}

#[test]
fn what_was_approved_measured_and_replayed_is_shown_where_it_is_known() {
    let page = html(&fixture::rich(5)).unwrap();
    for part in ["id=\"commitments\"", "id=\"replays\"", "id=\"coverage-by-step\""] {
        assert!(page.contains(part), "{part}");
    }
    let figures = figures(&page);
    // 118 of 140 periods, and a line for each policy.
    let covered = mark(&figures["coverage"], "80 % interval", "points");
    assert!((covered[0][1].as_f64().unwrap() - 118.0 / 140.0).abs() < 1e-4, "{covered:?}");
    assert_eq!(mark(&figures["exchange-curve"], "min/max", "points").len(), 8);
    let without = html(&fixture::thin()).unwrap();
    for part in ["id=\"commitments\"", "id=\"replay\"", "data-still=\"exchange-curve\""] {
        assert!(!without.contains(part), "{part}");
    }
}

#[test]
fn names_from_the_data_never_become_markup() {
    let page = html(&fixture::hostile()).unwrap();
    let tame = html(&fixture::rich(6)).unwrap();
    for tag in ["<script", "</script", "<img", "<!--", "onerror=alert(2)>"] {
        assert_eq!(page.matches(tag).count(), tame.matches(tag).count(), "{tag}");
    }
    assert!(page.contains("&lt;script&gt;alert(1)"));
    // Template syntax in a name stays text.
    assert!(page.contains("{{ 7*7 }}"));
    let figures = figures(&page);
    let title = figures["forecast/product/P-0001/units"]["frame"]["title"].as_str().unwrap();
    assert!(title.ends_with(fixture::HOSTILE));
}

#[test]
fn the_page_asks_nothing_of_a_network() {
    let page = html(&fixture::rich(3)).unwrap();
    assert!(page.contains("content=\"default-src 'none'; script-src 'unsafe-inline';"));
    // The charts library names addresses in its texts; the policy above keeps it from using them.
    let (before, _) = page.split_once(shelfcast_charts::script()).unwrap();
    for address in ["http:", "https:", "//cdn", "@import", "url("] {
        assert!(!before.contains(address), "{address}");
    }
}

#[test]
fn the_charts_script_has_the_call_that_the_page_makes() {
    let page = html(&ReportData::default()).unwrap();
    assert!(page.contains("window.shelfcastCharts.draw(slot, marks(id))"));
    assert!(shelfcast_charts::script().contains("window.shelfcastCharts = "));
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let data = fixture::rich(8);
    let mut turned = data.clone();
    turned.exceptions.reverse();
    turned.orders.reverse();
    turned.order_steps.reverse();
    turned.inventory_status.reverse();
    turned.series.reverse();
    turned.sales.reverse();
    turned.stock.reverse();
    turned.projected_stock.reverse();
    turned.abc.reverse();
    turned.heatmap.reverse();
    turned.models.reverse();
    turned.forecasts.reverse();
    turned.holdout.reverse();
    turned.coverage.reverse();
    turned.series_status.reverse();
    turned.rejected.reverse();
    turned.period_sales.reverse();
    turned.basket_sizes.reverse();
    turned.price_points.reverse();
    turned.promotion_effects.reverse();
    turned.stock_facts.reverse();
    turned.stock_facts_by.reverse();
    turned.lost_sales.reverse();
    turned.stock_ageing.reverse();
    turned.stock_checks.reverse();
    turned.product_classes.reverse();
    turned.class_matrix.reverse();
    turned.supplier_performance.reverse();
    turned.lead_times.reverse();
    turned.customer_segments.reverse();
    turned.customer_cohorts.reverse();
    assert!(html(&turned).unwrap() == html(&data).unwrap());
}

#[test]
fn a_page_stays_small_and_says_what_it_leaves_out() {
    let megabyte = 1_000_000;
    assert!(html(&fixture::rich(200)).unwrap().len() < 8 * megabyte);
    let page = html(&fixture::rich(500)).unwrap();
    assert!(page.len() < 15 * megabyte);
    assert!(page.contains(&format!("the first {PRODUCTS_DRAWN} of 500 products")));
}

#[test]
fn every_order_line_of_the_page_adds_up() {
    let page = html(&fixture::rich(40)).unwrap();
    assert!(page.contains("data-testid=\"order-sum\""));
    assert!(!page.contains("data-testid=\"order-problem\""));
}

#[test]
fn one_count_gives_a_page_that_says_what_is_not_known_and_why() {
    let page = html(&fixture::thin()).unwrap();
    for text in [
        "needs two counts or receipts; there is one count",
        "7 days: no lead time, order or receipt is given",
        "assumed",
        "no period was held out",
    ] {
        assert!(page.contains(text), "{text}");
    }
    let figures = figures(&page);
    let caption = figures["forecast/product/P-0004/units"]["frame"]["caption"].as_str().unwrap();
    assert!(caption.contains("There is no forecast: too thin; 4 sales in 12 months"), "{caption}");
}

#[test]
fn a_report_without_any_row_says_so_in_every_section() {
    let page = html(&ReportData::default()).unwrap();
    for id in ["exceptions", "orders", "stock", "coverage", "rejected", "limits", "assumptions"] {
        assert!(page.contains(&format!("data-testid=\"{id}-empty\"")), "{id}");
    }
    for figure in figures(&page).values() {
        assert!(figure["frame"]["nothing"].is_string(), "{figure}");
    }
}

#[test]
fn no_table_has_a_place_for_a_customer() {
    let folder = tempfile::tempdir().unwrap();
    let files = render(&fixture::thin(), folder.path()).unwrap();
    for table in files.tables {
        let text = std::fs::read_to_string(&table).unwrap();
        let heading = text.lines().next().unwrap();
        for word in ["customer", "email", "phone", "address", "text", "found", "message_"] {
            // Customers may be counted, in groups.
            let columns = heading.split(',').filter(|column| *column != "n_customers");
            let has = columns.into_iter().any(|column| column.contains(word));
            assert!(!has, "{} has a column {word}", table.display());
        }
    }
}

/// All files of a folder with their bytes, by path inside it.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn the_same_data_gives_the_same_bytes_and_nothing_else_is_touched() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(one.path().join("notes.txt"), "mine").unwrap();
    std::fs::write(one.path().join("report.html"), "an older report").unwrap();
    let data = fixture::rich(5);
    let files = render(&data, one.path()).unwrap();
    render(&data, other.path()).unwrap();
    let mut first = contents(one.path());
    assert_eq!(first.remove("notes.txt").unwrap(), b"mine");
    assert!(first == contents(other.path()));
    // The page, 6 pictures in 3 forms, and the tables.
    assert_eq!(first.len(), 1 + 18 + files.tables.len());
    assert!(first["pictures/heatmap.png"].starts_with(b"\x89PNG"));
    assert!(first["pictures/abc-dark.svg"].starts_with(b"<svg"));
    assert!(files.pictures.iter().chain([&files.report]).all(|path| path.is_file()));
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("in-the-way");
    std::fs::write(&file, "").unwrap();
    let error = render(&ReportData::default(), &file).unwrap_err();
    assert!(
        matches!(&error, ReportError::Write { path, .. } if path.starts_with(&file)),
        "{error}"
    );
}
