//! The shop's history as seen through the public rows: what holds for every seed.

#![expect(clippy::unwrap_used, reason = "a test that cannot make its world should stop")]

use shelfcast_retail::Money;
use shelfcast_world::{MovementKind, PlaceHistory, SaleKind, World, WorldConfig};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// The demonstration's own shop, made once for all tests.
fn shop() -> &'static (World, Vec<PlaceHistory>) {
    static SHOP: OnceLock<(World, Vec<PlaceHistory>)> = OnceLock::new();
    SHOP.get_or_init(|| {
        let world = World::new(WorldConfig::shop(7)).unwrap();
        let histories = world.histories().collect();
        (world, histories)
    })
}

/// What the recorded rows say about one product in one place on one day.
#[derive(Debug, Default, Clone, Copy)]
struct Recorded {
    sold: i64,
    returned: i64,
    received: i64,
    written_off: i64,
    adjustment: i64,
    count: Option<i64>,
}

fn recorded(world: &World, history: &PlaceHistory) -> BTreeMap<(usize, i32), Recorded> {
    let first_day = world.config().first_day();
    let mut days: BTreeMap<(usize, i32), Recorded> = BTreeMap::new();
    for line in &history.sales {
        let day = days.entry((line.product, line.sold_at.day.days_since(first_day))).or_default();
        match line.kind {
            SaleKind::Sale => day.sold += i64::from(line.quantity),
            SaleKind::Return => day.returned -= i64::from(line.quantity),
        }
    }
    for movement in &history.movements {
        let index = movement.moved_at.day.days_since(first_day);
        let day = days.entry((movement.product, index)).or_default();
        match movement.kind {
            MovementKind::Receipt(_) => day.received += movement.quantity,
            MovementKind::Damaged | MovementKind::Expired => day.written_off += movement.quantity,
            MovementKind::CountAdjustment => day.adjustment += movement.quantity,
        }
    }
    for count in &history.counts {
        let index = count.counted_on.days_since(first_day);
        days.entry((count.product, index)).or_default().count = Some(i64::from(count.on_hand));
    }
    days
}

#[test]
fn stock_is_conserved_for_every_product_place_and_day() {
    let (world, histories) = shop();
    for history in histories {
        let recorded = recorded(world, history);
        for series in &history.truth {
            let (mut shelf, mut book) = (i64::from(series.opening), i64::from(series.opening));
            for (index, truth) in series.days.iter().enumerate() {
                let at = (series.product, index as i32);
                let day = recorded.get(&at).copied().unwrap_or_default();
                let net = day.received + day.returned - day.sold - day.written_off;
                shelf += net - i64::from(truth.shrunk);
                book += net + day.adjustment;
                assert_eq!(shelf, i64::from(truth.on_hand_close), "shelf {at:?} {day:?}");
                assert_eq!(book, i64::from(truth.book_close), "book {at:?} {day:?}");
                assert!(shelf >= 0 && book >= shelf, "{at:?}");
                if let Some(count) = day.count {
                    assert_eq!((count, count), (shelf, book), "count {at:?}");
                }
            }
        }
    }
}

#[test]
fn sales_are_the_demand_that_the_shelf_allowed() {
    let (world, histories) = shop();
    for history in histories {
        let recorded = recorded(world, history);
        for series in &history.truth {
            let mut closing = series.opening;
            for (index, truth) in series.days.iter().enumerate() {
                let available = closing + truth.received;
                assert_eq!(truth.sold, truth.latent.min(available));
                assert_eq!(truth.lost(), truth.latent - truth.sold);
                let day = recorded.get(&(series.product, index as i32));
                assert_eq!(i64::from(truth.sold), day.map_or(0, |day| day.sold));
                closing = truth.on_hand_close;
            }
        }
    }
}

#[test]
fn shrinkage_is_small_and_booked_at_the_next_count() {
    let (_, histories) = shop();
    let (mut shrunk, mut adjusted, mut sold) = (0, 0, 0);
    for series in histories.iter().flat_map(|history| &history.truth) {
        let mut unseen = 0;
        for truth in &series.days {
            unseen += truth.shrunk;
            if let Some(missing) = truth.counted_missing {
                assert_eq!(missing, unseen);
                adjusted += missing;
                unseen = 0;
            }
            shrunk += truth.shrunk;
            sold += truth.sold;
        }
    }
    assert!(adjusted > 0);
    let share = f64::from(shrunk) / f64::from(sold);
    assert!((0.002..0.03).contains(&share), "{share}");
}

