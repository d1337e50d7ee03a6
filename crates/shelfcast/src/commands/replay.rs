//! Orders of the past decided again, and what they would have come to.

mod history;
mod items;
mod policies;
mod table;

use crate::arguments::ReplayArguments;
use crate::environment::environment;
use crate::failure::{Outcome, UsageError};
use crate::output::{self, count};
use history::History;
use policies::{Curve, Replayed, exchange_curves, replay_all, within_budget};
use shelfcast_charts::{ExchangeCurve, ExchangeLine, Theme, png};
use shelfcast_pipeline::{Project, Reader, keep_replay};
use std::path::Path;

pub async fn run(folder: &Path, arguments: &ReplayArguments) -> anyhow::Result<Outcome> {
    let project = Project::open(folder)?;
    let reader = Reader::open(&project, None, &environment("replay")).await?;
    reader.require_built()?;
    let history = History::read(&reader, project.config(), arguments).await?;
    if history.items.is_empty() {
        return Err(nothing_to_replay(&history).into());
    }
    output::say(&format!(
        "replaying {} from {} to {}, measured from {} on",
        count(history.items.len() as u64, "product at a place", "products at places"),
        history.first,
        history.last,
        history.measure_from
    ));
    for note in &history.notes {
        output::say(note);
    }
    let mut replayed = replay_all(&history)?;
    let curves = match arguments.curve.is_some() || arguments.budget.is_some() {
        true => exchange_curves(&history)?,
        false => Vec::new(),
    };
    if let Some(budget) = arguments.budget {
        let (rows, out_of_reach) = within_budget(&history, &curves, budget)?;
        replayed.extend(rows);
        for policy in out_of_reach {
            output::say(&format!("{policy}: no setting that was tried keeps a stock of {budget}"));
        }
    }
    table::print(&replayed, arguments)?;
    let kept = (table::kept(&replayed, &history)?, table::curves(&curves)?);
    keep_replay(&project, kept.0, kept.1, &environment("replay")).await?;
    if let Some(out) = &arguments.curve {
        draw(&history, &replayed, &curves, &project.config().project.currency, out)?;
    }
    Ok(Outcome::Done)
}

/// Why there is no item: sold as totals, or too short.
fn nothing_to_replay(history: &History) -> UsageError {
    let (message, hint) = match history.n_totals {
        0 => (
            format!(
                "no product has demand before {} and a lead time, so nothing can be replayed",
                history.first
            ),
            "ask for fewer days with --days and --warm-up",
        ),
        totals => (
            format!(
                "{} sold as totals of weeks or months, whose days nobody knows, and no other can \
                 be replayed",
                count(totals, "product at a place is", "products at places are")
            ),
            "a replay needs sales by the day",
        ),
    };
    UsageError { code: "SC-5011", message, hint: Some(hint.to_owned()) }
}

/// The exchange curve as a picture: PNG where the file is called so, else SVG.
fn draw(
    history: &History,
    replayed: &[Replayed],
    curves: &[Curve],
    currency: &str,
    out: &Path,
) -> anyhow::Result<()> {
    let mut lines: Vec<ExchangeLine> = curves
        .iter()
        .map(|curve| ExchangeLine {
            name: curve.name().to_owned(),
            points: curve.points.iter().map(|point| (point.stock_value, point.fill_rate)).collect(),
        })
        .collect();
    let happened = replayed.iter().find(|row| row.is_past);
    if let Some(row) = happened
        && let Some(fill_rate) = row.summary.value_fill_rate()
    {
        let points = vec![(row.summary.mean_stock_value, fill_rate)];
        lines.push(ExchangeLine { name: row.name.clone(), points });
    }
    let figure = ExchangeCurve {
        title: "Service against stock".to_owned(),
        subtitle: format!(
            "{} replayed, {} to {}",
            count(history.items.len() as u64, "product at a place", "products at places"),
            history.measure_from,
            history.last
        ),
        unit: currency.to_owned(),
        lines,
    }
    .figure();
    let svg = figure.to_svg(Theme::Light);
    let bytes = match out.extension().is_some_and(|ending| ending == "png") {
        true => png(&svg, 2.0)?,
        false => svg.into_bytes(),
    };
    std::fs::write(out, bytes)?;
    output::say(&format!("wrote {}", out.display()));
    Ok(())
}
