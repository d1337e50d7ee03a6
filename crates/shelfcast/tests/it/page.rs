//! The report in a real browser, offline.

use crate::shop::SHOP;
use crate::support::Desk;
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

/// Appended to a copy of the page: waits for the pictures, asks the page what it shows, hovers
/// over a point as a reader would, and writes all of it where it can be read back.
const PROBE: &str = r#"<script>
window.addEventListener("load", () => setTimeout(async () => {
  // Pictures are drawn as they come into view.
  for (let top = 0; top < document.body.scrollHeight; top += 600) {
    window.scrollTo(0, top);
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  await new Promise(resolve => setTimeout(resolve, 1000));
  const answer = {errors: window.shelfcast.errors.map(String)};
  try {
    const plots = [...document.querySelectorAll(".js-plotly-plot")];
    answer.plots = plots.length;
    answer.drawn = Object.fromEntries(["sales-and-stock", "abc", "heatmap", "forecast"]
      .map(name => [name, window.shelfcast.figure(name).marks]));
    const plot = plots.find(plot => plot.data.some(trace => String(trace.name).startsWith("forecast")));
    plot.scrollIntoView();
    answer.names = plot.data.map(trace => trace.name);
    const trace = plot.data.findIndex(trace => trace.name === "demand");
    const point = plot.data[trace].y.length - 1;
    answer.point = {x: String(plot.data[trace].x[point]), y: Number(plot.data[trace].y[point])};
    Plotly.Fx.hover(plot, [{curveNumber: trace, pointNumber: point}]);
    await new Promise(resolve => setTimeout(resolve, 300));
    answer.tooltip = [...plot.querySelectorAll(".hoverlayer text")].map(text => text.textContent).join(" | ");
  } catch (error) { answer.errors.push("probe: " + error); }
  const out = document.createElement("pre");
  out.id = "probe";
  out.textContent = JSON.stringify(answer);
  document.body.appendChild(out);
}, 1500));
</script>"#;

fn probe(page: &Path, desk: &Desk) -> (Value, String) {
    let html = std::fs::read_to_string(page).unwrap();
    let end = html.rfind("</body>").unwrap();
    let copy = desk.write("probe.html", format!("{}{PROBE}{}", &html[..end], &html[end..]));
    let output = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--enable-logging=stderr",
            "--window-size=1400,2400",
            "--virtual-time-budget=40000",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}", desk.path("browser").display()))
        .arg(format!("file://{}", copy.display()))
        .output()
        .expect("chromium is installed by scripts/test");
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    let start = dom.find("<pre id=\"probe\">").unwrap_or_else(|| panic!("no answer:\n{log}")) + 16;
    let answer = &dom[start..start + dom[start..].find("</pre>").unwrap()];
    let answer = answer.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    (serde_json::from_str(&answer).unwrap(), log)
}

/// The page of the shop as a browser shows it: what it answered, and what the browser logged.
static PROBED: LazyLock<(Value, String)> =
    LazyLock::new(|| probe(&SHOP.0.path("shop/report/report.html"), &Desk::new()));

#[test]
fn the_page_works_offline_and_its_tooltip_is_the_marts_number() {
    let (answer, log) = &*PROBED;
    assert_eq!(answer["errors"], Value::Array(vec![]), "{answer}");
    // The four pictures.
    // Four of the chosen series, and coverage by periods ahead.
    assert_eq!(answer["plots"], 5, "{answer}");
    let complaints: Vec<&str> = log.lines().filter(|line| line.contains(":CONSOLE")).collect();
    assert!(complaints.is_empty(), "{complaints:?}");

    let sql = "select units as value from intermediate.demand_series \
               where series_level = 'total' and measure = 'units' order by period_start desc limit 1";
    let mart: f64 = SHOP.0.value("shop", sql).parse().unwrap();
    assert_eq!(answer["point"]["y"].as_f64(), Some(mart), "{answer}");
    let digits: String =
        answer["tooltip"].as_str().unwrap().chars().filter(|letter| *letter != ',').collect();
    assert!(digits.contains(&mart.to_string()), "{mart} is not in the tooltip: {digits}");
}

