//! Suppliers' minimums, lines that were left out, orders to expedite.

use super::View;
use super::table::{Cell, Row, Table, words};

/// Each order against its supplier's minimum.
pub(super) fn minimums(view: &View<'_>) -> Table {
    let row = |order: &crate::data::SupplierOrderRow| {
        let name = match order.supplier_name.as_str() {
            "" => &order.supplier_id,
            name => name,
        };
        let cells = vec![
            Cell::text(name),
            view.place(&order.location_id),
            Cell::count(order.n_lines),
            Cell::count(order.n_waiting_lines),
            Cell::money(order.value.as_deref()),
            Cell::money(order.min_order_value.as_deref()),
            Cell::text(words(&order.outcome)),
            Cell::day(order.next_order_on),
        ];
        Row { cells, ..Row::default() }
    };
    let orders = &view.data.supplier_orders;
    let table = Table {
        id: "supplier-minimums",
        caption: "Orders by supplier and place against the least value that is delivered.".into(),
        csv: "supplier_orders",
        ..Table::default()
    };
    let (value, minimum) = (format!("#Value, {}", view.money), format!("#Minimum, {}", view.money));
    let columns = [
        "Supplier",
        "Place",
        "#Lines",
        "#Lines that wait",
        &value,
        &minimum,
        "Order",
        "#Next order on",
    ];
    // Without any minimum the sums by supplier say it all.
    let any = orders.iter().any(|order| order.min_order_value.is_some());
    let rows = if any { orders.iter().map(row).collect() } else { Vec::new() };
    table.with_columns(&columns).with_rows(rows)
}

/// What was planned and is not ordered.
pub(super) fn left_out(view: &View<'_>) -> Table {
    let row = |line: &crate::data::LeftOutRow| {
        let cells = vec![
            view.product(&line.name, &line.product_id),
            view.place(&line.location_id),
            Cell::quantity(Some(&line.planned_quantity)),
            Cell::quantity(Some(&line.quantity)),
            Cell::money(line.left_out_value.as_deref()),
            Cell::money(line.lost_margin_without_order.as_deref()),
            Cell::day(line.next_order_on),
            Cell::text(line.reason.as_str()),
        ];
        Row { cells, ..Row::default() }
    };
    let table = Table {
        id: "orders-left-out",
        caption: "Planned lines of which less is ordered, or nothing, and the next day on which \
                  they can be; first those without which most margin is lost."
            .into(),
        csv: "orders_left_out",
        ..Table::default()
    };
    let value = format!("#Left out, {}", view.money);
    let risk = format!("#Lost margin without it, {}", view.money);
    let columns =
        ["Product", "Place", "#Planned", "#Ordered", &value, &risk, "#Next order on", "Why"];
    table.with_columns(&columns).with_rows(view.data.orders_left_out.iter().map(row).collect())
}

/// What was approved and that no purchase order has taken over, longest waiting first.
pub(super) fn commitments(view: &View<'_>) -> Table {
    let row = |line: &crate::data::CommitmentRow| {
        let note = match line.look_alike_order_id.as_str() {
            "" => String::new(),
            other => format!("order {other} may be it"),
        };
        let cells = vec![
            Cell::named(&line.reference, &line.order_line_id),
            view.product(&line.name, &line.product_id),
            view.place(&line.location_id),
            Cell::text(&line.supplier_id),
            Cell::quantity(Some(&line.quantity)),
            Cell::money(line.value.as_deref()),
            Cell::day(Some(line.ordered_on)),
            Cell::day(line.expected_on),
            Cell::count(line.age_days),
            Cell { small: note, ..Cell::text(words(&line.status)) },
        ];
        Row { cells, group: words(&line.status), detail: None }
    };
    let mut lines: Vec<_> = view.data.commitments.iter().collect();
    lines.sort_by_key(|line| (std::cmp::Reverse(line.age_days), &line.order_line_id));
    let table = Table {
        id: "commitments",
        caption: "Approved lines that no purchase order has taken over, longest waiting first. \
                  Those that wait or are overdue count as on order."
            .into(),
        csv: "commitments",
        ..Table::default()
    };
    let value = format!("#Value, {}", view.money);
    let columns = [
        "Reference",
        "Product",
        "Place",
        "Supplier",
        "#Quantity",
        &value,
        "#Ordered for",
        "#Expected on",
        "#Days since",
        "State",
    ];
    table
        .with_columns(&columns)
        .with_rows(lines.into_iter().map(row).collect())
        .narrowed_by("State")
}

/// Open orders that come after stock runs out.
pub(super) fn expedite(view: &View<'_>) -> Table {
    let row = |line: &crate::data::ExpediteRow| {
        let cells = vec![
            Cell::text(line.order_id.as_str()),
            view.product(&line.name, &line.product_id),
            view.place(&line.location_id),
            Cell::quantity(Some(&line.quantity)),
            Cell::day(Some(line.run_out_on)),
            Cell::day(Some(line.due_on)),
            Cell::quantity(line.unmet_units.as_deref()),
            Cell::money(line.lost_margin.as_deref()),
        ];
        Row { cells, ..Row::default() }
    };
    let table = Table {
        id: "expedite",
        caption: "Open orders that come after stock runs out, most lost margin first.".into(),
        csv: "expedite_list",
        ..Table::default()
    };
    let margin = format!("#Lost margin, {}", view.money);
    let columns = [
        "Order",
        "Product",
        "Place",
        "#Quantity",
        "#Runs out on",
        "#Due on",
        "#Units lost",
        &margin,
    ];
    table.with_columns(&columns).with_rows(view.data.expedite_list.iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{LeftOutRow, ReportData, SupplierOrderRow};

    #[test]
    fn a_line_that_waits_says_for_which_day() {
        let line = LeftOutRow {
            planned_quantity: "15.0000".into(),
            quantity: "0.0000".into(),
            lost_margin_at_risk: Some("1".into()),
            lost_margin_without_order: Some("36.13".into()),
            next_order_on: Some(20_459),
            reason: "waits: the supplier takes orders on 2026-01-06".into(),
            ..LeftOutRow::default()
        };
        let data = ReportData { orders_left_out: vec![line], ..ReportData::default() };
        let table = left_out(&View::new(&data, &[]));
        let cells: Vec<&str> =
            table.rows[0].cells[2..].iter().map(|cell| cell.text.as_str()).collect();
        // 20,459 days after 1 January 1970, which `date -d @$((20459 * 86400))` writes out.
        let expected =
            ["15", "0", "36.13", "6 Jan 2026", "waits: the supplier takes orders on 2026-01-06"];
        assert_eq!([&cells[..2], &cells[3..]].concat(), expected);
    }

    #[test]
    fn suppliers_without_any_minimum_have_no_table_of_minimums() {
        let order = |minimum: Option<&str>| SupplierOrderRow {
            supplier_id: "S1".into(),
            outcome: "waits".into(),
            min_order_value: minimum.map(str::to_owned),
            ..SupplierOrderRow::default()
        };
        let rows = |orders: Vec<SupplierOrderRow>| {
            let data = ReportData { supplier_orders: orders, ..ReportData::default() };
            minimums(&View::new(&data, &[])).rows.len()
        };
        assert_eq!(rows(vec![order(None)]), 0);
        assert_eq!(rows(vec![order(None), order(Some("100"))]), 2);
    }
}
