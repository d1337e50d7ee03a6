//! What the facts' tables hold is what their rows hold.

use std::collections::BTreeSet;

use shelfcast_report::{PeriodSalesRow, ReportData, html};

use crate::fixture;

/// A cell as the page has it.
#[derive(Debug, Clone, PartialEq)]
struct Cell {
    value: Option<String>,
    text: String,
}

impl Cell {
    fn number(&self) -> f64 {
        self.value.as_ref().unwrap().parse().unwrap()
    }
}

/// The rows of one table of a page, each with its group.
fn table(page: &str, id: &str) -> Vec<(String, Vec<Cell>)> {
    let (_, rest) = page.split_once(&format!("data-testid=\"{id}\"")).unwrap();
    let (inside, _) = rest.split_once("</table>").unwrap();
    let rows = inside.split("<tr data-row data-group=\"").skip(1);
    rows.map(|row| {
        let (group, rest) = row.split_once('"').unwrap();
        (group.to_owned(), rest.split("<td").skip(1).map(cell).collect())
    })
    .collect()
}

fn cell(html: &str) -> Cell {
    let (tag, inside) = html.split_once('>').unwrap();
    let value = tag.split_once("data-value=\"").map(|(_, rest)| rest.split_once('"').unwrap().0);
    let mut text = String::new();
    for part in inside.split_inclusive('>') {
        text.push_str(part.split('<').next().unwrap());
        if part.ends_with("<small>") {
            text.push('|');
        }
    }
    Cell { value: value.map(str::to_owned), text: text.trim_end().to_owned() }
}

fn of_group(rows: Vec<(String, Vec<Cell>)>, group: &str) -> Vec<Vec<Cell>> {
    rows.into_iter().filter(|row| row.0 == group).map(|row| row.1).collect()
}

/// A mart's decimal as a number.
fn read(text: &Option<String>) -> f64 {
    text.as_ref().unwrap().parse().unwrap()
}

fn assert_same(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
        "{found} is not {expected}"
    );
}

#[test]
fn months_of_the_total_are_the_rows_with_their_changes() {
    let data = fixture::rich(10);
    let rows = of_group(table(&html(&data).unwrap(), "sales-periods"), "months");
    let is_month = |row: &&PeriodSalesRow| row.dimension == "total" && row.frequency == "month";
    let mut months: Vec<&PeriodSalesRow> = data.period_sales.iter().filter(is_month).collect();
    months.sort_by_key(|row| std::cmp::Reverse(row.period_start));
    assert_eq!(rows.len(), months.len());
    for (cells, month) in rows.iter().zip(&months) {
        assert!(cells[0].text.starts_with(&month.label), "{:?}", cells[0]);
        assert_same(cells[1].number(), read(&month.net));
        assert_same(cells[4].number(), month.units.parse().unwrap());
        assert_same(cells[7].number(), read(&month.net) / month.n_purchases.unwrap() as f64);
        assert_same(cells[9].number(), read(&month.margin));
        match (month.is_complete, &month.last_year_net) {
            (true, Some(_)) => {
                let change = read(&month.net) / read(&month.last_year_net) - 1.0;
                assert_same(cells[3].number(), change);
            }
            (true, None) => assert_eq!(cells[3].text, "not known"),
            (false, _) => assert_eq!(cells[3].text, "not whole"),
        }
    }
    // The first and the last month of the data are not whole.
    let part = rows.iter().filter(|cells| cells[0].text.ends_with("not whole")).count();
    assert_eq!(part, 2);
}