#[test]
fn no_customer_is_named_in_the_report() {
    let page = std::fs::read_to_string(SHOP.0.path("shop/report/report.html")).unwrap();
    let sql = "select email, phone, name from staging.customers order by customer_id limit 200";
    for customer in SHOP.0.rows("shop", sql) {
        for column in ["email", "phone", "name"] {
            let text = customer[column].as_str().unwrap();
            assert!(!page.contains(text), "{text}");
        }
    }
    assert!(
        !page.contains("http://") || !page.contains("src=\"http"),
        "the page loads from a network"
    );
}

/// The values of one drawn series: `at` picks the number out of each point, bar or limit.
fn drawn(figure: &str, series: &str, list: &str, at: impl Fn(&Value) -> &Value) -> Vec<f64> {
    let marks = PROBED.0["drawn"][figure].as_array().unwrap();
    let mark = marks.iter().find(|mark| mark["series"] == series && mark[list].is_array());
    let mark = mark.unwrap_or_else(|| panic!("{figure} has no {series}"));
    mark[list].as_array().unwrap().iter().map(|point| at(point).as_f64().unwrap()).collect()
}

/// The numbers of a query's column `value`.
fn mart(sql: &str) -> Vec<f64> {
    let number = |row: Value| row["value"].as_f64().unwrap();
    SHOP.0.rows("shop", sql).into_iter().map(number).collect()
}

#[track_caller]
fn assert_same(drawn: &[f64], mart: &[f64]) {
    assert!(!mart.is_empty());
    assert_eq!(drawn.len(), mart.len());
    for (drawn, mart) in drawn.iter().zip(mart) {
        // The page writes four decimals.
        assert!((drawn - mart).abs() <= 1e-4, "{drawn} is drawn for {mart}");
    }
}

#[test]
fn what_each_picture_draws_is_what_its_mart_says() {
    let sales = "select units as value from intermediate.demand_series cross join intermediate.clock \
                 where series_level = 'total' and measure = 'units' \
                 and period_start >= business_date - interval '365' day order by period_start";
    assert_same(&drawn("sales-and-stock", "sales", "points", |point| &point[1]), &mart(sales));
    assert_same(&drawn("forecast", "demand", "points", |point| &point[1]), &mart(sales));

    let stock = "select cast(sum(greatest(on_hand_low, 0)) as double) as value from marts.stock_ledger \
                 cross join intermediate.clock where basis <> 'projected' \
                 and day >= business_date - interval '365' day group by day order by day";
    assert_same(
        &drawn("sales-and-stock", "stock, derived", "points", |point| &point[1]),
        &mart(stock),
    );

    let classes = ["A", "B", "C"]
        .map(|class| drawn("abc", &format!("class {class}"), "bars", |bar| &bar["value"]));
    let values = "select cast(value as double) as value from marts.abc order by value_rank";
    assert_same(&classes.concat(), &mart(values));

    let forecast = |column: &str| {
        format!(
            "select {column} as value from marts.forecasts \
             where series_level = 'total' and measure = 'units' order by period_start"
        )
    };
    assert_same(
        &drawn("forecast", "forecast, mean", "points", |point| &point[1]),
        &mart(&forecast("mean")),
    );
    let upper = drawn("forecast", "forecast, 80 % band", "limits", |limit| &limit["high"]);
    assert_same(&upper, &mart(&forecast("upper_80")));
}

#[test]
fn each_cell_of_the_heatmap_is_the_stock_at_the_end_of_its_week() {
    // The week from Monday 22 December 2025 (day 20444), rows in the order of value.
    let marks = PROBED.0["drawn"]["heatmap"].as_array().unwrap();
    let mut cells: Vec<(i64, f64)> = marks
        .iter()
        .filter_map(|mark| mark["cells"].as_array())
        .flatten()
        .filter(|cell| cell[0] == 20_444)
        .map(|cell| (cell[2].as_i64().unwrap(), cell[3].as_f64().unwrap()))
        .collect();
    cells.sort_by_key(|cell| cell.0);
    let cells: Vec<f64> = cells.into_iter().map(|cell| cell.1).collect();
    let sql = "select cast(sum(greatest(on_hand_low, 0)) as double) as value from marts.stock_ledger \
               inner join marts.abc on stock_ledger.product_id = abc.product_id \
               where day = date '2025-12-28' group by abc.value_rank order by abc.value_rank";
    assert_same(&cells, &mart(sql));
}