#[test]
fn every_product_is_counted_on_the_first_day_in_every_place() {
    let (world, histories) = shop();
    for history in histories {
        let first = world.config().first_day();
        let counted: Vec<_> =
            history.counts.iter().filter(|count| count.counted_on == first).collect();
        assert_eq!(counted.len(), world.products().len());
    }
}

/// 2 to 6 % of the days on which a product is on sale close with an empty shelf.
#[test]
fn stockouts_are_as_frequent_as_in_real_shops() {
    for seed in [7, 8, 9] {
        let config = WorldConfig { places: 1, ..WorldConfig::shop(seed) };
        let world = World::new(config).unwrap();
        let (mut empty, mut days) = (0, 0);
        let (mut lost, mut latent) = (0, 0);
        for history in world.histories() {
            for series in &history.truth {
                let product = &world.products()[series.product];
                for (truth, day) in series.days.iter().zip(world.days()) {
                    let is_ended = product.ended_on.is_some_and(|ended| ended < *day);
                    if product.launched_on <= *day && !is_ended {
                        days += 1;
                        empty += u32::from(truth.on_hand_close == 0);
                        latent += truth.latent;
                        lost += truth.lost();
                    }
                }
            }
        }
        let share = f64::from(empty) / f64::from(days);
        let lost_share = f64::from(lost) / f64::from(latent);
        assert!((0.02..0.06).contains(&share), "seed {seed}: {share}, lost {lost_share}");
        assert!((0.01..0.08).contains(&lost_share), "seed {seed}: lost {lost_share}");
    }
}

#[test]
fn the_shop_has_the_size_the_demonstration_needs() {
    let (_, histories) = shop();
    let lines: usize = histories.iter().map(|history| history.sales.len()).sum();
    assert!((100_000..250_000).contains(&lines), "{lines}");
    let returns = histories
        .iter()
        .flat_map(|history| &history.sales)
        .filter(|line| line.kind == SaleKind::Return)
        .count();
    let share = returns as f64 / lines as f64;
    assert!((0.0005..0.02).contains(&share), "{share}");
}

#[test]
fn totals_are_exact_and_prices_are_the_products() {
    let (world, histories) = shop();
    for line in histories.iter().flat_map(|history| &history.sales) {
        assert_eq!(line.unit_price, world.products()[line.product].unit_price);
        // Independent of `Money::line_total`: within half a cent of the product in parts.
        let exact =
            line.unit_price.parts() * i128::from(line.quantity) * (10_000 - line.discount.parts());
        assert!((line.total.parts() * 10_000 - exact).abs() <= 50 * 10_000, "{line:?}");
        assert_eq!(line.total, line.total.round_half_even(2));
        assert_eq!(line.kind == SaleKind::Return, line.quantity < 0);
    }
}

#[test]
fn a_return_refunds_an_earlier_line_of_the_same_product() {
    let (_, histories) = shop();
    for history in histories {
        let sold: BTreeSet<_> = history
            .sales
            .iter()
            .filter(|line| line.kind == SaleKind::Sale)
            .map(|line| (line.product, line.customer, line.sale.day, line.discount))
            .collect();
        for line in history.sales.iter().filter(|line| line.kind == SaleKind::Return) {
            assert!(line.total < Money::ZERO && line.quantity == -1);
            let is_earlier = (1..=14).any(|days| {
                let day = line.sale.day.plus(-days);
                sold.contains(&(line.product, line.customer, day, line.discount))
            });
            assert!(is_earlier, "{line:?}");
        }
    }
}

#[test]
fn sale_lines_are_unique_and_customers_are_known_by_then() {
    let (world, histories) = shop();
    let mut keys = BTreeSet::new();
    let mut known = 0;
    let mut lines = 0;
    for line in histories.iter().flat_map(|history| &history.sales) {
        assert!(keys.insert((line.sale, line.line)), "{line:?}");
        lines += 1;
        if let Some(customer) = line.customer {
            known += 1;
            assert!(world.customers()[customer].joined_on <= line.sale.day);
        }
    }
    let share = f64::from(known) / f64::from(lines);
    assert!((0.3..0.7).contains(&share), "{share}");
}

