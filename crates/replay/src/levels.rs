use crate::rules::{order_of, position_units};
use crate::{Past, Planner, ReplayError, View};
use shelfcast_retail::Quantity;

/// Levels set by hand: at or below the reorder level an order fills up to the upper one.
///
/// With a reorder level one unit below the upper level this is base stock.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GivenLevels {
    /// Reorder level and order-up-to level, one pair an item, in the order of the items.
    pub levels: Vec<(Quantity, Quantity)>,
}

impl Planner for GivenLevels {
    type State = ();

    fn choose(&self, pasts: &[Past<'_>], _: usize) -> Result<Vec<()>, ReplayError> {
        Ok(vec![(); pasts.len()])
    }

    fn learn(&self, (): &mut (), _: &Past<'_>) -> Result<(), ReplayError> {
        Ok(())
    }

    fn order(&self, (): &mut (), view: &View<'_>) -> Result<Quantity, ReplayError> {
        let Some((reorder_level, order_up_to)) = self.levels.get(view.index) else {
            return Ok(Quantity::ZERO);
        };
        let position = position_units(view.position);
        let is_due = position <= reorder_level.to_f64();
        Ok(order_of(if is_due { order_up_to.to_f64() - position } else { 0.0 }, view.past.terms))
    }
}
