//! The rows of a day as lines of text, table by table.

use crate::ids::{Ids, push_compact_day};
use crate::tables::DAILY;
use crate::text::{push_cents, push_day, push_number, push_padded, push_parts, push_time};
use crate::{OrderKey, PlaceDay, World};
use shelfcast_retail::Day;
use std::sync::Arc;

/// Lines of one table that wait to be written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lines {
    pub(crate) text: Vec<u8>,
    pub(crate) rows: u64,
}

/// Turns days of one place into lines of the tables in [`DAILY`].
#[derive(Debug)]
pub(crate) struct CsvRows {
    ids: Arc<Ids>,
    place: u32,
    place_id: Vec<u8>,
    date: Vec<u8>,
    sale_prefix: Vec<u8>,
    hours_from_utc: i32,
}

impl CsvRows {
    pub(crate) fn new(world: &World, ids: Arc<Ids>, place: usize) -> Self {
        let place = world.places()[place].number;
        let mut place_id = Vec::new();
        ids.push_place(&mut place_id, place);
        Self { ids, place, place_id, date: Vec::new(), sale_prefix: Vec::new(), hours_from_utc: 0 }
    }

    /// Appends the day's rows to the tables' lines.
    pub(crate) fn write(&mut self, day: &PlaceDay, lines: &mut [Lines; DAILY.len()]) {
        self.date.clear();
        push_day(&mut self.date, day.day());
        self.sale_prefix.clear();
        self.ids.push_sale_prefix(&mut self.sale_prefix, self.place, day.day());
        self.hours_from_utc = day.hours_from_utc;
        let [
            sales,
            stock,
            movements,
            orders,
            receipts,
            promotions,
            prices,
            calendar,
            truth,
            lead_times,
            returns,
        ] = lines;
        self.sales(day, sales);
        self.stock(day, stock);
        self.movements(day, movements);
        self.orders(day, orders);
        self.receipts(day, receipts);
        self.promotions(day, promotions);
        self.prices(day, prices);
        self.calendar(day, calendar);
        self.truth(day, truth);
        self.lead_times(day, lead_times);
        self.returns(day, returns);
    }

    fn push_instant(&self, text: &mut Vec<u8>, second: u32) {
        text.extend_from_slice(&self.date);
        // Shops open after three in the morning and close before midnight; so UTC has the
        // same date.
        push_time(text, second.saturating_add_signed(-3_600 * self.hours_from_utc));
    }

    fn sales(&self, day: &PlaceDay, lines: &mut Lines) {
        let text = &mut lines.text;
        text.reserve(day.sales.len() * 112);
        for line in &day.sales {
            text.extend_from_slice(&self.sale_prefix);
            push_padded(text, line.sale, 4);
            text.push(b',');
            push_number(text, line.line);
            text.push(b',');
            self.push_instant(text, line.second);
            text.push(b',');
            text.extend_from_slice(self.ids.product(line.product));
            text.push(b',');
            text.extend_from_slice(&self.place_id);
            text.push(b',');
            if let Some(customer) = line.customer {
                self.ids.push_customer(text, customer);
            }
            text.push(b',');
            push_number(text, line.quantity);
            text.push(b',');
            push_cents(text, line.unit_price_cents.into());
            text.push(b',');
            push_parts(text, line.discount_parts.into());
            text.push(b',');
            push_cents(text, line.total_cents);
            text.extend_from_slice(b",,");
            text.extend_from_slice(line.payment.as_str().as_bytes());
            text.push(b',');
            text.extend_from_slice(line.kind.as_str().as_bytes());
            text.push(b'\n');
        }
        lines.rows += day.sales.len() as u64;
    }

    fn push_item(&self, text: &mut Vec<u8>, product: u32) {
        text.extend_from_slice(self.ids.product(product));
        text.push(b',');
        text.extend_from_slice(&self.place_id);
        text.push(b',');
    }

    fn stock(&self, day: &PlaceDay, lines: &mut Lines) {
        let text = &mut lines.text;
        for count in &day.counts {
            self.push_item(text, count.product);
            text.extend_from_slice(&self.date);
            text.push(b',');
            push_number(text, count.on_hand);
            text.extend_from_slice(b",\n");
        }
        lines.rows += day.counts.len() as u64;
    }

    fn movements(&self, day: &PlaceDay, lines: &mut Lines) {
        use crate::MovementKind::{CountAdjustment, Damaged, Expired, Receipt, ReturnedFaulty};
        let text = &mut lines.text;
        for movement in &day.movements {
            self.push_instant(text, movement.kind.second());
            text.push(b',');
            self.push_item(text, movement.product);
            text.extend_from_slice(movement.kind.as_str().as_bytes());
            text.push(b',');
            push_number(text, movement.quantity);
            text.push(b',');
            match movement.kind {
                Receipt(order) => self.ids.push_order(text, self.place, order),
                Damaged => text.extend_from_slice(b"damaged"),
                Expired => text.extend_from_slice(b"expired"),
                ReturnedFaulty(sale) => {
                    text.extend_from_slice(&self.sale_prefix);
                    push_padded(text, sale, 4);
                }
                CountAdjustment => text.extend_from_slice(b"count"),
            }
            text.push(b'\n');
        }
        lines.rows += day.movements.len() as u64;
    }