#[test]
fn receipts_answer_orders_and_open_orders_remain_at_the_end() {
    let (world, histories) = shop();
    for history in histories {
        let mut open: BTreeMap<_, i64> = BTreeMap::new();
        for line in &history.order_lines {
            let supplier = &world.suppliers()[line.supplier];
            assert_eq!(world.products()[line.product].supplier, line.supplier);
            assert!(supplier.order_weekdays.contains(&line.order.day.weekday()));
            assert_eq!(line.quantity % world.products()[line.product].pack_size, 0);
            let lead_time = supplier.stated_lead_time_days as i32;
            assert_eq!(line.expected_on, line.order.day.plus(lead_time));
            let key = (line.order, line.line);
            assert!(open.insert(key, i64::from(line.quantity)).is_none(), "{key:?}");
        }
        let mut deliveries: BTreeMap<_, u32> = BTreeMap::new();
        for receipt in &history.receipts {
            assert!(receipt.received_on > receipt.order.day);
            let left = open.get_mut(&(receipt.order, receipt.line)).expect("an order line");
            *left -= i64::from(receipt.quantity);
            assert!(*left >= 0 && receipt.quantity > 0, "{receipt:?}");
            *deliveries.entry((receipt.order, receipt.line)).or_default() += 1;
        }
        let outstanding = open.values().filter(|left| **left > 0).count();
        assert!(outstanding >= 10, "{outstanding}");
        assert!(deliveries.values().any(|deliveries| *deliveries == 2));
        let moved: i64 = history
            .movements
            .iter()
            .filter(|movement| matches!(movement.kind, MovementKind::Receipt(_)))
            .map(|movement| movement.quantity)
            .sum();
        let received: i64 =
            history.receipts.iter().map(|receipt| i64::from(receipt.quantity)).sum();
        assert_eq!(moved, received);
    }
}

#[test]
fn lead_times_vary_and_are_often_longer_than_stated() {
    let (_, histories) = shop();
    for history in histories {
        let orders: BTreeSet<_> = history.order_lines.iter().map(|line| line.order).collect();
        let known: BTreeSet<_> = history.lead_times.iter().map(|lead| lead.order).collect();
        assert_eq!(orders, known);
        let late =
            history.lead_times.iter().filter(|lead| lead.actual_days > lead.stated_days).count();
        let share = late as f64 / history.lead_times.len() as f64;
        assert!((0.05..0.6).contains(&share), "{share}");
    }
}

#[test]
fn products_launch_and_end_within_the_history() {
    let (world, histories) = shop();
    let first = world.config().first_day();
    let n_products = world.products().len() as f64;
    let launched =
        world.products().iter().filter(|product| product.launched_on >= first).count() as f64;
    assert!((0.12..0.28).contains(&(launched / n_products)), "{launched}");
    let ended = world.products().iter().filter(|product| product.ended_on.is_some()).count();
    assert!((3..20).contains(&ended), "{ended}");
    for series in histories.iter().flat_map(|history| &history.truth) {
        let product = &world.products()[series.product];
        for (truth, day) in series.days.iter().zip(world.days()) {
            let is_on_sale =
                product.launched_on <= *day && product.ended_on.is_none_or(|ended| *day <= ended);
            assert!(is_on_sale || truth.latent == 0, "{} {day}", product.name);
        }
    }
}

/// Streams are addressed, so places and products do not disturb each other.
#[test]
fn a_series_does_not_depend_on_how_many_places_there_are() {
    let config = WorldConfig { products: 30, places: 1, days: 200, ..WorldConfig::shop(7) };
    let alone = World::new(config).unwrap();
    let among = World::new(WorldConfig { places: 3, ..config }).unwrap();
    let truth = |world: &World| world.histories().next().unwrap().truth;
    assert_eq!(truth(&alone), truth(&among));
}

#[test]
fn the_smallest_world_has_a_history() {
    let config = WorldConfig {
        products: 1,
        places: 1,
        days: 1,
        customers: 0,
        suppliers: 1,
        ..WorldConfig::shop(7)
    };
    let world = World::new(config).unwrap();
    let histories: Vec<_> = world.histories().collect();
    assert_eq!(histories.len(), 1);
    assert_eq!(histories[0].truth[0].days.len(), 1);
    assert!(histories[0].sales.iter().all(|line| line.customer.is_none()));
}
