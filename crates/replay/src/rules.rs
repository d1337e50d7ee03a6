//! From a level to a quantity, for the rules that know no sample paths.

use crate::Terms;
use shelfcast_inventory::Position;
use shelfcast_retail::Quantity;

/// On hand, on order and not owed, in units.
pub(crate) fn position_units(position: &Position) -> f64 {
    position.committed().to_f64()
}

/// A need in units as whole packs of at least the minimum order; 0 where nothing is needed.
pub(crate) fn order_of(need: f64, terms: &Terms) -> Quantity {
    // Rounded up to ten-thousandths less than half of one, so that 3.0000000001 stays 3.
    let parts = libm::ceil(need * 10_000.0 - 0.5).clamp(0.0, 1e16) as i128;
    if parts == 0 {
        return Quantity::ZERO;
    }
    let pack = match terms.constraints.order_multiple.parts() {
        ..=0 => 10_000,
        pack => pack,
    };
    let least = parts.max(terms.constraints.min_order_quantity.parts());
    Quantity::from_parts((least + pack - 1).div_euclid(pack) * pack)
}
