//! The report in a real browser, offline.

use crate::shop::SHOP;
use crate::support::Desk;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

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

#[test]
fn the_page_works_offline_and_its_tooltip_is_the_marts_number() {
    let desk = Desk::new();
    let (answer, log) = probe(&SHOP.0.path("shop/report/report.html"), &desk);
    assert_eq!(answer["errors"], Value::Array(vec![]), "{answer}");
    // The four pictures.
    assert_eq!(answer["plots"], 4, "{answer}");
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
