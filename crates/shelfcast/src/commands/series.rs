use crate::arguments::SeriesArguments;
use crate::failure::Outcome;
use crate::output;
use comfy_table::{CellAlignment, Table, presets};
use shelfcast_forecast::drivers::DriverKind;
use shelfcast_series::{
    Columns, DriverUse, ForecastWriter, MeasuredCoverage, Plan, SeriesError, Summary, forecast,
    read,
};
use std::io::Write;
use std::path::Path;

pub async fn run(arguments: &SeriesArguments) -> anyhow::Result<Outcome> {
    let (plan, columns) = (plan(arguments), columns(arguments));
    let (file, out) = (arguments.file.clone(), arguments.out.clone());
    let frequency = plan.frequency;
    // The processors are kept busy; Ctrl-C is still heard.
    let work = move || -> Result<Summary, SeriesError> {
        let set = read(&file, &columns)?;
        match &out {
            Some(path) => {
                let mut writer = ForecastWriter::create(path, set.stamp_kind(), &plan.levels)?;
                let summary = forecast(&set, &plan, |series| writer.write(series))?;
                writer.finish()?;
                Ok(summary)
            }
            None => {
                let stdout = Path::new("standard output");
                let mut writer =
                    ForecastWriter::csv(Standard, stdout, set.stamp_kind(), &plan.levels)?;
                let summary = forecast(&set, &plan, |series| writer.write(series))?;
                writer.into_inner()?;
                Ok(summary)
            }
        }
    };
    let summary = tokio::task::spawn_blocking(work).await??;
    tell(&summary, frequency.as_str());
    Ok(Outcome::Done)
}

fn plan(arguments: &SeriesArguments) -> Plan {
    let season_length = arguments.season_length.unwrap_or(arguments.freq.season_length());
    let plan = Plan::new(arguments.freq, season_length, arguments.horizon)
        .with_levels(arguments.levels.clone())
        .with_methods(arguments.models.clone())
        .with_origins(arguments.origins);
    match arguments.threads {
        Some(threads) => plan.with_threads(threads),
        None => plan,
    }
}

fn columns(arguments: &SeriesArguments) -> Columns {
    let is_none = |drivers: &Vec<String>| matches!(&drivers[..], [only] if only == "none");
    let drivers = arguments.drivers.clone();
    Columns {
        drivers: drivers.map(|drivers| if is_none(&drivers) { vec![] } else { drivers }),
        prices: arguments.prices.clone(),
    }
}

/// Standard output, whose reader may go away.
struct Standard;

impl Write for Standard {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        std::io::stdout().lock().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stdout().lock().flush()
    }
}

fn tell(summary: &Summary, frequency: &str) {
    let statuses: Vec<String> = summary
        .statuses
        .iter()
        .map(|(status, series)| format!("{} {status}", output::thousands(*series as u64)))
        .collect();
    let gaps = match summary.missing {
        0 => String::new(),
        missing => format!(", {} without a value", output::thousands(missing as u64)),
    };
    output::say(&format!(
        "{} with {}{gaps}: {}",
        output::count(summary.series as u64, "series", "series"),
        output::count(summary.periods as u64, frequency, &format!("{frequency}s")),
        statuses.join(", "),
    ));
    summary.drivers.iter().for_each(tell_driver);
    if !summary.coverage.is_empty() {
        output::say("Held out from each series, forecast from what was known before:");
        output::say(&measured(&summary.coverage).to_string());
    }
}

fn tell_driver(driver: &DriverUse) {
    let unused = driver.unused.iter().map(|(reason, series)| {
        format!("; not by {}: {reason}", output::thousands(*series as u64))
    });
    let silent = match (driver.silent, driver.kind) {
        (0, _) => String::new(),
        (silent, kind) => format!(
            "; nothing is said of {} of {}: taken {}",
            output::thousands(silent as u64),
            output::count(driver.ahead as u64, "coming period", "coming periods"),
            if kind == DriverKind::Price { "to stay" } else { "not to act" },
        ),
    };
    output::say(&format!(
        "driver {}: used by {}{silent}{}",
        driver.name,
        output::count(driver.used as u64, "series", "series"),
        unused.collect::<String>(),
    ));
}

fn measured(coverage: &[MeasuredCoverage]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header([
        "class", "steps", "series", "points", "level", "inside", "claimed", "width", "pinball",
    ]);
    for measured in coverage {
        let or_dash = |value: Option<f64>| value.map_or("-".into(), |value| format!("{value:.3}"));
        table.add_row([
            measured.class.as_str().to_owned(),
            format!("{}-{}", measured.steps.0, measured.steps.1),
            measured.series.to_string(),
            measured.points.to_string(),
            measured.level.percent(),
            format!("{:.1}", measured.covered * 100.0),
            format!("{:.1}", measured.claimed * 100.0),
            or_dash(measured.width),
            or_dash(measured.pinball),
        ]);
    }
    for index in 1..table.column_count() {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}
