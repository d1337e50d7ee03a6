//! How each thing stands in its file: one function a feed, fields in the order of its columns.

use crate::{
    Count, Customer, DayTruth, LeadTime, Movement, OrderLine, Place, Product, Receipt, SaleLine,
    Supplier, World,
};
use csv::StringRecord;
use shelfcast_retail::Day;
use std::fmt::{Display, Write};

/// What the retailer leaves blank.
const BLANK: &str = "";

fn record(fields: &[&dyn Display]) -> StringRecord {
    let mut record = StringRecord::with_capacity(96, fields.len());
    let mut text = String::new();
    for field in fields {
        text.clear();
        write!(text, "{field}").expect("a string takes any text");
        record.push_field(&text);
    }
    record
}

fn or_blank(value: Option<impl Display>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

pub(crate) fn product(world: &World, product: &Product) -> StringRecord {
    record(&[
        &product.id(),
        &product.name,
        &product.category,
        &product.brand,
        &product.unit,
        &world.suppliers()[product.supplier].id(),
        &product.unit_cost,
        &product.unit_price,
        &product.pack_size,
        &or_blank(product.shelf_life_days),
        &product.launched_on,
        &or_blank(product.ended_on),
    ])
}

pub(crate) fn place(place: &Place) -> StringRecord {
    let Place { name, kind, region, time_zone, unmet, .. } = place;
    record(&[&place.id(), name, kind, region, time_zone, unmet])
}

pub(crate) fn supplier(supplier: &Supplier) -> StringRecord {
    let lead_time = supplier.stated_lead_time_days;
    record(&[&supplier.id(), &supplier.name, &lead_time, &supplier.order_days(), &BLANK, &BLANK])
}

pub(crate) fn customer(customer: &Customer) -> StringRecord {
    record(&[
        &customer.id(),
        &customer.name,
        &customer.gender,
        &customer.age,
        &customer.email,
        &customer.phone,
        &customer.address,
        &customer.segment,
        &customer.joined_on,
    ])
}

pub(crate) fn sale(world: &World, place: &Place, line: &SaleLine) -> StringRecord {
    record(&[
        &line.sale,
        &line.line,
        &line.sold_at,
        &world.products()[line.product].id(),
        &place.id(),
        &or_blank(line.customer.map(|customer| world.customers()[customer].id())),
        &line.quantity,
        &line.unit_price,
        &line.discount,
        &line.total,
        &BLANK,
        &line.payment_method,
        &line.kind.as_str(),
    ])
}

pub(crate) fn count(world: &World, place: &Place, count: &Count) -> StringRecord {
    let product = world.products()[count.product].id();
    record(&[&product, &place.id(), &count.counted_on, &count.on_hand, &BLANK])
}

pub(crate) fn movement(world: &World, place: &Place, movement: &Movement) -> StringRecord {
    record(&[
        &movement.moved_at,
        &world.products()[movement.product].id(),
        &place.id(),
        &movement.kind.as_str(),
        &movement.quantity,
        &movement.kind.reference(),
    ])
}

pub(crate) fn order_line(world: &World, place: &Place, line: &OrderLine) -> StringRecord {
    record(&[
        &line.order,
        &line.line,
        &world.suppliers()[line.supplier].id(),
        &world.products()[line.product].id(),
        &place.id(),
        &line.order.day,
        &line.expected_on,
        &line.quantity,
        &line.unit_cost,
        &BLANK,
    ])
}

pub(crate) fn receipt(receipt: &Receipt) -> StringRecord {
    record(&[&receipt.order, &receipt.line, &receipt.received_on, &receipt.quantity])
}

/// A row of `latent_demand.csv`.
pub(crate) fn truth(
    world: &World,
    place: &Place,
    product: usize,
    day: Day,
    truth: &DayTruth,
) -> StringRecord {
    record(&[
        &world.products()[product].id(),
        &place.id(),
        &day,
        &truth.latent,
        &truth.sold,
        &truth.lost(),
        &truth.on_hand_close,
    ])
}

/// A row of `lead_times.csv`.
pub(crate) fn lead_time(lead_time: &LeadTime) -> StringRecord {
    let LeadTime { order, stated_days, actual_days } = lead_time;
    record(&[
        order,
        &format_args!("S{:03}", order.supplier),
        &format_args!("L{:02}", order.place),
        &order.day,
        &order.day.plus(*stated_days as i32),
        &order.day.plus(*actual_days as i32),
        stated_days,
        actual_days,
    ])
}