#[test]
fn without_prices_changes_are_of_units_and_no_money_is_zero() {
    let mut data = fixture::rich(4);
    for row in &mut data.period_sales {
        for money in [&mut row.net, &mut row.discount, &mut row.margin, &mut row.net_with_cost] {
            *money = None;
        }
    }
    let rows = of_group(table(&html(&data).unwrap(), "sales-periods"), "months");
    // February 2025, the last whole month, comes second.
    let mut months = data.period_sales.iter();
    let month = months.find(|row| row.dimension == "total" && row.label == "2025-02").unwrap();
    let change = month.units.parse::<f64>().unwrap() / read(&month.previous_units) - 1.0;
    assert_same(rows[1][2].number(), change);
    for column in [1, 7, 8, 9, 10] {
        assert_eq!(rows[1][column].text, "not known");
    }
    // Baskets are known, what they brought is not; discounts are of lines.
    let groups = table(&html(&data).unwrap(), "sales-groups");
    assert_eq!(of_group(groups.clone(), "payment method")[0][7].text, "not known");
    assert_eq!(of_group(groups, "discount")[0][7].text, "not known|of lines, not baskets");
}

#[test]
fn a_day_says_its_holiday_or_event() {
    let rows = of_group(table(&html(&fixture::rich(3)).unwrap(), "sales-periods"), "days");
    let told: Vec<&str> =
        rows.iter().map(|cells| cells[0].text.as_str()).filter(|text| text.contains('|')).collect();
    assert_eq!(told, ["2025-02-14|Valentine&#x27;s Day"]);
}

#[test]
fn a_category_stands_with_its_last_whole_month_and_week_and_its_stock() {
    let data = fixture::rich(12);
    let rows = table(&html(&data).unwrap(), "view-category");
    assert_eq!(rows.len(), 4);
    for (_, cells) in rows {
        let category = cells[0].text.replace("&amp;", "&");
        let sold = |frequency: &str, label: &str| {
            let mut rows = data.period_sales.iter().filter(|row| {
                row.dimension == "category" && row.value == category && row.frequency == frequency
            });
            rows.find(|row| row.label == label).unwrap()
        };
        assert_same(cells[1].number(), read(&sold("month", "2025-02").net));
        // The week from Monday 24 February to the last day of the data.
        assert_same(cells[6].number(), read(&sold("week", "2025-W09").net));
        let mut facts = data.stock_facts_by.iter();
        let facts = facts.find(|row| row.dimension == "category" && row.value == category).unwrap();
        assert_same(cells[8].number(), read(&facts.stock_value));
        assert_same(cells[9].number(), facts.turns.unwrap());
        assert_same(cells[11].number(), facts.in_stock_share.unwrap());
        assert_same(cells[12].number(), read(&facts.lost_margin));
    }
}

#[test]
fn small_groups_add_up_to_all_sales_and_keep_the_order_of_their_bands() {
    let data = fixture::rich(6);
    let rows = table(&html(&data).unwrap(), "sales-groups");
    for group in ["customer segment", "payment method", "discount"] {
        let shares: f64 = of_group(rows.clone(), group).iter().map(|cells| cells[2].number()).sum();
        assert!((shares - 1.0).abs() < 1e-6, "{group}: {shares}");
    }
    let ages: Vec<String> =
        of_group(rows, "age").iter().map(|cells| cells[0].text.clone()).collect();
    assert_eq!(ages, ["18-24", "25-34", "65 and over", "unknown"]);
}

#[test]
fn statuses_are_counted_in_units_and_money() {
    let data = fixture::rich(40);
    let rows = table(&html(&data).unwrap(), "statuses");
    for (_, cells) in &rows {
        let status = cells[0].text.replace(' ', "_");
        let inside = data.inventory_status.iter().filter(|row| row.status == status);
        let inside: Vec<_> = inside.collect();
        assert_same(cells[1].number(), inside.len() as f64);
        assert_same(cells[2].number(), inside.iter().map(|row| read(&row.on_hand)).sum());
        assert_same(cells[3].number(), inside.iter().map(|row| read(&row.stock_value)).sum());
    }
    let counted: f64 = rows.iter().map(|(_, cells)| cells[1].number()).sum();
    assert_same(counted, 40.0);
}

