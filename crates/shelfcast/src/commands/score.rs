use crate::arguments::ScoreArguments;
use crate::environment::environment;
use crate::failure::Outcome;
use crate::output;
use crate::report_data::Rows;
use anyhow::Context;
use shelfcast_pipeline::{Project, Reader};
use shelfcast_retail::Day;
use shelfcast_world::score::{
    DemandScore, Flag, FlaggedRow, LedgerScore, TrueDays, read_days, read_key, score_dirt,
};
use std::collections::BTreeMap;
use std::path::Path;

/// Faults found, stock and forecasts, each against the truth: as tab-separated text.
pub async fn run(folder: &Path, arguments: &ScoreArguments) -> anyhow::Result<Outcome> {
    let project = Project::open(folder)?;
    let reader = Reader::open(&project, None, &environment("score")).await?;
    reader.require_built()?;
    let key = arguments.truth.join("dirt.csv");
    if key.exists() {
        dirt(&reader, &key).await?;
    }
    let days = read_days(&arguments.truth.join("latent_demand.csv"))?;
    ledger(&reader, &days).await?;
    forecasts(&reader, &days).await?;
    Ok(Outcome::Done)
}

async fn dirt(reader: &Reader, key: &Path) -> anyhow::Result<()> {
    let mut flagged = Vec::new();
    let refused = "select file, row, rule, coalesce(column_name, '') as column_name from raw.rejected \
                   where severity <> 'warn' and feed = 'sales'";
    mark(reader, refused, &mut flagged, |rows, row| {
        Ok(Flag::of_rule(&rows.text(row, "rule")?, &rows.text(row, "column_name")?))
    })
    .await?;
    let repeated = "select s._file as file, s._row as row from raw.sales s \
                    inner join raw.hidden_rows h on h.feed = 'sales' \
                    and h.sequence = s._sequence and h.ordinal = s._ordinal";
    mark(reader, repeated, &mut flagged, |_, _| Ok(Flag::Repeated)).await?;
    for (column, feed, flag) in [
        ("product_id", "products", Flag::UnknownProduct),
        ("customer_id", "customers", Flag::UnknownCustomer),
    ] {
        let unknown = format!(
            "select s._file as file, s._row as row from raw.sales s \
             left join staging.{feed} f on s.{column} = f.{column} \
             where s.{column} is not null and f.{column} is null"
        );
        mark(reader, &unknown, &mut flagged, |_, _| Ok(flag)).await?;
    }
    output::data("fault\texpected\tinjected\tfound\trecall\tprecision\n");
    for score in score_dirt(&read_key(key)?, &flagged) {
        output::data(&format!(
            "{}\t{}\t{}\t{}\t{}\t{}\n",
            score.fault.as_str(),
            score.expected().as_str(),
            score.injected,
            score.found,
            or_dash(score.recall()),
            or_dash(score.precision()),
        ));
    }
    output::data("\n");
    Ok(())
}

async fn mark(
    reader: &Reader,
    sql: &str,
    flagged: &mut Vec<FlaggedRow>,
    flag: impl Fn(&Rows, usize) -> anyhow::Result<Flag>,
) -> anyhow::Result<()> {
    let rows = Rows::read(reader, sql).await?;
    let (files, numbers) = (rows.texts("file")?, rows.wholes("row")?);
    for (index, (file, number)) in files.iter().zip(numbers).enumerate() {
        let name = Path::new(file).file_name().unwrap_or_default().to_string_lossy().into_owned();
        let row = number.and_then(|number| u64::try_from(number).ok()).unwrap_or_default();
        flagged.push(FlaggedRow { flag: flag(&rows, index)?, file: name, row });
    }
    Ok(())
}

async fn ledger(reader: &Reader, truth: &TrueDays) -> anyhow::Result<()> {
    let sql = "select product_id, location_id, day, on_hand_low, on_hand_high, basis \
               from marts.stock_ledger where basis not in ('projected', 'unknown')";
    let rows = Rows::read(reader, sql).await?;
    let (products, places, bases) =
        (rows.texts("product_id")?, rows.texts("location_id")?, rows.texts("basis")?);
    let (days, lows, highs) =
        (rows.days("day")?, rows.numbers("on_hand_low")?, rows.numbers("on_hand_high")?);
    let mut scores: BTreeMap<&str, LedgerScore> = BTreeMap::new();
    for index in 0..rows.len() {
        let (Some(day), Some(low)) = (days[index], lows[index]) else { continue };
        let day = Day::from_epoch_days(day);
        if let Some(stock) = truth.get(&products[index], &places[index], day) {
            scores.entry(&bases[index]).or_default().add(low, highs[index], stock.on_hand);
        }
    }
    output::data("stock\tdays\texact\twithin_bounds\tmean_absolute_error\n");
    for (basis, score) in scores {
        let share = |days: u64| days as f64 / score.days.max(1) as f64;
        output::data(&format!(
            "{basis}\t{}\t{:.4}\t{:.4}\t{:.4}\n",
            score.days,
            share(score.exact),
            share(score.within),
            score.mean_absolute_error(),
        ));
    }
    output::data("\n");
    Ok(())
}

/// The days that each series held back, forecast before them, against what was truly wanted.
async fn forecasts(reader: &Reader, truth: &TrueDays) -> anyhow::Result<()> {
    let sql = "select series_id, demand_class, period_start, mean, lower_80, upper_80, lower_95, \
               upper_95 from marts.forecast_holdout where series_level = 'product_location' \
               and measure = 'units' and frequency = 'day'";
    let rows = Rows::read(reader, sql).await?;
    let (series, classes, days) =
        (rows.texts("series_id")?, rows.texts("demand_class")?, rows.days("period_start")?);
    let number = |name| rows.numbers(name);
    let (means, lows_80, highs_80, lows_95, highs_95) = (
        number("mean")?,
        number("lower_80")?,
        number("upper_80")?,
        number("lower_95")?,
        number("upper_95")?,
    );
    let mut scores: BTreeMap<&str, DemandScore> = BTreeMap::new();
    for index in 0..rows.len() {
        let (product, place) = series[index].split_once('@').context("a series names no place")?;
        let Some(day) = days[index] else { continue };
        let wanted = truth.get(product, place, Day::from_epoch_days(day));
        let points =
            [means[index], lows_80[index], highs_80[index], lows_95[index], highs_95[index]];
        if let (Some(wanted), [Some(mean), Some(low), Some(high), Some(lowest), Some(highest)]) =
            (wanted, points)
        {
            for class in [classes[index].as_str(), "all"] {
                let score = scores.entry(class).or_default();
                score.add(mean, (low, high), (lowest, highest), wanted.latent);
            }
        }
    }
    output::data("demand\tpoints\tweighted_error\tbias\twithin_80\twithin_95\n");
    for (class, score) in scores {
        let share = |points: u64| points as f64 / score.points.max(1) as f64;
        output::data(&format!(
            "{class}\t{}\t{}\t{}\t{:.4}\t{:.4}\n",
            score.points,
            or_dash(score.weighted_error()),
            or_dash(score.bias()),
            share(score.within_80),
            share(score.within_95),
        ));
    }
    Ok(())
}

fn or_dash(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.4}"))
}
