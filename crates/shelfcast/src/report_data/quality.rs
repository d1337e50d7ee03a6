//! What was refused, what could not be done, what was assumed.

use super::Rows;
use shelfcast_pipeline::{Project, Reader};
use shelfcast_report::{AssumptionRow, RejectedRow, ReportData, RunLimitRow, SeriesStatusRow};

pub async fn read(project: &Project, reader: &Reader, data: &mut ReportData) -> anyhow::Result<()> {
    data.rejected = rejected(reader).await?;
    data.run_limits = run_limits(reader).await?;
    data.series_status = series_status(reader).await?;
    data.assumptions = assumptions(project, reader).await?;
    Ok(())
}

async fn rejected(reader: &Reader) -> anyhow::Result<Vec<RejectedRow>> {
    let sql = "select feed, rule, coalesce(column_name, '') as column_name, \
                  case when count(distinct allowed) > 1 then 'its own for each row, as in: ' else '' end \
                     || min(allowed) as allowed, count(*) as n_rows, count(distinct file) as n_files, min(file) as first_file, \
                  sum(money) as money \
               from raw.rejected where severity <> 'warn' \
               group by feed, rule, coalesce(column_name, '') order by n_rows desc, feed, rule, column_name";
    let rows = Rows::read(reader, sql).await?;
    let (feeds, rules, columns) =
        (rows.texts("feed")?, rows.texts("rule")?, rows.texts("column_name")?);
    let (allowed, files) = (rows.texts("allowed")?, rows.texts("first_file")?);
    let (counts, n_files) = (rows.wholes("n_rows")?, rows.wholes("n_files")?);
    let money = rows.decimals("money")?;
    Ok((0..rows.len())
        .map(|row| RejectedRow {
            feed: feeds[row].clone(),
            rule: rules[row].clone(),
            column_name: columns[row].clone(),
            allowed: allowed[row].clone(),
            rows: counts[row].unwrap_or(0).unsigned_abs(),
            files: n_files[row].unwrap_or(0).unsigned_abs(),
            first_file: files[row].clone(),
            money: money[row].clone(),
        })
        .collect())
}

async fn run_limits(reader: &Reader) -> anyhow::Result<Vec<RunLimitRow>> {
    let rows = Rows::read(reader, "select * from marts.run_limits order by capability").await?;
    let (capabilities, feeds) = (rows.texts("capability")?, rows.texts("missing_feed")?);
    let messages = rows.texts("message")?;
    Ok((0..rows.len())
        .map(|row| RunLimitRow {
            capability: capabilities[row].clone(),
            missing_feed: feeds[row].clone(),
            message: messages[row].clone(),
        })
        .collect())
}

async fn series_status(reader: &Reader) -> anyhow::Result<Vec<SeriesStatusRow>> {
    // Reasons count days of their own series, so one of each status stands for all.
    let sql = "select series_level, measure, frequency, status, min(reason) as reason, \
                  coalesce(fallback, '') as fallback, count(*) as n_series \
               from marts.series_status \
               group by series_level, measure, frequency, status, coalesce(fallback, '') \
               order by series_level, measure, frequency, status, fallback";
    let rows = Rows::read(reader, sql).await?;
    let text = |name: &str| rows.texts(name);
    let (levels, measures, frequencies) =
        (text("series_level")?, text("measure")?, text("frequency")?);
    let (statuses, reasons, fallbacks) = (text("status")?, text("reason")?, text("fallback")?);
    let counts = rows.wholes("n_series")?;
    Ok((0..rows.len())
        .map(|row| SeriesStatusRow {
            series_level: levels[row].clone(),
            measure: measures[row].clone(),
            frequency: frequencies[row].clone(),
            status: statuses[row].clone(),
            reason: reasons[row].clone(),
            fallback: fallbacks[row].clone(),
            series: counts[row].unwrap_or(0).unsigned_abs(),
        })
        .collect())
}

async fn assumptions(project: &Project, reader: &Reader) -> anyhow::Result<Vec<AssumptionRow>> {
    let sql = "select count(*) filter (where items.lead_time_source = 'assumed' \
                     and policies.lead_time_basis is null) as lead_time_days, \
                  count(*) filter (where review_source = 'assumed') as review_days, \
                  count(*) filter (where service_source = 'assumed') as service_target \
               from intermediate.items inner join intermediate.policies \
                  on items.product_id = policies.product_id \
                  and items.location_id = policies.location_id";
    let rows = Rows::read(reader, sql).await?;
    let policy = &project.config().policy;
    let lead_time = policy.lead_time_days.unwrap_or(0);
    let statements = [
        (
            "lead_time_days",
            "lead time",
            format!("{lead_time} days from order to shelf: no lead time in the files"),
        ),
        (
            "review_days",
            "review period",
            format!("every {} days: no review period in the files", policy.review_days),
        ),
        (
            "service_target",
            "service target",
            format!(
                "{} % of replenishment cycles without a stockout: no target in the files",
                policy.service_target * 100.0
            ),
        ),
    ];
    let mut assumptions = Vec::new();
    for (name, subject, statement) in statements {
        let items = rows.whole(0, name)?;
        if items > 0 {
            let subject = subject.to_owned();
            assumptions.push(AssumptionRow { subject, statement, items: Some(items) });
        }
    }
    let sql = "select count(distinct product_id || '/' || location_id) as n_items \
               from intermediate.daily_sales where n_lines_at_list_price > 0";
    let valued = Rows::read(reader, sql).await?.whole(0, "n_items")?;
    if valued > 0 {
        assumptions.push(AssumptionRow {
            subject: "price of a sale".to_owned(),
            statement: "that of the product list: sale lines without a price or total".to_owned(),
            items: Some(valued),
        });
    }
    // The count has no date of its own: it takes that of the restock.
    let counted_as_of_restock = project.config().sources.iter().any(|source| {
        let counted_on = source.columns.get("counted_on");
        counted_on.is_some() && counted_on == source.columns.get("restock_date")
    });
    if counted_as_of_restock {
        assumptions.push(AssumptionRow {
            subject: "date of the count".to_owned(),
            statement: "the restock date is read as the day on which the stock was counted"
                .to_owned(),
            items: None,
        });
    }
    Ok(assumptions)
}