    fn orders(&self, day: &PlaceDay, lines: &mut Lines) {
        let text = &mut lines.text;
        for line in &day.order_lines {
            self.ids.push_order(text, self.place, line.order);
            text.push(b',');
            push_number(text, line.line);
            text.push(b',');
            self.ids.push_supplier(text, line.order.supplier);
            text.push(b',');
            self.push_item(text, line.product);
            text.extend_from_slice(&self.date);
            text.push(b',');
            push_day(text, line.expected_on);
            text.push(b',');
            push_number(text, line.quantity);
            text.push(b',');
            push_cents(text, line.unit_cost_cents.into());
            text.extend_from_slice(b",\n");
        }
        lines.rows += day.order_lines.len() as u64;
    }

    fn receipts(&self, day: &PlaceDay, lines: &mut Lines) {
        let text = &mut lines.text;
        for receipt in &day.receipts {
            self.ids.push_order(text, self.place, receipt.order);
            text.push(b',');
            push_number(text, receipt.line);
            text.push(b',');
            text.extend_from_slice(self.ids.product(receipt.product));
            text.push(b',');
            text.extend_from_slice(&self.date);
            text.push(b',');
            push_number(text, receipt.quantity);
            text.push(b'\n');
        }
        lines.rows += day.receipts.len() as u64;
    }

    fn promotions(&self, day: &PlaceDay, lines: &mut Lines) {
        let text = &mut lines.text;
        for promotion in &day.promotions {
            text.extend_from_slice(b"PR-");
            push_compact_day(text, promotion.starts_on);
            text.push(b'-');
            text.extend_from_slice(self.ids.product(promotion.product));
            text.push(b',');
            self.push_item(text, promotion.product);
            push_day(text, promotion.starts_on);
            text.push(b',');
            push_day(text, promotion.ends_on);
            text.push(b',');
            push_parts(text, promotion.price_parts);
            text.push(b',');
            push_parts(text, promotion.discount_parts.into());
            text.push(b'\n');
        }
        lines.rows += day.promotions.len() as u64;
    }

    fn prices(&self, day: &PlaceDay, lines: &mut Lines) {
        let text = &mut lines.text;
        for price in &day.prices {
            self.push_item(text, price.product);
            text.extend_from_slice(&self.date);
            text.push(b',');
            push_cents(text, price.unit_price_cents.into());
            text.push(b',');
            push_cents(text, price.unit_cost_cents.into());
            text.push(b'\n');
        }
        lines.rows += day.prices.len() as u64;
    }

    fn calendar(&self, day: &PlaceDay, lines: &mut Lines) {
        let Some((event, is_closed)) = day.notice else { return };
        let text = &mut lines.text;
        text.extend_from_slice(&self.date);
        text.push(b',');
        text.extend_from_slice(&self.place_id);
        text.push(b',');
        text.extend_from_slice(event.as_bytes());
        text.extend_from_slice(if is_closed { b",true\n" } else { b",false\n" });
        lines.rows += 1;
    }

    fn truth(&self, day: &PlaceDay, lines: &mut Lines) {
        let text = &mut lines.text;
        for truth in &day.truth {
            self.push_item(text, truth.product);
            text.extend_from_slice(&self.date);
            for units in [
                truth.latent,
                truth.sold,
                truth.lost,
                truth.substituted,
                truth.stood_in,
                truth.received,
                truth.returned,
                truth.damaged,
                truth.expired,
                truth.shrunk,
                truth.on_hand_close,
                truth.book_close,
            ] {
                text.push(b',');
                push_number(text, units);
            }
            text.push(b'\n');
        }
        lines.rows += day.truth.len() as u64;
    }

    fn lead_times(&self, day: &PlaceDay, lines: &mut Lines) {
        let text = &mut lines.text;
        for lead_time in &day.lead_times {
            let OrderKey { ordered_on, supplier } = lead_time.order;
            let ordered_on = Day::from_epoch_days(ordered_on);
            self.ids.push_order(text, self.place, lead_time.order);
            text.push(b',');
            self.ids.push_supplier(text, supplier);
            text.push(b',');
            text.extend_from_slice(&self.place_id);
            text.push(b',');
            push_day(text, ordered_on);
            for days in [lead_time.stated_days, lead_time.actual_days] {
                text.push(b',');
                push_day(text, ordered_on.plus(days as i32));
            }
            for days in [lead_time.stated_days, lead_time.actual_days] {
                text.push(b',');
                push_number(text, days);
            }
            text.push(b'\n');
        }
        lines.rows += day.lead_times.len() as u64;
    }

    fn returns(&self, day: &PlaceDay, lines: &mut Lines) {
        let text = &mut lines.text;
        for returned in &day.returns {
            text.extend_from_slice(&self.sale_prefix);
            push_padded(text, returned.sale, 4);
            text.push(b',');
            text.extend_from_slice(&self.place_id);
            text.push(b',');
            push_number(text, returned.lag_days);
            text.push(b',');
            text.extend_from_slice(returned.reason.as_bytes());
            text.extend_from_slice(if returned.is_resold { b",true\n" } else { b",false\n" });
        }
        lines.rows += day.returns.len() as u64;
    }
}
