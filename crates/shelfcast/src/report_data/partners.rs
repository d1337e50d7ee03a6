//! Suppliers, and customers in groups. Nothing is read of one customer.

use super::{Rows, money_is_known};
use shelfcast_pipeline::Reader;
use shelfcast_report::{CohortRow, LeadTimeRow, ReportData, SegmentRow, SupplierRow};

pub async fn read(reader: &Reader, data: &mut ReportData) -> anyhow::Result<()> {
    let money_is_known = money_is_known(reader).await?;
    data.supplier_performance = supplier_performance(reader).await?;
    data.lead_times = lead_times(reader).await?;
    data.customer_segments = customer_segments(reader, money_is_known).await?;
    data.customer_cohorts = customer_cohorts(reader, money_is_known).await?;
    data.key_figures.median_days_between = median_days_between(reader).await?;
    Ok(())
}

async fn supplier_performance(reader: &Reader) -> anyhow::Result<Vec<SupplierRow>> {
    let sql = "select * from marts.supplier_performance order by supplier_id";
    let rows = Rows::read(reader, sql).await?;
    let (ids, names) = (rows.texts("supplier_id")?, rows.texts("name")?);
    let count = |name: &str| rows.wholes(name);
    let (orders, lines, products) = (count("n_orders")?, count("n_lines")?, count("n_products")?);
    let (open, due, late) = (count("n_open")?, count("n_due")?, count("n_late")?);
    let (first, last) = (rows.days("first_ordered_on")?, rows.days("last_ordered_on")?);
    let values = rows.decimals("ordered_value")?;
    let number = |name: &str| rows.numbers(name);
    let (stated, means) = (number("stated_lead_time_days")?, number("mean_lead_time_days")?);
    let (medians, nineties) = (number("median_lead_time_days")?, number("lead_time_days_90")?);
    let (on_time, days_late) = (number("on_time_share")?, number("mean_days_late")?);
    let (fill, partial, drift) =
        (number("fill_rate")?, number("partial_share")?, number("price_drift")?);
    Ok((0..rows.len())
        .map(|row| SupplierRow {
            supplier_id: ids[row].clone(),
            name: names[row].clone(),
            n_orders: orders[row].unwrap_or(0).unsigned_abs(),
            n_lines: lines[row].unwrap_or(0).unsigned_abs(),
            n_products: products[row].unwrap_or(0).unsigned_abs(),
            first_ordered_on: first[row],
            last_ordered_on: last[row],
            ordered_value: values[row].clone(),
            stated_lead_time_days: stated[row],
            mean_lead_time_days: means[row],
            median_lead_time_days: medians[row],
            lead_time_days_90: nineties[row],
            n_open: open[row].unwrap_or(0).unsigned_abs(),
            n_due: due[row].unwrap_or(0).unsigned_abs(),
            n_late: late[row].unwrap_or(0).unsigned_abs(),
            on_time_share: on_time[row],
            mean_days_late: days_late[row],
            fill_rate: fill[row],
            partial_share: partial[row],
            price_drift: drift[row],
        })
        .collect())
}

async fn lead_times(reader: &Reader) -> anyhow::Result<Vec<LeadTimeRow>> {
    let sql = "select * from marts.lead_times order by supplier_id, product_id";
    let rows = Rows::read(reader, sql).await?;
    let (suppliers, products) = (rows.texts("supplier_id")?, rows.texts("product_id")?);
    let count = |name: &str| rows.wholes(name);
    let (lines, received, open) = (count("n_lines")?, count("n_received")?, count("n_open")?);
    let number = |name: &str| rows.numbers(name);
    let (stated, means) = (number("stated_lead_time_days")?, number("mean_days")?);
    let (medians, nineties, longest) =
        (number("median_days")?, number("days_90")?, number("longest_days")?);
    Ok((0..rows.len())
        .map(|row| LeadTimeRow {
            supplier_id: suppliers[row].clone(),
            product_id: products[row].clone(),
            n_lines: lines[row].unwrap_or(0).unsigned_abs(),
            n_received: received[row].unwrap_or(0).unsigned_abs(),
            n_open: open[row].unwrap_or(0).unsigned_abs(),
            stated_lead_time_days: stated[row],
            mean_days: means[row],
            median_days: medians[row],
            days_90: nineties[row],
            longest_days: longest[row],
        })
        .collect())
}

async fn customer_segments(
    reader: &Reader,
    money_is_known: bool,
) -> anyhow::Result<Vec<SegmentRow>> {
    let sql = "select * from marts.customer_segments order by segment, given_segment";
    let rows = Rows::read(reader, sql).await?;
    let (segments, given) = (rows.texts("segment")?, rows.texts("given_segment")?);
    let (customers, days) = (rows.wholes("n_customers")?, rows.wholes("n_purchase_days")?);
    let money = rows.money("monetary", money_is_known)?;
    let number = |name: &str| rows.numbers(name);
    let (repeat, recency, frequency) =
        (number("repeat_rate")?, number("mean_recency_days")?, number("mean_frequency")?);
    Ok((0..rows.len())
        .map(|row| SegmentRow {
            segment: segments[row].clone(),
            given_segment: given[row].clone(),
            n_customers: customers[row].unwrap_or(0).unsigned_abs(),
            monetary: money[row].clone(),
            n_purchase_days: days[row].unwrap_or(0).unsigned_abs(),
            repeat_rate: repeat[row].unwrap_or(0.0),
            mean_recency_days: recency[row].unwrap_or(0.0),
            mean_frequency: frequency[row].unwrap_or(0.0),
        })
        .collect())
}

async fn customer_cohorts(reader: &Reader, money_is_known: bool) -> anyhow::Result<Vec<CohortRow>> {
    let sql = "select * from marts.customer_cohorts order by cohort_month, months_since";
    let rows = Rows::read(reader, sql).await?;
    let labels = rows.texts("cohort_label")?;
    let (cohorts, months) = (rows.days("cohort_month")?, rows.days("month_start")?);
    let (since, customers, active) =
        (rows.wholes("months_since")?, rows.wholes("n_customers")?, rows.wholes("n_active")?);
    let (retention, running) = (rows.numbers("retention")?, rows.flags("is_running")?);
    let net = rows.money("net", money_is_known)?;
    Ok((0..rows.len())
        .map(|row| CohortRow {
            cohort_month: cohorts[row].unwrap_or(0),
            cohort_label: labels[row].clone(),
            months_since: since[row].unwrap_or(0).unsigned_abs(),
            month_start: months[row],
            n_customers: customers[row].unwrap_or(0).unsigned_abs(),
            n_active: active[row].unwrap_or(0).unsigned_abs(),
            retention: retention[row].unwrap_or(0.0),
            net: net[row].clone(),
            is_running: running[row],
        })
        .collect())
}

async fn median_days_between(reader: &Reader) -> anyhow::Result<Option<f64>> {
    let sql = "select median(mean_days_between) as days from marts.customers";
    Ok(Rows::read(reader, sql).await?.numbers("days")?.first().copied().flatten())
}
