//! Everything that happened in one place, as its systems recorded it and as it truly was.

use crate::baskets::Till;
use crate::series::{self, DayTruth, PlacedLine, SeriesHistory, SeriesInput};
use crate::{
    Count, LeadTime, LocalInstant, Movement, MovementKind, OrderLine, OrderNumber, Receipt,
    SaleLine, World, demand,
};
use shelfcast_retail::Day;

/// The true history of one product in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesTruth {
    /// Index of the product.
    pub product: usize,
    /// Units on the shelf before the first day.
    pub opening: u32,
    /// One entry a day, from the first day of the history.
    pub days: Vec<DayTruth>,
}

/// The history of one place. Indices point into the lists of [`World`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceHistory {
    /// Index of the place.
    pub place: usize,
    /// Sales and returns, by day and number.
    pub sales: Vec<SaleLine>,
    /// Counts, by day and product.
    pub counts: Vec<Count>,
    /// Movements, by instant and product.
    pub movements: Vec<Movement>,
    /// Purchase orders, by order and line.
    pub order_lines: Vec<OrderLine>,
    /// Receipts within the history, by day, order and line.
    pub receipts: Vec<Receipt>,
    /// Truth: one series a product.
    pub truth: Vec<SeriesTruth>,
    /// Truth: one lead time an order.
    pub lead_times: Vec<LeadTime>,
}

impl PlaceHistory {
    /// Simulates one place; `told` hears of every product done.
    pub(crate) fn simulate(world: &World, place: usize, told: &mut dyn FnMut()) -> Self {
        let series = simulate_series(world, place, told);
        let orders = Orders::collect(world, place, &series);
        let mut movements = orders.movements(world);
        movements.extend(shelf_movements(world, &series));
        movements.sort_by_key(|movement| (movement.moved_at, movement.product));
        Self {
            place,
            sales: sales(world, place, &series),
            counts: counts(world, &series),
            movements,
            receipts: orders.receipts(world),
            lead_times: orders.lead_times(world),
            order_lines: orders.lines.into_iter().map(|(line, _)| line).collect(),
            truth: series
                .into_iter()
                .enumerate()
                .map(|(product, series)| SeriesTruth {
                    product,
                    opening: series.opening,
                    days: series.days,
                })
                .collect(),
        }
    }
}

fn simulate_series(world: &World, place: usize, told: &mut dyn FnMut()) -> Vec<SeriesHistory> {
    let place = &world.places()[place];
    let traffic = demand::traffic(world.streams(), place, world.days().len());
    let simulate = |product| {
        let history = series::simulate(SeriesInput {
            config: world.config(),
            streams: world.streams(),
            product,
            place,
            supplier: &world.suppliers()[product.supplier],
            days: world.days(),
            traffic: &traffic,
        });
        told();
        history
    };
    world.products().iter().map(simulate).collect()
}

fn sales(world: &World, place: usize, series: &[SeriesHistory]) -> Vec<SaleLine> {
    let place = &world.places()[place];
    let mut till = Till::new(world.streams(), place, world.products(), world.customers(), series);
    let mut sales = Vec::new();
    for (index, day) in world.days().iter().enumerate() {
        till.sell_day(index, *day, &mut sales);
    }
    sales
}

fn counts(world: &World, series: &[SeriesHistory]) -> Vec<Count> {
    let mut counts = Vec::new();
    for (product, series) in series.iter().enumerate() {
        for (truth, day) in series.days.iter().zip(world.days()) {
            if truth.counted_missing.is_some() {
                counts.push(Count { product, counted_on: *day, on_hand: truth.on_hand_close });
            }
        }
    }
    counts.sort_by_key(|count| (count.counted_on, count.product));
    counts
}

/// Write-offs and count adjustments; deliveries are told by their orders.
fn shelf_movements(world: &World, series: &[SeriesHistory]) -> Vec<Movement> {
    let mut movements = Vec::new();
    for (product, series) in series.iter().enumerate() {
        for (truth, day) in series.days.iter().zip(world.days()) {
            let missing = truth.counted_missing.unwrap_or(0);
            for (kind, quantity) in [
                (MovementKind::Damaged, i64::from(truth.damaged)),
                (MovementKind::Expired, i64::from(truth.expired)),
                (MovementKind::CountAdjustment, -i64::from(missing)),
            ] {
                if quantity != 0 {
                    movements.push(Movement {
                        moved_at: LocalInstant { day: *day, second: kind.second_of_day() },
                        product,
                        kind,
                        quantity,
                    });
                }
            }
        }
    }
    movements
}

/// The purchase orders of one place with what became of them.
struct Orders {
    lines: Vec<(OrderLine, PlacedLine)>,
}

impl Orders {
    /// One order a supplier and day; its lines are numbered by product.
    fn collect(world: &World, place: usize, series: &[SeriesHistory]) -> Self {
        let place = &world.places()[place];
        let mut lines = Vec::new();
        for (index, (product, series)) in world.products().iter().zip(series).enumerate() {
            let supplier = &world.suppliers()[product.supplier];
            for placed in &series.placed {
                let day = world.days()[placed.day];
                let line = OrderLine {
                    order: OrderNumber { place: place.number, day, supplier: supplier.number },
                    line: 0,
                    supplier: product.supplier,
                    product: index,
                    expected_on: day.plus(supplier.stated_lead_time_days as i32),
                    quantity: placed.quantity,
                    unit_cost: product.unit_cost,
                };
                lines.push((line, *placed));
            }
        }
        lines.sort_by_key(|(line, _)| (line.order, line.product));
        let mut previous: Option<OrderLine> = None;
        for (line, _) in &mut lines {
            line.line = match previous {
                Some(previous) if previous.order == line.order => previous.line + 1,
                _ => 1,
            };
            previous = Some(*line);
        }
        Self { lines }
    }

    /// Deliveries that came within the history.
    fn arrivals<'a>(&'a self, world: &'a World) -> impl Iterator<Item = (&'a OrderLine, Receipt)> {
        self.lines.iter().flat_map(move |(line, placed)| {
            let deliveries = std::iter::once(placed.first).chain(placed.rest);
            deliveries.filter_map(move |delivery| {
                let received_on = *world.days().get(delivery.day)?;
                let OrderLine { order, line: number, .. } = *line;
                let quantity = delivery.units;
                Some((line, Receipt { order, line: number, received_on, quantity }))
            })
        })
    }

    fn receipts(&self, world: &World) -> Vec<Receipt> {
        let mut receipts: Vec<_> = self.arrivals(world).map(|(_, receipt)| receipt).collect();
        receipts.sort_by_key(|receipt| (receipt.received_on, receipt.order, receipt.line));
        receipts
    }

    fn movements(&self, world: &World) -> Vec<Movement> {
        let movement = |(line, receipt): (&OrderLine, Receipt)| {
            let kind = MovementKind::Receipt(line.order);
            let day: Day = receipt.received_on;
            Movement {
                moved_at: LocalInstant { day, second: kind.second_of_day() },
                product: line.product,
                kind,
                quantity: i64::from(receipt.quantity),
            }
        };
        self.arrivals(world).map(movement).collect()
    }

    fn lead_times(&self, world: &World) -> Vec<LeadTime> {
        let first_lines = self.lines.iter().filter(|(line, _)| line.line == 1);
        first_lines
            .map(|(line, placed)| LeadTime {
                order: line.order,
                stated_days: world.suppliers()[line.supplier].stated_lead_time_days,
                actual_days: (placed.first.day - placed.day) as u32,
            })
            .collect()
    }
}