#[test]
fn every_class_cell_says_its_count_value_and_stock() {
    let data = fixture::rich(30);
    let rows = table(&html(&data).unwrap(), "class-matrix");
    let classes = ["X", "Y", "Z", "none"];
    let mut products = 0.0;
    for (_, cells) in &rows {
        for (cell, xyz) in cells[1..].iter().zip(classes) {
            products += cell.number();
            let mut known = data.class_matrix.iter();
            let known = known.find(|row| row.abc_class == cells[0].text && row.xyz_class == xyz);
            assert_same(cell.number(), known.map_or(0.0, |row| row.n_products as f64));
            if let Some(row) = known {
                let words: Vec<f64> = cell
                    .text
                    .replace(',', "")
                    .split_whitespace()
                    .filter_map(|word| word.split('|').next_back().unwrap().parse().ok())
                    .collect();
                for money in [&row.value, &row.stock_value] {
                    let is_said = words.iter().any(|word| (word - read(money)).abs() < 0.006);
                    assert!(is_said, "{} is not in {}", read(money), cell.text);
                }
            }
        }
    }
    assert_same(products, 30.0);
}

#[test]
fn limits_of_a_group_add_up_as_squares() {
    let data = fixture::rich(9);
    let rows = of_group(table(&html(&data).unwrap(), "availability"), "everything");
    let squares: f64 = data
        .stock_facts
        .iter()
        .map(|row| (row.lost_units_high.unwrap() - row.lost_units.unwrap()).powi(2))
        .sum();
    let lost: f64 = data.stock_facts.iter().map(|row| row.lost_units.unwrap()).sum();
    let written = format!(
        "{:.1}\u{a0}to\u{a0}{:.1}",
        (lost - squares.sqrt()).max(0.0),
        lost + squares.sqrt()
    );
    let cell = &rows[0][6];
    assert_same(cell.number(), lost);
    assert!(cell.text.replace(',', "").ends_with(&written), "{} is not {written}", cell.text);
}

#[test]
fn suppliers_stand_with_stated_and_measured_lead_times() {
    let data = fixture::rich(8);
    let rows = table(&html(&data).unwrap(), "suppliers");
    assert_eq!(rows.len(), data.supplier_performance.len());
    // The third supplier of the fixture has most late lines: it comes first.
    let cells = &rows[0].1;
    let row = data.supplier_performance.iter().max_by_key(|row| row.n_late).unwrap();
    assert_same(cells[4].number(), row.stated_lead_time_days.unwrap());
    assert_same(cells[5].number(), row.median_lead_time_days.unwrap());
    assert_eq!(cells[6].text, "not known|open orders leave it open");
    assert_same(cells[9].number(), row.n_late as f64);
    assert_same(cells[10].number(), row.on_time_share.unwrap());
    assert_same(cells[14].number(), row.price_drift.unwrap());
    let not_due = rows.iter().find(|(_, cells)| cells[8].text == "0").unwrap();
    assert_eq!(not_due.1[10].text, "not known|no line was due");
}

#[test]
fn retention_is_that_of_the_rows() {
    let data = fixture::rich(3);
    let rows = table(&html(&data).unwrap(), "cohorts");
    assert_eq!(rows.len(), 13);
    for (_, cells) in &rows {
        let cohort = cells[0].number() as i32;
        for row in data.customer_cohorts.iter().filter(|row| row.cohort_month == cohort) {
            assert_same(cells[1].number(), row.n_customers as f64);
            if row.months_since > 0 {
                assert_same(cells[1 + row.months_since as usize].number(), row.retention);
            }
        }
    }
    // June 2024, five months on: nobody bought, and the mart has no row.
    assert_eq!((rows[9].1[0].text.as_str(), rows[9].1[6].value.as_deref()), ("2024-06", Some("0")));
}

