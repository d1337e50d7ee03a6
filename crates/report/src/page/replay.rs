//! What policies came to when the past was decided again.

use shelfcast_charts::written_day;

use super::View;
use super::measures::number;
use super::table::{Cell, Row, Table};
use crate::data::ReplayRow;

/// One row a policy; empty where nothing was replayed.
pub(super) fn policies(view: &View<'_>) -> Table {
    let replays = &view.data.replays;
    let row = |replay: &ReplayRow| {
        let share = |value: Option<f64>| number(value.map(|share| share * 100.0), 1);
        let money = |value: Option<f64>| number(value, 2);
        let cells = vec![
            Cell::text(&replay.policy),
            share(replay.cycle_service),
            share(replay.fill_rate),
            share(replay.value_fill_rate),
            money(replay.mean_stock_value),
            Cell::count(replay.orders),
            Cell::count(replay.order_lines),
            money(replay.holding_cost),
            money(replay.ordering_cost),
            money(replay.write_off_cost),
            money(replay.lost_margin),
            money(replay.total_cost),
            money(replay.stock_change),
        ];
        Row { cells, ..Row::default() }
    };
    let caption = replays.first().map_or_else(String::new, |replay| {
        let [from, until] = [replay.measured_from, replay.measured_until].map(written_day);
        format!(
            "{} products at places, orders decided again day by day, measured from {from} to \
             {until}; costs in {}.",
            replay.n_items, view.money
        )
    });
    let table = Table { id: "replays", caption, csv: "replays", ..Table::default() };
    let stock = format!("#Mean stock, {}", view.money);
    let columns = [
        "Policy",
        "#Cycles served, %",
        "#Units served, %",
        "#Value served, %",
        &stock,
        "#Orders",
        "#Lines",
        "#Holding",
        "#Ordering",
        "#Write-off",
        "#Lost margin",
        "#Total cost",
        "#Change of stock",
    ];
    table.with_columns(&columns).with_rows(replays.iter().map(row).collect())
}
