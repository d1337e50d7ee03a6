//! The year before the sample's one stock snapshot: weekly stock and what came in.

use crate::random::{Purpose, Streams};
use crate::sample::SampleWorld;
use rand::RngExt;
use shelfcast_retail::Day;

/// Days of history before the snapshot; the sales lie within them.
const DAYS: i32 = 365;
/// Goods come in every four weeks, counted back from the snapshot, when the last came in.
const RESTOCK_DAYS: i32 = 28;
/// Units in a receipt, at most.
const MOST_RECEIVED: u32 = 120;

/// Stock of one product at the close of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockLevel {
    /// Index of the product.
    pub product: usize,
    /// The day.
    pub day: Day,
    /// Units.
    pub level: u32,
}

/// Units of one product that came in before opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleReceipt {
    /// Index of the product.
    pub product: usize,
    /// The day.
    pub day: Day,
    /// Units.
    pub quantity: u32,
}

/// What led to the stock levels of the sample.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SampleHistory {
    /// Weekly, the last on the day of the snapshot; by product, then day.
    pub levels: Vec<StockLevel>,
    /// By product, then day.
    pub receipts: Vec<SampleReceipt>,
}

impl SampleWorld {
    /// The year before the snapshot: for every product and day, opening stock and receipts
    /// less sales are the closing stock, and the last closing is the snapshot's.
    ///
    /// ```
    /// use shelfcast_world::SampleWorld;
    ///
    /// let world = SampleWorld::new(7);
    /// let last = world.history().levels.into_iter().filter(|level| level.product == 0).last();
    /// assert_eq!(last.map(|level| level.level), Some(world.products()[0].stock_level));
    /// ```
    pub fn history(&self) -> SampleHistory {
        let mut history = SampleHistory::default();
        for product in 0..self.products().len() {
            let (mut levels, mut receipts) = self.backwards(product);
            levels.reverse();
            receipts.reverse();
            history.levels.append(&mut levels);
            history.receipts.append(&mut receipts);
        }
        history
    }

    /// From the snapshot back: what was there before is what is there now, plus what was
    /// sold, less what came in.
    fn backwards(&self, product: usize) -> (Vec<StockLevel>, Vec<SampleReceipt>) {
        let streams = Streams::new(self.seed());
        let mut rng = streams.of(Purpose::SampleHistory, product as u32, 0);
        let snapshot = self.products()[product].restocked_at.day;
        let mut level = self.products()[product].stock_level;
        let (mut levels, mut receipts) = (Vec::new(), Vec::new());
        for back in 0..=DAYS {
            let day = snapshot.plus(-back);
            if back % 7 == 0 {
                levels.push(StockLevel { product, day, level });
            }
            let of_day = self.sales().iter().filter(|sale| sale.sold_at.day == day);
            let sold: u32 =
                of_day.filter(|sale| sale.product == product).map(|sale| sale.quantity).sum();
            let most = (level + sold).min(MOST_RECEIVED);
            let received =
                if back % RESTOCK_DAYS == 0 && most > 0 { rng.random_range(1..=most) } else { 0 };
            if received > 0 {
                receipts.push(SampleReceipt { product, day, quantity: received });
            }
            level = level + sold - received;
        }
        (levels, receipts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stock_is_conserved_from_week_to_week() {
        for seed in 0..20 {
            let world = SampleWorld::new(seed);
            let history = world.history();
            for pair in history.levels.windows(2).filter(|pair| pair[0].product == pair[1].product)
            {
                let between = |day: Day| pair[0].day < day && day <= pair[1].day;
                let sold: u32 = world
                    .sales()
                    .iter()
                    .filter(|sale| sale.product == pair[0].product && between(sale.sold_at.day))
                    .map(|sale| sale.quantity)
                    .sum();
                let received: u32 = history
                    .receipts
                    .iter()
                    .filter(|receipt| receipt.product == pair[0].product && between(receipt.day))
                    .map(|receipt| receipt.quantity)
                    .sum();
                assert_eq!(pair[0].level + received - sold, pair[1].level, "{seed} {pair:?}");
            }
            assert_eq!(history.levels.len(), 20 * 53);
        }
    }
}