#[test]
fn segments_and_those_given_count_the_same_customers() {
    let data = fixture::rich(3);
    let page = html(&data).unwrap();
    let all: u64 = data.customer_segments.iter().map(|row| row.n_customers).sum();
    let segments = table(&page, "segments");
    assert_same(segments.iter().map(|row| row.1[1].number()).sum(), all as f64);
    let given = table(&page, "given-segments");
    let cells = given.iter().flat_map(|row| &row.1[1..]);
    assert_same(cells.map(Cell::number).sum(), all as f64);
}

#[test]
fn doubts_are_told_in_their_sentences() {
    let data = fixture::rich(20);
    let rows = table(&html(&data).unwrap(), "doubts");
    let sentences: BTreeSet<&str> = rows.iter().map(|row| row.1[6].text.as_str()).collect();
    let expected: BTreeSet<&str> =
        data.stock_checks.iter().map(|row| row.sentence.as_str()).collect();
    assert_eq!(sentences, expected);
}

#[test]
fn rankings_hold_their_first_rows_and_say_how_many_are_in_the_table() {
    let page = html(&fixture::rich(130)).unwrap();
    assert_eq!(table(&page, "stock-facts").len(), 100);
    assert!(page.contains("30 more rows are in tables&#x2f;stock_facts.csv."));
}

#[test]
fn facts_without_rows_say_why() {
    let page = html(&ReportData::default()).unwrap();
    for (id, reason) in [
        ("sales-periods", "No sales are known."),
        ("sales-groups", "No sales are known."),
        ("sales-products", "No sales are known."),
        ("baskets", "No purchase of the last 365 days is known."),
        ("promotions", "No promotion that has begun is known."),
        ("price-points", "no sale of the last 365 days tells what was paid"),
        ("view-category", "No sales are known."),
        ("view-location", "No sales are known."),
        ("view-supplier", "No sales are known."),
        ("view-months", "No sales are known."),
        ("statuses", "it needs a stock count"),
        ("ageing", "needs receipts and a stock count"),
        ("stuck", "it needs a stock count"),
        ("class-matrix", "No product sold in the last 365 days."),
        ("class-changes", "there is no run for an earlier business date"),
        ("availability", "it needs a stock count"),
        ("lost-sales", "it needs 28 days of counts and receipts"),
        ("stock-facts", "it needs a stock count"),
        ("suppliers", "it needs purchase orders"),
        ("lead-times", "it needs purchase orders"),
        ("segments", "it needs sales that name their customer"),
        ("given-segments", "it needs sales that name their customer"),
        ("cohorts", "it needs sales that name their customer"),
        ("doubt-kinds", "No stock is in doubt"),
        ("doubts", "No stock is in doubt"),
    ] {
        let (_, rest) = page.split_once(&format!("data-testid=\"{id}-empty\">")).unwrap();
        let (said, _) = rest.split_once("</p>").unwrap();
        assert!(said.contains(reason), "{id}: {said}");
    }
}

#[test]
fn one_count_states_no_turns_and_no_stockouts_and_says_why() {
    let data = fixture::thin();
    let rows = table(&html(&data).unwrap(), "stock-facts");
    assert_eq!(rows.len(), 20);
    for (_, cells) in rows {
        // In-stock share, turns and sell-through have the reason; the others are not known either.
        for cell in [2, 7, 9] {
            assert_eq!(cells[cell].text, "not known|needs two counts or receipts");
        }
        for cell in [3, 4, 5, 6, 8] {
            assert_eq!(cells[cell].text, "not known");
        }
    }
}

#[test]
fn every_link_of_the_contents_leads_to_one_section() {
    let page = html(&fixture::rich(3)).unwrap();
    let (_, nav) = page.split_once("<nav").unwrap();
    let (nav, _) = nav.split_once("</nav>").unwrap();
    let links: Vec<&str> =
        nav.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let sections: Vec<&str> =
        page.split("<section id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(links, sections);
    for id in sections {
        assert_eq!(page.matches(&format!(" id=\"{id}\"")).count(), 1, "{id}");
    }
}
