//! What things are called in the files.

use crate::text::{push_padded, push_two};
use crate::{OrderKey, World};
use shelfcast_retail::Day;

/// Widths of ids, which depend on how many things there are.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    place_width: usize,
    supplier_width: usize,
    customer_width: usize,
    /// The ids of all products, one after the other, each of the same length.
    products: Vec<u8>,
    product_length: usize,
}

fn width(count: u32, least: usize) -> usize {
    (count.max(1).ilog10() as usize + 1).max(least)
}

impl Ids {
    pub(crate) fn new(world: &World) -> Self {
        let config = world.config();
        let product_width = width(config.products, 5);
        let mut products = Vec::with_capacity(config.products as usize * (product_width + 1));
        for product in world.products() {
            products.push(b'P');
            push_padded(&mut products, product.number, product_width);
        }
        Self {
            place_width: width(config.places, 2),
            supplier_width: width(config.suppliers, 3),
            customer_width: width(config.customers, 6),
            products,
            product_length: product_width + 1,
        }
    }

    /// The id of the product with an index.
    #[inline]
    pub(crate) fn product(&self, index: u32) -> &[u8] {
        let start = index as usize * self.product_length;
        &self.products[start..start + self.product_length]
    }

    pub(crate) fn push_place(&self, buffer: &mut Vec<u8>, number: u32) {
        buffer.push(b'L');
        push_padded(buffer, number, self.place_width);
    }

    /// The id of the supplier with an index.
    pub(crate) fn push_supplier(&self, buffer: &mut Vec<u8>, index: u32) {
        buffer.push(b'S');
        push_padded(buffer, index + 1, self.supplier_width);
    }

    pub(crate) fn push_customer(&self, buffer: &mut Vec<u8>, number: u32) {
        buffer.push(b'C');
        push_padded(buffer, number, self.customer_width);
    }

    /// The number of a purchase order: place, day and supplier, as in `PO-L01-20251231-S003`.
    pub(crate) fn push_order(&self, buffer: &mut Vec<u8>, place: u32, order: OrderKey) {
        buffer.extend_from_slice(b"PO-");
        self.push_place(buffer, place);
        buffer.push(b'-');
        push_compact_day(buffer, Day::from_epoch_days(order.ordered_on));
        buffer.push(b'-');
        self.push_supplier(buffer, order.supplier);
    }

    /// What the sales of a place on a day begin with: `L01-20251231-`.
    pub(crate) fn push_sale_prefix(&self, buffer: &mut Vec<u8>, place: u32, day: Day) {
        self.push_place(buffer, place);
        buffer.push(b'-');
        push_compact_day(buffer, day);
        buffer.push(b'-');
    }
}

/// A day as `20251231`.
pub(crate) fn push_compact_day(buffer: &mut Vec<u8>, day: Day) {
    let (year, month, day) = day.ymd();
    push_padded(buffer, year.unsigned_abs().into(), 4);
    push_two(buffer, u32::from(month.unsigned_abs()));
    push_two(buffer, u32::from(day.unsigned_abs()));
}
