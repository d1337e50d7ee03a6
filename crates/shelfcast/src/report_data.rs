//! The report's rows, read from the marts.

mod classes;
mod forecasts;
mod order_list;
mod partners;
mod planning;
mod quality;
mod replays;
mod rows;
mod sales;
mod series;
mod stock_facts;

pub use rows::Rows;

use rows::{day, decimal, optional_day};
use shelfcast_pipeline::{Project, Reader};
use shelfcast_report::{KeyFigures, ReportData, Run};

/// Reads everything that the report of `project` shows.
pub async fn read(project: &Project, reader: &Reader) -> anyhow::Result<ReportData> {
    let mut data = ReportData {
        run: run(project, reader).await?,
        key_figures: key_figures(reader).await?,
        ..ReportData::default()
    };
    planning::read(reader, &mut data).await?;
    order_list::read(reader, &mut data).await?;
    series::read(reader, &mut data).await?;
    forecasts::read(reader, &mut data).await?;
    sales::read(reader, &mut data).await?;
    stock_facts::read(reader, &mut data).await?;
    classes::read(reader, &mut data).await?;
    partners::read(reader, &mut data).await?;
    quality::read(project, reader, &mut data).await?;
    replays::read(reader, &mut data).await?;
    Ok(data)
}

async fn run(project: &Project, reader: &Reader) -> anyhow::Result<Run> {
    let rows = Rows::read(
        reader,
        "select business_date, business_date_reason, first_day, last_sale_on, last_count_on, \
            (select count(distinct product_id) from intermediate.items) as n_products, \
            (select count(distinct location_id) from intermediate.items) as n_locations, \
            (select count(distinct supplier_id) from intermediate.items) as n_suppliers \
         from intermediate.clock",
    )
    .await?;
    let config = project.config();
    Ok(Run {
        project: config.project.name.clone(),
        business_date: day(&rows, 0, "business_date")?,
        business_date_reason: rows.text(0, "business_date_reason")?,
        build_id: reader.publication().build_id.clone(),
        first_day: optional_day(&rows, 0, "first_day")?,
        last_sale_on: optional_day(&rows, 0, "last_sale_on")?,
        last_count_on: optional_day(&rows, 0, "last_count_on")?,
        currency: config.project.currency.clone(),
        seed: Some(config.forecast.seed),
        products: rows.whole(0, "n_products")?,
        locations: rows.whole(0, "n_locations")?,
        suppliers: rows.whole(0, "n_suppliers")?,
    })
}

/// Of the last 28 days and those before, or of the last whole month and the one before where sales came
/// by the month.
async fn key_figures(reader: &Reader) -> anyhow::Result<KeyFigures> {
    let sales = Rows::read(
        reader,
        "with months as ( \
            select count(*) > 0 as are_there from intermediate.item_periods where period = 'month' \
         ), recent as ( \
            select last_sale_on - interval '27' day as recent_from, last_sale_on as recent_to, \
               last_sale_on - interval '55' day as previous_from, false as is_month \
            from intermediate.clock, months where not are_there \
            union all \
            select recent_from, cast(recent_from + interval '1' month - interval '1' day as date), \
               cast(recent_from - interval '1' month as date), true from ( \
                  select cast(date_trunc('month', last_sale_on + interval '1' day) - interval '1' month as date) as recent_from \
                  from intermediate.clock, months where are_there) \
         ), before as ( \
            select recent.previous_from >= clock.first_sale_on and n_gaps = 0 as is_known \
            from recent, intermediate.clock, ( \
               select count(*) as n_gaps from intermediate.sales_gaps, recent \
               where day_before < recent_from - interval '1' day and previous_from < day_after) \
         ) \
         select recent_from, recent_to, is_month, is_known, \
            sum(net) filter (where day >= recent_from) as recent_net, \
            sum(units) filter (where day >= recent_from) as recent_units, \
            sum(net_at_list_price) filter (where day >= recent_from) as recent_net_at_list_price, \
            coalesce(sum(net) filter (where day < recent_from), 0) as previous_net, \
            coalesce(sum(units) filter (where day < recent_from), 0) as previous_units \
         from intermediate.daily_sales, recent, before \
         where day between previous_from and recent_to \
         group by recent_from, recent_to, is_month, is_known",
    )
    .await?;
    let stock = Rows::read(
        reader,
        "select coalesce(sum(n_days) filter (where opening is not null and is_on_sale), 0) as n_known, \
            coalesce(sum(n_days) filter (where stockout is not null), 0) as n_stockouts \
         from intermediate.stock_runs",
    )
    .await?;
    let risk = Rows::read(
        reader,
        "select sum(lost_margin_before_receipt) as lost_margin from marts.inventory_status",
    )
    .await?;
    let money_is_known = money_is_known(reader).await?;
    let n_known = stock.whole(0, "n_known")?;
    let mut figures = KeyFigures {
        lost_margin_at_risk: decimal(&risk, 0, "lost_margin")?,
        stockout_days: (n_known > 0).then_some(stock.whole(0, "n_stockouts")?),
        stock_known_days: (n_known > 0).then_some(n_known),
        stockout_reason: if n_known > 0 {
            String::new()
        } else {
            "needs a count and receipts".to_owned()
        },
        ..KeyFigures::default()
    };
    if sales.len() > 0 {
        figures.recent_is_month = sales.flags("is_month")?[0];
        figures.recent_from = optional_day(&sales, 0, "recent_from")?;
        figures.recent_to = optional_day(&sales, 0, "recent_to")?;
        figures.recent_units = decimal(&sales, 0, "recent_units")?;
        let before_is_known = sales.flags("is_known")?[0];
        if before_is_known {
            figures.previous_units = decimal(&sales, 0, "previous_units")?;
        }
        if money_is_known {
            figures.recent_net = decimal(&sales, 0, "recent_net")?;
            figures.recent_net_at_list_price = decimal(&sales, 0, "recent_net_at_list_price")?;
        }
        if money_is_known && before_is_known {
            figures.previous_net = decimal(&sales, 0, "previous_net")?;
        }
    }
    Ok(figures)
}

/// Whether any sale says what it brought: if none does, sums of money are not zero but unknown.
async fn money_is_known(reader: &Reader) -> anyhow::Result<bool> {
    let sql = "select count(*) as n_days from intermediate.daily_sales where net <> 0";
    Ok(Rows::read(reader, sql).await?.whole(0, "n_days")? > 0)
}
