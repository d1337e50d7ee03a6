//! Master data and the truth's constants as lines of text.

use crate::assortment::categories;
use crate::csv_rows::Lines;
use crate::ids::Ids;
use crate::missions::Quantities;
use crate::text::{push_cents, push_day, push_number, push_text};
use crate::{Customer, Place, World};
use shelfcast_retail::{Day, Money};
use std::io::Write;

fn push_money(text: &mut Vec<u8>, money: Money) {
    push_cents(text, (money.parts() / 100) as i64);
}

fn push_real(text: &mut Vec<u8>, value: f64) {
    text.push(b',');
    // Writing into memory cannot fail.
    let _ = write!(text, "{value:.6}");
}

pub(crate) fn products(world: &World, ids: &Ids, lines: &mut Lines) {
    let text = &mut lines.text;
    for (index, product) in (0..).zip(world.products()) {
        text.extend_from_slice(ids.product(index));
        for part in [product.name.as_str(), product.category, product.brand, product.unit] {
            text.push(b',');
            push_text(text, part);
        }
        text.push(b',');
        ids.push_supplier(text, product.supplier as u32);
        text.push(b',');
        push_money(text, product.unit_cost);
        text.push(b',');
        push_money(text, product.unit_price);
        text.push(b',');
        push_number(text, product.pack_size);
        text.push(b',');
        if let Some(days) = product.shelf_life_days {
            push_number(text, days);
        }
        text.push(b',');
        push_day(text, product.launched_on);
        text.push(b',');
        if let Some(day) = product.ended_on {
            push_day(text, day);
        }
        text.push(b'\n');
        lines.rows += 1;
    }
}

pub(crate) fn suppliers(world: &World, ids: &Ids, lines: &mut Lines) {
    let text = &mut lines.text;
    for (index, supplier) in (0..).zip(world.suppliers()) {
        ids.push_supplier(text, index);
        text.push(b',');
        push_text(text, &supplier.name);
        text.push(b',');
        push_number(text, supplier.stated_lead_time_days);
        text.push(b',');
        push_text(text, &supplier.order_days());
        text.push(b',');
        push_closures(text, &supplier.closures);
        // No supplier of this world asks for a minimum.
        text.extend_from_slice(b",\n");
        lines.rows += 1;
    }
}

/// Closures as ISO 8601 intervals with blanks between them.
fn push_closures(text: &mut Vec<u8>, closures: &[(Day, Day)]) {
    for (index, (first, last)) in closures.iter().enumerate() {
        if index > 0 {
            text.push(b' ');
        }
        push_day(text, *first);
        text.push(b'/');
        push_day(text, *last);
    }
}

pub(crate) fn location(place: &Place, ids: &Ids, lines: &mut Lines) {
    let text = &mut lines.text;
    ids.push_place(text, place.number);
    for part in [place.name.as_str(), place.kind, place.region, place.time_zone, place.unmet] {
        text.push(b',');
        push_text(text, part);
    }
    text.push(b'\n');
    lines.rows += 1;
}

pub(crate) fn customer(customer: &Customer, ids: &Ids, lines: &mut Lines) {
    let text = &mut lines.text;
    ids.push_customer(text, customer.number);
    text.push(b',');
    push_text(text, &customer.name);
    text.push(b',');
    text.extend_from_slice(customer.gender.as_bytes());
    text.push(b',');
    push_number(text, customer.age);
    for part in [&customer.email, &customer.phone, &customer.address] {
        text.push(b',');
        push_text(text, part);
    }
    text.push(b',');
    text.extend_from_slice(customer.segment.as_str().as_bytes());
    text.push(b',');
    push_day(text, customer.joined_on);
    text.push(b'\n');
    lines.rows += 1;
}

pub(crate) fn product_laws(world: &World, ids: &Ids, lines: &mut Lines) {
    let text = &mut lines.text;
    for (index, product) in (0..).zip(world.products()) {
        text.extend_from_slice(ids.product(index));
        text.push(b',');
        push_text(text, product.department);
        text.push(b',');
        push_number(text, product.popularity_rank);
        for value in [
            product.popularity,
            product.elasticity,
            product.display_lift,
            product.dip,
            product.yearly_growth,
        ] {
            push_real(text, value);
        }
        text.extend_from_slice(if product.is_sporadic { b",true," } else { b",false," });
        text.extend_from_slice(product.quantity_law.as_str().as_bytes());
        push_real(text, Quantities::mean(product.quantity_law));
        text.push(b'\n');
        lines.rows += 1;
    }
}

pub(crate) fn supplier_laws(world: &World, ids: &Ids, lines: &mut Lines) {
    let text = &mut lines.text;
    for (index, supplier) in (0..).zip(world.suppliers()) {
        ids.push_supplier(text, index);
        text.push(b',');
        push_number(text, supplier.stated_lead_time_days);
        text.push(b',');
        push_number(text, supplier.usual_delay_days);
        for value in [
            supplier.late_share,
            supplier.mean_lateness_days,
            supplier.early_share,
            supplier.split_share,
        ] {
            push_real(text, value);
        }
        text.push(b'\n');
        lines.rows += 1;
    }
}

/// Every category on each day of 2024, a leap year, at every weekday: season times weekday.
pub(crate) fn seasonality(lines: &mut Lines) {
    let text = &mut lines.text;
    let Some(new_year) = Day::from_ymd(2024, 1, 1) else { return };
    for category in categories() {
        for day_of_year in 0..366 {
            let season = category.season(new_year.plus(day_of_year));
            for (weekday, share) in category.weekday.iter().enumerate() {
                push_text(text, category.name);
                text.push(b',');
                push_number(text, day_of_year + 1);
                text.push(b',');
                push_number(text, weekday);
                push_real(text, season * share);
                text.push(b'\n');
                lines.rows += 1;
            }
        }
    }
}
