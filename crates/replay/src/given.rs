use crate::{Past, Planner, ReplayError, View};
use shelfcast_retail::{Day, Quantity};
use std::collections::BTreeMap;

/// Orders as they were really placed: what happened, played by the same rules.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GivenOrders {
    /// Units by day of order, one map an item, in the order of the items.
    pub orders: Vec<BTreeMap<Day, Quantity>>,
}

impl Planner for GivenOrders {
    type State = ();

    fn choose(&self, pasts: &[Past<'_>], _: usize) -> Result<Vec<()>, ReplayError> {
        Ok(vec![(); pasts.len()])
    }

    fn learn(&self, (): &mut (), _: &Past<'_>) -> Result<(), ReplayError> {
        Ok(())
    }

    fn order(&self, (): &mut (), view: &View<'_>) -> Result<Quantity, ReplayError> {
        let ordered =
            self.orders.get(view.index).and_then(|orders| orders.get(&view.past.next_day()));
        Ok(ordered.copied().unwrap_or(Quantity::ZERO))
    }

    fn is_asked_daily(&self) -> bool {
        true
    }
}
